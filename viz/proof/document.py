"""An author's document as HTML, its formulas left to KaTeX and every mark beside its formula.

Formulas and marks go through the Markdown renderer as single characters of a private range, so
that it changes nothing in them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from .. import text
from . import latex, words
from .frames import css, framed
from .places import Mark, Offsets, Passage, Report
from .words import LOOKS

FIRST, LAST = "\ue000", "\uf8ff"
OPEN, CLOSE = FIRST, "\ue001"
TOKEN = re.compile(OPEN + r"(\d+)" + CLOSE)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
Written = Callable[[Sequence[Mark]], str]  # marks -> HTML


@dataclass
class Place:
    """What stands where a character of the private range is: a passage, marks, or both."""

    start: int
    end: int
    passage: Passage | None = None
    marks: list[Mark] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        return self.passage is not None and self.passage.kind == "hidden"


def html(report: Report, written: Written) -> tuple[str, list[Mark]]:
    """The document with its marks, and the marks that found no place in it."""
    source, is_latex = plain(report.source), report.name.lower().endswith(".tex")
    offsets = Offsets(source)
    # what is code in Markdown its renderer knows
    taken = [p for p in report.passages if is_latex or p.kind != "code"]
    places, lost = placed(source, [Place(*offsets.span(p.at), p) for p in taken], report.marks)
    shown: list[Place] = []
    parts, at = [], 0
    for place in places:
        parts.append(source[at : place.start])
        if not place.hidden:
            parts.append(f"{OPEN}{len(shown)}{CLOSE}")
            shown.append(place)
        at = place.end
    marked = "".join([*parts, source[at:]])
    rendered = markdown(latex.markdown(marked) if is_latex else marked)
    seen = {int(n) for n in TOKEN.findall(rendered)}
    lost += [m for i, place in enumerate(shown) if i not in seen for m in place.marks]
    return put_in(offsets, rendered, shown, written), lost


def plain(source: str) -> str:
    """The same characters, with symbols for those that could steer the page."""
    source = re.sub(f"[{FIRST}-{LAST}]", "\N{REPLACEMENT CHARACTER}", source)
    return re.sub(r"[^\n\t]+", lambda line: text.visible(f".{line[0]}")[1:], source)


def placed(
    source: str, places: Sequence[Place], marks: Sequence[Mark]
) -> tuple[list[Place], list[Mark]]:
    """Each mark with the passage that it is in, or at the end of its line."""
    offsets = Offsets(source)
    lines: dict[int, Place] = {}
    lost = []
    for mark in marks:
        if mark.at is None:
            lost.append(mark)
            continue
        start, end = offsets.span(mark.at)
        home = next((p for p in places if p.start <= start < p.end and end <= p.end), None)
        if home is None:
            line = source.find("\n", start)
            line = len(source) if line < 0 else line
            inside = next((p for p in places if p.start < line < p.end), None)
            home = inside or lines.setdefault(line, Place(line, line))
        (lost if home.hidden else home.marks).append(mark)
    return sorted([*places, *lines.values()], key=lambda p: (p.start, p.end)), lost


def markdown(source: str) -> str:
    """Markdown as HTML that loads nothing and runs nothing."""
    from markdown_it import MarkdownIt

    md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    renderer: Any = md.renderer
    rules = renderer.rules
    # a mark is a block, which a <p> cannot hold
    rules["paragraph_open"] = lambda tokens, i, *_: "" if tokens[i].hidden else '<div class="p">'
    rules["paragraph_close"] = lambda tokens, i, *_: "" if tokens[i].hidden else "</div>\n"
    rules["image"] = lambda tokens, i, *_: (
        f'<span class="image">[picture: {escape(tokens[i].content or "without a name")}]</span>'
    )
    rendered: str = md.render(source)
    return rendered.replace("<a href=", '<a rel="noopener noreferrer" target="_blank" href=')


def put_in(offsets: Offsets, rendered: str, shown: Sequence[Place], written: Written) -> str:
    """The rendered text with formulas and marks for the characters that stand for them."""

    def before(table: re.Match[str]) -> str:
        """A table's marks go before it: a cell has no margin."""
        inside = [shown[int(n)] for n in TOKEN.findall(table[0])]
        marks = [mark for place in inside for mark in place.marks]
        body = TOKEN.sub(lambda t: anchor(offsets, shown[int(t[1])], int(t[1])), table[0])
        notes = f'<div class="notes">{written(marks)}</div>' if marks else ""
        return f'<div class="marked">{notes}<div class="wide">{body}</div></div>'

    def here(token: re.Match[str]) -> str:
        place = shown[int(token[1])]
        notes = f'<span class="notes">{written(place.marks)}</span>' if place.marks else ""
        inner = anchor(offsets, place, int(token[1]))
        if not notes:
            return inner
        if place.passage is not None and not place.passage.inline:
            return f'<span class="marked display">{notes}{inner}</span>'
        return f'<span class="marked">{inner}{notes}</span>'

    return TOKEN.sub(here, TABLE.sub(before, rendered))


def anchor(offsets: Offsets, place: Place, number: int) -> str:
    """The passage that marks point to; for a mark on prose, a sign."""
    loudest = worst(place.marks)
    ids = " ".join(mark_id(m) for m in place.marks)
    shared = f'id="f{number}" data-marks="{ids}"' if ids else f'id="f{number}"'
    passage = place.passage
    if passage is None:
        return f'<span class="prose {loudest}" {shared}>{LOOKS[loudest].sign}</span>'
    kinds = f"{'inline' if passage.inline else 'display'} {css(loudest)}".strip()
    inside = plain(passage.text)
    if passage.kind == "code":
        return f'<code class="{kinds}" {shared}>{escape(inside.strip(chr(10)))}</code>'
    tex = spaced(words.tex(inside))
    marked = spaced(words.tex(framed(inside, passage, place.marks, offsets)))
    data = f' data-framed="{escape(marked)}"' if marked != tex else ""
    return f'<span class="math {kinds}" {shared}{data}>{escape(tex)}</span>'


def spaced(tex: str) -> str:
    """Line ends that end no comment, as spaces."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"(?<!\\)%[^\n]*", "", tex)).strip()


def mark_id(mark: Mark) -> str:
    return f"m{mark.line}-{mark.part}"


SEVERITY: Mapping[str, int] = {
    v: i
    for i, v in enumerate(
        ("definition", "right", "carried", "not read", "loose", "undefined", "inconsistent",
         "wrong")
    )
}  # fmt: skip


def worst(marks: Sequence[Mark]) -> str:
    """The verdict that a formula with several marks is drawn in; "" without any."""
    return max((m.verdict for m in marks), key=SEVERITY.__getitem__, default="")
