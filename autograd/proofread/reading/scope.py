"""What a formula is read by: known names, general letters, conventions, the source text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..formula.tree import Derivative, Expr, Span, Symbol
from .configuration import defaults
from .configuration.config import Settings
from .macros import Macro
from .tex.raw import Raw


class Unread(Exception):
    """A formula that has no certain meaning: why, and where."""

    def __init__(self, message: str, at: Span | None = None) -> None:
        super().__init__(message)
        self.message, self.at = message, at


class Missing(Unread):
    """A quantity that does not exist for this layer: a δ3, a W0."""


@dataclass(frozen=True)
class Source:
    """The document's lines, for what the author wrote between two places."""

    lines: tuple[str, ...]

    def slice(self, at: Span | None) -> str:
        """The text of a span, on one line."""
        if at is None or not 0 < at.line <= at.end_line <= len(self.lines):
            return ""
        if at.line == at.end_line:
            return self.lines[at.line - 1][at.column - 1 : at.end_column - 1].strip()
        first, *middle = self.lines[at.line - 1 : at.end_line - 1]
        last = self.lines[at.end_line - 1][: at.end_column - 1]
        return " ".join(" ".join([first[at.column - 1 :], *middle, last]).split())


# of a function: its arguments where it was defined, as texts and as formulas
Arguments = dict[str, dict[tuple[str, ...], tuple[Raw, ...]]]


@dataclass(frozen=True)
class Scope:
    """`names` are quantities, `sizes` sizes; `letters` have a value (l = 1), `bound` are indices.

    `abbreviations` are names for derivatives (δ1), `claimed` sizes written under matrices.
    `functions_of` has the arguments of functions that the document defined, as it writes them.
    `notes` collects what the reader of a report should know; `reading` picks one of several
    readings of an ambiguous macro, whose names end up in `ambiguous`; `loose` collects signs whose
    products are only right up to order.
    """

    settings: Settings
    names: frozenset[str]
    sizes: frozenset[str]
    macros: tuple[Macro, ...]
    source: Source
    reader: Callable[[Raw, Scope], Expr]
    unit: Callable[[Scope, tuple[Raw, ...]], tuple[Expr, int]]
    shapes: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    letters: Mapping[str, int] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    abbreviations: Mapping[str, Derivative] = field(default_factory=dict)
    claimed: list[tuple[Expr, tuple[Expr, ...], Raw]] = field(default_factory=list)
    functions_of: Arguments = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    loose: dict[str, None] = field(default_factory=dict)
    reading: int = 0
    ambiguous: dict[str, None] = field(default_factory=dict)

    def read(self, raw: Raw) -> Expr:
        """The formula's meaning.  Raises Unread."""
        return self.reader(raw, self)

    def text(self, raw: Raw) -> str:
        """As the author wrote it."""
        return self.source.slice(raw.at)

    def span_text(self, first: Raw, last: Raw) -> str:
        """As the author wrote the formulas from one to another."""
        a, b = first.at, last.at
        return self.source.slice(Span(a.line, a.column, b.end_line, b.end_column))

    def before(self, at: Span, script: Raw) -> Span:
        """The part of a span that is before one of its scripts: of W in W^{T}."""
        if at.line != script.at.line:
            return at
        end = replace(at, end_line=at.line, end_column=script.at.column)
        text = self.source.slice(end).rstrip("{ ").rstrip("^_").rstrip()
        return replace(end, end_column=at.column + len(text))

    def within(self, *letters: str) -> Scope:
        """The scope of a sum's body."""
        return replace(self, bound=self.bound | set(letters))

    def note(self, words: str) -> None:
        self.notes[words] = None

    def has(self, name: str) -> bool:
        return name in self.names

    def layered(self, name: str) -> list[int]:
        """The layers for which a quantity of that name is known: z -> [1, 2] for z1, z2."""
        n = len(name)
        return sorted(int(q[n:]) for q in self.names if q[:n] == name and q[n:].isdecimal())

    def function(self, name: str) -> str:
        """The library's name of a function, or ""; what is a quantity is no function."""
        if name in self.settings.functions:
            return self.settings.functions[name]
        if name in self.names or name in self.settings.losses:
            return ""
        return defaults.FUNCTIONS.get(name, "")

    def is_index(self, name: str) -> bool:
        return name in self.bound or (
            name in defaults.INDICES and name not in self.names and name not in self.sizes
        )

    def axes(self, e: Expr) -> int | None:
        """How many axes of a declared quantity are longer than 1; None if that isn't known."""
        if isinstance(e, Derivative) and len(e.wrt) == 1:
            return self.axes(e.wrt[0])
        shape = self.shapes.get(e.name) if isinstance(e, Symbol) else None
        return None if shape is None else sum(n != 1 for n in shape)

    @property
    def loss(self) -> str:
        return self.settings.losses[0] if self.settings.losses else ""
