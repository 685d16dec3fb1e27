"""Gradients derived by hand with every buffer allocated once and biases summed by BLAS.

What a compiler that emits numpy calls can reach at best, fusion and reordering aside.
"""

import numpy as np

TITLE = "numpy, out="
REQUIRES = ["numpy"]


def sigmoid(z, out):
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)


def through_sigmoid(g, y, room):
    """g *= y·(1 − y)"""
    np.subtract(1.0, y, room)
    np.multiply(room, y, room)
    np.multiply(g, room, g)


def t1(d):
    """"""
    z0, t, W1, b1, W2, b2 = d.z0, d.t, d.W1, d.b1, d.W2, d.b2
    n, widths = len(z0), (4, 5, 3)
    h0, h1, h2 = (np.empty((n, m)) for m in widths)
    g0, g1, g2 = (np.empty((n, m)) for m in widths)
    room0, room1, room2 = (np.empty((n, m)) for m in widths)
    gW1, gb1, gW2, gb2 = (np.empty_like(p) for p in (W1, b1, W2, b2))
    ones, W1T, W2T, h0T, h1T, flat = np.ones(n), W1.T, W2.T, h0.T, h1.T, g2.reshape(-1)

    def step():
        sigmoid(z0, h0)
        np.dot(h0, W1, h1)
        np.add(h1, b1, h1)
        sigmoid(h1, h1)
        np.dot(h1, W2, h2)
        np.add(h2, b2, h2)
        sigmoid(h2, h2)
        np.subtract(h2, t, g2)
        loss = 0.5 * np.dot(flat, flat)
        through_sigmoid(g2, h2, room2)
        np.dot(h1T, g2, gW2)
        np.dot(ones, g2, gb2)
        np.dot(g2, W2T, g1)
        through_sigmoid(g1, h1, room1)
        np.dot(h0T, g1, gW1)
        np.dot(ones, g1, gb1)
        np.dot(g1, W1T, g0)
        through_sigmoid(g0, h0, room0)
        return loss, [gW1, gb1, gW2, gb2, g0]

    return step


def t2(d):
    """"""
    x, one_hot, W1, b1, W2, b2 = d.x, d.one_hot, d.W1, d.b1, d.W2, d.b2
    n, half_decay, decay = d.n, d.weight_decay / 2, d.weight_decay
    a1, g1, room = (np.empty((3, n)) for _ in range(3))
    z, top, total = np.empty((2, n)), np.empty((1, n)), np.empty((1, n))
    gW1, gb1, gW2, gb2 = gradients = [np.empty_like(p) for p in (W1, b1, W2, b2)]
    ones, xT, a1T, W2T = np.ones((n, 1)), x.T, a1.T, W2.T
    z_flat, hot_flat, w1, w2 = (v.reshape(-1) for v in (z, one_hot, W1, W2))

    def step():
        np.dot(W1, x, a1)
        np.add(a1, b1, a1)
        sigmoid(a1, a1)
        np.dot(W2, a1, z)
        np.add(z, b2, z)
        np.maximum(z[:1], z[1:], out=top)
        np.subtract(z, top, z)
        loss = -np.dot(z_flat, hot_flat)
        np.exp(z, z)
        np.add(z[:1], z[1:], total)
        np.log(total, top)
        loss = (loss + top.sum()) / n + half_decay * (np.dot(w1, w1) + np.dot(w2, w2))
        np.divide(z, total, z)
        np.subtract(z, one_hot, z)
        np.multiply(z, 1 / n, z)
        np.dot(W2T, z, g1)
        through_sigmoid(g1, a1, room)
        np.dot(g1, xT, gW1)
        np.add(gW1, decay * W1, gW1)
        np.dot(g1, ones, gb1)
        np.dot(z, a1T, gW2)
        np.add(gW2, decay * W2, gW2)
        np.dot(z, ones, gb2)
        return loss, gradients

    return step


def t3(d):
    """"""
    W, b = [w.copy() for w in d.W], [v.copy() for v in d.b]
    n, x, one_hot = len(d.x), d.x, d.one_hot
    empty = lambda *shape: np.empty(shape, x.dtype)
    h = [x, *(empty(n, w.shape[1]) for w in W)]
    turned = [np.ascontiguousarray(x.T), h[1].T, h[2].T]
    g = [None, *(np.empty_like(v) for v in h[1:])]
    positive = [None, *(np.empty(v.shape, bool) for v in h[1:])]
    zeros = [None, *(np.zeros_like(v) for v in h[1:])]
    gW, gb = [np.empty_like(w) for w in W], [np.empty_like(v) for v in b]
    room = [np.empty_like(v) for v in W + b]
    ones, zero, lr, share = np.ones(n, x.dtype), *(np.array(v, x.dtype) for v in (0, d.lr, 1 / n))
    columns, column, total = empty(10, n), empty(n, 1), empty(n, 1)
    one_hot_share = one_hot * share

    def step():
        for i in range(3):
            h[i].dot(W[i], h[i + 1])
            np.add(h[i + 1], b[i], h[i + 1])
            if i < 2:  # against an array of zeros: for a number numpy has no fast loop
                np.maximum(h[i + 1], zeros[i + 1], out=h[i + 1])
        z, gz = h[3], g[3]
        np.copyto(columns, z.T)  # rows of ten are reduced one by one
        np.maximum.reduce(columns, 0, None, column.reshape(n))
        np.subtract(z, column, z)
        np.exp(z, gz)
        gz.dot(ones[:10], total.reshape(n))
        np.true_divide(gz, total, gz)
        np.log(total, total)
        loss = (ones.dot(total)[0] - np.vdot(z, one_hot)) / n
        np.multiply(gz, share, gz)
        np.subtract(gz, one_hot_share, gz)
        for i in (2, 1, 0):
            turned[i].dot(g[i + 1], gW[i])
            ones.dot(g[i + 1], gb[i])
            if i:
                g[i + 1].dot(W[i].T, g[i])
                np.greater(h[i], zero, positive[i])
                np.multiply(g[i], positive[i], g[i])
        for p, q, r in zip(W + b, gW + gb, room, strict=True):
            np.multiply(lr, q, r)
            np.subtract(p, r, p)
        return loss, gW + gb

    return step
