"""Formulas to numbers, exactly as they are written.

One evaluation serves the forward pass, where quantities are recorded nodes, and the author's
claims, where they are plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from ...linalg import norm
from .arithmetic import add, mul, negative, power, quotient, transposed
from .indexed import each, entry, total
from .library import ELEMENTWISE, FUNCTIONS, KINKED, PAIRS, primed
from .piecewise import cases, indicator
from .products import broadcast, data, shape_of
from .shapes import Undefined, called, shown
from .slopes import Slope
from .stretches import Stretch, stretch
from .tree import (
    Add,
    At,
    Call,
    Cases,
    Derivative,
    Each,
    Entry,
    Expr,
    Family,
    Index,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Norm,
    Number,
    Ones,
    Opaque,
    Power,
    Quotient,
    Relation,
    Symbol,
    Total,
    Transpose,
    Whole,
)
from .written_out import matrix

Value = Any  # a number, an array or a node; inside here also a Slope or Stretch


class Surroundings(Protocol):
    """What a formula is evaluated in."""

    @property
    def names(self) -> Mapping[str, int]:
        """The sizes by name."""

    @property
    def exact_shapes(self) -> bool:
        """Whether numpy's broadcasting is not meant (documents)."""

    @property
    def zero_padded(self) -> bool: ...

    @property
    def ranges(self) -> Mapping[str, int | str]:
        """How far letters go of which nothing else says it."""

    def lookup(self, symbol: Symbol) -> Value: ...

    def differentiated(self, e: Derivative, indices: Mapping[str, int]) -> Value: ...

    def elsewhere(self, where: tuple[tuple[str, Value], ...], of: Expr) -> Surroundings:
        """Where leaves have other values, as far as `of` goes."""

    def reached(self, e: Expr, outcome: Value) -> None:
        """Note which branches of a piecewise formula have been seen."""


class Evaluation:
    """A walk over one formula."""

    def __init__(self, around: Surroundings, indices: Mapping[str, int] | None = None) -> None:
        self.around = around
        self.indices: dict[str, int] = dict(indices or {})

    def value(self, e: Expr) -> Value:
        """A number, array or node.  Raises Undefined."""
        return self.plain(self.of(e), e)

    def of(self, e: Expr) -> Value:
        return RULES[type(e)](self, e)

    def plain(self, x: Value, e: Expr) -> Value:
        if isinstance(x, Slope):
            try:
                return x.matrix()
            except Undefined as error:
                raise Undefined(f"{called(e) or 'this'}: {error.message}", e.at) from None
        if isinstance(x, Stretch):
            raise Undefined(f"{x.word} whose size nothing around it says", e.at)
        return x

    def number(self, e: Expr) -> int:
        """The value of an index or a bound."""
        x = self.value(e)
        data = np.asarray(getattr(x, "data", x) if not isinstance(x, np.ndarray) else x)
        if data.size != 1:
            shape = shown(data.shape, self.around.names)
            raise Undefined(f"{called(e) or 'this'} is {shape}, and an index is a number", e.at)
        found = float(data.item())
        if found != round(found):
            raise Undefined(f"an index is a whole number, not {found:g}", e.at)
        return round(found)

    def symbol(self, e: Symbol) -> Value:
        return self.around.lookup(e)

    def derivative(self, e: Derivative) -> Value:
        slope = self.around.differentiated(e, self.indices)
        if e.scale is None:
            return slope
        factor = np.asarray(self.value(e.scale))
        if not isinstance(slope, Slope):
            return slope * factor
        return slope.times(factor)

    def index(self, e: Index) -> Value:
        if e.name not in self.indices:
            raise Undefined(
                f"the index {e.name} has no value here: is a sum over it missing?", e.at
            )
        return np.float64(self.indices[e.name])

    def call(self, e: Call) -> Value:
        args = [self.value(a) for a in e.args]
        if e.primes:
            f = ELEMENTWISE.get(e.function)
            if f is None:
                raise Undefined(f"{e.text or e.function}′ is not a function entry by entry", e.at)
            return primed(f, e.primes)(*args)
        if e.function not in FUNCTIONS:
            raise Undefined(f"there is no function {e.function}", e.at)
        if e.function == "diag" and self.around.exact_shapes and 1 in shape_of(args[0]):
            args = [args[0].reshape((-1,))]  # of a column or row, as of a vector
        if e.function in KINKED:
            self.around.reached(e, args[0])
        if e.function in PAIRS and broadcast(*map(shape_of, args)):
            self.around.reached(e, data(args[0]) - data(args[1]))
        if e.function == "clip":
            x, low, high = map(data, args)
            self.around.reached(e, np.subtract(x > high, x < low, dtype=int))
        try:
            found = FUNCTIONS[e.function](*args, **dict(e.options))
        except (ValueError, TypeError, IndexError) as error:
            raise Undefined(f"{e.text or e.function}(…): {error}", e.at) from None
        return found

    def norm(self, e: Norm) -> Value:
        return norm(self.value(e.of))

    def ones(self, e: Ones) -> Value:
        return stretch(e.kind)

    def at(self, e: At) -> Value:
        moved = tuple((name, self.value(x)) for name, x in e.where)
        return Evaluation(self.around.elsewhere(moved, e.of), self.indices).of(e.of)

    def opaque(self, e: Opaque) -> Value:
        args = [np.array(data(self.value(a))) for a in e.args]  # its own: it may write into them
        try:
            return np.asarray(data(e.function(*args)), float)
        except Exception as error:  # anything can go wrong in there
            raise Undefined(f"{e.text} raised {type(error).__name__}: {error}", e.at) from None

    def whole(self, e: Whole) -> Value:
        raise Undefined("`:` stands for an axis and is no number", e.at)

    def alone(self, e: Expr) -> Value:
        raise Undefined("this cannot stand by itself", e.at)


RULES: dict[type, Callable[[Evaluation, Any], Value]] = {
    Number: lambda self, e: np.float64(e.value),
    Symbol: Evaluation.symbol, Derivative: Evaluation.derivative, Entry: entry,
    Add: add, Negative: negative, Mul: mul,
    Quotient: quotient, Power: power, Transpose: transposed,
    Call: Evaluation.call, Norm: Evaluation.norm, Total: total,
    Index: Evaluation.index, Matrix: matrix, Indicator: indicator,
    Cases: cases, Ones: Evaluation.ones, At: Evaluation.at, Each: each,
    Opaque: Evaluation.opaque, Whole: Evaluation.whole, Relation: Evaluation.alone,
    Family: Evaluation.alone,
}  # fmt: skip
