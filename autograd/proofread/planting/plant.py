"""Mistakes put into right derivations: the search for a repair run backwards, and stranger ones.

For exercises, and for measuring how many of them the proof-reader finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..formula.shapes import Undefined
from ..formula.tree import Expr, Span
from ..judge import Reading
from ..lines import Line, Member
from ..mending.canonical import canonical
from ..mending.edits import edits
from ..mending.words import Edit
from ..problem import Problem, agree
from ..report import Mark, Report
from ..writing.printing import written
from .unknown import unknown

Likely = Callable[[Edit, Problem], bool]
TRIES = 60  # changes of one line that are tried for one that matters


@dataclass(frozen=True)
class Planted:
    """A mistake in a line that was right: where it is, of which kind, and both right sides.

    line, part: as in a Mark.  `at` is the place of the right side in the source.
    """

    line: int
    part: int
    kind: str
    words: str
    wrong: str
    right: str
    at: Span | None
    expr: Expr
    original: Expr


@dataclass(frozen=True)
class Spot:
    """A right equality in which a mistake can be planted."""

    line: Line
    part: int
    left: Member
    right: Member


def spots(lines: tuple[Line, ...], report: Report) -> list[Spot]:
    """The equalities that were judged right, without lines for a general l."""
    by_number = {line.number: line for line in lines}
    found = []
    for mark in report.marks:
        line = by_number[mark.line]
        if mark.verdict == "right" and plantable(line, mark):
            members = line.instances[0].members
            found.append(Spot(line, mark.part, members[0], members[mark.part]))
    return found


def plantable(line: Line, mark: Mark) -> bool:
    if line.kind != "equation" or len(line.instances) != 1 or line.readings:
        return False
    left, member = line.instances[0].members[0], line.instances[0].members[mark.part]
    if line.instances[0].letters or left.expr == member.expr:  # δ = ∂L/∂z names a thing
        return False
    return member.sign == "=" and member.at is not None


def plant(
    reading: Reading,
    report: Report,
    count: int,
    rng: np.random.Generator,
    known: bool = True,
    likely: Likely = lambda edit, problem: True,
) -> tuple[Planted, ...]:
    """Mistakes in `count` different lines of a derivation, or in fewer if it has fewer lines.

    reading, report: of the derivation as it was, with `report = reading.read()`.
    known: with edits of the repair search that one of its edits undoes; else with others.
    likely: which of those changes to choose from.
    """
    free = spots(tuple(reading.lines), report)
    found: list[Planted] = []
    for k in rng.permutation(len(free)):
        spot = free[int(k)]
        if len(found) == count:
            break
        if spot.line.number in {p.line for p in found}:
            continue
        if (planted := mistake(reading, spot, rng, known, likely)) is not None:
            found.append(planted)
    return tuple(sorted(found, key=lambda p: (p.line, p.part)))


def mistake(
    reading: Reading,
    spot: Spot,
    rng: np.random.Generator,
    known: bool,
    likely: Likely,
) -> Planted | None:
    """One change of the right side that makes it another value, at every point that is tried."""
    e = spot.right.expr
    problem = problem_of(reading, spot)
    notation = spot.line.notation
    changes = known_changes(e, problem, likely) if known else unknown_changes(e, notation)
    for kind, words, new in drawn(list(changes), rng):
        text = written(new, notation)
        if text == spot.right.text or not differs(problem, new):
            continue
        if not known or undone(problem, new):
            return Planted(
                spot.line.number, spot.part, kind, words, text, spot.right.text, spot.right.at,
                new, e,
            )  # fmt: skip
    return None


def problem_of(reading: Reading, spot: Spot) -> Problem:
    """The equality as what the search for repairs works on."""
    points, losses = reading.points, reading.setup.losses
    members = tuple(m.expr for m in spot.line.instances[0].members)
    return Problem(
        spot.left.expr, spot.right.expr, points.few(points.fixed(members)), spot.line.notation,
        losses[0] if losses else "", allowed=frozenset(reading.given),
    )  # fmt: skip


Change = tuple[str, str, Expr]  # its kind, what was done, the formula


def known_changes(e: Expr, problem: Problem, likely: Likely) -> Iterator[Change]:
    return ((x.kind, x.words, x.expr) for x in edits(e, problem) if likely(x, problem))


def unknown_changes(e: Expr, notation: str) -> Iterator[Change]:
    return ((kind, kind, new) for kind, new in unknown(e, notation == "latex"))


def drawn(changes: list[Change], rng: np.random.Generator) -> Iterator[Change]:
    """Some of the changes at random: first a kind, so that each kind gets its share."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change[0], []).append(change)
    for _ in range(TRIES if by_kind else 0):
        kind = sorted(by_kind)[int(rng.integers(len(by_kind)))]
        yield by_kind[kind][int(rng.integers(len(by_kind[kind])))]


def undone(problem: Problem, e: Expr) -> bool:
    """Whether one edit of the repair search leads back from `e`."""
    right = canonical(problem.written)
    back = replace(problem, written=e)
    return any(canonical(edit.expr) == right for edit in edits(e, back))


def differs(problem: Problem, e: Expr) -> bool:
    """Whether a formula has another value than the truth, or none, wherever it is tried."""
    for i in range(len(problem.worlds)):
        try:
            if agree(problem.value(e, i), problem.truth(i)):
                return False
        except Undefined:
            continue
    return True
