"""Values and Tensors to start from, and arrays of Values beside arrays of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..node import Node
from ..tensor import Tensor
from ..value import Value
from .arrays import Array, Shape, Strategy, arrays
from .floating import floats


def values(elements: st.SearchStrategy[float] | None = None) -> st.SearchStrategy[Value]:
    """Fresh leaves of scalar graphs over `elements`, `floats()` by default."""
    return (floats() if elements is None else elements).map(Value)


def tensors(
    shape: Shape | Strategy | None = None,
    elements: st.SearchStrategy[float] | None = None,
    *,
    ties: bool = True,
) -> st.SearchStrategy[Tensor]:
    """Fresh leaves of array graphs; the arguments are those of `arrays`."""
    return arrays(shape, elements, ties=ties).map(Tensor)


def boxed(array: Any) -> Array:
    """An object array of fresh Values over an array of numbers: the array as a scalar graph."""
    array = np.asarray(array, float)
    box = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        box[place] = Value(float(array[place]))
    return box


def unboxed(y: Any) -> Array:
    """The numbers of a result: a node's, those of an array of Values, or the result itself."""
    if isinstance(y, Node):
        return np.asarray(y.data, float)
    y = np.asarray(y)
    if y.dtype != object:
        return np.asarray(y, float)
    flat = [e.data if isinstance(e, Node) else e for e in y.ravel()]
    return np.array(flat, float).reshape(y.shape)


def weighted(y: Any, weights: Any) -> Any:
    """Σ weights · y as one node, of a node or of an array of Values."""
    if isinstance(y, Node):
        return y * weights if y.is_scalar else (y * weights).sum()
    total: Any = Value(0.0)
    for e, w in zip(np.ravel(y), np.ravel(weights), strict=True):
        total = total + e * float(w)
    return total
