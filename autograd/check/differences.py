"""Slopes of a function along a line, by central differences with an error bar.

Central differences with steps h, h/2, h/4, h/8 are extrapolated to step 0 (Richardson's scheme, in
Ridders' form: C. J. F. Ridders, Advances in Engineering Software 4, 1982): each column of the table
removes the next even power of h.  The best cell is the one with the smallest error bar: how far it
is from its two neighbours (truncation), and never less than the noise of the function over the
step.  Where that is not good enough (a kink, a pole, a large higher derivative, the edge of the
domain), the steps are made 16 times smaller and it starts over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
At = Callable[[float], Array | None]  # values at x + t · direction; None where there are none
Fold = Callable[[Array], Array]  # from values to what is wanted of them

FIRST = 2.0**-4  # the first step, in units of the argument's size
RATIO = 16.0  # from one set of steps to the next
SMALLEST = 2.0**-28  # below, rounding has more to say than the slope
EPS = float(np.finfo(np.float64).eps)
LEAST = 2.0**-14  # the same in units of an argument that is much smaller than 1
NEAREST = 2.0**-44  # where nothing larger stays within the domain
LEVELS = 4
STAIRS = 1e3  # noise of so many rounding units is none of rounding the value
SAFETY = 4.0  # how many times its own estimate the noise may be
BEND = 1e-6  # a jump of the slope by this share is followed to smaller steps


@dataclass
class Slope:
    """Slopes of several quantities along one line, with error bars; all arrays of one length."""

    value: Array
    error: Array
    step: Array
    left: Array
    right: Array
    kink: Array  # bool: left and right stay apart however small the step
    edge: bool = False  # no steps to both sides are within the domain


@dataclass
class Line:
    """A function along a direction, with the noise of its values."""

    at: At
    fold: Fold
    size: Callable[[Array], Array]  # like fold, of magnitudes: |weights| · values
    noise: Array  # of each value
    big: float  # the unit of the first step
    small: float  # the unit to go down to where the large steps leave the domain

    def slope(self, scale: float) -> Slope:
        """The slope at t = 0; good enough is 1e-8 of it, or 1e-11 of `scale`."""
        centre = self.at(0.0)
        assert centre is not None
        best: Slope | None = None
        bends = Bends()
        h = FIRST * self.big
        while h >= min(SMALLEST * self.big, LEAST * (self.small or self.big)) or (
            best is None and h >= NEAREST * self.big
        ):
            found = self.window(centre, h)
            if found is None:
                h = min(h / RATIO, FIRST * (self.small or h))
                continue
            slope, bend, bar = found
            best = slope if best is None else better(best, slope)
            bent = bends.add(bend, bar, BEND * np.abs(slope.value) + 1e-9 * scale)
            done = best.error <= 1e-8 * np.abs(best.value) + 1e-11 * scale
            worse = (slope.error > 4.0 * best.error) & (slope.error <= bar)  # noise has taken over
            if not bent.any() and np.all(done | worse):
                break
            h /= RATIO
        if best is None:
            nothing = np.full(1, np.nan)
            return Slope(nothing, nothing, nothing, nothing, nothing, np.zeros(1, bool), True)
        best.kink = bends.kinks
        best.error = np.where(best.kink, best.error, np.maximum(best.error, bends.last))
        return best

    def window(self, centre: Array, h: float) -> tuple[Slope, Array, Array] | None:
        """The slope from four steps, the bend that is left at step 0, and the bend's error bar."""
        central, onesided, noises = [], [], []
        left = right = np.empty(0)
        for k in range(LEVELS):
            step = h / 2.0**k
            up, down = self.at(step), self.at(-step)
            if up is None or down is None:
                return None
            there, back = up - centre, centre - down
            central.append(self.fold(up - down) / (2.0 * step))
            right, left = self.fold(there) / step, self.fold(back) / step
            onesided.append(right - left)
            rounding = EPS * np.maximum(np.abs(up), np.abs(down))
            # what stands still has no noise, unless it is on a step of stairs
            moves = (up != down) | (there != 0.0) | (self.noise > STAIRS * rounding)
            noises.append(self.size(np.maximum(self.noise, rounding) * moves) / step)
        if not np.all(np.isfinite(central)):
            return None
        value, error, which = extrapolated(central, [2.0 * SAFETY * n for n in noises])
        bend = odd(onesided)
        steps: Array = h / 2.0 ** which.astype(float)
        kink = np.zeros(value.shape, bool)
        bar = 16.0 * SAFETY * noises[-1]
        return Slope(value, error, steps, left, right, kink), bend, bar


def better(a: Slope, b: Slope) -> Slope:
    """Entry by entry the slope with the smaller error bar; the one-sided ones of the later."""
    take = b.error < a.error
    return Slope(
        np.where(take, b.value, a.value),
        np.where(take, b.error, a.error),
        np.where(take, b.step, a.step),
        b.left,
        b.right,
        b.kink,
    )


class Bends:
    """Differences of the one-sided slopes, followed to smaller steps.

    A kink's stays as it is when the step shrinks, a jump's grows; what comes of a steep second
    derivative, or of a kink farther away than the step, goes.  Where noise takes over, what was
    seen before it counts.
    """

    def __init__(self) -> None:
        self.held: Array | None = None
        self.seen: Array = np.zeros(1)  # in how many sets of steps
        self.last: Array = np.zeros(1)

    def add(self, bend: Array, bar: Array, negligible: Array) -> Array:
        """Take in the bends of one set of steps; gives where one has to be followed."""
        size = np.abs(bend)
        bent = size > bar + negligible
        if self.held is None:
            self.held, self.seen = np.where(bent, size, 0.0), bent.astype(int)
        else:
            clear = bar < 0.3 * self.held  # it would be seen if it were there
            stays = bent & (size > 0.5 * self.held)
            self.seen = np.where(clear, np.where(stays, self.seen + 1, bent.astype(int)), self.seen)
            self.held = np.where(clear | (self.held == 0.0), np.where(bent, size, 0.0), self.held)
        self.last = np.where(bent, size, 0.0)
        return np.asarray(bent)

    @property
    def kinks(self) -> Array:
        return np.asarray(self.seen >= 2)


def extrapolated(central: list[Array], noises: list[Array]) -> tuple[Array, Array, Array]:
    """The best cell of Richardson's table, its error bar and the row that it is in."""
    previous: list[Array] = []
    value = central[0]
    error = np.full(value.shape, np.inf)
    which = np.zeros(value.shape, int)
    for k, first in enumerate(central):
        row = [first]
        for j in range(1, k + 1):
            row.append(row[-1] + (row[-1] - previous[j - 1]) / (4.0**j - 1.0))
            apart = np.maximum(np.abs(row[j] - row[j - 1]), np.abs(row[j] - previous[j - 1]))
            bar = np.maximum(apart, noises[k])
            smaller = bar < error
            value, error = np.where(smaller, row[j], value), np.where(smaller, bar, error)
            which = np.where(smaller, k, which)
        previous = row
    return value, error, which


def odd(bends: list[Array]) -> Array:
    """The difference of the one-sided slopes at step 0: odd powers of h taken out."""
    first = [2.0 * b - a for a, b in pairwise(bends)]
    second = [(8.0 * b - a) / 7.0 for a, b in pairwise(first)]
    return second[-1]
