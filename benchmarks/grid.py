"""A table as plain data, written for a terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.table import Table


@dataclass
class Grid:
    """Head and rows of text; the first column names the row."""

    title: str
    head: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)


def rich(grid: Grid) -> Table:
    """For a terminal: numbers to the right, nothing cut off."""
    table = Table(title=grid.title, title_justify="left", title_style="bold")
    for i, name in enumerate(grid.head):
        table.add_column(name, justify="right" if i else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    return table


def markdown(grid: Grid) -> str:
    """For a document, under a heading of its own."""
    rule = ["---", *["---:"] * (len(grid.head) - 1)]
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
