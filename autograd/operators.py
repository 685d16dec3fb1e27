"""Python's operators, the methods and numpy's protocols: one mixin for `Value` and `Tensor`.

Every public function whose first argument is a node is a method too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import elementwise, linalg, modes, reductions, shaping, softmaxes
from .backward import backward
from .data import mixed
from .elementwise import TABLE
from .node import Node
from .numpy_protocol import array_function, array_ufunc, plain

Function = Callable[..., Any]
OPERANDS = (Node, float, int, np.ndarray, np.generic, list, tuple)
DUNDERS: dict[str, Function] = {
    "add": TABLE["add"],
    "sub": TABLE["sub"],
    "mul": TABLE["mul"],
    "truediv": TABLE["div"],
    "pow": TABLE["power"],
    "matmul": linalg.matmul,
}


def forward(function: Function) -> Function:
    def method(self: Any, other: Any) -> Any:
        return function(self, other) if isinstance(other, OPERANDS) else NotImplemented

    return method


def reflected(function: Function) -> Function:
    def method(self: Any, other: Any) -> Any:
        return function(other, self) if isinstance(other, OPERANDS) else NotImplemented

    return method


def comparison(compare: Function, recorded: Function) -> Function:
    """A comparison of data, giving what it gives for floats and arrays.

    While a function is traced for compilation, an op: the program will compare other data.
    """

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, OPERANDS):
            return NotImplemented
        if modes.active and modes.is_tracing():
            return recorded(self, other)
        if isinstance(other, Node):
            if type(other) is not type(self):
                raise mixed(compare.__name__)
            other = plain(other)
        return compare(plain(self), other)

    return method


class Operators(Node):
    __slots__ = ()

    if TYPE_CHECKING:  # the methods are attached below, from the same tables as the functions

        def __getattr__(self, name: str) -> Any: ...

    def backward(self, seed: Any = None) -> None:
        """Store ∂self/∂node as `.grad` on every node that self was computed from.

        On leaves it is added to what is there, until `zero_grad`; on recorded nodes it is set
        afresh.  `seed` is the cotangent to start from, 1 for a node with exactly one element.
        Raises ShapeError for several elements and no seed.
        """
        backward(self, seed)

    def __format__(self, spec: str) -> str:
        """The number by a format such as `.3f`, for what has one element; else the text."""
        return (
            format(self._raw.item() if not self.is_scalar else self._raw, spec)
            if spec
            else str(self)
        )

    __neg__: Function = TABLE["neg"]
    __abs__: Function = TABLE["abs"]

    def __pos__(self) -> Any:
        return self

    __lt__ = comparison(operator.lt, lambda a, b: TABLE["greater"](b, a))
    __le__ = comparison(operator.le, lambda a, b: TABLE["at_least"](b, a))
    __gt__ = comparison(operator.gt, TABLE["greater"])
    __ge__ = comparison(operator.ge, TABLE["at_least"])
    __eq__ = comparison(operator.eq, TABLE["same"])
    __ne__ = comparison(operator.ne, TABLE["differ"])
    __hash__ = Node.__hash__  # identity, though `==` compares data

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return array_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return array_function(func, args, kwargs)

    def _repr_svg_(self) -> str | None:
        """A notebook's picture of the graph; None, and so the text, without a renderer."""
        from viz.notebook import picture  # with `show`, all that knows a view

        return picture(self)


METHODS: dict[str, Function] = {
    **{name: f for name, f in TABLE.items() if name not in elementwise.INTERNAL},
    **{name: getattr(elementwise, name) for name in ("leaky_relu", "elu", "clip")},
    **{name: getattr(reductions, name) for name in (
        "sum", "mean", "var", "std", "max", "min", "prod", "cumsum")},
    **{name: getattr(softmaxes, name) for name in ("logsumexp", "softmax", "log_softmax")},
    **{name: getattr(linalg, name) for name in ("matmul", "dot", "outer", "trace", "norm")},
    **{name: getattr(shaping, name) for name in (
        "transpose", "swapaxes", "reshape", "broadcast_to", "expand_dims", "squeeze", "take",
        "diag")},
}  # fmt: skip
for _method, _implementation in METHODS.items():
    setattr(Operators, _method, _implementation)
for _dunder, _function in DUNDERS.items():
    setattr(Operators, f"__{_dunder}__", forward(_function))
    setattr(Operators, f"__r{_dunder}__", reflected(_function))
