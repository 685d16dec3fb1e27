"""From a document's text to its equations."""

from __future__ import annotations

from itertools import pairwise

from . import brackets, latex, segments, splitting
from .lexing import Tok
from .raw import Raw, RawEquation, RawMember
from .source import Source, Unreadable, source
from .tokens import tokens


def read(text: str, kind: str) -> list[RawEquation]:
    """All equations of a document."""
    try:
        given = source(text, kind)
    except Unreadable as error:
        return [RawEquation((), "", Source(text, kind).span(0, 0), 0, reason=error.message)]
    found: list[RawEquation] = []
    for number, segment in enumerate(segments.segments(given)):
        found += _display(given, segment, number)
    return found


def single(text: str) -> Raw:
    """One formula.  Raises Unreadable."""
    given = Source(text, "md")
    found = brackets.matched(tokens(text, 0, given), given)
    if found.strays:
        start, message = next(iter(found.strays.items()))
        raise Unreadable(message, start, start + 1)
    return latex.tree(found.tokens)


def _display(given: Source, segment: segments.Segment, number: int) -> list[RawEquation]:
    """The equations of one formula between delimiters."""
    if segment.trouble:
        return [_unread(given, segment, number, segment.trouble)]
    try:
        text = segments.content(given, segment)
        found = brackets.matched(tokens(text, segment.start, given), given)
    except Unreadable as error:
        return [_unread(given, segment, number, f"{given.place(error.start)}: {error.message}")]
    return [
        _equation(given, one, segment, number, found, first=i == 0)
        for i, one in enumerate(splitting.equations(found.tokens))
    ]


def _unread(given: Source, segment: segments.Segment, number: int, reason: str) -> RawEquation:
    text = given.text[segment.start : segment.end]
    start = segment.start + len(text) - len(text.lstrip())
    at = given.span(start, start + len(text.strip()))
    return RawEquation((), text.strip(), at, number, segment.inline, reason=reason)


def _equation(
    given: Source,
    found: list[Tok],
    segment: segments.Segment,
    number: int,
    around: brackets.Matched,
    first: bool,
) -> RawEquation:
    start, end = found[0].start, found[-1].end
    warnings = tuple(words for at, words in around.warnings if start <= at < end)
    warnings += tuple(
        f"“{script.text}” at {given.place(script.start)} has no braces; read as if all of the"
        " brackets were its argument"
        for script, tok in pairwise(found)
        if script.kind in ("SUB", "SUP", "ROOT") and tok.kind == "OPEN"
    )
    members: tuple[RawMember, ...] = ()
    reason, continues = "", False
    try:
        for tok in found:
            if tok.kind == "STRAY":
                raise Unreadable(around.strays[tok.start], tok.start, tok.end)
            if tok.kind == "UNKNOWN":
                raise Unreadable(f"the command “{tok.text}” is not known", tok.start, tok.end)
        parts = splitting.parts(found)
        continues = first and not parts[0].tokens
        members = tuple(_member(given, part) for part in parts)
    except Unreadable as error:
        reason = f"{given.place(error.start)}: {error.message}"
    return RawEquation(
        members, given.text[start:end], given.span(start, end), number, segment.inline,
        continues, reason, warnings,
    )  # fmt: skip


def _member(given: Source, part: splitting.Part) -> RawMember:
    text, at = given.text[part.start : part.end], given.span(part.start, part.end)
    value = latex.tree(part.tokens) if part.tokens else None
    return RawMember(part.sign, value, text, at)
