"""Points that tell a right formula from a wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ..formula.arithmetic import INVERSE
from ..formula.shapes import Undefined
from ..formula.tree import Call, Cases, Expr, Power, behind, walk
from .points import MORE, POINTS, Points, is_piecewise
from .sizes import Fixed
from .world import World

ENOUGH = 30  # points in which a branch that has not been seen is looked for
LARGER = (10.0, 100.0, 1000.0)  # times the usual numbers, for branches that lie far out


def telling(points: Points, target: Expr, written: Expr, around: Iterable[Expr]) -> list[World]:
    """Enough points at which the target is finite, with every branch of what is piecewise.

    The sizes are as the line fixes them.  None where the target is never finite.
    """
    exprs = (target, written)
    fixed = points.fixed((*exprs, *around))
    pieces = set(piecewise(points, exprs))
    count = MORE if pieces or points.branches(exprs) else POINTS
    count = ENOUGH if points.setup.kinked else count
    inverts = any(isinstance(e, Power) and e.exponent == INVERSE for e in walk(written))
    seen: dict[Expr, set[int]] = {e: set() for e in pieces}
    found: list[World] = []
    for world in drawn(points, fixed):
        new = outcomes(world, exprs, pieces)
        if new is None:
            return [world]  # undefined, and the verdict says so
        fresh = {e for e, met in new.items() if not met <= seen[e]}
        if not finite(world, target, written) or (len(found) >= count and not fresh):
            continue
        if inverts and not finite(world, written, target):  # XᵀX, where X has too few rows
            continue
        found.append(world)
        for e in fresh:
            seen[e] |= new[e]
        if len(found) >= count and all(len(met) in (0, sides(e)) for e, met in seen.items()):
            break
    return found


def drawn(points: Points, fixed: Fixed) -> Iterator[World]:
    for k in range(ENOUGH):
        yield points.at(fixed, k)
    for k, scale in enumerate(LARGER):
        yield points.scaled(fixed, k, scale)


def piecewise(points: Points, exprs: Iterable[Expr]) -> Iterator[Expr]:
    """The parts with branches of formulas, and of what they are computed from."""
    exprs = tuple(exprs)
    formulas = points.formulas()
    for e in (*exprs, *(formulas[n] for n in behind(exprs, formulas) if n in formulas)):
        yield from filter(is_piecewise, walk(e))


def outcomes(
    world: World, exprs: tuple[Expr, Expr], pieces: set[Expr]
) -> dict[Expr, set[int]] | None:
    """Which branches were taken in this point; None where a formula is undefined."""
    world.branches.clear()
    target, written = exprs
    try:
        world.evaluate(target, like=written)
        world.evaluate(written, like=target)
    except Undefined:
        return None
    return {e: world.branches.get(e, set()) | world.paths.get(e, set()) for e in pieces}


def sides(e: Expr) -> int:
    """How many branches a part has."""
    if isinstance(e, Cases):
        return len(e.branches)
    return 3 if isinstance(e, Call) and e.function == "clip" else 2


def finite(world: World, e: Expr, like: Expr) -> bool:
    return bool(np.isfinite(world.evaluate(e, like=like)).all())
