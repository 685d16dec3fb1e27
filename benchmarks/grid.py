"""A table as plain data, written for a terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.table import Table

DIGITS = "–0123456789"  # what a number begins with, or a cell without one


@dataclass
class Grid:
    """Head and rows of text; the first column names the row."""

    title: str
    head: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)


def to_the_right(grid: Grid) -> list[bool]:
    """Which columns hold numbers."""
    columns = zip(*grid.rows, strict=True)
    return [all(cell == "error" or cell[:1] in DIGITS for cell in column) for column in columns]


def rich(grid: Grid) -> Table:
    """For a terminal: numbers to the right, nothing cut off."""
    table = Table(title=grid.title, title_justify="left", title_style="bold")
    for name, right in zip(grid.head, to_the_right(grid), strict=True):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    return table


def markdown(grid: Grid) -> str:
    """For a document, under a heading of its own."""
    rule = ["---:" if right else "---" for right in to_the_right(grid)]
    lines = [f"| {' | '.join(cells)} |" for cells in (grid.head, rule, *grid.rows)]
    return "\n".join([f"### {grid.title}", "", *lines, ""])


def number(x: float) -> str:
    """Three digits that count: 0.0123, 1.23, 12.3, 123, 1,234."""
    if x >= 1000:
        return f"{x:,.0f}"
    return f"{x:.3g}" if x < 100 else f"{x:.0f}"


def filled(title: str, head: list[str], rows: Iterable[list[str]]) -> Grid:
    """A grid without the rows that say nothing."""
    return Grid(
        title, head, [row for row in rows if any(cell not in ("", "–") for cell in row[1:])]
    )
