"""The function under check as a function of one vector: all entries of all arguments.

Each call gets fresh nodes over fresh arrays, so nothing of the caller's is touched, and an argument
that was given twice moves once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import modes
from ..backward import finished, pulled_back
from ..data import kind_of
from ..node import Node
from ..reductions import sum as total
from ..tree import rebuilt
from .arguments import Leaf, arranged, chosen, named_leaves, parameter_names, with_constants

Array = np.ndarray[Any, Any]


class Run:
    """One call of the function: its leaves as nodes, its results, what it took out of its graph."""

    def __init__(self, subject: Subject, x: Array, native: bool = False) -> None:
        lifted = [
            leaf.lifted(x, leaf.data.dtype if native else np.float64) for leaf in subject.leaves
        ]
        self.nodes = [list(a.flat) if isinstance(a, np.ndarray) else [a] for a in lifted]
        self.before = [node._raw for group in self.nodes for node in group]
        with np.errstate(all="ignore"), modes.differentiating() as self.taken:
            self.tree = subject.f(*subject.arguments(lifted))
        self.outputs: list[Any] = []  # nodes
        self.constants = 0
        for y in flat_results(self.tree):
            if isinstance(y, Node):
                self.outputs.append(y)
            else:
                self.constants += 1

    @property
    def wrt(self) -> list[Any]:
        return [node for group in self.nodes for node in group]

    def values(self) -> Array:
        """All results' entries."""
        parts = [np.ravel(y._raw) for y in self.outputs]
        return np.concatenate(parts) if parts else np.empty(0)

    def grain(self) -> float:
        """The rounding unit of the coarsest result."""
        single = any(not y.is_scalar and y._raw.dtype == np.float32 for y in self.outputs)
        return float(np.finfo(np.float32 if single else np.float64).eps)

    def moved(self) -> bool:
        """Whether the function gave one of its arguments other data."""
        return any(n._raw is not raw for n, raw in zip(self.wrt, self.before, strict=True))

    def seeds(self, c: Array, dtype: Any = None) -> list[Any]:
        """The cotangent vector `c` in the results' shapes."""
        parts: list[Any] = []
        start = 0
        for y in self.outputs:
            size = 1 if y.is_scalar else y._raw.size
            part = c[start : start + size]
            start += size
            if y.is_scalar:
                parts.append(float(part[0]))
            else:
                part = part.reshape(y._raw.shape).astype(y._raw.dtype)
                part.setflags(write=False)
                parts.append(part)
        return parts

    def gradient(self, c: Array) -> Array:
        """Σ c · ∂results/∂entry, by the rules."""
        with np.errstate(all="ignore"):
            found = (
                pulled_back(self.outputs, self.seeds(c), self.wrt, False) if self.outputs else {}
            )
            return joined(finished(self.wrt, found, False))

    def second(self, c: Array, v: Array) -> Array:
        """∂/∂entry of Σ v · gradient, by the rules of the rules."""
        with np.errstate(all="ignore"):
            wrt = self.wrt
            found = pulled_back(self.outputs, self.seeds(c), wrt, True)
            weighted, start = [], 0
            for node, g in zip(wrt, finished(wrt, found, True), strict=True):
                size = 1 if node.is_scalar else node._raw.size
                part = v[start : start + size]
                start += size
                if node.is_scalar:
                    weighted.append(g * float(part[0]))
                else:
                    weighted.append(total(g * part.reshape(node._raw.shape)))
            whole = pulled_back(weighted, [1.0 if w.is_scalar else np.ones(()) for w in weighted],
                                wrt, False)  # fmt: skip
            return joined(finished(wrt, whole, False))


def joined(parts: Sequence[Any]) -> Array:
    flat = [np.ravel(np.asarray(p, np.float64)) for p in parts]
    return np.concatenate(flat) if flat else np.empty(0)


def flat_results(tree: Any) -> list[Any]:
    """The results in order; an array of Values gives each of them."""
    if isinstance(tree, dict):
        return [y for child in tree.values() for y in flat_results(child)]
    if isinstance(tree, list | tuple):
        return [y for child in tree for y in flat_results(child)]
    if isinstance(tree, np.ndarray) and tree.dtype == object:
        return list(tree.flat)
    return [] if tree is None else [tree]


class Subject:
    """The function with its arguments taken apart."""

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], argnums: Any) -> None:
        if not callable(f):
            raise TypeError(f"check_grad takes a function and its arguments; got {kind_of(f)}")
        self.f, self.args = f, args
        self.chosen = chosen(argnums, len(args))
        self.names = parameter_names(f, len(args))
        found = [(k, *p) for k in self.chosen for p in named_leaves(args[k], self.names[k])]
        self.leaves = arranged(found)
        if not self.leaves:
            raise TypeError("check_grad: no argument has a number that could be moved")
        self.x = np.concatenate([np.ravel(leaf.data) for leaf in self.leaves]).astype(np.float64)

    def arguments(self, lifted: list[Any]) -> list[Any]:
        """The argument list with the chosen arguments' numbers replaced."""
        new = iter(lifted)
        return [
            rebuilt(a, with_constants(a, new)) if k in self.chosen else a
            for k, a in enumerate(self.args)
        ]

    def run(self, x: Array, native: bool = False) -> Run:
        return Run(self, x, native)

    def place(self, i: int) -> tuple[Leaf, tuple[int, ...]]:
        """The leaf and the index there of entry `i` of the vector."""
        leaf = next(leaf for leaf in self.leaves if leaf.span.start <= i < leaf.span.stop)
        index = np.unravel_index(i - leaf.span.start, leaf.shape)
        return leaf, tuple(int(k) for k in index)

    @property
    def singles(self) -> bool:
        """Whether an argument came in float32."""
        return any(leaf.data.dtype == np.float32 for leaf in self.leaves)
