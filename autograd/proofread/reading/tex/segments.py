"""Where the formulas of a document are, and what else of it is no prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...report import Passage
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
  | (?P<comment><!--.*?-->)
  | ^[ \t>]*(?:[-*+]\s+|\d+[.)]\s+)?(?P<fence>`{{3,}}|~{{3,}})(?!math)[^\n]*\n
      (?P<listing>.*?)(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)
  | (?<!`)(?P<ticks>`+)(?!`)(?P<code>(?:(?!\n[ \t]*\n).)*?)(?<!`)(?P=ticks)(?!`)
  | \$`(?P<ticked>[^`\n]+)`\$
  | {_MATHS}
  | {_DOLLAR}(?!\d)
  | \\.
    """,
    re.S | re.M | re.X,
)
_TEX = re.compile(
    rf"""
    (?P<comment>%[^\n]*\n? | \\begin\s*\{{comment\}}.*?\\end\s*\{{comment\}})
  | \\begin\s*\{{(?P<verbatim>verbatim|lstlisting|minted)\*?\}}(?:\[[^]\n]*\]|\{{[^}}\n]*\}})*
      (?P<listing>.*?)\\end\s*\{{(?P=verbatim)\*?\}}
  | \\verb\*?(?P<bar>[^a-zA-Z\s*])(?P<code>[^\n]*?)(?P=bar)
  | (?P<macro>\\(?:newcommand|renewcommand|def|DeclareMathOperator)\b[^\n]*)
  | {_MATHS}
  | {_DOLLAR}
  | \\.
    """,
    re.S | re.M | re.X,
)
_KINDS = {
    **dict.fromkeys(("display", "square", "block", "fenced", "open"), ("formula", False)),
    **dict.fromkeys(("round", "dollar", "ticked"), ("formula", True)),
    "listing": ("code", False),
    **dict.fromkeys(("code", "macro"), ("code", True)),
    "comment": ("hidden", False),
}  # the group of a pattern -> what it is, and whether it stands in a line of text


@dataclass(frozen=True)
class Segment:
    """What is no prose: its offsets, without its delimiters, and `around`, with them.

    kind: "formula", "code", or "hidden" from readers.  trouble: why a formula has no end.
    quoted: each of its lines may begin with a `>` that is none of it.
    """

    start: int
    end: int
    around: tuple[int, int]
    kind: str = "formula"
    inline: bool = False
    quoted: bool = False
    trouble: str = ""


def segments(source: Source) -> list[Segment]:
    """The formulas of a document, in order."""
    return [segment for segment in _found(source) if segment.kind == "formula"]


def content(source: Source, segment: Segment) -> str:
    """The text of a segment, with spaces for the `>` of a quotation around it."""
    inside = source.text[segment.start : segment.end]
    if not segment.quoted:
        return inside
    return re.sub(r"^[ \t>]+", lambda m: " " * len(m[0]), inside, flags=re.M)


def passages(source: Source) -> tuple[Passage, ...]:
    """What of a document is no prose, in order, for a view that shows the document."""
    (first, last), end = source.body, len(source.text)
    outside = [Segment(*at, at, "hidden") for at in ((0, first), (last, end)) if at[0] < at[1]]
    found = [*outside, *(s for s in _found(source) if not s.trouble)]
    return tuple(
        Passage(
            s.kind, s.inline, source.span(*s.around), source.span(s.start, s.end),
            content(source, s),
        )
        for s in sorted(found, key=lambda s: s.start)
    )  # fmt: skip


def _found(source: Source) -> Iterator[Segment]:
    """Each formula, comment or piece of code."""
    pattern = _TEX if source.kind == "tex" else _MARKDOWN
    at, end = source.body
    while m := pattern.search(source.text, at, end):
        at = m.end()
        groups = m.groupdict()
        name = next((n for n in _KINDS if groups.get(n) is not None), "")
        if name == "open":
            yield Segment(*m.span(), m.span(), trouble=_unclosed(source, m))
        elif name == "dollar" and source.kind != "tex" and not _mathematical(m[name]):
            at = m.start() + 1
        elif name and (m[name].strip() or _KINDS[name][0] != "formula"):
            line = source.starts[source.position(m.start())[0] - 1]
            quoted = source.text[line : m.start()].lstrip().startswith(">")
            yield Segment(*m.span(name), m.span(), *_KINDS[name], quoted and source.kind != "tex")


def _unclosed(source: Source, m: re.Match[str]) -> str:
    return f"“{m['open']}” at {source.place(m.start())} is never closed"


def _mathematical(inside: str) -> bool:
    """Whether what is between two dollars is a formula, and not two prices."""
    if inside[0].isspace() or inside[-1].isspace():
        return inside[0].isspace() and inside[-1].isspace() and bool(re.search(r"[\\_^=]", inside))
    return True
