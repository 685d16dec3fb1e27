"""The finished text: which lines there are, and how a format sets them."""

from __future__ import annotations

from typing import Any

from .latex import Tex
from .names import as_tex, as_text, escaped
from .printer import Printer
from .remarks import Remark
from .text import Plain
from .tree import Expr, Ones, Sym, children
from .work import Line, Work

FORMATS = ("latex", "markdown", "text")
Section = tuple[str, list[tuple[str, list[str], Remark | None]]]


class Derivation(str):
    """A derivation, which is its own text in the format that was asked for.

    `.text`, `.latex` and `.markdown` are the same in each format; `.lines` holds the
    lines as formulas, `.values` the number or array that each symbol stands for, and
    `.layout` what a sample is (None where the formulas are no matrices).  In a notebook it shows
    itself as mathematics.
    """

    text: str
    latex: str
    markdown: str
    lines: list[Line]
    values: dict[Sym, Any]
    layout: str | None

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)


Lines = dict[str, list[Line]]  # by the title of their section


def written(
    work: Work, parts: Lines, columns: bool, format: str, shapes: bool,
    notes: list[tuple[str, str]] | None = None,
) -> Derivation:  # fmt: skip
    """The lines as text, in all formats; the one that was asked for is the string itself."""
    lines = [line for part in parts.values() for line in part]
    sized = sizes(work, lines)
    loss = work.plan.name[work.plan.loss]
    pattern = "ji" if columns else "ij"
    kinds: dict[str, Printer] = {
        "text": Plain(loss, shapes, sized, pattern), "latex": Tex(loss, shapes, sized, pattern),
    }  # fmt: skip
    notes = [*(notes or []), *legend(work, sized, columns, lines)]
    texts = {
        "text": as_plain(sections(kinds["text"], parts), notes),
        "latex": as_latex(sections(kinds["latex"], parts), notes),
        "markdown": as_markdown(sections(kinds["latex"], parts), notes),
    }
    found = Derivation(texts[format])
    found.text, found.latex, found.markdown = texts["text"], texts["latex"], texts["markdown"]
    found.lines, found.values = lines, work.values
    found.layout = ("columns" if columns else "rows") if work.matrices else None
    return found


def sections(printer: Printer, parts: Lines) -> list[Section]:
    found = []
    for title, lines in parts.items():
        rows = [
            (printer.write(x.left), [printer.write(e) for e in x.members], x.remark) for x in lines
        ]
        if rows:
            found.append((title, rows))
    return found


def as_plain(found: list[Section], notes: list[tuple[str, str]]) -> str:
    out = []
    for title, rows in found:
        out.append(title)
        left = max(len(row[0]) for row in rows)
        texts = [f"  {a:<{left}} = {' = '.join(members)}" for a, members, _ in rows]
        width = min(72, max(map(len, texts)))
        for text, (_, _, remark) in zip(texts, rows, strict=True):
            out.append(f"{text:<{width}}   [{remark.text}]" if remark else text)
        out.append("")
    if notes:
        out += ["where", *(f"  {plain}" for plain, _ in notes)]
    return "\n".join(out).rstrip()


def aligned(rows: list[tuple[str, list[str], Remark | None]]) -> list[str]:
    out = []
    for left, members, remark in rows:
        beside = rf" &&\quad {remark.tex}" if remark else ""
        out.append(f"{left} &= {' = '.join(members)}{beside}")
    return out


def as_latex(found: list[Section], notes: list[tuple[str, str]]) -> str:
    rows = []
    for title, lines in found:
        rows.append(rf"&\textbf{{{title}}}")
        rows += aligned(lines)
    for i, (_, tex) in enumerate(notes):  # \rlap: long notes move no column
        where = r"\phantom{\text{where }}" if i else r"\text{where }"
        rows.append(rf"&\rlap{{${where} {tex}$}}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def as_markdown(found: list[Section], notes: list[tuple[str, str]]) -> str:
    out = []
    for title, lines in found:
        body = " \\\\\n".join(aligned(lines))
        out.append(f"**{title}**\n\n$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$")
    if notes:
        out.append("where " + ", ".join(f"${tex}$" for _, tex in notes))
    return "\n\n".join(out)


def sizes(work: Work, lines: list[Line]) -> dict[Expr, str]:
    """How the size of each array of ones is told: not at all if it is the samples' or the only."""
    found: dict[Expr, None] = {}
    for line in lines:
        for e in (line.left, *line.members):
            stack = [e]
            while stack:
                x = stack.pop()
                if isinstance(x, Ones):
                    found[x] = None
                stack.extend(children(x))
    main = next((x for x in found if x.shape == (work.samples, 1)), None)
    if main is None and len(found) == 1 and work.matrices:
        main = next(iter(found))
    told = {}
    for x in found:
        text = str(x.shape[0]) if work.matrices else "×".join(map(str, x.shape))
        told[x] = "" if x == main else text
    return told


def legend(
    work: Work, sized: dict[Expr, str], columns: bool, lines: list[Line]
) -> list[tuple[str, str]]:
    """What the symbols mean that are no quantities of the user's."""
    used = used_symbols(lines)
    found = []
    for symbol, number in work.numbers.items():
        if symbol in used:
            what = " samples" if symbol.name.base == "m" else ""
            found.append((f"{as_text(symbol.name)} = {number:.10g}{what}",
                          rf"{as_tex(symbol.name)} = {number:.10g}" + (
                              rf"\text{{{what}}}" if what else "")))  # fmt: skip
    for e, told in sized.items():
        if not told and work.matrices:
            n = e.shape[0]
            size = "m" if n == work.samples and any(s.name.base == "m" for s in used) else n
            tex = rf"\mathbf{{1}} \text{{ is a column of }} {size} \text{{ ones}}"
            found.append((f"𝟏 is a column of {size} ones", tex))
    if work.onehot is not None and any(s.kind == "onehot" for s in used):
        where = "column" if columns else "row"
        text = f"is 1 in the place of each sample's class ({where} by {where})"
        found.append((f"1(y=j) {text}", rf"\mathbb{{1}}(y = j) \text{{ {text}}}"))
    for symbol in used:
        if symbol in work.made or (symbol.shape and turned_back(symbol) in work.made):
            sides = [str(n) for n in symbol.shape]
            tex = rf"{as_tex(symbol.name)} \text{{ is a constant, }} {r' @ '.join(sides)}"
            found.append((f"{as_text(symbol.name)} is a constant, {'×'.join(sides)}",
                          tex.replace("@", r"\times")))  # fmt: skip
    if columns != work.columns:
        text = f"samples are {'columns' if columns else 'rows'}: each matrix is the transpose of "
        text += "the recorded one"
        found.append((text, rf"\text{{{escaped(text)}}}"))
    return found


def turned_back(symbol: Sym) -> Sym:
    return Sym(symbol.name, symbol.shape[::-1], symbol.kind)


def used_symbols(lines: list[Line]) -> dict[Sym, None]:
    found: dict[Sym, None] = {}
    for line in lines:
        stack: list[Expr] = [line.left, *line.members][::-1]
        while stack:
            x = stack.pop()
            if isinstance(x, Sym):
                found[x] = None
            stack.extend(children(x)[::-1])
    return found
