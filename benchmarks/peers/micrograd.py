"""karpathy/micrograd: scalar by scalar, a closure per node.

It has no exp, log, tanh, sigmoid: they are added in its own way, one node each.  Its backward
recurses, so a chain of 100,000 needs a higher limit than Python's.
"""

import math
import sys

from micrograd.engine import Value

from .. import models

TITLE = "micrograd"
ENVIRONMENT = "micrograd"
REQUIRES = ["micrograd==0.1.0"]
IMPORT = "import micrograd.engine"
sys.setrecursionlimit(10**6)


def operation(f, derivative):
    """A function of one Value with derivative(x, y) at x, y = f(x)."""

    def recorded(x):
        y = Value(f(x.data), (x,))

        def _backward():
            x.grad += derivative(x.data, y.data) * y.grad

        y._backward = _backward
        return y

    return recorded


tanh = operation(math.tanh, lambda x, y: 1 - y * y)
sigmoid = operation(lambda x: 1 / (1 + math.exp(-x)), lambda x, y: y * (1 - y))
exp = operation(math.exp, lambda x, y: y)
log = operation(math.log, lambda x, y: 1 / x)


def relu(x):
    return x.relu()


def s1(d):
    """eager; recursion limit raised"""

    def forward():
        p = [Value(v) for v in d.parameters]
        return models.chain(p, d.k, d.n, tanh, sigmoid, exp), p

    def step():
        y, p = forward()
        y.backward()
        return y.data, [v.grad for v in p]

    return step, forward


def training(d, loss):
    p = [Value(v) for v in d.parameters]

    def step():
        y = loss(p)
        for v in p:
            v.grad = 0
        y.backward()
        gradients = [v.grad for v in p]
        for v in p:
            v.data -= d.lr * v.grad
        return y.data, [gradients]

    return step


def s2(d):
    """eager, as its demo notebook"""
    return training(d, lambda p: models.hinge_loss(p, d, relu, Value))


def s3(d):
    """eager"""
    return training(d, lambda p: models.cross_entropy(p, d, sigmoid, exp, log, Value))
