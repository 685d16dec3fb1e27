"""What a proof-reading found.

The words, the page and the terminal's colours are a view's (`viz`), which is loaded when a report
is shown.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from .formula.tree import Span

VERDICTS = (
    "right", "wrong", "carried", "loose", "undefined", "inconsistent", "definition", "not read",
)  # fmt: skip
MISTAKES = ("wrong", "carried", "undefined", "inconsistent")
SLIPS = ("wrong", "undefined", "inconsistent")  # the author's own: "carried" follows from them


@dataclass(frozen=True)
class Worst:
    """The entry that is furthest off: its index (from 1, () for a number), and both numbers.

    `error` is that of the whole array, ‖written − true‖/‖true‖.
    """

    index: tuple[int, ...]
    written: float
    true: float
    error: float | None = None


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
    `repeats` that of a line with the same slip.  What sentences call `line 9` is the equation of
    that number, except where something was not read: there it is a line of the source.
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
class Passage:
    """A part of a document that is no prose, for a page that shows the document with its marks.

    kind: "formula", "code", or "hidden": a comment, front matter, what is around a LaTeX document.
    `at` is its place with its delimiters, `inside` without them, where `text` stands: the same
    character by character, but for the `>` of a quotation, which are spaces.
    """

    kind: str
    inline: bool  # in a line of text, and not on lines of its own
    at: Span
    inside: Span
    text: str


@dataclass(frozen=True)
class Report:
    """All marks, what they were judged by, and how.

    `conventions` and `method` are sentences for the reader.  `source` is the document's text, for
    a page that shows it, and `passages` what of it is no prose, in order; "" and none where lines
    came from Python.
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
    passages: tuple[Passage, ...] = ()

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

    @property
    def first(self) -> Mark | None:
        """The mistake to start with: the first that rests on no other; None without any."""
        slips = [m for m in self.marks if m.verdict in SLIPS]
        return next((m for m in slips if not m.rests_on), slips[0] if slips else None)

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and numbers, for JSON; nan and infinities are texts."""
        first = self.first
        start = None if first is None else {"line": first.line, "part": first.part}
        found: dict[str, Any] = _plain(asdict(self))
        return found | {"ok": self.ok, "exit_code": self.exit_code, "first": start}

    def __repr__(self) -> str:
        found = ", ".join(f"{n} {verdict}" for verdict, n in self.counts.items())
        return f"<Report{f' of {self.name}' if self.name else ''}: {found or 'nothing read'}>"

    def __str__(self) -> str:
        """What the terminal shows, without colours."""
        from viz.proof import written

        return written(self, "txt").rstrip("\n")

    def __rich__(self) -> Any:
        """What the terminal shows, for `rich.print`."""
        from viz.proof.terminal import rich

        return rich(self)

    def _repr_html_(self) -> str | None:
        """The marked page for a notebook; None, and so the text, without the extra `page`."""
        try:
            from viz.proof.page import inline

            return inline(self)
        except ImportError:
            return None


def _plain(x: Any) -> Any:
    """Lists for tuples, and a text for a number that JSON lacks."""
    if isinstance(x, dict):
        return {key: _plain(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [_plain(value) for value in x]
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x
