"""Long batches a cache-sized piece at a time.

Where samples meet only in sums (losses, gradients of parameters), a program is the same small
program for each piece of the batch, and the sums of what it gives.  Its arrays then stay in the
processor's cache from one call of numpy to the next.  `split` finds out whether a program is such a
one, and gives the program of one piece and that of what comes after the sums.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..linalg import MATMUL
from ..reductions import SUM
from ..shaping import GETITEM, RESHAPE, TRANSPOSE
from .joined import WITH_ONES
from .program import Program, Step, dead, shape_of

ROWS = 8192  # samples in a piece: measured best of 1024, 2048, … for networks a few units wide
SMALL = 1 << 12  # entries of what may be worked out again for each piece


class Unsplittable(Exception):
    """A step that needs more than its own samples."""


class Split:
    """A program in pieces along the axis of size `n`."""

    def __init__(self, program: Program, n: int) -> None:
        self.program = program
        self.n = n
        self.body: list[Step] = []  # once for each piece
        self.sums: list[Step] = []  # of the body's steps: over samples
        self.rest: list[Step] = []  # once
        self.late: set[Step] = set()  # what depends on a sum
        for step in program.steps:
            self.classify(step)
        self.constants = self.batch_constants()

    def axis(self, x: Any) -> int | None:
        """The axis along which the samples lie."""
        axes = [a for a, size in enumerate(shape_of(x)) if size == self.n]
        if len(axes) > 1:
            raise Unsplittable
        return axes[0] if axes else None

    def classify(self, step: Step) -> None:
        assert step.op is not None
        late = any(a in self.late for a in step.operands())
        own = self.axis(step)
        if all(self.axis(a) is None for a in step.args if is_data(a)):
            if own is not None:
                raise Unsplittable  # made for all samples at once
            self.rest.append(step)
            if late:
                self.late.add(step)
            return
        if late or not self.keeps_samples_apart(step, own):
            raise Unsplittable
        if own is None:
            self.sums.append(step)
            self.late.add(step)
        self.body.append(step)

    def keeps_samples_apart(self, step: Step, own: int | None) -> bool:
        """Whether the result for a sample needs that sample alone; or is a sum over samples."""
        op, args = step.op, step.args
        assert op is not None
        if op.elementwise:
            ends = {
                len(shape_of(a)) - i for a in args if is_data(a) if (i := self.axis(a)) is not None
            }
            return own is not None and ends == {len(step.shape) - own}
        if op is MATMUL and all(len(shape_of(a)) == 2 for a in args):
            return (self.axis(args[0]), self.axis(args[1]), own) in (
                (0, None, 0),
                (None, 1, 1),
                (1, 0, None),
            )
        if op is TRANSPOSE or op is WITH_ONES:
            return own is not None
        along = self.axis(args[0])
        if op.name in ALONG_AXES:
            axes = tuple(range(len(shape_of(args[0])))) if args[1] is None else args[1]
            return along not in axes if own is not None else op is SUM
        if op is RESHAPE:
            gone = [n for n in shape_of(args[0]) if n != 1]
            return own is not None and gone == [n for n in step.shape if n != 1]
        if op is GETITEM:
            key = args[1]
            plain = all(isinstance(i, slice | int) for i in key)
            assert along is not None
            return own is not None and plain and key[along : along + 1] in ((), (slice(None),))
        return False

    def batch_constants(self) -> list[np.ndarray[Any, Any]]:
        """Constant arrays with an entry for each sample: a piece takes its part of them."""
        found = {
            id(a): a
            for step in self.body
            for a in step.args
            if isinstance(a, np.ndarray) and self.axis(a) is not None
        }
        return list(found.values())

    # ── the programs ────────────────────────────────────────────────────────────────────────────
    def piece(self, m: int, name: str) -> Program:
        """The program of m samples: parts of inputs and constants; sums, then batch outputs."""
        new: dict[Any, Any] = {}
        for step in (*self.program.inputs, *self.program.captured):
            new[step] = Step(None, (), self.sized(step.shape, m), step.dtype, step.name)
        constants = {
            id(a): Step(None, (), self.sized(a.shape, m), a.dtype, "data") for a in self.constants
        }
        steps = []
        for step in self.program.steps:
            if step in self.late and step not in self.sums:
                continue
            args = tuple([
                new[a] if type(a) is Step
                else constants.get(id(a), a) if isinstance(a, np.ndarray)
                else self.sized(a, m) if step.op is RESHAPE
                else a
                for a in step.args
            ])  # fmt: skip
            new[step] = Step(step.op, args, self.sized(step.shape, m), step.dtype, step.name)
            steps.append(new[step])
        outputs = [new[s] for s in (*self.sums, *self.batch_outputs())]
        inputs = [new[s] for s in self.program.inputs] + list(constants.values())
        captured = [new[s] for s in self.program.captured]
        return dead(Program(name, inputs, captured, steps, outputs, False, self.program.notes))

    def after(self, name: str) -> Program:
        """What is worked out once, from the inputs and the sums."""
        new: dict[Any, Any] = {}
        sums = [Step(None, (), s.shape, s.dtype, s.name) for s in self.sums]
        new.update(zip(self.sums, sums, strict=True))
        rest = []
        for step in self.rest:
            args = tuple([new.get(a, a) if type(a) is Step else a for a in step.args])
            new[step] = Step(step.op, args, step.shape, step.dtype, step.name)
            rest.append(new[step])
        own = [
            new.get(y, y) if type(y) is Step else y
            for y in self.program.outputs
            if not self.is_batch(y)
        ]
        inputs = [s for s in self.program.inputs if self.axis(s) is None]
        return dead(Program(name, [*inputs, *sums], self.program.captured, rest, own, False))

    def is_batch(self, y: Any) -> bool:
        return type(y) is Step and self.axis(y) is not None

    def batch_outputs(self) -> list[Step]:
        return list(dict.fromkeys(y for y in self.program.outputs if self.is_batch(y)))

    def sized(self, shape: Any, m: int) -> Any:
        return tuple(m if size == self.n else size for size in shape)


ALONG_AXES = {"sum", "max", "min", "prod", "softmax", "log_softmax", "logsumexp"}


def is_data(arg: Any) -> bool:
    return isinstance(arg, Step | np.ndarray)


def split(program: Program) -> Split | None:
    """The program in pieces, if it is long enough for that and its samples meet in sums alone."""
    largest = max(
        (s for s in (*program.inputs, *program.steps)),
        key=lambda s: math.prod(s.shape),
        default=None,
    )
    n = max(largest.shape, default=0) if largest else 0
    if n < 2 * ROWS:
        return None
    try:
        found = Split(program, n)
        usable = found.body and all(
            math.prod(step.shape) <= SMALL for step in found.rest if step not in found.late
        )
        return found if usable and not any(found.is_batch(s) for s in program.captured) else None
    except Unsplittable:
        return None
