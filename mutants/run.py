"""The run over all mutants: what is known is taken, the rest is tried, several at a time."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from .equivalents import EQUIVALENT
from .kept import Kept
from .mutant import ROOT, Mutant
from .nearest import Stage, stages
from .trial import SURVIVED, WHOLE, Outcome, Trees, check_green, tried

Result = tuple[Mutant, Outcome]
MEMORY = Path("/dev/shm")
QUICK = MEMORY if MEMORY.is_dir() else None  # a copy of the tree takes 1.5 s on a busy disk


@dataclass(frozen=True)
class Limits:
    """Seconds for the nearest tests of a mutant, and for the whole suite (0: it is not asked)."""

    near: float = 120.0
    whole: float = 900.0
    green: float = 1800.0  # for either without a fault


def results(
    mutants: Sequence[Mutant],
    kept_in: Path,
    limits: Limits,
    jobs: int,
    tell: Callable[[str], None],
    root: Path = ROOT,
) -> Iterator[Result]:
    """Each mutant's outcome as it comes, the known ones first."""
    with tempfile.TemporaryDirectory(prefix="mutants-", dir=QUICK) as home:
        trees = Trees(Path(home), root)
        kept = Kept(kept_in, trees.base)
        waiting = []
        for mutant in mutants:
            near = stages(mutant)
            known = kept.get(mutant, near, asks_all(mutant, limits))
            if known is None:
                waiting.append((mutant, near))
            else:
                yield mutant, known
        try:
            if waiting:
                tell("without any fault")
                files = sorted({f for _, near in waiting for stage in near for f in stage.files})
                check_green(trees, Stage(tuple(files)), limits.green)
            for mutant, near, outcome in in_parallel(trees, waiting, limits, jobs, tell):
                kept.put(mutant, near, outcome)
                yield mutant, outcome
        finally:
            trees.end()


def known(mutants: Sequence[Mutant], kept_in: Path, root: Path = ROOT) -> list[Result]:
    """What earlier runs found and what still holds; nothing is run."""
    kept = Kept(kept_in, root)
    found = [(mutant, kept.get(mutant, stages(mutant), whole=False)) for mutant in mutants]
    return [(mutant, outcome) for mutant, outcome in found if outcome is not None]


def asks_all(mutant: Mutant, limits: Limits) -> bool:
    """Whether the whole suite is asked about it; an equivalent one has a reason instead."""
    return limits.whole > 0 and mutant.name not in EQUIVALENT


def in_parallel(
    trees: Trees,
    waiting: list[tuple[Mutant, list[Stage]]],
    limits: Limits,
    jobs: int,
    tell: Callable[[str], None],
) -> Iterator[tuple[Mutant, list[Stage], Outcome]]:
    """The outcomes as they come; the first failure of the harness itself ends the run."""
    green = threading.Lock()  # the whole suite is first run without a fault, once
    proved: list[bool] = []

    def trial(mutant: Mutant, near: list[Stage]) -> Outcome:
        outcome = tried(trees, mutant, near, limits.near)
        if outcome.verdict != SURVIVED or not asks_all(mutant, limits):
            return outcome
        with green:
            if not proved:
                check_green(trees, WHOLE, limits.green)
                proved.append(True)
        again = tried(trees, mutant, [WHOLE], limits.whole)
        return replace(again, seconds=round(outcome.seconds + again.seconds, 1))

    with ThreadPoolExecutor(jobs) as pool:
        todo = iter(waiting)
        running: dict[Future[Outcome], tuple[Mutant, list[Stage]]] = {}
        try:
            while True:
                for mutant, near in todo:
                    running[pool.submit(trial, mutant, near)] = mutant, near
                    tell(mutant.name)
                    if len(running) == jobs:
                        break
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield *running.pop(future), future.result()
        finally:
            trees.end()
            pool.shutdown(wait=True, cancel_futures=True)
