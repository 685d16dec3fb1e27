"""One equality that is not right: what the searches for a repair, a reading or a name work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .shapes import Undefined
from .tree import Expr
from .worlds import World

Array = np.ndarray[Any, Any]

TOLERANCE = 1e-9  # of the largest entry


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
        return self.worlds[i].evaluate(expr, self.author)

    def truth(self, i: int = 0) -> Array:
        return self.worlds[i].evaluate(self.target)

    def holds(self, expr: Expr) -> bool:
        """Whether `expr` is the target, in every world."""
        try:
            return all(agree(self.value(expr, i), self.truth(i)) for i in range(len(self.worlds)))
        except Undefined:
            return False
