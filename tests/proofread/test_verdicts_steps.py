"""Steps of gradient descent: the sign, the rate, and whose gradient."""

from __future__ import annotations

import pytest
from verdicts import in_python

FORWARD = ["h = sigmoid(x @ w)", "L = sum((h - t)**2) + lam * sum(w**2)"]
SHAPES = {"x": ("n", "m"), "w": ("m",), "t": ("n",), "lam": (), "alpha": (), "beta": ()}
GRADIENT = "x.T @ (2 * (h - t) * h * (1 - h)) + 2 * lam * w"
STEPS = {
    "w = w - alpha * dw": "right",
    "w -= alpha * dw": "right",
    "w = w - dw * beta": "right",
    "w += -alpha * dw": "right",
    f"w = w - alpha * ({GRADIENT})": "right",
    "w = w + alpha * dw": "wrong",
    "w = w - dw": "wrong",
    "w = w - lam * dw": "wrong",
    "w = w - 0.1 * dw": "wrong",
    "w = w - alpha * 2 * dw": "wrong",
    "w = w - alpha * (dw + lam * w)": "wrong",
    "w = w * (1 - alpha)": "wrong",
    "w = alpha * w - alpha * dw": "wrong",
    "w = w - alpha * dx": "wrong",
    "w = w - alpha * dt": "undefined",
}


@pytest.mark.parametrize("step", STEPS)
def test_steps(step: str) -> None:
    assert in_python([step], FORWARD, SHAPES) == [STEPS[step]]


def test_a_step_by_a_wrong_gradient_is_carried() -> None:
    wrong, right = f"dw = -({GRADIENT})", f"dw = {GRADIENT}"
    assert in_python([wrong, "w -= alpha * dw"], FORWARD, SHAPES) == ["wrong", "carried"]
    assert in_python([wrong, right, "w -= alpha * dw"], FORWARD, SHAPES)[-1] == "right"
    assert in_python([wrong, f"w -= alpha * ({GRADIENT})"], FORWARD, SHAPES)[-1] == "right"
