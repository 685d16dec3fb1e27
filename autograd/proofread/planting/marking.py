"""The marks of an exercise: what a comment on the page says is to be marked, and the points."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..report import Report

NOTE = re.compile(r"(?:<!--|%) exercise: ((?:\d+\.\d+ ?)+)")
POINTS = {"right": 1, "definition": 1, "carried": 1}  # follow-through: a carried line is earned


def note(places: Iterable[tuple[int, int]], tex: bool = False) -> str:
    """A comment that says which equalities are to be marked: "7.1 9.2"."""
    told = "exercise: " + " ".join(f"{line}.{part}" for line, part in places)
    return f"% {told}" if tex else f"<!-- {told} -->"


def points(text: str, report: Report) -> tuple[str, ...]:
    """The points of a page that is an exercise, in a sentence; nothing for another page.

    An equality that is right, or right with the author's earlier slips, gives one point.
    """
    found = NOTE.search(text)
    if found is None:
        return ()
    marks = {(m.line, m.part): m for m in report.marks}
    got, said = 0, []
    places = [tuple(map(int, place.split("."))) for place in found[1].split()]
    for line, part in places:
        mark = marks.get((line, part)) or marks.get((line, 1))  # of what is not read, one for all
        verdict = mark.verdict if mark else "not read"
        place = f"line {mark.at.line}" if mark and mark.at else f"equation {line}"
        point = POINTS.get(verdict, 0)
        got += point
        said.append(f"{place} {verdict} {point}")
    return (f"points: {got} of {len(places)} ({', '.join(said)})",)
