"""Where formulas are, in each kind of document."""

from __future__ import annotations

import json

import pytest

from autograd.proofread.reading import equations

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
