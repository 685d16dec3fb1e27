"""Where a document's formulas are, and what of it no reader is meant to see.

The page needs no more than this of LaTeX: what a formula says is KaTeX's business.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ENVIRONMENTS = r"(?:equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign)"
BLANK = r"(?!\n[ \t]*\n)"  # a delimiter that is never closed must not swallow the rest
PIECE = re.compile(
    r"^[ \t]*```math[ \t]*\n(?P<fenced>.*?)^[ \t]*```[ \t]*$"
    r"|\$`(?P<ticked>[^`\n]+)`\$"
    r"|(?P<fence>^[ \t]*(?P<ticks>`{3,}|~{3,}).*?(?:^[ \t]*(?P=ticks)[`~]*[ \t]*$|\Z))"
    r"|(?P<hidden><!--.*?(?:-->|\Z))"
    r"|(?P<escape>\\[\\$`])"
    r"|(?P<code>(?<!`)(?P<run>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=run)(?!`))"
    r"|\$\$(?P<dollars>(?:" + BLANK + r".)+?)\$\$"
    r"|\\\[(?P<brackets>(?:" + BLANK + r".)+?)\\\]"
    r"|(?P<environment>\\begin\{(?P<name>" + ENVIRONMENTS + r"\*?)\}"
    r"(?:" + BLANK + r".)*?\\end\{(?P=name)\})"
    r"|\\\((?P<round>(?:" + BLANK + r".)+?)\\\)"
    r"|\$(?!\s)(?P<inline>(?:\\.|[^$\\\n]|\n(?![ \t]*\n))+?)(?<!\s)\$(?!\d)"
    r"|\$ (?P<wide>(?:\\.|[^$\\\n])+?) \$",
    re.DOTALL | re.MULTILINE,
)
DISPLAYS = ("fenced", "dollars", "brackets", "environment")
INLINE = ("ticked", "round", "inline", "wide")


@dataclass(frozen=True)
class Piece:
    """A part of the source: a formula, or what is left out."""

    start: int
    end: int
    tex: str | None  # None: nothing is shown
    inner: int = 0  # where `tex` begins
    display: bool = False


def pieces(source: str, latex: bool) -> Iterator[Piece]:
    """The formulas, comments and front matter of a document, in order."""
    at = 0
    if latex:
        begin = re.search(r"\\begin\{document\}", source)
        at = begin.end() if begin else 0
    elif front := re.match(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", source, re.S | re.M):
        at = front.end()
    if at:
        yield Piece(0, at, None)
    comment = re.compile(r"(?<!\\)%[^\n]*\n?") if latex else None
    while found := PIECE.search(source, at):
        hidden = comment.search(source, at) if comment else None
        if hidden and hidden.start() < found.start():
            yield Piece(hidden.start(), hidden.end(), None)
            at = hidden.end()
            continue
        at = found.end()
        kind = next((k for k in DISPLAYS + INLINE if found[k] is not None), None)
        if kind:
            yield Piece(found.start(), at, found[kind], found.start(kind), kind in DISPLAYS)
        elif found["hidden"] is not None:
            yield Piece(found.start(), at, None)
    if comment:
        yield from (Piece(*c.span(), None) for c in comment.finditer(source, at))


class Offsets:
    """Lines and columns, counted from 1, as places in a text."""

    def __init__(self, source: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", source))]
        self.size = len(source)

    def __call__(self, line: int, column: int) -> int:
        start = self.starts[min(max(line, 1), len(self.starts)) - 1]
        return min(start + max(column, 1) - 1, self.size)

    def span(self, at: Any) -> tuple[int, int]:
        return self(at.line, at.column), self(at.end_line, at.end_column)


# ── a part of a formula, framed ─────────────────────────────────────────────────────────────────
SIGNS = re.compile(r"^(?:\s|&|=|\\(?:Rightarrow|implies|therefore|quad|qquad)\b|⇒)+")
TAIL = re.compile(r"(?:\s|\\\\|[&,.;])+$")
TOKEN = re.compile(r"\\(?P<word>[A-Za-z]+)|\\(?P<row>\\)|\\.|(?P<one>[{}&])", re.DOTALL)
OPEN = {"begin": "end", "left": "right", "{": "}"}


NUMBERED = re.compile(r"\\begin\{" + ENVIRONMENTS + r"\*?\}")  # has its number at the line's end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The part without the sign before it and the line break after it."""
    if lead := SIGNS.match(text[start:end]):
        start += lead.end()
    if tail := TAIL.search(text[start:end]):
        end = start + tail.start()
    return start, end


def whole(part: str) -> bool:
    """Whether a part of a formula is a formula: braces and environments close, no row ends."""
    if NUMBERED.search(part):
        return False
    waiting: list[str] = []
    for token in TOKEN.finditer(part):
        sign = token["word"] or token["one"] or token["row"]
        if sign in OPEN:
            waiting.append(OPEN[sign])
        elif sign in OPEN.values():
            if not waiting or waiting.pop() != sign:
                return False
        elif sign in ("&", "\\") and "end" not in waiting:
            return False
    return not waiting and bool(part.strip())
