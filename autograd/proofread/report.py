"""What a proof-reading found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .tree import Span

VERDICTS = (
    "right", "wrong", "carried", "loose", "undefined", "inconsistent", "definition", "not read",
)  # fmt: skip
MISTAKES = ("wrong", "carried", "undefined", "inconsistent")


@dataclass(frozen=True)
class Worst:
    """The entry that is furthest off: its index (from 1, () for a number), and both numbers."""

    index: tuple[int, ...]
    written: float
    true: float


@dataclass(frozen=True)
class Fix:
    """A small change that makes a line right, in the author's own notation."""

    text: str  # the whole right-hand side
    edits: tuple[str, ...]  # what was changed: "transpose h1", "⊙ for @"
    kind: str  # of the edit: "transpose", "sign", "factor", …


@dataclass(frozen=True)
class Mark:
    """The verdict on one equality of a line.

    line: the number of the equation it belongs to; part: which of its equalities, from 1.
    `message` says why in a sentence; `rests_on` are the numbers of wrong lines that it uses,
    `repeats` that of a line with the same slip.
    """

    line: int
    part: int
    verdict: str
    claim: str  # "∂L/∂W2 = h1ᵀ dz2", as written
    left: str = ""
    right: str = ""
    at: Span | None = None
    message: str = ""
    worst: Worst | None = None
    fixes: tuple[Fix, ...] = ()
    recognised: str = ""  # "this is the transpose of ∂L/∂W2"
    correct: str = ""  # the true formula, where one is known: the exact form of a loose line
    rests_on: tuple[int, ...] = ()
    repeats: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All marks, what they were judged by, and how.

    `conventions` and `method` are sentences for the reader.  `source` is the document's text, for
    a page that shows it; "" where lines came from Python.
    """

    marks: tuple[Mark, ...]
    loss: str
    sizes: dict[str, tuple[int, ...]]  # a size's name -> the values it was given
    conventions: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()  # about the whole: "mark lines 434–494 as loose"
    title: str = ""
    source: str = ""
    name: str = ""  # of the file
    counts: dict[str, int] = field(default_factory=dict)  # verdict -> how often, repeats once

    @property
    def ok(self) -> bool:
        """Whether there is no mistake and nothing that could not be read."""
        return self.exit_code == 0

    @property
    def exit_code(self) -> int:
        """0 all right, 1 mistakes found, 2 something could not be read."""
        verdicts = {m.verdict for m in self.marks}
        if verdicts & set(MISTAKES):
            return 1
        return 2 if "not read" in verdicts or not self.marks else 0

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and numbers, for JSON."""
        return asdict(self) | {"ok": self.ok, "exit_code": self.exit_code}
