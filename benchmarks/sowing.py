"""What becomes of planted mistakes: whether they are found where they are, and mended."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from autograd.proofread.judge import Reading, judge
from autograd.proofread.planting.plant import Planted, plant
from autograd.proofread.report import Mark, Report

from .derivations import Derivation

BLAMED = ("wrong", "undefined", "inconsistent")


@dataclass(frozen=True)
class Outcome:
    """A planted mistake, the verdict on its equality, and its first fix.

    fix: "the same" as what stood there, "another" that is right as well, "wrong", "" for none.
    """

    derivation: str
    planted: Planted
    verdict: str
    fix: str = ""
    text: str = ""  # of the fix

    @property
    def found(self) -> bool:
        return self.verdict in BLAMED

    @property
    def mended(self) -> bool:
        return self.fix in ("another", "the same")


@dataclass
class Harvest:
    """All outcomes of one kind of sowing, and what was blamed though nothing was planted there."""

    title: str
    known: bool
    derivations: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return len(self.outcomes)

    @property
    def found(self) -> int:
        return sum(o.found for o in self.outcomes)

    @property
    def mended(self) -> int:
        return sum(o.mended for o in self.outcomes)


@dataclass(frozen=True)
class Ground:
    """A right derivation, read and judged."""

    derivation: Derivation
    reading: Reading
    report: Report


def ground_of(derivation: Derivation, seed: int = 0) -> Ground:
    setup, lines = derivation.read()
    reading = Reading(setup, lines, seed)
    return Ground(derivation, reading, reading.read())


def blamed(report: Report) -> list[Mark]:
    return [m for m in report.marks if m.verdict in BLAMED]


def sow(ground: Ground, count: int, known: bool, seed: int, harvest: Harvest) -> None:
    """Plant some mistakes in a derivation, have it judged, and add up what became of them."""
    name = zlib.crc32(ground.derivation.name.encode())
    rng = np.random.default_rng([seed, count, known, name])
    planted = plant(ground.reading, ground.report, count, rng, known)
    if not planted:
        return
    harvest.derivations += 1
    report = judge(*ground.derivation.changed(planted).read(), seed=seed)
    marks = {(m.line, m.part): m for m in report.marks}
    for p in planted:
        harvest.outcomes.append(outcome(ground, p, marks.get((p.line, p.part)), known))
    places = {(p.line, p.part) for p in planted}
    before = {(m.line, m.part) for m in blamed(ground.report)}
    for m in blamed(report):
        if (m.line, m.part) not in places | before:
            told = ", ".join(f"{p.line}.{p.part} {p.wrong}" for p in planted)
            harvest.strays.append(
                f"{ground.derivation.name} {m.line}.{m.part} {m.verdict}: {m.claim} ({told})"
            )


def outcome(ground: Ground, planted: Planted, mark: Mark | None, known: bool) -> Outcome:
    name = ground.derivation.name
    if mark is None:
        return Outcome(name, planted, "not there")
    if not known or not mark.fixes or mark.verdict not in BLAMED:
        return Outcome(name, planted, mark.verdict)
    fix = mark.fixes[0]
    kind = judged_fix(ground, planted, fix.text) if len(fix.edits) == 1 else "wrong"
    return Outcome(name, planted, mark.verdict, kind, fix.text)


def judged_fix(ground: Ground, planted: Planted, text: str) -> str:
    """Whether the fix is what stood there, or is right when it is put there and read again."""
    if squeezed(text) == squeezed(planted.right):
        return "the same"
    mended = ground.derivation.changed([replace(planted, wrong=text)])
    report = judge(*mended.read(), seed=1)
    right = any(
        (m.line, m.part, m.verdict) == (planted.line, planted.part, "right") for m in report.marks
    )
    return "another" if right else "wrong"


def squeezed(text: str) -> str:
    """Without what says nothing: spaces, and braces around one character."""
    return "".join(c for c in text if c not in " {}\\,\n")


def reaped(grounds: Iterable[Ground], count: int, known: bool, seeds: Iterable[int]) -> Harvest:
    """Sow in every field with every seed."""
    kind = "" if known else ", unknown to the search"
    number = {1: "one mistake", 2: "two mistakes", 3: "three mistakes"}[count]
    harvest = Harvest(f"{number}{kind}", known)
    seeds = tuple(seeds)
    for ground in grounds:
        for seed in seeds:
            sow(ground, count, known, seed, harvest)
    return harvest
