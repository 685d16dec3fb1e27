"""A layout pass: tall thin batches as rows of features instead of rows of samples.

With samples as rows (n, k) and k small, numpy works in inner loops of length k wherever it
broadcasts a bias, and sums over samples stride through memory.  Transposed, (k, n), the inner loops
have length n.  Steps that are tied by elementwise arithmetic keep one layout, and those that a bias
is added to are turned: each is replaced by the transpose of its transposed self.  What lies between
two such steps cancels; what remains are views, which cost BLAS nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..linalg import MATMUL
from ..shaping import RESHAPE, TRANSPOSE
from .program import Program, Step, shape_of

THIN = 32  # wider rows have inner loops that are long enough
LONG = 4096  # rows from which on thin products gain more than turning the inputs costs
TALL = 4  # how many times taller than wide


def columns(program: Program) -> Program:
    """The program with its tall thin batch in columns, if it has one."""
    n = batch_size(program)
    return program if n is None else Columns(program, n).run()


def batch_size(program: Program) -> int | None:
    """The number of rows that biases are added to, if all of them are thin."""
    shapes = {step.shape for step in program.steps if is_biased(step)}
    if len({n for n, _ in shapes}) != 1 or any(k > THIN or n < TALL * k for n, k in shapes):
        return None
    return next(iter(shapes))[0]


def is_biased(step: Step) -> bool:
    """Whether a row is added to every row of a matrix."""
    if step.op is None or step.op.name != "add" or len(step.shape) != 2:
        return False
    return any(shape_of(a) in (step.shape[1:], (1, step.shape[1])) for a in step.args)


class Ties:
    """Which steps have to share a layout: disjoint sets."""

    def __init__(self) -> None:
        self.above: dict[Step, Step] = {}

    def root(self, step: Step) -> Step:
        while step in self.above:
            step = self.above[step]
        return step

    def join(self, a: Step, b: Step) -> None:
        a, b = self.root(a), self.root(b)
        if a is not b:
            self.above[a] = b


class Columns:
    """One run over a program with a batch of n rows."""

    def __init__(self, program: Program, n: int) -> None:
        self.program = program
        self.n = n
        self.steps: list[Step] = []
        self.new: dict[Step, Step] = {}
        self.flipped: dict[int, Any] = {}
        self.tie = Ties()
        self.biased: set[Step] = set()
        for step in program.steps:
            if step.op is not None and step.op.elementwise and self.is_batch(step):
                for arg in step.args:
                    if type(arg) is Step and self.is_batch(arg):
                        self.tie.join(step, arg)
        for step in program.steps:
            if step.op is not None and is_biased(step):
                self.biased.add(self.tie.root(step))

    def run(self) -> Program:
        for step in self.program.steps:
            args = tuple([self.new.get(a, a) if type(a) is Step else a for a in step.args])
            own = Step(step.op, args, step.shape, step.dtype, step.name)
            turned = self.turned(own, step)
            if turned is not None:
                self.steps.append(turned)
                own = Step(TRANSPOSE, (turned, None), step.shape, step.dtype)
            self.new[step] = own
            self.steps.append(own)
        outputs = [self.new.get(y, y) if type(y) is Step else y for y in self.program.outputs]
        return self.program.with_steps(self.steps, outputs)

    def turned(self, step: Step, original: Step) -> Step | None:
        """The step that computes the transpose of `step`, for steps of the batch."""
        assert step.op is not None
        whole = self.n >= LONG or self.tie.root(original) in self.biased
        if self.is_batch(step) and whole:
            if step.op.elementwise:
                args = tuple([self.across(a) for a in step.args])
                return Step(step.op, args, step.shape[::-1], step.dtype, step.name)
            if step.op is MATMUL and all(len(shape_of(a)) == 2 for a in step.args):
                a, b = step.args
                args = (self.across(b), self.across(a))
                return Step(MATMUL, args, step.shape[::-1], step.dtype, step.name)
            if step.op.name in ("softmax", "log_softmax") and step.args[1] in ((0,), (1,)):
                args = (self.across(step.args[0]), (1 - step.args[1][0],))
                return Step(step.op, args, step.shape[::-1], step.dtype, step.name)
        if step.op.name in ("sum", "max", "min") and self.is_turned(step.args[0]):
            return self.reduction(step)
        return None

    def is_turned(self, x: Any) -> bool:
        return self.is_batch(x) and type(x) is Step and x.op is TRANSPOSE

    def reduction(self, step: Step) -> Step | None:
        """Along the other axis; where no axis is kept the result itself is the same."""
        x, axes, keepdims = step.args
        turned = None if axes is None else tuple(sorted(1 - a for a in axes))
        if keepdims:
            args = (self.across(x), turned, True)
            return Step(step.op, args, step.shape[::-1], step.dtype, step.name)
        step.args = (self.across(x), turned, False)
        return None

    def is_batch(self, x: Any) -> bool:
        return len(shape_of(x)) == 2 and shape_of(x)[0] == self.n

    def across(self, x: Any) -> Any:
        """x as it is broadcast against columns: (k,) and (n, k) alike get their axes reversed."""
        shape = shape_of(x)
        if not shape or x is None:
            return x
        if type(x) is Step:
            if x.op is TRANSPOSE and len(shape) == 2:
                return x.args[0]
            made = (
                Step(TRANSPOSE, (x, None), shape[::-1], x.dtype)
                if len(shape) == 2
                else Step(RESHAPE, (x, (shape[0], 1)), (shape[0], 1), x.dtype)
            )
            self.steps.append(made)
            return made
        if id(x) not in self.flipped:
            array = np.asarray(x)
            self.flipped[id(x)] = np.ascontiguousarray(
                array.T if array.ndim == 2 else array.reshape(-1, 1)
            )
        return self.flipped[id(x)]
