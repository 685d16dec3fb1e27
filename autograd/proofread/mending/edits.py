"""All single changes of a formula that people make by mistake, at any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from ..formula.tree import (
    Add,
    Derivative,
    Each,
    Entry,
    Expr,
    Family,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Number,
    Power,
    Total,
    mapped,
)
from ..problem import Problem
from . import factors as edit_factors
from . import functions as edit_functions
from . import names as edit_names
from . import products as edit_products
from . import terms as edit_terms
from .words import Edit, Vocabulary, negative, vocabulary

Rule = Callable[[Expr, Expr | None, Vocabulary], Iterator[Edit]]
Path = tuple[tuple[str, int], ...]  # the way to a part: ("left", -1), or ("terms", 2)

RULES: tuple[Rule, ...] = (
    *edit_products.RULES, *edit_terms.RULES, *edit_factors.RULES, *edit_names.RULES,
    *edit_functions.RULES,
)  # fmt: skip
MOST_CELLS = 60
ONE_CELL = 0.2  # a slip in one cell of many costs more than the same in all
FAR = 1.6  # and what costs more is not tried in one cell alone
OWN = ("index", "number", "free index")  # kinds of changes that cells do not share


def edits(expr: Expr, problem: Problem) -> Iterator[Edit]:
    """Every formula that is one change away from `expr`, the same one only once."""
    seen = {expr}
    for path, edit in changes(expr, vocabulary(problem)):
        new = settled(put(expr, path, edit.expr))
        if new not in seen:
            seen.add(new)
            yield replace(edit, expr=new)


def changes(e: Expr, v: Vocabulary) -> Iterator[tuple[Path, Edit]]:
    """Where a formula can be changed, and what that part becomes."""
    for path, part, parent in places(e):
        for edit in here(part, parent, v):
            yield path, edit
        if isinstance(part, Matrix):
            for edit in in_cells(part, v):
                yield path, edit


def here(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """The changes of a formula itself."""
    for rule in RULES:
        yield from rule(e, parent, v)


def places(
    e: Expr, parent: Expr | None = None, path: Path = ()
) -> Iterator[tuple[Path, Expr, Expr | None]]:
    """The parts of a formula that changes are tried in, with what is around each."""
    if isinstance(e, Each):
        yield from places(e.body, None, (("body", -1),))
        return
    yield path, e, parent
    for name in _open(e):
        part: Any = getattr(e, name)
        for i, x in enumerate(part) if isinstance(part, tuple) else ((-1, part),):
            if isinstance(x, Expr):
                yield from places(x, e, (*path, (name, i)))


def _open(e: Expr) -> tuple[str, ...]:
    """The fields in which changes are tried one by one; rules of their own know the others."""
    if isinstance(e, Derivative | Indicator | Family | Matrix):
        return ()
    if isinstance(e, Entry):
        return ("of",) if isinstance(e.of, Derivative | Add | Mul) else ()
    return ("body",) if isinstance(e, Total) else tuple(f.name for f in fields(e))


def at(e: Expr, path: Path) -> Expr:
    """The part of a formula at a place."""
    found: Any = e
    for name, i in path:
        found = getattr(found, name) if name else found
        found = found if i < 0 else found[i]
    return found  # type: ignore[no-any-return]


def put(e: Any, path: Path, new: Expr) -> Any:
    """The formula with another part at a place."""
    if not path:
        return new
    (name, i), *rest = path
    whole = getattr(e, name) if name else e
    part = put(whole if i < 0 else whole[i], tuple(rest), new)
    changed = part if i < 0 else (*whole[:i], part, *whole[i + 1 :])
    return replace(e, **{name: changed}) if name else changed


def settled(e: Expr) -> Expr:
    """Without what a change inside leaves behind: −(−x), a sum in a sum, 1·x."""
    e = mapped(e, settled)
    if isinstance(e, Negative) and isinstance(e.of, Negative):
        return e.of.of
    if isinstance(e, Add) and any(isinstance(t, Add) for t in e.terms):
        return Add(tuple(x for t in e.terms for x in (t.terms if isinstance(t, Add) else (t,))))
    if isinstance(e, Power) and e.exponent == Number(1.0):
        return e.base
    if isinstance(e, Mul):
        for number, other in ((e.left, e.right), (e.right, e.left)):
            if number == Number(1.0):
                return other
            if number == Number(-1.0):
                return negative(other)
    return e


def in_cells(e: Matrix, v: Vocabulary) -> Iterator[Edit]:
    """A change in one cell, in one column of a pattern of rows, or in all cells alike."""
    groups = list(_groups(e))
    found = {
        place: [
            replace(edit, expr=put(at(e, place), path, edit.expr))
            for path, edit in changes(at(e, place), v)
        ]
        for group in groups
        for place in group
    }
    alone = ONE_CELL if len(groups) > 1 else 0.0
    for group in groups:
        for edit in _together(e, group, found):
            if not alone or edit.cost <= FAR:
                yield replace(edit, cost=edit.cost + alone)
    if len(groups) > 1:
        for edit in _together(e, list(found), found):
            said = (edit.said,) if isinstance(edit.said, str) else edit.said
            yield replace(edit, said=(*said, "in every cell"))


def _groups(e: Matrix) -> Iterator[list[Path]]:
    """Cells that change together: each its own, but those of a pattern with its last row's."""
    count = 0
    for i, row in enumerate(e.rows):
        if isinstance(row, Family):
            for k in range(len(row.body)):
                yield [(("rows", i), ("body", k)), (("rows", i), ("last", k))]
            continue
        for k, cell in enumerate(row):
            here = (("rows", i), ("", k))
            if isinstance(cell, Family):
                for j in range(len(cell.body)):
                    yield [(*here, ("body", j)), (*here, ("last", j))]
            elif (count := count + 1) <= MOST_CELLS:
                yield [here]


def _together(e: Matrix, group: list[Path], found: dict[Path, list[Edit]]) -> Iterator[Edit]:
    """The n-th change of every cell at once, where the cells have the same changes."""
    lists = [found[place] for place in group]
    if len(group) > 1:
        lists = [[edit for edit in some if edit.kind not in OWN] for some in lists]
    if len({tuple(edit.kind for edit in some) for some in lists}) != 1:
        return
    for parts in zip(*lists, strict=True):
        new: Any = e
        for place, edit in zip(group, parts, strict=True):
            new = put(new, place, edit.expr)
        yield replace(parts[0], expr=new)
