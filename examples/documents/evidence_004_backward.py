"""Document 2, lines 310–654: the numbers behind the notes T8 … T13, and what is right there."""

from __future__ import annotations

import numpy as np
from judge import Evidence, agrees, cannot_multiply, derivative, off, sigma
from point_004 import (
    A0,
    W1,
    W2,
    Delta1,
    Delta2,
    G,
    a0,
    a2,
    alpha,
    b1,
    b2,
    batch_b1,
    batch_b2,
    batch_W1,
    batch_W2,
    delta2,
    g,
    lam,
    m,
    p,
    softmax,
    true_a1,
    true_W1,
    y,
    z1,
)


def layouts() -> str:
    jacobian = np.array([derivative(lambda a, j=j: softmax(a)[j, 0], a2).ravel() for j in (0, 1)])
    agrees(jacobian, np.diag(p.ravel()) - p @ p.T)
    row = agrees((-(y / p).T @ jacobian @ W2).T, true_a1)
    return f"column ∂J/∂a2 · W2: {cannot_multiply(delta2, W2)}; with rows throughout: {row}"


def shapes_decide_nothing() -> str:
    fits = ((W2.T @ a0) * g * (1 - g)) @ delta2.T
    return (
        f"right shape, wrong values: W1·δ2 for ∂J/∂a1, {off(W1 @ delta2, true_a1)}; "
        f"[(W2ᵀa0)⊙g⊙(1−g)]·δ2ᵀ for ∂J/∂W1, {off(fits, true_W1)}; see lines 548 and 643"
    )


def no_sample_index() -> str:
    one = delta2 @ g.T + lam * W2
    right = agrees(Delta2 @ G.T / m + lam * W2, batch_W2)
    return f"m times sample 1, over m: {off(one, batch_W2)}; with the index: {right}"


def batch_biases() -> str:
    agrees(Delta2.mean(axis=1, keepdims=True), batch_b2)
    mean = agrees(Delta1.mean(axis=1, keepdims=True), batch_b1)
    return f"the mean of δ: {mean}; plus λb1, as for W1: {off(batch_b1 + lam * b1, batch_b1)}"


def residuals_in_order() -> str:
    truth = derivative(lambda z: -(y * np.log(softmax(W2 @ sigma(z) + b2))).sum(), z1)
    row = delta2.T @ W2 @ np.diag((g * (1 - g)).ravel())
    return f"{cannot_multiply(delta2, W2)}; with rows and Jacobians: {agrees(row.T, truth)}"


def averaged_twice() -> str:
    step = -alpha * batch_W1
    again = -alpha * (batch_W1 / m + lam * W1)
    sums = -alpha * (Delta1 @ A0.T / m + lam * W1)
    return (
        f"the step with ∇W of lines 580–601, mended: {off(again, step)}; "
        f"with ∇W the plain sum over the samples: {agrees(sums, step)}"
    )


def soft_targets() -> str:
    t = np.array([[0.5], [0.9]])
    truth = derivative(lambda a: -(t * np.log(softmax(a))).sum(), a2)
    return (
        f"t = (0.5, 0.9): p − t has {off(p - t, truth)}, pΣt − t {agrees(p * t.sum() - t, truth)}"
    )


EVIDENCE: Evidence = {
    "T8": layouts,
    "T9": shapes_decide_nothing,
    "T10": no_sample_index,
    "T11": batch_biases,
    "T12": residuals_in_order,
    "T13": averaged_twice,
    "R4": lambda: agrees(derivative(lambda z: sigma(z).sum(), z1), g * (1 - g)),
    "R5": lambda: agrees(delta2, derivative(lambda a: -(y * np.log(softmax(a))).sum(), a2)),
    "R6": soft_targets,
    "R7": lambda: agrees(Delta2 @ G.T / m + lam * W2, batch_W2),
}
