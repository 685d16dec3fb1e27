"""What was computed instead of the target, in a sentence; silence where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import COLUMNS, RELU, ROWS, Net

from autograd.proofread.mending.recognise import recognised

CASES: list[tuple[Net, str, str]] = [
    (ROWS, "dz2 = h2 - t", "this is ∂L/∂h2, not ∂L/∂z2"),
    (ROWS, "dz2 = t - h2", "this is −∂L/∂h2, not ∂L/∂z2"),
    (ROWS, "dz2 = (t - h2) * h2 * (1 - h2)", "the sign is wrong"),
    (ROWS, "dW2 = dz2.T @ h1", "this is the transpose of ∂L/∂W2"),
    (ROWS, "dW1 = (x.T @ dz1).T * 1", "this is the transpose of ∂L/∂W1"),
    (ROWS, "dW1 = x.T @ dz1 / n", "off by the factor 1/n"),
    (ROWS, "dW1 = n * x.T @ dz1", "off by the factor n"),
    (ROWS, "dW1 = -2 * n * x.T @ dz1", "off by the factor −2n"),
    (ROWS, "dW1 = x.T @ dz1 / (2 * n1)", "off by the factor 1/(2n1)"),
    (ROWS, "dW1 = x.T @ dz1 / 2", "off by the factor 1/2"),
    (ROWS, "dW1 = x.T @ dz1 * 0.37 * sum(x)", "off by a factor that is the same for all entries"),
    (ROWS, "db2 = mean(dz2, axis=0, keepdims=True)", "off by the factor 1/n"),
    (ROWS, "db2 = sum(dz2, axis=0)", "the right entries, as a vector instead of a row"),
    (ROWS, "db2 = sum(dz2, axis=0).T", "the right entries, as a vector instead of a row"),
    (ROWS, "db2 = sum(dz2, axis=0, keepdims=True).T",
     "the right entries, as a column instead of a row"),
    (ROWS, "db2 = dz2 * 1", "this is ∂L/∂z2, not ∂L/∂b2"),
    (ROWS, "db2 = h2 * dz2 / h2 + 0 * t", "this is ∂L/∂z2, not ∂L/∂b2"),
    (ROWS, "dz1 = dh1 * h1", "it lacks the factor (1 − h1)"),
    (ROWS, "dz1 = dh1 * h1 * (1 - h1) * h1", "it has the factor h1 too much"),
    (ROWS, "dW1 = x.T @ dz1 + W1", "W1 is too much"),
    (ROWS, "dz2 = t * h2", ""),
    (ROWS, "dz2 = log(h2) @ b2", ""),
    (ROWS, "dz2 = log(h2 - h2)", ""),
    (ROWS, "L = sum((t - h2)**2) * x[0, 0]", ""),
    (ROWS, "h1 = z1", "this is z1, not h1"),
    (RELU, "dW2 = a1.T @ dz2", "λ W2 is missing"),
    (RELU, "dW2 = a1.T @ dz2 + 2 * lam * W2", "λ W2 is too much"),
    (RELU, "dW2 = a1.T @ dz2 + 0.5 * lam * W2", "λ/2 W2 is missing"),
    (RELU, "dz2 = p - y", "off by the factor n"),
    (COLUMNS, "da1 = dz2.T @ W2", "the right entries, as a row instead of a column"),
    (COLUMNS, "dz1 = da1", "this is ∂J/∂a1, not ∂J/∂z1"),
]  # fmt: skip


@pytest.mark.parametrize(("net", "line", "words"), CASES, ids=[line for _, line, _ in CASES])
def test_what_it_is_instead(net: Net, line: str, words: str) -> None:
    assert recognised(net.problem(line)) == words


def test_a_missing_sum_is_named() -> None:
    problem = ROWS.problem("db2 = dh2 * h2 * (1 - h2) + 0 * t")
    assert recognised(problem) == "this is ∂L/∂z2, not ∂L/∂b2"
    problem = ROWS.problem("db2 = dz2 + 1 - h2 / h2 + z2 - sum(z2, axis=0, keepdims=True) / n")
    assert recognised(problem) == "the sum over the rows is missing"


def test_right_rows_are_counted() -> None:
    line = "dz2 = dh2 * h2 * (1 - h2) * array([[1, 1, 2]])"
    three = ROWS.problem(line).worlds[:1]
    from dataclasses import replace

    problem = replace(ROWS.problem(line), worlds=three)
    assert recognised(problem) == "right in columns 1, 2, wrong in the others"


@given(st.sampled_from([(1, 1), (-1, 1), (2, 1), (1, 3), (-5, 4), (7, 24)]), st.booleans())
def test_rational_factors_are_named_whatever_the_net(factor: tuple[int, int], relu: bool) -> None:
    top, bottom = factor
    net, right = (RELU, "a1.T @ dz2 + lam * W2") if relu else (ROWS, "h1.T @ dz2")
    found = recognised(net.problem(f"dW2 = ({right}) * {top} / {bottom}"))
    if factor == (-1, 1):
        assert found == "the sign is wrong"
    elif factor != (1, 1):
        sign = "−" if top < 0 else ""
        shown = f"{abs(top)}/{bottom}" if bottom != 1 else f"{abs(top)}"
        assert found == f"off by the factor {sign}{shown}"


def test_a_factor_must_be_the_same_in_every_world() -> None:
    """n·∂L is n times too large in each world, though the numbers differ from world to world."""
    problem = ROWS.problem("dW2 = 11 * h1.T @ dz2")  # 11 is n in the first world
    assert problem.worlds[0].sizes["n"] == 11
    assert recognised(problem) == "off by the factor 11"
    assert np.isfinite(problem.truth()).all()


def test_another_gradient_must_be_it_in_every_world() -> None:
    problem = ROWS.problem("dz2 = (h2 - t) * n / 11")
    assert problem.worlds[0].sizes["n"] == 11
    assert "this is" not in recognised(problem)
