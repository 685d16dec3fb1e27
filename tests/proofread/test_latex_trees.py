"""What each piece of LaTeX is read as."""

from __future__ import annotations

import pytest
from raw_trees import tree

from autograd.proofread.reading import equations

TREES = {
    # fractions, roots
    r"\frac{a}{b}": "frac(a, b)",
    r"\dfrac {a} {b}": "frac(a, b)",
    r"\tfrac12 x": "{frac(1, 2)·x}",
    r"\frac1m": "frac(1, m)",
    r"\frac1{2m}": "frac(1, {2·m})",
    r"\frac{\partial L}{\partial w_{11}}": "frac({partial·L}, {partial·<w_11>})",
    r"\frac{\varphi J}{\varphi b}": "frac({varphi·J}, {varphi·b})",
    r"\frac{\mathrm d L}{\mathrm{d}x}": "frac({d.mathrm·L}, {d.mathrm·x})",
    r"\sqrt{x+1}": "root({+x +1})",
    r"\sqrt[3]{x}": "root(x, 3)",
    r"\sqrt 2": "root(2)",
    # scripts in any order, primes, transposes
    r"a_{i}^{(l)}": "<a_i^(l)>",
    r"a^{(l)}_{i}": "<a_i^(l)>",
    r"x_i^2": "<x_i^2>",
    r"x_12": "{<x_1>·2}",
    r"x_{12}": "<x_12>",
    r"W^{(2)}_{i,j}": "<W_list(i, j)^(2)>",
    r"W^{(2)}_{(1),3}": "<W_list((1), 3)^(2)>",
    r"w_{ij}": "<w_{i·j}>",
    r"z^{l+1}": "<z^{+l +1}>",
    r"X_{:,j}": "<X_list(:, j)>",
    r"X_{i\cdot}": "<X_{i·cdot}>",
    r"W^T": "<W^T>",
    r"W^\top": "<W^top>",
    r"(a^{(1)})^{T}": "<(<a^(1)>)^T>",
    r"x^{*}": "<x^*>",
    r"x^{-1}": "<x^{-1}>",
    r"f'(x)": "{<f'>·(x)}",
    r"g''": "<g''>",
    r"f^{\prime}": "<f'>",
    r"f^{\prime\prime}": "<f''>",
    r"{f}(z)'": "{f·<(z)'>}",
    r"e^{a^{(2)}_{1}}": "<e^<a_1^(2)>>",
    r"e^\frac{1}{2}": "<e^frac(1, 2)>",
    r"{W^{(1)}}^T": "<<W^(1)>^T>",
    # brackets
    r"\left ( x \right )": "(x)",
    r"\left[ a, b \right]": "[a, b]",
    r"\left\{ a \right\}": "{a}",
    r"\Big( x \Big)": "(x)",
    r"\left \| W \right \|^2": "<‖W‖^2>",
    r"\left\| W \right\|_F": "<‖W‖_F>",
    r"\|x\|": "‖x‖",
    r"||x||": "‖x‖",
    r"\lVert x \rVert": "‖x‖",
    r"|x - y|": "|{+x -y}|",
    r"|x| + |y|": "{+|x| +|y|}",
    r"\left|x\right|": "|x|",
    r"\left.f\right|_{x=0}": "<.f._x = 0>",
    r"（a＋b）": "({+a +b})",
    r"g()": "{g·()}",
    r"g(\cdot)": "{g·(cdot)}",
    # products
    r"a b": "{a·b}",
    r"a \cdot b \times c * d / e": r"{a \cdot b \times c * d / e}",
    r"a \odot b \circ c \otimes d": r"{a \odot b \circ c \otimes d}",
    r"a \cdot -b": r"{a \cdot {-b}}",
    r"a \pm b \mp c": r"{+a \pmb \mpc}",
    r"\pm 1": r"{\pm1}",
    r"-a - b": "{-a -b}",
    r"a\, b\! c\; d~e": "{a·b·c·d·e}",
    r"{a - b} + c": "{+{+a -b} +c}",
    r"a {b c} d": "{a·{b·c}·d}",
    # functions, indicators, probabilities
    r"\ln p(y=j)": "{ln·p·(y = j)}",
    r"\log x": "{log·x}",
    r"\exp(x)": "{exp·(x)}",
    r"\max(x,y)": "{max·(x, y)}",
    r"max(x,y)": "{max·(x, y)}",
    r"\max_i z_i": "max[i..](<z_i>)",
    r"1(y=j)": "{1·(y = j)}",
    r"\mathbb{1}(x>=y)": "{1.mathbb·(x >= y)}",
    r"\mathbf 1^T": "<1.mathbf^T>",
    r"1\{y \le j\}": "{1·{y <= j}}",
    r"h(a^{(2)},y)": "{h·(<a^(2)>, y)}",
    r"p(y|x)": "{p·(y | x)}",
    r"p(y \mid x;\theta)": "{p·(y | x, theta)}",
    # sums: the body ends at the next + or − of its level
    r"\sum_{i=1}^n x_i": "sum[i = 1..n](<x_i>)",
    r"\sum_{i=1}^{n} x_i y_i - 1": "{+sum[i = 1..n]({<x_i>·<y_i>}) -1}",
    r"\sum_{i} \sum_{j \neq i} w_{ij}": "sum[i..](sum[j != i..](<w_{i·j}>))",
    r"\sum e^{a}": "sum[..](<e^a>)",
    r"\sum_{i,j} w": "sum[list(i, j)..](w)",
    r"\sum\limits_{k \in B} x_k": "sum[k in B..](<x_k>)",
    r"-\sum_i -x": "{-sum[i..]({-x})}",
    r"2 \sum_i (x_i + 1)": "{2·sum[i..](({+<x_i> +1}))}",
    r"\prod_{k=1}^K p_k": "prod[k = 1..K](<p_k>)",
    # matrices
    r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}": "bmatrix[a, b; c, d]",
    r"\begin{bmatrix} a \\ b \\ \end{bmatrix}": "bmatrix[a; b]",
    r"\begin{pmatrix} h_1 & \cdots & h_n \\ \vdots & \ddots & \vdots \end{pmatrix}":
        "pmatrix[<h_1>, cdots, <h_n>; vdots, ddots, vdots]",
    r"\begin{bmatrix} a \end{bmatrix}_{n \times 4}": r"<bmatrix[a]_{n \times 4}>",
    r"\begin{vmatrix} a & b \end{vmatrix}": "vmatrix[a, b]",
    r"\left[\begin{array}{cc} a & b \end{array}\right]": "bmatrix[a, b]",
    r"\begin{cases} x, & \text{if } x > 0, \\ 0, & \text{otherwise} \end{cases}":
        'cases[x, x > 0; 0, "otherwise"]',
    r"\left\{\begin{array}{l} a \\ b \end{array}\right.": "cases[a; b]",
    r"\begin{bmatrix} 1 & \\ & 1 \end{bmatrix}": "bmatrix[1, list(); list(), 1]",
    # fonts, words, accents, letters of other alphabets
    r"\mathbf{W} \mathbf x": "{W.mathbf·x.mathbf}",
    r"\boldsymbol{\delta}": "delta.boldsymbol",
    r"\mathbb{R}": "R.mathbb",
    r"\operatorname{softmax}(z)": "{softmax.operatorname·(z)}",
    r"\mathrm{ReLU}'(z)": "{<ReLU.mathrm'>·(z)}",
    r"\text{sigmod}(z_0)": "{sigmod.text·(<z_0>)}",
    r"\bar{W}^{(1)}": "<W~bar^(1)>",
    r"\bar{W^{(1)}}": "<W~bar^(1)>",
    r"\hat y": "y~hat",
    r"\hat{\mathbf{y}}": "y.mathbf~hat",
    r"\tilde{x}_i": "<x~tilde_i>",
    r"\nabla_{W} J": "{<nabla_W>·J}",
    r"σ(z) · α": r"{sigma·(z) \cdot alpha}",
    r"Wᵀ x₂ − x²": "{+{<W^T>·<x_2>} -<x^2>}",
    r"∂L": "{partial·L}",
    r"dW2": "{d·W·2}",
    r"0.5 \times x": r"{0.5 \times x}",
    # layout that says nothing
    r"\displaystyle x \color{red}{y}": "{x·y}",
    r"\underbrace{a + b}_{\text{a sum}}": "{+a +b}",
    r"\textcolor{red}{x} y \label{one} \notag": "{x·y}",
    r"a_1, a_2, ..., a_n": "list(<a_1>, <a_2>, cdots, <a_n>)",
    "x % a comment \n y": "{x·y}",
    r"\forall i": '{"for all"·i}',
}  # fmt: skip


