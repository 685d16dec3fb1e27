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
from . import latex, segments, words
from .places import SLIPS, Mark
from .segments import Offsets, Piece
from .words import LOOKS

FIRST, LAST = "\ue000", "\uf8ff"
OPEN, CLOSE = FIRST, "\ue001"
TOKEN = re.compile(OPEN + r"(\d+)" + CLOSE)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
Written = Callable[[Sequence[Mark]], str]  # marks -> HTML


@dataclass
class Place:
    """What stands where a character of the private range is: a formula, marks, or both."""

    start: int
    end: int
    piece: Piece | None = None
    marks: list[Mark] = field(default_factory=list)


def html(source: str, name: str, marks: Sequence[Mark], written: Written) -> tuple[str, list[Mark]]:
    """The document with its marks, and the marks that found no place in it."""
    source = re.sub(f"[{FIRST}-{LAST}]", "\N{REPLACEMENT CHARACTER}", source)
    source = re.sub(r"[^\n\t]+", lambda line: text.visible(f".{line[0]}")[1:], source)
    is_latex = name.lower().endswith(".tex")
    places, lost = placed(source, list(segments.pieces(source, is_latex)), marks)
    shown: list[Place] = []
    parts, at = [], 0
    for place in places:
        parts.append(source[at : place.start])
        if place.piece is None or place.piece.tex is not None:
            parts.append(f"{OPEN}{len(shown)}{CLOSE}")
            shown.append(place)
        at = place.end
    marked = "".join([*parts, source[at:]])
    rendered = markdown(latex.markdown(marked) if is_latex else marked)
    seen = {int(n) for n in TOKEN.findall(rendered)}
    lost += [m for i, place in enumerate(shown) if i not in seen for m in place.marks]
    return put_in(source, rendered, shown, written), lost


def placed(
    source: str, pieces: list[Piece], marks: Sequence[Mark]
) -> tuple[list[Place], list[Mark]]:
    """Each mark with the formula around it, or at the end of its line."""
    offsets = Offsets(source)
    places = [Place(p.start, p.end, p) for p in pieces]
    lines: dict[int, Place] = {}
    lost = []
    for mark in marks:
        if mark.at is None:
            lost.append(mark)
            continue
        start = offsets(mark.at.line, mark.at.column)
        home = next((p for p in places if p.start <= start < p.end), None)
        if home is None:
            end = source.find("\n", start)
            end = len(source) if end < 0 else end
            inside = next((p for p in places if p.start < end < p.end), None)
            home = inside or lines.setdefault(end, Place(end, end))
        if home.piece is not None and home.piece.tex is None:
            lost.append(mark)
        else:
            home.marks.append(mark)
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


def put_in(source: str, rendered: str, shown: Sequence[Place], written: Written) -> str:
    """The rendered text with formulas and marks for the characters that stand for them."""

    def before(table: re.Match[str]) -> str:
        """A table's marks go before it: a cell has no margin."""
        inside = [shown[int(n)] for n in TOKEN.findall(table[0])]
        marks = [mark for place in inside for mark in place.marks]
        body = TOKEN.sub(lambda t: anchor(source, shown[int(t[1])], int(t[1])), table[0])
        notes = f'<div class="notes">{written(marks)}</div>' if marks else ""
        return f'<div class="marked">{notes}<div class="wide">{body}</div></div>'

    def here(token: re.Match[str]) -> str:
        place = shown[int(token[1])]
        notes = f'<span class="notes">{written(place.marks)}</span>' if place.marks else ""
        inner = anchor(source, place, int(token[1]))
        if not notes:
            return inner
        if place.piece is not None and place.piece.display:
            return f'<span class="marked display">{notes}{inner}</span>'
        return f'<span class="marked">{inner}{notes}</span>'

    return TOKEN.sub(here, TABLE.sub(before, rendered))


def anchor(source: str, place: Place, number: int) -> str:
    """The formula that marks point to; for a mark on prose, a sign."""
    loudest = worst(place.marks)
    ids = " ".join(mark_id(m) for m in place.marks)
    shared = f'id="f{number}" data-marks="{ids}"' if ids else f'id="f{number}"'
    if place.piece is None or place.piece.tex is None:
        return f'<span class="prose {loudest}" {shared}>{LOOKS[loudest].sign}</span>'
    piece = place.piece
    tex = words.tex(piece.tex or "")
    framed = words.tex(frames(source, piece, place.marks))
    kinds = f"math {'display' if piece.display else 'inline'} {css(loudest)}".strip()
    data = f' data-framed="{escape(text.visible(spaced(framed)))}"' if framed != tex else ""
    return f'<span class="{kinds}" {shared}{data}>{escape(text.visible(spaced(tex)))}</span>'


def spaced(tex: str) -> str:
    """Line ends that end no comment, as spaces."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"(?<!\\)%[^\n]*", "", tex)).strip()


def frames(source: str, piece: Piece, marks: Sequence[Mark]) -> str:
    """The formula with a class on each part that has a mistake, where that part is a formula."""
    offsets, tex = Offsets(source), piece.tex or ""
    spans: list[tuple[int, int, str]] = []
    for mark in sorted(marks, key=lambda m: m.verdict not in SLIPS):
        if mark.verdict not in FRAMED:
            continue
        start, end = offsets.span(mark.at)
        start, end = max(start, piece.start), min(end, piece.end)
        if mark.right and (right := source.rfind(mark.right, start, end)) >= 0:
            start, end = right, right + len(mark.right)
        start, end = segments.trimmed(source, start, end)
        start, end = start - piece.inner, end - piece.inner
        free = all(end <= a or b <= start for a, b, _ in spans)
        if 0 <= start < end <= len(tex) and free and segments.whole(tex[start:end]):
            spans.append((start, end, css(mark.verdict)))
    for start, end, kind in sorted(spans, reverse=True):
        tex = f"{tex[:start]}\\htmlClass{{mark-{kind}}}{{{tex[start:end]}}}{tex[end:]}"
    return tex


FRAMED = {"wrong", "undefined", "inconsistent", "loose"}


def css(verdict: str) -> str:
    """A verdict as the name of a class."""
    return verdict.replace(" ", "-")


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
