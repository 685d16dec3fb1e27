"""Shapes and arrays: distinct sizes, so that a missing transpose cannot hide, and no ties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.extra import numpy as hnp

from .floating import floats

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Strategy = st.SearchStrategy[Any]

# Sizes that differ, and of which none is a product of others: a wrong reshape cannot hide either.
PRIMES = (2, 3, 5, 7, 11, 13)
GAP = 0.25  # between the entries of an array without ties; each is moved by less than half of it


def shapes(*axes: str, sizes: Sequence[int] = PRIMES) -> st.SearchStrategy[Any]:
    """Shapes given by letters, one per axis: equal letters, equal sizes; others differ.

    `shapes("mi", "io")` gives pairs such as ((2, 3), (3, 5)), what a matrix product takes; one
    string gives one shape.  "" is the shape of a number.  Sizes are distinct primes, unless `sizes`
    says which to take (repeat a size there to allow equal ones).

    Raises InvalidArgument when there are more letters than sizes.
    """
    return sizes_of("".join(axes), sizes).map(
        lambda size: one_or_all(tuple(tuple(size[letter] for letter in word) for word in axes))
    )


def sizes_of(letters: str, sizes: Sequence[int] = PRIMES) -> st.SearchStrategy[dict[str, int]]:
    """A size for each of the letters, no two from the same place in `sizes`."""
    names = sorted(set(letters))
    if not all(name.isalpha() for name in names):
        raise InvalidArgument(f"an axis is named by one letter; got {letters!r}")
    if len(names) > len(sizes):
        raise InvalidArgument(f"{len(names)} axes need {len(names)} sizes; there are {sizes!r}")
    places = sizes[: max(4, len(names))]  # the small ones, as long as they suffice
    return st.permutations(places).map(lambda p: dict(zip(names, p, strict=False)))


def broadcastable_shapes(
    n: int = 2, *, max_dims: int = 3, sizes: Sequence[int] = (0, 1, 2, 3)
) -> st.SearchStrategy[tuple[Shape, ...]]:
    """`n` shapes that numpy broadcasts against each other: 0-d, size 1, missing axes, empty.

    Leave 0 out of `sizes` for no empty arrays.
    """
    return hnp.mutually_broadcastable_shapes(
        num_shapes=n, min_side=min(sizes), max_side=max(sizes), max_dims=max_dims
    ).map(lambda found: found.input_shapes)


def arrays(
    shape: Shape | Strategy | None = None,
    elements: st.SearchStrategy[float] | None = None,
    *,
    ties: bool = True,
) -> st.SearchStrategy[Array]:
    """Arrays of float64: of `shape` (a tuple, or a strategy of them), filled from `elements`.

    Every entry is drawn by itself.  Elements are `floats()` by default, shapes have one to three
    axes of distinct prime sizes.  With `ties=False` entries differ from each other by 0.1 and
    more, and from 0 by 0.02, as max, sort and norm want it; `elements` is then not used.
    """
    if shape is None:
        shape = st.sampled_from(["i", "ij", "ijk"]).flatmap(shapes)
    if isinstance(shape, st.SearchStrategy):
        return shape.flatmap(lambda drawn: arrays(drawn, elements, ties=ties))
    if not ties:
        if elements is not None:
            raise InvalidArgument("arrays: with ties=False the entries cannot be chosen as well")
        return without_ties(shape)
    drawn: st.SearchStrategy[Array] = hnp.arrays(
        np.float64, shape, elements=floats() if elements is None else elements, fill=st.nothing()
    )
    return drawn


@st.composite
def without_ties(draw: st.DrawFn, shape: Shape) -> Array:
    """The numbers of an even ladder in any order, each moved by a little."""
    size = int(np.prod(shape))
    rungs = np.array(draw(st.permutations(range(size))), float) * GAP - GAP / 2 * size
    moves = draw(arrays((size,), floats(0.03, 0.1)))
    return (rungs + moves).reshape(shape)


def one_or_all(items: tuple[Any, ...]) -> Any:
    return items[0] if len(items) == 1 else items
