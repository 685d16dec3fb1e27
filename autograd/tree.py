"""Arguments and results as trees: nested dicts, lists and tuples with numbers, arrays or nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .data import kind_of
from .errors import StructureError


def leaves(tree: Any) -> list[Any]:
    """The leaves of a tree in order.  Dicts keep their own order; None is an empty tree."""
    if isinstance(tree, dict):
        return [leaf for child in tree.values() for leaf in leaves(child)]
    if isinstance(tree, list | tuple):
        return [leaf for child in tree for leaf in leaves(child)]
    return [] if tree is None else [tree]


def rebuilt(tree: Any, new: Any) -> Any:
    """The tree with its leaves replaced, in order, by those of the iterator `new`."""
    if isinstance(tree, dict):
        return type(tree)((key, rebuilt(child, new)) for key, child in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):  # a namedtuple
        return type(tree)(*(rebuilt(child, new) for child in tree))
    if isinstance(tree, list | tuple):
        return type(tree)(rebuilt(child, new) for child in tree)
    return None if tree is None else next(new)


def mapped(f: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with `f` applied to each leaf."""
    return rebuilt(tree, iter([f(leaf) for leaf in leaves(tree)]))


def matching(tree: Any, pattern: Any, who: str, path: str = "") -> list[Any]:
    """The leaves of `tree` where `pattern` has leaves; raises StructureError where they differ.

    Dicts match by key, whatever the order.
    """
    where = path or "the top"
    if isinstance(pattern, dict):
        if not isinstance(tree, dict) or tree.keys() != pattern.keys():
            raise StructureError(
                f"{who}: expected a dict with keys {list(pattern)} at {where}; got {kind_of(tree)}"
            )
        pairs = [(tree[key], pattern[key], f"{path}[{key!r}]") for key in pattern]
    elif isinstance(pattern, list | tuple):
        if not isinstance(tree, list | tuple) or len(tree) != len(pattern):
            raise StructureError(
                f"{who}: expected a {type(pattern).__name__} of {len(pattern)} at {where}; got "
                f"{kind_of(tree)}"
            )
        pairs = [(t, p, f"{path}[{i}]") for i, (t, p) in enumerate(zip(tree, pattern, strict=True))]
    elif pattern is None:
        return []
    else:
        if isinstance(tree, dict | tuple) or tree is None:
            raise StructureError(f"{who}: expected a number or an array at {where}; got {tree!r}")
        return [tree]
    return [leaf for t, p, at in pairs for leaf in matching(t, p, who, at)]
