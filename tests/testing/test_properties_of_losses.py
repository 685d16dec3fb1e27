"""`gradient_property` in use: the losses, layers, and ops of one's own."""

from typing import Any

import numpy as np

import autograd as ag
import nn
from autograd import primitive
from autograd.testing import arrays, floats, gradient_property, labels, one_hot, signs

# ── losses: the targets of floats are part of what is differentiated, labels are not ─────────────
test_half_squared_error = gradient_property(
    "mo", "mo", gradient=lambda p, t: (p - t, t - p)
)(nn.half_squared_error)  # fmt: skip
test_mse = gradient_property(
    "mo", "mo", gradient=lambda p, t: (2 * (p - t) / p.size, 2 * (t - p) / p.size)
)(nn.mse)  # fmt: skip


def softmax_minus_labels(z: Any, y: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]) / len(y)


test_cross_entropy = gradient_property(
    "mc", lambda m, c: labels(m, c), gradient=softmax_minus_labels
)(nn.cross_entropy)


@gradient_property("mc", lambda m, c: one_hot(m, c).map(lambda t: t.astype(int)))
def test_cross_entropy_of_rows(z: Any, t: Any) -> Any:
    return nn.cross_entropy(z, t)


@gradient_property("cm", lambda c, m: one_hot(m, c, columns=True).map(lambda t: t.astype(int)))
def test_cross_entropy_of_columns(z: Any, t: Any) -> Any:
    return nn.cross_entropy(z, t, axis=0)


@gradient_property("m", lambda m: labels(m, 2))
def test_binary_cross_entropy(z: Any, y: Any) -> Any:
    return nn.binary_cross_entropy(z, y)


@gradient_property("m", lambda m: signs(m).map(lambda s: s.astype(int)))
def test_hinge(s: Any, y: Any) -> Any:
    return nn.hinge(s, y)


test_penalty = gradient_property(
    "io", "o", gradient=lambda W, b: (0.3 * W, 0.3 * b)
)(lambda W, b: nn.l2_penalty([W, b], 0.3))  # fmt: skip


# ── layers ──────────────────────────────────────────────────────────────────────────────────────
@gradient_property("mi", "ih", "h", "ho", "o")
def test_two_layers_in_rows(x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return ag.softmax(ag.tanh(x @ W1 + b1) @ W2 + b2)


@gradient_property("im", "hi", lambda h: arrays((h, 1)), "oh")
def test_two_layers_in_columns(x: Any, W1: Any, b1: Any, W2: Any) -> Any:
    return ag.log_softmax(W2 @ ag.sigmoid(W1 @ x + b1), axis=0)


# ── ops of one's own ────────────────────────────────────────────────────────────────────────────
hypot = primitive("hypot", lambda a, b: np.sqrt(a * a + b * b),
                  [lambda g, y, a, b: g * a / y, lambda g, y, a, b: g * b / y])  # fmt: skip
test_hypot = gradient_property(floats(0.5, 2.0), floats(), elementwise=True, reference=np.hypot)(
    hypot
)
rows = primitive("rows", lambda x: np.sum(x * x, axis=-1),
                 [lambda g, y, x: 2.0 * x * ag.expand_dims(g, -1)])  # fmt: skip
test_rows = gradient_property("ij", value_equals_tensor=False)(rows)
