"""A traced function as plain data: inputs, steps in order, outputs.

A `Step` is one recorded op with its arguments (steps and constants), the shape and dtype of its
result, and the user's name for it.  Passes take a program and give a new one; backends write it out
as source.  In a scalar program every step is a Python float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..op import Op

FLOAT64 = np.dtype(np.float64)


class Step:
    """One value of the program; `op` is None for an input."""

    __slots__ = ("args", "dtype", "name", "op", "shape")

    def __init__(
        self,
        op: Op | None,
        args: tuple[Any, ...],
        shape: tuple[int, ...] = (),
        dtype: np.dtype[Any] = FLOAT64,
        name: str | None = None,
    ) -> None:
        self.op = op
        self.args = args
        self.shape = shape
        self.dtype = dtype
        self.name = name

    def operands(self) -> Iterator[Step]:
        """The arguments that are steps, repeated if repeated."""
        return (a for a in self.args if type(a) is Step)

    def __repr__(self) -> str:
        return f"<{self.name or 'step'} = {self.op.name if self.op else 'input'} {self.shape}>"


@dataclass
class Program:
    """What `trace` gives and every pass maps to another one.

    `inputs` are the function's numbers and arrays in order; then `captured`, the leaves that the
    function reached without being given them (a network's parameters), read anew at every call.
    `outputs` are the leaves of the result: steps or constants.
    """

    name: str
    inputs: list[Step]
    captured: list[Step]
    steps: list[Step]  # in an order of computation; inputs are not among them
    outputs: list[Any]
    scalar: bool  # every step is a float
    notes: dict[str, Any] = field(default_factory=dict)

    def uses(self) -> dict[Step, int]:
        """How often each step is read; an output counts as once."""
        count = dict.fromkeys((*self.inputs, *self.captured, *self.steps), 0)
        for step in self.steps:
            for arg in step.args:
                if type(arg) is Step:
                    count[arg] += 1
        for out in self.outputs:
            if type(out) is Step:
                count[out] += 1
        return count

    def with_steps(self, steps: list[Step], outputs: list[Any]) -> Program:
        return Program(
            self.name, self.inputs, self.captured, steps, outputs, self.scalar, self.notes
        )


def dead(program: Program) -> Program:
    """Without the steps that no output needs."""
    needed = {y for y in program.outputs if type(y) is Step}
    kept = []
    for step in reversed(program.steps):
        if step in needed:
            kept.append(step)
            for a in step.args:
                if type(a) is Step:
                    needed.add(a)
    kept.reverse()
    return program.with_steps(kept, program.outputs)


def readers(program: Program) -> dict[Step, list[Step]]:
    """Who reads each step, each reader once."""
    found: dict[Step, list[Step]] = {}
    for step in program.steps:
        for arg in dict.fromkeys(step.operands()):
            found.setdefault(arg, []).append(step)
    return found


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a step or of a constant."""
    return x.shape if isinstance(x, Step) else np.shape(x)


def dtype_of(x: Any) -> np.dtype[Any] | type[float]:
    """The dtype as numpy's promotion wants it: a Python number is weak."""
    if isinstance(x, float | int) and not isinstance(x, np.generic):
        return float
    return x.dtype if isinstance(x, Step) else np.asarray(x).dtype


def elementwise(op: Op, *args: Any, name: str | None = None) -> Step:
    """A new elementwise step: shape and dtype by numpy's rules."""
    shape = np.broadcast_shapes(*(shape_of(a) for a in args if a is not None))
    kinds = [dtype_of(a) for a in args if a is not None]
    strong = [k for k in kinds if k is not float]
    dtype = np.result_type(*strong) if strong else FLOAT64
    return Step(op, args, shape, dtype, name)
