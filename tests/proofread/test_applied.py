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
