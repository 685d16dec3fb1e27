"""Sums, products and powers, of arrays and of what has no size yet or is a derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...shaping import transpose
from .products import (
    broadcast,
    entrywise,
    is_square,
    matrix_product,
    numpy_matmul,
    plain,
    scalar,
    shape_of,
    stretched,
)
from .shapes import Undefined, Unknown, operand, refused, shown
from .slopes import Slope, chained
from .stretches import Stretch, together
from .tree import Add, Expr, Mul, Negative, Number, Power, Quotient, Transpose

if TYPE_CHECKING:
    from .evaluate import Evaluation

Value = Any
INVERSE = Negative(Number(1.0))
SINGULAR = 1e10  # the condition of a matrix that is taken for one without inverse


def add(walk: Evaluation, e: Add) -> Value:
    found = walk.of(e.terms[0])
    for term in e.terms[1:]:
        found = plus(walk, e, found, walk.of(term))
    return found


def plus(walk: Evaluation, e: Add, a: Value, b: Value) -> Value:
    a, b = neighbours(walk, e, a, b, product=False)
    if isinstance(a, Stretch) or isinstance(b, Stretch):
        return together(a, b, lambda x, y: plus(walk, e, x, y))
    left, right = shape_of(a), shape_of(b)
    fits = stretched if walk.around.exact_shapes else broadcast
    if not fits(left, right):
        sizes = walk.around.names
        raise Undefined(f"{shown(left, sizes)} and {shown(right, sizes)} cannot be added", e.at)
    if left != right and walk.around.exact_shapes:
        a, b = (scalar(x) if np.prod(shape_of(x)) == 1 else x for x in (a, b))
    return a + b


def neighbours(walk: Evaluation, e: Expr, a: Value, b: Value, product: bool) -> tuple[Value, Value]:
    """Slopes as matrices; ones and identities in the size that the other side gives, if any."""
    a, b = (x if isinstance(x, Stretch) else walk.plain(x, e) for x in (a, b))
    if isinstance(a, Stretch) and shape_of(b):
        a = a.fitted(shape_of(b)[0])
    elif isinstance(b, Stretch) and shape_of(a):
        b = b.fitted(shape_of(a)[-1 if product else 0])
    return a, b


def negative(walk: Evaluation, e: Negative) -> Value:
    x = walk.of(e.of)
    if isinstance(x, Slope):
        return x.times(-1.0)
    return x.then(lambda y: -y) if isinstance(x, Stretch) else -walk.plain(x, e)


def mul(walk: Evaluation, e: Mul) -> Value:
    a, b = walk.of(e.left), walk.of(e.right)
    if isinstance(a, Slope) and isinstance(b, Slope):
        if e.kind != "matrix":
            a, b = (d if (d := s.diagonal()) is not None else s for s in (a, b))
        elif (chain := chained(a, b)) is not None:
            return chain
    elif (multiple := multiplied(a, b)) is not None:
        return multiple
    elif e.kind in ("entrywise", "*"):
        a, b = (
            d if isinstance(s, Slope) and (d := s.diagonal()) is not None else s for s in (a, b)
        )
    return product(walk, e, *neighbours(walk, e, a, b, product=True))


def product(walk: Evaluation, e: Mul, a: Value, b: Value) -> Value:
    if isinstance(a, Stretch) or isinstance(b, Stretch):
        return together(a, b, lambda x, y: product(walk, e, x, y))
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
        raise refused(e, sign, left, right, walk.around.names)
    return found


def quotient(walk: Evaluation, e: Quotient) -> Value:
    a, b = walk.of(e.top), walk.value(e.bottom)
    if isinstance(a, Stretch) and not shape_of(b):
        return a.then(lambda x: x / b)
    if isinstance(a, Slope) and plain(b) and not shape_of(b):
        return a.times(1.0 / np.float64(b))
    a = walk.plain(a, e)
    fits = stretched if walk.around.exact_shapes else broadcast
    if not fits(shape_of(a), shape_of(b)):
        names = walk.around.names
        top, bottom = (operand(x, shape_of(v), names) for x, v in ((e.top, a), (e.bottom, b)))
        raise Undefined(f"{top} cannot be divided by {bottom}", e.at)
    if walk.around.exact_shapes and np.prod(shape_of(b)) == 1:
        b = scalar(b)
    return a / (np.float64(b) if isinstance(b, float) else b)  # numpy's infinities


def power(walk: Evaluation, e: Power) -> Value:
    a, b = walk.value(e.base), walk.value(e.exponent)
    if shape_of(b) and np.prod(shape_of(b)) == 1:
        b = scalar(b)
    if shape_of(b) and not broadcast(shape_of(a), shape_of(b)):
        raise Undefined("an array cannot be an exponent here", e.at)
    if e.sign and e.exponent == INVERSE and is_square(shape_of(a)):
        return inverse(e, a)
    if plain(a) and plain(b):
        return np.power(np.asarray(a, float), b)
    return a**b


def transposed(walk: Evaluation, e: Transpose) -> Value:
    x = walk.of(e.of)
    if isinstance(x, Stretch):
        return x.transposed
    x = walk.plain(x, e)
    return transpose(x) if shape_of(x) else x


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
