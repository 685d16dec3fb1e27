"""How well `check_grad` judges: faults that it catches, and false alarms over the catalogue.

Cases are drawn from tests/catalogue.py: every formula, with arguments from its domain.  A false
alarm is any error on a right rule.  Faults are put into every argument of every formula by an op
that passes its argument through and errs in the cotangent of one entry.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import GradientError, check_grad, primitive

from .grid import Grid, markdown
from .peer import ROOT

Array = np.ndarray[Any, Any]

PAGE = ROOT / "docs" / "checking.md"
BEGIN, END = "<!-- begin: measured -->", "<!-- end: measured -->"
CASES = 10_000
SHARE = 1e-3  # how wrong a fault makes one entry


@dataclass
class Tally:
    """What became of a number of cases."""

    title: str
    verdicts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)  # of those that went wrong
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())

    def add(self, verdict: str, expected: str, example: str) -> None:
        self.verdicts[verdict] += 1
        if verdict != expected:
            self.examples.append(f"{verdict}: {example}")


def formulas() -> list[Any]:
    """The rows of the tests' catalogue."""
    folder = str(ROOT / "tests")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    rows: list[Any] = importlib.import_module("catalogue").FORMULAS
    return rows


def verdict(f: Callable[..., Any], args: list[Array], order: int, seed: int) -> str:
    """The verdict of one check, or the name of another error."""
    try:
        return check_grad(f, *args, order=order, seed=seed).verdict
    except GradientError as error:
        return str(error.report.verdict)
    except Exception as error:  # an error of the checker's own
        return type(error).__name__


# ── faults ──────────────────────────────────────────────────────────────────────────────────────
def first_order(shape: tuple[int, ...], entry: int) -> Any:
    """x, with one entry's cotangent larger by one part in a thousand."""
    wrong = np.ones(shape)
    wrong.flat[entry] += SHARE
    return primitive("faulty", lambda x: x, [lambda g, y, x: g * wrong])


def analytic(shape: tuple[int, ...], entry: int) -> Any:
    """The same fault, declared analytic: complex steps are taken through it."""
    faulty = first_order(shape, entry)
    faulty.op.analytic = True
    return faulty


def second_order(shape: tuple[int, ...], entry: int) -> Any:
    """x, with a right gradient whose own derivative is wrong by SHARE in one entry.

    x − x.data is 0, and its derivative 1.
    """
    wrong = np.zeros(shape)
    wrong.flat[entry] = SHARE
    return primitive(
        "faulty", lambda x: x, [lambda g, y, x: g * (1.0 + wrong * (x - getattr(x, "data", x)))]
    )


def one_point(at: Array, entry: int) -> Any:
    """x, with a cotangent that is right at one point and wrong elsewhere in one entry."""
    mask = np.zeros(at.shape)
    mask.flat[entry] = 1.0
    return primitive("faulty", lambda x: x, [lambda g, y, x: g * (1.0 + mask * (x - at))])


FAULTS: dict[str, tuple[int, Callable[[Array, int], Any]]] = {
    "one entry wrong by 1/1000, first order": (1, lambda x, i: first_order(x.shape, i)),
    "the same, where complex steps are taken": (1, lambda x, i: analytic(x.shape, i)),
    "one entry wrong by 1/1000, second order": (2, lambda x, i: second_order(x.shape, i)),
    "right at the given point only": (1, one_point),
}


def with_fault(f: Callable[..., Any], faulty: Any, k: int) -> Callable[..., Any]:
    """`f` with a faulty rule on the way to its argument `k`."""

    def g(*xs: Any) -> Any:
        return f(*(faulty(x) if j == k else x for j, x in enumerate(xs)))

    return g


def felt(f: Callable[..., Any], args: list[Array], k: int) -> list[int]:
    """The entries of argument `k` that `f` depends on: a fault elsewhere changes nothing."""
    from autograd import Tensor, gradients

    xs = [Tensor(a) for a in args]
    y = f(*xs)
    g = gradients(y, xs[k], seed=np.linspace(0.7, 1.3, y.size).reshape(y.shape))
    return [int(i) for i in np.flatnonzero(np.abs(g) > 1e-6 * max(1e-300, np.abs(g).max()))]


def detections(name: str, tick: Callable[[], None], rows: list[Any]) -> Tally:
    """Faults of one kind in every argument of every formula."""
    order, fault = FAULTS[name]
    tally, start = Tally(name), time.process_time()
    for n, row in enumerate(rows):
        rng = np.random.default_rng(n)
        args = row.sample(rng)
        for k in range(len(args)):
            entries = felt(row.f, args, k) if args[k].size else []
            if entries:
                faulty = fault(args[k], int(rng.choice(entries)))
                tally.add(verdict(with_fault(row.f, faulty, k), args, order, n), "wrong",
                          f"{row.name}, argument {k}")  # fmt: skip
        tick()
    tally.seconds = time.process_time() - start
    return tally


def false_alarms(cases: int, tick: Callable[[], None], rows: list[Any]) -> Tally:
    """Right rules at random points, second order included."""
    tally, start = Tally("right rules"), time.process_time()
    for n in range(cases):
        row = rows[n % len(rows)]
        args = row.sample(np.random.default_rng([1, n]))
        tally.add(verdict(row.f, args, 2, n), "agree", f"{row.name}, case {n}")
        tick()
    tally.seconds = time.process_time() - start
    return tally


def table(tallies: list[Tally], alarms: Tally) -> Grid:
    """What was measured."""
    rows = [
        [t.title, f"{t.total:,}", f"{t.verdicts['wrong']:,}", others(t, "wrong")] for t in tallies
    ]
    refused = alarms.total - alarms.verdicts["agree"]
    title = "right rules, first and second order"
    rows.append([title, f"{alarms.total:,}", f"{refused:,}", others(alarms, "agree")])
    return Grid("Measured", ["cases", "number", "refused", "other verdicts"], rows)


def others(tally: Tally, expected: str) -> str:
    rest = [f"{v} {n:,}" for v, n in sorted(tally.verdicts.items()) if v != expected]
    return ", ".join(rest) or "–"


def write(tallies: list[Tally], alarms: Tally) -> None:
    """Put the table between the markers of docs/checking.md."""
    text = PAGE.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"{PAGE.name} lacks the markers {BEGIN} and {END}")
    each = 1e3 * alarms.seconds / max(1, alarms.total)
    line = f"A case of the last row takes {each:.0f} ms of one core on average."
    body = f"{markdown(table(tallies, alarms))}\n{line}"
    PAGE.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")
