"""How well the proof-reader judges: right derivations, and mistakes planted in them.

Right derivations are those of tests/derivations, and both networks' as `derive` prints them.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograd.proofread.judge import judge
from autograd.proofread.report import Report

from .derivations import Derivation, corpus, derived, document
from .grid import Grid, markdown
from .peer import ROOT
from .sowing import BLAMED, Ground, Harvest, ground_of, reaped

PAGE = ROOT / "docs" / "proofreading-accuracy.md"
BEGIN, END = "<!-- begin: measured -->", "<!-- end: measured -->"
EXAMPLES = ROOT / "examples" / "documents"
ROUNDS = 3  # in turns


@dataclass
class Clean:
    """The verdicts on right derivations."""

    title: str
    derivations: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())

    @property
    def wrong(self) -> int:
        return sum(n for v, n in self.verdicts.items() if v in (*BLAMED, "carried", "loose"))


def clean(title: str, derivations: Iterable[Derivation], seeds: int) -> Clean:
    """Right derivations, each judged at the points of every seed."""
    found = Clean(title)
    for derivation in derivations:
        found.derivations += 1
        setup, lines = derivation.read()
        for seed in range(seeds):
            add(found, derivation.name, seed, judge(setup, lines, seed))
    return found


def add(found: Clean, name: str, seed: int, report: Report) -> None:
    for m in report.marks:
        found.verdicts[m.verdict] += 1
        if m.verdict not in ("right", "definition"):
            where = name if m.verdict == "not read" else f"{name}, seed {seed}"
            text = f"{where}: {m.verdict}: {m.claim} {m.message}"
            found.alarms.append(" ".join(text.split()))


def harvests(grounds: list[Ground], sowings: int, tick: Callable[[str], None]) -> Iterator[Harvest]:
    """One, two and three mistakes of both kinds in every derivation."""
    for known in (True, False):
        for count in (1, 2, 3):
            start = time.process_time()
            harvest = reaped(grounds, count, known, range(sowings))
            harvest.seconds = time.process_time() - start
            tick(harvest.title)
            yield harvest


def grounds(derivations: Iterable[Derivation]) -> list[Ground]:
    return [ground_of(d) for d in derivations]


def everything() -> list[Derivation]:
    return [*corpus(), *derived()]


def documents(folder: Path) -> float | None:
    """The time of both documents to that of all derivations; None if they are not there."""
    sources = [next(folder.glob(f"{config.stem}.*"), None) for config in EXAMPLES.glob("*.yaml")]
    if not sources or None in sources:
        return None
    both = [document(s, EXAMPLES / f"{s.stem}.yaml") for s in filter(None, sources)]
    in_turns = [sum(map(taken, both)) / sum(map(taken, corpus())) for _ in range(ROUNDS)]
    return statistics.median(in_turns)


def taken(derivation: Derivation) -> float:
    """Seconds of one core, to read and to judge."""
    start = time.process_time()
    judge(*derivation.read())
    return time.process_time() - start


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def tables(cleans: list[Clean], found: list[Harvest]) -> list[Grid]:
    """What was measured."""
    head = ["right derivations", "number", "verdicts", "marked wrong", "not read"]
    rows = [
        [c.title, f"{c.derivations}", f"{c.total:,}", f"{c.wrong:,}", f"{c.verdicts['not read']:,}"]
        for c in cleans
    ]
    planted = [
        "planted", "mistakes", "put on the right line", "other lines blamed", "mended first"
    ]  # fmt: skip
    sown = [
        [
            h.title, f"{h.total:,}", f"{h.found:,} = {share(h.found, h.total)}",
            f"{len(h.strays):,}", f"{h.mended:,} = {share(h.mended, h.total)}" if h.known else "–",
        ]
        for h in found
    ]  # fmt: skip
    return [Grid("Right derivations", head, rows), Grid("Planted mistakes", planted, sown)]


def complaints(cleans: list[Clean], found: list[Harvest]) -> Iterator[str]:
    """Everything that went wrong, in a line each."""
    for c in cleans:
        yield from dict.fromkeys(c.alarms)
    for h in found:
        for o in h.outcomes:
            p = o.planted
            told = f"{o.derivation} {p.line}.{p.part} {p.kind}: {p.right} → {p.wrong}"
            told = " ".join(told.split())
            if not o.found:
                yield f"not found ({o.verdict}): {told}"
            elif h.known and not o.mended:
                yield f"mended otherwise ({o.text or 'not at all'}): {told}"
        yield from (f"blamed: {stray}" for stray in h.strays)


def timing(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return (
        f"To read and judge the two documents takes {ratio:.1f} times as long as all of "
        f"`tests/derivations`: the median of {ROUNDS} rounds\nin turns, in the same run."
    )


def write(cleans: list[Clean], found: list[Harvest], ratio: float | None) -> None:
    """Put the tables between the markers of the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, begun, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not begun or not closed:
        raise ValueError(f"{PAGE.name} lacks the markers {BEGIN} and {END}")
    body = "\n".join(markdown(grid) for grid in tables(cleans, found))
    body += f"\n{timing(ratio)}\n" if ratio is not None else ""
    PAGE.write_text(f"{before}{BEGIN}\n\n{body}\n{END}{after}", encoding="utf-8")
