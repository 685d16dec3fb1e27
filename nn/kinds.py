"""The three kinds that a network runs on: plain arrays, Tensors, and object arrays of Values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from . import targets
from .errors import DataError
from .module import spelled

Array = NDArray[Any]
Given = Mapping[str, Any] | None


def keeper(known: dict[str, Any], given: Given) -> Callable[..., Any]:
    """`keep(name, f, *args)`: what is given under the name, or f(*args), is named and kept."""
    given = given or {}

    def keep(name: str, f: Callable[..., Any], *args: Any) -> Any:
        y = known[name] = given[name] if name in given else named(f(*args), name)
        return y

    return keep


def named(y: Any, name: str) -> Any:
    """`y` with its name set, if it is a node without one; entries of arrays as z1[0,2]."""
    if isinstance(y, ag.Node):
        if y.name is None:
            y.name = name
    elif isinstance(y, np.ndarray) and y.dtype == object:
        for index in np.ndindex(y.shape):
            named(y[index], name + spelled(index))
    return y


def values(array: Array, name: str) -> Array:
    """An object array of named Values."""
    out = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        out[index] = ag.Value(float(array[index]), name=name + spelled(index))
    return out


def numbers(parameter: Any) -> Array:
    """The data of a Tensor, of an object array of Values, or of an array."""
    if isinstance(parameter, ag.Tensor):
        return np.asarray(parameter.data)
    if parameter.dtype == object:
        return np.asarray(np.frompyfunc(float, 1, 1)(parameter), dtype=np.float64)
    return np.asarray(parameter)


def batch(x: Any, features: int, axis: int) -> Any:
    """A batch in a network's own layout, `axis` being that of the samples."""
    x = targets.operand(x, "x")
    shape = targets.shape_of(x)
    if len(shape) != 2 or shape[1 - axis] != features or 0 in shape:
        layout = ("(m, features)", "(features, m)")[axis]
        wanted = f"({features}, m)" if axis else f"(m, {features})"
        hint = " (samples are columns: pass x.T?)" if axis and shape[1:] == (features,) else ""
        raise ag.ShapeError(
            f"the batch has shape {shape}; give {layout} = {wanted} with at least one sample{hint}"
        )
    return x


def rows(x: Any, features: int) -> Array:
    """Samples as rows of plain finite floats."""
    x = targets.plain(x, "x")
    if x.ndim != 2 or x.shape[1] != features:
        raise DataError(f"x has shape {x.shape}; give samples as rows, (m, {features})")
    return np.asarray(x, dtype=np.float64)
