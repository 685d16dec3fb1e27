"""`checkpoint` gives the same values and gradients from less memory, or raises."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from numerical import seed_like

import autograd as ag
from autograd import StaleGraphError, Tensor, Value, checkpoint, gradients, ordered

Wrap = Callable[[Any], Any]
BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


def plain(f: Any) -> Any:
    return f


def same(given: Any, expected: Any, rtol: float = 1e-13) -> None:
    for a, b in zip(given, expected, strict=True):
        np.testing.assert_allclose(getattr(a, "data", a), getattr(b, "data", b), rtol=rtol)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_every_formula_is_the_same(formula: Formula) -> None:
    rng = np.random.default_rng(3)
    xs = [Tensor(a) for a in formula.sample(rng)]
    y, z = formula.f(*xs), checkpoint(formula.f)(*xs)
    assert np.array_equal(z.data, y.data)
    assert z.data.dtype == y.data.dtype
    c = seed_like(rng, y.data)
    same(gradients(z, xs, seed=c), gradients(y, xs, seed=c))
    a, b = (gradients(r, xs, seed=c, graph=True) for r in (z, y))
    same(a, b)
    for g, h in zip(a, b, strict=True):
        same(gradients(g, xs, seed=np.ones(g.shape)), gradients(h, xs, seed=np.ones(h.shape)))


def network(wrap: Wrap, make: Any) -> tuple[Any, list[Any]]:
    """Two layers that reach their weights without being passed them; one weight twice."""
    x, v, w = make(0.7), make(0.4, name="v"), make(-1.3)
    outer = v * w  # recorded outside, used inside

    def layer(h: Any, *, power: int = 1) -> Any:
        return ag.tanh(h * v + outer) ** power * w

    h = wrap(layer)(wrap(layer)(x), power=2)
    return h + outer * x, [x, v, w, outer]


@BOTH
def test_what_is_reached_without_being_passed(make: Any) -> None:
    (y, nodes), (z, others) = network(checkpoint, make), network(plain, make)
    same(gradients(y, nodes), gradients(z, others))
    y.backward()
    z.backward()
    same([n.grad for n in nodes], [n.grad for n in others])
    for i in range(3):
        g, h = gradients(y, nodes[i], graph=True), gradients(z, others[i], graph=True)
        same(gradients(g, nodes), gradients(h, others))


@BOTH
def test_several_results_in_containers(make: Any) -> None:
    a, b = make(0.3), make(1.2)

    def f(p: Any, scale: float = 2.0) -> Any:
        s = p["a"] * p["b"]
        return {"sin": ag.sin(s) * scale, "rest": [s, s, p["a"], 7, None]}

    y, z = (wrap(f)({"a": a, "b": b}, scale=3.0) for wrap in (checkpoint, plain))
    assert y["rest"][0] is y["rest"][1]
    assert y["rest"][2] is a
    assert y["rest"][3:] == [7, None]
    totals = [r["sin"] * r["rest"][0] + r["rest"][1] for r in (y, z)]
    same(gradients(totals[0], [a, b]), gradients(totals[1], [a, b]))


def test_arrays_of_several_shapes_and_dtypes() -> None:
    x, w = Tensor(np.arange(6.0).reshape(2, 3)), Tensor(np.ones(3, np.float32))

    def f(x: Any) -> Any:
        return ag.sin(x), ag.sum(x, axis=0), w * 2.0, w * w, ag.transpose(x)

    y, z = checkpoint(f)(x), f(x)
    same(y, z)
    assert [t.dtype for t in y] == [t.dtype for t in z]
    c = [np.random.default_rng(0).standard_normal(t.shape) for t in z]
    y, z = (sum(ag.sum(t * k) for t, k in zip(r, c, strict=True)) for r in (y, z))
    same(gradients(y, [x, w]), gradients(z, [x, w]))
    calls = []
    y = checkpoint(lambda x: (calls.append(1), ag.sin(x), ag.cos(x))[1:])(x)
    gradients(ag.sum(y[0] * y[1]), x)
    assert len(calls) == 2  # once forward, once for all results backward


def test_nested() -> None:
    x = Tensor([0.3, -0.4])

    def inner(h: Any) -> Any:
        return ag.tanh(h) * x

    def outer(h: Any) -> Any:
        return checkpoint(inner)(checkpoint(inner)(h * 2.0))

    y, z = checkpoint(outer)(x), inner(inner(x * 2.0))
    same(gradients(y, [x], seed=np.ones(2)), gradients(z, [x], seed=np.ones(2)))


def test_inside_transforms() -> None:
    w = np.array([0.5, -1.0])

    def f(x: Any) -> Any:
        return ag.sum(ag.exp(x * w) * x)

    for transform in (ag.grad, ag.hessian, ag.jacobian, ag.value_and_grad):
        same(transform(checkpoint(f))(w), transform(f)(w))
    assert np.array_equal(checkpoint(f)(w), f(w))
    with ag.no_grad():
        assert checkpoint(f)(Tensor(w)).op is None


@BOTH
def test_a_leaf_that_changed_is_never_silently_wrong(make: Any) -> None:
    w, x = make(2.0, name="w"), make(0.5)
    y = checkpoint(lambda h: ag.sin(h * w))(x)
    expected = gradients(y, x)
    w.data = 3.0
    if make is Value:  # its derivatives were stored
        assert gradients(y, x) == expected
    else:
        with pytest.raises(StaleGraphError, match=r"w, which it uses, was assigned"):
            gradients(y, x)
    with pytest.raises(StaleGraphError):
        gradients(y, x, graph=True)


def test_random_numbers_inside_are_noticed() -> None:
    rng = np.random.default_rng(0)
    x = Tensor(np.ones(10))
    y = checkpoint(lambda h: ag.sin(h) * rng.standard_normal(10))(x)
    with pytest.raises(StaleGraphError, match="random"):
        gradients(y.sum(), x)


def test_other_nodes_the_second_time_are_noticed() -> None:
    x, ws = Tensor([1.0]), [Tensor([2.0]), Tensor([2.0])]
    y = checkpoint(lambda h: ag.sin(h * ws[-1]))(x)
    ws.pop()
    with pytest.raises(StaleGraphError, match="other nodes"):
        gradients(y, x)


def test_it_takes_a_function() -> None:
    with pytest.raises(TypeError, match="takes a function"):
        checkpoint(Tensor([1.0]))


def test_how_it_looks() -> None:
    x = Tensor([0.5], name="x")

    def layer(h: Any) -> Any:
        y = ag.sin(h) * h
        y.name = "h1"
        return y

    with ag.scope("net"):
        y = checkpoint(layer)(x)
    assert [node.name for node in ordered(y)] == ["x", "h1"]
    assert (y.op.name, y.scope, y.args) == ("layer", ("net",), (x,))
    assert y.op.write(y.op.python, "x") == "layer(x)"
    assert checkpoint(lambda h: h * h)(x).op.name == "checkpoint"


def test_it_is_freed_when_dropped() -> None:
    gc.collect()
    gc.disable()
    try:
        y, nodes = network(checkpoint, Tensor)
        gradients(y, nodes)
        refs = [weakref.ref(n) for n in ordered(y)]
        del y, nodes
        assert [r for r in refs if r() is not None] == []
    finally:
        gc.enable()


def peak(wrap: Wrap, layers: int = 40) -> int:
    """Bytes at the peak of a deep network's loss and gradients."""
    rng = np.random.default_rng(0)
    weights = [Tensor(rng.standard_normal((16, 16)) / 4) for _ in range(layers)]
    x = rng.standard_normal((500, 16))
    tracemalloc.start()
    h: Any = Tensor(x)
    for W in weights:
        h = wrap(lambda h, W=W: ag.tanh(ag.tanh(h @ W) @ W))(h)
    loss = ag.sum(h * h)
    gradients(loss, weights)
    result = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result


def test_it_halves_the_peak_of_a_deep_network() -> None:
    assert peak(checkpoint) < 0.5 * peak(plain)
