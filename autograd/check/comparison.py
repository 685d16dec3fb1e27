"""The gradient by rules beside the numeric one, at one point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .differences import Line, Slope
from .noise import noise
from .report import Entry
from .subject import Run, Subject

Array = np.ndarray[Any, Any]

ROUNDING = 1e-12  # of an argument's largest entry: what sums within a rule may lose
CANCELLED = 64.0 * float(np.finfo(np.float64).eps)
UNSEEN = 3e-4  # an error bar of this share of an entry would hide one part in a thousand
SMALL = 1e-5  # an error bar of this share of the argument's largest entry is always narrow enough


@dataclass
class Comparison:
    """Both numbers for each entry of the vector of all arguments."""

    rules: Array
    slope: Slope
    method: list[str]
    noise: Array  # of the rules' numbers
    natural: Array  # how large an entry would be if it changed the function by as much as it is
    spans: list[slice]  # the arguments
    rounding: float

    @classmethod
    def of(
        cls, point: Point, g: Array, slope: Slope, method: list[str], noise: Array, order: int = 1
    ) -> Comparison:
        spans = [leaf.span for leaf in point.subject.leaves]
        coarse = point.run.grain() > 1e-10
        natural = point.natural(order)
        return cls(g, slope, method, noise, natural, spans, 1e-5 if coarse else ROUNDING)

    @property
    def scale(self) -> Array:
        """The size of the gradient that an entry belongs to."""
        scale = np.zeros(self.rules.shape)
        for span in self.spans:
            scale[span] = np.max(np.abs(self.slope.value[span]), initial=0.0)
        return scale

    def tolerance(self, rtol: float) -> Array:
        """What may differ: error bars, a share of the entry, rounding within the rules."""
        # where terms of the natural size cancel, a few of their rounding units are left
        floor = 16.0 * self.noise + self.rounding * self.scale + CANCELLED * self.natural
        return np.asarray(3.0 * self.slope.error + rtol * np.abs(self.slope.value) + floor)

    def share(self, rtol: float) -> Array:
        """How much of the tolerance is used up."""
        apart = np.abs(self.rules - self.slope.value) / (self.tolerance(rtol) + 1e-300)
        return np.where(self.slope.kink, 0.0, apart)

    def wrong(self, rtol: float) -> Array:
        apart = np.abs(self.rules - self.slope.value)
        return np.asarray(~(apart <= self.tolerance(rtol)) & ~self.slope.kink)

    def between(self, rtol: float) -> Array:
        """At kinks: whether the rules' number lies between the slopes of both sides."""
        low = np.minimum(self.slope.left, self.slope.right)
        high = np.maximum(self.slope.left, self.slope.right)
        slack = self.tolerance(rtol) + 1e-6 * (high - low)
        return np.asarray((low - slack <= self.rules) & (self.rules <= high + slack))

    def unseen(self) -> Array:
        """Where the error bar is too wide to see an error of one part in a thousand."""
        size = np.maximum(np.abs(self.slope.value), np.abs(self.rules))
        bar = self.slope.error
        small = SMALL * np.maximum(self.scale, self.natural)
        return np.asarray((bar > UNSEEN * size) & (bar > small) & ~self.slope.kink)


