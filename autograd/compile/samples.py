"""A scalar program over arrays of samples as machine code: a loop over the samples around it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import floats
from .batch import in_front, length, sample_inputs
from .built import Built
from .jit import Code
from .program import Program, Step, dead
from .text import returned
from .trace import Place

LOOP = """@njit("(float64[:, ::1], float64[::1], float64[::1], int64[::1], int64[::1], {dims})",
      error_model="numpy", nogil=True)
def {loop}(x, m, c, t, p, o):
    for s in range(x.shape[1]):
        for i in range(x.shape[0]):
            m[i] = x[i, s]
        {title}(m, c, t)
        for k in range(len(p)):
            {gather}"""
TOTALS = {"dims": "float64[::1]", "gather": "o[k] += m[p[k]]"}
SEPARATE = {"dims": "float64[:, ::1]", "gather": "o[k, s] = m[p[k]]"}


def batched(
    program: Program, structure: Any, axes: Sequence[int | None], reduce: str | None, longest: int
) -> Built:
    """As batch.build: arrays of n numbers, or their sums or means.

    What no sample changes is float code, run once per call.
    """
    where = sample_inputs(program, axes)
    rows = [program.inputs[i] for i in where]
    inner, once, shared = split(program, rows)
    code = Code(inner, longest)
    namespace: dict[str, Any] = {"np": np}
    loop, put = code.names.new(f"{code.title}_samples"), code.names.new(f"{code.title}_result")
    code.blocks.append(LOOP.format(loop=loop, title=code.title, **(TOTALS if reduce else SEPARATE)))
    texts = output_texts(program, inner, shared, reduce)
    if reduce is None:
        texts, structure = in_front(texts, structure)
    result = floats.wrapped(returned(structure, texts, namespace))
    code.blocks.append(f"def {put}(o, u, n):\n    return {result}")
    code.imports.insert(0, "import numpy as np")
    begin = time.perf_counter()
    source, run = code.compiled(loop, namespace)
    seconds = time.perf_counter() - begin
    first = floats.build(once, [Place(i) for i in range(len(once.outputs))])
    arranged, tables = namespace[put], (code.numbers, code.walks, code.places)
    names = [s.name or "input" for s in rows]
    fixed = [i for i, s in enumerate((*program.inputs, *program.captured)) if s not in set(rows)]

    def call(*xs: Any) -> Any:
        samples = [np.asarray(xs[i]) for i in where]
        n = length(samples, names)
        u = first.run(*[xs[i] for i in fixed])
        x = np.empty((len(samples), n))
        for row, sample in zip(x, samples, strict=True):
            row[...] = sample
        m = code.memory()
        m[len(rows) : code.given] = u[:shared]
        o = np.zeros(len(code.places) if reduce else (len(code.places), n))
        run(x, m, *tables, o)
        if reduce == "mean":
            with np.errstate(invalid="ignore"):  # no samples
                o /= n
        return arranged(o.tolist() if reduce else o, u, n)

    return Built(f"{first.source}\n\n{source}", call, seconds)


def split(program: Program, rows: list[Step]) -> tuple[Program, Program, int]:
    """What runs for each sample, what runs once, and how many numbers go from one to the other."""
    depends = set(rows)
    for step in program.steps:
        if any(a in depends for a in step.operands()):
            depends.add(step)
    each = [s for s in program.steps if s in depends]
    shared = list(dict.fromkeys(a for s in each for a in s.operands() if a not in depends))
    outputs = [y for y in program.outputs if type(y) is Step and y in depends]
    inner = Program(program.name, rows, shared, each, outputs, True)
    fixed = [s for s in (*program.inputs, *program.captured) if s not in depends]
    rest = [y for y in program.outputs if not (type(y) is Step and y in depends)]
    steps = [s for s in program.steps if s not in depends]
    once = Program(f"{program.name}_once", fixed, [], steps, [*shared, *rest], True)
    return inner, dead(once), len(shared)


def output_texts(program: Program, inner: Program, shared: int, reduce: str | None) -> list[str]:
    """Each output from `o`, or from the numbers `u` that are the same for all samples."""
    depends = set(inner.outputs)
    o, u = iter(range(len(inner.outputs))), iter(range(shared, shared + len(program.outputs)))
    same = {None: "np.full(n, u[{}])", "sum": "n * u[{}]", "mean": "u[{}]"}[reduce]
    return [
        f"o[{next(o)}]" if type(y) is Step and y in depends else same.format(next(u))
        for y in program.outputs
    ]
