"""Entries, and sums over them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ...reductions import sum as total_of
from ...shaping import stack
from .products import plain, shape_of
from .shapes import Undefined, called, shown
from .stretches import Stretch
from .tree import Each, Entry, Expr, Index, Indicator, Number, Total, Whole
from .tree import walk as parts

if TYPE_CHECKING:
    from .evaluate import Evaluation

Value = Any


def entry(walk: Evaluation, e: Entry) -> Value:
    x = walk.of(e.of)
    index = e.index
    if isinstance(x, Stretch) and not any(isinstance(i, Whole) for i in index):  # I_jk
        x = x.fitted(max(walk.number(i) for i in index))
    x = walk.plain(x, e.of)
    shape = shape_of(x)
    if not walk.around.exact_shapes:  # as in numpy
        index = (*index, *[Whole()] * (len(shape) - len(index)))
    elif len(index) == 1 and len(shape) == 2 and 1 in shape:  # x_i of a row or column
        index = (index[0], Number(e.base)) if shape[1] == 1 else (Number(e.base), index[0])
    elif len(index) == 1 and len(shape) == 2:
        index = (index[0], Whole())  # W_i is a row
    if len(index) != len(shape):
        name = called(e.of) or "this"
        raise Undefined(
            f"{name} is {shown(shape, walk.around.names)}: {len(index)} indices for "
            f"{len(shape)} axes",
            e.at,
        )
    where: list[Any] = []
    whole = sum(isinstance(i, Whole) for i in index)
    for axis, (i, n) in enumerate(zip(index, shape, strict=True)):
        if isinstance(i, Whole):
            where.append(slice(None))
            continue
        k = walk.number(i) - e.base
        if k < 0 and not e.base:  # Python's x[-1]
            k += n
        if not 0 <= k < n:
            if walk.around.zero_padded:
                return 0.0
            raise Undefined(
                f"{called(e.of) or 'this'} has no entry {k + e.base} on axis {axis + 1}: "
                f"it is {shown(shape, walk.around.names)}",
                e.at,
            )
        # a row of a matrix stays a row where the notation has rows and columns
        where.append(slice(k, k + 1) if whole and walk.around.exact_shapes else k)
    return x[tuple(where)]


def total(walk: Evaluation, e: Total) -> Value:
    if not e.bounds:
        x = walk.value(e.body)
        return total_of(x) if shape_of(x) else x
    found: Value = None
    for _ in ranging(walk, e.bounds, e.body):
        x = walk.value(e.body)
        found = x if found is None else found * x if e.product else found + x
    return found if found is not None else float(e.product)


def ranging(walk: Evaluation, bounds: tuple[Any, ...], body: Expr) -> Iterator[None]:
    """Each choice of the indices in turn; later ones may depend on earlier ones."""
    if not bounds:
        yield
        return
    bound, *rest = bounds
    before = walk.indices.get(bound.name)
    if bound.low is None or bound.high is None:
        low, high = 1, extent(walk, bound.name, body)
    else:
        low, high = walk.number(bound.low), walk.number(bound.high)
    for k in range(low, high + 1):
        walk.indices[bound.name] = k
        yield from ranging(walk, tuple(rest), body)
    if before is None:
        walk.indices.pop(bound.name, None)
    else:
        walk.indices[bound.name] = before


def extent(walk: Evaluation, name: str, body: Expr) -> int:
    """How far an index goes: the axis that it indexes."""
    for e in parts(body):
        if isinstance(e, Entry) and Index(name) in e.index:
            try:
                shape = shape_of(walk.value(e.of))
            except Undefined:
                continue
            long = [n for n in shape if n != 1] or [1]
            if len(e.index) == len(shape):
                return int(shape[e.index.index(Index(name))])
            if len(e.index) == 1 and shape:
                return int(shape[0] if len(long) > 1 else long[0])
    if (last := walk.around.ranges.get(name)) is not None:
        return walk.around.names[last] if isinstance(last, str) else last
    raise Undefined(f"nothing says how far the index {name} goes", body.at)


def each(walk: Evaluation, e: Each) -> Value:
    extents = [extent(walk, letter, e.like) for letter in e.letters]
    cells: list[Any] = []
    for ks in itertools.product(*(range(1, n + 1) for n in extents)):
        walk.indices.update(zip(e.letters, ks, strict=True))
        here = e.only is None or walk.value(Indicator(e.only))
        cells.append(walk.value(e.body) if here else 0.0)
    for letter in e.letters:
        walk.indices.pop(letter, None)
    shapes = {shape_of(c) for c in cells}
    if len(shapes) > 1:
        raise Undefined("its instances have different shapes", e.at)
    if walk.around.exact_shapes and shapes == {(1, 1)}:  # y_n = wᵀ x_n
        cells, shapes = [x.reshape(()) for x in cells], {()}
    joined = np.stack(cells) if all(map(plain, cells)) else stack(cells)
    return joined.reshape((*extents, *shapes.pop()))
