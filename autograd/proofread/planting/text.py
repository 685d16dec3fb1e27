"""Pieces of a page exchanged for others, every other character left as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..formula.tree import Span
from ..lines import Line
from ..reading.configuration.config import Config
from ..reading.tex.source import source
from ..worlds.world import Setup
from .plant import Planted


def replaced(text: str, changes: Iterable[tuple[Span, str]]) -> str:
    """The text with other pieces in some places, which must not overlap."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + column - 1

    end = len(text)
    for at, new in sorted(changes, key=lambda c: (c[0].line, c[0].column), reverse=True):
        first, last = offset(at.line, at.column), offset(at.end_line, at.end_column)
        if last > end:
            raise ValueError(f"two changes of line {at.line} overlap")
        space = text[first:last]
        after = space[len(space.rstrip()) :]
        text, end = text[:first] + new + after + text[last:], first
    return text


@dataclass(frozen=True)
class Page:
    """A document and what it is read by."""

    name: str
    text: str
    config: Config | None = None

    def read(self) -> tuple[Setup, list[Line]]:
        """Its lines.  Raises ProofreadError."""
        from ..reading.document import read

        setup, lines, _ = read(self.text, self.name, self.config)
        return setup, lines

    def changed(self, planted: Iterable[Planted]) -> Page:
        """The same page with mistakes; of a notebook its text, as Markdown."""
        kind = self.name.rpartition(".")[2]
        text = source(self.text, kind).text
        name = f"{self.name}.md" if kind == "ipynb" else self.name
        changes = [(p.at, p.wrong) for p in planted if p.at is not None]
        return replace(self, name=name, text=replaced(text, changes))
