"""What the proof-reader says of the two documents, as tables for docs/documents.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from autograd.proofread.reading import document
from autograd.proofread.reading.configuration import settings
from autograd.proofread.report import Mark, Report
from viz.proof import words
from viz.proof.places import Places

HERE = Path(__file__).parent
NAMES = {"003": "003_867fcba31d450a78", "004": "004_d100a1587f893aa3"}
LONGEST = 60  # characters of a matrix that a table shows whole
MATRIX = re.compile(r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}(_\{[^{}]*\\times[^{}]*\})?", re.DOTALL)
CELL = re.compile(r"&|\\\\")
PLACE = re.compile(r"(line \d+), equation \d+")
HEAD = "| line | written | verdict | why | mended, or exact |\n| --- | --- | --- | --- | --- |"


@cache
def report(number: str) -> Report:
    """The report on a document's formulas, read as its configuration beside them says."""
    file = HERE / f"{NAMES[number]}.md"
    beside = file.with_suffix(".yaml")
    text = file.read_text("utf-8")
    config = settings.config(beside.read_text("utf-8"), beside.name)
    return document.proofread(text, file.name, config)


def table(number: str) -> str:
    """A row for each mark but those of which there is nothing to say."""
    found = report(number)
    rows = [row(mark, found) for mark in found.marks if not silent(mark)]
    return "\n".join([HEAD, *rows])


def silent(mark: Mark) -> bool:
    """Right, without a condition."""
    told = [note for note in mark.notes if not note.startswith("±")]
    return mark.verdict in ("right", "definition") and not told


def row(mark: Mark, found: Report) -> str:
    said = words.remarks(mark, Places(found))
    fixes = [r for r in said if r.label in ("fix", "exactly")][:1]
    why = [r.words for r in said if r.label == "why"]
    more = [r.words for r in said if r.label in ("looks like", "repeats", "note")]
    tex = words.is_tex(found, mark.claim)
    cells = [
        str(mark.at.line if mark.at else mark.line),
        shown(words.claim(mark), tex),
        mark.verdict,
        PLACE.sub(r"\1", "; ".join([*why, *numbers(mark), *more])),
        "; ".join(x for r in fixes for x in (r.words, shown(r.formula, tex)) if x),
    ]
    return f"| {' | '.join(cells)} |"


def numbers(mark: Mark) -> list[str]:
    """The worst entry, and how far off the whole is."""
    if mark.worst is None:
        return []
    written, true = words.numbers(mark.worst.written, mark.worst.true)
    index = ", ".join(map(str, mark.worst.index))
    place = f"entry ({index}) is" if index else "it is"
    off = f"; relative error {mark.worst.error:.3g}" if mark.worst.error is not None else ""
    return [f"{place} {written} for {true}{off}"]


def shown(formula: str, tex: bool) -> str:
    """A formula for a table's cell: long matrices only hinted at."""
    short = " ".join(MATRIX.sub(hinted, formula).split())
    short = short.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return f"${short}$" if tex else f"`{short}`"


def hinted(matrix: re.Match[str]) -> str:
    if len(matrix[0]) <= LONGEST:
        return matrix[0]
    inside = matrix[0].removeprefix(r"\begin{bmatrix}")
    return rf"[{CELL.split(inside)[0].strip()}\ \dots]"
