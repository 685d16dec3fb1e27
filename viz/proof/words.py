"""What a report says, in words: the terminal, the Markdown and the page all say the same.

A report is `autograd.proofread`'s, known here by its attributes alone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from .. import text
from .places import SLIPS, Mark, Places, Report, spaced


@dataclass(frozen=True)
class Look:
    """How a verdict is shown: with a sign, with a word, and in a colour of rich's."""

    sign: str
    style: str
    meaning: str
    loud: bool  # whether it is worth the reader's time


LOOKS = {
    "right": Look("✓", "green", "holds at every point that was tried", False),
    "wrong": Look("✗", "bold red", "can be evaluated, and is something else", True),
    "carried": Look("→", "blue", "follow through: a right step from a wrong earlier line", True),
    "loose": Look("≈", "yellow", "right up to order, transposes and kind of product", True),
    "undefined": Look("∅", "bold magenta", "cannot be evaluated: shapes or an index don't fit",
                      True),
    "inconsistent": Look("≠", "bold red", "contradicts another line", True),
    "definition": Look("·", "dim", "names something: nothing to judge", False),
    "not read": Look("?", "cyan", "could not be read, so it was not judged", True),
}  # fmt: skip
DIGITS = (4, 6, 9, 12, 17)


@dataclass(frozen=True)
class Remark:
    """One thing said about a mark; `formula`, in the author's notation, comes before `words`."""

    label: str
    words: str = ""
    formula: str = ""


# ── the whole ───────────────────────────────────────────────────────────────────────────────────
def title(report: Report) -> str:
    return spaced(report.title or report.name or "a derivation")


def by_line(report: Report) -> Iterator[list[Mark]]:
    """The marks of each equation, in order of reading."""
    for _, marks in groupby(report.marks, key=lambda m: m.line):
        yield list(marks)


def sizes(report: Report) -> str:
    """n = 5 or 7, n0 = 3."""
    return ", ".join(
        f"{spaced(name)} = {' or '.join(map(str, values))}"
        for name, values in report.sizes.items()
    )  # fmt: skip


def counts(report: Report) -> dict[str, int]:
    """How often each verdict was given, in the order of the legend; a repeated slip once."""
    found = report.counts or Counter(m.verdict for m in report.marks if m.repeats is None)
    return {verdict: found[verdict] for verdict in LOOKS if found.get(verdict)}


def summary(report: Report) -> str:
    """How many of what: `14 right, 2 wrong, 3 carried`."""
    return ", ".join(f"{n} {verdict}" for verdict, n in counts(report).items()) or "nothing read"


def outcome(report: Report) -> str:
    """The sentence that a reader wants first."""
    found = counts(report)
    slips = sum(found.get(verdict, 0) for verdict in SLIPS)
    unread = found.get("not read", 0)
    aside = f"; {unread} could not be read" if unread else ""
    start = report.first
    if start is not None:
        many = "One mistake" if slips == 1 else f"{slips} mistakes"
        steps = found.get("carried", 0)
        lines = "1 right step rests" if steps == 1 else f"{steps} right steps rest"
        follow = f"; {lines} on {'it' if slips == 1 else 'them'}" if steps else ""
        return f"{many}{aside}. Start at {Places(report)(start.line)}{follow}."
    if not report.marks:
        return "No equation was found."
    if found.get("carried"):
        return f"No slip of its own, but steps that follow from one{aside}."
    if unread:
        return f"No mistake in what could be read; {unread} could not be."
    return "No mistake found: every line that claims something holds."


# ── one mark ────────────────────────────────────────────────────────────────────────────────────
def numbers(a: float, b: float) -> tuple[str, str]:
    """Both with as many digits as it takes to tell them apart."""
    for digits in DIGITS:
        shown = text.number(a, digits), text.number(b, digits)
        if shown[0] != shown[1]:
            break
    return shown


def entry(mark: Mark) -> str:
    written, true = numbers(mark.worst.written, mark.worst.true)
    index = ", ".join(map(str, mark.worst.index))
    place = f"entry ({index})" if index else "its value"
    return f"{place}: yours is {written}, it should be {true}"


def why(mark: Mark, places: Places) -> str:
    """The sentence about the verdict: the judge's, or the least that can be said."""
    if mark.verdict == "carried":
        return step(mark, places)
    said = {
        "wrong": "the two sides are not equal",
        "undefined": "these shapes don't fit together",
        "inconsistent": "this contradicts another line",
        "loose": "right, once the products are in an order that fits",
        "not read": "this could not be read",
    }
    # what the reader of the document said of its lines stays as it is
    message = spaced(mark.message) if mark.verdict == "not read" else places.said(mark.message)
    shown = mark.worst is not None or mark.recognised  # which say more
    return message or ("" if shown else said.get(mark.verdict, ""))


def step(mark: Mark, places: Places) -> str:
    """What a carried line is told: that it is not to blame."""
    return f"right step from {places.several(mark.rests_on) or 'an earlier line'}"


def aside(mark: Mark, places: Places) -> str:
    """What is said of a line that has no mistake of its own; "" of others."""
    if mark.repeats is not None:
        return f"the slip of {places(mark.repeats)} again"
    return step(mark, places) if mark.verdict == "carried" else ""


def remarks(mark: Mark, places: Places) -> list[Remark]:
    """All there is to say about a mark, the most useful first."""
    found = [Remark("why", sentence)] if (sentence := why(mark, places)) else []
    if mark.worst is not None:
        found.append(Remark("numbers", entry(mark)))
    if mark.recognised:
        found.append(Remark("looks like", places.said(mark.recognised)))
    for i, fix in enumerate(mark.fixes):
        edits = ", ".join(spaced(edit) for edit in fix.edits)
        found.append(Remark("or" if i else "fix", edits, spaced(fix.text)))
    if mark.correct:
        found.append(Remark("exactly", formula=spaced(mark.correct)))
    told = mark.verdict == "carried" or any("rests on" in note for note in mark.notes)
    if mark.rests_on and not told:
        found.append(Remark("rests on", f"{places.several(mark.rests_on)}, wrong as well"))
    if mark.repeats is not None:
        found.append(Remark("repeats", f"{aside(mark, places)}, counted once"))
    return [*found, *(Remark("note", places.said(note)) for note in mark.notes)]


def quiet(mark: Mark) -> bool:
    """Whether a glance is enough."""
    if mark.verdict == "carried":
        return not (mark.notes or mark.fixes)
    return mark.repeats is not None or fine(mark)


def fine(mark: Mark) -> bool:
    """Whether there is nothing to say."""
    return not (LOOKS[mark.verdict].loud or mark.notes or mark.message)


def claim(mark: Mark) -> str:
    """What was claimed, without the signs that only align it."""
    return spaced(mark.claim or f"{mark.left} = {mark.right}").replace("&=", "=")


# ── formulas ────────────────────────────────────────────────────────────────────────────────────
LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
PROGRAM = re.compile(r"(?<![\\A-Za-z])[a-z]{2,}\(|@|[<>]=|\.T\b")  # a claim of the config's


def is_tex(report: Report, formula: str) -> bool:
    """Whether a formula is LaTeX: a document's are, Python's and the config's are not."""
    return bool(report.source) and ("\\" in formula or not PROGRAM.search(formula))


def tex(formula: str) -> str:
    """LaTeX as KaTeX reads it."""
    return LABEL.sub("", formula)
