"""A display's equations, and the members of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from . import commands
from .lexing import Tok
from .raw import Letter, Text
from .source import Unreadable

_OPENS = ("OPEN", "LBRACE", "BEGIN", "DEGREE")
_CLOSES = ("CLOSE", "RBRACE", "END", "ENDDEGREE")
_STRONG = ("NEWLINE", "IMPLIES", "PERIOD", "WORDS", "FORALL")
_WEAK = ("COMMA", "SPACE", "WIDE", "AMP")
_LAYOUT = ("SPACE", "WIDE", "AMP", "NEWLINE")
_OPERATORS = ("SIGN", "PM", "RELATION")


@dataclass(frozen=True)
class Part:
    """One side of an equation, with the relation before it ("" of the first)."""

    sign: str
    tokens: tuple[Tok, ...]
    start: int
    end: int


def equations(found: list[Tok]) -> list[list[Tok]]:
    """The tokens of each equation of a display."""
    one = any(t.kind == "ROWS" and t.text in commands.ONE_FORMULA for t in found)
    found = [t for t in found if t.kind not in ("ROWS", "ENDROWS")]
    if one:
        found = [t for t, d in zip(found, depths(found), strict=True) if d or t.kind != "NEWLINE"]
    pieces: list[list[Tok]] = []
    for chunk in _joined(_chunks(_with_words_as_sides(found))):
        pieces += _weakly_split(chunk)
    clean = [_stripped(p) for p in pieces]
    return [p for p in clean if any(t.kind not in _LAYOUT for t in p)] or _words_alone(found)


def depths(found: list[Tok]) -> list[int]:
    """How many brackets are around each token; a bracket counts as outside itself."""
    depth, out = 0, []
    for tok in found:
        depth -= tok.kind in _CLOSES
        out.append(depth)
        depth += tok.kind in _OPENS
    return out


def _with_words_as_sides(found: list[Tok]) -> list[Tok]:
    """Words that are all of a side of an equation as a quantity: 损失 = x."""
    out = list(found)
    for i, tok in enumerate(found):
        if tok.kind == "WORDS" and isinstance(tok.raw, Text):
            before = found[i - 1].kind if i else "NEWLINE"
            after = found[i + 1].kind if i + 1 < len(found) else "NEWLINE"
            ends = (*_STRONG, *_WEAK, "RELATION")
            if before in ends and after in ends and "RELATION" in (before, after):
                name = Letter(tok.raw.at, tok.raw.words, "text")
                out[i] = replace(tok, kind="LETTER", raw=name)
    return out


def _chunks(found: list[Tok]) -> list[tuple[str, list[Tok]]]:
    """What is between line breaks, arrows and words, with what comes before it."""
    out: list[tuple[str, list[Tok]]] = [("", [])]
    for tok, depth in zip(found, depths(found), strict=True):
        if depth or tok.kind not in _STRONG:
            out[-1][1].append(tok)
            continue
        kept = [tok] if tok.kind == "FORALL" else []
        if any(t.kind not in _LAYOUT for t in out[-1][1]):
            out.append((tok.kind, kept))
        else:
            by = out.pop()[0] if tok.kind == "NEWLINE" else tok.kind
            out.append((by, kept))
    return [(by, chunk) for by, chunk in out if any(t.kind not in _LAYOUT for t in chunk)]


def _joined(chunks: list[tuple[str, list[Tok]]]) -> list[list[Tok]]:
    """Lines that go on with the line above are one with it."""
    out: list[list[Tok]] = []
    for by, chunk in chunks:
        if out and _goes_on(out[-1], by, chunk):
            out[-1] += chunk
        else:
            out.append(chunk)
    return out


def _goes_on(before: list[Tok], by: str, chunk: list[Tok]) -> bool:
    solid = [t for t in chunk if t.kind not in _LAYOUT]
    first = solid[0]
    last = [t for t in before if t.kind not in _LAYOUT][-1]
    if first.kind == "RELATION":
        return True
    if by != "NEWLINE":
        return False
    if first.kind == "SIGN" or first.text == "+" or last.kind in _OPERATORS:
        return True
    return first.kind == "PM" and not _relations(solid)


def _relations(found: list[Tok]) -> list[int]:
    return [
        i for i, (tok, depth) in enumerate(zip(found, depths(found), strict=True))
        if tok.kind == "RELATION" and not depth
    ]  # fmt: skip


def _weakly_split(chunk: list[Tok]) -> list[list[Tok]]:
    """Commas and spaces separate where an equation is complete and a new left side begins."""
    out: list[list[Tok]] = [[]]
    separators: list[Tok] = []
    for tokens in _between(_aligned(chunk)):
        if tokens[0].kind in _WEAK:
            separators = tokens
        elif not out[-1]:
            out[-1] += tokens
        elif _complete(out[-1]) and _begins(tokens, separators):
            if not _is_number(tokens):
                out.append(tokens)
        else:
            out[-1] += [t for t in separators if t.kind == "COMMA"][:1] + tokens
    return out


def _aligned(chunk: list[Tok]) -> list[Tok]:
    """Without the & before a relation, which separates nothing: a &= b, & c &= d."""
    out: list[Tok] = []
    for tok, depth in zip(chunk, depths(chunk), strict=True):
        if tok.kind == "RELATION" and not depth:
            while out and out[-1].kind in _LAYOUT:
                out.pop()
        out.append(tok)
    return out


def _between(chunk: list[Tok]) -> list[list[Tok]]:
    """Runs of weak separators, and what is between them, in turns."""
    out: list[list[Tok]] = []
    was_weak = None
    for tok, depth in zip(chunk, depths(chunk), strict=True):
        weak = not depth and tok.kind in _WEAK
        if weak != was_weak:
            out.append([])
        out[-1].append(tok)
        was_weak = weak
    return out


def _complete(found: list[Tok]) -> bool:
    return bool(_relations(found)) and found[-1].kind not in _OPERATORS


def _begins(found: list[Tok], separators: list[Tok]) -> bool:
    """Whether a new equation begins here: it has a left side; or a wide space is before it."""
    if found[0].kind in _OPERATORS and found[0].text != "-":
        return False
    wide = any(t.kind == "WIDE" for t in separators)
    return bool(_relations(found)) or (wide and found[0].kind != "PM")


def _is_number(found: list[Tok]) -> bool:
    """Whether this is only the equation's number, (3)."""
    return [t.kind for t in found] == ["OPEN", "NUMERAL", "CLOSE"]


