"""The procedure of `check_grad`, from the cheapest question to the dearest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import GradientError
from .aliases import aliased
from .comparison import ROUNDING, Comparison, Point, along, entry
from .differences import Line, Slope
from .report import Report
from .subject import Subject

Array = np.ndarray[Any, Any]

DIFFERENCES = "differences"
NEARBY = (0.1, 0.01)  # how far from the given point the nearby ones are, in units of its entries


def checked(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    order: int,
    seed: int,
    allow_kinks: bool,
    argnums: Any,
    rtol: float,
) -> Report:
    """What `check_grad` does; its docstring says the rest."""
    if order not in (1, 2):
        raise ValueError(f"check_grad: order is 1 or 2; got {order!r}")
    return Check(Subject(f, args, argnums), order, seed, allow_kinks, rtol).report()


class Check:
    def __init__(
        self, subject: Subject, order: int, seed: int, allow_kinks: bool, rtol: float
    ) -> None:
        self.subject, self.order, self.seed = subject, order, seed
        self.allow_kinks, self.rtol = allow_kinks, rtol
        self.rng = np.random.default_rng(seed)
        self.nearest: Any = None

    def report(self) -> Report:
        self.sharing()
        point = Point(self.subject, self.subject.x, None, self.rng)
        self.repeatable(point)
        self.judged(self.first(point), 1, point, "")
        if self.order == 2:
            self.judged(self.second(point), 2, point, "")
        points = 1 + sum(self.near(point, radius) for radius in NEARBY)
        methods = {leaf.name: DIFFERENCES for leaf in self.subject.leaves}
        return Report("agree", self.order, self.seed, methods=methods, points=points,
                      worst=self.nearest)  # fmt: skip

    def fail(self, verdict: str, message: str, order: int = 1, **details: Any) -> None:
        report = Report(verdict, order, self.seed, message, **details)
        raise GradientError(str(report), report)

    def sharing(self) -> None:
        what = aliased(self.subject.leaves)
        if what:
            self.fail(
                "aliased input",
                f"{what}: a change of one changes the other, so a derivative in one of them alone "
                "has no meaning; pass a copy, or check a function that takes it once",
            )

    def repeatable(self, point: Point) -> None:
        again = self.subject.run(point.x)
        y, g = again.values(), again.gradient(point.c)
        for what, a, b in (("results", point.y, y), ("gradients", point.gradient, g)):
            if a.shape != b.shape or not np.allclose(a, b, rtol=1e-12, atol=0.0, equal_nan=True):
                self.fail(
                    "not deterministic",
                    f"two calls with the same arguments gave different {what}: draw random numbers "
                    "outside and pass them in, and keep no state between calls",
                )

    def first(self, point: Point) -> Comparison:
        g = point.gradient
        slope = point.entries(list(range(g.size)), float(np.max(np.abs(g), initial=0.0)))
        noise = point.shaken(lambda x: self.subject.run(x).gradient(point.c), g)
        return self.compared(g, slope, noise)

    def second(self, point: Point) -> Comparison:
        """∂/∂x Σ v · gradient, which is the slope of the gradient along v: a Hessian's symmetry."""
        v, c = point.direction, point.c
        run = self.subject.run(point.x)
        h = run.second(c, v)
        gradient = lambda x: self.subject.run(x).gradient(c)
        shaken = point.shaken(gradient, point.gradient)
        line = Line(along(gradient, point.x, v, point.gradient), lambda y: y, lambda y: y, shaken,
                    1.0, 1.0)  # fmt: skip
        slope = line.slope(float(np.max(np.abs(h), initial=0.0)))
        noise = point.shaken(lambda x: self.subject.run(x).second(c, v), h)
        return self.compared(h, slope, noise)

    def compared(self, g: Array, slope: Slope, noise: Array) -> Comparison:
        scale = np.zeros(g.shape)
        for leaf in self.subject.leaves:
            scale[leaf.span] = np.max(np.abs(slope.value[leaf.span]), initial=0.0)
        floor = 16.0 * noise + ROUNDING * scale
        return Comparison(g, slope, floor, scale, [DIFFERENCES] * g.size)

    def judged(self, found: Comparison, order: int, point: Point, place: str) -> None:
        wrong = found.wrong(self.rtol)
        kinks = found.slope.kink
        if kinks.any() and not self.allow_kinks:
            self.blame("kink", "the slopes on the two sides differ", found, kinks, order, place)
        if order == 1:
            wrong |= kinks & ~found.between(self.rtol)
        if wrong.any():
            self.blame("wrong", "the gradient disagrees", found, wrong, order, place)
        unseen = found.unseen()
        if unseen.any():
            self.blame("precision", "the error bars are too wide to tell", found, unseen, order,
                       place)  # fmt: skip
        if self.nearest is None and found.rules.size:
            apart = np.abs(found.rules - found.slope.value) / (found.tolerance(self.rtol) + 1e-300)
            self.nearest = entry(self.subject, found, int(np.argmax(np.where(kinks, 0.0, apart))))

    def blame(
        self, verdict: str, message: str, found: Comparison, which: Array, order: int, place: str
    ) -> None:
        apart = np.abs(found.rules - found.slope.value) / (found.scale + 1e-300)
        ranked = [int(i) for i in np.argsort(-np.where(which, apart, -1.0)) if which[i]]
        entries = [entry(self.subject, found, i) for i in ranked]
        self.fail(verdict, message, order, worst=entries[0], entries=entries, place=place)

    def near(self, point: Point, radius: float) -> int:
        """Check along a direction at a point nearby; 0 if none could be found."""
        for shrink in (1.0, 0.1, 0.01):
            moved = point.x + radius * shrink * self.subject_units(point)
            try:
                other = Point(self.subject, moved, point.c, self.rng)
            except Exception:
                continue
            if np.all(np.isfinite(other.y)) and np.all(np.isfinite(other.gradient)):
                return self.directional(other)
        return 0

    def subject_units(self, point: Point) -> Array:
        size = point.x.size
        return np.asarray(self.rng.uniform(0.3, 1.0, size) * self.rng.choice([-1.0, 1.0], size)
                          * point.units)  # fmt: skip

    def directional(self, point: Point) -> int:
        d = point.direction
        terms = point.gradient * d
        slope = point.line(d, 1.0, 1.0).slope(float(np.sum(np.abs(terms))))
        if slope.edge or slope.kink.any():
            return 0
        shaken = point.shaken(lambda x: self.subject.run(x).gradient(point.c), point.gradient)
        noise = 16.0 * float(shaken @ np.abs(d))
        size = float(np.sum(np.abs(terms)))
        apart = abs(float(slope.value[0]) - float(np.sum(terms)))
        if apart > 3.0 * slope.error[0] + self.rtol * size + noise:
            self.judged(self.first(point), 1, point, "nearby")
        if self.order == 2:
            self.judged(self.second(point), 2, point, "nearby")
        return 1