class Point:
    """The function at one point: values and gradient there, their noise, lines through it."""

    def __init__(self, subject: Subject, x: Array, c: Array | None, rng: Any) -> None:
        self.subject, self.x, self.rng = subject, x, rng
        self.run: Run = subject.run(x)
        self.y = self.run.values()
        self.c = cotangent(rng, self.y.size) if c is None else c
        self.units = np.where(x == 0.0, 1.0, np.abs(x))
        self.gradient = self.run.gradient(self.c)
        self.direction = away(rng, x.size) * self.units
        self._noise: Array | None = None

    @property
    def noise(self) -> Array:
        """Of each value."""
        if self._noise is None:
            at = values_along(self.subject, self.x, self.direction, self.y)
            self._noise = np.maximum(noise(at, self.y), self.run.grain() * np.abs(self.y))
        return self._noise

    def shaken(self, gradient: Callable[[Array], Array], g: Array) -> Array:
        """Of each entry of a gradient."""
        return noise(along(gradient, self.x, self.direction, g), g)

    def line(self, d: Array, big: float, small: float) -> Line:
        """Values along d, weighted with the cotangent."""
        c = self.c
        at = values_along(self.subject, self.x, d, self.y)
        return Line(at, lambda v: np.array([c @ v]), lambda v: np.array([np.abs(c) @ v]),
                    self.noise, big, small)  # fmt: skip

    def reach(self, least: float) -> Array:
        """Each entry's size, at least this share of its argument's largest."""
        reach = self.units.copy()
        for leaf in self.subject.leaves:
            part = np.abs(self.x[leaf.span])
            reach[leaf.span] = np.maximum(reach[leaf.span], least * np.max(part, initial=0.0))
        return reach

    def natural(self, order: int) -> Array:
        """Per entry: the size of the results over the argument's (a gradient's, along v)."""
        whole = float(np.abs(self.c) @ np.abs(self.y))
        near = self.gradient
        if order == 2:  # a gradient that is 0 here has the size that it has a step away
            moved = along(self.gradient_at, self.x, self.direction, near)(1.0)
            near = near if moved is None else np.maximum(np.abs(near), np.abs(moved))
        sizes = np.ones(self.x.size)
        for leaf in self.subject.leaves:
            largest = float(np.max(np.abs(self.x[leaf.span]), initial=0.0))
            if order == 1:
                sizes[leaf.span] = whole / (largest or 1.0)
            else:
                sizes[leaf.span] = np.max(np.abs(near[leaf.span]), initial=0.0)
        return sizes

    def gradient_at(self, x: Array) -> Array:
        return self.subject.run(x).gradient(self.c)

    def entries(self, chosen: list[int], scale: float, share: float = 1.0) -> Slope:
        """∂/∂entry for some entries of the vector, with first steps scaled by `share`."""
        slopes = []
        for i in chosen:
            d = np.zeros(self.x.size)
            d[i] = 1.0
            size = abs(float(self.x[i]))
            slopes.append(self.line(d, share * max(1.0, size), share * size).slope(scale))
        return stacked(slopes)


def cotangent(rng: Any, size: int) -> Array:
    """Random numbers of either sign, none close to 0 and none equal: ones would hide factors."""
    return np.asarray(rng.uniform(0.5, 1.5, size) * rng.choice([-1.0, 1.0], size))


def away(rng: Any, size: int) -> Array:
    """A random direction in which no entry is short."""
    return np.asarray(rng.uniform(0.3, 1.0, size) * rng.choice([-1.0, 1.0], size))


def values_along(subject: Subject, x: Array, d: Array, y: Array) -> Callable[[float], Array | None]:
    return along(lambda moved: subject.run(moved).values(), x, d, y)


def along(
    f: Callable[[Array], Array], x: Array, d: Array, y: Array
) -> Callable[[float], Array | None]:
    """t ↦ f(x + t·d); None where it is not finite, raises, or changes its shape."""

    def at(t: float) -> Array | None:
        if t == 0.0:
            return y
        try:
            with np.errstate(all="ignore"):
                moved = f(x + t * d)
        except Exception:  # outside the domain, says the function
            return None
        return moved if moved.shape == y.shape and bool(np.all(np.isfinite(moved))) else None

    return at


def stacked(slopes: list[Slope]) -> Slope:
    def column(name: str) -> Array:
        return np.concatenate([getattr(s, name) for s in slopes])

    return Slope(
        column("value"), column("error"), column("step"), column("left"), column("right"),
        column("kink"), any(s.edge for s in slopes),
    )  # fmt: skip


def spread(slope: Slope, size: int) -> Slope:
    """One that found nothing at all, for as many entries as there are."""
    if not slope.edge or size == 1:
        return slope
    return stacked([slope] * size)


def entry(subject: Subject, found: Comparison, i: int) -> Entry:
    """Entry `i` for the report."""
    leaf, index = subject.place(i)
    s = found.slope
    kink = bool(s.kink[i])
    return Entry(
        leaf.name, leaf.position, index, float(found.rules[i]), float(s.value[i]), found.method[i],
        float(s.step[i]), float(s.error[i]),
        float(s.left[i]) if kink else None, float(s.right[i]) if kink else None,
    )  # fmt: skip
