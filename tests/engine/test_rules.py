"""Backwards: every rule of every op, first and second order, on the whole catalogue."""

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, check_first_order, check_second_order, seed_like

from autograd import Node, Tensor, gradients

SEEDS = st.integers(0, 2**32 - 1)
every_formula = pytest.mark.parametrize("formula", FORMULAS, ids=repr)


@every_formula
@given(seed=SEEDS)
def test_first_order_is_the_slope_of_numpys_function(formula: Formula, seed: int) -> None:
    rng = np.random.default_rng(seed)
    args = formula.sample(rng)
    check_first_order(formula.f, formula.reference, args, rng, formula.rtol, formula.analytic)


@every_formula
@given(seed=SEEDS)
def test_second_order_is_the_slope_of_the_first(formula: Formula, seed: int) -> None:
    rng = np.random.default_rng(seed)
    check_second_order(formula.f, formula.sample(rng), rng, 100 * formula.rtol)


@every_formula
@given(seed=SEEDS)
def test_gradients_as_nodes_are_the_gradients(formula: Formula, seed: int) -> None:
    rng = np.random.default_rng(seed)
    xs = [Tensor(a) for a in formula.sample(rng)]
    y = formula.f(*xs)
    c = seed_like(rng, y.data)
    plain = gradients(y, xs, seed=c)
    nodes = gradients(y, xs, seed=c, graph=True)
    assert all(isinstance(n, Node) for n in nodes)
    for g, n in zip(plain, nodes, strict=True):
        agree(n.data, g, rtol=1e-14)


@every_formula
@given(seed=SEEDS)
def test_linear_in_the_cotangent(formula: Formula, seed: int) -> None:
    rng = np.random.default_rng(seed)
    xs = [Tensor(a) for a in formula.sample(rng)]
    y = formula.f(*xs)
    c, d = seed_like(rng, y.data), seed_like(rng, y.data)
    both = gradients(y, xs, seed=2.0 * c - 3.0 * d)
    parts = zip(gradients(y, xs, seed=c), gradients(y, xs, seed=d), strict=True)
    for g, (p, q) in zip(both, parts, strict=True):
        agree(g, 2.0 * p - 3.0 * q, rtol=1e-12)


@every_formula
def test_repeatable_bit_for_bit(formula: Formula) -> None:
    rng = np.random.default_rng(11)
    args = formula.sample(rng)

    def once() -> list[np.ndarray]:
        xs = [Tensor(a) for a in args]
        y = formula.f(*xs)
        c = seed_like(np.random.default_rng(1), y.data)
        return [y.data, *gradients(y, xs, seed=c), *gradients(y, xs, seed=c)]

    n = len(args)
    first, second = once(), once()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(first[1 : n + 1], first[n + 1 :], strict=True))


@every_formula
def test_nothing_is_mutated_and_nothing_is_shared(formula: Formula) -> None:
    args = formula.sample(np.random.default_rng(13))
    before = [a.copy() for a in args]
    xs = [Tensor(a) for a in args]
    y = formula.f(*xs)
    c = seed_like(np.random.default_rng(1), y.data)
    c_before = c.copy()
    grads = gradients(y, xs, seed=c)
    kept = [g.copy() for g in grads]
    for g in grads:
        assert g.flags.writeable
        others = [*args, c, y.data, *(x.data for x in xs), *(h for h in grads if h is not g)]
        assert not any(np.shares_memory(g, o) for o in others)
        g += 1.0  # what the caller does with a result is the caller's business
    again = gradients(y, xs, seed=c)
    assert all(np.array_equal(a, b) for a, b in zip(again, kept, strict=True))
    y.backward(seed=c)
    for x, k in zip(xs, kept, strict=True):
        assert np.array_equal(x.grad, k)
        assert not any(np.shares_memory(x.grad, o) for o in (*args, c, y.data, x.data))
    assert all(np.array_equal(a, b) for a, b in zip(args, before, strict=True))
    assert np.array_equal(c, c_before)
    plain = formula.f(*args)
    assert all(np.array_equal(a, b) for a, b in zip(args, before, strict=True)), plain


@every_formula
def test_backward_is_gradients(formula: Formula) -> None:
    rng = np.random.default_rng(17)
    xs = [Tensor(a) for a in formula.sample(rng)]
    y = formula.f(*xs)
    c = seed_like(rng, y.data)
    expected = gradients(y, xs, seed=c)
    assert all(x.grad is None for x in xs)
    y.backward(seed=c)
    for x, g in zip(xs, expected, strict=True):
        assert type(x.grad) is np.ndarray
        agree(x.grad, g, rtol=1e-14)
