"""Single changes of a product: transposes, order, which sign, which factors, brackets."""

from __future__ import annotations

from collections.abc import Iterator

from ..formula.tree import (
    Add,
    Call,
    Derivative,
    Entry,
    Expr,
    Indicator,
    Matrix,
    Mul,
    Symbol,
    Transpose,
)
from .words import Edit, Vocabulary, less, mask, negative, square

MATRIX = ("matrix", "@")
FACTORS = Symbol | Derivative | Add | Mul | Transpose


def toggled(e: Expr) -> Expr:
    return e.of if isinstance(e, Transpose) else Transpose(e)


def transposes(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """xᵀ for x, and x for xᵀ."""
    if isinstance(e, Transpose):
        yield Edit(e.of, "transpose", (e.of, "without the transpose"), 1.0)
        return
    if isinstance(parent, Transpose) or not isinstance(e, Symbol | Derivative | Add | Mul | Matrix):
        return
    if not v.is_number(e):
        cost = 1.0 if isinstance(e, Symbol | Derivative) else 1.2 if parent is None else 1.4
        yield Edit(Transpose(e), "transpose", ("transpose", e), cost)


def orders(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """B A for A B, Bᵀ Aᵀ, the transpose on the other factor; A C B for A B C."""
    if not isinstance(e, Mul) or e.kind not in MATRIX:
        return
    a, b = e.left, e.right
    if v.is_number(a) or v.is_number(b):
        return
    yield Edit(Mul(b, a, e.kind, e.sign), "swap", ("swap", a, "and", b), 1.0)
    if isinstance(a, Transpose) != isinstance(b, Transpose):
        bare, other = (a, b) if isinstance(a, Transpose) else (b, a)
        yield Edit(
            Mul(toggled(a), toggled(b), e.kind, e.sign), "transpose",
            ("transpose", other, "instead of", toggled(bare)), 1.1,
        )  # fmt: skip
    yield Edit(
        Mul(toggled(b), toggled(a), e.kind, e.sign), "transpose",
        ("transpose the product of", a, "and", b), 1.1,
    )  # fmt: skip
    for first, second, turned in ((toggled(b), a, b), (b, toggled(a), a)):
        new = Mul(first, second, e.kind, e.sign)
        words = ("swap", a, "and", b, "and transpose", turned)
        yield Edit(new, "swap", words, 1.3)
    if isinstance(a, Mul) and a.kind in MATRIX and not v.is_number(a.left):
        inner = Mul(Mul(a.left, b, a.kind, a.sign), a.right, e.kind, e.sign)
        yield Edit(inner, "swap", ("swap", a.right, "and", b), 1.0)


def signs(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """⊙ for the matrix product and back."""
    if not isinstance(e, Mul) or v.is_number(e.left) or v.is_number(e.right):
        return
    new = v.entrywise(e.left, e.right) if e.kind in MATRIX else v.matrix(e.left, e.right)
    words = {True: ("⊙", "the matrix product"), False: ("*", "@")}[v.latex]
    first, second = words if e.kind in MATRIX else words[::-1]
    yield Edit(new, "product", (f"{first} instead of {second} before", e.right), 1.0)
    a = e.left
    if isinstance(a, Mul) and {a.kind, e.kind} <= {*MATRIX} and isinstance(a.right, Transpose):
        apart = v.entrywise(v.entrywise(a.left, a.right.of), e.right)
        said = ("⊙" if v.latex else "*", "instead of the scalar product of")
        yield Edit(apart, "product", (*said, a.right.of, "and", e.right), 1.3)
    if isinstance(a, Mul) and (a.kind in MATRIX) != (e.kind in MATRIX):
        swapped = Mul(Mul(a.left, a.right, e.kind, e.sign), e.right, a.kind, a.sign)
        yield Edit(swapped, "product", ("exchange the signs around", a.right), 1.6)


def brackets(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """a (b c) for (a b) c, and back, where the two signs differ."""
    if not isinstance(e, Mul):
        return
    a, b = e.left, e.right
    later = [(b, e.kind, e.sign)]
    while isinstance(a, Mul) and (a.kind in MATRIX) == (e.kind in MATRIX):
        later.append((a.right, a.kind, a.sign))
        a = a.left
    if isinstance(a, Mul):
        inner = a.right
        for factor, kind, sign in reversed(later):
            inner = Mul(inner, factor, kind, sign)
        words = ("brackets around", inner)
        yield Edit(Mul(a.left, inner, a.kind, a.sign), "brackets", words, 1.3)
    a = e.left
    if isinstance(b, Mul) and (b.kind in MATRIX) != (e.kind in MATRIX):
        inner = Mul(a, b.left, e.kind, e.sign)
        words = ("brackets around", inner)
        yield Edit(Mul(inner, b.right, b.kind, b.sign), "brackets", words, 1.3)


def dropped(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A product without one of its factors."""
    if isinstance(e, Mul):
        for kept, gone in ((e.left, e.right), (e.right, e.left)):
            cost = 1.2 if v.is_number(gone) else 1.5
            kind = "factor" if v.is_number(gone) else "extra factor"
            yield Edit(kept, kind, ("without the factor", gone), cost)


def slopes_of(q: Expr, v: Vocabulary) -> Iterator[tuple[Expr, float]]:
    """What a formula forgets to multiply by: q itself, or a derivative in terms of q."""
    yield v.entrywise(q, less(q)), 1.6
    yield q, 2.0
    yield less(q), 2.0
    yield less(square(q)), 1.8
    yield mask(q), 1.8


def factors(v: Vocabulary) -> Iterator[tuple[Expr, float]]:
    """Every factor that may be missing, with its cost."""
    for q in v.quantities:
        yield from slopes_of(q, v)
        for r in v.quantities:
            if q != r and v.shapes[q.name] == v.shapes[r.name]:
                yield Add((q, negative(r))), 2.1
    for d in v.derivatives:
        yield d, 2.0


def inserted(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A further factor entry by entry, on the right."""
    if isinstance(parent, Mul) and parent.kind not in MATRIX:
        return  # the product around it takes the factor, once
    if not isinstance(parent, Transpose) and isinstance(e, FACTORS | Entry | Call | Indicator):
        for factor, cost in factors(v):
            words = ("multiply by", factor)
            yield Edit(v.entrywise(e, factor), "missing factor", words, cost)


def matrices(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A further factor of a matrix product, on either side, transposed or not."""
    if isinstance(parent, Mul) and parent.kind in MATRIX and e is parent.left:
        return
    if isinstance(parent, Transpose) or not isinstance(e, FACTORS):
        return
    for q in (*v.quantities, *v.derivatives):
        for factor in (q, Transpose(q)):
            words = ("multiply by", factor, "on the")
            yield Edit(v.matrix(e, factor), "missing factor", (*words, "right"), 2.0)
            yield Edit(v.matrix(factor, e), "missing factor", (*words, "left"), 2.0)


def replaced_factor(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """h(1−h) for a quantity's other slopes, where the author has one of them."""
    if isinstance(e, Symbol | Entry) and isinstance(parent, Mul) and not v.is_number(e):
        yield Edit(mask(e), "slope", (mask(e), "instead of", e), 1.6)
    q = sloping(e) if isinstance(e, Mul) else None
    if q is not None:
        for slope, cost in ((less(square(q)), 1.2), (mask(q), 1.6)):
            yield Edit(slope, "slope", (slope, "instead of", e), cost)


def sloping(e: Mul) -> Expr | None:
    """The h of h(1−h)."""
    for q, rest in ((e.left, e.right), (e.right, e.left)):
        if rest == less(q):
            return q
    return None


RULES = (transposes, orders, signs, brackets, dropped, inserted, matrices, replaced_factor)
