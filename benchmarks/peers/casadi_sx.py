"""CasADi: a graph of scalars, traced once and replayed by its virtual machine."""

import casadi as ca
import numpy as np

from .. import models

TITLE = "CasADi"
COMPILES = True
ENVIRONMENT = "casadi"
REQUIRES = ["casadi==3.8.2"]
IMPORT = "import casadi"


def sigmoid(x):
    return 1 / (1 + ca.exp(-x))


def relu(x):
    return ca.fmax(x, 0)


class Program:
    """Expressions of the parameters, run through buffers that CasADi writes into."""

    def __init__(self, symbols, expressions, start):
        self.function = ca.Function("f", [symbols], [ca.densify(e) for e in expressions])
        self.buffer, self.run = self.function.buffer()
        self.p = np.array(start, float)
        self.results = [np.zeros(self.function.numel_out(i)) for i in range(len(expressions))]
        self.buffer.set_arg(0, memoryview(self.p))  # raw pointers: self keeps their owners
        for i, result in enumerate(self.results):
            self.buffer.set_res(i, memoryview(result))


def traced(d, model):
    symbols = ca.SX.sym("p", len(d.parameters))
    loss = model(ca.vertsplit(symbols))
    return symbols, loss, Program(symbols, [loss, ca.gradient(loss, symbols)], d.parameters)


def s1(d):
    """traced once; sigmoid is 3 nodes"""
    symbols, loss, both = traced(d, lambda p: models.chain(p, d.k, d.n, ca.tanh, sigmoid, ca.exp))
    alone = Program(symbols, [loss], d.parameters)

    def step():
        both.run()
        return both.results[0][0], list(both.results[1])

    return step, lambda: alone.run()


def training(d, model):
    _, _, both = traced(d, model)
    y, g = both.results

    def step():
        both.run()
        np.subtract(both.p, d.lr * g, out=both.p)
        return y[0], [g]

    return step


def s2(d):
    """all 100 samples traced once"""
    return training(d, lambda p: models.hinge_loss(p, d, relu))


def s3(d):
    """all 100 samples traced once; sigmoid is 3 nodes"""
    return training(d, lambda p: models.cross_entropy(p, d, sigmoid, ca.exp, ca.log))
