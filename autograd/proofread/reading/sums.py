"""Sums, products and maxima over indices."""

from __future__ import annotations

from dataclasses import replace

from ..formula.tree import (
    Add,
    Bound,
    Call,
    Entry,
    Expr,
    Index,
    Indicator,
    Mul,
    Number,
    Relation,
    Total,
)
from . import trees
from .configuration import defaults
from .scope import Scope, Unread
from .tex.raw import BigOperator, Comparison, Group, Letter, Raw, Sequence


def big(raw: BigOperator, scope: Scope) -> Expr:
    """Σ, Π, max or min of what follows.  Raises Unread."""
    if raw.name in ("max", "min"):
        return extreme(raw, scope)
    if raw.name not in ("sum", "prod"):
        raise Unread(f"\\{raw.name} is not known", raw.at)
    if (layers := over_layers(raw, scope)) is not None:
        return layers
    bounds, conditions = limits(raw, scope)
    for b in bounds:
        if b.name not in trees.letters_in(raw.body):
            scope.note(f"no term of the sum over {b.name} has the index {b.name}, as it is written")
    inner = scope.within(*(b.name for b in bounds))
    body = inner.read(raw.body)
    for condition in conditions:
        sign = defaults.RELATIONS.get(condition.sign, "")
        relation = Relation(inner.read(condition.left), sign, inner.read(condition.right))
        body = Mul(Indicator(relation), body, "matrix", "", at=raw.body.at)
    return Total(bounds, body, product=raw.name == "prod", at=raw.at)


def over_layers(raw: BigOperator, scope: Scope) -> Expr | None:
    """Σ_l ‖W^{(l)}‖², term by term: a layer is part of a name."""
    low = raw.low
    if not isinstance(low, Comparison) or low.sign != "=" or not isinstance(low.left, Letter):
        return None
    name = low.left.name
    letters = dict(scope.letters)
    first, last = trees.integer(low.right, letters), trees.integer(raw.high, letters)
    if name not in scope.settings.layers or first is None or last is None or raw.name != "sum":
        return None
    terms = [
        replace(scope, letters={**letters, name: k}).read(raw.body) for k in range(first, last + 1)
    ]
    return Add(tuple(terms), at=raw.at) if terms else Number(0.0, at=raw.at)


def limits(raw: BigOperator, scope: Scope) -> tuple[tuple[Bound, ...], list[Comparison]]:
    """The indices under a sum, with their ranges, and what else is said there."""
    bounds: list[Bound] = []
    conditions: list[Comparison] = []
    for part in trees.items(_plain(raw.low)):
        if isinstance(part, Comparison) and part.sign == "=":
            if raw.high is None:
                raise Unread("a sum from a beginning to no end", raw.at)
            name = _name(part.left)
            bounds.append(Bound(name, scope.read(part.right), scope.read(raw.high), at=part.at))
        elif isinstance(part, Comparison) and part.sign in ("\\ne", "\\neq", "!=", "≠"):
            conditions.append(part)
            bounds.append(Bound(_name(part.left), at=part.at))
        elif isinstance(part, Comparison):
            raise Unread(f"a sum over {scope.text(part)}", part.at)
        elif isinstance(part, Sequence) and not any(part.signs):
            bounds += [Bound(_name(letter), at=letter.at) for letter in part.factors]
        else:
            high = scope.read(raw.high) if raw.high is not None else None
            low = Number(1.0) if high is not None else None
            bounds.append(Bound(_name(part), low, high, at=part.at))
    if raw.low is None and raw.high is not None:
        raise Unread("a sum to an end without an index", raw.at)
    return tuple(bounds), conditions


def _plain(raw: Raw | None) -> Raw | None:
    if isinstance(raw, Group) and raw.kind == "{" and len(raw.items) == 1:
        return raw.items[0]
    return raw


def _name(raw: Raw) -> str:
    if not isinstance(raw, Letter):
        raise Unread("under a sum stands its index", raw.at)
    return raw.name


def extreme(raw: BigOperator, scope: Scope) -> Expr:
    """max(a, b), or max_k a_k over the whole of a."""
    body = raw.body
    if raw.low is None and isinstance(body, Group) and len(body.items) == 2:
        args = tuple(scope.read(x) for x in body.items)
        return Call(defaults.PAIRED[raw.name], args, text=raw.name, at=raw.at)
    if raw.low is None:
        return Call(raw.name, (scope.read(body),), text=raw.name, at=raw.at)
    name = _name(raw.low)
    inside = scope.within(name).read(body)
    if isinstance(inside, Entry) and inside.index == (Index(name),):
        return Call(raw.name, (inside.of,), text=raw.name, at=raw.at)
    raise Unread(f"a {raw.name} over an index of anything but one vector's entries", raw.at)
