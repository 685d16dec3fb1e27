"""The barest tapes that Python allows, for S3, T1 and T2: the floor of an eager engine.

A node here is its data and what the chain rule needs, appended to one global list that is walked
backwards.  Nothing is checked, named, scoped, frozen or copied; a leaf that changes makes the graph
lie, and the list keeps all graphs alive until it is cleared.  Each op is written for the operands
that the case has.  What is between this and the engine is the price of its promises.

Where arrays are large, memory is the price: a tape keeps each result, and the next one goes into
memory that is not in the cache.  So T1 and T2 can also `overwrite` what no derivative needs, the
operands of + and of the sigmoid, which the engine keeps: every node's data can be read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from . import models
from .cases import Array, Columns, Rows

Step = Callable[[], Any]
new = object.__new__
tape: list[Any] = []


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────
class Number:
    """A float, one or two nodes it was computed from, and the derivatives in them.

    What is met most makes its node itself: a function for that would take a tenth of the step.
    """

    __slots__ = ("a", "b", "da", "db", "grad", "x")

    a: Number
    b: Number | None
    da: float
    db: float
    grad: float
    x: float

    def __add__(self, other: Any) -> Number:
        node = new(Number)
        node.a = self
        node.da = 1.0
        if type(other) is Number:
            node.x = self.x + other.x
            node.b = other
            node.db = 1.0
        else:
            node.x = self.x + other
            node.b = None
        node.grad = 0.0
        tape.append(node)
        return node

    def __mul__(self, other: Any) -> Number:
        node = new(Number)
        node.a = self
        if type(other) is Number:
            node.db = x = self.x
            node.da = z = other.x
            node.x = x * z
            node.b = other
        else:
            node.x = self.x * other
            node.da = other
            node.b = None
        node.grad = 0.0
        tape.append(node)
        return node

    def __truediv__(self, other: Number) -> Number:
        z = other.x
        y = self.x / z
        return binary(y, self, 1.0 / z, other, -y / z)

    def __sub__(self, other: Number) -> Number:
        return binary(self.x - other.x, self, 1.0, other, -1.0)

    def __rsub__(self, other: float) -> Number:
        return unary(other - self.x, self, -1.0)

    __radd__, __rmul__ = __add__, __mul__


def unary(x: float, a: Number, da: float) -> Number:
    node = new(Number)
    node.x = x
    node.a = a
    node.da = da
    node.b = None
    node.grad = 0.0
    tape.append(node)
    return node


def binary(x: float, a: Number, da: float, b: Number, db: float) -> Number:
    node = unary(x, a, da)
    node.b = b
    node.db = db
    return node


def leaf(x: float) -> Number:
    node = Number()
    node.x, node.grad = x, 0.0
    return node


def sigmoid(v: Number) -> Number:
    y = 1.0 / (1.0 + math.exp(-v.x))
    return unary(y, v, y * (1.0 - y))


def exp(v: Number) -> Number:
    y = math.exp(v.x)
    return unary(y, v, y)


def log(v: Number) -> Number:
    return unary(math.log(v.x), v, 1.0 / v.x)


def s3(d: Columns) -> Step:
    p = [leaf(x) for x in d.parameters]

    def step() -> Any:
        tape.clear()
        y = models.cross_entropy(p, d, sigmoid, exp, log)
        for v in p:
            v.grad = 0.0
        y.grad = 1.0
        for node in reversed(tape):
            g = node.grad
            node.a.grad += g * node.da
            b = node.b
            if b is not None:
                b.grad += g * node.db
        g = [v.grad for v in p]
        for v in p:
            v.x -= d.lr * v.grad
        return y.x, [g]

    return step


# ── arrays ──────────────────────────────────────────────────────────────────────────────────────
class Node:
    """An array or numpy's scalar, the function that passes a cotangent on, and what that needs."""

    __slots__ = ("a", "b", "pull", "x")

    a: Any
    b: Any
    pull: Callable[[Any, Any, dict[Any, Any]], None]
    x: Any


def noted(x: Any, pull: Any, a: Any, b: Any = None) -> Node:
    node = new(Node)
    node.x, node.pull, node.a, node.b = x, pull, a, b
    tape.append(node)
    return node


def send(to: Node, h: Any, found: dict[Any, Any]) -> None:
    found[to] = found[to] + h if to in found else h


def product(a: Node, b: Node) -> Node:
    return noted(a.x.dot(b.x), pull_product, a, b)


def pull_product(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, g.dot(y.b.x.T), found)
    send(y.b, y.a.x.T.dot(g), found)


def linear(a: Node, x: Array) -> Node:
    """The product with data."""
    return noted(a.x.dot(x), pull_linear, a, x)


