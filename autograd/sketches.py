"""Stand-ins for arrays: a rule that is run on them writes down what it does.

The steps are noted in order, and what was worked out already is not worked out again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .elementwise import TABLE
from .linalg import MATMUL
from .node import Node
from .op import Op, apply
from .shaping import TRANSPOSE

Step = tuple[Op, tuple[Any, ...], "Sketch"]  # result = op(*args)


class Sketch(Node):
    """A stand-in for an array; `full` ones are known to have the shape and dtype of the result."""

    __slots__ = ("full", "steps", "text")

    is_scalar = False
    ndim = 2  # it matters to the rules of matmul alone, whose formulas are for matrices

    def __init__(self, text: str, full: bool, steps: list[Step]) -> None:
        self.text = text
        self.full = full
        self.steps = steps

    @staticmethod
    def record(op: Op, args: tuple[Any, ...]) -> Sketch:
        known = [a for a in args if isinstance(a, Sketch)]
        steps = known[0].steps
        for before, same, result in steps:  # worked out already
            if before is op and [*map(id, args)] == [*map(id, same)]:
                return result
        result = Sketch("", op.elementwise and any(a.full for a in known), steps)
        steps.append((op, args, result))
        return result

    def __neg__(self) -> Any:
        return TABLE["neg"](self)

    def __matmul__(self, other: Any) -> Any:
        return apply(MATMUL, self, other)

    @property
    def T(self) -> Any:
        return apply(TRANSPOSE, self)


def attach(name: str, function: Callable[..., Any]) -> None:
    setattr(Sketch, f"__{name}__", lambda a, b: function(a, b))
    setattr(Sketch, f"__r{name}__", lambda a, b: function(b, a))


for _name, _row in (("add", "add"), ("sub", "sub"), ("mul", "mul"), ("truediv", "div")):
    attach(_name, TABLE[_row])
