"""Floats that are safe for gradients: bounded, never tiny, off the kinks that they are told of."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

Span = tuple[float, float]

LOW, HIGH = -3.0, 3.0  # beyond, a sigmoid is flat: its slope is 0 whatever the rule says
LARGEST = 1e9  # its square is no overflow, and its thousandths are still exact
COARSE = 1000  # numbers are multiples of 1/1000, or of a power of 10 that leaves FEWEST in a span
FEWEST = 100
FINE = 10**12  # … but not finer: of spans that are closer than that, the ends are taken


def floats(
    min_value: float = LOW,
    max_value: float = HIGH,
    *,
    kinks: Sequence[float] = (),
    margin: float = 0.1,
) -> st.SearchStrategy[float]:
    """Floats at which a derivative can be checked by numbers.

    From `min_value` to `max_value`, ±3 by default, and at least `margin` away from each of `kinks`.
    They are thousandths, so they print short and none but 0 is tiny; between close bounds they are
    finer.  They shrink towards 1, since at 0 many a slope is 0, and hides what is wrong.

    Raises InvalidArgument for bounds in the wrong order or beyond ±1e9, and when the kinks leave no
    number.
    """
    if margin <= 0:
        raise InvalidArgument(f"floats: margin has to be positive; got {margin!r}")
    allowed, low = [], min_value
    for kink in sorted(kinks):
        if kink - margin >= low:
            allowed.append((low, min(kink - margin, max_value)))
        low = max(low, kink + margin)
    if low <= max_value or not kinks:
        allowed.append((low, max_value))
    if not allowed:
        raise InvalidArgument(
            f"floats: nothing between {min_value!r} and {max_value!r} is {margin!r} away from the "
            f"kinks {list(kinks)!r}"
        )
    return spans(*allowed)


def spans(*allowed: Span) -> st.SearchStrategy[float]:
    """Floats of the same kind from any of several intervals (low, high), in increasing order.

    Raises InvalidArgument for intervals that are out of order, overlap, or reach beyond ±1e9.
    """
    ends = [end for span in allowed for end in span]
    if not ends or ends != sorted(ends) or not max(map(abs, ends)) <= LARGEST:
        raise InvalidArgument(
            "spans: give intervals (low, high) in increasing order, low ≤ high, within ±1e9; got "
            f"{allowed!r}"
        )
    points = Points(allowed)
    return st.integers(-points.simplest, points.count - 1 - points.simplest).map(
        lambda i: points.at(i + points.simplest)
    )


class Points:
    """The multiples of 1/grid in all spans, numbered in increasing order; `simplest` is near 1."""

    def __init__(self, allowed: Sequence[Span]) -> None:
        self.allowed = allowed
        width = min([b - a for a, b in allowed if a < b], default=1.0)
        digits = math.ceil(-math.log10(max(width, 1e-15) / FEWEST))
        self.grid = min(max(COARSE, 10 ** max(0, digits)), FINE)
        self.ranges = [whole(a * self.grid, b * self.grid) for a, b in allowed]
        self.starts = list(accumulate((last - first + 1 for first, last in self.ranges), initial=0))
        self.count = self.starts[-1]
        nearest = [min(max(self.grid, first), last) for first, last in self.ranges]
        j = min(range(len(nearest)), key=lambda j: abs(nearest[j] - self.grid))
        self.simplest = self.starts[j] + nearest[j] - self.ranges[j][0]

    def at(self, i: int) -> float:
        j = bisect_right(self.starts, i) - 1
        low, high = self.allowed[j]
        return float(min(max((self.ranges[j][0] + i - self.starts[j]) / self.grid, low), high))


def whole(low: float, high: float) -> tuple[int, int]:
    """The integers from low to high, forgiving the rounding of 0.1 · 1000; the nearest if none."""
    first, last = math.ceil(low - 1e-6), math.floor(high + 1e-6)
    return (first, last) if first <= last else (round(low), round(low))
