"""Lines that hold for some indices only: "for i ≠ j:" before a formula, or behind it."""

from __future__ import annotations

from collections.abc import Sequence

from ..formula.tree import Index, Relation
from .configuration import defaults
from .tex.raw import Letter, RawEquation

NEAR = 3  # lines between "for i = j:" and its formula


def conditions(equations: Sequence[RawEquation]) -> dict[int, Relation]:
    """Which equations, by their place in the list, have a condition beside them."""
    found: dict[int, Relation] = {}
    for k, e in enumerate(equations):
        around = equations[k - 1 : k] if k else [], equations[k + 1 : k + 2]
        before = [c for c in around[0] if c.inline and _leads(c, e)]
        behind = [c for c in around[1] if c.display == e.display and not e.inline]
        for c in (*before, *behind):
            relation = condition(c)
            if relation is not None and condition(e) is None:
                found.setdefault(k, relation)
    return found


def _leads(c: RawEquation, e: RawEquation) -> bool:
    near = e.at.line - c.at.end_line
    return near == 0 if e.inline else 0 <= near <= NEAR


def condition(e: RawEquation) -> Relation | None:
    """i = j or i ≠ j, if that is all of an equation."""
    if len(e.members) != 2:
        return None
    left, right = (m.value for m in e.members)
    sign = defaults.RELATIONS.get(e.members[1].sign, "")
    if sign not in ("=", "!=") or not (isinstance(left, Letter) and isinstance(right, Letter)):
        return None
    if not {left.name, right.name} <= set(defaults.INDICES) or left.name == right.name:
        return None
    return Relation(Index(left.name), sign, Index(right.name))
