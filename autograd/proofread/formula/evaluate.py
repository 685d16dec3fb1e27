"""Formulas to numbers, exactly as they are written.

One evaluation serves the forward pass, where quantities are recorded nodes, and the author's
claims, where they are plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from ...linalg import norm
from ...shaping import transpose
from .indexed import each, entry, total
from .library import ELEMENTWISE, FUNCTIONS, KINKED, PAIRS, primed
from .piecewise import cases, indicator
from .products import (
    broadcast,
    data,
    entrywise,
    is_square,
    matrix_product,
    numpy_matmul,
    plain,
    scalar,
    shape_of,
    stretched,
)
from .shapes import Undefined, Unknown, called, operand, refused, shown
from .slopes import Slope, chained
from .stretches import Stretch, stretch, together
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

INVERSE = Negative(Number(1.0))
SINGULAR = 1e10  # the condition of a matrix that is taken for one without inverse
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

    def add(self, e: Add) -> Value:
        found = self.of(e.terms[0])
        for term in e.terms[1:]:
            found = self.plus(e, found, self.of(term))
        return found

    def plus(self, e: Add, a: Value, b: Value) -> Value:
        a, b = self.neighbours(e, a, b, product=False)
        if isinstance(a, Stretch) or isinstance(b, Stretch):
            return together(a, b, lambda x, y: self.plus(e, x, y))
        left, right = shape_of(a), shape_of(b)
        fits = stretched if self.around.exact_shapes else broadcast
        if not fits(left, right):
            sizes = self.around.names
            raise Undefined(f"{shown(left, sizes)} and {shown(right, sizes)} cannot be added", e.at)
        if left != right and self.around.exact_shapes:
            a, b = (scalar(x) if np.prod(shape_of(x)) == 1 else x for x in (a, b))
        return a + b

    def neighbours(self, e: Expr, a: Value, b: Value, product: bool) -> tuple[Value, Value]:
        """Slopes as matrices; ones and identities in the size that the other side gives, if any."""
        a, b = (x if isinstance(x, Stretch) else self.plain(x, e) for x in (a, b))
        if isinstance(a, Stretch) and shape_of(b):
            a = a.fitted(shape_of(b)[0])
        elif isinstance(b, Stretch) and shape_of(a):
            b = b.fitted(shape_of(a)[-1 if product else 0])
        return a, b

    def negative(self, e: Negative) -> Value:
        x = self.of(e.of)
        if isinstance(x, Slope):
            return x.times(-1.0)
        return x.then(lambda y: -y) if isinstance(x, Stretch) else -self.plain(x, e)

    def mul(self, e: Mul) -> Value:
        a, b = self.of(e.left), self.of(e.right)
        if isinstance(a, Slope) and isinstance(b, Slope):
            if e.kind != "matrix":
                a, b = (d if (d := s.diagonal()) is not None else s for s in (a, b))
            elif (together := chained(a, b)) is not None:
                return together
        elif (multiple := multiplied(a, b)) is not None:
            return multiple
        elif e.kind in ("entrywise", "*"):
            a, b = (
                d if isinstance(s, Slope) and (d := s.diagonal()) is not None else s for s in (a, b)
            )
        return self.product(e, *self.neighbours(e, a, b, product=True))

    def product(self, e: Mul, a: Value, b: Value) -> Value:
        if isinstance(a, Stretch) or isinstance(b, Stretch):
            return together(a, b, lambda x, y: self.product(e, x, y))
        left, right = shape_of(a), shape_of(b)
        found: Value = None
        if e.kind == "matrix":
            found = matrix_product(a, b)
        elif e.kind == "entrywise":
            found = entrywise(a, b)
        elif e.kind == "@":
            found = numpy_matmul(a, b)
        elif broadcast(left, right):
            found = a * b
        if found is None:
            sign = "matrix" if e.kind in ("matrix", "@") else e.sign or "⊙"
            raise refused(e, sign, left, right, self.around.names)
        return found

    def quotient(self, e: Quotient) -> Value:
        a, b = self.of(e.top), self.value(e.bottom)
        if isinstance(a, Stretch) and not shape_of(b):
            return a.then(lambda x: x / b)
        if isinstance(a, Slope) and plain(b) and not shape_of(b):
            return a.times(1.0 / np.float64(b))
        a = self.plain(a, e)
        fits = stretched if self.around.exact_shapes else broadcast
        if not fits(shape_of(a), shape_of(b)):
            names = self.around.names
            top, bottom = (operand(x, shape_of(v), names) for x, v in ((e.top, a), (e.bottom, b)))
            raise Undefined(f"{top} cannot be divided by {bottom}", e.at)
        if self.around.exact_shapes and np.prod(shape_of(b)) == 1:
            b = scalar(b)
        return a / (np.float64(b) if isinstance(b, float) else b)  # numpy's infinities

    def power(self, e: Power) -> Value:
        a, b = self.value(e.base), self.value(e.exponent)
        if shape_of(b) and np.prod(shape_of(b)) == 1:
            b = scalar(b)
        if shape_of(b) and not broadcast(shape_of(a), shape_of(b)):
            raise Undefined("an array cannot be an exponent here", e.at)
        if e.sign and e.exponent == INVERSE and is_square(shape_of(a)):
            return inverse(e, a)
        if plain(a) and plain(b):
            return np.power(np.asarray(a, float), b)
        return a**b

    def transpose(self, e: Transpose) -> Value:
        x = self.of(e.of)
        if isinstance(x, Stretch):
            return x.transposed
        x = self.plain(x, e)
        return transpose(x) if shape_of(x) else x

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


def multiplied(a: Value, b: Value) -> Slope | None:
    """A number times a derivative, which goes on being one."""
    if isinstance(b, Slope):
        a, b = b, a
    if not isinstance(a, Slope) or isinstance(b, Slope | Stretch) or shape_of(b):
        return None
    return a.times(b) if plain(b) else None


def inverse(e: Power, a: Value) -> Value:
    """Of a square matrix.  Raises Unknown where it would have to be differentiated."""
    if not plain(a):
        raise Unknown("an inverse in the forward pass has no derivative here", e.at)
    return np.linalg.inv(a) if np.linalg.cond(a) < SINGULAR else np.full(a.shape, np.nan)


RULES: dict[type, Callable[[Evaluation, Any], Value]] = {
    Number: lambda self, e: np.float64(e.value),
    Symbol: Evaluation.symbol, Derivative: Evaluation.derivative, Entry: entry,
    Add: Evaluation.add, Negative: Evaluation.negative, Mul: Evaluation.mul,
    Quotient: Evaluation.quotient, Power: Evaluation.power, Transpose: Evaluation.transpose,
    Call: Evaluation.call, Norm: Evaluation.norm, Total: total,
    Index: Evaluation.index, Matrix: matrix, Indicator: indicator,
    Cases: cases, Ones: Evaluation.ones, At: Evaluation.at, Each: each,
    Opaque: Evaluation.opaque, Whole: Evaluation.whole, Relation: Evaluation.alone,
    Family: Evaluation.alone,
}  # fmt: skip
