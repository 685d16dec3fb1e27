"""Matrices written out, with dots; lists in brackets."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from ..formula.tree import Cases, Expr, Family, Index, Matrix, Number, Relation, Symbol, Transpose
from . import trees
from .configuration import defaults
from .scope import Scope, Unread
from .tex.raw import Array, Comparison, Dots, Group, List, Raw, Scripted, Sequence, Text

Row = tuple[Expr, ...]


def array(raw: Array, scope: Scope) -> Expr:
    """A matrix, or a definition by cases."""
    if raw.kind == "cases":
        return cases(raw, scope)
    if raw.kind == "vmatrix":
        raise Unread("a determinant", raw.at)
    rows = [row for row in raw.rows if row and not _is_empty(row)]
    found: list[Row | Family] = []
    k = 0
    while k < len(rows):
        if _is_dots(rows[k]):
            if not found or k + 1 == len(rows) or isinstance(found[-1], Family):
                raise Unread("dots between rows need a row before and one after", raw.at)
            found[-1] = rows_between(found[-1], row_of(rows[k + 1], scope), scope, raw)
            k += 2
            continue
        found.append(row_of(rows[k], scope))
        k += 1
    return Matrix(tuple(found), at=raw.at)


def _is_empty(row: tuple[Raw, ...]) -> bool:
    return all(isinstance(x, Text) and not x.words for x in row)


def _is_dots(row: tuple[Raw, ...]) -> bool:
    return all(isinstance(x, Dots) for x in row) and any(x.name != "cdots" for x in row)  # type: ignore[attr-defined]


def row_of(row: tuple[Raw, ...], scope: Scope) -> Row:
    """A row's cells; x_1 \\cdots x_n are a family of them."""
    found: list[Expr] = []
    k = 0
    while k < len(row):
        if isinstance(row[k], Dots):
            if not found or k + 1 == len(row) or isinstance(found[-1], Family):
                raise Unread("dots between cells need a cell before and one after", row[k].at)
            first, last = found.pop(), scope.read(row[k + 1])
            found.append(family((first,), (last,), _fresh(scope, "c"), row[k]))
            k += 2
            continue
        found.append(scope.read(row[k]))
        k += 1
    return tuple(found)


def rows_between(first: Row | Family, last: Row, scope: Scope, raw: Raw) -> Family:
    assert isinstance(first, tuple)
    if len(first) != len(last):
        raise Unread(
            f"the rows before and after the dots have {len(first)} and {len(last)} cells", raw.at
        )
    return family(first, last, _fresh(scope, "r"), raw)


def _fresh(scope: Scope, letter: str) -> str:
    """An index that the author cannot have written."""
    return f"{letter}{len(scope.bound)}·"


def family(first: Row, last: Row, index: str, raw: Raw) -> Family:
    """The pattern that leads from the first to the last: what grows from a number to a size."""
    grown = {pair for a, b in zip(first, last, strict=True) for pair in differing(a, b)}
    numbered = [(a, b) for a, b in grown if isinstance(a, Number)]
    ends = [pair for pair in numbered if isinstance(pair[1], Symbol)]
    ends = ends or [pair for pair in numbered if isinstance(pair[1], Number)]
    if len(ends) != 1:
        raise Unread("dots whose pattern is not clear: which index grows, up to which?", raw.at)
    ((low, high),) = ends
    body = tuple(pattern(a, b, low, high, Index(index)) for a, b in zip(first, last, strict=True))
    return Family(index, low, high, body, last, at=raw.at)


def differing(a: Any, b: Any) -> list[tuple[Expr, Expr]]:
    """The formulas at which two trees part."""
    if isinstance(a, Expr) and isinstance(b, Expr):
        if type(a) is not type(b) or isinstance(a, Number | Symbol | Index):
            return [] if a == b else [(a, b)]
        pairs = [(getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.compare]
        return [d for x, y in pairs for d in differing(x, y)]
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return [d for x, y in zip(a, b, strict=True) for d in differing(x, y)]
    return []


def pattern(a: Any, b: Any, low: Expr, high: Expr, index: Index) -> Any:
    """The first with the index wherever it has `low` and the last `high`."""
    if (a, b) == (low, high):
        return replace(index, at=a.at)
    if isinstance(a, Expr) and type(a) is type(b):
        changed = {
            f.name: pattern(getattr(a, f.name), getattr(b, f.name), low, high, index)
            for f in fields(a)
            if f.compare
        }
        same = all(changed[n] is getattr(a, n) for n in changed)
        if same:
            return a
        return replace(a, **changed)  # spelled as the first one is
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        new = tuple(pattern(x, y, low, high, index) for x, y in zip(a, b, strict=True))
        return new if any(x is not y for x, y in zip(new, a, strict=True)) else a
    return a


def sized(raw: Scripted, scope: Scope) -> Expr:
    """A matrix with its size written below: a claim of its own."""
    sup, transposed = trees.without_transpose(raw.sup)
    matrix = scope.read(raw.base)
    shape = size_of(raw.sub, scope)
    if shape is None or sup is not None:
        raise Unread(f"what is written around this matrix: {scope.text(raw)[-40:]}", raw.at)
    scope.claimed.append((matrix, shape, raw))
    return Transpose(matrix, at=raw.at) if transposed else matrix


def size_of(raw: Raw | None, scope: Scope) -> tuple[Expr, ...] | None:
    """n × 4, the size that a subscript or an exponent of R is."""
    match raw:
        case Sequence(factors=parts, signs=signs) if all(
            defaults.SIGNS.get(s) == "\\times" for s in signs
        ):
            return tuple(scope.read(x) for x in parts)
        case Group(items=(inside,)):
            return size_of(inside, scope)
        case List(items=parts):
            return tuple(scope.read(x) for x in parts)
        case Raw():
            return (scope.read(raw),)
    return None


def listed(raw: Group, scope: Scope) -> Expr:
    """[a_1, a_2, ..., a_n]: a row."""
    return Matrix((row_of(raw.items, scope),), at=raw.at)


def cases(raw: Array, scope: Scope) -> Expr:
    """Branches with their conditions."""
    branches = []
    for row in raw.rows:
        if _is_empty(row) or not row:
            continue
        value = scope.read(row[0])
        branches.append((value, condition(row[1:], scope)))
    return Cases(tuple(branches), at=raw.at)


def condition(cells: tuple[Raw, ...], scope: Scope) -> Relation | None:
    """The relation beside a branch; None for "otherwise"."""
    parts = [x for cell in cells for x in trees.factors(cell) if not isinstance(x, Text)]
    if not parts:
        return None
    if len(parts) == 1 and isinstance(parts[0], Comparison):
        c = parts[0]
        sign = defaults.RELATIONS.get(c.sign, "")
        if sign and sign != "in":
            return Relation(scope.read(c.left), sign, scope.read(c.right), at=c.at)
    raise Unread("a case whose condition is not clear", parts[0].at)
