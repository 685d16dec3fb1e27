"""A rule as a numpy function: what the first-order sweep runs on arrays in place of the rule.

`g * (y * (1.0 - y))` on arrays allocates three of them and looks up each operation by its operands.
So a rule is run once on stand-ins, which write down what it does, and the notes become

    def kernel(g, y, x):
        t0 = subtract(c0, y)
        t0 = multiply(y, t0, t0)
        t0 = multiply(g, t0, t0)
        return t0

with numbers as arrays of the right dtype (numpy takes 0.15 µs to convert one) and each temporary
written over as soon as it is dead.  The rule stays the only place that knows the derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .elementwise import TABLE
from .node import Node
from .op import ZERO, Op, Rule
from .softmaxes import LOG_SOFTMAX, SOFTMAX

Step = tuple[Op, tuple[Any, ...], "Sketch"]  # result = op(*args)


class Sketch(Node):
    """A stand-in for an array; `full` ones are known to have the shape and dtype of the result."""

    __slots__ = ("full", "steps", "text")

    is_scalar = False

    def __init__(self, text: str, full: bool, steps: list[Step]) -> None:
        self.text = text
        self.full = full
        self.steps = steps

    @staticmethod
    def record(op: Op, args: tuple[Any, ...]) -> Sketch:
        known = [a for a in args if isinstance(a, Sketch)]
        steps = known[0].steps
        result = Sketch("", op.elementwise and any(a.full for a in known), steps)
        steps.append((op, args, result))
        return result

    def __neg__(self) -> Any:
        return TABLE["neg"](self)


def attach(name: str, function: Callable[..., Any]) -> None:
    setattr(Sketch, f"__{name}__", lambda a, b: function(a, b))
    setattr(Sketch, f"__r{name}__", lambda a, b: function(b, a))


for _name, _row in (("add", "add"), ("sub", "sub"), ("mul", "mul"), ("truediv", "div")):
    attach(_name, TABLE[_row])


Rules = tuple[Rule | None, ...]
made: dict[Op, tuple[Rules, Rules, Rules]] = {}  # the rules that they were made from, 8, 4 bytes


def kernels(op: Op, itemsize: int) -> Rules:
    """One function per argument, for results of float64 (8 bytes) or float32; called as the rules.

    They take arrays for all arguments of an elementwise op.  The cotangent of an elementwise op may
    be smaller than its result, if it broadcasts against it.
    """
    assert isinstance(op.rules, tuple)
    known = made.get(op)
    if known is None or known[0] is not op.rules:
        if not (op.elementwise or op is SOFTMAX or op is LOG_SOFTMAX):
            return op.rules
        known = made[op] = (
            op.rules,
            tuple([kernel(op, rule, np.float64) for rule in op.rules]),
            tuple([kernel(op, rule, np.float32) for rule in op.rules]),
        )
    return known[1] if itemsize == 8 else known[2]


def kernel(op: Op, rule: Rule | None, dtype: type) -> Rule | None:
    if rule is None or rule is ZERO:
        return rule
    assert isinstance(op.rules, tuple)
    arity = len(op.rules)
    steps: list[Step] = []
    g = Sketch("g", not op.elementwise, steps)
    y = Sketch("y", True, steps)
    one_array = arity == 1 or not op.elementwise  # it has the result's shape
    xs = [Sketch(f"x{i}", one_array and not i, steps) for i in range(arity)]
    result = rule(g, y, *xs)
    if len(steps) < 2:
        return rule
    names: dict[str, Any] = {}
    lines = [*written(steps, result, names, dtype), f"return {result.text}"]
    source = f"def kernel({', '.join(s.text for s in (g, y, *xs))}):\n " + "\n ".join(lines)
    exec(source, names)
    function: Rule = names["kernel"]
    return function


def written(steps: list[Step], result: Sketch, names: dict[str, Any], dtype: type) -> list[str]:
    """The statements; `names` receives the functions and numbers that they mention."""
    last = {id(a): k for k, (_, args, _) in enumerate(steps) for a in args}
    lines, free, temporaries = [], list[str](), dict[int, str]()
    for k, (op, args, y) in enumerate(steps):
        ufunc = isinstance(op.compute, np.ufunc)
        texts = [text(a, names, dtype if ufunc else None) for a in args]
        # dead after this step, so a result of the same shape may be written over them
        free += [temporaries.pop(id(a)) for a in args
                 if last[id(a)] == k and id(a) in temporaries]  # fmt: skip
        if ufunc and y.full and free:
            y.text = free.pop()
            extreme = op.compute in (np.maximum, np.minimum)  # these want the keyword
            texts.append(f"out={y.text}" if extreme else y.text)
        else:
            y.text = f"t{k}"
        names[op.name] = op.compute
        lines.append(f"{y.text} = {op.name}({', '.join(texts)})")
        if y.full and y is not result:
            temporaries[id(y)] = y.text
    return lines


def text(a: Any, names: dict[str, Any], dtype: type | None) -> str:
    if isinstance(a, Sketch):
        return a.text
    name = f"c{len(names)}"
    names[name] = a if dtype is None else np.array(a, dtype)
    return name
