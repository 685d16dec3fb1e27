"""Subscripts as indices."""

from __future__ import annotations

from ..formula.tree import Expr, Index, Number, Symbol, Whole
from . import macros, trees
from .scope import Scope
from .tex.raw import Group, Letter, Numeral, Raw


def entry_index(sub: Raw, of: Expr, scope: Scope) -> tuple[Expr, ...]:
    """The indices that a subscript has; 12 is 1, 2 unless `of` is known to have one axis."""
    axes = scope.axes(of)
    if isinstance(sub, Numeral) and axes != 1 and len(sub.text) == 2:
        return tuple(Number(d.value, at=sub.at) for d in macros.digits(sub))
    found = macros.indices(sub)
    if len(found) == 1 and isinstance(found[0], Numeral):
        return (Number(found[0].value, at=sub.at),)
    return tuple(index_of(part, scope) for part in found)


def index_of(raw: Raw, scope: Scope) -> Expr:
    """One index: a number, a letter, a size, i + 1; `:` and a dot are the whole axis."""
    if isinstance(raw, Letter) and raw.name in (":", "cdot", "bullet", "*"):
        return Whole(at=raw.at)
    if isinstance(raw, Group) and len(raw.items) == 1:
        scope.note(f"the index {scope.text(raw)} is read as {scope.text(raw.items[0])}")
        return index_of(raw.items[0], scope)
    if isinstance(raw, Letter) and trees.name_of(raw) not in scope.letters:
        name = trees.name_of(raw)
        if name in scope.bound:
            return Index(name, at=raw.at)
        if name in scope.sizes:
            return Symbol(name, text=scope.text(raw), at=raw.at)
        if not scope.has(name) and len(name) == 1:
            return Index(name, at=raw.at)
    return scope.read(raw)
