"""The text of formulas in Python: its syntax trees, and where in it something is."""

from __future__ import annotations

import ast
import warnings

from ...errors import ProofreadError
from ..formula.tree import Span

MAX_CHARACTERS = 10_000
SHOWN = 60  # characters of the text in a message


class Source:
    """A text whose first line has a number.  Comments are blanked out; there are no strings."""

    def __init__(self, text: str, line: int = 1) -> None:
        if not isinstance(text, str):
            raise ProofreadError(f"a formula is text such as 'h1.T @ dz2'; got {text!r}", line, 1)
        self.text, self.line = text, line
        self.starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]
        if len(text) > MAX_CHARACTERS:
            raise self.error(f"it has {len(text)} characters, {MAX_CHARACTERS} at most", 0)
        self.code = "\n".join(map(without_comment, text.split("\n")))
        self.offset = 0  # of what was parsed last, one less for the bracket before it
        self.lines: list[str] = []

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character."""
        row = sum(start <= offset for start in self.starts) - 1
        return self.line + row, offset - self.starts[row] + 1

    def span(self, start: int, end: int) -> Span:
        return Span(*self.place(start), *self.place(end))

    def error(self, message: str, offset: int) -> ProofreadError:
        line, column = self.place(offset)
        return ProofreadError(f"line {line}, column {column}: {message}", line, column)

    def tree(self, start: int, end: int) -> ast.expr:
        """Python's tree of a piece.  Raises ProofreadError."""
        piece = self.code[start:end]
        if not piece.strip():
            raise self.error("a formula is missing here", start)
        wrapped = f"({piece}\n)"  # so that it may go on on the next line
        self.offset, self.lines = start - 1, wrapped.split("\n")
        try:
            with warnings.catch_warnings():  # of Python's parser, about code that is refused later
                warnings.simplefilter("ignore")
                return ast.parse(wrapped, mode="eval").body
        except SyntaxError as error:
            row, column = (error.lineno or 1) - 1, (error.offset or 1) - 1
            at = min(max(self.offset + self.start_of(row) + column, start), end)
            raise self.error(f"Python cannot read this: {error.msg}", at) from None
        except (ValueError, RecursionError, MemoryError) as error:
            reason = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
            raise self.error(f"Python cannot read this: {reason}", start) from None

    def start_of(self, row: int) -> int:
        return sum(len(line) + 1 for line in self.lines[:row])

    def offsets(self, node: ast.AST) -> tuple[int, int]:
        """Where a node of the last tree begins and ends in the text."""
        return (
            self.where(getattr(node, "lineno", 1), getattr(node, "col_offset", 1)),
            self.where(getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 1)),
        )

    def where(self, lineno: int, column: int) -> int:
        """ast counts bytes, we count characters."""
        characters = len(self.lines[lineno - 1].encode()[:column].decode(errors="ignore"))
        return self.offset + self.start_of(lineno - 1) + characters

    def text_of(self, node: ast.AST) -> str:
        start, end = self.offsets(node)
        return self.text[start:end]

    def quoted(self, node: ast.AST) -> str:
        text = " ".join(self.text_of(node).split())
        return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def without_comment(line: str) -> str:
    """The line with its comment, and what is no space, as spaces."""
    code, mark, comment = line.replace("\r", " ").replace("\f", " ").partition("#")
    return code + " " * len(mark + comment)
