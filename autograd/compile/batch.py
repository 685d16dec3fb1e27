"""A scalar program over arrays of samples at once, as numpy calls on packs of rows.

What does not depend on the batch is float code, run once per call (see floats.py).  All the rest
lives in one block of memory per call, a row of n numbers for each value, and rows are used again as
soon as nobody reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..tree import leaves, rebuilt
from . import floats
from .built import Built
from .pack import Plan, planned
from .program import Program, Step, dead
from .rows import Rows
from .text import loaded, returned
from .totals import Totals
from .trace import Block, Place

KEPT = 8  # numbers of samples for which memory is kept
Array = np.ndarray[Any, Any]


def build(
    program: Program, structure: Any, axes: Sequence[int | None], reduce: str | None
) -> Built:
    """The program for n samples at once.

    `axes` has 0 for each input that is an array with one number per sample, None for a number that
    is the same for all.  Outputs are arrays of n numbers, or their sum or mean over the samples.
    """
    where = sample_inputs(program, axes)
    inputs = [program.inputs[i] for i in where]
    plan = planned(program, inputs, reduce is not None)
    rows = Rows(program, plan, inputs)
    text = written(rows, plan, structure, reduce)
    once = once_per_call(program, plan, inputs, rows.handed)
    main = loaded(rows.title, text, rows.namespace)
    memory = Memory(rows)
    names = [s.name or "input" for s in inputs]
    shared = [i for i in range(len(program.inputs) + len(program.captured)) if i not in set(where)]

    def run(*xs: Any) -> Any:
        samples = [np.asarray(xs[i]) for i in where]
        n = length(samples, names)
        u = once.run(*[xs[i] for i in shared])
        x, w = work = memory.taken(n)
        for row, sample in zip(x, samples, strict=True):
            row[...] = sample
        with np.errstate(all="ignore"):
            result = main(u, x, w, n)
        memory.given_back(n, work)
        return result

    return Built(f"{once.source}\n\n{text}", run)


def written(rows: Rows, plan: Plan, structure: Any, reduce: str | None) -> str:
    """The text of the function `title(u, x, w, n)`."""
    if reduce is None:
        texts, structure = per_sample(rows, plan, structure)
    else:
        texts = Totals(rows, plan.outputs, reduce).texts
    result = floats.wrapped(returned(structure, texts, rows.namespace))
    if any("np." in line for line in (*rows.header, result)):
        rows.header.insert(0, "import numpy as np")
    if any("TABLE[" in line for line in rows.header):
        rows.header.insert(0, "from autograd.elementwise import TABLE")
    own = rows.imports & {"sigmoid_into"}
    if own:
        rows.header.insert(0, "from autograd.compile.rows import sigmoid_into")
    if rows.imports - own:
        rows.header.insert(0, f"from numpy import {', '.join(sorted(rows.imports - own))}")
    about = f"# u: {rows.title}_once(…); x: the batched inputs as rows; w: memory; n: samples"
    body = [f"    {line}" for line in (*rows.lines, f"return {result}")]
    return "\n".join(
        [*rows.header, "", "", f"def {rows.title}(u, x, w, n):", f"    {about}", *body, ""]
    )


def per_sample(rows: Rows, plan: Plan, structure: Any) -> tuple[list[str], Any]:
    """One array of n numbers for each output; arrays of outputs with the sample axis in front."""
    texts = [
        f"{rows.row(rows.spots[y])}.copy()"
        if y in plan.batched
        else f"{rows.call('full')}(n, {rows.number(y)})"
        for y in plan.outputs
    ]

    return in_front(texts, structure)


def in_front(texts: list[str], structure: Any) -> tuple[list[str], Any]:
    """Arrays of outputs with the sample axis in front."""

    def placed(leaf: Any) -> Any:
        if isinstance(leaf, Block):
            entries = ", ".join(texts[leaf.first : leaf.first + int(np.prod(leaf.shape))])
            shape = ", ".join(map(str, ("n", *leaf.shape)))
            texts.append(f"np.stack([{entries}], 1).reshape({shape})")
            return Place(len(texts) - 1)
        return leaf

    return texts, rebuilt(structure, iter([placed(leaf) for leaf in leaves(structure)]))


def once_per_call(
    program: Program, plan: Plan, inputs: list[Step], handed: list[list[Any]]
) -> Built:
    """The float code for what all samples share; it hands over lists of numbers."""
    batched = set(inputs)
    fixed = [s for s in (*program.inputs, *program.captured) if s not in batched]
    flat = [y for numbers in handed for y in numbers]
    places = iter(range(len(flat)))
    structure = [[Place(next(places)) for _ in numbers] for numbers in handed]
    shared = Program(f"{program.name}_once", fixed, [], plan.once, flat, True)
    return floats.build(dead(shared), structure)


def sample_inputs(program: Program, axes: Sequence[int | None]) -> list[int]:
    """The positions of the inputs that have a number per sample."""
    for step, axis in zip(program.inputs, axes, strict=True):
        if axis not in (None, 0, -1):
            raise ShapeError(
                f"batch: {step.name} has one number per sample, so the samples lie along axis 0; "
                f"got axis {axis}"
            )
    return [i for i, axis in enumerate(axes) if axis is not None]


def length(samples: list[Array], names: list[str]) -> int:
    """n; raises ShapeError unless every batched input has n numbers."""
    for sample, name in zip(samples, names, strict=True):
        if sample.ndim != 1:
            raise ShapeError(
                f"batch: {name} has one number per sample, so its shape is (n,); got {sample.shape}"
            )
        if len(sample) != len(samples[0]):
            raise ShapeError(
                f"batch: inputs with a sample axis have the same length; {names[0]} has "
                f"{len(samples[0])}, {name} has {len(sample)}"
            )
    return len(samples[0])


class Memory:
    """Blocks of rows for calls to write in, one per call that runs at the same time."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.free: dict[int, list[Any]] = {}

    def taken(self, n: int) -> Any:
        try:
            return self.free[n].pop()
        except (KeyError, IndexError):
            return self.rows.block(n)

    def given_back(self, n: int, work: Any) -> None:
        if n not in self.free and len(self.free) >= KEPT:
            self.free.clear()
        self.free.setdefault(n, []).append(work)
