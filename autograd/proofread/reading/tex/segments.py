"""Where the formulas of a document are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...formula.tree import Span
from .source import Source

_ENVIRONMENTS = (
    "equation|align|aligned|alignat|alignedat|flalign|gather|gathered|eqnarray|multline|split|cases"
    "|displaymath|math"
)


def _until(stop: str) -> str:
    """Any characters, but no blank line: what is never closed must not swallow the rest."""
    return rf"(?:(?!{stop}|\n[ \t]*\n)(?:\\.|[^\\]))*?"


_TO_DOLLARS, _TO_BRACKET = _until("[$][$]"), _until(r"\\[])]")
_MATHS = rf"""
    \$\$\s*(?P<display>{_TO_DOLLARS})\s*\$\$
  | \\\[(?P<square>{_TO_BRACKET})\\\]
  | \\\((?P<round>{_TO_BRACKET})\\\)
  | (?P<block>\\begin\s*\{{(?P<environment>(?:{_ENVIRONMENTS})\*?)\}}
      (?:(?!\n[ \t]*\n).)*?\\end\s*\{{(?P=environment)\}})
  | (?P<open>\$\$|\\\[|\\begin\s*\{{(?:{_ENVIRONMENTS})\*?\}})
"""
_DOLLAR = r"\$(?P<dollar>(?:\\.|(?!\n[ \t]*\n)[^\\$])+?)\$"
_MARKDOWN = re.compile(
    rf"""
    ^[ \t]*```math[ \t]*\n(?P<fenced>.*?)^[ \t]*```[ \t]*$
  | (?P<skip><!--.*?-->
      | ^[ \t>]*(?:[-*+]\s+|\d+[.)]\s+)?(?P<fence>`{{3,}}|~{{3,}})(?!math)[^\n]*\n
        .*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)
      | (?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`))
  | \$`(?P<ticked>[^`\n]+)`\$
  | {_MATHS}
  | {_DOLLAR}(?!\d)
  | \\.
    """,
    re.S | re.M | re.X,
)
_TEX = re.compile(
    rf"""
    (?P<skip>%[^\n]*
      | \\begin\s*\{{(?P<verbatim>verbatim|lstlisting|minted|comment)\*?\}}.*?
        \\end\s*\{{(?P=verbatim)\*?\}}
      | \\verb\*?(?P<bar>[^a-zA-Z\s*])[^\n]*?(?P=bar)
      | \\(?:newcommand|renewcommand|def|DeclareMathOperator)\b[^\n]*)
  | {_MATHS}
  | {_DOLLAR}
  | \\.
    """,
    re.S | re.M | re.X,
)
_DISPLAYS = ("display", "square", "block", "fenced", "open")
_INLINE = ("round", "dollar", "ticked")


@dataclass(frozen=True)
class Segment:
    """A formula's offsets, without its delimiters; `trouble` where they do not match.

    quoted: each of its lines may begin with a `>` that is none of it.
    """

    start: int
    end: int
    inline: bool = False
    quoted: bool = False
    trouble: str = ""


def segments(source: Source) -> list[Segment]:
    """The formulas of a document, in order."""
    return [segment for segment, _ in _found(source) if segment is not None]


def content(source: Source, segment: Segment) -> str:
    """The text of a formula, without the `>` of a quotation around it."""
    inside = source.text[segment.start : segment.end]
    if not segment.quoted:
        return inside
    return re.sub(r"^[ \t>]+", lambda m: " " * len(m[0]), inside, flags=re.M)


def code(source: Source) -> list[Span]:
    """The fenced blocks that assign something: formulas, maybe, but none of these."""
    return [
        source.span(*m.span())
        for m in _MARKDOWN.finditer(source.text, *source.body)
        if source.kind in ("md", "txt") and m["fence"] is not None and "=" in m[0]
    ]


def _found(source: Source) -> Iterator[tuple[Segment | None, tuple[int, int]]]:
    """Each formula, comment or piece of code, and from where to where it goes."""
    pattern = _TEX if source.kind == "tex" else _MARKDOWN
    at, end = source.body
    while m := pattern.search(source.text, at, end):
        at = m.end()
        groups = m.groupdict()
        name = next((n for n in (*_DISPLAYS, *_INLINE) if groups.get(n) is not None), "")
        if m["skip"] is not None:
            yield None, m.span()
        elif name == "open":
            yield _unclosed(source, m), m.span()
        elif name == "dollar" and source.kind != "tex" and not _mathematical(m[name]):
            at = m.start() + 1
        elif name and m[name].strip():
            line = source.starts[source.position(m.start())[0] - 1]
            quoted = source.text[line : m.start()].lstrip().startswith(">")
            inline = name in _INLINE
            yield Segment(*m.span(name), inline, quoted and source.kind != "tex"), m.span()


def _unclosed(source: Source, m: re.Match[str]) -> Segment:
    return Segment(
        m.start(), m.end(), trouble=f"“{m['open']}” at {source.place(m.start())} is never closed"
    )


def _mathematical(inside: str) -> bool:
    """Whether what is between two dollars is a formula, and not two prices."""
    if inside[0].isspace() or inside[-1].isspace():
        return inside[0].isspace() and inside[-1].isspace() and bool(re.search(r"[\\_^=]", inside))
    return True
