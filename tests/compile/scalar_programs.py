"""Scalar functions for the backends' tests: made at random, and shaped like the benchmarks."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

import autograd as ag
from autograd import Value
from autograd.compile.trace import trace
from autograd.elementwise import TABLE
from autograd.node import Node
from autograd.tree import leaves

OPS = {name: f for name, f in TABLE.items() if isinstance(f.op.rules, tuple)}
POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 750.0, -750.0, math.inf, -math.inf, math.nan]
FINITE = [0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 0.125]


def traced(f: Any, *args: Any) -> Any:
    return trace(f, args, {}, frozenset())


def eager(f: Any, *args: Any) -> list[float]:
    """The leaves of f's result, computed by the engine itself."""
    result = f(*ag_values(args))
    return [y.data if isinstance(y, Node) else y for y in leaves(result)]


def ag_values(tree: Any) -> Any:
    if isinstance(tree, list | tuple):
        return type(tree)(ag_values(x) for x in tree)
    return Value(tree)


def same(got: Any, want: Any, rel: float = 0.0) -> bool:
    """Equal number by number; nan equals nan; within `rel` if given."""
    pairs = list(zip(leaves(got), leaves(want), strict=True))
    return all(
        x == y or (x != x and y != y) or abs(x - y) <= rel * max(abs(x), abs(y), 1e-3)
        for x, y in pairs
    )


@st.composite
def functions(draw: Any, inputs: int = 3, longest: int = 25) -> Any:
    """A random function of `inputs` numbers that gives two of its steps."""
    plan = []
    for size in range(inputs, inputs + draw(st.integers(1, longest))):
        name = draw(st.sampled_from(sorted(OPS)))
        source = st.one_of(st.integers(0, size - 1), st.sampled_from(FINITE))
        args = [draw(source) for _ in OPS[name].op.rules]
        if all(isinstance(a, float) for a in args):
            args[0] = draw(st.integers(0, size - 1))
        plan.append((OPS[name], args))
    last = inputs + len(plan) - 1
    chosen = draw(st.integers(0, last))

    def function(*xs: Any) -> Any:
        values = list(xs)
        for op, args in plan:
            values.append(op(*[a if isinstance(a, float) else values[a] for a in args]))
        return values[chosen], values[last]

    return function


def chain(blocks: int) -> Any:
    """One long dependency: x ← x·exp(k·σ(c·tanh(a·x + b) + x)) + d."""

    def loss(x: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        for _ in range(blocks):
            u = ag.sigmoid(ag.tanh(x * a + b) * c + x)
            x = x * ag.exp(u * -1e-2) + d
        return x

    return ag.value_and_grad(loss, argnums=(0, 1, 2, 3, 4))


CHAIN_AT = (0.7, 0.9, 0.3, 1.1, 5e-5)


def score(p: Any, xs: Any, sizes: tuple[int, ...]) -> Any:
    """A ReLU network of scalars; per neuron its weights and then its bias."""
    take = iter(p)
    for n, m in pairwise(sizes):
        neurons = [([next(take) for _ in range(n)], next(take)) for _ in range(m)]
        xs = [sum((w * x for w, x in zip(ws, xs, strict=True)), b) for ws, b in neurons]
        if m > 1:
            xs = [ag.relu(x) for x in xs]
    return xs[0]


SIZES = (2, 4, 3, 1)


def parameters(sizes: tuple[int, ...] = SIZES) -> list[float]:
    count = sum((n + 1) * m for n, m in pairwise(sizes))
    return [math.sin(1.7 * i + 0.3) for i in range(count)]


def points(count: int) -> list[tuple[float, float, float]]:
    return [(math.cos(i), math.sin(2.1 * i), 1.0 if i % 3 else -1.0) for i in range(count)]


def hinge_step(samples: int, sizes: tuple[int, ...] = SIZES) -> Any:
    """A training step: hinge loss of all samples and a penalty, and the update."""

    def loss(p: Any) -> Any:
        terms = [ag.relu(1 + -y * score(p, [a, b], sizes)) for a, b, y in points(samples)]
        return sum(terms) * (1.0 / samples) + 1e-3 * sum(v * v for v in p)

    def step(p: Any) -> Any:
        value, g = ag.value_and_grad(loss)(p)
        return value, g, [v - 0.05 * q for v, q in zip(p, g, strict=True)]

    return step


def one_sample(p: Any, a: Any, b: Any, y: Any) -> Any:
    """The loss of one sample, as the batch backend gets it."""
    return ag.relu(1 + -y * score(p, [a, b], SIZES)) + 1e-3 * sum(v * v for v in p)


def softmax_step(samples: int) -> Any:
    """2-3-2 with sigmoid, softmax and cross-entropy; which logit is read depends on the sample."""

    def loss(p: Any) -> Any:
        total = 0.0
        for a, b, y in points(samples):
            h = [ag.sigmoid(p[3 * i] * a + p[3 * i + 1] * b + p[3 * i + 2]) for i in range(3)]
            e = [
                ag.exp(sum((p[9 + 4 * i + k] * h[k] for k in range(3)), p[12 + 4 * i]))
                for i in range(2)
            ]
            total = total - ag.log(e[int(y > 0)] / (e[0] + e[1]))
        return total * (1.0 / samples) + 1e-3 * sum(w * w for w in p[:9])

    def step(p: Any) -> Any:
        value, g = ag.value_and_grad(loss)(p)
        return value, g, [v - 0.1 * q for v, q in zip(p, g, strict=True)]

    return step


SOFTMAX_AT = [math.cos(2.3 * i) for i in range(17)]
