"""Factors side by side: products, functions with arguments, indicators, operators."""

from __future__ import annotations

from dataclasses import replace

from ..formula.tree import Expr, Indicator, Mul, Quotient, Relation, Transpose
from . import applying, differentials, macros, trees
from .configuration import defaults
from .entries import with_scripts
from .gradients import gradient
from .meanings import meaning
from .scope import Scope, Unread
from .tex.raw import Comparison, Fraction, Group, Letter, Raw, Scripted, Sequence

Unit = tuple[Expr, int]  # a factor's meaning, and how many raw factors it takes


def product(raw: Sequence, scope: Scope) -> Expr:
    """A product, as the signs between its factors say."""
    units: list[Expr] = []
    signs: list[str] = []
    p = 0
    while p < len(raw.factors):
        run = 1
        while p + run < len(raw.factors) and raw.signs[p + run - 1] == "":
            run += 1
        e, used = _slashed(raw, p, scope) or unit(scope, raw.factors[p : p + run])
        if p:
            signs.append(raw.signs[p - 1])
        units.append(e)
        p += used
    return _multiplied(units, signs, raw, scope)


def _slashed(raw: Sequence, p: int, scope: Scope) -> Unit | None:
    """dL/dW, ∂L/∂W at a place of a product."""
    if raw.signs[p : p + 3] != ("", "/", "") or not differentials.operator(raw.factors[p], scope):
        return None
    if not differentials.operator(raw.factors[p + 2], scope):
        return None
    first, last = raw.factors[p], raw.factors[p + 3]
    order = differentials.operator(first, scope)
    e = differentials.derivative(
        (raw.factors[p + 1],), raw.factors[p + 2 : p + 4], order, first, scope
    )
    return replace(e, text=scope.span_text(first, last)), 4


def _multiplied(units: list[Expr], signs: list[str], raw: Sequence, scope: Scope) -> Expr:
    """Quotients bind tightest, then matrix products from the left, then products by entries."""
    tight, between = [units[0]], []
    for sign, e in zip(signs, units[1:], strict=True):
        if sign == "/":
            tight[-1] = Quotient(tight[-1], e, at=raw.at)
        else:
            tight.append(e)
            between.append(sign)
    chains, kinds = [tight[0]], []
    for sign, e in zip(between, tight[1:], strict=True):
        kind = scope.settings.product(sign)
        if kind == "unread":
            raise Unread(f"what the sign {sign} means is not known; say it under products", raw.at)
        if kind == "loose":
            scope.loose.update({sign: None})
            kind = (
                "entrywise"
                if defaults.PRODUCTS.get(defaults.SIGNS.get(sign, "")) == "entrywise"
                else "matrix"
            )
        if kind == "matrix":
            chains[-1] = Mul(chains[-1], e, "matrix", sign, at=raw.at)
        else:
            chains.append(e)
            kinds.append(sign)
    found = chains[0]
    for sign, e in zip(kinds, chains[1:], strict=True):
        found = Mul(found, e, "entrywise", sign, at=raw.at)
    return found


def unit(scope: Scope, run: tuple[Raw, ...]) -> Unit:
    """What begins a row of factors without signs between them."""
    if (found := macros.matched(run, scope.macros)) is not None:
        return _by_macro(found, run, scope)
    for reader in (differentials.nabla, _operator, _differential, _indicator, applying.function):
        if (got := reader(run, scope)) is not None:
            return got
    return scope.read(run[0]), 1


def _by_macro(found: macros.Matched, run: tuple[Raw, ...], scope: Scope) -> Unit:
    last = run[found.used - 1]
    sup, transposed = trees.without_transpose(found.sup)
    spanned = replace(last, at=applying.joined(run[0], last))
    left = found.sub if found.sup is None else found.sup
    alone = spanned if left is None else replace(last, at=scope.before(spanned.at, left))
    e = meaning(found, alone, scope)
    if isinstance(last, Scripted) and (found.sub is not None or sup is not None):
        e = with_scripts(e, found.sub, sup, replace(last, at=spanned.at), scope)
    e = Transpose(e, at=spanned.at) if transposed else e
    name = trees.name_of(run[0]) or getattr(e, "name", "")  # J_λ(w)
    if name and found.used == 1 and len(run) > 1:
        group = trees.base_of(run[1])
        if isinstance(group, Group) and (
            unit := applying.with_arguments(name, run, group, lambda: e, scope)
        ):
            return unit
    return e, found.used


def _operator(run: tuple[Raw, ...], scope: Scope) -> Unit | None:
    """∂/∂x of the rest of the row."""
    if len(run) < 2 or not differentials.operates(run[0], scope):
        return None
    assert isinstance(run[0], Fraction)
    rest = run[1:]
    to = rest[0] if len(rest) == 1 else Sequence(rest[0].at, rest, ("",) * (len(rest) - 1))
    e = differentials.applied(run[0], to, scope)
    return replace(e, text=scope.span_text(run[0], run[-1])), len(run)


def _differential(run: tuple[Raw, ...], scope: Scope) -> Unit | None:
    """dW: the gradient of the loss for W."""
    if len(run) < 2 or not trees.is_letter(run[0], "d") or scope.has("d"):
        return None
    at, after = run[0].at, run[1].at
    apart = (at.end_line, at.end_column) != (after.line, after.column)
    if "d" in scope.sizes and apart:  # a size times something
        return None
    if not isinstance(trees.base_of(run[1]), Letter):
        return None
    spanned = replace(run[0], at=applying.joined(run[0], run[1]))
    sup = run[1].sup if isinstance(run[1], Scripted) else None
    if isinstance(run[1], Scripted) and trees.without_transpose(sup)[1]:
        bare = replace(run[1], sup=trees.without_transpose(sup)[0])
        alone = replace(spanned, at=scope.before(spanned.at, sup)) if sup else spanned
        return Transpose(gradient(scope.read(bare), alone, scope), at=spanned.at), 2
    return gradient(scope.read(run[1]), spanned, scope), 2


def _indicator(run: tuple[Raw, ...], scope: Scope) -> Unit | None:
    """1(y=j), \\mathbb 1\\{x>0\\}, [y=j]."""
    first = run[0]
    if isinstance(first, Group) and first.kind == "[" and len(first.items) == 1:
        if isinstance(first.items[0], Comparison):
            return indicator(first.items[0], scope), 1
        return None
    text = getattr(first, "text", "") or getattr(first, "name", "")
    if text not in defaults.ONES or len(run) < 2:
        return None
    group = run[1]
    if (
        isinstance(group, Group)
        and len(group.items) == 1
        and isinstance(group.items[0], Comparison)
    ):
        return indicator(group.items[0], scope), 2
    return None


def subscripted_indicator(raw: Scripted, relation: Comparison, scope: Scope) -> Indicator:
    """1_{x>0}."""
    if getattr(raw.base, "name", getattr(raw.base, "text", "")) not in defaults.ONES:
        raise Unread(f"a relation as a subscript: {scope.text(raw)}", raw.at)
    return indicator(relation, scope)


def indicator(raw: Comparison, scope: Scope) -> Indicator:
    sign = defaults.RELATIONS.get(raw.sign)
    if sign is None or sign == "in":
        raise Unread(f"an indicator of {scope.text(raw)}", raw.at)
    relation = Relation(scope.read(raw.left), sign, scope.read(raw.right), at=raw.at)
    return Indicator(relation, at=raw.at)
