"""What nodes are called: by their own names, or by those that the user has for them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Node

from . import text


class Names:
    """The name of each node, as a drawing spells it; empty where it has none.

    `given` maps names to nodes, to lists and object arrays of them, to modules, or to plain arrays,
    as `locals()` does; a node's own name comes first, and names that begin with an underscore are
    left out.
    """

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        if given is not None and not isinstance(given, Mapping):
            raise TypeError(f"names maps names to nodes, as locals() does; got {given!r:.60}")
        self._given: dict[Node, str] = {}
        self.arrays: dict[str, np.ndarray] = {}  # plain ones, which are constants in a graph
        for name, value in (given or {}).items():
            if isinstance(name, str) and not name.startswith("_"):
                if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
                    self.arrays[name] = value
                for node, path in _found(name, value):
                    self._given.setdefault(node, path)

    def __call__(self, node: Node) -> str:
        name = node.name if node.name is not None else self._given.get(node, "")
        return text.shorten(text.pretty(text.visible(name)))

    def of_constant(self, array: np.ndarray) -> str:
        """The name of a plain array, found by its entries: a graph may hold a copy of it."""
        known = (n for n, a in self.arrays.items() if np.array_equal(a, array))
        return text.shorten(text.pretty(text.visible(next(known, ""))))


def _found(name: str, value: Any) -> Iterator[tuple[Node, str]]:
    """The nodes that a variable leads to, with their paths."""
    if isinstance(value, Node):
        yield value, name
    elif isinstance(value, list | tuple):
        for i, entry in enumerate(value):
            yield from _found(f"{name}[{i}]", entry)
    elif isinstance(value, np.ndarray) and value.dtype == object:
        for index in np.ndindex(value.shape):
            yield from _found(f"{name}[{','.join(map(str, index))}]", value[index])
    elif callable(getattr(value, "named_parameters", None)) and not isinstance(value, type):
        for path, node in value.named_parameters().items():
            yield node, path
