"""Document 2, lines 1–306: the numbers behind the notes T1 … T7."""

from __future__ import annotations

import numpy as np
from judge import Evidence, derivative, digits, listed, off, sigma
from point_004 import W2, J, a2, g, lam, p, softmax, z1


def input_for_output() -> str:
    return f"z1₃ = {digits(z1[2, 0])}, a1₃ = {digits(g[2, 0])}"


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


def w0_missing() -> str:
    d = derivative(lambda w: sigma(w[0] + 2 * -1 - 3 * -2), np.array([-3.0]))
    return f"at the same point ∂f/∂w0 = f(1−f) = {digits(d[0])}"


EVIDENCE: Evidence = {
    "T1": input_for_output,
    "T3": p_without_y,
    "T4": overflow,
    "T5": loss_of_the_weights,
    "T6": which_norm,
    "T7": w0_missing,
}
