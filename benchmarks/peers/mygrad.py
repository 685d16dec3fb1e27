"""MyGrad: eager over numpy."""

import mygrad as mg
import numpy as np
from mygrad.nnet.activations import relu, sigmoid
from mygrad.nnet.losses import softmax_crossentropy

from .. import models

TITLE = "MyGrad"
ENVIRONMENT = "mygrad"
REQUIRES = ["mygrad==2.5.0"]
IMPORT = "import mygrad"


def to_numpy(v):
    return v.data if isinstance(v, mg.Tensor) else v


def differentiated(y, p):
    y.backward()
    return y, [v.grad for v in p]


def s1(d):
    """0-d tensors"""

    def forward():
        p = [mg.tensor(v) for v in d.parameters]
        return models.chain(p, d.k, d.n, mg.tanh, sigmoid, mg.exp), p

    return lambda: differentiated(*forward()), forward


def training(d, arrays, loss, flat=False):
    p = [mg.tensor(v, copy=True) for v in arrays]

    def step():
        y, g = differentiated(loss(p), p)
        for v, q in zip(p, g, strict=True):
            v.data -= d.lr * q
        return y, [np.array(g)] if flat else g

    return step


def s2(d):
    """0-d tensors"""
    return training(d, d.parameters, lambda p: models.hinge_loss(p, d, relu), flat=True)


def s3(d):
    """0-d tensors"""

    def loss(p):
        return models.cross_entropy(p, d, sigmoid, mg.exp, mg.log)

    return training(d, d.parameters, loss, flat=True)


def s2b(d):
    """"""

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = relu(d.x @ W1 + b1)
        h = relu(h @ W2 + b2)
        score = (h @ W3 + b3)[:, 0]
        squares = sum((v * v).sum() for v in p)
        return relu(1 - d.y * score).sum() / len(d.y) + d.alpha * squares

    return training(d, d.W + d.b, loss)


def t1(d):
    """"""
    p = W1, b1, W2, b2, z0 = [mg.tensor(v) for v in (d.W1, d.b1, d.W2, d.b2, d.z0)]

    def step():
        h1 = sigmoid(sigmoid(z0) @ W1 + b1)
        e = d.t - sigmoid(h1 @ W2 + b2)
        return differentiated(0.5 * (e * e).sum(), p)

    return step


def t2(d):
    """"""
    p = W1, b1, W2, b2 = [mg.tensor(v) for v in (d.W1, d.b1, d.W2, d.b2)]

    def step():
        z = W2 @ sigmoid(W1 @ d.x + b1) + b2
        squares = (W1**2).sum() + (W2**2).sum()
        loss = softmax_crossentropy(z.T, d.labels) + d.weight_decay / 2 * squares
        return differentiated(loss, p)

    return step


def t3(d):
    """"""

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = relu(d.x @ W1 + b1)
        h = relu(h @ W2 + b2)
        return softmax_crossentropy(h @ W3 + b3, d.labels)

    return training(d, d.W + d.b, loss)
