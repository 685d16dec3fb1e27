"""Entries of a matrix that break the pattern of their neighbours: w_41 where w_51 is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .tree import Entry, Expr, Family, Index, Matrix, Number, mapped

Grid = list[list[Expr]]
MOST = 0.7  # of the cells follow a pattern, or it is none


@dataclass(frozen=True)
class Slip:
    """A cell that repeats another one, and what the pattern has there."""

    written: Expr
    meant: Expr


def mended(e: Expr) -> tuple[Expr, tuple[Slip, ...]]:
    """The formula with its matrices as their patterns go on, and the cells that did not.

    Only a cell that stands in its matrix twice counts, so that a matrix of another making
    (symmetric, of shifted rows) is left as it is.
    """
    found: list[Slip] = []

    def mend(x: Expr) -> Expr:
        x = mapped(x, mend)
        return mended_matrix(x, found) if isinstance(x, Matrix) else x

    return mend(e), tuple(found)


def mended_matrix(e: Matrix, found: list[Slip]) -> Matrix:
    rows = tuple(ended(r, found) if isinstance(r, Family) else r for r in e.rows)
    grid = [list(r) for r in rows if not isinstance(r, Family)]
    if len(grid) < len(rows) or len({len(r) for r in grid}) != 1:
        return replace(e, rows=rows) if rows != e.rows else e
    new = gridded(grid)
    slips = differences(grid, new)
    if not slips:
        return e
    found += slips
    return replace(e, rows=tuple(map(tuple, new)))


def ended(family: Family, found: list[Slip]) -> Family:
    """The last row of a pattern as the pattern has it."""
    due = [put(cell, family.index, family.high) for cell in family.body]
    slips = differences([list(family.last)], [due])
    if not slips or 2 * len(slips) > len(due):
        return family
    found += slips
    last = tuple(a if a == b else b for a, b in zip(family.last, due, strict=True))
    return replace(
        family, last=tuple(spelled(a, b) for a, b in zip(family.last, last, strict=True))
    )


def differences(written: Grid, due: Grid) -> list[Slip]:
    """The cells that differ, if each of them repeats another."""
    a, b = ([x for row in grid for x in row] for grid in (written, due))
    slips = [Slip(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return slips if all(a.count(s.written) > 1 for s in slips) else []


def gridded(grid: Grid) -> Grid:
    """The cells with each of their indices as most of them have it."""
    if len({bare(x) for row in grid for x in row}) != 1:
        return grid
    numbers = [[indices(x) for x in row] for row in grid]
    rules = [rule(numbers, k) for k in range(len(numbers[0][0]))]
    return [
        [spelled(x, renumbered(x, iter([f(r, c) for f in rules]))) for c, x in enumerate(row)]
        for r, row in enumerate(grid)
    ]


def rule(numbers: list[list[list[float]]], k: int) -> Callable[[int, int], float]:
    """How the k-th index of a cell follows from its row and column."""
    places = [(r, c) for r, row in enumerate(numbers) for c in range(len(row))]
    start = numbers[0][0][k]
    for along in ((0, 0), (1, 0), (0, 1)):

        def value(r: int, c: int, along: tuple[int, int] = along) -> float:
            return start + along[0] * r + along[1] * c

        hits = sum(numbers[r][c][k] == value(r, c) for r, c in places)
        if hits > MOST * len(places):
            return value
    return lambda r, c: numbers[r][c][k]


def spelled(old: Expr, new: Expr) -> Expr:
    """The new cell as its author would spell it: w_{51} by the w_{41} that stood there."""
    if not (isinstance(old, Entry) and isinstance(new, Entry)) or old == new:
        return new
    a, b = (
        "".join(
            f"{i.value:.0f}" if isinstance(i, Number) else getattr(i, "name", "?") for i in e.index
        )
        for e in (old, new)
    )
    return replace(new, text=old.text.replace(a, b)) if old.text.count(a) == 1 else new


def walked(e: Expr, f: Callable[[Number], Expr]) -> Expr:
    """The formula with `f` of each number that is an index."""
    if isinstance(e, Entry):
        index = tuple(f(i) if isinstance(i, Number) else walked(i, f) for i in e.index)
        changed = replace(e, of=walked(e.of, f), index=index)
        return e if changed == e else replace(changed, text="")
    return mapped(e, lambda x: walked(x, f))


def indices(e: Expr) -> list[float]:
    found: list[float] = []

    def note(n: Number) -> Number:
        found.append(n.value)
        return n

    walked(e, note)
    return found


def bare(e: Expr) -> Expr:
    return walked(e, lambda n: Number(0.0))


def renumbered(e: Expr, values: Iterator[float]) -> Expr:
    return walked(e, lambda n: replace(n, value=next(values)))


def put(e: Expr, index: str, value: Expr) -> Expr:
    """The formula with a value for an index."""
    if isinstance(e, Index):
        return value if e.name == index else e
    found = mapped(e, lambda x: put(x, index, value))
    return replace(found, text="") if isinstance(found, Entry) and found != e else found
