"""The one driver of the local passes: each step is rebuilt over its rewritten arguments.

A local rule looks at one step and gives what is to stand in its place (a step or a constant), or
None.  The driver applies the rules of the step's op until none answers; equal steps become one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .program import Program, Step

Rule = Callable[[Step], Any]
COMMUTATIVE = {"add", "mul", "maximum", "minimum", "same", "differ"}
SMALL = 64  # constant arrays up to this size are compared by content, larger ones by identity


class Rewriter:
    """One run over a program."""

    def __init__(self, rules: Mapping[str, Sequence[Rule]], scalar: bool) -> None:
        self.rules = rules
        self.scalar = scalar
        self.steps: list[Step] = []
        self.done: dict[Step, Any] = {}
        self.known: dict[Any, Step] = {}

    def run(self, program: Program) -> Program:
        for source in (program.inputs, program.captured):
            self.done.update((step, step) for step in source)
        for step in program.steps:
            self.done[step] = self.settled(step)
        outputs = [self.done[y] if type(y) is Step else y for y in program.outputs]
        return program.with_steps(self.steps, outputs)

    def settled(self, step: Step) -> Any:
        """What stands for `step` in the new program, written down there if it is a step."""
        done = self.done
        for arg in step.args:
            if type(arg) is Step and arg not in done:  # made by a rule
                done[arg] = self.settled(arg)
        args = tuple([done[a] if type(a) is Step else a for a in step.args])
        own = step
        if any(x is not y for x, y in zip(args, step.args, strict=True)):
            own = Step(step.op, args, step.shape, step.dtype, step.name)
        new = self.replaced(own)
        if new is not own:
            if type(new) is Step:
                if new in done:
                    new = done[new]
                    return named(new, step.name)
                new.name = new.name or step.name
                return self.settled(new)
            return new
        key = (own.op, *(token(a) for a in args))
        if own.op is not None and own.op.name in COMMUTATIVE and len(args) == 2:
            key = (own.op, frozenset(key[1:]))
        found = self.known.get(key)
        if found is not None and found.dtype == own.dtype and found.shape == own.shape:
            return named(found, step.name)
        self.known[key] = own
        self.steps.append(own)
        done[own] = own
        return own

    def replaced(self, step: Step) -> Any:
        assert step.op is not None
        for rule in (*self.rules.get(step.op.name, ()), *self.rules.get("*", ())):
            new = rule(step)
            if new is not None:
                return new
        return step


def named(step: Any, name: str | None) -> Any:
    """`step`, with the user's name for it where it has none."""
    if type(step) is Step and step.op is not None and step.name is None:
        step.name = name
    return step


def token(arg: Any) -> Any:
    """What makes two arguments the same: identity of steps, value of constants."""
    if type(arg) is Step:
        return id(arg)
    if type(arg) is float:
        return (float, math.copysign(arg, 1.0) if arg else math.copysign(1.0, arg), arg)
    if isinstance(arg, np.ndarray):
        if arg.size > SMALL:
            return ("array", id(arg))
        return ("array", arg.shape, arg.dtype.str, arg.tobytes())
    if isinstance(arg, tuple):
        return tuple([token(a) for a in arg])
    if isinstance(arg, slice):
        return ("slice", arg.start, arg.stop, arg.step)
    return (type(arg), arg)


def rewritten(program: Program, rules: Mapping[str, Sequence[Rule]]) -> Program:
    return Rewriter(rules, program.scalar).run(program)
