"""Guesses of shapes: what must be equal for a document's equations to fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...formula.tree import (
    Add,
    Call,
    Derivative,
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
    Power,
    Quotient,
    Symbol,
    Total,
    Transpose,
    Whole,
)

Axis = object  # stands for an unknown size
Shape = tuple[Axis, ...]  # () of a number, else rows and columns
WEIGHTS = ("W", "U", "V", "w", "Theta", "theta", "A")


@dataclass
class Guess:
    """Axes that are equal share a root; a root may have a size, a number or a name."""

    numbers: frozenset[str]  # names that are numbers
    sizes: frozenset[str]
    parents: dict[int, Axis] = field(default_factory=dict)
    known: dict[int, int | str] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    letters: dict[str, Axis] = field(default_factory=dict)  # of one equation
    inner: list[Axis] = field(default_factory=list)  # summed over in a product: not 1
    kept: list[Axis] = field(default_factory=list)

    def axis(self, size: int | str | None = None) -> Axis:
        new = object()
        self.kept.append(new)
        if size is not None:
            self.known[id(new)] = size
        return new

    def root(self, a: Axis) -> Axis:
        while id(a) in self.parents:
            a = self.parents[id(a)]
        return a

    def size(self, a: Axis) -> int | str | None:
        return self.known.get(id(self.root(a)))

    def same(self, a: Axis, b: Axis) -> None:
        """Two axes are equally long; what contradicts itself is left."""
        a, b = self.root(a), self.root(b)
        if a is b:
            return
        first, second = self.known.get(id(a)), self.known.get(id(b))
        if first is not None and second is not None and first != second:
            if isinstance(first, int) == isinstance(second, int):
                return
            if isinstance(first, int):  # a name says more than a number
                self.known[id(a)] = second
        self.parents[id(b)] = a
        if first is None and second is not None:
            self.known[id(a)] = second

    def is_inner(self, a: Axis) -> bool:
        return any(self.root(x) is self.root(a) for x in self.inner)

    def is_free(self, a: Axis) -> bool:
        """Whether nothing is known of an axis, and no product sums over it."""
        return self.size(a) is None and not self.is_inner(a)

    def equal(self, a: Shape | None, b: Shape | None) -> None:
        if a and b:
            for x, y in zip(a, b, strict=True):
                self.same(x, y)

    def symbol(self, name: str) -> Shape:
        if name in self.numbers or name in self.sizes:
            return ()
        if name not in self.shapes:
            self.shapes[name] = (self.axis(), self.axis())
        return self.shapes[name]

    def equation(self, left: Expr, rights: Iterable[Expr]) -> None:
        self.letters = {}
        first = self.of(left)
        for right in rights:
            second = self.of(right)
            if first and second:
                self.equal(first, second)
            elif second and isinstance(left, Symbol):  # a loss x^T A x is 1×1
                for a in second:
                    self.same(a, self.axis(1))

    def of(self, e: Expr) -> Shape | None:
        """The shape of a formula; None where nothing is known of it."""
        match e:
            case Symbol(name=name):
                return self.symbol(name)
            case Number() | Index() | Indicator():
                return ()
            case Derivative(of=of, wrt=(wrt,)):
                return self.of(wrt) if self.of(of) == () else None
            case Entry():
                return self.entry(e)
            case Negative(of=inside) | Power(base=inside):
                return self.of(inside)
            case Norm(of=inside):
                self.of(inside)
                return ()
            case Transpose(of=inside):
                shape = self.of(inside)
                return shape[::-1] if shape else shape
            case Call(function=f, args=args):
                shapes = [self.of(a) for a in args]
                if f in ("sum", "mean", "max", "trace", "logsumexp"):
                    return ()
                return next(filter(None, shapes), ())  # of max(0, z), that of z
            case Quotient(top=top, bottom=bottom):
                shape, below = self.of(top), self.of(bottom)
                return shape or below
            case Add(terms=terms):
                return self.add(terms)
            case Mul():
                return self.mul(e)
            case Total(bounds=bounds):
                shape = self.total(e)
                return shape if bounds else ()
            case Matrix():
                return self.matrix(e)
        return None

    def entry(self, e: Entry) -> Shape | None:
        shape = self.of(e.of)
        if not shape:
            return ()
        name = e.of.name if isinstance(e.of, Symbol) else ""
        rank = self.ranks[name] = max(self.ranks.get(name, 1), len(e.index))
        if rank == 1 and len(e.index) == 1:
            self.same(shape[1], self.axis(1))
        if len(e.index) > 2:
            return ()
        for a, i in zip(shape, e.index, strict=False):
            if isinstance(i, Index):
                self.same(self.letters.setdefault(i.name, self.axis()), a)
        if any(isinstance(i, Whole) for i in e.index):  # a row or a column
            kept = zip(shape, e.index, strict=False)
            return tuple(a if isinstance(i, Whole) else self.axis(1) for a, i in kept)
        return ()

    def is_matrix(self, name: str) -> bool:
        """Whether it has two indices somewhere."""
        return self.ranks.get(name, 0) > 1

    def add(self, terms: tuple[Expr, ...]) -> Shape | None:
        """Terms of one shape; a bias has that of the product it stands beside, for one sample."""
        shapes = [(t, s) for t in terms if (s := self.of(t))]
        plain = [(t, s) for t, s in shapes if not is_bias(t)]
        for _, s in plain[1:]:
            self.equal(plain[0][1], s)
        for t, s in shapes:
            if is_bias(t) and plain:
                self.bias(s, plain[0])
        return plain[0][1] if plain else shapes[0][1] if shapes else ()

    def bias(self, shape: Shape, beside: tuple[Expr, Shape]) -> None:
        product, whole = beside
        right = isinstance(product, Mul) and is_weight(product.right)
        k = 1 if right and isinstance(product, Mul) and not is_weight(product.left) else 0
        self.same(shape[k], whole[k])
        self.same(shape[1 - k], self.axis(1))

    def mul(self, e: Mul) -> Shape | None:
        a, b = self.of(e.left), self.of(e.right)
        if not a or not b:
            return a or b
        if e.kind == "entrywise":
            self.equal(a, b)
            return a
        self.same(a[1], b[0])
        self.inner.append(a[1])
        return (a[0], b[1])

    def total(self, e: Total) -> Shape | None:
        for bound in e.bounds:
            self.letters[bound.name] = self.axis(stated(bound.high))
        return self.of(e.body)

    def matrix(self, e: Matrix) -> Shape | None:
        """Sizes that are written out."""
        rows: int | str = len(e.rows)
        for row in e.rows:
            if isinstance(row, Family):
                self.letters[row.index] = self.axis(end(row))
                rows = end(row)
        first = e.rows[0].body if isinstance(e.rows[0], Family) else e.rows[0]
        columns: int | str = len(first)
        for cell in first:
            if isinstance(cell, Family):
                columns = end(cell)
                self.letters[cell.index] = self.axis(columns)
        shape = (self.axis(rows), self.axis(columns))
        for row in e.rows:
            for cell in row.body if isinstance(row, Family) else row:
                self.of(cell.body[0] if isinstance(cell, Family) else cell)
        return shape


def end(family: Family) -> int | str:
    return stated(family.high) or 1


def stated(e: Expr | None) -> int | str | None:
    """The size that a formula is, if it is one."""
    if isinstance(e, Symbol):
        return e.name
    return int(e.value) if isinstance(e, Number) else None


def is_bias(e: Expr) -> bool:
    return isinstance(e, Symbol) and e.name[:1] == "b"


def is_weight(e: Expr) -> bool:
    e = e.of if isinstance(e, Transpose) else e
    return isinstance(e, Symbol) and e.name.startswith(WEIGHTS)
