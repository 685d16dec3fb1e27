"""Evaluating thousands of formulas that share most of their parts."""

from __future__ import annotations

import numpy as np

from ...errors import ShapeError
from ..formula.evaluate import Evaluation, Value
from ..formula.shapes import Undefined
from ..formula.tree import Expr, Index, Number, Symbol
from ..problem import Array
from ..worlds.world import World


class Remembering(Evaluation):
    """An evaluation that keeps the value of every part: candidates share most of theirs."""

    def __init__(self, world: World, author: bool) -> None:
        super().__init__(
            world if author == world.author else world.alike(world.nodes, author=author)
        )
        self.seen: dict[tuple[object, ...], tuple[Expr, Value]] = {}
        self.work = 0  # parts that had to be computed

    def of(self, e: Expr) -> Value:
        if isinstance(e, Symbol | Number | Index):
            return super().of(e)
        place = (id(e), *self.indices.items())
        known = self.seen.get(place)
        if known is None:
            self.work += 1
            try:
                known = e, super().of(e)
            except (Undefined, ShapeError) as error:
                known = e, error
            self.seen[place] = known
        if isinstance(known[1], Exception):
            raise known[1]
        return known[1]

    def array(self, e: Expr) -> Array | None:
        """The value, or None where there is none."""
        self.indices.clear()
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.value(e), float)
        except (Undefined, ShapeError):
            return None
