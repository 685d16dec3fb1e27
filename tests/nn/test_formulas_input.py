"""What the formulas refuse, and that the refusal says what was given and what to give."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from nn import formulas

ROWS = {"W1": np.ones((4, 5)), "b1": np.ones(5), "W2": np.ones((5, 3)), "b2": np.ones(3)}
COLUMNS = {k: v.T if k[0] == "W" else v[:, None] for k, v in ROWS.items()}
Z0, T, Y = np.ones((7, 4)), np.ones((7, 3)), np.zeros(7, int)


def without(params, name):
    return {k: v for k, v in params.items() if k != name}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "params lacks W1, b1: it has nothing"),
        (without(ROWS, "b2"), "params lacks b2: it has W1, b1, W2, and needs"),
        (without(ROWS, "W1"), "params lacks W1"),
        ({"W1": ROWS["W1"], "b1": ROWS["b1"], "W4": 1, "b4": 1}, "params lacks W2, b2"),
        (ROWS | {"gamma": np.ones(3)}, "params has gamma besides"),
        (ROWS | {"b2": np.ones((3, 1))}, r"b2 has shape \(3, 1\): give \(3,\)"),
        (ROWS | {"W2": np.ones((4, 3))}, r"W2 \(4, 3\) does not follow W1 \(4, 5\): its axis 0"),
        (ROWS | {"W1": np.ones(5)}, r"W1 has shape \(5,\): give a matrix"),
        (ROWS | {"W1": np.ones((0, 5))}, r"W1 has shape \(0, 5\): give a matrix that is not empty"),
        (ROWS | {"W1": np.full((4, 5), 1j)}, "W1 has dtype complex128: give a plain array of real"),
        (ROWS | {"W1": [[1.0], [1.0, 2.0]]}, "W1 is ragged: give rows of equal length"),
        (ROWS | {"W1": np.full((4, 5), "1")}, "W1 has dtype <U1"),
    ],
)
def test_wrong_parameters(params, message):
    with pytest.raises(ValueError, match=message):
        formulas.sigmoid_net_gradients(params, Z0, T)


@pytest.mark.parametrize(
    ("z0", "t", "message"),
    [
        (Z0.T, T, r"z0 has shape \(4, 7\), but W1 takes 4 features: give .* \(m, features\)"),
        (Z0[0], T, r"z0 has shape \(4,\)"),
        (Z0[:0], T[:0], "at least one sample"),
        (Z0, T.T, r"t has shape \(3, 7\): give \(7, 3\), one row of targets per sample"),
        (Z0, T[:6], r"t has shape \(6, 3\): give \(7, 3\)"),
        (Z0, Y + 3, "t has the label 3: give labels 0…2"),
        (Z0, T > 0, "t has dtype bool"),
        (Z0, [[1], [1, 2]], "t is ragged"),
    ],
)
def test_wrong_rows(z0, t, message):
    for function in (formulas.sigmoid_net_gradients, formulas.sigmoid_net_residuals):
        with pytest.raises(ValueError, match=message):
            function(ROWS, z0, t)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (Z0, Y, r"x has shape \(7, 4\), but W1 takes 4 features: give .* \(features, m\)"),
        (Z0.T, Y[:6], "y has 6 labels for 7 samples: give one per sample"),
        (Z0.T, Y + 3, "y has the label 3: give labels 0…2, counted from 0"),
        (Z0.T, Y - 1, "y has the label -1"),
        (Z0.T, Y + 0.5, "y has dtype float64: give integer labels 0…2"),
        (Z0.T, ["a"] * 7, "y has dtype <U1: give integer labels"),
        (Z0.T, np.eye(3)[Y], r"y has shape \(7, 3\): give \(3, 7\), one-hot columns"),
        (Z0.T, T.T, "y is not one-hot"),
        (Z0.T, T.T / 3, "y is not one-hot"),
        (Z0.T, 0, r"y has shape \(\): give \(3, 7\)"),
    ],
)
def test_wrong_columns(x, y, message):
    for function in (formulas.testnet_gradients, formulas.testnet_loss, formulas.testnet_residuals):
        with pytest.raises(ValueError, match=message):
            function(COLUMNS, x, y)


def test_rows_given_as_columns_are_refused():
    with pytest.raises(ValueError, match=r"b1 has shape \(5, 1\)|does not follow"):
        formulas.sigmoid_net_forward(COLUMNS, Z0)
    with pytest.raises(ValueError, match=r"W2 \(5, 3\) does not follow W1 \(4, 5\): its axis 1"):
        formulas.testnet_forward(ROWS, Z0.T)


@pytest.mark.parametrize("decay", [np.ones(2), float("nan"), float("inf"), 1j, "much", None])
def test_weight_decay_is_one_finite_number(decay):
    with pytest.raises(ValueError, match="weight_decay"):
        formulas.testnet_gradients(COLUMNS, Z0.T, Y, decay)
    with pytest.raises(ValueError, match="weight_decay"):
        formulas.sigmoid_net_loss(ROWS, Z0, T, decay)


def test_results_can_be_written_to_without_touching_anything_else():
    given = {k: v.copy() for k, v in COLUMNS.items()}
    x = Z0.T.copy()
    first = formulas.testnet_gradients(COLUMNS, x, Y, 0.5)
    for value in first.values():
        value *= 2
    assert (x == 1).all()
    assert all((COLUMNS[k] == v).all() for k, v in given.items())
    for name, value in formulas.testnet_gradients(COLUMNS, x, Y, 0.5).items():
        assert (first[name] == 2 * value).all(), name


@pytest.mark.parametrize("name", ["formulas", "local_gradients", "scaling", "_formula_inputs"])
def test_the_formulas_do_not_know_the_engine(name):
    source = (Path(formulas.__file__).parent / f"{name}.py").read_text("utf-8")
    imported = re.findall(r"^\s*(?:from|import) ([\w.]+)", source, re.MULTILINE)
    allowed = {"__future__", "collections", "dataclasses", "numpy", "nn", "re"}
    assert {module.split(".")[0] for module in imported} <= allowed
    siblings = {module for module in imported if module.startswith("nn.")}
    assert siblings <= {"nn._formula_inputs", "nn.formulas"}
