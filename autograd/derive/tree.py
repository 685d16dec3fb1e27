"""Formulas as small immutable trees, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..op import Op

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Name:
    """A symbol's letters, the layer it belongs to, and its index: W⁽¹⁾, w₁, u₂."""

    base: str
    layer: str = ""
    index: str = ""


class Expr:
    """A formula; `shape` is that of its value, () for what may stand for any array."""

    __slots__ = ()
    shape: Shape


@dataclass(frozen=True)
class Sym(Expr):
    """A quantity with a name.

    kind "gradient": the derivative of the loss, or of what `of` names; "direct": that along the
    direct way alone; "onehot": 1 in the place of each sample's class; "number": a
    constant such as λ.
    """

    name: Name
    shape: Shape = ()
    kind: str = "value"
    of: Name | None = None


@dataclass(frozen=True)
class Num(Expr):
    value: float
    shape: Shape = ()


@dataclass(frozen=True)
class Ones(Expr):
    """A column of ones (in array formulas: an array of ones)."""

    shape: Shape


@dataclass(frozen=True)
class Sum(Expr):
    terms: tuple[Expr, ...]
    shape: Shape


@dataclass(frozen=True)
class Prod(Expr):
    """coef · Π factor^exponent, entry by entry."""

    coef: float
    factors: Factors
    shape: Shape


@dataclass(frozen=True)
class Mat(Expr):
    """A product of matrices."""

    factors: tuple[Expr, ...]
    shape: Shape


@dataclass(frozen=True)
class T(Expr):
    of: Expr
    shape: Shape


@dataclass(frozen=True)
class Total(Expr):
    """Σ of all entries."""

    of: Expr
    shape: Shape = ()


@dataclass(frozen=True)
class Chain(Expr):
    """A sum over paths of products of derivatives, each factor with a sign of multiplication."""

    paths: tuple[tuple[Sym, ...], ...]
    shape: Shape = ()


@dataclass(frozen=True)
class Filled(Expr):
    """The same with numbers filled in."""

    paths: tuple[tuple[float, ...], ...]
    shape: Shape = ()


@dataclass(frozen=True)
class Raw:
    """An argument that is no formula: axes, a shape, an index, as Python writes it."""

    text: str
    value: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Call(Expr):
    """Any other op, on formulas and raw arguments."""

    op: Op
    args: tuple[Expr | Raw, ...]
    shape: Shape


Factors = tuple[tuple[Expr, float], ...]
ZERO, ONE = Num(0.0), Num(1.0)


def parts(e: Expr) -> tuple[float, Factors]:
    """`e` as a coefficient and factors with exponents."""
    if isinstance(e, Num):
        return e.value, ()
    if isinstance(e, Prod):
        return e.coef, e.factors
    return 1.0, ((e, 1.0),)


def joined(shapes: Iterable[Shape]) -> Shape:
    return np.broadcast_shapes(*shapes)


def plain_ones(f: Expr) -> bool:
    """An array of ones, which is no factor where others give the shape."""
    if isinstance(f, Mat):
        return all(plain_ones(x) for x in f.factors)
    return isinstance(f, Ones) or (isinstance(f, T) and isinstance(f.of, Ones))


def has_number(s: Sum) -> bool:
    return any(isinstance(t, Num) for t in s.terms)


def row_of_ones(x: Expr) -> bool:
    return isinstance(x, T) and isinstance(x.of, Ones) and x.of.shape[1:] == (1,)


def children(e: Expr) -> tuple[Expr, ...]:
    """What a formula is made of."""
    if isinstance(e, Sum):
        return e.terms
    if isinstance(e, Prod):
        return tuple(f for f, _ in e.factors)
    if isinstance(e, Mat):
        return e.factors
    if isinstance(e, T | Total):
        return (e.of,)
    if isinstance(e, Call):
        return tuple(a for a in e.args if isinstance(a, Expr))
    return tuple(s for path in e.paths for s in path) if isinstance(e, Chain) else ()


def symbols(e: Expr) -> dict[Sym, None]:
    """The symbols of a formula, in order."""
    found: dict[Sym, None] = {}
    stack = [e]
    while stack:
        x = stack.pop()
        if isinstance(x, Sym):
            found[x] = None
        stack.extend(children(x)[::-1])
    return found


def size(e: Expr) -> int:
    """How much there is to read."""
    extra = sum(p != 1.0 for _, p in e.factors) + (e.coef != 1.0) if isinstance(e, Prod) else 0
    return 1 + int(extra) + sum(size(c) for c in children(e))
