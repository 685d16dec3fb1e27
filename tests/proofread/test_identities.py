"""What is said of a function without its argument: σ′ = σ(1 − σ)."""

import pytest

from autograd.proofread.judge import judge
from autograd.proofread.reading.document import read

PAGE = r"""---
loss: L
functions: {g: sigmoid}
shapes: {x: [n, 1]}
---
$$L = \sum_{i=1}^n \sigma(x_i)$$

Since $CLAIM$, we get
$$\frac{\partial L}{\partial x} = \sigma(x) \odot (1 - \sigma(x)) = \sigma'(x)$$
"""


def verdicts(claim: str) -> list[str]:
    setup, lines, _ = read(PAGE.replace("CLAIM", claim), "x.md")
    return [mark.verdict for mark in judge(setup, lines).marks]


@pytest.mark.parametrize(
    "claim",
    [r"\sigma' = \sigma (1 - \sigma)", r"\sigma' = \sigma - \sigma^2", r"g' = g(1 - g)",
     r"\tanh' = 1 - \tanh^2", r"\exp' = \exp"],
)  # fmt: skip
def test_right_ones(claim: str) -> None:
    assert verdicts(claim) == ["definition", "right", "right", "right"]


@pytest.mark.parametrize(
    "claim",
    [r"\sigma' = \sigma (1 + \sigma)", r"\tanh' = \tanh (1 - \tanh)", r"g' = 1 - g^2"],
)
def test_wrong_ones(claim: str) -> None:
    assert verdicts(claim) == ["definition", "wrong", "right", "right"]


def test_functions_still_take_arguments() -> None:
    assert verdicts(r"\sigma'(x) = \sigma(x) \odot (1 - \sigma(x))")[1] == "right"


def test_other_letters_stay_unread() -> None:
    assert verdicts(r"q' = q (1 - q)")[1] == "not read"
