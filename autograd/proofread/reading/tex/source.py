"""The text that positions count in, and what of it is no formula and no prose."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from ...formula.tree import Span

KINDS = ("md", "txt", "tex", "ipynb")

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.S | re.M)
_PREAMBLE = re.compile(r".*?\\begin\s*\{document\}", re.S)
_AFTER = re.compile(r"\\end\s*\{document\}.*", re.S)


class Unreadable(Exception):
    """Something that cannot be read, and from where to where: for the `reason` of an equation."""

    def __init__(self, message: str, start: int = 0, end: int = 0):
        super().__init__(message)
        self.message, self.start, self.end = message, start, end


@dataclass(frozen=True)
class Source:
    """What a document says.  Of a notebook `text` is its Markdown cells, each after a comment."""

    text: str
    kind: str
    cells: tuple[tuple[int, int], ...] = ()  # (the line before its first, the number of the cell)

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line."""
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        return Span(*self.position(start), *self.position(end))

    def place(self, offset: int) -> str:
        """In words: "line 3, column 7"; of a notebook "cell 2, line 3, column 7"."""
        line, column = self.position(offset)
        for before, cell in reversed(self.cells):
            if line > before:
                return f"cell {cell}, line {line - before}, column {column}"
        return f"line {line}, column {column}"

    @cached_property
    def body(self) -> tuple[int, int]:
        """From where to where the document itself goes: no front matter, no preamble."""
        if self.kind == "tex":
            head, tail = _PREAMBLE.match(self.text), _AFTER.search(self.text)
            return head.end() if head else 0, tail.start() if tail else len(self.text)
        front = _FRONT_MATTER.match(self.text)
        return front.end() if front else 0, len(self.text)


def source(text: str, kind: str) -> Source:
    """The text of a document of a kind: "md", "txt", "tex" or "ipynb", also with a dot before.

    Raises ValueError for another kind, and Unreadable for a notebook that is none.
    """
    kind = kind.removeprefix(".").lower()
    kind = {"markdown": "md", "latex": "tex", "text": "txt"}.get(kind, kind)
    if kind not in KINDS:
        raise ValueError(f"a document's kind is one of {', '.join(KINDS)}, not {kind!r}")
    return _notebook(text) if kind == "ipynb" else Source(text, kind)


def _notebook(text: str) -> Source:
    try:
        cells = json.loads(text)["cells"]
        written = [
            (number, "".join(cell["source"]))
            for number, cell in enumerate(cells, 1)
            if cell["cell_type"] == "markdown"
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(
            f"this is no notebook: {type(error).__name__} {error}; expected JSON with a list"
            ' "cells", each with "cell_type" and "source"'
        ) from None
    lines: list[str] = []
    places = []
    for number, cell in written:
        lines.append(f"<!-- cell {number} -->")
        places.append((len(lines), number))
        lines += [*cell.split("\n"), ""]
    return Source("\n".join(lines), "ipynb", tuple(places))
