"""Jacobians: layouts, chains in either order, and ⊙ where they are diagonal only."""

from __future__ import annotations

import pytest
from verdicts import COLUMNS, d, document, in_latex

DENOMINATOR = COLUMNS + "jacobian: denominator\n"
Au, uAu = r"(A u)", r"u^T A u"
LAYOUTS = {
    f"{d(Au, 'u')} = A": ("right", "wrong"),
    f"{d(Au, 'u')} = A^T": ("wrong", "right"),
    f"{d('y', 'h')} = V": ("right", "wrong"),
    f"{d('y', 'h')} = V^T": ("wrong", "right"),
    f"{d(uAu, 'u')} = (A + A^T) u": ("right", "right"),
    f"{d(uAu, 'u')} = u^T (A + A^T)": ("wrong", "wrong"),
    f"{d(uAu, 'u')} = 2 A u": ("wrong", "wrong"),
    f"{d('L', 'W^T')} = x {d('L', 'z')}^T": ("right", "right"),
    f"{d('L', 'W^T')} = {d('L', 'z')} x^T": ("wrong", "wrong"),
    f"{d('L', 'h')} = {d('L', 'y')} {d('y', 'h')}": ("right", "right"),
    f"{d('L', 'h')} = {d('y', 'h')} {d('L', 'y')}": ("right", "right"),
    f"{d('L', 'h')} = V^T {d('L', 'y')}": ("right", "right"),
    rf"{d('L', 'h')} = \frac{{1}}{{2}} {d('L', 'y')} 2 {d('y', 'h')}": ("right", "right"),
    rf"{d('L', 'h')} = (-{d('L', 'y')}) {d('y', 'h')}": ("wrong", "wrong"),
    rf"{d('L', 'h')} = \frac{{{d('L', 'y')}}}{{c}} c {d('y', 'h')}": ("right", "right"),
    rf"{d('L', 'h')} = \frac{{{d('L', 'y')}}}{{c}} {d('y', 'h')}": ("wrong", "wrong"),
    f"{d('L', 'W')} = {d('L', 'h')} {d('h', 'z')} {d('z', 'W')}": ("right", "right"),
    rf"{d('L', 'z')} = {d('L', 'h')} \odot {d('h', 'z')}": ("right", "right"),
    rf"{d('L', 'h')} = {d('L', 'y')} \odot {d('y', 'h')}": ("undefined", "undefined"),
    rf"{d('L', 'z')} = V^T e \odot {d('h', 'z')}": ("right", "right"),
    rf"{d('L', 'z')} = {d('h', 'z')} \odot V^T e": ("right", "right"),
}  # fmt: skip
SOFTMAX = """
loss: L
shapes: {z: [k, 1], t: [k, 1]}
forward:
  - p = softmax(z)
  - L = sum((p - t)**2)
"""


@pytest.mark.parametrize("claim", LAYOUTS)
def test_layouts(claim: str) -> None:
    assert (*in_latex([claim], COLUMNS), *in_latex([claim], DENOMINATOR)) == LAYOUTS[claim]


@pytest.mark.parametrize("config", [COLUMNS, DENOMINATOR], ids=["numerator", "denominator"])
def test_a_wrong_jacobian_is_carried_in_both_layouts(config: str) -> None:
    wrong = "2 V" if config == COLUMNS else "2 V^T"
    right = wrong[2:]
    chain = f"{d('L', 'h')} = {d('L', 'y')} {d('y', 'h')}"
    half = f"{d('L', 'h')} = \\frac{{1}}{{2}} {d('L', 'y')} {d('y', 'h')}"
    assert in_latex([f"{d('y', 'h')} = {wrong}", chain], config) == ["wrong", "carried"]
    assert in_latex([f"{d('y', 'h')} = {wrong}", half], config) == ["wrong", "wrong"]
    assert in_latex([f"{d('y', 'h')} = {right}", chain], config) == ["right", "right"]


def test_cancelling_with_a_jacobian_is_said_in_its_layout() -> None:
    half = f"{d('L', 'h')} = \\frac{{1}}{{2}} {d('L', 'y')} {d('y', 'h')}"
    marks = document([f"{d('y', 'h')} = 2 V^T", half], DENOMINATOR).marks
    assert any("cancel" in note for note in marks[-1].notes)


def test_a_jacobian_that_is_not_diagonal_has_no_entrywise_product() -> None:
    lines = [
        rf"{d('L', 'z')} = {d('L', 'p')} \odot {d('p', 'z')}",
        f"{d('L', 'z')} = {d('L', 'p')} {d('p', 'z')}",
        f"{d('p', 'z')} = {d('p', 'z')}^T",
    ]
    assert in_latex(lines, SOFTMAX) == ["undefined", "right", "right"]
