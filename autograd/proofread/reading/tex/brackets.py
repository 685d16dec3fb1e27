"""Brackets that match: bars get sides, what is missing is put in where there is one place for it.

A bracket can only match one in the same braces or the same cell of a matrix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ..errors import shown
from .lexing import Tok
from .source import Source, Unreadable

_STOPS = ("RELATION", "NEWLINE", "IMPLIES", "WIDE", "FORALL", "AMP", "WORDS", "STRAY")
_CLOSES = {"CLOSE": "OPEN", "RBRACE": "LBRACE", "END": "BEGIN"}
_OPENS = tuple(_CLOSES.values())
_DEEP = 100
_SEVERAL = 4  # so many brackets without a partner have no obvious places


@dataclass
class Matched:
    """Tokens whose brackets match, but for those of kind STRAY; a warning for each that was put in.

    `strays`: what to say of a bracket without a partner, by its offset.
    """

    tokens: list[Tok]
    warnings: list[tuple[int, str]] = field(default_factory=list)  # with the offset
    strays: dict[int, str] = field(default_factory=dict)


def matched(found: list[Tok], source: Source) -> Matched:
    """Raises Unreadable where braces or environments don't match."""
    result = Matched(_with_sides(_without_null(found)))
    partners, alone = _partners(result.tokens)
    many = len(alone) >= _SEVERAL
    while alone:
        i = max(alone)
        place = None if many else _place(result.tokens, i, partners)
        _settle(result, i, place, source)
        partners, alone = _partners(result.tokens) if not many else (partners, alone - {i})
    _mark_degrees(result.tokens, partners)
    return result


def _mark_degrees(found: list[Tok], partners: dict[int, int]) -> None:
    """The [3] of \\sqrt[3]{x}."""
    for i, (root, tok) in enumerate(pairwise(found), 1):
        if root.kind == "ROOT" and tok.kind == "OPEN" and tok.text == "[" and i in partners:
            found[i] = replace(tok, kind="DEGREE")
            found[partners[i]] = replace(found[partners[i]], kind="ENDDEGREE")


def _without_null(found: list[Tok]) -> list[Tok]:
    """\\left and \\right as brackets; `\\left.` only counts with a bar: x \\right|_{0}."""
    out: list[Tok] = []
    opened: list[tuple[int, str]] = []  # where in `out`, and the bracket
    for tok in found:
        if tok.kind == "LEFT":
            opened.append((len(out), tok.text))
            out.append(replace(tok, kind="OPEN" if tok.text != "." else "NULL"))
        elif tok.kind == "RIGHT":
            at, kind = opened.pop() if opened else (-1, "")
            if kind == "." and tok.text == "|":
                out[at] = replace(out[at], kind="OPEN")
            if tok.text != "." or kind == "{":
                out.append(replace(tok, kind="CLOSE", text=kind if tok.text == "." else tok.text))
        else:
            out.append(tok)
    return [tok for tok in out if tok.kind != "NULL"]


def _with_sides(found: list[Tok]) -> list[Tok]:
    """Bars as opening and closing ones, in turns on each level; one alone is `given`: p(x|y)."""
    out = list(found)
    levels: list[list[int]] = [[]]
    for i, tok in enumerate(found):
        if tok.kind in _OPENS:
            levels.append([])
        elif (tok.kind in _CLOSES and len(levels) > 1) or tok.kind in ("AMP", "NEWLINE"):
            _pair(out, levels.pop())
            if tok.kind in ("AMP", "NEWLINE"):
                levels.append([])
        elif tok.kind == "BAR":
            levels[-1].append(i)
    for level in levels:
        _pair(out, level)
    return out


def _pair(out: list[Tok], bars: list[int]) -> None:
    waiting: dict[str, int] = {}
    for i in bars:
        text = out[i].text
        if text in waiting:
            first = waiting.pop(text)
            out[first] = replace(out[first], kind="OPEN")
            out[i] = replace(out[i], kind="CLOSE")
        else:
            waiting[text] = i
    for text, i in waiting.items():
        out[i] = replace(out[i], kind="RELATION" if text == "|" else "OPEN")