def _stripped(found: list[Tok]) -> list[Tok]:
    """An equation without layout, commas at its ends and at the ends of cells, words in cells."""
    while found and found[0].kind in (*_LAYOUT, "COMMA"):
        found = found[1:]
    while found and found[-1].kind in (*_LAYOUT, "COMMA"):
        found = found[:-1]
    kinds = ["", *(t.kind for t in found if t.kind not in ("SPACE", "WIDE")), ""]
    found = [t for t in found if t.kind not in ("SPACE", "WIDE")]
    out, matrices = [], 0
    for i, tok in enumerate(found):
        before, after = kinds[i], kinds[i + 2]
        matrices += (tok.kind == "BEGIN") - (tok.kind == "END")
        ends_cell = after in ("AMP", "NEWLINE", "END")
        begins_cell = before in ("AMP", "NEWLINE", "BEGIN")
        if matrices == 0 and tok.kind in ("AMP", "NEWLINE"):
            continue
        if matrices and tok.kind in ("COMMA", "PERIOD") and ends_cell:
            continue
        if matrices and tok.kind == "WORDS" and not (begins_cell and ends_cell):
            continue
        out.append(tok)
    return out


def _words_alone(found: list[Tok]) -> list[list[Tok]]:
    words = [t for t in found if t.kind == "WORDS"]
    return [words] if words else []


def parts(found: list[Tok]) -> list[Part]:
    """The members of an equation; the first is empty where it begins with a relation.

    Raises Unreadable where nothing follows a relation.
    """
    places = _relations(found)
    for i in places:
        if found[i].text == "|":
            raise Unreadable("this “|” has no partner", found[i].start, found[i].end)
    first = found[: places[0]] if places else found
    at = found[0].start
    out = [Part("", tuple(first), at, first[-1].end if first else at)]
    for low, high in pairwise([*places, len(found)]):
        sign, inside = found[low], found[low + 1 : high]
        if inside:
            out.append(Part(sign.text, tuple(inside), inside[0].start, inside[-1].end))
        elif high == len(found) or found[high].text != sign.text:
            raise Unreadable(f"nothing stands after this “{sign.text}”", sign.start, sign.end)
    return out
