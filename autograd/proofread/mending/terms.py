"""Single changes of a sum: signs, missing and extra terms."""

from __future__ import annotations

from collections.abc import Iterator

from ..formula.tree import Add, Call, Derivative, Entry, Expr, Mul, Negative, Number, Symbol
from .words import Edit, Vocabulary, less, negative, square


def added(terms: tuple[Expr, ...]) -> Expr:
    """A sum; a positive term goes first, as in h − t for −t + h."""
    if len(terms) == 1:
        return terms[0]
    if isinstance(terms[0], Negative):
        first = next((t for t in terms if not isinstance(t, Negative)), terms[0])
        terms = (first, *(t for t in terms if t is not first))
    return Add(terms)


def signs(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """The sign of one term, or of all."""
    if isinstance(e, Add):
        for i, term in enumerate(e.terms):
            new = added((*e.terms[:i], negative(term), *e.terms[i + 1 :]))
            bare = term.of if isinstance(term, Negative) else term
            yield Edit(new, "sign", ("the sign of", bare), 1.0)
        turned = added(tuple(negative(term) for term in e.terms))
        cost = 1.0 if any(isinstance(t, Number) for t in e.terms) else 0.9
        yield Edit(turned, "sign", (turned, "instead of", e), cost)
    elif isinstance(e, Negative):
        yield Edit(e.of, "sign", ("the sign of", e.of), 1.0)
    elif not isinstance(parent, Add | Negative | Mul):
        yield Edit(Negative(e), "sign", ("the sign of", e), 1.0)


def dropped(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A sum without one of its terms."""
    if not isinstance(e, Add):
        return
    for i, term in enumerate(e.terms):
        rest = (*e.terms[:i], *e.terms[i + 1 :])
        cost = 1.3 if isinstance(term, Mul) or len(rest) > 1 else 1.6
        yield Edit(added(rest), "extra term", ("without the term", term), cost)


def penalties(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """λW and the like, for a gradient by W; λ sign(W) too."""
    if parent is not None:
        return
    mine = [q for q in v.quantities if q.name == v.wrt]
    for number in v.numbers:
        for q in mine or v.quantities:
            for what in (q, Call("sign", (q,))):
                yield from _with(e, v.times(number, what), "regularisation", 1.2)
                double = v.times(Number(2.0), v.times(number, what))
                yield from _with(e, double, "regularisation", 1.4)


def missing(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A further term: a quantity or a gradient, plus or minus."""
    if not isinstance(e, Symbol | Derivative | Entry | Call | Mul | Add):
        return
    if (isinstance(e, Mul) and parent is not None) or isinstance(parent, Add):
        return
    if isinstance(e, Add) and parent is not None and not isinstance(parent, Call):
        return
    for q in (*v.quantities, *v.derivatives, *v.numbers):
        if q != e:
            yield from _with(e, q, "missing term", 2.0)
            yield from _with(e, Negative(q), "missing term", 2.0)


def _with(e: Expr, term: Expr, kind: str, cost: float) -> Iterator[Edit]:
    terms = (*e.terms, term) if isinstance(e, Add) else (e, term)
    sign, bare = ("minus", term.of) if isinstance(term, Negative) else ("plus", term)
    yield Edit(Add(terms), kind, (sign, bare), cost)


def complements(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """1 − h for h, and the other way round."""
    if isinstance(parent, Add) and any(isinstance(t, Number) for t in parent.terms):
        return
    if isinstance(e, Symbol | Entry | Call) and not v.is_number(e):
        yield Edit(less(e), "complement", (less(e), "instead of", e), 1.5)
        yield Edit(less(square(e)), "complement", (less(square(e)), "instead of", e), 1.8)


RULES = (signs, dropped, penalties, missing, complements)
