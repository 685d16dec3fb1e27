"""What is judged: an author's lines, and the conventions that they are read by."""

from __future__ import annotations

from dataclasses import dataclass, field

from .formula.tree import Expr, Span


@dataclass(frozen=True)
class Member:
    """One side of a chain of equalities: `= expr`, with its text in the author's notation."""

    sign: str  # "=", "<", "<=", ">", ">=", "!=", "in"; of the first member of a line ""
    expr: Expr
    text: str
    at: Span | None = None


@dataclass(frozen=True)
class Instance:
    """A line for one value of its general letters (l = 1), or the line itself."""

    members: tuple[Member, ...]  # the first is the left side
    letters: tuple[tuple[str, int], ...] = ()
    trouble: str = ""  # why there is no such line for this letter: no δ3 at l = 2


@dataclass(frozen=True)
class Line:
    """One equation, claim or statement of the document, in the order of reading.

    kind: "equation", "assignment" (W = W − …), "shape" (x ∈ R^{m×n}: `shape` has the sizes),
    "unread" and "prose" (with `reason`).
    """

    number: int
    text: str  # as the author wrote it
    at: Span | None = None
    kind: str = "equation"
    instances: tuple[Instance, ...] = ()
    readings: tuple[
        tuple[str, tuple[Instance, ...]], ...
    ] = ()  # other ways to read it, with a name
    shape: tuple[Expr, ...] = ()
    loose: bool = False  # products are only right up to order, transposes and kind here
    notation: str = "latex"  # or "python": what a repair is written in
    reason: str = ""
    notes: tuple[str, ...] = field(default=())