def _partners(found: list[Tok]) -> tuple[dict[int, int], set[int]]:
    """Which bracket, brace or environment belongs to which, and the brackets without a partner."""
    partners: dict[int, int] = {}
    alone: set[int] = set()
    stack: list[int] = []
    for i, tok in enumerate(found):
        if tok.kind in _OPENS:
            stack.append(i)
            if len(stack) > _DEEP:
                raise Unreadable(f"brackets are nested more than {_DEEP} deep", tok.start, tok.end)
            continue
        hard = tok.kind in ("RBRACE", "END")
        if hard or (tok.kind in ("AMP", "NEWLINE") and _in_matrix(found, stack)):
            while stack and found[stack[-1]].kind == "OPEN":
                alone.add(stack.pop())
        if tok.kind == "CLOSE" and not (stack and found[stack[-1]].kind == "OPEN"):
            alone.add(i)
        elif tok.kind in _CLOSES:
            if not stack or not _fit(found[stack[-1]], tok):
                raise Unreadable(f"nothing opens this “{shown(tok)}”", tok.start, tok.end)
            partners[i] = stack.pop()
            partners[partners[i]] = i
    for i in stack:
        if found[i].kind != "OPEN":
            tok = found[i]
            raise Unreadable(f"this “{shown(tok)}” is never closed", tok.start, tok.end)
    return partners, alone | set(stack)


def _fit(opening: Tok, closing: Tok) -> bool:
    if opening.kind != _CLOSES[closing.kind]:
        return False
    return closing.kind != "END" or opening.text == closing.text


def _in_matrix(found: list[Tok], stack: list[int]) -> bool:
    hard = next((i for i in reversed(stack) if found[i].kind != "OPEN"), None)
    return hard is not None and found[hard].kind == "BEGIN"


def _place(found: list[Tok], i: int, partners: dict[int, int]) -> int | None:
    """Where the partner of a bracket goes, if there is one obvious place: before that token."""
    if found[i].text in ("|", "‖"):
        return None
    if found[i].kind == "OPEN" and (k := _before_transpose(found, i, partners)) is not None:
        return k
    step = 1 if found[i].kind == "OPEN" else -1
    level, j = [], i + step
    while 0 <= j < len(found) and found[j].kind not in _STOPS:
        if (partners.get(j, j) - j) * step < 0:
            break
        level.append(found[j].kind)
        j = partners.get(j, j) + step
    if not level or "COMMA" in level or ("PM" in level and "SIGN" in level):
        return None
    return j if step == 1 else j + 1


def _before_transpose(found: list[Tok], i: int, partners: dict[int, int]) -> int | None:
    """The ^T of (g(z)^T, where the bracket was to close before it."""
    j = i + 1
    if j >= len(found) or found[j].kind != "LETTER":
        return None
    j += 1
    while j < len(found) - 1 and found[j].kind in ("SUB", "SUP"):
        j = partners.get(j + 1, j + 1) + 1
    if j >= len(found) or found[j].kind != "OPEN" or j not in partners:
        return None
    j = partners[j] + 1
    exponent = "".join(t.text for t in found[j : j + 4])
    return j if re.match(r"\^(\{T\}|T|top|\{top\})", exponent) else None


def _settle(result: Matched, i: int, place: int | None, source: Source) -> None:
    """Put the partner in, or mark the bracket as stray."""
    found, tok = result.tokens, result.tokens[i]
    opening = tok.kind == "OPEN"
    done = "closed" if opening else "opened"
    if place is None:
        found[i] = replace(tok, kind="STRAY")
        result.strays[tok.start] = f"this “{shown(tok)}” is never {done}"
        return
    at = found[place - 1].end if opening else found[place].start
    missing = Tok("CLOSE" if opening else "OPEN", tok.text, at, at, source.span(at, at))
    found.insert(place, missing)
    words = f"“{shown(tok)}” at {source.place(tok.start)} is never {done}"
    result.warnings.append((tok.start, f"{words}; read as {done} at {source.place(at)}"))
