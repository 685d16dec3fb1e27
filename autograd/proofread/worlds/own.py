"""The author's own values of derivatives, where earlier lines have them otherwise than they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...tensor import Tensor
from ..formula.evaluate import Evaluation
from ..formula.shapes import Undefined, called
from ..formula.slopes import Slope
from ..formula.tree import Derivative, Entry
from .truth import fixed

if TYPE_CHECKING:
    from .world import World

Array = np.ndarray[Any, Any]


def authors(world: World, e: Derivative, true: Slope, indices: Mapping[str, int]) -> Array | None:
    """The author's value: of the derivative, of the array whose entry it is for, or of some of its
    entries.
    """
    found = world.override.get(fixed(replace(e, scale=None), indices))
    last = e.wrt[-1]
    if found is not None:
        return found
    if not isinstance(last, Entry):
        return with_entries(world, e, true)
    array = world.override.get(replace(e, scale=None, wrt=(*e.wrt[:-1], last.of)))
    if array is None:
        return None
    if array.shape != world.nodes[called(last.of)].shape:
        raise Undefined(f"{called(e)} has no such entry as it was given", e.at)
    return np.asarray(Evaluation(world.marked(last.of, Tensor(array)), indices).value(last))


def with_entries(world: World, e: Derivative, true: Slope) -> Array | None:
    """The true gradient with those of its entries that the author has otherwise."""
    found = None
    for key, value in world.override.items():
        last = key.wrt[-1] if isinstance(key, Derivative) else None
        if isinstance(last, Entry) and key == replace(e, scale=None, wrt=(*e.wrt[:-1], last)):
            places = Tensor(np.arange(true.data.size, dtype=float).reshape(true.wrt_shape))
            place = Evaluation(world.marked(last.of, places)).value(last)
            found = true.data.copy() if found is None else found
            found.flat[np.asarray(getattr(place, "data", place), int)] = value
    return found
