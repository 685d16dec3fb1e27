"""The many ways to write a derivative."""

from __future__ import annotations

from dataclasses import replace

from ..formula.tree import Call, Derivative, Expr, Symbol
from . import trees
from .configuration import defaults
from .gradients import gradient
from .scope import Scope, Unread
from .tex.raw import Fraction, Group, Letter, List, Numeral, Raw, Scripted, Sequence

# a ∇W that the document never defined
NABLA = ("∇ is the gradient of the loss", "∇ is the sum over the samples")


def operator(raw: Raw, scope: Scope) -> int:
    """1 for ∂ or d, n for ∂^n, 0 for anything else; a d that is a quantity is none."""
    base = trees.base_of(raw)
    if not isinstance(base, Letter) or base.name not in defaults.PARTIAL or scope.has(base.name):
        return 0
    if isinstance(raw, Scripted):
        return trees.integer(raw.sup, {}) or 0 if raw.sub is None else 0
    return 1


def fraction(raw: Fraction, scope: Scope) -> Derivative | None:
    """∂L/∂x, ∂²f/∂x∂y; None if the fraction is an ordinary one."""
    top, bottom = trees.factors(raw.top), trees.factors(raw.bottom)
    order = operator(top[0], scope)
    if not order or not operator(bottom[0], scope):
        return None
    if len(top) == 1:
        raise Unread("this derivative is of nothing that can be seen", raw.at)
    return derivative(top[1:], bottom, order, raw, scope)


def operates(raw: Raw, scope: Scope) -> bool:
    """Whether a fraction is ∂/∂x, an operator on what follows it."""
    return (
        isinstance(raw, Fraction)
        and operator(raw.top, scope) > 0
        and operator(trees.factors(raw.bottom)[0], scope) > 0
    )


def applied(raw: Fraction, to: Raw, scope: Scope) -> Derivative:
    """∂/∂x of a formula."""
    return derivative((to,), trees.factors(raw.bottom), operator(raw.top, scope), raw, scope)


def derivative(
    top: tuple[Raw, ...], bottom: tuple[Raw, ...], order: int, raw: Raw, scope: Scope
) -> Derivative:
    wrt = variables(bottom, scope)
    if len(wrt) != order:
        raise Unread(f"its order is {order} above the line and {len(wrt)} below", raw.at)
    return Derivative(of(top, wrt, scope), wrt, text=scope.text(raw), at=raw.at)


def variables(bottom: tuple[Raw, ...], scope: Scope) -> tuple[Expr, ...]:
    """x, y of ∂x∂y; x, x of ∂x²."""
    found: list[Expr] = []
    pieces: list[list[Raw]] = []
    for raw in bottom:
        if operator(raw, scope):
            pieces.append([])
        else:
            pieces[-1].append(raw)
    for piece in pieces:
        if len(piece) != 1:
            raise Unread("after each ∂ below the line stands one quantity", bottom[0].at)
        raw, times = piece[0], 1
        if isinstance(raw, Scripted) and isinstance(raw.sup, Numeral) and len(pieces) == 1:
            times, raw = _repeated(raw, scope)
        found += [_unbracketed(raw, scope)] * times
    return tuple(found)


def _repeated(raw: Scripted, scope: Scope) -> tuple[int, Raw]:
    """∂x² is for x twice, unless x² is a layer's name."""
    name = trees.name_of(raw.base)
    n = trees.integer(raw.sup, {}) or 1
    first = trees.integer(raw.sub, {}) if raw.sub is not None else None
    layer = f"{name}{n}" in scope.names and not scope.has(name) and not scope.has(f"{name}{first}")
    if name and layer:
        return 1, raw
    return n, raw.base if raw.sub is None else replace(raw, sup=None)


def _unbracketed(raw: Raw, scope: Scope) -> Expr:
    if isinstance(raw, Group) and len(raw.items) == 1:
        raw = raw.items[0]
    return scope.read(raw)


def of(top: tuple[Raw, ...], wrt: tuple[Expr, ...], scope: Scope) -> Expr:
    """What is differentiated: L, J(W, b), p(y=1), σ (of the variable), a formula."""
    first, *rest = top
    base = trees.name_of(first)
    if base and not rest:
        function = scope.function(base)
        if function and not scope.has(base):
            return Call(function, wrt, text=scope.text(first), at=first.at)
    raw = first if not rest else Sequence(first.at, top, ("",) * len(rest))
    return scope.read(raw)


def nabla(factors: tuple[Raw, ...], scope: Scope) -> tuple[Expr, int] | None:
    """∇_W J, ∇W, ∇²_W J at the beginning of a product, and how many factors that takes."""
    base = trees.base_of(factors[0])
    if not trees.is_letter(base, "nabla"):
        return None
    raw = factors[0]
    sub = raw.sub if isinstance(raw, Scripted) else None
    order = 1
    if isinstance(raw, Scripted) and raw.sup is not None:
        order = trees.integer(raw.sup, {}) or 0
    if len(factors) < 2 or order not in (1, 2):
        raise Unread("∇ of what?", raw.at)
    used = 2
    if len(factors) > 2 and isinstance(factors[2], Group) and factors[2].kind == "(":
        used = 3
    text = scope.span_text(factors[0], factors[used - 1])
    operand = scope.read(factors[1] if used == 2 else Sequence(raw.at, factors[1:used], ("",)))
    if sub is not None:
        wrt = tuple(scope.read(x) for x in ((sub,) if not isinstance(sub, List) else sub.items))
        if len(wrt) != 1 and len(wrt) != order:
            raise Unread("∇ for several quantities at once", raw.at)
        wrt = wrt * order if len(wrt) == 1 else wrt
        return Derivative(operand, wrt, text=text, at=raw.at), used
    if used == 3 and isinstance(factors[2], Group) and len(factors[2].items) == 1:
        wrt = (scope.read(factors[2].items[0]),) * order
        return Derivative(operand, wrt, text=text, at=raw.at), used
    return _unspecified(operand, order, raw, scope), used


def _unspecified(operand: Expr, order: int, raw: Raw, scope: Scope) -> Expr:
    """∇W: of the loss for W; in an update it may also be a sum over the samples."""
    if order != 1 or (isinstance(operand, Symbol) and operand.name in scope.settings.losses):
        raise Unread("∇ for which quantity? write it below: \\nabla_W J", raw.at)
    found = gradient(operand, raw, scope)
    if scope.settings.batch:
        scope.ambiguous.update(dict.fromkeys(NABLA))
        if scope.reading == 1:
            return replace(found, scale=Symbol(scope.settings.batch))
    return found
