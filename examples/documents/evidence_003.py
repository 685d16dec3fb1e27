"""Document 1 (batch backpropagation, SigmoidNet 4-5-3): the numbers behind the notes S1, S2, …

n = 7 samples, everything drawn with seed 3. Names are the document's, h2 for its h⁽²⁾.
"""

from __future__ import annotations

import numpy as np
from judge import Evidence, agrees, cannot_multiply, derivative, digits, off, sigma

rng = np.random.default_rng(3)
n = 7
z0, t = rng.normal(size=(n, 4)), rng.random((n, 3))
W1, b1, W2, b2 = (rng.normal(size=size) for size in ((4, 5), (5,), (5, 3), (3,)))
h0 = sigma(z0)
h1 = sigma(h0 @ W1 + b1)
z2 = h1 @ W2 + b2
h2 = sigma(z2)


def loss_of_z2(z2, t=t):
    return 0.5 * ((t - sigma(z2)) ** 2).sum()


true_z2 = derivative(loss_of_z2, z2)
true_W2 = derivative(lambda W2: loss_of_z2(h1 @ W2 + b2), W2)
true_b2 = derivative(lambda b2: loss_of_z2(h1 @ W2 + b2), b2)
true_h1 = derivative(lambda h1: loss_of_z2(h1 @ W2 + b2), h1)


def only_first_and_last_bias_rows_are_tied() -> str:
    return f"∂L/∂b2 as if only rows 1 and n shared b: {off(true_z2[0] + true_z2[-1], true_b2)}"


def labels_for_one_hot() -> str:
    labels = np.arange(n)[:, None] % 3
    one_hot = np.eye(3)[labels.ravel()]
    silent, right = loss_of_z2(z2, labels), loss_of_z2(z2, one_hot)
    return f"labels 0, 1, 2 as an n×1 t broadcast: L = {digits(silent)}, one-hot: {digits(right)}"


def dot_between_n_by_3() -> str:
    three = slice(0, 3)
    product = (h2 - t)[three] @ (h2 * (1 - h2))[three]
    return (
        f"{cannot_multiply(h2 - t, h2 * (1 - h2))} as a matrix product; "
        f"at n = 3 it is, with {off(product, true_z2[three])}"
    )


def rest_of_the_chain() -> str:
    d = true_h1 * h1 * (1 - h1)

    def loss(W1, b1, h0):
        return loss_of_z2(sigma(h0 @ W1 + b1) @ W2 + b2)

    agrees(h0.T @ d, derivative(lambda W1: loss(W1, b1, h0), W1))
    agrees(d.sum(axis=0), derivative(lambda b1: loss(W1, b1, h0), b1))
    z = derivative(lambda z0: loss(W1, b1, sigma(z0)), z0)
    return f"z1, W1, b1, h0, z0 as restated above: {agrees(d @ W1.T * h0 * (1 - h0), z)}"


def sigmoid_on_the_input() -> str:
    low, high = sigma(4.3), sigma(7.9)
    return f"Iris's sepal lengths 4.3 … 7.9 cm become {low:.4f} … {high:.4f}"


def sum_over_the_batch() -> str:
    twice = derivative(lambda W2: loss_of_z2(np.vstack([h1, h1]) @ W2 + b2, np.vstack([t, t])), W2)
    times = np.linalg.norm(twice) / np.linalg.norm(true_W2)
    return f"every sample twice: ∂L/∂W2 is {digits(times)} times as long"


EVIDENCE: Evidence = {
    "S3": only_first_and_last_bias_rows_are_tied,
    "S4": labels_for_one_hot,
    "S5": dot_between_n_by_3,
    "S6": rest_of_the_chain,
    "R1": lambda: agrees(h2 - t, derivative(lambda h: 0.5 * ((t - h) ** 2).sum(), h2)),
    "R2": sigmoid_on_the_input,
    "R3": sum_over_the_batch,
}