@pytest.mark.parametrize("text", TREES)
def test_a_formula_is_read(text: str) -> None:
    assert tree(text) == TREES[text]


UNREAD = {
    r"\frac{a}{b": "line 1, column 11: this “{” is never closed",
    r"a}": "line 1, column 4: nothing opens this “}”",
    r"\begin{bmatrix} a": r"line 1, column 3: this “\begin{bmatrix}” is never closed",
    r"\begin{bmatrix} a \end{pmatrix}": r"line 1, column 21: nothing opens this “\end{pmatrix}”",
    r"\frac{a}{}": "line 1, column 12: found “}”, expected a formula",
    r"a_{} + b": "line 1, column 6: found “}”, expected a formula",
    r"\sum_{i}": "line 1, column 11: the formula ends, expected a formula",
    r"x + = 3": "line 1, column 6: the formula ends, expected a formula",
    r"a =": "line 1, column 5: nothing stands after this “=”",
    r"(= 1)": "line 1, column 4: found “=”, expected a formula",
    r"(x + ] y": "line 1, column 8: found “]”, expected a formula",
    r"n!": "line 1, column 4: found “!”, expected a sign",
    r"\binom{n}{k}": r"line 1, column 3: the command “\binom” is not known",
    r"\overline{a+b}": "line 1, column 3: “bar” over more than a letter has no meaning",
    r"(a \cdot b + c \cdot d": "line 1, column 3: this “(” is never closed",
    r"a | b": "line 1, column 5: this “|” has no partner",
    r"\left; x": "line 1, column 3: “;” is no bracket",
    r"\mathbf": r"line 1, column 3: nothing follows “\mathbf”",
    "(" * 200: "line 1, column 103: brackets are nested more than 100 deep",
}  # fmt: skip


