"""What hangs on a quantity: entries, samples and powers."""

from __future__ import annotations

from ..formula.tree import Entry, Expr, Index, Number, Power, Symbol, Transpose, Whole
from . import macros, trees
from .configuration import defaults
from .scope import Scope, Unread
from .tex.raw import Group, Letter, Numeral, Raw, Scripted


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


def with_scripts(e: Expr, sub: Raw | None, sup: Raw | None, raw: Scripted, scope: Scope) -> Expr:
    """Entries and powers of a formula."""
    if isinstance(sup, Group) and _is_sample(sup):
        e, sup = _sample(e, sup, raw, scope), None
    if sub is not None and is_bold_sample(sub, e, raw, scope):
        i, text = index_of(sub, scope), scope.text(raw) if sup is None else ""
        if scope.settings.samples == "rows":  # a column all the same
            e = Transpose(Entry(e, (i, Whole()), at=raw.at), at=raw.at)
        else:
            e = Entry(e, (Whole(), i), text=text, at=raw.at)
    elif sub is not None:
        text = scope.text(raw) if sup is None else ""
        e = Entry(e, entry_index(sub, e, scope), text=text, at=raw.at)
    if sup is None:
        return e
    if isinstance(sup, Letter) and sup.name in ("*", "star", "prime", "dagger"):
        raise Unread(f"what the superscript {scope.text(sup)} means is not known", sup.at)
    return Power(e, scope.read(sup), "^", at=raw.at)


def is_bold_sample(sub: Raw, e: Expr, raw: Scripted, scope: Scope) -> bool:
    """Whether a small bold letter with one index, \\mathbf x_n, is a sample and no entry."""
    base = raw.base
    if not isinstance(base, Letter) or base.font not in defaults.BOLD or not base.name.islower():
        return False
    one = isinstance(sub, Letter) and scope.is_index(sub.name)
    return one and bool(scope.settings.samples) and scope.axes(e) != 1


def _is_sample(sup: Group) -> bool:
    return sup.kind == "(" and len(sup.items) == 1


def _sample(e: Expr, sup: Group, raw: Scripted, scope: Scope) -> Expr:
    """x^{(i)}: the sample i of x, where the configuration says what samples are."""
    if scope.settings.samples not in ("rows", "columns") or len(sup.items) != 1:
        raise Unread(
            f"what the superscript {scope.text(sup)} means is not known; a layer (name it under "
            "layers) or a sample (say samples: rows or samples: columns)?",
            sup.at,
        )
    i = index_of(sup.items[0], scope)
    index = (i, Whole()) if scope.settings.samples == "rows" else (Whole(), i)
    return Entry(e, index, text=f"{scope.text(raw.base)}^{{{scope.text(sup)}}}", at=raw.at)
