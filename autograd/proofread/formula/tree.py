"""Formulas as somebody wrote them: small immutable trees, each part with its place in the source.

Unlike the trees of `derive`, these keep everything that can be a mistake: which sign of
multiplication, which order, which brackets' worth of transposes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True)
class Span:
    """A piece of the source: lines and columns count from 1, the end is one past the last."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, kw_only=True)
class Expr:
    at: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Number(Expr):
    value: float


@dataclass(frozen=True)
class Symbol(Expr):
    """A quantity of the derivation, by its name there; `text` is how the author spells it."""

    name: str
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Derivative(Expr):
    """∂of/∂wrt; of higher order with several `wrt`.  `scale` is what it is multiplied by.

    A residual of one sample of a batch is such a multiple: δ = m ∂J/∂z.
    """

    of: Expr
    wrt: tuple[Expr, ...]
    scale: Expr | None = None
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Entry(Expr):
    """of[index]; `base` is 1 where the author counts from 1, 0 in Python."""

    of: Expr
    index: tuple[Expr, ...]  # an integer's formula, or Whole
    base: int = 1
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Whole(Expr):
    """A whole axis: the `:` of x[:, 1]."""


@dataclass(frozen=True)
class Add(Expr):
    """A sum of terms; a difference has a Negative among them."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True)
class Negative(Expr):
    of: Expr


@dataclass(frozen=True)
class Mul(Expr):
    """A product of two, of a kind, with the sign that the author wrote.

    "matrix": a matrix product, or a multiple where one side is a number.  "entrywise": of equal
    shapes, or a number.  "@" and "*": as numpy has them.
    """

    left: Expr
    right: Expr
    kind: str
    sign: str = field(default="", compare=False)


@dataclass(frozen=True)
class Quotient(Expr):
    top: Expr
    bottom: Expr


@dataclass(frozen=True)
class Power(Expr):
    """Entry by entry; A⁻¹ of a square matrix in LaTeX, where `sign` is "^", is its inverse."""

    base: Expr
    exponent: Expr
    sign: str = field(default="", compare=False)


@dataclass(frozen=True)
class Transpose(Expr):
    of: Expr


@dataclass(frozen=True)
class Call(Expr):
    """A function of the library by its name there; `primes` mean derivatives."""

    function: str
    args: tuple[Expr, ...]
    primes: int = 0
    options: tuple[tuple[str, Any], ...] = ()  # axis=…, keepdims=…
    text: str = field(default="", compare=False)  # the function's name as the author writes it


@dataclass(frozen=True)
class Norm(Expr):
    """‖of‖, of all entries."""

    of: Expr


@dataclass(frozen=True)
class Bound(Expr):
    """A sum's index and its range; without one it is that of the axes that it indexes."""

    name: str
    low: Expr | None = None
    high: Expr | None = None


@dataclass(frozen=True)
class Total(Expr):
    """Σ over indices, or Π; without an index, of all entries."""

    bounds: tuple[Bound, ...]
    body: Expr
    product: bool = False


@dataclass(frozen=True)
class Index(Expr):
    """An index letter: of a sum around it, or free."""

    name: str


@dataclass(frozen=True)
class Family(Expr):
    """Rows (or columns) of a matrix that the author wrote as the first, dots and the last.

    `body` has the letter `index` where first and last differ, from `low` to `high`; the last
    one is kept as written, since it can contradict the pattern.
    """

    index: str
    low: Expr
    high: Expr
    body: tuple[Expr, ...]
    last: tuple[Expr, ...]


@dataclass(frozen=True)
class Matrix(Expr):
    """Written out: rows of cells.  A Family among the rows stands for several of them.

    In a row, a Family with one body stands for several cells.
    """

    rows: tuple[tuple[Expr, ...] | Family, ...]


@dataclass(frozen=True)
class Relation(Expr):
    """left = right, or another relation: "=", "!=", "<", "<=", ">", ">=", "in"."""

    left: Expr
    sign: str
    right: Expr


@dataclass(frozen=True)
class Indicator(Expr):
    """1 where the relation holds, else 0."""

    relation: Relation


@dataclass(frozen=True)
class Cases(Expr):
    """Piecewise: the first branch whose relation holds; None for otherwise."""

    branches: tuple[tuple[Expr, Relation | None], ...]


@dataclass(frozen=True)
class Ones(Expr):
    """A column of ones, or an identity ("eye"), as long as its neighbour wants it."""

    kind: str = "ones"


@dataclass(frozen=True)
class At(Expr):
    """`of` where quantities have other values: the gradient for inputs 1000 times larger.

    Where the author calls it as a function, h(x_1, w), `function` is the name h, and `parameters`
    are what the document defined it of: names, and how the author spells them.
    """

    of: Expr
    where: tuple[tuple[str, Expr], ...]
    function: str = field(default="", compare=False)
    parameters: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Opaque(Expr):
    """What a Python function of the author's returns; nobody looks into it."""

    function: Callable[..., Any]
    args: tuple[Expr, ...]
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Each(Expr):
    """The body for every value of its free letters, which range over what `like` indexes by them.

    Both sides of z_i = Σ_j W_ij a_j + b_i, with the left side as `like`; 0 where `only`, a
    condition such as i ≠ j, does not hold.
    """

    letters: tuple[str, ...]
    body: Expr
    like: Expr
    only: Relation | None = None


def children(e: Expr) -> Iterator[Expr]:
    """The formulas that a formula is made of, in the order of writing."""
    for f in fields(e):
        yield from _inside(getattr(e, f.name))


def _inside(x: Any) -> Iterator[Expr]:
    if isinstance(x, Expr):
        yield x
    elif isinstance(x, tuple):
        for item in x:
            yield from _inside(item)


def walk(e: Expr) -> Iterator[Expr]:
    """A formula and all inside it, outside first."""
    yield e
    for child in children(e):
        yield from walk(child)


def behind(exprs: Iterable[Expr], formulas: Mapping[str, Expr]) -> set[str]:
    """The names in some formulas, and in those that define these, and so on."""
    found: set[str] = set()
    parts = list(exprs)
    while parts:
        names = {x.name for x in walk(parts.pop()) if isinstance(x, Symbol)} - found
        found |= names
        parts += [formulas[name] for name in names if name in formulas]
    return found


def mapped(e: Expr, f: Callable[[Expr], Expr]) -> Expr:
    """The formula with `f` of each formula directly inside it."""
    changed = {
        x.name: new for x in fields(e) if (new := _mapped(old := getattr(e, x.name), f)) is not old
    }
    return replace(e, **changed) if changed else e


def _mapped(x: Any, f: Callable[[Expr], Expr]) -> Any:
    if isinstance(x, Expr):
        return f(x)
    if isinstance(x, tuple):
        new = tuple(_mapped(item, f) for item in x)
        return new if any(a is not b for a, b in zip(new, x, strict=True)) else x
    return x
