"""Matrices that an author writes out, with dots where a pattern goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ...shaping import stack
from .products import scalar, shape_of
from .shapes import Undefined
from .tree import Expr, Family, Matrix

if TYPE_CHECKING:
    from .evaluate import Evaluation

Value = Any


def matrix(walk: Evaluation, e: Matrix) -> Value:
    """An array of cells that are numbers, or blocks.  Raises Undefined."""
    rows: list[list[Value]] = []
    for row in e.rows:
        if isinstance(row, Family):
            rows += [cells(walk, part) for part in members(walk, row)]
        else:
            rows.append(cells(walk, row))
    lengths = {len(row) for row in rows}
    if len(lengths) != 1:
        raise Undefined(
            f"its rows have different lengths: {', '.join(map(str, sorted(lengths)))}", e.at
        )
    flat = [scalar(x) if np.prod(shape_of(x)) == 1 else x for row in rows for x in row]
    if any(shape_of(x) for x in flat):
        try:
            return np.block([[np.asarray(x) for x in row] for row in rows])
        except (ValueError, TypeError):
            raise Undefined("the cells of this matrix do not fit together", e.at) from None
    if all(isinstance(x, float | np.ndarray) for x in flat):
        return np.array(flat, float).reshape(len(rows), -1)
    return stack([1.0 * x for x in flat]).reshape((len(rows), len(rows[0])))


def members(walk: Evaluation, family: Family) -> Iterator[tuple[Expr, ...]]:
    """What a pattern stands for, one after the other, with the index set."""
    low, high = walk.number(family.low), walk.number(family.high)
    before = walk.indices.get(family.index)
    for k in range(low, high):
        walk.indices[family.index] = k
        yield family.body
    walk.indices.pop(family.index, None)
    if before is not None:
        walk.indices[family.index] = before
    yield family.last


def cells(walk: Evaluation, row: tuple[Expr, ...]) -> list[Value]:
    found: list[Value] = []
    for cell in row:
        if isinstance(cell, Family):
            for part in members(walk, cell):
                found += [walk.value(x) for x in part]
        else:
            found.append(walk.value(cell))
    return found
