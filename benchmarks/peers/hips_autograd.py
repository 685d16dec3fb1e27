"""HIPS/autograd: eager over numpy.  sigmoid and relu are ops of our own, by its extension API."""

import autograd.numpy as np
from autograd.core import make_vjp
from autograd.extend import defvjp, primitive

from autograd import value_and_grad

from .. import models

TITLE = "HIPS autograd"
ENVIRONMENT = "hips"
REQUIRES = ["autograd==1.9.1"]
IMPORT = "import autograd, autograd.numpy"

sigmoid = primitive(lambda x: 1 / (1 + np.exp(-x)))
defvjp(sigmoid, lambda y, x: lambda g: g * y * (1 - y))
relu = primitive(lambda x: np.maximum(x, 0))
defvjp(relu, lambda y, x: lambda g: g * (y > 0))


def s1(d):
    """floats in"""

    def loss(p):
        return models.chain(p, d.k, d.n, np.tanh, sigmoid, np.exp)

    both = value_and_grad(loss)
    p = tuple(d.parameters)
    return lambda: both(p), lambda: make_vjp(loss, p)


def training(d, arrays, loss, flat=False):
    p = [v if flat else v.copy() for v in arrays]
    both = value_and_grad(loss)

    def step():
        y, g = both(p)
        p[:] = [v - d.lr * q for v, q in zip(p, g, strict=True)]
        return y, [np.array(g)] if flat else g

    return step


def s2(d):
    """floats in"""
    return training(d, d.parameters, lambda p: models.hinge_loss(list(p), d, relu), flat=True)


def s3(d):
    """floats in"""

    def loss(p):
        return models.cross_entropy(list(p), d, sigmoid, np.exp, np.log)

    return training(d, d.parameters, loss, flat=True)


def s2b(d):
    """"""

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = relu(np.dot(d.x, W1) + b1)
        h = relu(np.dot(h, W2) + b2)
        score = (np.dot(h, W3) + b3)[:, 0]
        squares = sum([np.sum(v * v) for v in p])
        return np.sum(relu(1 - d.y * score)) / len(d.y) + d.alpha * squares

    return training(d, d.W + d.b, loss)


def t1(d):
    """"""

    def loss(p):
        W1, b1, W2, b2, z0 = p
        h1 = sigmoid(np.dot(sigmoid(z0), W1) + b1)
        e = d.t - sigmoid(np.dot(h1, W2) + b2)
        return 0.5 * np.sum(e * e)

    both = value_and_grad(loss)
    return lambda: both([d.W1, d.b1, d.W2, d.b2, d.z0])


def log_softmax(z, axis):
    z = z - np.max(z, axis, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis, keepdims=True))


def t2(d):
    """"""

    def loss(p):
        W1, b1, W2, b2 = p
        log_p = log_softmax(np.dot(W2, sigmoid(np.dot(W1, d.x) + b1)) + b2, 0)
        squares = np.sum(W1**2) + np.sum(W2**2)
        return -np.sum(log_p * d.one_hot) / d.n + d.weight_decay / 2 * squares

    both = value_and_grad(loss)
    return lambda: both([d.W1, d.b1, d.W2, d.b2])


def t3(d):
    """"""

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = relu(np.dot(d.x, W1) + b1)
        h = relu(np.dot(h, W2) + b2)
        return -np.sum(log_softmax(np.dot(h, W3) + b3, 1) * d.one_hot) / len(d.x)

    return training(d, d.W + d.b, loss)
