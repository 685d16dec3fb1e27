"""Functions that a document defines, and takes of other arguments: h(x) and then h(x^{(i)})."""

from __future__ import annotations

import pytest

from autograd.proofread.judge import judge
from autograd.proofread.reading.document import read
from autograd.proofread.report import Mark

PAGE = r"""---
loss: J
samples: columns
symbols: {"h_{\\theta}": htheta}
functions: {g: sigmoid}
shapes: {theta: [d, 1], x: [d, m], y: [1, m]}
---
$$h_\theta(x) = g(\theta^T x)$$

$$J(\theta) = -\frac{1}{m} \sum_{i=1}^m \left[ y^{(i)} \log h_\theta(x^{(i)})
 + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)})) \right]$$

$$\frac{\partial J}{\partial \theta_j} = RIGHT$$
"""


def last(right: str) -> Mark:
    setup, lines, _ = read(PAGE.replace("RIGHT", right), "page.md")
    return judge(setup, lines).marks[-1]


@pytest.mark.parametrize(
    ("right", "verdict"),
    [
        (r"\frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}", "right"),
        (r"\frac{1}{m} \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}", "wrong"),
        (r"\sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}", "wrong"),
    ],
)
def test_a_function_of_one_sample(right: str, verdict: str) -> None:
    assert last(right).verdict == verdict


def test_a_repair_calls_it_as_its_author_does() -> None:
    wrong = last(r"\sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}")
    text = r"\frac{1}{m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}"
    assert [fix.text for fix in wrong.fixes] == [text]
    assert last(text).verdict == "right"


SEVERAL = r"""---
loss: L
shapes: {x: [n, d], W_1: [d, 1], t: [n, 1]}
---
$$f(x, W_1) = x W_1$$
$$L = \sum_{i=1}^n \left(f(x_i, W_1) - t_i\right)^2$$
$$\frac{\partial L}{\partial t_i} = RIGHT$$
"""


@pytest.mark.parametrize(
    ("right", "verdict"),
    [
        ("-2 (f(x_i, W_1) - t_i)", "right"),
        ("-2 (f_i - t_i)", "right"),
        ("-2 (f(x, W_1) - t_i)", "wrong"),  # all of f
        ("f(x_i, W_1) - t_i", "wrong"),
    ],
)
def test_a_function_of_several_quantities_is_taken_of_one_sample(right: str, verdict: str) -> None:
    setup, lines, _ = read(SEVERAL.replace("RIGHT", right), "page.md")
    assert judge(setup, lines).marks[-1].verdict == verdict


def test_what_stays_as_defined_keeps_its_spelling() -> None:
    setup, lines, _ = read(SEVERAL.replace("RIGHT", "f(x_i, W_1) - t_i"), "page.md")
    wrong = judge(setup, lines).marks[-1]
    assert wrong.fixes[0].text == "-2 (f(x_i, W_1) - t_i)"


def test_a_function_that_is_defined_again_for_each_sample() -> None:
    again = r"$$h_\theta(x^{(i)}) = g(\theta^T x^{(i)})$$"
    page = PAGE.replace("\n\n", f"\n{again}\n\n", 1)
    right = r"\frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}"
    setup, lines, _ = read(page.replace("RIGHT", right), "page.md")
    found = [m.verdict for m in judge(setup, lines).marks]
    assert found == ["definition", "right", "definition", "right"]


def test_the_same_argument_in_braces_is_the_same() -> None:
    page = "---\nloss: L\nshapes: {x: []}\n---\n$$z = x^2$$ $$h(z) = 3 z$$ $$L = h({z})^2$$\n"
    setup, lines, _ = read(page + r"$$\frac{\partial L}{\partial x} = 12 x h({z})$$", "page.md")
    assert judge(setup, lines).marks[-1].verdict == "right"


def test_brackets_with_something_else_are_a_factor() -> None:
    page = r"""---
loss: L
shapes: {x: [n, 1], w: []}
functions: {}
---
$$h(x) = w x$$
$$L = \sum_i (h_i)^2$$
$$q = h^T (1 - h)$$
$$\frac{\partial L}{\partial w} = 2 h^T x$$
"""
    setup, lines, _ = read(page, "page.md")
    report = judge(setup, lines)
    assert [m.verdict for m in report.marks] == ["definition"] * 3 + ["right"]
