"""What a textbook would write instead: probabilities that sum to 1, products multiplied out.

Everything else is left as the chain rule gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product as choices

from ..elementwise import TABLE
from ..reductions import SUM
from .algebra import matmul, negated, plus, power, product, times
from .rewrite import mapped
from .tree import (
    ONE,
    Call,
    Expr,
    Mat,
    Num,
    Ones,
    Prod,
    Shape,
    Sum,
    Sym,
    T,
    children,
    parts,
    row_of_ones,
)

MOST_TERMS = 32
Facts = Mapping[Sym, int]  # arrays whose entries sum to 1 along an axis


def simplified(e: Expr, facts: Facts) -> Expr:
    """The shorter of the formula and what it is when its products are multiplied out."""
    e = summed_to_one(e, facts)
    other = multiplied_out(e)
    return other if mentions(other) < mentions(e) else e


def mentions(e: Expr) -> int:
    """How many quantities are named, powers as two."""
    powers = sum(p not in (1.0, -1.0) for _, p in e.factors) if isinstance(e, Prod) else 0
    named = isinstance(e, Ones) or (isinstance(e, Sym) and e.kind != "number")
    return named + powers + sum(mentions(c) for c in children(e))


def summed_to_one(e: Expr, facts: Facts) -> Expr:
    e = mapped(e, lambda x: summed_to_one(x, facts))
    if isinstance(e, Mat):
        return chain(e, facts)
    if isinstance(e, Call) and e.op is SUM:
        of, axes = e.args[0], getattr(e.args[1], "value", None)
        if isinstance(of, Sym) and axes is not None and len(axes) == 1:
            return ONE if facts.get(of) == axes[0] else e
    return e


def chain(e: Mat, facts: Facts) -> Expr:
    for i, (a, b) in enumerate(zip(e.factors, e.factors[1:], strict=False)):
        made: Expr | None = None
        if isinstance(b, Ones) and isinstance(a, Sym) and facts.get(a) == 1:
            made = Ones((a.shape[0], 1))
        elif row_of_ones(a) and isinstance(b, Sym) and facts.get(b) == 0:
            made = T(Ones((b.shape[1], 1)), (1, b.shape[1]))
        if made is not None:
            rest = [*e.factors[:i], made, *e.factors[i + 2 :]]
            found = rest[0]
            for k, f in enumerate(rest[1:], 2):
                last: Shape = e.shape if k == len(rest) else (rest[0].shape[0], f.shape[1])
                found = matmul(found, f, last)
            return chain(found, facts) if isinstance(found, Mat) else found
    return e


def multiplied_out(e: Expr) -> Expr:
    """Sums inside products entry by entry distributed; σ(−x) as 1 − σ(x)."""
    e = mapped(e, multiplied_out)
    if isinstance(e, Call) and e.op is TABLE["sigmoid"].op:
        x = e.args[0]
        if isinstance(x, Expr) and parts(x)[0] < 0:
            return plus(ONE, negated(Call(e.op, (negated(x),), e.shape)))
    if isinstance(e, Sum):
        return plus(*(t for x in e.terms for t in terms(x)))
    return plus(*terms(e)) if isinstance(e, Prod) else e


def terms(e: Expr) -> list[Expr]:
    if not isinstance(e, Prod):
        return [e]
    sums = [f for f, p in e.factors if isinstance(f, Sum) and p == 1.0]
    fractions = [f for f in sums if any(p < 0 for t in f.terms for _, p in parts(t)[1])]
    if fractions and len(sums) > len(fractions):  # these first: their denominators may cancel
        rest = product(e.coef, tuple(x for x in e.factors if x[0] not in fractions), e.shape)
        return [u for t in choices(*(f.terms for f in fractions)) for u in terms(times(rest, *t))]
    count = 1
    for s in sums:
        count *= len(s.terms)
    if not sums or count > MOST_TERMS:
        return [e]
    rest = product(
        e.coef, tuple(x for x in e.factors if not (isinstance(x[0], Sum) and x[1] == 1.0)), e.shape
    )
    return [times(rest, *chosen) for chosen in choices(*(s.terms for s in sums))]


def with_numbers(e: Expr, named: Mapping[Sym, float]) -> Expr:
    """Coefficients that are a simple multiple of a named number, such as λ/2, by its name."""
    if isinstance(e, Num):
        return renamed(e.value, named)
    e = mapped(e, lambda x: x if isinstance(x, Num) else with_numbers(x, named))
    if isinstance(e, Prod):
        lead = renamed(e.coef, named)
        if not isinstance(lead, Num):
            return times(lead, *(power(f, p) for f, p in e.factors))
    return e


def renamed(x: float, named: Mapping[Sym, float]) -> Expr:
    for symbol, number in named.items():
        for ratio in (1.0, 0.5, 2.0):
            if abs(abs(x) - ratio * number) <= 1e-13 * abs(x):
                return times(Num(ratio if x > 0 else -ratio), symbol)
    return Num(x)
