"""This repository: the scalar program of one sample, compiled to run on arrays of samples."""

from autograd import compile, exp, log, relu, sigmoid, value_and_grad, where

from .. import models

TITLE = "gradproof batch"
COMPILES = True
OURS = True


def training(d, of_one, samples, penalty):
    """A step: mean loss and gradient over the samples, and the penalty's share in the update."""
    p = d.parameters
    axes = (None, *(0 for _ in samples))
    f = compile(value_and_grad(of_one), batch=axes, reduce="mean")

    def update(p, y, g):
        extra, h = value_and_grad(penalty)(p)
        g = [a + b for a, b in zip(g, h, strict=True)]
        return y + extra, g, [v - d.lr * q for v, q in zip(p, g, strict=True)]

    updated = compile(update)

    def step():
        nonlocal p
        y, g, p = updated(p, *f(p, *samples))
        return y, [g]

    return step


def s2(d):
    """one sample's program over arrays of 100"""

    def of_one(p, x0, x1, y):
        return relu(1 - y * models.score(p, [x0, x1], relu))

    def penalty(p):
        return d.alpha * sum(v * v for v in p)

    return training(d, of_one, (d.x[:, 0].copy(), d.x[:, 1].copy(), d.y), penalty)


def s3(d):
    """one sample's program over arrays of 100"""

    def of_one(p, x0, x1, first):
        e = models.exponentials(p, x0, x1, sigmoid, exp)
        return -log(where(first, e[0], e[1]) / (e[0] + e[1]))

    def penalty(p):
        return d.weight_decay / 2 * models.penalty(p)

    return training(d, of_one, (d.x[0], d.x[1], 1.0 * (d.labels == 0)), penalty)
