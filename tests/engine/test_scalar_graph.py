"""`Value` = `Tensor`: the same numbers and gradients from scalar graphs and array graphs."""

from typing import Any

import numpy as np
import pytest
from catalogue import ELEMENTWISE, FORMULAS, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, seed_like

import autograd as ag
from autograd import Tensor, Value, gradients, ordered, tanh, where
from autograd.testing import boxed, unboxed, weighted


@pytest.mark.parametrize("formula", ELEMENTWISE, ids=repr)
@given(data=st.data())
def test_elementwise_values_and_gradients(formula: Formula, data: st.DataObject) -> None:
    numbers = [data.draw(d.elements()) for d in formula.domains]
    vs, ts = [Value(x) for x in numbers], [Tensor(x) for x in numbers]
    v, t = formula.f(*vs), formula.f(*ts)
    assert isinstance(v, Value)
    agree(v.data, t.data, rtol=1e-12)
    first_v, first_t = gradients(v, vs), gradients(t, ts)
    assert all(type(g) is float for g in first_v)
    agree(first_v, first_t, rtol=1e-12)
    v.backward()
    agree([x.grad for x in vs], first_v, rtol=1e-15)
    for i in range(len(numbers)):
        gv = gradients(v, vs, graph=True)[i]
        gt = gradients(t, ts, graph=True)[i]
        assert isinstance(gv, Value)
        agree(gv.data, first_v[i], rtol=1e-13)
        # nan where Value has nan and Tensor too; both rules are the same
        agree(gradients(gv, vs), gradients(gt, ts), rtol=1e-12)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_object_arrays_of_values(formula: Formula) -> None:
    """Every formula runs on arrays of Values: values, gradients and second derivatives."""
    rng = np.random.default_rng(23)
    args = formula.sample(rng)
    vs, ts = [boxed(a) for a in args], [Tensor(a) for a in args]
    y, t = formula.f(*vs), formula.f(*ts)
    assert np.shape(y) == t.shape
    assert not isinstance(y, Tensor)
    agree(unboxed(y), t.data, rtol=1e-12)
    if not t.size:
        return
    seed = seed_like(rng, t.data)
    leaves = [v for box in vs for v in box.ravel()]
    root = weighted(y, seed)
    flat = gradients(root, leaves)
    expected = np.concatenate([g.ravel() for g in gradients(t, ts, seed=seed)])
    agree(flat, expected, rtol=1e-12)
    c = seed_like(rng, expected)
    slopes = weighted(np.array(gradients(root, leaves, graph=True), dtype=object), c)
    parts = np.split(c, np.cumsum([a.size for a in args])[:-1])
    total: Any = 0.0
    for g, part in zip(gradients(t, ts, seed=seed, graph=True), parts, strict=True):
        total = total + (g * part.reshape(g.shape)).sum()
    second = np.concatenate([g.ravel() for g in gradients(total, ts)])
    agree(gradients(slopes, leaves), second, rtol=1e-10)  # cancellation in norms and std


def test_an_array_times_a_value_is_an_array_of_values() -> None:
    v = Value(2.0)
    for y in (np.array([1.0, 3.0]) * v, v * np.array([1.0, 3.0])):
        assert isinstance(y, np.ndarray)
        assert y.dtype == object
        assert [e.data for e in y] == [2.0, 6.0]
        assert all(isinstance(e, Value) for e in y)
        assert gradients(y[0] + y[1], v) == 4.0
    m = np.eye(2) @ boxed(np.array([[1.0], [2.0]]))
    assert unboxed(m).tolist() == [[1.0], [2.0]]


OPERATIONS: list[Any] = [
    lambda a, b, c: a * b, lambda a, b, c: a + b, lambda a, b, c: 2.0 - a, lambda a, b, c: a * 2.0,
    lambda a, b, c: tanh(a), lambda a, b, c: ag.max([a, b, c]), lambda a, b, c: where(1.0, a, b),
]  # fmt: skip


@given(data=st.data())
def test_backward_stores_what_gradients_gives(data: st.DataObject) -> None:
    """On random graphs: operands shared and repeated, constants on either side, many arguments,
    parts that an earlier backward went over, and what the root was not computed from."""
    nodes = [Value(data.draw(st.floats(-2.0, 2.0))) for _ in range(3)]
    leaves = nodes[:]
    for _ in range(data.draw(st.integers(1, 40))):
        operation = OPERATIONS[data.draw(st.integers(0, len(OPERATIONS) - 1))]
        picked = [nodes[data.draw(st.integers(0, len(nodes) - 1))] for _ in range(3)]
        nodes.append(operation(*picked))
        if data.draw(st.booleans()):
            nodes[-1].backward()
    for leaf in leaves:
        leaf.zero_grad()
    root = nodes[-1]
    root.backward()
    for node in ordered(root):
        agree(node.grad, gradients(root, node), rtol=1e-14)
