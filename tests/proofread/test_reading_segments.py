"""Where formulas are, in each kind of document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograd.proofread.formula.tree import Span
from autograd.proofread.reading import document, equations
from autograd.proofread.reading.tex.segments import passages
from autograd.proofread.report import Passage

ROOT = Path(__file__).parents[2]
PAGES = [
    file
    for folder in ("tests/derivations", "examples/documents", "examples")
    for file in sorted((ROOT / folder).iterdir())
    if file.suffix in (".md", ".tex", ".txt", ".ipynb")
]

MARKDOWN = {
    "$$a$$": ["a"],
    "$a$ and $b$": ["a", "b"],
    r"\[ a \] and \( b \)": ["a", "b"],
    r"\begin{align} a &= b \end{align}": ["a &= b"],
    r"\begin{equation*} a \end{equation*}": ["a"],
    "```math\na\n```": ["a"],
    "$`a`$": ["a"],
    "$ a = 1 $": ["a = 1"],
    "> $$\n> a\n> = b\n> $$": ["a\n> = b"],
    "1. one\n\n    $$\n    a\n    $$": ["a"],
    # what is no formula
    "```\n$a$\n```\n$b$": ["b"],
    "~~~python\n$a$\n~~~\n$b$": ["b"],
    "`$a$` $b$": ["b"],
    "``$a$ ` `` $b$": ["b"],
    "<!-- $a$\n$$c$$ --> $b$": ["b"],
    "---\ntitle: $a$\n---\n$b$": ["b"],
    r"\$a\$ $b$": ["b"],
    "from 5$ to 6$ or $7 and $8": [],
    "$5-$10": [],
    "$$$$ $b$": ["b"],
    "a line \\\\[2pt] $b$": ["b"],
}


@pytest.mark.parametrize("text", MARKDOWN)
def test_formulas_of_markdown(text: str) -> None:
    found = equations(text, "md")
    assert not any(e.reason for e in found)
    assert [e.text for e in found] == MARKDOWN[text]


TEX = r"""
\newcommand{\W}{$w$}
\begin{document}
% $a$ is gone
Let $b$ cost 5\% of $ c $.
\begin{verbatim} $d$ \end{verbatim} \verb|$e$|
\begin{align}
  f &= g % $h$
\end{align}
\[ i \]
\end{document}
$j$
"""


def test_formulas_of_tex() -> None:
    found = equations(TEX, "tex")
    assert [e.text for e in found] == ["b", "c", "f &= g", "i"]
    assert [e.at.line for e in found] == [5, 5, 8, 10]


def test_formulas_of_a_notebook_name_their_cell() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# One\n", "$a = 1$"]},
        {"cell_type": "code", "source": "x = '$b$'"},
        {"cell_type": "markdown", "source": "$c = \\binom{n}{k}$"},
    ]
    one, two = equations(json.dumps({"cells": cells}), "ipynb")
    assert (one.text, one.reason) == ("a = 1", "")
    assert two.reason == r"cell 3, line 1, column 6: the command “\binom” is not known"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [1]}', '{"cells": 3}'])
def test_what_is_no_notebook_is_said(text: str) -> None:
    (equation,) = equations(text, "ipynb")
    assert equation.reason.startswith("this is no notebook")


def test_another_kind_of_document_is_an_error() -> None:
    with pytest.raises(ValueError, match="one of md, txt, tex, ipynb, not 'docx'"):
        equations("$a$", "docx")


@pytest.mark.parametrize(
    ("text", "opening"),
    [("$$ a\n\nand so on $b$", "$$"), (r"\[ a", r"\["), (r"\begin{align} a", r"\begin{align}")],
)
def test_a_delimiter_that_is_never_closed_is_said(text: str, opening: str) -> None:
    unclosed, *rest = equations(text)
    assert unclosed.reason == f"“{opening}” at line 1, column 1 is never closed"
    assert [e.text for e in rest] == (["b"] if "b" in text.split("$") else [])


# ── places, for a view ──────────────────────────────────────────────────────────────────────────
def found(text: str, name: str = "a.md") -> tuple[Passage, ...]:
    return passages(document.shown(text, name))


def sliced(text: str, at: Span) -> str:
    """The text of a span, found in another way than by the reader's offsets."""
    lines = text.split("\n")[at.line - 1 : at.end_line]
    lines[-1] = lines[-1][: at.end_column - 1]
    lines[0] = lines[0][at.column - 1 :]
    return "\n".join(lines)


