"""What the engine is meant to reach, and whether a run shows that it does.

Absolute times belong to one machine, so a goal is a ratio within one run, or a number of bytes or
seconds where that is what counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .cases import ROWS, named
from .grid import Grid, number
from .results import Results
from .tables import HAND, MICROGRAD

EAGER, COMPILED, BATCH, NUMBA = "ours", "ours_compiled", "ours_batch", "ours_numba"
OURS = {EAGER, COMPILED, BATCH, NUMBA}
NOT_PEERS = {HAND, "numpy_buffers", "c_loops"}  # derived by hand, case by case
IMPORT, NUMPY = "import autograd", "import numpy"
Measure = Callable[[Results], float | None]


@dataclass(frozen=True)
class Goal:
    """`measure` gives a number, or None where the run lacks it; `limit` is what it may be."""

    what: str
    measure: Measure
    limit: float
    unit: str
    at_least: bool = False

    def row(self, results: Results) -> list[str]:
        found = self.measure(results)
        sign = "≥" if self.at_least else "≤"
        goal = f"{sign} {number(self.limit)} {self.unit}"
        if found is None:
            return [self.what, goal, "–", "not measured"]
        reached = found >= self.limit if self.at_least else found <= self.limit
        shown = number(found)
        if shown == number(self.limit) and not reached:
            shown = f"{found:.5g}"  # missed by less than three digits show
        return [self.what, goal, shown, "yes" if reached else "**no**"]


def ratio(case: str, ours: str, other: str) -> Measure:
    """Our median over another's."""

    def measured(results: Results) -> float | None:
        mine, theirs = results.seconds_of(case, ours), results.seconds_of(case, other)
        return mine / theirs if mine is not None and theirs is not None else None

    return measured


def times_faster(case: str, ours: str) -> Measure:
    """micrograd's median over ours."""

    def measured(results: Results) -> float | None:
        found = ratio(case, ours, MICROGRAD)(results)
        return None if found is None else 1 / found

    return measured


def to_best(case: str, ours: str) -> Measure:
    """Our median over that of the fastest library; programs derived by hand do not count."""

    def measured(results: Results) -> float | None:
        others = [
            o.step.median
            for name, o in results.cases.get(case, {}).items()
            if o.step and name not in OURS | NOT_PEERS
        ]
        mine = results.seconds_of(case, ours)
        return mine / min(others) if mine is not None and others else None

    return measured


def first_call(case: str, ours: str) -> Measure:
    def measured(results: Results) -> float | None:
        outcome = results.cases.get(case, {}).get(ours)
        return outcome.prepare if outcome else None

    return measured


def bytes_per_operation(case: str, ours: str) -> Measure:
    def measured(results: Results) -> float | None:
        outcome = results.cases.get(case, {}).get(ours)
        return outcome.memory / named(case).size if outcome and outcome.memory else None

    return measured


def beyond_numpy(results: Results) -> float | None:
    """Milliseconds that `import autograd` takes beyond `import numpy`."""
    ours, numpy = (results.footprint.get(statement) for statement in (IMPORT, NUMPY))
    return 1e3 * (ours.median - numpy.median) if ours and numpy else None


def against_hand(case: str, ours: str, limit: float) -> Goal:
    return Goal(case, ratio(case, ours, HAND), limit, "× numpy by hand")


def against_tape(case: str, limit: float) -> Goal:
    return Goal(f"{case} numba", ratio(case, NUMBA, "cpp_tape"), limit, "× C++ tape")


def against_best(case: str) -> Goal:
    return Goal(case, to_best(case, COMPILED), 1.0, "× the fastest library")


def faster(what: str, case: str, ours: str, limit: float) -> Goal:
    return Goal(what, times_faster(case, ours), limit, "× faster than micrograd", at_least=True)


def seconds(case: str, ours: str, limit: float) -> Goal:
    return Goal(f"{case} {ours.split('_')[1]}, first call", first_call(case, ours), limit, "s")


EAGER_LIMITS = {1: 1.6, 32: 1.6, 1024: 1.3, 65536: 1.0}
EAGER_GOALS = [
    faster("S1", "S1", EAGER, 12),
    Goal("S1, memory", bytes_per_operation("S1", EAGER), 250, "bytes/op"),
    faster("S2", "S2", EAGER, 15),
    faster("S3", "S3", EAGER, 6),
    *(against_hand(f"{t}/{n}", EAGER, EAGER_LIMITS[n]) for t in ("T1", "T2") for n in ROWS),
    *(against_hand(f"T3/{precision}", EAGER, 1.1) for precision in ("f32", "f64")),
    Goal(f"`{IMPORT}`", beyond_numpy, 15, f"ms beyond `{NUMPY}`"),
]
COMPILED_GOALS = [
    faster("S2 floats", "S2", COMPILED, 300),
    Goal("S2 batch", ratio("S2", BATCH, "jax_jit"), 1.22, "× JAX jit"),
    seconds("S2", BATCH, 0.5),
    against_tape("S2", 0.5),
    seconds("S2", NUMBA, 3.0),
    against_tape("S1", 0.98),
    against_tape("S3", 0.65),
    against_hand("S2b", COMPILED, 0.8),
    against_hand("T1/1", COMPILED, 0.71),
    against_hand("T2/1", COMPILED, 0.74),
    against_hand("T1/32", COMPILED, 0.68),
    against_hand("T2/32", COMPILED, 0.68),
    against_hand("T1/1024", COMPILED, 0.66),
    against_hand("T2/1024", COMPILED, 0.78),
    *(against_best(f"{t}/{n}") for n in ROWS for t in ("T1", "T2")),
    *(against_hand(f"T3/{precision}", COMPILED, 0.95) for precision in ("f32", "f64")),
]


def goals(results: Results) -> list[Grid]:
    """Each goal, what the run measured, and whether that reaches it."""
    head = ["", "goal", "measured", "reached"]
    return [
        Grid("Goals, eager", head, [goal.row(results) for goal in EAGER_GOALS]),
        Grid("Goals, compiled", head, [goal.row(results) for goal in COMPILED_GOALS]),
    ]
