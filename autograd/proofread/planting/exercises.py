"""Exercises from a right derivation: mistakes to find, or blanks to fill in, and the answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...errors import ProofreadError
from ..formula.shapes import Undefined
from ..judge import Reading
from ..mending.words import Edit
from ..problem import Problem
from ..report import MISTAKES, Report
from .marking import note
from .plant import Planted, Spot, plant, spots
from .text import Page

BLANK = r"\boxed{?}"
PLAUSIBLE = 1.2  # how far-fetched a mistake in an exercise may be, unless something was forgotten
FORGOTTEN = ("extra factor", "extra term")  # what a repair would add again


TASKS = {
    "mistakes": "**Exercise.** {count} wrong on this page. {which}, why, and what is right? "
    "Correct the page in place. {checked}",
    "blanks": "**Exercise.** {count} out on this page, `{blank}` in their places. Fill them in. "
    "{checked}",
}
CHECKED = (
    "`gradproof check` marks it then: a formula that is right gives a point, and so does one that "
    "is right but for an earlier slip."
)


@dataclass(frozen=True)
class Exercise:
    """The page to hand out, and the answers: of each, its place and both right-hand sides."""

    page: Page
    answers: tuple[Planted, ...]

    def key(self, name: str) -> str:
        """The answers in Markdown; `name` is the file of the exercise."""
        parts = [f"# Answers to {name}"]
        gone = 0  # lines of the page that a formula took before
        for p in self.answers:
            assert p.at is not None
            line = p.at.line - gone
            gone += p.at.end_line - p.at.line
            if p.kind == "blank":
                parts.append(f"- line {line}: ${p.right}$")
            else:
                parts.append(
                    f"- line {line} ({p.words})\n  - it says ${p.wrong}$\n  - right is ${p.right}$"
                )
        return "\n\n".join(parts) + "\n"


def task(kind: str, count: int) -> str:
    """What there is to do, as a paragraph."""
    if kind == "mistakes":
        said = "One formula is" if count == 1 else f"{count} formulas are"
    else:
        said = "One formula is left" if count == 1 else f"{count} formulas are left"
    which = "Which one" if count == 1 else "Which ones"
    return TASKS[kind].format(count=said, which=which, blank=BLANK, checked=CHECKED)


def with_mistakes(page: Page, count: int, seed: int) -> Exercise:
    """The page with mistakes in `count` of its equalities.

    Raises ProofreadError for a page that is not all right, or has too few equalities.
    """
    reading, report = judged(page)
    planted = plant(reading, report, count, np.random.default_rng(seed), likely=plausible)
    enough(page, len(planted), count)
    return Exercise(noted(page.changed(planted), planted), planted)


def with_blanks(page: Page, count: int, seed: int) -> Exercise:
    """The page with `count` of its equalities' right sides left out.

    Raises ProofreadError for a page that is not all right, or has too few equalities.
    """
    reading, report = judged(page)
    by_line = {spot.line.number: spot for spot in spots(tuple(reading.lines), report)}
    free = [*by_line.values()]  # of a chain of equalities the last one
    enough(page, len(free), count)
    chosen = np.random.default_rng(seed).permutation(len(free))[:count]
    answers = tuple(blank(free[k]) for k in sorted(map(int, chosen)))
    return Exercise(noted(page.changed(answers), answers), answers)


def noted(page: Page, answers: tuple[Planted, ...]) -> Page:
    """The page with a comment at its end that says what is to be marked."""
    comment = note([(p.line, p.part) for p in answers], page.name.endswith(".tex"))
    return replace(page, text=f"{page.text.rstrip()}\n\n{comment}\n")


def plausible(edit: Edit, problem: Problem) -> bool:
    """Whether somebody could make this mistake: no far-fetched one, and no gap in plain sight."""
    if edit.kind == "function" or "sign(" in edit.words:
        return False
    if edit.kind not in FORGOTTEN:
        return edit.cost <= PLAUSIBLE
    try:
        return bool(problem.value(edit.expr).shape == problem.truth().shape)
    except Undefined:
        return False


def blank(spot: Spot) -> Planted:
    right = spot.right
    return Planted(
        spot.line.number, spot.part, "blank", "left out", BLANK, right.text, right.at, right.expr,
        right.expr,
    )  # fmt: skip


def judged(page: Page) -> tuple[Reading, Report]:
    """The page's lines and verdicts; it has to be right."""
    setup, lines = page.read()
    reading = Reading(setup, lines, 0)
    report = reading.read()
    for mark in report.marks:
        if mark.verdict in MISTAKES:
            line = f"{page.name}:{mark.at.line}" if mark.at else f"{page.name}, line {mark.line}"
            raise ProofreadError(
                f"{line}: {mark.claim} is {mark.verdict}: an exercise is made from a page without "
                "mistakes; see gradproof check"
            )
    return reading, report


def enough(page: Page, found: int, wanted: int) -> None:
    if found < wanted:
        raise ProofreadError(
            f"{page.name} has {found} equalities that could be changed, {wanted} are wanted: ask "
            "for fewer, or take a longer derivation"
        )
