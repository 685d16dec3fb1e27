"""Numeric gradients at a point: complex steps where they hold, differences elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from .comparison import Comparison, Point, along, away, spread
from .complex_step import Replay
from .differences import Line, Slope

Array = np.ndarray[Any, Any]

COMPLEX, DIFFERENCES, GROUPS = "complex step", "differences", "differences along directions"
LIMIT = 512  # more entries than this are moved in groups first
COUNT = 48  # of groups
ULPS = 4.0  # what a rule of a few operations may be off by, in rounding units
ALONG = 1e-10  # how far sums over a direction may differ before entries are looked at
OTHER = 0.7  # the first step of a second opinion, in units of the first opinion's


def first(point: Point, rtol: float) -> Comparison:
    """∂ Σ c · results / ∂ each entry."""
    g = point.gradient
    scale = max(largest(g), largest(point.natural(1)))
    slope = blank(g)
    method = [DIFFERENCES] * g.size
    if g.size > LIMIT:
        rest = in_groups(point, slope, method)
    else:
        rest = by_complex_steps(point, slope, method)
    fill(slope, rest, point.entries(rest, scale) if rest else None)
    found = Comparison.of(point, g, slope, method, point.shaken(point.gradient_at, g))
    doubtful = [int(i) for i in np.flatnonzero(found.wrong(rtol))]
    if COMPLEX in method and (doubtful or along_direction(point)):
        # the function is the judge, not its graph: numbers taken out of it stand still there
        doubtful = [i for i, m in enumerate(method) if m == COMPLEX]
        fill(slope, doubtful, point.entries(doubtful, scale))
        for i in doubtful:
            method[i] = DIFFERENCES
        doubtful = [int(i) for i in np.flatnonzero(found.wrong(rtol))]
    if doubtful:
        confirm(slope, doubtful, point.entries(doubtful, scale, OTHER))
    return Comparison.of(point, g, slope, method, found.noise)


def second(point: Point, rtol: float) -> Comparison:
    """∂/∂x Σ v · gradient: by symmetry of the second derivatives, the gradient's slope along v."""
    v = point.direction
    h = point.run.second(point.c, v)
    at = along(point.gradient_at, point.x, v, point.gradient)
    shaken = np.maximum(point.shaken(point.gradient_at, point.gradient),
                        ULPS * point.run.grain() * np.abs(point.gradient))  # fmt: skip
    scale = max(largest(h), largest(point.natural(2)))
    as_is = lambda y: y
    line = Line(at, as_is, as_is, shaken, 1.0, 1.0)
    slope = spread(line.slope(scale), h.size)
    noise = point.shaken(lambda x: point.subject.run(x).second(point.c, v), h)
    found = Comparison.of(point, h, slope, ["differences of the gradient"] * h.size, noise, 2)
    if found.wrong(rtol).any():
        other = Line(at, as_is, as_is, shaken, OTHER, 1.0).slope(scale)
        everything = list(range(h.size))
        confirm(slope, everything, spread(other, h.size))
    return found


def largest(g: Array) -> float:
    return float(np.max(np.abs(g), initial=0.0))


def blank(g: Array) -> Slope:
    """Room for a slope per entry: agreeing, until measured."""
    zero = np.zeros(g.shape)
    return Slope(g.copy(), zero.copy(), zero.copy(), zero.copy(), zero.copy(),
                 np.zeros(g.shape, bool))  # fmt: skip


def fill(slope: Slope, which: list[int], measured: Slope | None) -> None:
    if measured is not None:
        for name in ("value", "error", "step", "left", "right", "kink"):
            getattr(slope, name)[which] = getattr(measured, name)


def confirm(slope: Slope, which: list[int], other: Slope) -> None:
    """Widen the error bars where a second opinion, with other steps, differs by more."""
    apart = 2.0 * np.abs(slope.value[which] - other.value)
    slope.error[which] = np.maximum(slope.error[which], np.nan_to_num(apart))
    slope.kink[which] |= other.kink


def by_complex_steps(point: Point, slope: Slope, method: list[str]) -> list[int]:
    """Fill in what complex steps can give; returns the entries that are left."""
    replay, left, start = Replay(point.run, point.c), list[int](), 0
    for node in point.run.wrt:
        size = 1 if node.is_scalar else node._raw.size
        span = slice(start, start + size)
        start += size
        found = replay.slopes(node)
        if found is None:
            left += range(span.start, span.stop)
            continue
        slope.value[span], slope.error[span] = found
        slope.step[span] = 2.0**-100
        method[span] = [COMPLEX] * size
    return left


def in_groups(point: Point, slope: Slope, method: list[str]) -> list[int]:
    """Move groups of entries at once; returns the entries of the groups that disagree."""
    size = point.x.size
    suspects: list[int] = []
    for group in np.array_split(point.rng.permutation(size), COUNT):
        d = np.zeros(size)
        d[group] = away(point.rng, group.size) * point.units[group]
        if disagrees(point, d):
            suspects += [int(i) for i in group]
    for i in range(size):
        method[i] = GROUPS
    for i in suspects:
        method[i] = DIFFERENCES
    return sorted(suspects)


def along_direction(point: Point) -> bool:
    """Whether the gradient disagrees with differences along a random direction."""
    return disagrees(point, point.direction)


def disagrees(point: Point, d: Array) -> bool:
    """Whether the slope along d is not the gradient's; a kink on the line counts if it is not."""
    terms = point.gradient * d
    slope = point.line(d, 1.0, 1.0).slope(float(np.sum(np.abs(terms))))
    if slope.edge:
        return False
    noise = 16.0 * float(point.shaken(point.gradient_at, point.gradient) @ np.abs(d))
    apart = abs(float(slope.value[0]) - float(np.sum(terms)))
    return bool(apart > 3.0 * slope.error[0] + noise + ALONG * float(np.sum(np.abs(terms))))
