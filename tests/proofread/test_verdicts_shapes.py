"""Stated shapes, in both notations; graphs whose kinks no formula shows."""

from __future__ import annotations

import pytest
from verdicts import COLUMNS, in_latex, in_python

import autograd as ag

STATED = {
    r"W \in \mathbb{R}^{k \times m}": "right",
    r"W \in \mathbb{R}^{m \times k}": "wrong",
    r"W \in \mathbb{R}^{k m}": "wrong",
    r"x \in \mathbb{R}^{m}": "right",
    r"x \in \mathbb{R}^{m \times 1}": "right",
    r"x \in \mathbb{R}^{1 \times m}": "wrong",
    r"x \in \mathbb{R}^{m + 2}": "wrong",
    r"x \in \mathbb{R}^{k - 2}": "wrong",
    r"x \in \mathbb{R}": "wrong",
    r"L \in \mathbb{R}": "right",
    r"L \in \mathbb{R}^{1 \times 1}": "right",
    r"L \in \mathbb{R}^{m}": "wrong",
    r"x^T x \in \mathbb{R}": "right",
    r"\frac{\partial L}{\partial W} \in \mathbb{R}^{k \times m}": "right",
    r"\frac{\partial L}{\partial W} \in \mathbb{R}^{m \times k}": "wrong",
    r"W \in \mathbb{R}^{4 \times 3}": "right",
    r"W \in \mathbb{R}^{3 \times 4}": "wrong",
    r"h \in \mathbb{R}^{4}": "right",
    r"h \in \mathbb{R}^{3}": "wrong",
    r"h \in \mathbb{R}^{1 \times 4}": "wrong",
}
NUMPY = {
    "b1.shape == (n1,)": "right",
    "b1.shape == (n1, 1)": "wrong",
    "b1.shape == (1, n1)": "wrong",
    "W1.shape == (n0, n1)": "right",
    "W1.shape == (n1, n0)": "wrong",
    "dW1.shape == (n0, n1)": "right",
    "h1.shape == (n, n1)": "right",
    "h1.shape == (n, n0 + 2)": "wrong",
}


@pytest.mark.parametrize("claim", STATED)
def test_shapes_in_documents(claim: str) -> None:
    assert in_latex([claim], COLUMNS + "sizes: {k: 4, m: 3, p: 2}\n") == [STATED[claim]]


@pytest.mark.parametrize("claim", NUMPY)
def test_shapes_in_python(claim: str) -> None:
    assert in_python([claim]) == [NUMPY[claim]]


def test_both_sides_of_a_kink_in_a_graph_are_tried() -> None:
    x, w = ag.Tensor([0.5, -1.0, 1.5, 0.25]), ag.Tensor(0.7)
    z = (w * x).sum()
    r = ag.relu(z)
    lines = ["dr = 2 * r", "dz = 2 * r", "dz = 2 * z", "dw = 2 * z * sum(x)"]
    report = ag.proofread(ag.Derivation(r * r, {"x": x, "w": w, "z": z, "r": r}), lines)
    assert [m.verdict for m in report.marks] == ["right", "right", "wrong", "wrong"]
