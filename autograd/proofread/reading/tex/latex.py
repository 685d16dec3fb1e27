"""Tokens as trees, by the grammar in formula.lark."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedToken, v_args
from lark.lexer import Lexer

from ...formula.tree import Span
from ..errors import expected_words, shown
from .lexing import Tok
from .raw import (
    Array,
    BigOperator,
    Comparison,
    Fraction,
    Group,
    Letter,
    List,
    Raw,
    Root,
    Scripted,
    Sequence,
    Terms,
)  # fmt: skip
from .source import Unreadable


def tree(found: Items[Tok]) -> Raw:
    """The formula that tokens are.  Raises Unreadable, with the place and what was expected."""
    try:
        parsed: Raw = _parser().parse(found)  # type: ignore[assignment]
    except UnexpectedToken as error:
        tok = error.token.value
        expected = expected_words(error.accepts or error.expected)
        if isinstance(tok, Tok):
            raise Unreadable(
                f"found “{shown(tok)}”, expected {expected}", tok.start, tok.end
            ) from None
        end = found[-1].end if found else 0
        raise Unreadable(f"the formula ends, expected {expected}", end, end) from None
    return parsed


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("formula.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Given, transformer=_Builder())


class _Given(Lexer):
    """Passes on tokens that are there already."""

    def __init__(self, _: Any):
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        for tok in data:
            yield Token(tok.kind, tok)


@dataclass(frozen=True)
class _Script:
    kind: str
    value: Raw | None
    at: Span


@dataclass(frozen=True)
class _Argument:
    """What is in the braces of a command, and where it stands with them."""

    value: Raw
    at: Span


def _over(first: Any, last: Any) -> Span:
    a, b = _at(first), _at(last)
    return Span(a.line, a.column, b.end_line, b.end_column)


def _at(x: Any) -> Span:
    found: Span = x.value.at if isinstance(x, Token) else x.at
    return found


@v_args(inline=True)
class _Builder(Transformer[Token, Raw]):
    def start(self, raw: Raw) -> Raw:
        return raw

    def leaf(self, token: Token) -> Raw:
        raw: Raw = token.value.raw
        return raw

    def lone(self, *tokens: Token) -> Raw:
        """A sign alone: the * of x^*, the dot of g(\\cdot)."""
        text = "prime" if tokens[0].type == "PRIME" else tokens[0].value.text.lstrip("\\")
        return Letter(_over(tokens[0], tokens[-1]), text * len(tokens))

    def listed(self, *items: Any) -> Raw:
        return List(_over(items[0], items[-1]), tuple(x for x in items if isinstance(x, Raw)))

    def compared(self, left: Raw, sign: Token, right: Raw) -> Raw:
        return Comparison(_over(left, right), left, sign.value.text, right)

    def signed(self, sign: Token, term: Raw) -> Raw:
        return _Sum(_over(sign, term), ((sign.value.text, _whole(term)),))

    def added(self, left: Raw, sign: Token, right: Raw) -> Raw:
        first = left.terms if isinstance(left, _Sum) else (("+", _whole(left)),)
        return _Sum(_over(left, right), (*first, (sign.value.text, _whole(right))))

    def whole(self, raw: Raw) -> Raw:
        return _whole(raw)

    def beside(self, factor: Raw, rest: Raw) -> Raw:
        return _chained(factor, "", rest)

    def times(self, factor: Raw, sign: Token, rest: Raw) -> Raw:
        return _chained(factor, sign.value.text, rest)

    def big(self, token: Token, *rest: Any) -> Raw:
        *scripts, body = rest
        limits = {s.kind: s.value for s in scripts}
        low, high = limits.get("SUB"), limits.get("SUP")
        return BigOperator(_over(token, body), token.value.text, low, high, _whole(body))

    def script(self, token: Token, arg: _Argument | None = None) -> _Script:
        return _Script(token.type, arg.value if arg else None, _over(token, arg or token))

    def scripted(self, base: Raw, *scripts: _Script) -> Raw:
        for script in scripts:
            base = _with_script(base, script, fresh=script is scripts[0])
        return base

    def arg(self, *inside: Any) -> _Argument:
        value = inside[1] if len(inside) == 3 else inside[0]
        if isinstance(value, Token):
            value = value.value.raw or self.lone(value)
        return _Argument(value, _over(inside[0], inside[-1]))

    def bracketed(self, opening: Token, inside: Raw, closing: Token) -> _Argument:
        group = self.group(opening, inside, closing)
        return _Argument(group, group.at)

    def braces(self, opening: Token, inside: Raw, closing: Token) -> Raw:
        return replace(inside, at=_over(opening, closing))

    def nothing(self, opening: Token, closing: Token) -> Raw:
        return Group(_over(opening, closing), opening.value.text, ())

    def group(self, opening: Token, inside: Raw, closing: Token) -> Raw:
        at, kind = _over(opening, closing), opening.value.text
        if isinstance(inside, Array) and inside.kind in ("array", "matrix") and kind in _MATRICES:
            return Array(at, _MATRICES[kind], inside.rows)
        return Group(at, kind, inside.items if isinstance(inside, List) else (inside,))

    def fraction(self, token: Token, top: _Argument, bottom: _Argument) -> Raw:
        return Fraction(_over(token, bottom), top.value, bottom.value)

    def root(self, token: Token, *inside: Any) -> Raw:
        degree = inside[1] if len(inside) > 1 else None
        return Root(_over(token, inside[-1]), inside[-1].value, degree)

    def accented(self, token: Token, arg: _Argument) -> Raw:
        at, accent = _over(token, arg), token.value.text
        raw = arg.value
        if isinstance(raw, Letter):
            return replace(raw, at=at, accent=raw.accent + accent)
        if isinstance(raw, Scripted) and isinstance(raw.base, Letter):
            return replace(raw, at=at, base=replace(raw.base, accent=raw.base.accent + accent))
        tok = token.value
        raise Unreadable(f"“{tok.text}” over more than a letter has no meaning", tok.start, tok.end)

    def cell(self, raw: Raw | None = None) -> Raw | None:
        return raw

    def row(self, *cells: Any) -> tuple[Raw | None, ...]:
        return tuple(c for c in cells if not isinstance(c, Token))

    def array(self, begin: Token, *inside: Any) -> Raw:
        rows = [row for row in inside if not isinstance(row, Token)]
        while rows and not any(rows[-1]):
            rows.pop()
        empty = List(begin.value.at, ())
        filled = tuple(tuple(cell or empty for cell in row) for row in rows)
        return Array(_over(begin, inside[-1]), begin.value.text, filled)


_MATRICES = {"(": "pmatrix", "[": "bmatrix", "|": "vmatrix", "‖": "Vmatrix", "{": "cases"}


class _Chain(Sequence):
    """A product that may go on to the left."""


class _Sum(Terms):
    """A sum that may go on to the right."""


def _chained(factor: Raw, sign: str, rest: Raw) -> Raw:
    at = _over(factor, rest)
    if isinstance(rest, _Chain):
        return _Chain(at, (factor, *rest.factors), (sign, *rest.signs))
    return _Chain(at, (factor, _whole(rest)), (sign,))


def _whole(raw: Raw) -> Raw:
    """A product or sum that has all its parts."""
    if isinstance(raw, _Chain):
        return Sequence(raw.at, raw.factors, raw.signs)
    return Terms(raw.at, raw.terms) if isinstance(raw, _Sum) else raw


def _with_script(base: Raw, script: _Script, fresh: bool) -> Raw:
    """The base with one more script; another superscript is one of all before it."""
    primes = _primes(script)
    taken = not isinstance(base, Scripted) or fresh
    if isinstance(base, Scripted) and not primes:
        taken = taken or (base.sub if script.kind == "SUB" else base.sup) is not None
    at = Span(base.at.line, base.at.column, script.at.end_line, script.at.end_column)
    scripted = Scripted(at, base) if taken or not isinstance(base, Scripted) else base
    if primes:
        return replace(scripted, at=at, primes=scripted.primes + primes)
    if script.kind == "SUB":
        return replace(scripted, at=at, sub=script.value)
    return replace(scripted, at=at, sup=script.value)


def _primes(script: _Script) -> int:
    if script.kind == "PRIME":
        return 1
    raw = script.value
    if script.kind == "SUP" and isinstance(raw, Letter) and not raw.name.replace("prime", ""):
        return raw.name.count("prime")
    return 0