KINDS = {
    "a.md": (
        "---\nt: 1\n---\n$a$ $$ b $$ `c` <!-- d -->\n```py\ne\n```\n\\(f\\)\n```math\ng\n```\n",
        [("hidden", False), ("formula", True), ("formula", False), ("code", True),
         ("hidden", False), ("code", False), ("formula", True), ("formula", False)],
        ["---\nt: 1\n---", "a", "b", "c", "<!-- d -->", "e\n", "f", "g\n"],
    ),
    "a.tex": (
        TEX,
        [("hidden", False), ("hidden", False), ("formula", True), ("formula", True),
         ("code", False), ("code", True), ("formula", False), ("formula", False),
         ("hidden", False)],
        ["\n\\newcommand{\\W}{$w$}\n\\begin{document}", "% $a$ is gone\n", "b", " c ", " $d$ ",
         "$e$",
         "\\begin{align}\n  f &= g % $h$\n\\end{align}", " i ", "\\end{document}\n$j$\n"],
    ),
    "b.tex": (
        "\\def\\W{w} % a\n\\begin{lstlisting}[language=C]\n$x$\\end{lstlisting}\n"
        "\\begin{comment} $y$ \\end{comment}\\verb| |",
        [("code", True), ("code", False), ("hidden", False), ("code", True)],
        ["\\def\\W{w} % a", "\n$x$", "\\begin{comment} $y$ \\end{comment}", " "],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_prose_has_its_place(name: str) -> None:
    text, kinds, texts = KINDS[name]
    parts = found(text, name)
    assert [(p.kind, p.inline) for p in parts] == kinds
    assert [p.text for p in parts] == texts
    assert [sliced(text, p.inside) for p in parts] == texts
    assert all(p.text in sliced(text, p.at) for p in parts)


def test_a_quoted_formula_is_without_the_marks_of_the_quotation() -> None:
    text = "> $$\n> a\n> = b\n> $$\n"
    (formula,) = found(text)
    assert sliced(text, formula.at) == "$$\n> a\n> = b\n> $$"
    assert sliced(text, formula.inside) == "> a\n> = b\n>"
    assert formula.text == "  a\n  = b\n "


def test_what_is_never_closed_has_no_end_and_no_place() -> None:
    assert [p.text for p in found("$$ a\n\n$b$")] == ["b"]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_what_is_read_is_what_is_shown(file: Path) -> None:
    """Every equation stands in one formula of the page, and where that says."""
    text = file.read_text(encoding="utf-8")
    formulas = [p for p in found(text, file.name) if p.kind == "formula"]
    for equation in equations(text, file.suffix):
        places = [p for p in formulas if within(p.inside, equation.at)]
        assert [p.inline for p in places] == [equation.inline], equation
        assert " ".join(equation.text.split()) in " ".join(places[0].text.split())


def within(outer: Span, inner: Span) -> bool:
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    return start and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def test_a_report_on_a_document_has_them() -> None:
    text = "---\nshapes: {x: []}\nloss: y\n---\n$$y = x^2$$\nso $\\partial y/\\partial x = 3x$\n"
    report = document.proofread(text, "a.md")
    assert (report.source, report.passages) == (text, found(text))
    (wrong,) = (m for m in report.marks if m.verdict == "wrong")
    assert wrong.at is not None
    assert within(report.passages[2].inside, wrong.at)
    assert report.to_dict()["passages"][2] == {
        "kind": "formula", "inline": True, "text": "\\partial y/\\partial x = 3x",
        "at": {"line": 6, "column": 4, "end_line": 6, "end_column": 32},
        "inside": {"line": 6, "column": 5, "end_line": 6, "end_column": 31},
    }  # fmt: skip
