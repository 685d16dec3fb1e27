"""LaTeX as it stands, before anybody says what a letter means."""

from __future__ import annotations

from dataclasses import dataclass

from ...formula.tree import Span


@dataclass(frozen=True)
class Raw:
    at: Span


@dataclass(frozen=True)
class Letter(Raw):
    """A letter, a Greek one or a word: "W", "\\delta", "\\text{loss}", "\\mathbf{1}" -> "𝟏"."""

    name: str  # without the backslash and the font: "delta", "loss"
    font: str = ""  # "mathbf", "mathrm", "text", "mathbb", …
    accent: str = ""  # "bar", "hat", "tilde", "dot", "vec"


@dataclass(frozen=True)
class Numeral(Raw):
    value: float
    text: str


@dataclass(frozen=True)
class Scripted(Raw):
    """base with a subscript, a superscript and primes, in whatever order they were written."""

    base: Raw
    sub: Raw | None = None
    sup: Raw | None = None
    primes: int = 0


@dataclass(frozen=True)
class Group(Raw):
    """Brackets: "(", "[", "{" (visible), "|", "‖"; the kind is the opening one."""

    kind: str
    items: tuple[Raw, ...]  # separated by commas; one formula or a relation each


@dataclass(frozen=True)
class List(Raw):
    """Things with commas between and no brackets: the `i, j` of a subscript."""

    items: tuple[Raw, ...]


@dataclass(frozen=True)
class Sequence(Raw):
    """Factors side by side, with the sign before each but the first ("" for none)."""

    factors: tuple[Raw, ...]
    signs: tuple[str, ...]  # one fewer: "", "\\cdot", "\\times", "*", "\\odot", "/"


@dataclass(frozen=True)
class Terms(Raw):
    """+ and −: each term with its sign "+", "-", "\\pm", "\\mp"."""

    terms: tuple[tuple[str, Raw], ...]


@dataclass(frozen=True)
class Fraction(Raw):
    top: Raw
    bottom: Raw


@dataclass(frozen=True)
class Root(Raw):
    of: Raw
    degree: Raw | None = None


@dataclass(frozen=True)
class BigOperator(Raw):
    """\\sum, \\prod, \\max, \\min with limits, over the body that follows."""

    name: str  # "sum", "prod", "max", "min"
    low: Raw | None
    high: Raw | None
    body: Raw


@dataclass(frozen=True)
class Array(Raw):
    """bmatrix, pmatrix, array, cases: rows of cells; Dots for \\vdots, \\cdots, \\ddots."""

    kind: str
    rows: tuple[tuple[Raw, ...], ...]


@dataclass(frozen=True)
class Dots(Raw):
    name: str  # "vdots", "cdots", "ddots"


@dataclass(frozen=True)
class Comparison(Raw):
    """left sign right, inside brackets or a subscript: the y = j of 1(y=j), the i ≠ j of a sum."""

    left: Raw
    sign: str
    right: Raw


@dataclass(frozen=True)
class Text(Raw):
    """Words inside maths: \\text{for all}, 如果, where they stand for no quantity."""

    words: str


@dataclass(frozen=True)
class RawMember:
    sign: str  # "" on the first, else "=", "<=", "in", …
    value: Raw | None  # None: nothing there (a display that begins with =)
    text: str
    at: Span


@dataclass(frozen=True)
class RawEquation:
    """One equation with all its members; a lone formula has one member."""

    members: tuple[RawMember, ...]
    text: str
    at: Span
    display: int  # which display of the document, from 0: equations of one belong together
    inline: bool = False
    continues: bool = False  # begins with a relation sign: goes on from the equation before
    reason: str = ""  # why it could not be read; then members may be empty
    warnings: tuple[str, ...] = ()  # unbalanced parentheses that were mended, with their place
