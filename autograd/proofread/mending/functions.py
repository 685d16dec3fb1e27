"""Single changes of a function: another one, its argument, a prime, an exponent, a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..formula.library import ELEMENTWISE
from ..formula.tree import (
    Add,
    Call,
    Derivative,
    Entry,
    Expr,
    Indicator,
    Mul,
    Number,
    Power,
    Quotient,
    Relation,
    Symbol,
    walk,
)
from .words import Edit, Vocabulary, less, negative, square

USUAL = ("sigmoid", "tanh", "relu", "exp", "log", "sqrt", "sign", "softplus", "abs")
OTHER_SIGNS = {">": (">=", "<"), ">=": (">", "<="), "<": ("<=", ">"), "<=": ("<", ">=")}


def calls(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """x or g(x) for f(x), f′ for f, softmax along the other axis."""
    if not isinstance(e, Call) or len(e.args) != 1 or e.function in ("sum", "mean"):
        return
    yield Edit(e.args[0], "function", (e.args[0], "instead of", e), 1.3)
    if e.function in ELEMENTWISE:
        for primes in (e.primes + 1, e.primes - 1):
            if 0 <= primes <= 2:
                new = replace(e, primes=primes)
                yield Edit(new, "prime", (new, "instead of", e), 1.0)
        for f in USUAL:
            if f != e.function:
                new = replace(e, function=f, text="")
                yield Edit(new, "function", (new, "instead of", e), 1.2)
    axis = dict(e.options).get("axis")
    if axis is not None:
        other = tuple((k, 1 - axis if k == "axis" else x) for k, x in e.options)
        yield Edit(replace(e, options=other), "axis", f"over axis {1 - axis}", 1.0)


def applied(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """f(x) for x."""
    if isinstance(parent, Call | Derivative) or not isinstance(e, Symbol | Entry | Add):
        return
    if v.is_number(e):
        return
    mine = {c.function: c for c in _functions(v.target)}
    for f in (*USUAL, *(f for f in mine if f not in USUAL)):
        new = Call(f, (e,))
        yield Edit(new, "function", (new, "instead of", e), 1.6)
    for f in ("sigmoid", "tanh"):
        new = Call(f, (e,), primes=1)
        yield Edit(new, "function", (new, "instead of", e), 1.8)


def _functions(e: Expr) -> Iterator[Call]:
    return (x for x in walk(e) if isinstance(x, Call))


def powers(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """x for x², x² for x, 1/x² for 1/x."""
    if isinstance(e, Power):
        yield Edit(e.base, "exponent", (e.base, "instead of", e), 1.2)
        flipped = Power(e.base, negative(e.exponent))
        yield Edit(flipped, "exponent", (flipped, "instead of", e), 1.5)
    elif isinstance(e, Symbol | Entry | Call | Add | Derivative) and not isinstance(parent, Power):
        yield Edit(square(e), "exponent", (square(e), "instead of", e), 1.5)
    if isinstance(e, Mul) and e.left == e.right:
        yield Edit(e.left, "exponent", (e.left, "instead of", e), 1.3)


def slopes(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """h(1−h) for 1−h², and for h."""
    if isinstance(e, Add) and len(e.terms) == 2 and e.terms[0] == Number(1.0):
        h = negative(e.terms[1])
        if isinstance(h, Power) and h.exponent == Number(2.0):
            new: Expr = v.entrywise(h.base, less(h.base))
            yield Edit(new, "slope", (new, "instead of", e), 1.2)
            yield Edit(h.base, "complement", (h.base, "instead of", e), 1.5)
        elif not isinstance(h, Mul | Add | Number):
            new = less(square(h))
            yield Edit(new, "slope", (new, "instead of", e), 1.3)
    if isinstance(e, Quotient):
        new = Quotient(e.top, square(e.bottom))
        yield Edit(new, "exponent", (new, "instead of", e), 1.6)


def comparisons(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """< for >, and another quantity in a comparison."""
    if not isinstance(e, Indicator):
        return
    r = e.relation
    for sign in OTHER_SIGNS.get(r.sign, ()):
        new = Indicator(Relation(r.left, sign, r.right))
        yield Edit(new, "comparison", f"{sign} instead of {r.sign}", 1.0 + 0.3 * ("=" in sign))
    for side, name in ((r.left, "left"), (r.right, "right")):
        for q in v.quantities if isinstance(side, Symbol) else ():
            if q != side:
                changed = r.left if name == "right" else q, r.right if name == "left" else q
                new = Indicator(Relation(changed[0], r.sign, changed[1]))
                yield Edit(new, "variable", (q, "instead of", side), 1.3)


RULES = (calls, applied, powers, slopes, comparisons)
