"""Arguments that share memory: moving an entry of one would move the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..node import Node
from .arguments import Leaf


def aliased(leaves: list[Leaf]) -> str:
    """What is shared, as a sentence; empty if nothing is."""
    for k, leaf in enumerate(leaves):
        inner = entries_overlap(leaf.given)
        if inner:
            return (
                f"the entries of {leaf.name} share memory with each other (it is a broadcast view)"
            )
        for other in leaves[:k]:
            how = shared(leaf.given, other.given)
            if how:
                return f"{other.name} and {leaf.name} {how}"
    return ""


def memory(a: Any) -> Any:
    return a._raw if isinstance(a, Node) and not a.is_scalar else a


def shared(a: Any, b: Any) -> str:
    if isinstance(a, Node) and a is b:
        return "are one node"
    a, b = memory(a), memory(b)
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or not a.size or not b.size:
        return ""
    if a.dtype == object or b.dtype == object:
        both = {id(e) for e in a.flat if isinstance(e, Node)} if a.dtype == b.dtype else set()
        return "hold the same nodes" if any(id(e) in both for e in b.flat) else ""
    if a is b:
        return "are one array"
    return "overlap in memory" if np.may_share_memory(a, b) else ""


def entries_overlap(a: Any) -> bool:
    a = memory(a)
    return isinstance(a, np.ndarray) and any(
        stride == 0 and n > 1 for stride, n in zip(a.strides, a.shape, strict=True)
    )
