"""One page: the document as its author wrote it, with the marks in its margin.

Importing this raises MissingExtraError without the extra `page`.
"""

from collections.abc import Sequence
from typing import Any

from .. import text
from ..notebook import Inline
from ..page.html import filled, safe
from . import document, words
from .frames import css
from .places import SLIPS, Mark, Places, Report, spaced
from .words import LOOKS


def page(report: Report) -> str:
    """The page as text."""
    places = Places(report)
    start = report.first

    def written(marks: Sequence[Mark]) -> str:
        return filled("note.html.j2", notes=[note(report, m, places, m is start) for m in marks])

    body, lost = document.html(report, written) if report.source else (claims(report, written), [])
    found = words.counts(report)
    return filled(
        "proof.html.j2",
        title=words.title(report),
        outcome=words.outcome(report),
        ok=report.ok,
        start=document.mark_id(start) if start else "",
        counts=[(v, n, LOOKS[v], css(v)) for v, n in found.items()],
        loss=places.said(report.loss),
        sizes=words.sizes(report),
        conventions=[spaced(c) for c in report.conventions],
        advice=[spaced(a) for a in report.advice],
        method=[spaced(m) for m in report.method],
        body=safe(body),
        lost=safe(written(lost)) if lost else "",
        is_document=bool(report.source),
    )


HEIGHT = 640
LONGEST = 160  # characters of a formula in the margin; a longer one waits for a click
TITLE = "A derivation, proof-read"


def inline(report: Report) -> str:
    """The page for a notebook's cell."""
    return Inline(page(report), HEIGHT, TITLE)._repr_html_()


def note(report: Report, mark: Mark, places: Places, is_start: bool) -> dict[str, Any]:
    """What the margin says of a mark: a sign and the fix at once, the rest when it is opened."""
    several = sum(m.line == mark.line for m in report.marks) > 1
    said = words.remarks(mark, places)
    shown = brief(mark, said, places)
    return {
        "id": document.mark_id(mark),
        "verdict": mark.verdict,
        "kind": css(mark.verdict),
        "look": LOOKS[mark.verdict],
        "number": f"{mark.line}.{mark.part}" if several else str(mark.line),
        "place": places.of(mark),
        "claim": formula(report, words.claim(mark)),
        "pen": shown.words,
        "pen_formula": formula(report, shown.formula) if shown.formula else None,
        "said": [(r.label, r.words, formula(report, r.formula) if r.formula else None)
                 for r in said],
        "stop": mark.verdict in SLIPS and mark.repeats is None,
        "start": is_start,
    }  # fmt: skip


def brief(mark: Mark, said: Sequence[words.Remark], places: Places) -> words.Remark:
    """What a red pen would write beside the line."""
    if aside := words.aside(mark, places):
        return words.Remark("", aside)
    for label in ("fix", "exactly", "looks like"):
        for remark in said:
            if remark.label == label:
                fits = len(remark.formula) <= LONGEST or not remark.words
                return remark if fits else words.Remark(label, remark.words)
    return words.Remark("")


def formula(report: Report, written: str) -> tuple[str, bool]:
    """A formula and whether KaTeX can be asked to write it."""
    tex = words.is_tex(report, written)
    return (words.tex(written) if tex else written), tex


def claims(report: Report, written: Any) -> str:
    """Lines that came from Python: numbered, each with its marks."""
    rows = [
        (marks[0].line, text.visible(" = ".join(dict.fromkeys(words.claim(m) for m in marks))),
         css(document.worst(marks)), safe(written(marks)),
         " ".join(document.mark_id(m) for m in marks))
        for marks in words.by_line(report)
    ]  # fmt: skip
    return filled("claims.html.j2", rows=rows)
