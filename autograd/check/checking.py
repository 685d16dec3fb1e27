"""The procedure of `check_grad`, from the cheapest question to the dearest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data import kind_of
from ..errors import GradientError, StructureError
from . import domain
from .aliases import aliased
from .comparison import Comparison, Point, away, cotangent, entry
from .explanation import counted, explained, weights
from .fitting import misfit
from .measuring import along_direction, first, second
from .report import Report
from .reproducer import reproducer
from .subject import Subject

Array = np.ndarray[Any, Any]

NEARBY = (0.1, 0.01)  # how far from the given point the nearby ones are, in units of its entries
# Where that is outside the domain: a share of it; then in units of each entry by itself.
TRIES = ((1.0, 0.3), (0.1, 0.3), (1.0, 0.0), (0.1, 0.0), (0.01, 0.0))
SINGLE = 1e-3  # how much a float32 gradient may differ, in units of its largest entry


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
    with np.errstate(all="ignore"):
        return Check(Subject(f, args, argnums), order, seed, allow_kinks, rtol).report()


class Check:
    """One call of `check_grad`."""

    def __init__(
        self, subject: Subject, order: int, seed: int, allow_kinks: bool, rtol: float
    ) -> None:
        self.subject, self.order, self.seed = subject, order, seed
        self.allow_kinks, self.rtol = allow_kinks, rtol
        self.rng = np.random.default_rng(seed)
        self.nearest: Any = None
        self.methods: dict[str, str] = {}
        self.notes: list[str] = []

    def report(self) -> Report:
        self.sharing()
        point = self.given()
        self.inside(point)
        self.repeatable(point)
        if point.run.taken:
            what = " and ".join(sorted(point.run.taken))
            self.notes.append(f"a number was taken out of the graph by {what}: "
                              "no gradient flows through it")  # fmt: skip
        found = first(point, self.rtol)
        for i, how in enumerate(found.method):
            self.methods.setdefault(self.subject.place(i)[0].name, how)
        self.judged(found, 1, point)
        if self.order == 2:
            again = second(point, self.rtol)
            if not np.all(np.isfinite(again.rules)):
                self.fail("outside the domain", "the second derivative is not finite", 2)
            self.judged(again, 2, point)
        if self.subject.singles:
            self.in_single(point)
        points = 1 + sum(self.near(point, radius) for radius in NEARBY)
        return Report("agree", self.order, self.seed, methods=self.methods, points=points,
                      worst=self.nearest, notes=self.notes)  # fmt: skip

    def fail(
        self, verdict: str, message: str, order: int = 1, point: Point | None = None, **details: Any
    ) -> None:
        options: dict[str, Any] = {"order": self.order, "seed": self.seed}
        if self.allow_kinks:
            options["allow_kinks"] = True
        if len(self.subject.chosen) < len(self.subject.args):
            options["argnums"] = self.subject.chosen
        x = self.subject.x if point is None else point.x
        report = Report(verdict, order, self.seed, message, methods=self.methods, notes=self.notes,
                        reproducer=reproducer(self.subject, x, options), **details)  # fmt: skip
        raise GradientError(str(report), report)

    # ── before any derivative ───────────────────────────────────────────────────────────────────
    def sharing(self) -> None:
        what = aliased(self.subject.leaves)
        if what:
            self.fail(
                "aliased input",
                f"{what}: a change of one changes the other, so a derivative in one of them alone "
                "has no meaning; pass a copy, or check a function that takes it once",
            )

    def given(self) -> Point:
        """The given point; the function must leave its arguments as they are."""
        try:
            point = Point(self.subject, self.subject.x, None, self.rng)
        except (TypeError, ValueError) as error:
            if "read-only" in str(error):
                self.fail("aliased input", f"the function writes into its argument ({error}): copy "
                          "it first, the graph needs its arguments as they were")  # fmt: skip
            self.fitting()
            raise
        if not point.run.outputs:
            self.plain(point)
        changed = [leaf.name for leaf in self.subject.leaves if leaf.changed()]
        if changed or point.run.moved():
            which = " and ".join(changed) or "its argument"
            self.fail("aliased input", f"the function changes {which}: it has to compute a result "
                      "and leave its arguments as they are")  # fmt: skip
        return point

    def fitting(self) -> None:
        """After an error: is a rule to blame for it, and not the function?"""
        try:
            run = self.subject.run(self.subject.x)
        except Exception:  # the function's own, which goes through
            return
        groups = zip(self.subject.leaves, run.nodes, strict=True)
        names = {node: leaf.name for leaf, nodes in groups for node in nodes}
        found = misfit(run, cotangent(self.rng, run.values().size), names)
        if found is not None:
            self.fail("wrong", found.message, looks_like=found.looks_like)

    def plain(self, point: Point) -> None:
        """The error for a function whose result has no graph."""
        tree = point.run.tree
        if tree is None:
            raise StructureError("check_grad: the function gave None; does it return its result?")
        how = " and ".join(sorted(point.run.taken))
        why = f", having taken an argument's number out of its graph by {how}" if how else ""
        raise TypeError(
            f"check_grad: the function gave plain data, {kind_of(tree)}{why}: compute the result "
            "from the arguments by operators and autograd's functions"
        )

    def inside(self, point: Point) -> None:
        for leaf in self.subject.leaves:
            if not np.all(np.isfinite(leaf.data)):
                self.fail("outside the domain", f"the argument {leaf.name} is not finite")
        if not np.all(np.isfinite(point.y)):
            self.outside(domain.forward(point.run), "the result is not finite")
        if not np.all(np.isfinite(point.gradient)):
            self.outside(domain.backward(point.run, point.c), "the gradient is not finite")

    def outside(self, origin: domain.Origin | None, message: str) -> None:
        if origin is None:
            self.fail("outside the domain", message)
        else:
            self.fail("outside the domain", f"{message}: {origin.message}", op=origin.op,
                      operands=origin.operands)  # fmt: skip

    def repeatable(self, point: Point) -> None:
        again = self.subject.run(point.x)
        y, g = again.values(), again.gradient(point.c)
        for what, a, b in (("results", point.y, y), ("gradients", point.gradient, g)):
            if a.shape != b.shape or not np.allclose(a, b, rtol=1e-12, atol=0.0):
                self.fail(
                    "not deterministic",
                    f"two calls with the same arguments gave different {what}: draw random numbers "
                    "outside and pass them in, and keep no state between calls",
                )

    # ── derivatives ─────────────────────────────────────────────────────────────────────────────
    def judged(self, found: Comparison, order: int, point: Point, nearby: bool = False) -> None:
        place = "at a point near the given one" if nearby else ""
        edge = np.isnan(found.slope.value)
        kinks = found.slope.kink
        if edge.any() and not nearby:
            self.blame("outside the domain", "the function is not finite on one side, however near",
                       found, edge, order, point, place)  # fmt: skip
        if kinks.any() and not self.allow_kinks and not nearby:
            what = "the slopes" if order == 1 else "the slopes of the gradient"
            self.blame("kink", f"{what} on the two sides differ, so there is no derivative",
                       found, kinks, order, point, place)  # fmt: skip
        wrong = found.wrong(self.rtol) & ~edge
        if nearby:
            wrong &= np.isfinite(found.rules) & np.isfinite(found.slope.value)
        if order == 1 and not nearby:
            wrong |= kinks & ~found.between(self.rtol)
        if wrong.any():
            what = "the gradient" if order == 1 else "the derivative of the gradient"
            self.blame("wrong", " ".join(filter(None, (what, "{where} disagrees", place))),
                       found, wrong, order, point, place)  # fmt: skip
        unseen = found.unseen() & ~edge
        if unseen.any() and not nearby:
            self.blame("precision", "rounding leaves too few digits to tell an error of one part "
                       "in a thousand", found, unseen, order, point, place)  # fmt: skip
        if self.nearest is None:
            self.nearest = entry(self.subject, found, int(np.argmax(found.share(self.rtol))))

    def blame(
        self, verdict: str, message: str, found: Comparison, which: Array, order: int,
        point: Point, place: str,
    ) -> None:  # fmt: skip
        apart = np.abs(found.rules - found.slope.value) / (found.scale + 1e-300)
        apart = np.where(which, np.nan_to_num(apart), -1.0)
        ranked = [int(i) for i in np.argsort(-apart, kind="stable") if which[i]]
        entries = [entry(self.subject, found, i) for i in ranked]
        looks = explained(point, found, ranked[0], order) if verdict == "wrong" else ""
        message = message.format(where=f"in {entries[0].argument}")
        self.fail(verdict, message, order, point, worst=entries[0], entries=entries, place=place,
                  looks_like=looks, weights=weights(point),
                  counts=counted(self.subject, which))  # fmt: skip

    def in_single(self, point: Point) -> None:
        """The gradient in the dtypes given, where float32 may have too few digits."""
        run = self.subject.run(self.subject.x, native=True)
        g = run.gradient(point.c)
        for leaf in self.subject.leaves:
            mine, other = g[leaf.span], point.gradient[leaf.span]
            apart = np.abs(mine - other)
            largest = float(np.max(np.abs(other), initial=0.0))
            if not np.all(apart <= SINGLE * largest):
                i = int(np.argmax(np.nan_to_num(apart, nan=np.inf)))
                self.fail("precision", f"in float32 the gradient in {leaf.name} comes out as "
                          f"{mine[i]:.6g} where float64 gives {other[i]:.6g}: too few digits for "
                          "this function; compute it in float64")  # fmt: skip

    def near(self, point: Point, radius: float) -> int:
        """Check at a point nearby, where a rule for this one point fails; 0 if there is none."""
        for shrink, least in TRIES:
            far = radius * shrink * point.reach(least)
            moved = point.x + far * away(self.rng, point.x.size)
            try:
                other = Point(self.subject, moved, point.c, self.rng)
            except Exception:  # outside the domain, says the function
                continue
            if np.all(np.isfinite(other.y)) and np.all(np.isfinite(other.gradient)):
                break
        else:
            return 0
        if along_direction(other):
            self.judged(first(other, self.rtol), 1, other, True)
        if self.order == 2:
            self.judged(second(other, self.rtol), 2, other, True)
        return 1
