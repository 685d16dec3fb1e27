"""Where a piecewise derivative's two pieces meet: right, except at ties."""

from __future__ import annotations

from typing import Any

import numpy as np

from .formula.shapes import Undefined
from .formula.tree import Derivative, Expr, Indicator, Number, Relation, Symbol, walk
from .worlds.points import Points
from .worlds.world import World

STEP = 1e-6
ROUGH = 1e-4  # of a one-sided slope


def tie_note(points: Points, target: Expr, written: Expr, around: tuple[Expr, ...]) -> str:
    """A direction in which a right derivative is wrong where its comparison is a tie; or ""."""
    if not isinstance(target, Derivative) or len(target.wrt) != 1:
        return ""
    x = target.wrt[0]
    world = points.at(points.fixed((target, written, *around)), 0)
    if not isinstance(x, Symbol) or x.name not in world.leaves:
        return ""
    for e in walk(written):
        if isinstance(e, Indicator):
            note = at_tie(world, target, x, written, e.relation)
            if note:
                return note
    return ""


def at_tie(world: World, target: Derivative, x: Symbol, written: Expr, met: Relation) -> str:
    """The slopes to both sides of a tie that involves x, against the formula."""
    others = [e for e in (met.left, met.right) if e != x]
    if len(others) != 1 or not isinstance(others[0], Symbol | Number):
        return ""
    try:
        level = np.broadcast_to(world.evaluate(others[0]), world.leaves[x.name].shape).copy()
        tie = world.elsewhere([(x.name, level)])
        claimed = tie.evaluate(written)
        told = float(np.broadcast_to(claimed, level.shape).flat[0])
        if tie.evaluate(target.of).size != 1 or not level.size:
            return ""
        slopes = {side: slope(tie, target.of, x, level, side) for side in (1, -1)}
    except (Undefined, ValueError):
        return ""
    for side, found in slopes.items():
        if abs(found - told) > ROUGH:
            way = "up" if side == 1 else "down"
            return (
                f"except at ties: where {x.name} meets {named(others[0])}, moving {x.name} {way} "
                f"has slope {found + 0.0:.3g}, and the formula says {told:.3g}"
            )
    return ""


def slope(world: World, of: Expr, x: Symbol, level: Any, side: int) -> float:
    """The slope of `of` to one side of the tie, in the first entry of x."""
    moved = level.copy()
    moved.flat[0] += side * STEP
    there = world.elsewhere([(x.name, moved)])
    return float((there.evaluate(of).sum() - world.evaluate(of).sum()) / (side * STEP))


def named(e: Symbol | Number) -> str:
    return e.name if isinstance(e, Symbol) else f"{e.value:g}"
