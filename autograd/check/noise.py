"""How noisy a function's values are, from values very close to each other.

The k-th differences of values at equal distances lose what is smooth and keep what is rounding:
their mean square, times (k!)²/(2k)!, is the variance of the noise.  J. J. Moré and S. M. Wild,
"Estimating computational noise", SIAM J. Sci. Comput. 33, 2011.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SPACING = 2.0**-46  # in units of the argument's size: 64 rounding units
FARTHEST, WIDER = 2.0**-10, 64.0
POINTS = 7
STILL = 2  # of POINTS - 1 steps may be steps up or down
ORDERS = (4, 5, 6)


def noise(at: Callable[[float], Array | None], y: Array) -> Array:
    """The standard deviation of the noise of each value, at least half a rounding unit.

    `at(t)` gives the values at a distance t, in units of the argument's size.  Values that stand
    still over so short distances, but not over long ones, are stairs (of float32, or of a large
    number added and taken off): for those the distance grows until they move.
    """
    floor = 0.5 * np.finfo(np.float64).eps * np.abs(y)
    found, still = spread(at, SPACING, y)
    if not still.any():
        return np.maximum(floor, found)
    far = at(FARTHEST)
    stairs = still & (far != y) if far is not None else np.zeros(y.shape, bool)
    spacing = SPACING
    while stairs.any() and spacing < FARTHEST:
        spacing *= WIDER
        wider, still = spread(at, spacing, y)
        found = np.where(stairs, np.maximum(found, wider), found)
        stairs &= still
    return np.maximum(floor, found)


def spread(at: Callable[[float], Array | None], spacing: float, y: Array) -> tuple[Array, Array]:
    """The noise seen at this spacing, and which values hardly move."""
    # all on one side, and not the point itself, which may be a kink or a jump
    rows = [at(k * spacing) for k in range(1, POINTS + 1)]
    known = [row for row in rows if row is not None]
    if len(known) < POINTS:
        return np.zeros(y.shape), np.zeros(y.shape, bool)
    unit = np.maximum(np.max(np.abs(known), axis=0), np.finfo(np.float64).tiny)
    table = np.array(known) / unit  # squares of large numbers would overflow
    still = np.count_nonzero(np.diff(table, axis=0), axis=0) <= STILL
    largest = np.zeros(y.shape)
    for k in range(1, ORDERS[-1] + 1):
        table = np.diff(table, axis=0)
        if k in ORDERS:
            factor = factorial(k) ** 2 / factorial(2 * k)
            largest = np.maximum(largest, np.sqrt(factor * np.mean(table * table, axis=0)))
    return largest * unit, still
