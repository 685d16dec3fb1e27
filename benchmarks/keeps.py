"""What is kept in memory: by each recorded operation, over a long training, by compiled functions.

    python -m benchmarks.keeps [--steps 1000] [--shapes 1000]

Bytes of an operation are what Python's tracemalloc sees, to which numpy reports its arrays.  The
trainings run without the cycle collector, so whatever is not freed by itself stays.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import autograd as ag
import nn
from autograd import Tensor, Value

OPERATIONS = 10_000
RECORDED: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "Value: y + x": (0.5, lambda x: lambda y: y + x),
    "Value: y * 1.5": (0.5, lambda x: lambda y: y * 1.5),
    "Value: tanh(y)": (0.5, lambda x: lambda y: ag.tanh(y)),
    "Tensor (): y + x": (np.array(0.5), lambda x: lambda y: y + x),
    "Tensor (): tanh(y)": (np.array(0.5), lambda x: lambda y: ag.tanh(y)),
    "Tensor (100,): y + x": (np.full(100, 0.5), lambda x: lambda y: y + x),
    "Tensor (100,): tanh(y)": (np.full(100, 0.5), lambda x: lambda y: ag.tanh(y)),
}


def bytes_per_operation(start: Any, make: Callable[[Any], Any]) -> float:
    """What a chain of operations keeps while its result is there, for each of them."""
    x: Any = Value(start) if isinstance(start, float) else Tensor(start)
    operation = make(x)
    operation(x)  # recorders and kernels are made once
    tracemalloc.start()
    before, y = tracemalloc.get_traced_memory()[0], x
    for _ in range(OPERATIONS):
        y = operation(y)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return kept / OPERATIONS


def trainings() -> dict[str, Callable[[], object]]:
    """One step of each kind of training."""
    moons = nn.data.moons(10, noise=0.1, seed=0)
    mlp = nn.MLP(2, [4, 1])
    x, t = Tensor(moons.x), moons.y
    net, compiled_net = (nn.SigmoidNet((2, 5, 2), seed=0) for _ in range(2))
    adam = nn.Adam(net.parameters(), lr=0.01)
    adam_of_values = nn.Adam(mlp.parameters(), lr=0.01)
    slopes = ag.compile(ag.grad(lambda W: ag.sum(ag.tanh(moons.x @ W) ** 2)))
    kept = {"W": np.ones((2, 3))}

    def scalar() -> None:
        losses = [
            (1 - (2 * int(k) - 1) * mlp(list(row))).relu()
            for row, k in zip(moons.x, t, strict=True)
        ]
        loss: Any = sum(losses, start=Value(0.0))
        mlp.zero_grad()
        loss.backward()
        adam_of_values.step()

    def array() -> None:
        loss = net.loss(x, t)
        adam.zero_grad()
        loss.backward()
        adam.step()

    def compiled() -> None:
        kept["W"] = kept["W"] - 0.01 * slopes(kept["W"])

    def fitted() -> None:
        nn.fit(compiled_net, moons.x, t, epochs=1, lr=0.01, seed=0)

    return {
        "Values, Adam": scalar, "Tensors, Adam": array, "compiled gradient": compiled,
        "nn.fit, one epoch": fitted,
    }  # fmt: skip


@dataclass(frozen=True)
class Growth:
    """What a run added: objects in cycles, blocks of Python's allocator without those, bytes."""

    cycles: int
    blocks: int
    resident: int


def resident() -> int:
    """Bytes of this process in memory; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        return 0


def growth(step: Callable[[], object], steps: int, first: int = 200) -> Growth:
    """What `steps` steps add, after `first` that fill what is kept for good; no collector runs."""
    gc.disable()
    try:
        for _ in range(first):
            step()
        gc.collect()  # empties Python's own lists of free objects, too
        blocks, size = sys.getallocatedblocks(), resident()
        for _ in range(steps):
            step()
        size = resident() - size
        cycles = gc.collect()
    finally:
        gc.enable()
    return Growth(cycles, sys.getallocatedblocks() - blocks, size)


def many_shapes(shapes: int, first: int = 100) -> tuple[int, Growth]:
    """Programs that a compiled function keeps after so many shapes, and what all but the first
    `first` of them added."""
    f = ag.compile(lambda x: ag.sum(ag.tanh(x) * x))
    sizes = iter(range(1, first + shapes + 1))
    found = growth(lambda: f(np.ones(next(sizes))), shapes, first)
    return f.cache_info().size, found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--shapes", type=int, default=1000)
    given = parser.parse_args()
    console = Console(highlight=False)
    table = Table("recorded operation", "bytes", "of them data")
    for title, (start, make) in RECORDED.items():
        data = 0 if isinstance(start, float) else start.nbytes
        table.add_row(title, f"{bytes_per_operation(start, make):.0f}", str(data or "–"))
    console.print(table)
    table = Table(f"{given.steps} steps of", "objects in cycles", "blocks", "resident, KiB")
    for title, step in trainings().items():
        table.add_row(title, *told(growth(step, given.steps)))
    size, found = many_shapes(given.shapes)
    table.add_row(
        f"a compiled function, {given.shapes} shapes ({size} programs kept)", *told(found)
    )
    console.print(table)


def told(found: Growth) -> tuple[str, str, str]:
    return str(found.cycles), str(found.blocks), f"{found.resident / 1024:.0f}"


if __name__ == "__main__":
    main()
