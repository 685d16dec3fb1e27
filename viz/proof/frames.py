"""The parts of a formula that have a mistake, framed."""

import re
from collections.abc import Sequence

from .places import SLIPS, Mark, Offsets, Passage

FRAMED = {"wrong", "undefined", "inconsistent", "loose"}
TOKEN = re.compile(r"\\(?P<word>[A-Za-z]+)|\\(?P<row>\\)|\\.|(?P<one>[{}&])", re.DOTALL)
OPEN = {"begin": "end", "left": "right", "{": "}"}


def css(verdict: str) -> str:
    """A verdict as the name of a class."""
    return verdict.replace(" ", "-")


def framed(tex: str, passage: Passage, marks: Sequence[Mark], offsets: Offsets) -> str:
    """The formula with a class on each part that has a mistake, where that part is a formula."""
    inner, _ = offsets.span(passage.inside)
    spans: list[tuple[int, int, str]] = []
    for mark in sorted(marks, key=lambda m: m.verdict not in SLIPS):
        if mark.verdict not in FRAMED:
            continue
        start, end = (place - inner for place in offsets.span(mark.at))
        free = all(end <= a or b <= start for a, b, _ in spans)
        if 0 <= start < end <= len(tex) and free and whole(tex[start:end]):
            spans.append((start, end, css(mark.verdict)))
    for start, end, kind in sorted(spans, reverse=True):
        tex = f"{tex[:start]}\\htmlClass{{mark-{kind}}}{{{tex[start:end]}}}{tex[end:]}"
    return tex


def whole(part: str) -> bool:
    """Whether a part of a formula is a formula: braces and environments close, no row ends."""
    waiting: list[str] = []
    for token in TOKEN.finditer(part):
        sign = token["word"] or token["one"] or token["row"]
        if sign in OPEN:
            waiting.append(OPEN[sign])
        elif sign in OPEN.values():
            if not waiting or waiting.pop() != sign:
                return False
        elif sign in ("&", "\\") and "end" not in waiting:
            return False
    return not waiting and bool(part.strip())
