"""Raw LaTeX to formulas: what each piece means, or why it means nothing certain."""

from __future__ import annotations

from ..formula.tree import (
    Add,
    Call,
    Expr,
    Mul,
    Negative,
    Norm,
    Number,
    Power,
    Quotient,
    Symbol,
    Total,
)  # fmt: skip
from . import differentials, factors, letters, macros, matrices, sums
from .meanings import meaning
from .scope import Scope, Unread
from .tex.raw import (
    Array,
    BigOperator,
    Comparison,
    Dots,
    Fraction,
    Group,
    Letter,
    List,
    Numeral,
    Raw,
    Root,
    Scripted,
    Sequence,
    Terms,
    Text,
)  # fmt: skip


def formula(raw: Raw, scope: Scope) -> Expr:
    """The meaning of a formula.  Raises Unread."""
    match raw:
        case Numeral(value=value):
            return Number(value, at=raw.at)
        case Letter():
            return letters.letter(raw, scope)
        case Scripted():
            return scripted(raw, scope)
        case Sequence(factors=(only,)):
            return scope.read(only)
        case Sequence():
            return factors.product(raw, scope)
        case Terms():
            return added(raw, scope)
        case Fraction():
            return fraction(raw, scope)
        case Group():
            return group(raw, scope)
        case BigOperator():
            return sums.big(raw, scope)
        case Array():
            return matrices.array(raw, scope)
        case Root(of=of, degree=None):
            return Call("sqrt", (scope.read(of),), text="\\sqrt", at=raw.at)
        case Root(of=of, degree=degree) if degree is not None:
            exponent = Quotient(Number(1.0), scope.read(degree))
            return Power(scope.read(of), exponent, "^", at=raw.at)
        case Text(words=words):
            raise Unread(f"words in a formula: {words}", raw.at)
        case Dots():
            raise Unread("dots that stand for no row, column or list", raw.at)
        case List():
            raise Unread("several formulas where one is expected", raw.at)
        case Comparison():
            raise Unread("an equation inside a formula", raw.at)
    raise Unread(f"{scope.text(raw)} is not known", raw.at)


def added(raw: Terms, scope: Scope) -> Expr:
    """Terms with their signs; ± is a factor that is 1 or −1."""
    terms = []
    for sign, term in raw.terms:
        e = scope.read(term)
        if sign in ("-", "−"):
            e = Negative(e, at=term.at)
        elif sign in ("\\pm", "±", "\\mp", "∓"):
            scope.note("± is + and −, both are tried")
            e = Mul(Symbol("pm", text="\\pm"), e, "matrix", "", at=term.at)
            e = e if sign in ("\\pm", "±") else Negative(e, at=term.at)
        elif sign not in ("+", ""):
            raise Unread(f"what {sign} means is not known", term.at)
        terms.append(e)
    return terms[0] if len(terms) == 1 else Add(tuple(terms), at=raw.at)


def fraction(raw: Fraction, scope: Scope) -> Expr:
    found = macros.matched((raw,), scope.macros)
    if found is not None:
        return meaning(found, raw, scope)
    derivative = differentials.fraction(raw, scope)
    if derivative is not None:
        return derivative
    return Quotient(scope.read(raw.top), scope.read(raw.bottom), at=raw.at)


def scripted(raw: Scripted, scope: Scope) -> Expr:
    """Scripts on anything: on a norm or a matrix they say what it is, not an entry."""
    base = raw.base
    if isinstance(base, Group) and base.kind in ("‖", "||") and raw.sub is not None:
        return _norm(raw, base, scope)
    if isinstance(base, Array) and raw.sub is not None:
        return matrices.sized(raw, scope)
    if isinstance(raw.sub, Comparison):
        return factors.subscripted_indicator(raw, raw.sub, scope)
    return letters.scripted(raw, scope)


def _norm(raw: Scripted, base: Group, scope: Scope) -> Expr:
    """‖x‖ with a subscript: 2 and F are the root of the sum of squares, 1 is Σ|x|."""
    which = scope.text(raw.sub).strip("{} ") if raw.sub is not None else ""
    inside = scope.read(base.items[0])
    if which in ("2", "F", "Fro", "\\mathrm{F}", "\\text{F}"):
        found: Expr = Norm(inside, at=base.at)
    elif which == "1":
        found = Total((), Call("abs", (inside,), text="abs"), at=base.at)
    else:
        raise Unread(f"the norm with the subscript {which}; 2, F and 1 are known", raw.at)
    return found if raw.sup is None else Power(found, scope.read(raw.sup), "^", at=raw.at)


def group(raw: Group, scope: Scope) -> Expr:
    """What brackets hold."""
    several = raw.kind == "[" and len(raw.items) > 1
    if several or any(isinstance(x, Dots) for x in raw.items):
        return matrices.listed(raw, scope)
    if len(raw.items) != 1:
        raise Unread(
            "several formulas in brackets: a row or a column? write [a, b] for a row", raw.at
        )
    inside = raw.items[0]
    if isinstance(inside, Comparison):
        if raw.kind == "[":
            return factors.indicator(inside, scope)
        raise Unread("an equation in brackets", raw.at)
    if raw.kind in ("‖", "||"):
        return Norm(scope.read(inside), at=raw.at)
    if raw.kind == "|":
        return Call("abs", (scope.read(inside),), text="abs", at=raw.at)
    return scope.read(inside)
