"""Factors side by side: products, functions with arguments, indicators, operators."""

from __future__ import annotations

from dataclasses import replace

from ..tree import Call, Expr, Indicator, Mul, Power, Quotient, Relation, Span, Transpose
from . import defaults, differentials, macros, trees
from .indices import gradient, with_scripts
from .meanings import meaning
from .raw import Comparison, Fraction, Group, Letter, Raw, Scripted, Sequence
from .scope import Scope, Unread

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
        e, used = _slashed(raw, p, scope) or unit(raw.factors[p : p + run], scope)
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


def unit(run: tuple[Raw, ...], scope: Scope) -> Unit:
    """What begins a row of factors without signs between them."""
    if (found := macros.matched(run, scope.macros)) is not None:
        return _by_macro(found, run, scope)
    for reader in (differentials.nabla, _operator, _differential, _indicator, _function):
        if (got := reader(run, scope)) is not None:
            return got
    return scope.read(run[0]), 1


def _by_macro(found: macros.Matched, run: tuple[Raw, ...], scope: Scope) -> Unit:
    last = run[found.used - 1]
    sup, transposed = trees.without_transpose(found.sup)
    spanned = replace(last, at=joined(run[0], last))
    e = meaning(found, spanned, scope)
    if isinstance(last, Scripted) and (found.sub is not None or sup is not None):
        e = with_scripts(e, found.sub, sup, replace(last, at=spanned.at), scope)
    return (Transpose(e, at=spanned.at) if transposed else e), found.used


def joined(first: Raw, last: Raw) -> Span:
    return Span(first.at.line, first.at.column, last.at.end_line, last.at.end_column)


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
    if not isinstance(trees.base_of(run[1]), Letter):
        return None
    spanned = replace(run[0], at=joined(run[0], run[1]))
    sup = run[1].sup if isinstance(run[1], Scripted) else None
    if isinstance(run[1], Scripted) and trees.without_transpose(sup)[1]:
        bare = replace(run[1], sup=trees.without_transpose(sup)[0])
        return Transpose(gradient(scope.read(bare), spanned, scope), at=spanned.at), 2
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


def _function(run: tuple[Raw, ...], scope: Scope) -> Unit | None:
    """g(z), ln p, f(x_1, x_2) of a quantity f, whose arguments say nothing new."""
    base = trees.base_of(run[0])
    name = trees.name_of(base)
    if not name:
        return None
    function = scope.function(name)
    after = run[1] if len(run) > 1 else None
    bracketed = trees.base_of(after) if after is not None else None
    if not function:
        if isinstance(bracketed, Group) and _are_arguments(name, bracketed, scope):
            return _without_arguments(run, scope)
        return None
    primes, power = 0, None
    if isinstance(run[0], Scripted):
        primes, power = run[0].primes, run[0].sup
    if after is None or not (isinstance(bracketed, Group) or name in defaults.BARE):
        if name in scope.settings.functions and after is None:
            raise Unread(f"the function {name} has no argument here", run[0].at)
        return None
    if isinstance(bracketed, Group) and bracketed.kind in "([{":
        args, used = tuple(_argument(x, scope) for x in bracketed.items), 2
    else:
        e, more = unit(run[1:], scope)
        args, used = (e,), 1 + more
    at = joined(run[0], run[used - 1])
    e = called(function, args, primes, scope, scope.text(base), at)
    if isinstance(after, Scripted) and isinstance(bracketed, Group):
        sup, transposed = trees.without_transpose(after.sup)
        primes_after = after.primes
        if primes_after and isinstance(e, Call):
            e = replace(e, primes=e.primes + primes_after)
        if after.sub is not None or sup is not None:
            e = with_scripts(e, after.sub, sup, replace(after, at=at, sup=sup), scope)
        if transposed:
            e = Transpose(e, at=at)
    if power is not None:
        e = Power(e, scope.read(power), at=at)
    return e, used


def _argument(raw: Raw, scope: Scope) -> Expr:
    if isinstance(raw, Comparison):
        raise Unread(f"a relation as an argument: {scope.text(raw)}", raw.at)
    return scope.read(raw)


def called(
    function: str, args: tuple[Expr, ...], primes: int, scope: Scope, text: str, at: Span
) -> Expr:
    """The call, with the axis that the notation implies."""
    if function in defaults.PAIRED and len(args) == 2:
        function = defaults.PAIRED[function]
    options: tuple[tuple[str, object], ...] = ()
    if function in defaults.ROW_WISE:
        axis = {"rows": 1, "columns": 0}.get(scope.settings.samples)
        options = (("axis", axis),)
        if axis is None:
            scope.note(f"{text} is taken over all entries; say samples: rows or columns")
    return Call(function, args, primes, options, text=text, at=at)


def _are_arguments(name: str, group: Group, scope: Scope) -> bool:
    """Whether brackets after a quantity hold its arguments and are no factor: J(W, b)."""
    if not (scope.has(name) or name in scope.settings.losses) or group.kind not in "([":
        return False
    if len(group.items) > 1 and group.kind == "(":
        return True
    known = scope.functions_of.get(name)
    return known is not None and tuple(scope.text(x) for x in group.items) == known


def _without_arguments(run: tuple[Raw, ...], scope: Scope) -> Unit:
    after = run[1]
    e = scope.read(run[0])
    at = joined(run[0], after)
    if "text" in vars(e):
        e = replace(e, text=scope.span_text(run[0], run[1]), at=at)  # type: ignore[call-arg]
    if isinstance(after, Scripted):
        sup, transposed = trees.without_transpose(after.sup)
        if after.sub is not None or sup is not None:
            e = with_scripts(e, after.sub, sup, replace(after, at=at), scope)
        e = Transpose(e, at=at) if transposed else e
    return e, 2
