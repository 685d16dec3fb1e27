"""How near an engine can come to a program by hand: the barest tapes, and T3's products alone."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.backward import finished
from autograd.compile.products import dot_by_rows, rows_at_once
from autograd.cotangents import arrays_pulled_back
from autograd.node import walked

from . import bare, by_hand
from .bare import Step
from .cases import Array, Case, Digits, named
from .grid import Grid, number
from .peers import numpy_buffers, ours, ours_compiled
from .worker import ANY, relative_error, settle_allocator, timed

Columns = dict[str, Callable[[str], Callable[[Any], Step]]]  # of a program's name
ROWS = (1, 32, 1024, 65536)


def of(module: Any, **options: Any) -> Callable[[str], Callable[[Any], Step]]:
    return lambda program: lambda d: getattr(module, program)(d, **options)


def products(d: Digits, parts: bool) -> Step:
    """The 8 matrix products of T3 and nothing else; in parts where `autograd.compile` does so."""
    x, W = d.x, d.W
    h = [x, *(np.ones((len(x), w.shape[1]), x.dtype) for w in W)]
    turned = [np.ascontiguousarray(x.T), h[1].T, h[2].T]
    room, gW = [np.empty_like(v) for v in h], [np.empty_like(w) for w in W]
    calls = [(h[i], W[i], room[i + 1]) for i in range(3)]
    calls += [(turned[i], h[i + 1], gW[i]) for i in range(3)]
    calls += [(h[i + 1], W[i].T, room[i]) for i in (1, 2)]

    def rows(a: Array, b: Array) -> int | None:
        straight = a.flags.c_contiguous and b.flags.c_contiguous
        return rows_at_once(*a.shape, b.shape[1], a.dtype) if parts and straight else None

    planned = [(a, b, out, rows(a, b)) for a, b, out in calls]

    def step() -> None:
        for a, b, out, n in planned:
            if n is None:
                a.dot(b, out)
            else:
                dot_by_rows(a, b, n, out)

    return step


NUMBERS: Columns = {"barest tape": of(bare), "gradproof": of(ours)}
ARRAYS: Columns = {
    "by hand": of(by_hand),
    "barest tape": of(bare),
    "barest, overwriting": of(bare, overwrite=True),
    "gradproof": of(ours),
}
TRAINING: Columns = {
    "by hand": of(by_hand),
    "products alone": lambda program: lambda d: products(d, parts=False),
    "products in parts": lambda program: lambda d: products(d, parts=True),
    "numpy, out=": of(numpy_buffers),
    "gradproof": of(ours),
    "gradproof compiled": of(ours_compiled),
}
TABLES = {
    "Numbers": (NUMBERS, ["S3"]),
    "Arrays": (ARRAYS, [f"{family}/{n}" for family in ("T1", "T2") for n in ROWS]),
    "Training": (TRAINING, ["T3/f32", "T3/f64"]),
}


PARTS = ["record", "find the graph", "pass back", "hand out", "whole step"]


def parts(case: Case, rounds: int, seconds: float) -> list[str]:
    """Where the engine's step goes, in µs: medians, as each is called by `gradients`."""
    d = case.data()
    loss, leaves = getattr(ours, f"{case.program}_loss")(d)
    y = loss(*leaves)
    walk, root, unit = walked((y,)), (y,), (np.float64(1.0),)
    found = arrays_pulled_back(root, unit, leaves, *walk)
    steps: list[Step] = [
        lambda: loss(*leaves),
        lambda: walked(root),
        lambda: arrays_pulled_back(root, unit, leaves, *walk),
        lambda: finished(leaves, found, False),
        getattr(ours, case.program)(d),
    ]
    samples: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, taken in zip(steps, samples, strict=True):
            taken += timed(step, seconds)
    cells = [number(statistics.median(taken) * 1e6) for taken in samples]
    return [f"{case.name}, {len(walk[1])} operations, µs", *cells]


def floors(rounds: int, seconds: float, cpu: str) -> list[Grid]:
    """Each case in turns with what bounds it: medians, and ratios to the first column."""
    if cpu != ANY:
        os.sched_setaffinity(0, {int(cpu)})
    settle_allocator()
    beside = [
        Grid(f"{title} (in brackets: times {next(iter(columns))})", ["", *columns],
             [row(named(name), columns, rounds, seconds) for name in names])
        for title, (columns, names) in TABLES.items()
    ]  # fmt: skip
    cases = [named(f"{family}/{n}") for family in ("T1", "T2") for n in ROWS]
    rows = [parts(case, rounds, seconds) for case in cases]
    return [*beside, Grid("The engine's own parts of a step", ["", *PARTS], rows)]


def row(case: Case, columns: Columns, rounds: int, seconds: float) -> list[str]:
    """Raises ValueError where a column's values are wrong."""
    steps = [build(case.program)(case.data()) for build in columns.values()]
    checked(case, steps)
    samples: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, taken in zip(steps, samples, strict=True):
            taken += timed(step, seconds)
    first, *others = [statistics.median(taken) for taken in samples]
    scale = 1e3 if case.unit == "ms" else 1e6
    cells = [f"{number(t * scale)} ({number(t / first)}×)" for t in others]
    return [f"{case.name}, {case.unit}", number(first * scale), *cells]


def checked(case: Case, steps: list[Step]) -> None:
    """Compare first steps with the program by hand; parts of a step give no result."""
    loss, truth = getattr(by_hand, case.program)(case.data())()
    for result in [step() for step in steps]:
        if result is not None:
            pairs = zip([loss, *truth], [result[0], *result[1]], strict=True)
            if not max(relative_error(got, expected) for expected, got in pairs) <= case.tolerance:
                raise ValueError(f"{case.name}: the barest tape or the engine gives wrong values")
