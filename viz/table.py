"""A table of texts: as plain lines, as HTML for notebooks, and for `rich`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from . import text

LONGEST = 60  # rows
WIDEST = 120  # columns of a cell
NUMBER = re.compile(r"[-−]?[\d.,]+(e[+-]?\d+)?|[-−]?(nan|inf)|–?")
CELL = "padding:0.15em 0.8em;vertical-align:top;white-space:pre-wrap;text-align:"


@dataclass(frozen=True)
class Table:
    """Rows of texts, the header first, and a closing line.  Long tables are cut, and say so."""

    rows: Sequence[Sequence[str]]
    note: str = ""

    @property
    def shown(self) -> list[list[str]]:
        """The rows that are written, made harmless."""
        return [[text.shorten(text.visible(cell), WIDEST) for cell in row]
                for row in self.rows[: LONGEST + 1]]  # fmt: skip

    @property
    def closing(self) -> list[str]:
        """The lines below."""
        more = len(self.rows) - 1 - LONGEST
        return [f"… and {more:,} more rows"] * (more > 0) + [text.visible(self.note)] * bool(
            self.note
        )

    def alignments(self) -> list[str]:
        """Which columns hold numbers."""
        return [
            "right" if all(NUMBER.fullmatch(cell) for cell in column[1:]) else "left"
            for column in zip(*self.shown, strict=True)
        ]

    def __str__(self) -> str:
        widths = [max(map(text.width, column)) for column in zip(*self.shown, strict=True)]
        sides = self.alignments()
        lines = []
        for row in self.shown:
            cells = []
            for cell, width, side in zip(row, widths, sides, strict=True):
                space = " " * (width - text.width(cell))
                cells.append(space + cell if side == "right" else cell + space)
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines + self.closing)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        sides = self.alignments()
        head, *body = self.shown
        rows = [self._html(head, "th", sides), *(self._html(row, "td", sides) for row in body)]
        below = "".join(f"<div>{escape(line)}</div>" for line in self.closing)
        return f"<div><table>{''.join(rows)}</table>{below}</div>"

    @staticmethod
    def _html(row: Sequence[str], tag: str, sides: Sequence[str]) -> str:
        cells = zip(row, sides, strict=True)
        inner = (f'<{tag} style="{CELL}{side}">{escape(cell)}</{tag}>' for cell, side in cells)
        return f"<tr>{''.join(inner)}</tr>"

    def __rich__(self) -> Any:
        from rich.console import Group
        from rich.table import Table as Grid
        from rich.text import Text

        head, *body = self.shown
        grid = Grid()
        for title, side in zip(head, self.alignments(), strict=True):
            grid.add_column(Text(title), justify=side)  # type: ignore[arg-type]
        for row in body:
            grid.add_row(*map(Text, row))
        return Group(grid, *map(Text, self.closing))
