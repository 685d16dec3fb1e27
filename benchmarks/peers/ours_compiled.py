"""This repository, compiled: numpy programs for arrays, straight-line floats for scalars."""

from autograd import compile, exp, log, relu, sigmoid, tanh, value_and_grad

from .. import models
from .ours import columns_loss, digits_loss, moons_loss, rows_loss

TITLE = "gradproof compiled"
COMPILES = True
OURS = True


def chain(d, backend="numpy"):
    """S1's step and forward pass"""

    def loss(x, a, b, c, e):
        return models.chain((x, a, b, c, e), d.k, d.n, tanh, sigmoid, exp)

    both = compile(value_and_grad(loss, argnums=(0, 1, 2, 3, 4)), backend=backend)
    forward = compile(loss, backend=backend)
    return lambda: both(*d.parameters), lambda: forward(*d.parameters)


def scalar_training(d, loss, backend="numpy"):
    """A step of a list of numbers, its update in the program"""
    p = d.parameters

    def whole(p):
        y, g = value_and_grad(loss)(p)
        return y, g, [v - d.lr * q for v, q in zip(p, g, strict=True)]

    f = compile(whole, backend=backend)

    def step():
        nonlocal p
        y, g, p = f(p)
        return y, [g]

    return step


def hinge(d, backend="numpy"):
    return scalar_training(d, lambda p: models.hinge_loss(p, d, relu), backend)


def entropy(d, backend="numpy"):
    return scalar_training(d, lambda p: models.cross_entropy(p, d, sigmoid, exp, log), backend)


def s1(d):
    """straight-line floats"""
    return chain(d)


def s2(d):
    """straight-line floats; update in the program"""
    return hinge(d)


def s3(d):
    """straight-line floats; update in the program"""
    return entropy(d)


def differentiated(loss, arrays):
    f = compile(value_and_grad(loss, argnums=tuple(range(len(arrays)))))
    return lambda: f(*arrays)


def training(d, loss):
    """A step of a list of arrays that may be overwritten"""
    p = [v.copy() for v in d.W + d.b]

    def whole(p):
        y, g = value_and_grad(lambda p: loss(*p))(p)
        return y, g, [v - d.lr * q for v, q in zip(p, g, strict=True)]

    f = compile(whole, donate="p")

    def step():
        nonlocal p
        y, g, p = f(p)
        return y, g

    return step


def s2b(d):
    """update in the program"""
    return training(d, moons_loss(d))


def t1(d):
    """numpy"""
    return differentiated(rows_loss(d), (d.W1, d.b1, d.W2, d.b2, d.z0))


def t2(d):
    """numpy"""
    return differentiated(columns_loss(d), (d.W1, d.b1, d.W2, d.b2))


def t3(d):
    """update in the program"""
    return training(d, digits_loss(d))
