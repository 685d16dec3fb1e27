"""Document 2, lines 1–306: the numbers behind each finding T1 … T15."""

from __future__ import annotations

import numpy as np
from judge import Evidence, cannot_multiply, derivative, digits, error, listed, off, sigma
from point_004 import W1, W2, J, a0, a2, b1, g, lam, p, softmax, z1


def row_or_column() -> str:
    return cannot_multiply(W1, a0.T)


def activated_output() -> str:
    return f"with a2 = g(z2): p has {off(softmax(sigma(a2)), p)}"


def input_for_output() -> str:
    return f"z1₃ = {digits(z1[2, 0])}, a1₃ = {digits(g[2, 0])}"


def extra_entry() -> str:
    return cannot_multiply(W1, np.vstack([[[1.0]], a0]))


def no_bias() -> str:
    return f"without the biases: p has {off(softmax(W2 @ sigma(W1 @ a0)), p)}"


def no_sum_over_j() -> str:
    errors = [error(W1[:, [j]] * a0[j] + b1, z1) for j in (0, 1)]
    return f"z1 with j = 1 or j = 2 alone: relative errors {listed(errors)}"


def p_without_y() -> str:
    return f"h(a2, 1) = h(a2, 2) = {listed(p)}"


def overflow() -> str:
    a = np.array([1000.0, 0.0])
    with np.errstate(over="ignore", invalid="ignore"):
        written = softmax(a)
    shifted = softmax(a - a.max())
    return f"a2 = (1000, 0): p = {listed(written)}; shifted by the maximum: {listed(shifted)}"


def loss_of_the_weights() -> str:
    same_a2 = J(W2=2 * W2, b2=a2 - 2 * W2 @ g, lam=lam)
    return (
        f"λ = 0.1: J = {digits(J(lam=lam))}; with W2 doubled, and b2 moved so that a2 stays, "
        f"J = {digits(same_a2)}"
    )


def which_norm() -> str:
    u, _, v = np.linalg.svd(W2)
    of_spectral = np.linalg.norm(W2, 2) * np.outer(u[:, 0], v[0])
    return f"λW2 for the Frobenius norm; for the spectral norm's gradient: {off(W2, of_spectral)}"


def ties() -> str:
    grown = max(1 + 1e-6, 1 + 1e-6) - max(1, 1)
    return f"x = y = 1, both moved by 1e-6: max grows by {grown:.1e}, 1 + 1 predicts 2.0e-06"


def p_of_x_lost_w0() -> str:
    w0, w1, w2, x1, x2 = -3.0, 2.0, -3.0, -1.0, -2.0
    f, written = sigma(w0 + w1 * x1 + w2 * x2), sigma(w1 * x1 + w2 * x2)
    return f"w = (−3, 2, −3), x = (−1, −2): σ(w·x) = {digits(written)}, f = {digits(f)}"


def w0_missing() -> str:
    d = derivative(lambda w: sigma(w[0] + 2 * -1 - 3 * -2), np.array([-3.0]))
    return f"at the same point ∂f/∂w0 = f(1−f) = {digits(d[0])}"


EVIDENCE: Evidence = {
    "T1": row_or_column,
    "T2": activated_output,
    "T3": input_for_output,
    "T4": extra_entry,
    "T5": no_bias,
    "T6": no_sum_over_j,
    "T9": p_without_y,
    "T10": overflow,
    "T11": loss_of_the_weights,
    "T12": which_norm,
    "T13": ties,
    "T14": p_of_x_lost_w0,
    "T15": w0_missing,
}
