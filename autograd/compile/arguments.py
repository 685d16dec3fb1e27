"""The arguments of a compiled function: where they go, and what of them a program depends on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..data import as_array, as_float
from ..errors import TraceError
from ..node import Node
from .naming import is_traced


def bound(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Keyword arguments in the place of the parameters that they name."""
    if not kwargs:
        return args, kwargs
    try:
        given = inspect.signature(f).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return args, kwargs  # the call itself says what is wrong
    return given.args, given.kwargs


def is_nodes(x: Any) -> bool:
    objects = isinstance(x, np.ndarray) and x.dtype == object
    return objects and any(isinstance(e, Node) for e in x.flat)


def kind(leaf: Any) -> Any:
    """What a program depends on: shape and dtype of an array, that a number is one."""
    if isinstance(leaf, np.ndarray):
        return leaf.shape, leaf.dtype
    if is_traced(leaf):
        return "number"
    return fixed_key(leaf)


def fixed_key(value: Any) -> Any:
    """What tells fixed values apart: containers and arrays, which can change, by what they hold."""
    if isinstance(value, list | tuple):
        return type(value), tuple([fixed_key(v) for v in value])
    if isinstance(value, dict):
        return type(value), tuple([(k, fixed_key(v)) for k, v in value.items()])
    if isinstance(value, np.ndarray) and not is_nodes(value):
        return value.shape, value.dtype, value.tobytes()
    try:
        hash(value)
    except TypeError:
        return Same(value)
    return type(value), value


class Same:
    """A key for what cannot be hashed: equal to itself alone, and kept alive by the cache."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def shape_of(tree: Any, is_fixed: bool) -> Any:
    """The structure of an argument, hashable."""
    if is_fixed:
        return fixed_key(tree)
    if isinstance(tree, dict):
        return type(tree), tuple([(k, shape_of(v, False)) for k, v in tree.items()])
    if isinstance(tree, list | tuple):
        return type(tree), tuple([shape_of(v, False) for v in tree])
    return None if tree is None else "leaf"


def plain(x: Any, who: str) -> Any:
    """An argument as the program takes it: a float, or an array of float64 or float32."""
    if isinstance(x, np.ndarray):
        if type(x) is np.ndarray and x.dtype in (np.float64, np.float32):
            return x if x.ndim else x[()]
        if x.dtype == object:
            raise TraceError(f"{who}: an array of objects cannot be compiled; give floats")
        y = as_array(x, f"an argument of {who}")
        return y if y.ndim else y[()]
    return as_float(x, who)


def described(x: Any) -> str:
    if isinstance(x, np.ndarray):
        return f"{x.dtype} {x.shape}"
    return "number" if is_traced(x) else repr(x)
