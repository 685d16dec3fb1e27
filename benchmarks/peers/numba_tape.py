"""A scalar program as arrays of instructions, replayed by two loops that numba compiles.

The loops are the same for every program, so compiling them does not depend on its length.
"""

import numpy as np
from numba import njit

from .. import models

TITLE = "numba tape"
COMPILES = True
ENVIRONMENT = "numba"
REQUIRES = ["numba==0.68.1"]
IMPORT = "import numba"

ADD, SUB, MUL, DIV, ADD_TO, TIMES, FROM, TANH, SIGMOID, EXP, LOG, RELU = range(12)


class Tape:
    """Instructions (kind, a, b, constant); slots hold the parameters, then one result each."""

    def __init__(self, inputs):
        self.inputs, self.instructions = inputs, []

    def record(self, kind, a, b=0, constant=0.0):
        self.instructions.append((kind, a, b, constant))
        return Slot(self, self.inputs + len(self.instructions) - 1)


class Slot:
    __slots__ = ("i", "tape")

    def __init__(self, tape, i):
        self.tape, self.i = tape, i

    def __add__(self, other):
        if isinstance(other, Slot):
            return self.tape.record(ADD, self.i, other.i)
        return self.tape.record(ADD_TO, self.i, 0, other) if other else self

    def __mul__(self, other):
        if isinstance(other, Slot):
            return self.tape.record(MUL, self.i, other.i)
        return self.tape.record(TIMES, self.i, 0, other)

    def __sub__(self, other):
        return self.tape.record(SUB, self.i, other.i)

    def __rsub__(self, other):
        return self.tape.record(FROM, self.i, 0, other)

    def __truediv__(self, other):
        return self.tape.record(DIV, self.i, other.i)

    __radd__, __rmul__ = __add__, __mul__


def unary(kind):
    return lambda x: x.tape.record(kind, x.i)


tanh, sigmoid, exp, log, relu = map(unary, (TANH, SIGMOID, EXP, LOG, RELU))


def recorded(model, inputs):
    """Instructions as four arrays, and room for the values and their derivatives."""
    tape = Tape(inputs)
    y = model([Slot(tape, i) for i in range(inputs)])
    slots = inputs + len(tape.instructions)
    assert y.i == slots - 1
    kind, a, b, constant = zip(*tape.instructions, strict=True)
    arrays = np.array(kind, np.uint8), np.array(a, np.int32), np.array(b, np.int32), constant
    return (*arrays[:3], np.array(constant, float)), np.empty(slots), np.empty(slots)


@njit
def forward(kind, a, b, constant, v, inputs):
    for i in range(kind.size):
        k, x = kind[i], v[a[i]]
        if k == MUL:
            y = x * v[b[i]]
        elif k == ADD:
            y = x + v[b[i]]
        elif k == TIMES:
            y = x * constant[i]
        elif k == ADD_TO:
            y = x + constant[i]
        elif k == RELU:
            y = x if x > 0 else 0.0
        elif k == FROM:
            y = constant[i] - x
        elif k == SUB:
            y = x - v[b[i]]
        elif k == DIV:
            y = x / v[b[i]]
        elif k == TANH:
            y = np.tanh(x)
        elif k == SIGMOID:
            y = 1.0 / (1.0 + np.exp(-x))
        elif k == EXP:
            y = np.exp(x)
        else:
            y = np.log(x)
        v[inputs + i] = y


@njit
def backward(kind, a, b, constant, v, g, inputs):
    g[:] = 0.0
    g[g.size - 1] = 1.0
    for i in range(kind.size - 1, -1, -1):
        k, l, r = kind[i], a[i], b[i]
        y, q = v[inputs + i], g[inputs + i]
        if k == MUL:
            g[l] += q * v[r]
            g[r] += q * v[l]
        elif k == ADD:
            g[l] += q
            g[r] += q
        elif k == TIMES:
            g[l] += q * constant[i]
        elif k == ADD_TO:
            g[l] += q
        elif k == RELU:
            if v[l] > 0:
                g[l] += q
        elif k == FROM:
            g[l] -= q
        elif k == SUB:
            g[l] += q
            g[r] -= q
        elif k == DIV:
            g[l] += q / v[r]
            g[r] -= q * y / v[r]
        elif k == TANH:
            g[l] += q * (1.0 - y * y)
        elif k == SIGMOID:
            g[l] += q * y * (1.0 - y)
        elif k == EXP:
            g[l] += q * y
        else:
            g[l] += q / v[l]


def s1(d):
    """traced once, replayed"""
    code, v, g = recorded(lambda p: models.chain(p, d.k, d.n, tanh, sigmoid, exp), 5)
    v[:5] = d.parameters

    def step():
        forward(*code, v, 5)
        backward(*code, v, g, 5)
        return v[-1], list(g[:5])

    return step, lambda: forward(*code, v, 5)


def training(d, model):
    n = len(d.parameters)
    code, v, g = recorded(model, n)
    v[:n] = d.parameters

    def step():
        forward(*code, v, n)
        backward(*code, v, g, n)
        np.subtract(v[:n], d.lr * g[:n], out=v[:n])
        return v[-1], [g[:n]]

    return step


def s2(d):
    """all 100 samples traced once"""
    return training(d, lambda p: models.hinge_loss(p, d, relu))


def s3(d):
    """all 100 samples traced once"""
    return training(d, lambda p: models.cross_entropy(p, d, sigmoid, exp, log))