@pytest.mark.parametrize("text", UNREAD, ids=lambda text: text[:20])
def test_what_cannot_be_read_has_a_reason_with_its_place(text: str) -> None:
    (equation,) = equations(f"$${text}$$")
    assert (equation.members, equation.reason) == ((), UNREAD[text])
    assert equation.text == text


def test_a_formula_that_cannot_be_read_does_not_hide_the_next() -> None:
    first, second = equations(r"$$ a = \binom{n}{k} \\ b = 1 $$")
    assert "binom" in first.reason
    assert not second.reason


def test_every_part_has_its_place() -> None:
    (equation,) = equations("one\n\n$$\nx = \\frac{a}{b_{1}}\n$$\n")
    fraction = equation.members[1].value
    assert fraction is not None
    assert (fraction.at.line, fraction.at.column, fraction.at.end_column) == (4, 5, 20)
    bottom = fraction.bottom  # type: ignore[attr-defined]
    assert (bottom.at.column, bottom.at.end_column) == (14, 19)
    assert (bottom.sub.at.column, bottom.sub.at.end_column) == (17, 18)


def test_braces_belong_to_what_is_in_them() -> None:
    (equation,) = equations("$$x {y}$$")
    product = equation.members[0].value
    assert product is not None
    assert (product.at.column, product.at.end_column) == (3, 8)