def pull_linear(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, g.dot(y.b.T), found)


def biased(a: Node, b: Node, out: Any = None) -> Node:
    return noted(np.add(a.x, b.x, out), pull_biased, a, b)


def pull_biased(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, g, found)
    rows = y.b.x.ndim == 1
    send(y.b, ones(len(g)).dot(g) if rows else g.dot(ones(g.shape[1]))[:, None], found)


def squashed(a: Node, out: Any = None) -> Node:
    e = np.negative(a.x, out)
    np.exp(e, e)
    np.add(e, ONE, e)
    return noted(np.divide(ONE, e, e), pull_squashed, a)


def pull_squashed(y: Any, g: Any, found: dict[Any, Any]) -> None:
    h = np.subtract(ONE, y.x)
    np.multiply(y.x, h, h)
    send(y.a, np.multiply(g, h, h), found)


def scaled(a: Node, b: Any) -> Node:
    """The product with a number or with data."""
    return noted(a.x * b, pull_scaled, a, b)


def pull_scaled(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, g * y.b, found)


def less(a: Node, b: Array) -> Node:
    return noted(a.x - b, pull_same, a)


def summed(a: Node) -> Node:
    x = a.x
    few = x.size <= BLOCK
    return noted(x.reshape(-1).dot(ones(x.size)) if few else total(x, None), pull_same, a)


def pull_same(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, g, found)


def added(a: Node, b: Node) -> Node:
    return noted(a.x + b.x, pull_added, a, b)


def pull_added(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, g, found)
    send(y.b, g, found)


def squared(a: Node) -> Node:
    return noted(a.x * a.x, pull_squared, a)


def pull_squared(y: Any, g: Any, found: dict[Any, Any]) -> None:
    send(y.a, 2.0 * g * y.a.x, found)


def logs(a: Node, out: Any = None) -> Node:
    """log_softmax over the columns; the exponentials are kept for the way back."""
    d = np.subtract(a.x, peak(a.x, 0), out)
    e = np.exp(d)
    sums = ones(len(e)).dot(e)
    return noted(np.subtract(d, np.log(sums), d), pull_logs, a, (e, sums))


def pull_logs(y: Any, g: Any, found: dict[Any, Any]) -> None:
    e, sums = y.b
    s = ones(len(g)).dot(g)
    h = e * np.divide(s, sums, s)
    send(y.a, np.subtract(g, h, h), found)


ONE = np.array(1.0)
BLOCK = 4096  # up to as many entries are added up faster by a product with ones
total: Any = np.add.reduce
peak: Any = np.maximum.reduce
ones = lru_cache(np.ones)


def leaves(*arrays: Array) -> list[Node]:
    nodes = [new(Node) for _ in arrays]
    for node, array in zip(nodes, arrays, strict=True):
        node.x = array
    return nodes


def walked_back(y: Node, p: list[Node]) -> list[Any]:
    found: dict[Any, Any] = {y: 1.0}
    for node in reversed(tape):
        node.pull(node, found.pop(node), found)
    return [found[v] for v in p]


def t1(d: Rows, overwrite: bool = False) -> Step:
    p = leaves(d.W1, d.b1, d.W2, d.b2, d.z0)
    W1, b1, W2, b2, z0 = p

    def layer(h: Node, W: Node, b: Node) -> Node:
        z = product(h, W)
        z = biased(z, b, z.x if overwrite else None)
        return squashed(z, z.x if overwrite else None)

    def step() -> Any:
        tape.clear()
        e = less(layer(layer(squashed(z0), W1, b1), W2, b2), d.t)
        y = scaled(summed(squared(e)), 0.5)
        return y.x, walked_back(y, p)

    return step


def t2(d: Columns, overwrite: bool = False) -> Step:
    p = leaves(d.W1, d.b1, d.W2, d.b2)
    W1, b1, W2, b2 = p
    one_hot = (
        d.one_hot.copy()
    )  # it lies by columns; among arrays by rows that takes 30 times as long

    def step() -> Any:
        tape.clear()
        z = linear(W1, d.x)
        z = biased(z, b1, z.x if overwrite else None)
        z = product(W2, squashed(z, z.x if overwrite else None))
        z = biased(z, b2, z.x if overwrite else None)
        ln_p = logs(z, z.x if overwrite else None)
        loss = scaled(summed(scaled(ln_p, one_hot)), -1.0 / d.n)
        squares = added(summed(squared(W1)), summed(squared(W2)))
        y = added(loss, scaled(squares, d.weight_decay / 2))
        return y.x, walked_back(y, p)

    return step
