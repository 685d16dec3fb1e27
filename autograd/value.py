"""`Value`: a node over a Python float.

The derivative of a scalar op in each argument is a number, so it is worked out by the op's own rule
when the op is recorded, and stored.  First-order backward is then one multiplication per edge, and
it is right at the point where the graph was recorded, whatever happened to the leaves since.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from . import modes
from .data import as_float, mixed
from .elementwise import TABLE
from .errors import NoDerivativeError, RecordedError
from .node import Node, tick
from .op import ZERO, Function, Op, ieee, on_objects, scalar_result
from .operators import DUNDERS, Operators
from .recorders import ARITHMETIC, Recorder, recorder, simple

new = object.__new__


class Value(Operators):
    """A number in a scalar graph.

    `Value(data, name=None)`: `data` is an int or a float; `name` is shown in drawings.  Supports
    Python's arithmetic with numbers on either side, comparisons (of data), every function of this
    package as function and method, and `backward`.  `.grad` is 0.0 before any backward.

    >>> x = Value(3.0, name="x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> y.data, x.grad
    (10.0, 6.0)
    """

    # The arguments (nodes or floats) and the derivatives in them; None in place of a derivative
    # marks a constant.  More than two arguments: a tuple in _a, and one of derivatives in _db.
    __slots__ = ("_a", "_b", "_da", "_db")

    is_scalar = True
    _raw: float
    _a: Any
    _b: Any
    _da: Any
    _db: Any

    def __init__(self, data: Any, name: str | None = None) -> None:
        self._raw = data if type(data) is float else as_float(data, "Value")
        self.op = self._a = self._b = self._da = self._db = None
        self._tag = None if name is None else (name, ())
        self.grad = 0.0
        self.serial = tick()

    @property
    def data(self) -> float:
        """The number.  A leaf's can be assigned; a recorded node's cannot."""
        if modes.active:
            modes.take_out(".data")
        return self._raw

    @data.setter
    def data(self, data: Any) -> None:
        if modes.active:
            modes.side_effect("assigning .data")
        if self.op is not None:
            raise RecordedError(recorded_message(self))
        self._raw = data if type(data) is float else as_float(data, "Value.data")
        self.serial = tick()

    @property
    def args(self) -> tuple[Any, ...]:  # type: ignore[override]  # an attribute of Node, read only
        if self.op is None:
            return ()
        if isinstance(self._a, tuple):
            return self._a
        return (self._a,) if self._b is None else (self._a, self._b)

    @property
    def inputs(self) -> tuple[Any, ...]:  # type: ignore[override]  # likewise
        return tuple(a._raw if isinstance(a, Value) else a for a in self.args)

    @property
    def _parents(self) -> tuple[Node, ...]:  # type: ignore[override]  # likewise
        if self._db is None:
            return () if self._da is None else (self._a,)
        if type(self._db) is tuple:
            return tuple([a for a in self._a if isinstance(a, Node)])
        return (self._b,) if self._da is None else (self._a, self._b)

    def locals(self) -> tuple[Any, ...]:
        """∂self/∂arg for each argument, as recorded; None for a constant."""
        if self.op is None:
            return ()
        if isinstance(self._a, tuple):
            slopes: tuple[Any, ...] = self._db
            return slopes
        return (self._da,) if self._b is None else (self._da, self._db)

    def zero_grad(self) -> None:
        """Set this node's gradient to 0.0."""
        self.grad = 0.0

    def __repr__(self) -> str:
        name = "" if self.name is None else f", name={self.name!r}"
        return f"Value(data={self._raw!r}, grad={self.grad!r}{name})"

    def __float__(self) -> float:
        if modes.active:
            modes.take_out("float()")
        return self._raw

    def __int__(self) -> int:
        if modes.active:
            modes.take_out("int()")
        return int(self._raw)

    def __bool__(self) -> bool:
        modes.branch()
        return bool(self._raw)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.op is not None:
            raise TypeError("a recorded Value cannot be copied or pickled: copy its .data")
        return Value, (self._raw, self.name)

    @staticmethod
    def record(op: Op, args: tuple[Any, ...]) -> Any:
        """The result of `op` as a node; an object array of them if an argument is an array."""
        if op.scalar is None or any(isinstance(a, np.ndarray) and a.ndim for a in args):
            if any(isinstance(a, Node) and not isinstance(a, Value) for a in args):
                raise mixed(op.name)
            return on_objects(op, args)
        xs: list[float | None] = []
        fixed: list[Any] = []
        for a in args:
            if isinstance(a, Value):
                xs.append(a._raw)
                fixed.append(a)
            else:
                if isinstance(a, Node):
                    raise mixed(op.name)
                x = None if a is None else as_float(a, op.name)
                xs.append(x)
                fixed.append(x)
        y = scalar_result(op, tuple(xs))
        tag: Any = None
        if modes.active:
            state = modes.current()
            if state.watch is not None:
                tag = state.watch.tag(op, fixed, xs, y, state.scope)
            elif state.scope:
                tag = (None, state.scope)
            if not state.recording:
                return Value(y)
        return made(op, y, tuple(fixed), slopes(op, y, tuple(xs), fixed), tag)


def made(op: Op, y: float, args: tuple[Any, ...], slopes: tuple[Any, ...], tag: Any) -> Value:
    node = new(Value)
    node._raw = y
    node.op = op
    if len(args) > 2:
        node._a, node._b, node._da, node._db = args, None, None, slopes
    else:
        node._a, node._da = args[0], slopes[0]
        node._b, node._db = (args[1], slopes[1]) if len(args) == 2 else (None, None)
    node._tag = tag
    node.grad = 0.0
    node.serial = tick()
    return node


class Missing:
    """The slope of an argument without a rule: an error as soon as a cotangent is to pass it."""

    def __init__(self, error: NoDerivativeError) -> None:
        self.error = error

    def __rmul__(self, g: float) -> float:
        raise self.error


def slopes(op: Op, y: float, xs: tuple[float | None, ...], args: list[Any]) -> tuple[Any, ...]:
    """∂y/∂xᵢ for each argument, by the op's rules for cotangent 1; None for a constant."""
    if isinstance(op.rules, tuple):
        return tuple(
            slope(op, i, y, xs) if isinstance(a, Value) else None for i, a in enumerate(args)
        )
    pulls = op.rules(1.0, y, *xs)
    pulled = [pulls[i] if isinstance(a, Value) else None for i, a in enumerate(args)]
    return tuple([pull and float(pull() or 0.0) for pull in pulled])


def slope(op: Op, i: int, y: float, xs: tuple[float | None, ...]) -> float | Missing:
    """∂y/∂xᵢ, with IEEE's answer where Python's arithmetic would raise."""
    try:
        rule = op.rule(i)
    except NoDerivativeError as error:
        return Missing(error)
    if rule is ZERO:
        return 0.0
    try:
        d = rule(1.0, y, *xs)
        if not isinstance(d, complex):  # Python's power of a negative float
            return float(d)
    except ARITHMETIC:
        pass
    return ieee(rule, (1.0, y, *xs))


def recorded_message(node: Node) -> str:
    return (
        f"the data of a recorded node (made by {node.op.name if node.op else None}) cannot be "
        "assigned: gradients would silently be wrong.  Assign a leaf's data and compute anew"
    )


# ── the fast path: one or two arguments, floats and Values ────────────────────────────────────────
def attach(function: Function) -> None:
    """Give the op's function, and the operators that mean it, their recorders."""
    op: Op = function.op
    if not simple(op):
        return

    def handle(record: Recorder) -> None:
        op.handlers[Value] = record
        if isinstance(op.rules, tuple) and len(op.rules) == 1 and hasattr(Value, op.name):
            record.__name__, record.__doc__ = op.name, function.__doc__
            setattr(Value, op.name, record)

    late(handle, partial(recorder, op, Value, lambda *args: Value.record(op, args)))
    for name, known in DUNDERS.items():
        if known is function:
            # the mixin's methods answer NotImplemented to what is no operand
            for method, reflected in (f"__{name}__", False), (f"__r{name}__", True):
                general = getattr(Operators, method)
                late(
                    partial(setattr, Value, method),
                    partial(recorder, op, Value, general, reflected),
                )


def late(place: Callable[[Recorder], None], make: Callable[[], Recorder]) -> None:
    """Put a recorder in its place when it is first called: writing it takes a millisecond."""
    made: list[Recorder] = []

    def first(*args: Any) -> Any:
        if not made:
            made.append(make())
            place(made[0])
        return made[0](*args)

    place(first)


for _function in TABLE.values():
    attach(_function)
