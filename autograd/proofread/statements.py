"""Claims that are no equalities: shapes and inequalities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .equality import Ruling, unevaluated
from .formula.shapes import Shape, Undefined, shown
from .formula.tree import Expr, Number
from .lines import Member
from .worlds.points import POINTS, Points
from .worlds.sizes import Fixed
from .worlds.world import Setup, World

Array = np.ndarray[Any, Any]
ENOUGH = 60  # points in which a counter-example is looked for
SCALES = (0.01, 0.1, 10.0, 100.0)  # times the usual numbers
TOLERANCE = 1e-13  # of the larger side: a sum of probabilities is 1 up to rounding
HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "!=": np.not_equal,
}  # fmt: skip


def compared(points: Points, left: Expr, member: Member) -> Ruling:
    """An inequality, at many points: a counter-example refutes it."""
    fixed = points.fixed((left, member.expr))
    tried = 0
    for k, world in enumerate(candidates(points, fixed)):
        try:
            a, b = world.evaluate(left), world.evaluate(member.expr)
        except Undefined as error:
            return unevaluated(error)
        try:
            holds = held(member.sign, a, b, strictly=k < ENOUGH)
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
                f"(point {k + 1} of up to {ENOUGH + len(SCALES) * POINTS})",
            )
    if not tried:
        return Ruling("not read", "at none of the points do both sides have a value")
    return Ruling("right", notes=(f"no counter-example in {tried} points",))


def candidates(points: Points, fixed: Fixed) -> Iterator[World]:
    """Usual points, and some with smaller and with larger numbers."""
    for k in range(ENOUGH):
        yield points.at(fixed, k)
    for scale in SCALES:
        for k in range(POINTS):
            yield points.scaled(fixed, k, scale)


def held(sign: str, a: Array, b: Array, strictly: bool = True) -> Array:
    """Where a relation holds, up to rounding; also where one of the sides has no value.

    strictly: whether < is no ≤, which large numbers cannot tell: tanh(100) is 1.
    """
    with np.errstate(all="ignore"):
        close = np.abs(a - b) <= TOLERANCE * np.maximum(np.abs(a), np.abs(b))
    strict = strictly and sign in ("<", ">", "!=")
    return np.asarray(
        (HOLDS[sign](a, b) & ~(close & strict)) | (close & (not strict)) | ~comparable(a, b)
    )


def comparable(a: Array, b: Array) -> Array:
    return np.asarray(~(np.isnan(a) | np.isnan(b)))


def shape_ruling(points: Points, e: Expr, stated: Sequence[Expr]) -> Ruling:
    """x ∈ R^{m×n}: by the names of sizes, and by numbers at the document's own sizes."""
    fixed = points.fixed((e,))
    for k in range(POINTS):  # in others, m + 2 is no other size's number
        world = points.at(fixed, k)
        try:
            shape = world.evaluate(e).shape
            wanted = wanted_shape(points.setup, world, shape, stated)
        except Undefined as error:
            return unevaluated(error)
        if not fitting(shape, wanted, points.setup.exact_shapes):
            return Ruling("wrong", f"it is {shown(shape, world.sizes)}")
    return Ruling("right")


def wanted_shape(setup: Setup, world: World, shape: Shape, stated: Sequence[Expr]) -> Shape:
    """The stated sizes here; a number is a size's own one, where the document has that."""
    names = {value: name for name, value in world.sizes.items()}
    found = []
    long = [n for n in shape if n != 1] if len(stated) == 1 else list(shape)
    for axis, size in enumerate(stated):
        wanted = round(float(world.evaluate(size)))
        here = long[axis] if len(long) == len(stated) and isinstance(size, Number) else None
        own = here in names and setup.sizes.get(names[here], wanted) == wanted
        found.append(here if here is not None and own else wanted)
    return tuple(found)


def fitting(shape: Shape, wanted: Shape, rows_and_columns: bool) -> bool:
    """In a document R^n is the column n×1 too, and R^{n×1} a vector, R^1 a number."""
    if shape == wanted or not rows_and_columns:
        return shape == wanted
    alike = [n for n in shape if n != 1] == [n for n in wanted if n != 1]
    return alike and (len(wanted) <= 1 or len(shape) < len(wanted))
