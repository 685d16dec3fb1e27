"""One equality that is not right: what the searches for a repair, a reading or a name work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .formula.shapes import Undefined
from .formula.tree import Expr
from .worlds.world import World

Array = np.ndarray[Any, Any]

TOLERANCE = 1e-9  # of the largest entry
FAINT = 1e-3  # below it, numbers may agree because both are small
CLOSE = 1e-2  # to each other: then they don't
NEAR = 3  # points close by: what is small moves little there, and rounding is another number
SETTLED = 1e-3
ROUNDING = 1e-14  # what is smaller is taken for 0


def agree(written: Array, true: Array) -> bool:
    """Equal shapes (a 1×1 is a number) and entries, to `TOLERANCE` of the largest true one.

    A plain 0 is a zero of any shape.  What is not finite agrees with nothing.
    """
    if written.size == true.size == 1:
        written, true = written.reshape(()), true.reshape(())
    if written.shape != true.shape and (written.shape or written.any()):
        return False
    if not (np.isfinite(written).all() and np.isfinite(true).all()):
        return False
    with np.errstate(over="ignore"):
        off = np.max(np.abs(written - true), initial=0.0)
    return bool(off <= TOLERANCE * np.max(np.abs(true), initial=1e-3))


@dataclass(frozen=True)
class Problem:
    """`written` was claimed to be `target`, and is not, in at least one of the worlds.

    author: whether derivatives on the right stand for the author's own earlier values.  allowed:
    the derivatives that earlier lines have given, which a repair may use.
    """

    target: Expr
    written: Expr
    worlds: tuple[World, ...]
    notation: str
    loss: str
    author: bool = False
    allowed: frozenset[Expr] = frozenset()  # derivatives that a repair may use

    def value(self, expr: Expr, i: int = 0) -> Array:
        """The number of `expr` in a world.  Raises Undefined."""
        return self.worlds[i].evaluate(expr, self.author, like=self.target)

    def truth(self, i: int = 0) -> Array:
        return self.worlds[i].evaluate(self.target, like=self.written)

    def agrees(self, expr: Expr, i: int) -> bool:
        """Whether `expr` is the target in a world, and not only because both are small."""
        value, true = self.value(expr, i), self.truth(i)
        if not agree(value, true):
            return False
        size = np.max(np.abs(true), initial=0.0)
        if size >= FAINT or np.max(np.abs(value - true), initial=0.0) <= CLOSE * size:
            return True
        near = [self.worlds[i].nudged(k) for k in range(NEAR)]
        values = [w.evaluate(expr, self.author, like=self.target) for w in near]
        truths = [w.evaluate(self.target, like=expr) for w in near]
        return not (settled(value, values) or settled(true, truths))

    def holds(self, expr: Expr) -> bool:
        """Whether `expr` is the target, in every world."""
        try:
            return all(self.agrees(expr, i) for i in range(len(self.worlds)))
        except Undefined:
            return False


def settled(x: Array, near: list[Array]) -> bool:
    """Whether a number is more than rounding: hardly another one a small step away."""
    size = np.max(np.abs(x), initial=0.0)
    return bool(size > ROUNDING and all(np.max(np.abs(x - y)) <= SETTLED * size for y in near))
