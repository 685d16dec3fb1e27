"""tinygrad on the cpu: TinyJit replays compiled kernels.  Tensors alone, no scalar programs.

It compiles with clang; `native/clang.py` stands in for it with the compiler of the package ziglang.
"""

import os
from pathlib import Path

os.environ["DEV"] = "CPU"
os.environ["CC"] = str(Path(__file__).parents[1] / "native" / "clang.py")

import numpy as np
from tinygrad import Tensor, TinyJit

TITLE = "tinygrad"
COMPILES = True
ENVIRONMENT = "tinygrad"
REQUIRES = ["tinygrad==0.14.0", "ziglang==0.17.0"]
IMPORT = "import tinygrad"
TOOLS = ["objcopy"]


def to_numpy(v):
    return v.numpy() if isinstance(v, Tensor) else v


def leaf(v):
    return Tensor(np.array(v)).contiguous().realize()


def program(loss, arrays, lr=None):
    """Loss and gradients, and with `lr` the update, as one replayed program."""
    p = [leaf(v) for v in arrays]

    @TinyJit
    def replayed():
        y = loss(p)
        g = [q.contiguous() for q in y.gradient(*p)]
        new = [v.assign(v - lr * q) for v, q in zip(p, g, strict=True)] if lr else []
        Tensor.realize(y, *g, *new)
        return y, *g

    def step():
        y, *g = replayed()
        y.item()  # waits for the result
        return y, g

    return step


def s2b(d):
    """update in the program"""
    x, y = leaf(d.x), leaf(d.y)

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = (x @ W1 + b1).relu()
        h = (h @ W2 + b2).relu()
        score = (h @ W3 + b3)[:, 0]
        return (1 - y * score).relu().mean() + d.alpha * sum((v * v).sum() for v in p)

    return program(loss, d.W + d.b, d.lr)


def t1(d):
    """"""
    t = leaf(d.t)

    def loss(p):
        W1, b1, W2, b2, z0 = p
        h1 = (z0.sigmoid() @ W1 + b1).sigmoid()
        e = t - (h1 @ W2 + b2).sigmoid()
        return 0.5 * (e * e).sum()

    return program(loss, (d.W1, d.b1, d.W2, d.b2, d.z0))


def t2(d):
    """"""
    x, one_hot = leaf(d.x), leaf(d.one_hot)

    def loss(p):
        W1, b1, W2, b2 = p
        log_p = (W2 @ (W1 @ x + b1).sigmoid() + b2).log_softmax(0)
        squares = (W1**2).sum() + (W2**2).sum()
        return -(log_p * one_hot).sum() / d.n + d.weight_decay / 2 * squares

    return program(loss, (d.W1, d.b1, d.W2, d.b2))


def t3(d):
    """update in the program"""
    x, one_hot = leaf(d.x), leaf(d.one_hot)

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = (x @ W1 + b1).relu()
        h = (h @ W2 + b2).relu()
        return -((h @ W3 + b3).log_softmax(1) * one_hot).sum() / len(d.x)

    return program(loss, d.W + d.b, d.lr)
