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
POINTS = 7
ORDERS = (4, 5, 6)


def noise(at: Callable[[float], Array | None], y: Array) -> Array:
    """The standard deviation of the noise of each value, at least half a rounding unit.

    `at(t)` gives the values at a distance t, in units of the argument's size.
    """
    floor = 0.5 * np.finfo(np.float64).eps * np.abs(y)
    rows = [at(k * SPACING) for k in range(-3, POINTS - 3)]
    known = [row for row in rows if row is not None]
    if len(known) < POINTS:
        return floor
    table = np.array(known)
    largest = floor
    for k in range(1, ORDERS[-1] + 1):
        table = np.diff(table, axis=0)
        if k in ORDERS:
            factor = factorial(k) ** 2 / factorial(2 * k)
            largest = np.maximum(largest, np.sqrt(factor * np.mean(table * table, axis=0)))
    return np.asarray(largest)
