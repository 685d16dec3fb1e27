"""Arguments taken apart: the numbers and arrays in them, with names, and kinds of nodes."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import as_array, as_float, mixed, numbers
from ..node import Node
from ..tensor import Tensor
from ..value import Value

Array = np.ndarray[Any, Any]
CONSTANT = (str, bytes, bool)  # in arguments, passed as they are


@dataclass(frozen=True)
class Leaf:
    """One number or array among the arguments."""

    name: str
    position: int  # of the argument that it belongs to
    kind: str  # "value", "tensor", or "values" for an array of Values
    data: Array
    given: Any
    span: slice  # its entries in the vector

    @property
    def shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.data.shape
        return shape

    def changed(self) -> bool:
        """Whether the caller's own data are no longer what they were."""
        if self.kind == "values":
            return not np.array_equal(numbers(self.given), self.data, equal_nan=True)
        now = self.given._raw if isinstance(self.given, Node) else self.given
        return not np.array_equal(np.asarray(now, self.data.dtype), self.data, equal_nan=True)

    def lifted(self, x: Array, dtype: Any = np.float64) -> Any:
        """Fresh nodes over these numbers."""
        part = x[self.span]
        if self.kind == "value":
            return Value(float(part[0]))
        if self.kind == "tensor":
            return Tensor(part.reshape(self.shape).astype(dtype))
        boxes = np.empty(self.shape, dtype=object)
        boxes.ravel()[:] = [Value(float(e)) for e in part]
        return boxes


def chosen(argnums: Any, count: int) -> tuple[int, ...]:
    if argnums is None:
        return tuple(range(count))
    nums = tuple(argnums) if isinstance(argnums, tuple | list) else (argnums,)
    for n in nums:
        if isinstance(n, bool) or not isinstance(n, int) or not -count <= n < count:
            raise IndexError(f"check_grad: argnums {argnums!r} of {count} arguments")
    return tuple(sorted({n % count for n in nums}))


def parameter_names(f: Any, count: int) -> list[str]:
    """What `f` calls its arguments."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names: list[str] = []
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            names += [f"{p.name}[{k}]" for k in range(count - len(names))]
        elif p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            names.append(p.name)
    return (names + [f"argument {k}" for k in range(len(names), count)])[:count]


def is_constant(a: Any) -> bool:
    return isinstance(a, CONSTANT) or callable(a)


def named_leaves(tree: Any, name: str) -> list[tuple[str, Any]]:
    if isinstance(tree, dict):
        return [p for key, child in tree.items() for p in named_leaves(child, f"{name}[{key!r}]")]
    if isinstance(tree, list | tuple):
        return [p for k, child in enumerate(tree) for p in named_leaves(child, f"{name}[{k}]")]
    return [] if tree is None or is_constant(tree) else [(name, tree)]


def with_constants(tree: Any, new: Any) -> Any:
    """What goes into the tree's places: new nodes, and constants as they were."""
    for leaf in flat_arguments(tree):
        yield leaf if is_constant(leaf) else next(new)


def flat_arguments(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        return [a for child in tree.values() for a in flat_arguments(child)]
    if isinstance(tree, list | tuple):
        return [a for child in tree for a in flat_arguments(child)]
    return [] if tree is None else [tree]


def arranged(found: list[tuple[int, str, Any]]) -> list[Leaf]:
    """The leaves, each with its kind: numbers are Values unless there are arrays beside them."""
    arrays = any(isinstance(a, Tensor | np.ndarray) and not is_values(a) for *_, a in found)
    scalars = any(isinstance(a, Value) or is_values(a) for *_, a in found)
    if arrays and scalars:
        raise mixed("check_grad")
    leaves, start = [], 0
    for position, name, a in found:
        kind, data = plain(a, name, arrays)
        leaves.append(Leaf(name, position, kind, data, a, slice(start, start + data.size)))
        start += data.size
    return leaves


def is_values(a: Any) -> bool:
    return isinstance(a, np.ndarray) and a.dtype == object


def plain(a: Any, name: str, arrays: bool) -> tuple[str, Array]:
    who = f"check_grad: the argument {name}"
    if is_values(a):
        return "values", numbers(a)
    if isinstance(a, Node):
        return ("value" if a.is_scalar else "tensor"), np.array(a._raw)
    if arrays or isinstance(a, np.ndarray):
        return "tensor", np.array(as_array(a, who))
    return "value", np.array(as_float(a, who))
