"""Where document 2's formulas (TestNet 2-3-2) are tried, and what is true there by complex step.

One sample, or a batch of m = 11 with λ = 0.1, everything drawn with seed 4; labels 0 and 1 stand
for the document's 1 and 2. Names are the document's; the batch's begin with a capital.
"""

from __future__ import annotations

import numpy as np
from judge import derivative, sigma

rng = np.random.default_rng(4)
m, lam, alpha = 11, 0.1, 0.5
W1, b1, W2, b2 = (rng.normal(size=size) for size in ((3, 2), (3, 1), (2, 3), (2, 1)))
A0, labels = rng.normal(size=(2, m)), rng.integers(0, 2, m)
Y = np.eye(2)[:, labels]
a0, y = A0[:, :1], Y[:, :1]


def softmax(a):
    return np.exp(a) / np.exp(a).sum(axis=0)


def J(W1=W1, b1=b1, W2=W2, b2=b2, a0=a0, y=y, lam=0.0):
    p = softmax(W2 @ sigma(W1 @ a0 + b1) + b2)
    penalty = lam / 2 * ((W1**2).sum() + (W2**2).sum())
    return -(y * np.log(p)).sum() / a0.shape[1] + penalty


z1 = W1 @ a0 + b1
g = sigma(z1)  # a1, of one sample
a2 = W2 @ g + b2
p = softmax(a2)
delta2 = p - y
true_a1 = derivative(lambda a: -(y * np.log(softmax(W2 @ a + b2))).sum(), g)
true_W1 = derivative(lambda W: J(W1=W), W1)
true_W2 = derivative(lambda W: J(W2=W), W2)
true_b2 = derivative(lambda b: J(b2=b), b2)

G = sigma(W1 @ A0 + b1)  # a1, of the batch
Delta2 = softmax(W2 @ G + b2) - Y
Delta1 = (W2.T @ Delta2) * G * (1 - G)
batch = {"a0": A0, "y": Y, "lam": lam}
batch_W1 = derivative(lambda W: J(W1=W, **batch), W1)
batch_W2 = derivative(lambda W: J(W2=W, **batch), W2)
batch_b1 = derivative(lambda b: J(b1=b, **batch), b1)
batch_b2 = derivative(lambda b: J(b2=b, **batch), b2)
