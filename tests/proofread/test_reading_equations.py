"""How a display is taken apart into equations and members."""

from __future__ import annotations

import pytest
from raw_trees import split

from autograd.proofread.reading import equations

DISPLAYS = {
    "a = b = c": ["a = b = c"],
    r"a = b \\ c = d": ["a = b", "c = d"],
    r"a = b \\[2pt] c = d \\": ["a = b", "c = d"],
    r"a = b \Rightarrow c = d": ["a = b", "c = d"],
    r"a = b \implies c = d \therefore e = f": ["a = b", "c = d", "e = f"],
    r"a = b \quad c = d": ["a = b", "c = d"],
    r"a = b, c = d": ["a = b", "c = d"],
    r"a = b；c ＝ d，e＝f": ["a = b", "c = d", "e = f"],
    r"W=\begin{bmatrix} 1 \\ 2 \end{bmatrix}\ b=\begin{bmatrix} 3 \end{bmatrix}": [
        r"W = \begin{bmatrix} 1 \\ 2 \end{bmatrix}", r"b = \begin{bmatrix} 3 \end{bmatrix}",
    ],
    r"\frac{a}{b}=1 \ \ \frac{a}{c}=\pm 1": [r"\frac{a}{b} = 1", r"\frac{a}{c} = \pm 1"],
    r"W\in R^{2\times 3}, J\in R^{1}": [r"W in R^{2\times 3}", r"J in R^{1}"],
    # what goes on
    r"a &= b \\ &= c": ["a = b = c"],
    r"a = b \\ = c": ["a = b = c"],
    r"a = \\ = b": ["a = b"],
    r"\phantom{a} = b \\ \phantom{a} = c": [" = b = c"],
    r"J = x \\ + y": [r"J = x \\ + y"],
    r"J = x \\ \quad - y": [r"J = x \\ \quad - y"],
    r"J = x + \\ y": [r"J = x + \\ y"],
    r"J = x \\ \cdot y": [r"J = x \\ \cdot y"],
    r"J = (x \\ y)": [r"J = (x \\ y)"],
    r"a = b \\ -c = d": ["a = b", "-c = d"],
    r"\begin{multline} a = b \\ c \end{multline}": [r"a = b \\ c"],
    # what is one
    r"x_1, x_2 = 0": ["x_1, x_2 = 0"],
    r"i = 1, \dots, n": [r"i = 1, \dots, n"],
    r"a = b \ c": [r"a = b \ c"],
    r"f(a, b = 1) = 2": ["f(a, b = 1) = 2"],
    r"a = \begin{cases} b & c = d \\ e \end{cases}": [
        r"a = \begin{cases} b & c = d \\ e \end{cases}"
    ],
    # columns, conditions, numbers, words
    r"\begin{align} a &= b & c &= d \\ e &=& f \end{align}": ["a = b", "c = d", "e = f"],
    r"x_i = y_i, \quad \forall i": ["x_i = y_i", r"\forall i"],
    r"a = b \qquad (3.2)": ["a = b"],
    r"a = b \tag{3}.": ["a = b"],
    r"若 x \in R，则 y = 1": [r"x in R", "y = 1"],
    r"a = b \text{ and } c = d": ["a = b", "c = d"],
    r"损失 = x": ["损失 = x"],
    r"\text{two words} = x": [r"\text{two words} = x"],
    r"L = \text{loss} = x": [r"L = \text{loss} = x"],
    r"\text{only words}": [r"\text{only words}"],
    r"\boxed{a = b}": ["a = b"],
    # relations
    r"a := b \equiv c \approx d": [r"a := b \equiv c \approx d"],
    r"a \le b \leq c <= d": ["a <= b <= c <= d"],
    r"a \ge b \geq c >= d ≥ e": ["a >= b >= c >= d >= e"],
    r"a \neq b \ne c \not= d": ["a != b != c != d"],
    r"a \propto b": [r"a \propto b"],
    r"W \leftarrow W - g": [r"W \leftarrow W - g"],
    r"a \stackrel{!}{=} b": ["a = b"],
}  # fmt: skip


@pytest.mark.parametrize("text", DISPLAYS)
def test_a_display_is_split(text: str) -> None:
    assert split(text) == DISPLAYS[text]


@pytest.mark.parametrize("text", ["= x", "&= x", r"\Rightarrow = x", r"\phantom{W} = x"])
def test_a_display_that_begins_with_a_relation_continues(text: str) -> None:
    before, equation = equations(f"$$y = z$$\n\n$$ {text} $$")
    assert (before.continues, equation.continues) == (False, True)
    assert [(m.sign, m.value is None) for m in equation.members] == [("", True), ("=", False)]
    assert (before.display, equation.display) == (0, 1)


def test_an_arrow_alone_does_not_continue() -> None:
    (equation,) = equations(r"$$ \Rightarrow \frac{a}{b} = x $$")
    assert not equation.continues
    assert len(equation.members) == 2


def test_equations_of_one_display_belong_together() -> None:
    found = equations("$$a = b \\\\ c = d$$ and $x$")
    assert [(e.display, e.inline) for e in found] == [(0, False), (0, False), (1, True)]


def test_members_have_their_places() -> None:
    found = equations("$$\na = b \\\\\n  &= c\n$$")
    (equation,) = found
    assert [(m.at.line, m.at.column) for m in equation.members] == [(2, 1), (2, 5), (3, 6)]
    assert (equation.at.line, equation.at.end_line, equation.at.end_column) == (2, 3, 7)


MENDED = {
    r"(g(z^{(1)})^T \cdot (1-g(z^{(1)})) \cdot (a)^T": (
        r"{<({g·(<z^(1)>)})^T> \cdot ({+1 -{g·(<z^(1)>)}}) \cdot <(a)^T>}",
        "“(” at line 1, column 3 is never closed; read as closed at line 1, column 14",
    ),
    r"2 (a + b": (
        "{2·({+a +b})}",
        "“(” at line 1, column 5 is never closed; read as closed at line 1, column 11",
    ),
    r"a + b) c": (
        "{({+a +b})·c}",
        "“)” at line 1, column 8 is never opened; read as opened at line 1, column 3",
    ),
    r"x^(2)": (
        "<x^(2)>",
        "“^” at line 1, column 4 has no braces; read as if all of the brackets were its argument",
    ),
}


@pytest.mark.parametrize("text", MENDED)
def test_a_bracket_with_one_obvious_place_is_mended_with_a_warning(text: str) -> None:
    from raw_trees import shown

    (equation,) = equations(f"$${text}$$")
    tree, warning = MENDED[text]
    assert (shown(equation.members[0].value), equation.warnings) == (tree, (warning,))


def test_a_bracket_is_mended_within_its_member() -> None:
    (equation,) = equations("$$f(x = 3$$")
    assert equation.warnings
    assert [m.text for m in equation.members] == ["f(x", "3"]


@pytest.mark.parametrize("text", [r"(a \cdot b + c \cdot d", "(a, b = 1", "(", "((((a"])
def test_a_bracket_without_an_obvious_place_is_not_mended(text: str) -> None:
    (equation,) = equations(f"$${text}$$")
    assert "is never closed" in equation.reason
    assert not equation.warnings
