"""The gradients of every case derived by hand: the truth that each peer is compared with.

Each function takes the data of a case and returns `step`, which does one full unit of work and
returns (loss, [gradients]); where a step trains, it updates parameters of its own.  Written as one
writes numpy, a new array for each result, these are also the peer "numpy by hand".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .cases import Array, Chain, Columns, Digits, Moons, Rows, by_neuron

Result = tuple[Any, list[Any]]
Step = Callable[[], Result]


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


def s1(d: Chain) -> tuple[Step, Callable[[], Any]]:
    """Python floats, no graph"""
    start, a, b, c, shift = d.parameters
    k, blocks, tanh, exp = d.k, d.n // 10, math.tanh, math.exp

    def forward() -> tuple[float, list[tuple[float, float, float, float]]]:
        x, saved = start, []
        for _ in range(blocks):
            u = tanh(a * x + b)
            s = 1.0 / (1.0 + exp(-(c * u + x)))
            e = exp(k * s)
            saved.append((x, u, s, e))
            x = x * e + shift
        return x, saved

    def step() -> Result:
        y, saved = forward()
        g, ga, gb, gc, gd = 1.0, 0.0, 0.0, 0.0, 0.0
        for x, u, s, e in reversed(saved):
            gd += g
            gs = g * x * e * k * s * (1.0 - s)
            gc += gs * u
            gu = gs * c * (1.0 - u * u)
            ga += gu * x
            gb += gu
            g = g * e + gs + gu * a
        return y, [g, ga, gb, gc, gd]

    return step, forward


def s2b(d: Moons) -> Step:
    """numpy"""
    W, b = [w.copy() for w in d.W], [v.copy() for v in d.b]
    x, y, m, alpha = d.x, d.y, len(d.y), d.alpha

    def step() -> Result:
        z1 = x @ W[0] + b[0]
        h1 = np.maximum(z1, 0)
        z2 = h1 @ W[1] + b[1]
        h2 = np.maximum(z2, 0)
        margin = 1.0 - y * (h2 @ W[2] + b[2])[:, 0]
        loss = np.maximum(margin, 0).sum() / m + alpha * sum((p * p).sum() for p in (*W, *b))
        g3 = (np.where(margin > 0, -y, 0.0) / m)[:, None]
        g2 = (g3 @ W[2].T) * (h2 > 0)
        g1 = (g2 @ W[1].T) * (h1 > 0)
        data = [x.T @ g1, h1.T @ g2, h2.T @ g3, g1.sum(0), g2.sum(0), g3.sum(0)]
        gradients = [g + 2 * alpha * p for g, p in zip(data, W + b, strict=True)]
        for p, g in zip(W + b, gradients, strict=True):
            p -= d.lr * g
        return loss, gradients

    return step


def s2(d: Moons) -> Step:
    """numpy: the arrays of S2b, gradients as one list in micrograd's order"""
    step = s2b(d)

    def flat() -> Result:
        loss, g = step()
        return loss, [np.array(by_neuron(g[:3], g[3:]))]

    return flat


def columns_gradients(d: Columns, W1: Array, b1: Array, W2: Array, b2: Array) -> Result:
    """Loss and gradients of the net 2-3-2 at these parameters."""
    a1 = sigmoid(W1 @ d.x + b1)
    z = W2 @ a1 + b2
    z = z - z.max(0)
    e = np.exp(z)
    total = e.sum(0)
    loss = (np.log(total).sum() - (z * d.one_hot).sum()) / d.n
    loss = loss + d.weight_decay / 2 * ((W1 * W1).sum() + (W2 * W2).sum())
    g2 = (e / total - d.one_hot) / d.n
    g1 = (W2.T @ g2) * a1 * (1 - a1)
    gW1, gb1 = g1 @ d.x.T + d.weight_decay * W1, g1.sum(1, keepdims=True)
    gW2, gb2 = g2 @ a1.T + d.weight_decay * W2, g2.sum(1, keepdims=True)
    return loss, [gW1, gb1, gW2, gb2]


def t2(d: Columns) -> Step:
    """numpy"""
    return lambda: columns_gradients(d, d.W1, d.b1, d.W2, d.b2)


def s3(d: Columns) -> Step:
    """numpy: the arrays of T2, gradients as one list"""
    parameters = [p.copy() for p in (d.W1, d.b1, d.W2, d.b2)]

    def step() -> Result:
        loss, gradients = columns_gradients(d, *parameters)
        for p, g in zip(parameters, gradients, strict=True):
            p -= d.lr * g
        return loss, [np.concatenate([g.ravel() for g in gradients])]

    return step


def t1(d: Rows) -> Step:
    """numpy"""
    z0, t, W1, b1, W2, b2 = d.z0, d.t, d.W1, d.b1, d.W2, d.b2

    def step() -> Result:
        h0 = sigmoid(z0)
        h1 = sigmoid(h0 @ W1 + b1)
        h2 = sigmoid(h1 @ W2 + b2)
        e = h2 - t
        loss = 0.5 * (e * e).sum()
        g2 = e * h2 * (1 - h2)
        g1 = (g2 @ W2.T) * h1 * (1 - h1)
        g0 = (g1 @ W1.T) * h0 * (1 - h0)
        return loss, [h0.T @ g1, g1.sum(0), h1.T @ g2, g2.sum(0), g0]

    return step


def t3(d: Digits) -> Step:
    """numpy"""
    W, b = [w.copy() for w in d.W], [v.copy() for v in d.b]
    x, n = d.x, len(d.x)

    def step() -> Result:
        h1 = np.maximum(x @ W[0] + b[0], 0)
        h2 = np.maximum(h1 @ W[1] + b[1], 0)
        z = h2 @ W[2] + b[2]
        z = z - z.max(1, keepdims=True)
        e = np.exp(z)
        total = e.sum(1, keepdims=True)
        loss = (np.log(total).sum() - (z * d.one_hot).sum()) / n
        g3 = (e / total - d.one_hot) / n
        g2 = (g3 @ W[2].T) * (h2 > 0)
        g1 = (g2 @ W[1].T) * (h1 > 0)
        gradients = [x.T @ g1, h1.T @ g2, h2.T @ g3, g1.sum(0), g2.sum(0), g3.sum(0)]
        for p, g in zip(W + b, gradients, strict=True):
            p -= d.lr * g
        return loss, gradients

    return step
