"""Document 2, lines 310–654: the numbers behind each finding T16 … T37, and what is right there."""

from __future__ import annotations

import numpy as np
from judge import Evidence, agrees, cannot_multiply, derivative, listed, off, sigma, size
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
    delta1,
    delta2,
    g,
    lam,
    m,
    p,
    softmax,
    true_a1,
    true_b1,
    true_b2,
    true_W1,
    true_W2,
    y,
    z1,
)


def dz_dW_is_not_a_vector() -> str:
    partials = np.array(
        [derivative(lambda W, i=i: (W @ a0)[i, 0] + b1[i, 0], W1) for i in range(3)]
    )
    assert all((partials[i, i] == a0.ravel()).all() for i in range(3))
    return f"{partials.size} partial derivatives, {np.count_nonzero(partials)} of them not 0"


def one_for_identity() -> str:
    jacobian = np.array([derivative(lambda b, i=i: b[i, 0], b1).ravel() for i in range(3)])
    assert (jacobian == np.eye(3)).all()
    return "the 3×3 Jacobian has three 1s and six 0s"


def slope_is_diagonal() -> str:
    jacobian = np.array([derivative(lambda z, i=i: sigma(z)[i, 0], z1).ravel() for i in range(3)])
    same = agrees(jacobian, np.diag((g * (1 - g)).ravel()))
    return f"∂a1/∂z1 = diag(g(1−g)), {size(jacobian)}: {same}"


def layouts() -> str:
    jacobian = np.array([derivative(lambda a, j=j: softmax(a)[j, 0], a2).ravel() for j in (0, 1)])
    agrees(jacobian, np.diag(p.ravel()) - p @ p.T)
    row = agrees((-(y / p).T @ jacobian @ W2).T, true_a1)
    return f"column ∂J/∂a2 · W2: {cannot_multiply(delta2, W2)}; with rows throughout: {row}"


def delta_a1() -> str:
    return f"{cannot_multiply(delta2, g)}; δ2·a1ᵀ: {agrees(delta2 @ g.T, true_W2)}"


def b_by_W() -> str:
    conclusion = agrees(delta2, true_b2)
    return (
        f"∂b2/∂W2 = 0 makes ∂J/∂b2 = 0: {off(0 * true_b2, true_b2)}; the conclusion: {conclusion}"
    )


def delta_W2() -> str:
    return (
        f"{cannot_multiply(delta2, W2)} (entry by entry, broadcast, it is {size(delta2 * W2)}); "
        f"W2ᵀδ2: {agrees(W2.T @ delta2, true_a1)}"
    )


def product_for_W1() -> str:
    return f"{cannot_multiply(delta2, W2)}; restated: {agrees(delta1 @ a0.T, true_W1)}"


def product_for_b1() -> str:
    return f"{cannot_multiply(delta2, W2)}; restated: {agrees(delta1, true_b1)}"


def shapes_decide_nothing() -> str:
    fits = ((W2.T @ a0) * g * (1 - g)) @ delta2.T
    return (
        f"right shape, wrong values: W1·δ2 for ∂J/∂a1, {off(W1 @ delta2, true_a1)}; "
        f"[(W2ᵀa0)⊙g⊙(1−g)]·δ2ᵀ for ∂J/∂W1, {off(fits, true_W1)}; see T28, T35"
    )


def slope_is_no_scalar() -> str:
    return f"g(1−g) = {listed(g * (1 - g))}; the dot product is {(g.T @ (1 - g)).item():.3g}"


def inner_product_in_W1() -> str:
    written = W2.T @ delta2 @ g.T @ (1 - g) @ a0.T
    ratios = (written / true_W1)[:, 0]
    return f"{size(written)} as wanted, {off(written, true_W1)}; rows too large by {listed(ratios)}"


def inner_product_in_b1() -> str:
    written = W2.T @ delta2 @ g.T @ (1 - g)
    return f"{size(written)} as wanted, {off(written, true_b1)}; with ⊙: {agrees(delta1, true_b1)}"


def no_sample_index() -> str:
    one = delta2 @ g.T + lam * W2
    right = agrees(Delta2 @ G.T / m + lam * W2, batch_W2)
    return f"m times sample 1, over m: {off(one, batch_W2)}; with the index: {right}"


def inner_product_in_the_batch() -> str:
    inner = (G * (1 - G)).sum(axis=0)
    written = (W2.T @ Delta2 * inner) @ A0.T / m + lam * W1
    right = agrees(Delta1 @ A0.T / m + lam * W1, batch_W1)
    return f"m = 11, λ = 0.1: {off(written, batch_W1)}; with ⊙: {right}"


def batch_biases() -> str:
    agrees(Delta2.mean(axis=1, keepdims=True), batch_b2)
    mean = agrees(Delta1.mean(axis=1, keepdims=True), batch_b1)
    return f"the mean of δ: {mean}; plus λb1, as for W1: {off(batch_b1 + lam * b1, batch_b1)}"


def residuals_in_order() -> str:
    truth = derivative(lambda z: -(y * np.log(softmax(W2 @ sigma(z) + b2))).sum(), z1)
    row = delta2.T @ W2 @ np.diag((g * (1 - g)).ravel())
    return f"{cannot_multiply(delta2, W2)}; with rows and Jacobians: {agrees(row.T, truth)}"


def layer_off_by_one() -> str:
    written = delta2 @ g.T
    mended = agrees(delta1 @ a0.T, true_W1)
    return (
        f"l = 1: {size(written)} for the {size(W1)} of W1; transposed to fit, "
        f"{off(written.T, true_W1)}; l = 2: there is no δ3; mended: {mended}"
    )


def bias_off_by_one() -> str:
    return (
        f"l = 1: {size(delta2)} for the {size(b1)} of b1; mended: {agrees(delta1, true_b1)}; "
        f"for a batch δ1 is {size(Delta1)} and its columns are to be summed"
    )


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
    "T16": dz_dW_is_not_a_vector,
    "T18": one_for_identity,
    "T19": slope_is_diagonal,
    "T20": layouts,
    "T21": delta_a1,
    "T22": b_by_W,
    "T23": delta_W2,
    "T24": product_for_W1,
    "T25": product_for_b1,
    "T26": shapes_decide_nothing,
    "T27": slope_is_no_scalar,
    "T28": inner_product_in_W1,
    "T29": inner_product_in_b1,
    "T31": no_sample_index,
    "T32": inner_product_in_the_batch,
    "T33": batch_biases,
    "T34": residuals_in_order,
    "T35": layer_off_by_one,
    "T36": bias_off_by_one,
    "T37": averaged_twice,
    "R4": lambda: agrees(derivative(lambda z: sigma(z).sum(), z1), g * (1 - g)),
    "R5": lambda: agrees(delta2, derivative(lambda a: -(y * np.log(softmax(a))).sum(), a2)),
    "R6": soft_targets,
    "R7": lambda: agrees(Delta2 @ G.T / m + lam * W2, batch_W2),
}
