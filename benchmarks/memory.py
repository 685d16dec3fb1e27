"""What loss and gradients of a deep network hold at their peak, beside what they need.

    python -m benchmarks.memory [--torch PYTHON]

An MLP of `layers` equal layers, tanh(h W + b), on `rows` samples, float64.  Memory is what Python's
tracemalloc sees, to which numpy reports its arrays: everything above what was there before the
step, so it can be told to the byte.  torch does not report to it: there it is the growth of the
process's largest resident set in a fresh process, which numpy by hand is measured by, too.

The need is worked out: the arrays that the derivatives are functions of, one cotangent being turned
into the next, and the gradients.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from autograd import Tensor, checkpoint, gradients, sum, tanh

Array = np.ndarray[Any, Any]
Step = Callable[[Array, list[Array], list[Array]], object]


def data(layers: int, rows: int, width: int) -> tuple[Array, list[Array], list[Array]]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, width))
    x.setflags(write=False)
    Ws = [rng.standard_normal((width, width)) / width**0.5 for _ in range(layers)]
    return x, Ws, [np.zeros(width) for _ in range(layers)]


def by_hand(x: Array, Ws: list[Array], bs: list[Array]) -> object:
    """numpy with a list of activations, as one writes it."""
    hs = [x]
    for W, b in zip(Ws, bs, strict=True):
        hs.append(np.tanh(hs[-1] @ W + b))
    loss, g, found = (hs[-1] * hs[-1]).sum(), 2.0 * hs[-1], []
    for W in reversed(Ws):
        y = hs.pop()
        g = g * (1.0 - y * y)
        found += [hs[-1].T @ g, g.sum(axis=0)]
        g = g @ W.T
    return loss, found


def layer(h: Any, W: Any, b: Any) -> Any:
    return tanh(h @ W + b)


def engine(x: Array, Ws: list[Array], bs: list[Array]) -> object:
    return differentiated(x, Ws, bs, 1, lambda f: f)


def in_groups(x: Array, Ws: list[Array], bs: list[Array]) -> object:
    """About √n layers to a group, each under `checkpoint`."""
    return differentiated(x, Ws, bs, round(len(Ws) ** 0.5), checkpoint)


def differentiated(x: Any, Ws: Any, bs: Any, size: int, wrap: Callable[..., Any]) -> object:
    parameters = [(Tensor(W), Tensor(b)) for W, b in zip(Ws, bs, strict=True)]

    def group(h: Any, start: int) -> Any:
        for W, b in parameters[start : start + size]:
            h = layer(h, W, b)
        return h

    h: Any = x
    for start in range(0, len(parameters), size):
        h = wrap(group)(h, start)
    loss = sum(h * h)
    return loss, gradients(loss, [p for pair in parameters for p in pair])


STEPS: dict[str, tuple[str, Step]] = {
    "hand": ("numpy by hand", by_hand),
    "engine": ("gradients", engine),
    "groups": ("gradients, √n layers to a checkpoint", in_groups),
}


def needs(layers: int, rows: int, width: int) -> dict[str, tuple[int, int]]:
    """Bytes that the derivatives need, and that the program has to hold by what it promises.

    A graph keeps the data of each of its nodes, which can be read and drawn: three per layer.
    """
    activation, parameters = 8 * rows * width, 8 * layers * (width * width + width)
    k = round(layers**0.5)
    groups = -(-layers // k)
    counts = {
        "hand": (layers, layers),
        "engine": (layers, 3 * layers),
        "groups": (groups + k, groups + 3 * k),
    }
    return {
        name: ((a + 2) * activation + parameters, (b + 2) * activation + parameters)
        for name, (a, b) in counts.items()
    }


def traced(step: Step, given: tuple[Array, list[Array], list[Array]]) -> int:
    """The bytes at the peak of the second step; the first one fills what is kept for good."""
    step(*given)
    tracemalloc.start()
    step(*given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


# ru_maxrss would start from the parent's; VmHWM is the process's own.
PEAK = """
def peak():
    with open("/proc/self/status") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""
TORCH = """
import torch
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
def step(layers, rows, width):
    x = torch.randn(rows, width)
    p = [torch.randn(s, requires_grad=True)
         for _ in range(layers) for s in ((width, width), (width,))]
    with torch.no_grad():
        for W in p[::2]: W.div_(width ** 0.5)
    before = peak()
    h = x
    for W, b in zip(p[::2], p[1::2]):
        h = torch.tanh(torch.addmm(b, h, W))
    torch.autograd.grad((h * h).sum(), p)
    return peak() - before
step(2, 16, 16)
print(step({layers}, {rows}, {width}))
"""
OURS = """
import sys
sys.path.insert(0, {root!r})
from benchmarks import memory
step = memory.STEPS[{name!r}][1]
step(*memory.data(2, 16, 16))
given = memory.data({layers}, {rows}, {width})
before = peak()
step(*given)
print(peak() - before)
"""


def resident(python: str, program: str, **values: Any) -> int:
    """Growth of the largest resident set over one step, in a process of its own."""
    code = PEAK + program.format(root=str(Path(__file__).parents[1]), **values)
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def mib(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--layers", type=int, default=50)
    parser.add_argument("--rows", type=int, default=4096)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--torch", metavar="PYTHON", help="a Python that can import torch")
    given = parser.parse_args()
    sizes = {"layers": given.layers, "rows": given.rows, "width": given.width}
    need = needs(**sizes)
    table = Table("program", "derivatives need", "it promises", "peak, traced", "ratio", "resident")
    arrays = data(**sizes)
    for name, (title, step) in STEPS.items():
        peak = traced(step, arrays)
        grown = resident(sys.executable, OURS, name=name, **sizes)
        table.add_row(title, *map(mib, (*need[name], peak)), f"{peak / need[name][1]:.2f}",
                      mib(grown))  # fmt: skip
    if given.torch:
        grown = resident(given.torch, TORCH, **sizes)
        table.add_row("torch, eager", mib(need["engine"][0]), "", "", "", mib(grown))
    console = Console(highlight=False)
    console.print(table)
    console.print("{layers} layers of width {width}, {rows} rows, float64".format(**sizes))


if __name__ == "__main__":
    main()
