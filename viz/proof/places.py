"""Where equations are: what a reader is told of the place of each."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .. import text

Mark = Any
Passage = Any
Report = Any

SLIPS = ("wrong", "undefined", "inconsistent")  # the author's own; "carried" follows from them


def spaced(words: str) -> str:
    """On one line, with what would steer a terminal as symbols."""
    return text.visible(" ".join(words.split()))


class Offsets:
    """Lines and columns, counted from 1, as places in a text."""

    def __init__(self, source: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", source))]
        self.size = len(source)

    def __call__(self, line: int, column: int) -> int:
        start = self.starts[min(max(line, 1), len(self.starts)) - 1]
        return min(start + max(column, 1) - 1, self.size)

    def span(self, at: Any) -> tuple[int, int]:
        return self(at.line, at.column), self(at.end_line, at.end_column)


EQUATIONS = re.compile(r"\blines? \d+(?:(?:, | and )\d+)*(?!\d|, column)")
CELL = re.compile(r"^<!-- cell (\d+) -->$")


class Places:
    """What each equation is called: by its line in the source, and by its number if need be."""

    def __init__(self, report: Report) -> None:
        self.document = bool(report.source)
        self.cells = cells(report)
        self.lines: dict[int, int] = {}
        # where an equation runs over several lines, that of its first slip
        for mark in sorted(report.marks, key=lambda m: m.verdict not in SLIPS):
            if mark.at is not None and self.document:
                self.lines.setdefault(mark.line, mark.at.line)
        self.shared = {line for line, n in Counter(self.lines.values()).items() if n > 1}

    def __call__(self, number: int) -> str:
        """`line 34`, or `line 34, equation 9` where the line has several equations."""
        line = self.lines.get(number)
        if line is None:
            return f"{'equation' if self.document else 'line'} {number}"
        return self.named(line) + (f", equation {number}" if line in self.shared else "")

    def several(self, numbers: Sequence[int]) -> str:
        return listed([self(n) for n in dict.fromkeys(numbers)])

    def said(self, sentence: str) -> str:
        """A sentence of the judge's, whose `line 9` is an equation's number, for the reader."""

        def named(found: re.Match[str]) -> str:
            return self.several([int(n) for n in re.findall(r"\d+", found[0])])

        sentence = spaced(sentence)
        return EQUATIONS.sub(named, sentence) if self.document else sentence

    def named(self, line: int) -> str:
        """`line 34`; of a notebook `cell 2, line 3`."""
        cell, before = self.cell(line)
        return f"cell {cell}, line {line - before}" if cell else f"line {line}"

    def of(self, mark: Mark) -> str:
        """The place of a mark itself."""
        located = mark.at is not None and self.document
        return self.named(mark.at.line) if located else self(mark.line)

    def coordinates(self, mark: Mark) -> str:
        """34:9, an editor's way to name a place; "" where there is no source."""
        if mark.at is None or not self.document:
            return ""
        cell, before = self.cell(mark.at.line)
        place = f"{mark.at.line - before}:{mark.at.column}"
        return f"cell {cell}:{place}" if cell else place

    def cell(self, line: int) -> tuple[int, int]:
        """The number of a notebook's cell and the line before its first; (0, 0) elsewhere."""
        return next(((cell, at) for at, cell in reversed(self.cells) if at < line), (0, 0))


def cells(report: Report) -> list[tuple[int, int]]:
    """Where a notebook's cells begin: its source has a comment before each."""
    if not report.name.lower().endswith(".ipynb"):
        return []
    lines = enumerate(report.source.split("\n"), 1)
    return [(at, int(cell[1])) for at, line in lines if (cell := CELL.match(line))]


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
