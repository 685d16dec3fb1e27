"""Depth and width are bounded by memory only, and a graph is freed the moment it is dropped."""

import gc
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients, ordered

BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])
DEEP = 100_000


def same(given: Any, expected: Any) -> bool:
    return bool(np.allclose(given, expected, rtol=1e-9))


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@BOTH
def test_a_deep_chain(make: Any) -> None:
    x = make(1.0)
    y = x
    for _ in range(DEEP // 2):
        y = y * 1.0000001 + 1e-9
    expected = 1.0000001 ** (DEEP // 2)
    assert len(ordered(y)) == DEEP + 1
    assert same(gradients(y, x), expected)
    y.backward()
    assert same(x.grad, expected)
    repr(y)
    del y  # freed without running into the recursion limit


def test_a_deep_chain_as_nodes() -> None:
    x = Value(0.3)
    y = x
    for _ in range(DEEP // 10):
        y = ag.sin(y) + x
    first = gradients(y, x, graph=True)
    h = 1e-5

    def slope(at: float) -> float:
        v = Value(at)
        z = v
        for _ in range(DEEP // 10):
            z = ag.sin(z) + v
        result: float = gradients(z, v)
        return result

    second = gradients(first, x)
    assert abs(second - (slope(0.3 + h) - slope(0.3 - h)) / (2 * h)) < 1e-6 * max(1, abs(second))


@pytest.mark.slow
@pytest.mark.untraced
def test_a_million_ops() -> None:
    limit = sys.getrecursionlimit()
    x = Value(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + 1.0
    y.backward()
    assert (y.data, x.grad) == (1_000_001.0, 1.0)
    assert gradients(y, x) == 1.0
    del y
    assert sys.getrecursionlimit() == limit


def test_wide_sums_of_values() -> None:
    xs = [Value(float(i)) for i in range(DEEP)]
    total = sum(xs, start=Value(0.0))
    total.backward()
    assert all(x.grad == 1.0 for x in xs)
    box = np.array(xs, dtype=object)
    y = ag.sum(box)
    assert y.data == total.data
    assert gradients(y, xs) == [1.0] * DEEP
    one = Value(2.0)
    wide = one
    for x in xs[:1000]:
        wide = wide + one * x
    assert gradients(wide, one) == 1.0 + sum(range(1000))


def test_one_op_with_100_000_arguments() -> None:
    x = Tensor(np.ones(2))
    y = ag.concatenate([x] * 10_000)
    assert gradients(y.sum(), x).tolist() == [10_000.0] * 2
    vs = [Value(float(i)) for i in range(DEEP)]
    top = ag.max(np.array(vs, dtype=object))
    assert len(top.args) <= DEEP
    found = gradients(top, vs)
    assert found[-1] == 1.0
    assert sum(found) == 1.0


def recorded(make: Any) -> Any:
    x = make(0.5)
    y = ag.tanh(x * x + 1.0) / x
    return ag.where(x > 0, y, -y) ** 2


@BOTH
def test_dropping_the_result_frees_the_graph(make: Any, no_collector: None) -> None:
    y = recorded(make)
    refs = [weakref.ref(n) for n in ordered(y)]
    gradients(y, [r() for r in refs][:1])
    y.backward()
    assert all(r() is not None for r in refs)
    del y
    assert [r for r in refs if r() is not None] == []


@BOTH
def test_dropping_gradient_nodes_frees_them(make: Any, no_collector: None) -> None:
    y = recorded(make)
    x = ordered(y)[0]
    g = gradients(y, x, graph=True)
    refs = [weakref.ref(n) for n in ordered(g)]
    gradients(g, x)
    del y, x, g
    assert [r for r in refs if r() is not None] == []


def test_array_ops_make_no_cycles(no_collector: None) -> None:
    from catalogue import FORMULAS

    rng = np.random.default_rng(0)
    for formula in FORMULAS:
        xs = [Tensor(a) for a in formula.sample(rng)]
        y = formula.f(*xs)
        seed = np.ones(y.shape)
        grads = gradients(y, xs, seed=seed, graph=True)
        y.backward(seed=seed)
        nodes = [*ordered(y), *(n for g in grads for n in ordered(g))]
        refs = [weakref.ref(n) for n in nodes]
        del xs, y, grads, nodes
        alive = [r() for r in refs if r() is not None]
        assert alive == [], formula.name


def test_transforms_make_no_cycles(no_collector: None) -> None:
    refs: list[Any] = []

    def f(x: Any) -> Any:
        y = ag.exp(x) * x
        refs.append(weakref.ref(y))
        return y.sum() if isinstance(y, Tensor) else y

    ag.grad(f)(2.0)
    ag.grad(ag.grad(f))(2.0)
    ag.hessian(f)(np.ones(2))
    ag.jvp(f, (np.ones(2),), (np.ones(2),))
    _, pull = ag.vjp(f, np.ones(2))
    pull(1.0)
    del pull
    assert len(refs) == 5
    assert [r for r in refs if r() is not None] == []


@BOTH
def test_a_deep_graph_is_freed_without_recursion(make: Any, no_collector: None) -> None:
    x = make(1.0)
    ref = weakref.ref(x)
    y = x
    for _ in range(DEEP):
        y = -y
    del x
    assert ref() is not None
    del y
    assert ref() is None
