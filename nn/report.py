"""What a cross-check found: one row per gradient, and how far apart they may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd import Shown

# A sum of n products errs by about n roundings of its largest term; with a few hundred terms in
# layers of these sizes that is 1e-13, measured at most 2e-14.
EXACT = 1e-12
# The five-point rule with step h errs by h⁴/30 of the fifth derivative, and by about two roundings
# of the loss over h: near 1e-11 in all for losses and gradients of size 1.
NUMERIC = 1e-7


@dataclass(frozen=True)
class Row:
    """One quantity; each difference is the largest over its entries, None if not compared."""

    name: str
    kind: str  # parameter, intermediate, input, local gradient
    shape: tuple[int, ...]
    formula: float | None  # autograd against the hand-derived formula
    scalar: float | None  # against the scalar graph
    numeric: float | None  # against finite differences
    numeric_limit: float = NUMERIC

    @property
    def ok(self) -> bool:
        """Whether all agree; a nan does not."""
        exact = all(d is None or d <= EXACT for d in (self.formula, self.scalar))
        return exact and (self.numeric is None or self.numeric <= self.numeric_limit)

    @property
    def verdict(self) -> str:
        """`agree`, or which way disagrees with autograd."""
        wrong = [
            name
            for name, d, limit in (
                ("formula", self.formula, EXACT),
                ("scalar graph", self.scalar, EXACT),
                ("finite differences", self.numeric, self.numeric_limit),
            )
            if d is not None and not d <= limit
        ]
        return f"DISAGREES: {', '.join(wrong)}" if wrong else "agree"


@dataclass
class Report(Shown):
    """What `cross_check` found: `.rows`, and `.ok` if everything agrees.  `print` shows a table."""

    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether there is something to compare, and all of it agrees."""
        return bool(self.rows) and all(row.ok for row in self.rows)

    @property
    def summary(self) -> str:
        """One closing line."""
        bad = [row.name for row in self.rows if not row.ok]
        if bad:
            return f"{self.title}: {len(bad)} of {len(self.rows)} DISAGREE: {', '.join(bad)}"
        return f"{self.title}: all {len(self.rows)} gradients agree"

    def cells(self) -> list[tuple[str, ...]]:
        """The table as text, header first."""
        header = ("gradient", "kind", "shape", "formula", "scalar graph", "differences", "verdict")
        rows = [
            (row.name, row.kind, "×".join(map(str, row.shape)) or "1", shown(row.formula),
             shown(row.scalar), shown(row.numeric), row.verdict)
            for row in self.rows
        ]  # fmt: skip
        return [header, *rows]

    def _table_(self) -> tuple[list[tuple[str, ...]], str]:
        return self.cells(), self.summary

    def __str__(self) -> str:
        cells = self.cells()
        widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in cells
        ]
        return "\n".join([*lines, self.summary])


def shown(difference: float | None) -> str:
    return "–" if difference is None else f"{difference:.1e}"
