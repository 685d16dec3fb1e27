"""Which sizes a derivation is tried at.

Distinct primes, so that no two sizes can be taken for each other; but what a line writes out
entry by entry has the size that it is written in.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..formula.tree import (
    Entry,
    Expr,
    Family,
    Index,
    Indicator,
    Matrix,
    Number,
    Symbol,
    Total,
    children,
    walk,
)

PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)  # 2 is too often a constant
Axis = tuple[str, int]  # a quantity and which of its axes
Symbolic = Mapping[str, tuple[int | str, ...]]


@dataclass(frozen=True)
class Fixed:
    """What lines fix: sizes written out, and how far literal indices go."""

    exact: frozenset[tuple[str, int]] = frozenset()
    least: frozenset[tuple[str, int]] = frozenset()


def generic(
    names: Sequence[str], fixed: Fixed, order: int, taken: Iterable[int] = ()
) -> dict[str, int]:
    """Sizes by name: as fixed, else primes that differ from each other; `order` permutes them.

    taken: sizes without a name, which the primes differ from as well.
    """
    exact, least = dict(fixed.exact), dict(fixed.least)
    free = [n for n in names if n not in exact]
    others = {*exact.values(), *taken}
    pool = [p for p in PRIMES if p not in others]
    low = max((least.get(n, 0) for n in free), default=0)
    start = next((i for i, p in enumerate(pool) if p >= low), 0)
    pool = pool[start : start + max(len(free), 1)]
    backwards = order % 2 == 1  # neighbours in order are as different as can be
    choices = itertools.islice(
        itertools.permutations(pool[:: -1 if backwards else 1]), order // 2, None
    )
    found = exact | dict(zip(free, next(choices, pool), strict=False))
    return {n: found[n] for n in sorted(found, key=[*names, *sorted(exact)].index)}


def fixed_by(exprs: Iterable[Expr], shapes: Symbolic, stated: Mapping[str, int]) -> Fixed:
    """What these formulas write out.

    shapes: of each quantity, by names of sizes; labels have a second axis, their classes.  stated:
    the document's own sizes; a list of entries that stops short of one fixes nothing.
    """
    exprs = tuple(exprs)
    exact: dict[str, int] = {}
    sums: dict[str, int] = {}
    used: defaultdict[str, set[int]] = defaultdict(set)

    def name(axis: Axis) -> str | None:
        of, k = axis
        shape = shapes.get(of, ())
        found = shape[k] if k < len(shape) else None
        return found if isinstance(found, str) else None

    for e in exprs:
        for axis, size in written_out(e):
            if (n := name(axis)) is not None:
                exact.setdefault(n, size)
        for axis, size in summed(e):
            if (n := name(axis)) is not None and stated.get(n, size) == size:
                sums[n] = max(size, sums.get(n, 0))  # a sum that stops short is another one
        for axis, literal in literals(e, shapes):
            if (n := name(axis)) is not None:
                used[n].add(literal)
    exact = sums | exact
    least = {}
    for n, found in used.items():
        k = max(found)
        if k > 1 and found == set(range(1, k + 1)) and stated.get(n, k) == k:
            exact.setdefault(n, k)
        elif k > PRIMES[0]:
            least[n] = k
    return Fixed(frozenset(exact.items()), frozenset(least.items()))


def written_out(e: Expr) -> Iterator[tuple[Axis, int]]:
    """Axes whose entries a matrix lists one by one, with how many there are."""
    for part in walk(e):
        if isinstance(part, Matrix):
            rows = [row for row in part.rows if not isinstance(row, Family)]
            if len(rows) == len(part.rows) and len({len(r) for r in rows}) == 1:
                for column in zip(*rows, strict=True):
                    yield from listed(column)
            for row in rows:
                if not any(isinstance(cell, Family) for cell in row):
                    yield from listed(row)
            for family in part.rows:
                if not isinstance(family, Family):
                    continue
                if not any(isinstance(c, Family) for c in family.body):
                    yield from listed(family.body)


def summed(e: Expr) -> Iterator[tuple[Axis, int]]:
    """Axes along which a sum goes from 1 to a number, and to which."""
    totals = (part for part in walk(e) if isinstance(part, Total))
    for bound, body in ((b, t.body) for t in totals for b in t.bounds):
        if isinstance(bound.high, Number) and bound.low == Number(1.0):
            for part in walk(body):
                if isinstance(part, Entry) and isinstance(part.of, Symbol):
                    for k, i in enumerate(part.index):
                        if i == Index(bound.name):
                            yield (part.of.name, k), int(bound.high.value)


def listed(cells: Iterable[Expr]) -> Iterator[tuple[Axis, int]]:
    """The axes along which the index changes from cell to cell."""
    cells = tuple(cells)
    if len(cells) < 2:
        return
    seen: defaultdict[Axis, list[set[int]]] = defaultdict(list)
    for cell in cells:
        here: defaultdict[Axis, set[int]] = defaultdict(set)
        for axis, literal in literals(cell, {}):
            here[axis].add(literal)
        for axis, found in here.items():
            seen[axis].append(found)
    for axis, sets in seen.items():
        alone = len(sets) == len(cells) and all(len(s) == 1 for s in sets)
        if alone and len(set().union(*sets)) > 1:
            yield axis, len(cells)


def literals(e: Expr, shapes: Symbolic) -> Iterator[tuple[Axis, int]]:
    """Indices that are plain numbers, and labels that are compared with one."""
    if isinstance(e, Entry) and isinstance(e.of, Symbol):
        index = e.index
        for k, i in enumerate(index):
            if isinstance(i, Number):
                yield (
                    (e.of.name, short(k, len(index), shapes.get(e.of.name, ()))),
                    int(i.value) + 1 - e.base,
                )
    if isinstance(e, Indicator):
        for a, b in (
            (e.relation.left, e.relation.right),
            (e.relation.right, e.relation.left),
        ):
            label = a.of if isinstance(a, Entry) else a
            if isinstance(label, Symbol) and isinstance(b, Number):
                yield (label.name + "#", 0), int(b.value)
    for child in children(e):
        yield from literals(child, shapes)


def short(k: int, given: int, shape: tuple[int | str, ...]) -> int:
    """x_i of a row counts its second axis."""
    return 1 if given == 1 and len(shape) == 2 and shape[0] == 1 else k
