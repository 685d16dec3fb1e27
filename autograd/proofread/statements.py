"""Claims that are no equalities: shapes and inequalities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .equality import Ruling, unevaluated
from .lines import Member
from .points import Points
from .shapes import Undefined, shown
from .tree import Expr, Number

Array = np.ndarray[Any, Any]
ENOUGH = 60  # points in which a counter-example is looked for
TOLERANCE = 1e-13  # of the larger side: a sum of probabilities is 1 up to rounding
HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "!=": np.not_equal,
}  # fmt: skip


def compared(points: Points, left: Expr, member: Member) -> Ruling:
    """An inequality, at many points: a counter-example refutes it."""
    fixed = points.fixed((left, member.expr))
    tried = 0
    for k in range(ENOUGH):
        world = points.at(fixed, k)
        try:
            a, b = world.evaluate(left), world.evaluate(member.expr)
        except Undefined as error:
            return unevaluated(error)
        try:
            holds = held(member.sign, a, b)
        except ValueError:
            sides = (shown(x.shape, world.sizes) for x in (a, b))
            return Ruling("undefined", "{} and {} cannot be compared".format(*sides))
        tried += bool(np.any(comparable(a, b)))
        if not np.all(holds):
            place = np.unravel_index(int(np.argmin(holds)), holds.shape)
            x, y = (np.broadcast_to(v, holds.shape)[place] for v in (a, b))
            return Ruling(
                "wrong",
                f"a counter-example: {x:.6g} {member.sign} {y:.6g} does not hold "
                f"(point {k + 1} of up to {ENOUGH})",
            )
    if not tried:
        return Ruling("not read", "at none of the points do both sides have a value")
    return Ruling("right", notes=(f"no counter-example in {tried} points",))


def held(sign: str, a: Array, b: Array) -> Array:
    """Where a relation holds, up to rounding; also where one of the sides has no value."""
    with np.errstate(all="ignore"):
        close = np.abs(a - b) <= TOLERANCE * np.maximum(np.abs(a), np.abs(b))
    strict = sign in ("<", ">", "!=")
    return np.asarray(
        (HOLDS[sign](a, b) & ~(close & strict)) | (close & (not strict)) | ~comparable(a, b)
    )


def comparable(a: Array, b: Array) -> Array:
    return np.asarray(~(np.isnan(a) | np.isnan(b)))


def shape_ruling(points: Points, e: Expr, stated: Sequence[Expr]) -> Ruling:
    """x ∈ R^{m×n}: by the names of sizes, and by numbers at the document's own sizes."""
    world = points.at(points.fixed((e,)), 0)
    try:
        shape = world.evaluate(e).shape
    except Undefined as error:
        return Ruling("undefined", error.message)
    names = {value: name for name, value in world.sizes.items()}
    true = tuple(names.get(n, n) for n in shape)
    wanted: list[int | str] = []
    for axis, size in enumerate(stated):
        if not isinstance(size, Number):
            value = int(world.evaluate(size))
            wanted.append(names.get(value, value))
            continue
        here = true[axis] if len(true) == len(stated) else None
        own = points.setup.sizes.get(here, size.value) if isinstance(here, str) else None
        wanted.append(here if here is not None and own == size.value else int(size.value))
    if [n for n in wanted if n != 1] == [n for n in true if n != 1] and len(true) < len(wanted):
        return Ruling("right")  # R^{n×1} for a vector, R^1 for a number
    if len(wanted) == 1 and tuple(n for n in true if n != 1) == tuple(wanted):
        return Ruling("right")  # R^n for the column n×1
    if tuple(wanted) == true:
        return Ruling("right")
    return Ruling("wrong", f"it is {shown(shape, world.sizes)}")
