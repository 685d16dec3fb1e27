"""How near an eager engine can come to a program by hand: the barest tapes, in turns with both."""

from __future__ import annotations

import os
import statistics

from . import bare, by_hand
from .bare import Step
from .cases import Case, named
from .grid import Grid, number
from .peers import ours
from .worker import ANY, relative_error, settle_allocator, timed

CASES = ("S3", "T1/1", "T1/32", "T1/1024", "T2/1", "T2/32", "T2/1024")


def floors(rounds: int, seconds: float, cpu: str) -> Grid:
    """Each case by hand, on the barest tape and with the engine, in turns: medians and ratios."""
    if cpu != ANY:
        os.sched_setaffinity(0, {int(cpu)})
    settle_allocator()
    return Grid(
        "Floors (in brackets: times the time by hand; S3: times the barest tape's)",
        ["", "by hand", "barest tape", "gradproof"],
        [row(named(name), rounds, seconds) for name in CASES],
    )


def row(case: Case, rounds: int, seconds: float) -> list[str]:
    """Raises ValueError where the three disagree."""
    builders = [getattr(m, case.program) for m in (by_hand, bare, ours)]
    steps = [build(case.data()) for build in builders]
    checked(case, steps)
    samples: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, taken in zip(steps, samples, strict=True):
            taken += timed(step, seconds)
    hand, barest, engine = (statistics.median(taken) for taken in samples)
    scalar = case.program == "s3"  # by hand it is arrays, another program
    base = barest if scalar else hand
    scale = 1e3 if scalar else 1e6
    cells = [f"{number(t * scale)} ({number(t / base)}×)" for t in (barest, engine)]
    return [f"{case.name}, {case.unit}", "–" if scalar else number(hand * scale), *cells]


def checked(case: Case, steps: list[Step]) -> None:
    (loss, truth), *others = [step() for step in steps]
    for other, found in others:
        pairs = zip([loss, *truth], [other, *found], strict=True)
        if not max(relative_error(got, expected) for expected, got in pairs) <= case.tolerance:
            raise ValueError(f"{case.name}: the barest tape or the engine gives wrong values")
