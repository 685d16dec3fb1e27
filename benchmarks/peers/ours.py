"""This repository, eager, as a user writes it: `backward` on Values, as with micrograd, and
`gradients` on Tensors."""

from dataclasses import replace

from autograd import (
    Tensor,
    Value,
    exp,
    gradients,
    log,
    log_softmax,
    relu,
    sigmoid,
    sum,
    tanh,
)

from .. import models

TITLE = "gradproof"
OURS = True
IMPORT = "import autograd"


def s1(d):
    """eager"""

    def forward():
        p = [Value(v) for v in d.parameters]
        return models.chain(p, d.k, d.n, tanh, sigmoid, exp), p

    def step():
        y, p = forward()
        y.backward()
        return y.data, [v.grad for v in p]

    return step, forward


def scalar_training(d, loss):
    p = [Value(v) for v in d.parameters]

    def step():
        y = loss(p)
        for v in p:
            v.zero_grad()
        y.backward()
        g = [v.grad for v in p]
        for v in p:
            v.data -= d.lr * v.grad
        return y.data, [g]

    return step


def s2(d):
    """eager"""
    return scalar_training(d, lambda p: models.hinge_loss(p, d, relu))


def s3(d):
    """eager"""
    return scalar_training(d, lambda p: models.cross_entropy(p, d, sigmoid, exp, log))


def kept(d, *names):
    """The case with these arrays read-only, as `nn.fit` makes its data once: such an array enters a
    graph as it is, where one that could still change would be copied at every step."""
    arrays = {name: getattr(d, name).copy() for name in names}
    for array in arrays.values():
        array.setflags(write=False)
    return replace(d, **arrays)


def t1_loss(d):
    """T1's loss, and the leaves that it is called with"""
    return rows_loss(kept(d, "t")), leaves(d.W1, d.b1, d.W2, d.b2, d.z0)


def t2_loss(d):
    """T2's loss, and the leaves that it is called with"""
    return columns_loss(kept(d, "x", "one_hot")), leaves(d.W1, d.b1, d.W2, d.b2)


def leaves(*arrays):
    return [Tensor(v) for v in arrays]


def differentiated(loss, p):
    def step():
        y = loss(*p)
        return y.data, gradients(y, p)

    return step


def training(d, loss):
    p = [Tensor(v) for v in d.W + d.b]

    def step():
        y = loss(*p)
        g = gradients(y, p)
        for v, q in zip(p, g, strict=True):
            v.data = v.data - d.lr * q
        return y.data, g

    return step


def moons_loss(d):
    """S2b's loss of the parameters"""

    def loss(W1, W2, W3, b1, b2, b3):
        h = relu(d.x @ W1 + b1)
        h = relu(h @ W2 + b2)
        score = (h @ W3 + b3)[:, 0]
        squares = sum(W1 * W1) + sum(W2 * W2) + sum(W3 * W3)
        squares = squares + sum(b1 * b1) + sum(b2 * b2) + sum(b3 * b3)
        return sum(relu(1 - d.y * score)) / len(d.y) + d.alpha * squares

    return loss


def rows_loss(d):
    """T1's loss of the parameters and the input"""

    def loss(W1, b1, W2, b2, z0):
        h1 = sigmoid(sigmoid(z0) @ W1 + b1)
        e = sigmoid(h1 @ W2 + b2) - d.t
        return 0.5 * sum(e * e)

    return loss


def columns_loss(d):
    """T2's loss of the parameters"""

    def loss(W1, b1, W2, b2):
        ln_p = log_softmax(W2 @ sigmoid(W1 @ d.x + b1) + b2, axis=0)
        squares = sum(W1 * W1) + sum(W2 * W2)
        return -sum(ln_p * d.one_hot) / d.n + d.weight_decay / 2 * squares

    return loss


def digits_loss(d):
    """T3's loss of the parameters"""

    def loss(W1, W2, W3, b1, b2, b3):
        h = relu(d.x @ W1 + b1)
        h = relu(h @ W2 + b2)
        return -sum(log_softmax(h @ W3 + b3) * d.one_hot) / len(d.x)

    return loss


def s2b(d):
    """eager"""
    return training(d, moons_loss(kept(d, "x", "y")))


def t1(d):
    """eager"""
    return differentiated(*t1_loss(d))


def t2(d):
    """eager"""
    return differentiated(*t2_loss(d))


def t3(d):
    """eager"""
    return training(d, digits_loss(kept(d, "x", "one_hot")))
