"""Formulas that depend on a comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .library import FUNCTIONS
from .products import broadcast, data
from .shapes import Undefined
from .tree import Cases, Indicator, Relation

if TYPE_CHECKING:
    from .evaluate import Evaluation

Value = Any
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
    ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def indicator(walk: Evaluation, e: Indicator) -> Value:
    found = holding(walk, e.relation)
    walk.around.reached(e, found)
    return np.asarray(found, float)


def holding(walk: Evaluation, e: Relation) -> Value:
    a, b = (np.asarray(data(walk.value(x)), float) for x in (e.left, e.right))
    if not broadcast(a.shape, b.shape):
        raise Undefined("the two sides of this comparison have different shapes", e.at)
    return COMPARED[e.sign](a, b)


def cases(walk: Evaluation, e: Cases) -> Value:
    walk.around.reached(e, taken(walk, e))
    for branch, relation in e.branches:
        if relation is None:
            return walk.value(branch)
        found = holding(walk, relation)
        if np.size(found) != 1:
            return pieces(walk, e)
        if bool(found):
            return walk.value(branch)
    raise Undefined("no case holds", e.at)


def taken(walk: Evaluation, e: Cases) -> Value:
    """The number of the first case that holds, entry by entry."""
    held = [np.asarray(r is None or holding(walk, r)) for _, r in e.branches]
    try:
        held = list(np.broadcast_arrays(*held))
    except ValueError:
        raise Undefined("the comparisons of these cases have different shapes", e.at) from None
    return np.select(held, list(range(len(held))), len(held) - 1)


def pieces(walk: Evaluation, e: Cases) -> Value:
    """Entry by entry: the first case that holds there."""
    found: Value = np.nan
    for branch, relation in reversed(e.branches):
        x = walk.value(branch)
        found = x if relation is None else FUNCTIONS["where"](holding(walk, relation), x, found)
    return found
