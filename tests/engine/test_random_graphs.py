"""Random expressions, built the same way on complex numbers, Values and Tensors."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numerical import COMPLEX_STEP, agree, along

import autograd as ag
from autograd import Tensor, Value, gradients

# What keeps |x| below 2 for |x| below 2, so that expressions of any depth stay small.
UNARY: list[tuple[Any, Any]] = [
    (ag.sin, np.sin),
    (ag.tanh, np.tanh),
    (ag.arctan, np.arctan),
    (lambda x: -x, np.negative),
    (ag.sigmoid, lambda x: 1 / (1 + np.exp(-x))),
    (lambda x: x * 0.5, lambda x: x * 0.5),
    (lambda x: 1.0 - x / 2, lambda x: 1.0 - x / 2),
    (lambda x: ag.exp(-x * x), lambda x: np.exp(-x * x)),
    (lambda x: 1 / (x * x + 1), lambda x: 1 / (x * x + 1)),
    (lambda x: x**2 / 4, lambda x: x**2 / 4),
    (lambda x: ag.log1p(x * x), lambda x: np.log1p(x * x)),
    (lambda x: ag.sqrt(x * x + 0.5), lambda x: np.sqrt(x * x + 0.5)),
]
BINARY: list[Any] = [
    lambda a, b: (a + b) / 2, lambda a, b: (a - b) / 2, lambda a, b: a * b / 2,
    lambda a, b: a / (b * b + 1), lambda a, b: (a * a + 1.5) ** (b / 8),
]  # fmt: skip

Program = list[tuple[int, int, int]]
programs = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)),
    min_size=1,
    max_size=25,
)
points = st.lists(st.floats(-2, 2), min_size=3, max_size=3)


def run(program: Program, leaves: list[Any], column: int) -> Any:
    """Each step takes earlier results (repeats and diamonds included); column 1 is numpy's."""
    known = list(leaves)
    for which, i, j in program:
        which %= len(UNARY) + len(BINARY)
        a, b = known[i % len(known)], known[j % len(known)]
        if which < len(UNARY):
            known.append(UNARY[which][column](a))
        else:
            known.append(BINARY[which - len(UNARY)](a, b))
    return sum(known[-3:], start=0.0 * known[0])


def exact(program: Program, at: list[float]) -> list[float]:
    slopes = []
    for i in range(len(at)):
        moved = [complex(x, COMPLEX_STEP if k == i else 0.0) for k, x in enumerate(at)]
        slopes.append(complex(run(program, [np.complex128(m) for m in moved], 1)).imag)
    return [s / COMPLEX_STEP for s in slopes]


@given(program=programs, at=points)
def test_first_and_second_order(program: Program, at: list[float]) -> None:
    known = exact(program, at)
    for make in (Value, Tensor, lambda x: Tensor([x, x])):
        leaves = [make(x) for x in at]
        y = run(program, leaves, 0)
        y = y.sum() / y.data.size if isinstance(y, Tensor) else y
        agree(y.data, run(program, at, 1), rtol=1e-13)
        first = gradients(y, leaves)
        agree([np.sum(g) for g in first], known, rtol=1e-11)
        y.backward()
        reached = [np.sum(leaf.grad) for leaf in leaves if leaf.grad is not None]
        agree(reached, [k for k, n in zip(known, leaves, strict=True) if n.grad is not None], 1e-11)
        nodes = gradients(y, leaves, graph=True)
        v = [0.7, -1.0, 0.4]
        slope = nodes[0] * v[0] + nodes[1] * v[1] + nodes[2] * v[2]
        second = gradients(slope.sum() if isinstance(slope, Tensor) else slope, leaves)
        curve = along(lambda *xs: np.array(exact(program, list(xs))),
                      [np.array(x) for x in at], [np.array(d) for d in v])  # fmt: skip
        agree([np.sum(g) for g in second], curve, rtol=1e-8)


@given(program=programs, at=points)
def test_grad_of_the_program(program: Program, at: list[float]) -> None:
    f = lambda *xs: run(program, list(xs), 0)
    agree(ag.grad(f, argnums=(0, 1, 2))(*at), exact(program, at), rtol=1e-11)
    y, t = ag.jvp(f, tuple(at), (1.0, 0.0, -1.0))
    known = exact(program, at)
    agree(t, known[0] - known[2], rtol=1e-11)
    agree(y, run(program, at, 1), rtol=1e-13)
