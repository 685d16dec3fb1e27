"""The one driver of the local passes: each step is rebuilt over its rewritten arguments.

A local rule looks at one step and gives what is to stand in its place (a step or a constant), or
None.  The driver applies the rules of the step's op until none answers; equal steps become one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..op import Op
from .program import Program, Step

Rule = Callable[[Step], Any]
COMMUTATIVE = {"add", "mul", "maximum", "minimum", "same", "differ"}
SMALL = 64  # constant arrays up to this size are compared by content, larger ones by identity


class Rewriter:
    """One run over a program."""

    def __init__(self, rules: Mapping[str, Sequence[Rule]]) -> None:
        self.rules = rules
        self.known_rules: dict[Op, tuple[Rule, ...]] = {}
        self.steps: list[Step] = []
        self.done: dict[Step, Any] = {}
        self.known: dict[Any, Step] = {}

    def run(self, program: Program) -> Program:
        done = self.done
        for source in (program.inputs, program.captured):
            done.update((step, step) for step in source)
        for step in program.steps:
            done[step] = self.settled(step)
        outputs = [done[y] if type(y) is Step else y for y in program.outputs]
        return program.with_steps(self.steps, outputs)

    def settled(self, step: Step) -> Any:
        """What stands for `step` in the new program, written down there if it is a step."""
        done, args, changed = self.done, [], False
        for arg in step.args:
            if type(arg) is Step:
                found = done.get(arg)
                if found is None:  # made by a rule
                    found = done[arg] = self.settled(arg)
                changed |= found is not arg
                args.append(found)
            else:
                args.append(arg)
        own = step
        if changed:
            own = Step(step.op, tuple(args), step.shape, step.dtype, step.name)
        new = self.replaced(own)
        if new is own:
            return self.written(own)
        if type(new) is not Step:
            return new
        if new in done:
            return named(done[new], step.name)
        new.name = new.name or step.name
        return self.settled(new)

    def replaced(self, step: Step) -> Any:
        op = step.op
        assert op is not None
        rules = self.known_rules.get(op)
        if rules is None:
            rules = (*self.rules.get(op.name, ()), *self.rules.get("*", ()))
            self.known_rules[op] = rules
        for rule in rules:
            new = rule(step)
            if new is not None:
                return new
        return step

    def written(self, own: Step) -> Any:
        """`own` as a step of the new program, or the one there that is equal to it."""
        op, args = own.op, own.args
        key: Any = args
        for a in args:
            if type(a) is not Step:
                key = tuple([a if type(a) is Step else token(a) for a in args])
                break
        if len(args) == 2 and op is not None and op.name in COMMUTATIVE:
            key = frozenset(key)
        found = self.known.get((op, key))
        if found is not None and found.dtype == own.dtype and found.shape == own.shape:
            return named(found, own.name)
        self.known[op, key] = self.done[own] = own
        self.steps.append(own)
        return own


def named(step: Any, name: str | None) -> Any:
    """`step`, with the user's name for it where it has none."""
    if type(step) is Step and step.op is not None and step.name is None:
        step.name = name
    return step


def token(arg: Any) -> Any:
    """What makes two constants the same: their value, the sign of zero included."""
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
    return Rewriter(rules).run(program)
