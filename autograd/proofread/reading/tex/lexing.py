"""Formulas cut into pieces by the terminals of tokens.lark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token

from ...formula.tree import Span
from .commands import plain
from .raw import Raw


@dataclass(frozen=True)
class Tok:
    """kind: as in formula.lark; text: what it says, in one spelling; raw: the leaf that it is."""

    kind: str
    text: str
    start: int
    end: int
    at: Span
    raw: Raw | None = None


@cache
def _lexer() -> Lark:
    grammar = Path(__file__).with_name("tokens.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser=None, lexer="basic")


def lexed(text: str) -> list[Token]:
    """The pieces of a text, none of them lost but spaces and comments."""
    return list(_lexer().lex(plain(text)))
