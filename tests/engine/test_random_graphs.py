"""Random expressions, on numbers, Values and Tensors, against complex steps through numpy."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, along

import autograd as ag
from autograd import Tensor, Value, gradients
from autograd.testing import (
    Expression,
    Graph,
    Network,
    boxed,
    expressions,
    floats,
    graphs,
    networks,
    unboxed,
)
from autograd.testing.laws import tiles_summed

formulas = expressions(("x", "y", "z"), max_steps=25)
points = st.tuples(*[floats(-2.0, 2.0)] * 3)


@given(f=formulas, at=points)
def test_first_and_second_order(f: Expression, at: Any) -> None:
    known = f.slopes(*at)
    for make in (Value, Tensor, lambda x: Tensor([x, x])):
        leaves = [make(x) for x in at]
        y = f(*leaves)
        y = y.sum() / y.data.size if isinstance(y, Tensor) else y
        agree(y.data, f(*at), rtol=1e-13)
        first = gradients(y, leaves)
        agree([np.sum(g) for g in first], known, rtol=1e-11)
        y.backward()
        reached = [np.sum(leaf.grad) for leaf in leaves if leaf.grad is not None]
        agree(reached, [k for k, n in zip(known, leaves, strict=True) if n.grad is not None], 1e-11)
        nodes = gradients(y, leaves, graph=True)
        v = [0.7, -1.0, 0.4]
        slope = nodes[0] * v[0] + nodes[1] * v[1] + nodes[2] * v[2]
        second = gradients(slope.sum() if isinstance(slope, Tensor) else slope, leaves)
        curve = along(lambda *xs: np.array(f.slopes(*xs)),
                      [np.array(x) for x in at], [np.array(d) for d in v])  # fmt: skip
        agree([np.sum(g) for g in second], curve, rtol=1e-8)


@given(f=formulas, at=points)
def test_numpys_numbers(f: Expression, at: Any) -> None:
    agree(f(*at), f.with_numpy(*at), rtol=1e-13)


@given(f=formulas, at=points)
def test_grad_of_the_program(f: Expression, at: Any) -> None:
    known = f.slopes(*at)
    agree(ag.grad(f, argnums=(0, 1, 2))(*at), known, rtol=1e-11)
    y, t = ag.jvp(f, at, (1.0, 0.0, -1.0))
    agree(t, known[0] - known[2], rtol=1e-11)
    agree(y, f(*at), rtol=1e-13)


@given(graph=graphs(Tensor))
def test_leaves_that_broadcast(graph: Graph) -> None:
    """Entry by entry as numbers: a leaf's gradient sums what its entries meet."""
    x, y = graph.leaves
    root = (graph.expression(x + 0.0 * y, y + 0.0 * x) + x * y).sum()
    given_x, given_y = gradients(root, [x, y])
    wide_x, wide_y = np.broadcast_arrays(x.data, y.data)
    expected_x, expected_y = np.zeros(wide_x.shape), np.zeros(wide_x.shape)
    for at in np.ndindex(wide_x.shape):
        a, b = float(wide_x[at]), float(wide_y[at])
        da, db = graph.expression.slopes(a, b)
        expected_x[at], expected_y[at] = da + b, db + a
    agree(given_x, tiles_summed(expected_x, x.shape), rtol=1e-11)
    agree(given_y, tiles_summed(expected_y, y.shape), rtol=1e-11)


@given(net=networks())
def test_a_network_three_ways(net: Network) -> None:
    """Written once: numbers, a tensor graph, a scalar graph."""
    params, x, t = net.parameters(), net.inputs(), net.targets()
    plain = net.loss(params, x, t)
    tensors = {name: Tensor(p) for name, p in params.items()}
    boxes = {name: boxed(p) for name, p in params.items()}
    array, scalar = net.loss(tensors, x, t), net.loss(boxes, x, t)
    agree(array.data, plain, rtol=1e-14)
    agree(scalar.data, plain, rtol=1e-12)
    scalar.backward()
    for name, g in zip(params, gradients(array, list(tensors.values())), strict=True):
        grads = np.vectorize(lambda v: v.grad, otypes=[float])(boxes[name])
        agree(grads, g, rtol=1e-11)
        agree(unboxed(boxes[name]), params[name], rtol=0.0)


@given(net=networks())
def test_a_network_along_a_direction(net: Network) -> None:
    x, t = net.inputs(), net.targets()
    params = net.parameters()
    slopes = ag.grad(net.loss)(params, x, t)
    rng = np.random.default_rng(net.seed)
    v = {name: rng.uniform(-1.0, 1.0, p.shape) for name, p in params.items()}
    moved = lambda *ps: net.loss(dict(zip(params, ps, strict=True)), x, t)
    expected = along(moved, list(params.values()), list(v.values()))
    given = sum(float(np.sum(slopes[name] * v[name])) for name in params)
    size = sum(float(np.sum(np.abs(slopes[name] * v[name]))) for name in params)
    agree(given, expected, rtol=1e-9, scale=max(size, float(np.abs(net.loss(params, x, t)))))
