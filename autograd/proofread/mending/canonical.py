"""One form for formulas that differ in the order of what commutes, in signs, or in brackets."""

from __future__ import annotations

from ..formula.tree import Add, Expr, Mul, Negative, Number, Power, Quotient, Transpose, mapped

COMMUTING = ("*", "entrywise")


def canonical(e: Expr) -> Expr:
    """Equal for formulas that are equal at a glance; good for comparing, not for showing."""
    sign, found = _signed(e)
    return found if sign > 0 else Negative(found)


def _signed(e: Expr) -> tuple[int, Expr]:
    if isinstance(e, Negative):
        sign, found = _signed(e.of)
        return -sign, found
    if isinstance(e, Number) and e.value < 0:
        return -1, Number(-e.value)
    if isinstance(e, Add):
        return _sum(e)
    if isinstance(e, Mul):
        return _product(e)
    if isinstance(e, Quotient):
        (a, top), (b, bottom) = _signed(e.top), _signed(e.bottom)
        return a * b, Quotient(top, bottom)
    if isinstance(e, Transpose):
        sign, found = _signed(e.of)
        if isinstance(found, Mul) and found.kind in ("matrix", "@"):
            return sign, canonical(Mul(Transpose(found.right), Transpose(found.left), found.kind))
        return sign, found.of if isinstance(found, Transpose) else Transpose(found)
    return 1, mapped(e, canonical)


def _sum(e: Add) -> tuple[int, Expr]:
    counts: dict[tuple[str, Expr], int] = {}
    for sign, term in _terms(e):
        place = repr(term), term
        counts[place] = counts.get(place, 0) + sign
    terms = [(n, term) for (_, term), n in sorted(counts.items(), key=lambda x: x[0][0]) if n]
    if not terms:
        return 1, Number(0.0)
    turn = 1 if terms[0][0] > 0 else -1
    flat = tuple(
        term if n * turn > 0 else Negative(term) for n, term in terms for _ in range(abs(n))
    )
    return turn, flat[0] if len(flat) == 1 else Add(flat)


def _terms(e: Expr, sign: int = 1) -> list[tuple[int, Expr]]:
    if isinstance(e, Add):
        return [pair for term in e.terms for pair in _terms(term, sign)]
    if isinstance(e, Negative):
        return _terms(e.of, -sign)
    own, found = _signed(e)
    return _terms(found, sign * own) if isinstance(found, Add) else [(sign * own, found)]


def _product(e: Mul) -> tuple[int, Expr]:
    sign = 1
    factors: list[Expr] = []
    for factor in _factors(e, e.kind):
        own, found = _signed(factor)
        sign *= own
        if found != Number(1.0):
            factors.append(found)
    if e.kind in COMMUTING:
        factors.sort(key=repr)
    if not factors:
        return sign, Number(1.0)
    product = factors[0]
    for factor in factors[1:]:
        same = e.kind in COMMUTING and factor == product
        product = Power(factor, Number(2.0)) if same else Mul(product, factor, e.kind)
    return sign, product


def _factors(e: Expr, kind: str) -> list[Expr]:
    if isinstance(e, Mul) and e.kind == kind:
        return _factors(e.left, kind) + _factors(e.right, kind)
    return [e]
