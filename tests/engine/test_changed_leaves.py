"""A leaf is assigned between recording and differentiating: the recorded point, or an error."""

import contextlib
from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, seed_like

import autograd as ag
from autograd import DTypeError, ShapeError, StaleGraphError, Tensor, Value, gradients
from autograd.data import ALONE

SEEDS = st.integers(0, 2**32 - 1)
BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
@given(seed=SEEDS)
def test_first_order_is_taken_at_the_recorded_point(formula: Formula, seed: int) -> None:
    rng = np.random.default_rng(seed)
    xs = [Tensor(a) for a in formula.sample(rng)]
    y = formula.f(*xs)
    c = seed_like(rng, y.data)
    expected, data = gradients(y, xs, seed=c), y.data.copy()
    nodes = gradients(y, xs, seed=c, graph=True)
    second = [gradients(g, xs, seed=np.ones(g.shape)) for g in nodes]
    for x in xs:
        x.data = x.data * 0.5 + 0.01
    for g, e in zip(gradients(y, xs, seed=c), expected, strict=True):
        assert np.array_equal(g, e)
    y.backward(seed=c)
    for x, e in zip(xs, expected, strict=True):
        agree(x.grad, e, rtol=1e-14)
    assert y is xs[0] or np.array_equal(y.data, data)  # +x is x itself
    try:
        nodes = gradients(y, xs, seed=c, graph=True)
        found = [gradients(g, xs, seed=np.ones(g.shape)) for g in nodes]
    except StaleGraphError:
        return
    for n, e in zip(nodes, expected, strict=True):  # not stale: then it is right
        agree(n.data, e, rtol=1e-14)
    for row, known in zip(found, second, strict=True):
        for g, e in zip(row, known, strict=True):
            agree(g, e, rtol=1e-12)


@BOTH
def test_an_optimisers_step(make: Any) -> None:
    x = make(3.0)
    y = x * x
    x.data = 5.0
    assert y.data == 9.0
    assert gradients(y, x) == 6.0
    y.backward()
    assert x.grad == 6.0
    fresh = x * x
    assert gradients(fresh, x) == 10.0
    assert fresh.data == 25.0


@BOTH
def test_nodes_at_a_stale_point_are_right_or_refused(make: Any) -> None:
    x, w = make(3.0, name="x"), make(2.0)
    y = x * x * w
    x.data = 5.0
    with pytest.raises(StaleGraphError, match=r"'x'.*anew"):
        gradients(y, x, graph=True)
    node = gradients(y, w, graph=True)  # x * x as recorded: right, and so is its slope
    assert node.data == 9.0
    assert gradients(node, x) == 6.0
    with pytest.raises(StaleGraphError):
        gradients(node, x, graph=True)
    assert gradients(y, [x, w]) == [12.0, 9.0]


@BOTH
def test_a_gradient_graph_recorded_before_the_change(make: Any) -> None:
    x = make(3.0)
    g = gradients(x * x * x, x, graph=True)
    x.data = 5.0
    assert g.data == 27.0
    assert gradients(g, x) == 18.0
    with pytest.raises(StaleGraphError):
        gradients(g, x, graph=True)


@BOTH
def test_assigning_the_same_number_is_a_change_or_none(make: Any) -> None:
    x = make(3.0)
    y = x * x
    x.data = 3.0
    with contextlib.suppress(StaleGraphError):
        assert gradients(y, x, graph=True).data == 6.0


@BOTH
def test_a_leaf_between_two_uses(make: Any) -> None:
    x = make(3.0)
    a = x * x
    x.data = 5.0
    y = a * x  # 9 · x, recorded with both
    assert y.data == 45.0
    assert gradients(y, x) == 9.0 + 6.0 * 5.0
    with pytest.raises(StaleGraphError):
        gradients(y, x, graph=True)


@BOTH
def test_the_root_itself_is_a_changed_leaf(make: Any) -> None:
    x = make(3.0)
    x.data = 4.0
    assert gradients(x, x) == 1.0
    assert gradients(x, x, graph=True).data == 1.0
    assert gradients(x * x, x, graph=True).data == 8.0


@BOTH
def test_relu_at_a_changed_leaf_keeps_its_side(make: Any) -> None:
    x = make(3.0)
    ys = [ag.relu(x), abs(x), ag.maximum(x, 0.0), ag.where(x > 0, x, 0.0), ag.clip(x, 0.0, 9.0)]
    x.data = -3.0
    assert [float(gradients(y, x)) for y in ys] == [1.0] * 5


def test_assigning_a_tensors_data_copies() -> None:
    x = Tensor([1.0, 2.0])
    a = np.array([3.0, 4.0])
    x.data = a
    y = (x * x).sum()
    a[:] = 100.0
    assert np.array_equal(x.data, [3.0, 4.0])
    assert np.array_equal(gradients(y, x), [6.0, 8.0])
    frozen = np.array([5.0, 6.0])
    frozen.setflags(write=False)
    x.data = frozen
    assert np.array_equal(x.data, frozen)
    view = a[:]
    view.setflags(write=False)
    x.data = view
    a[:] = 7.0
    assert np.array_equal(x.data, [100.0, 100.0])


def test_a_tensor_keeps_its_shape_and_dtype() -> None:
    x = Tensor(np.ones((2, 3), np.float32))
    with pytest.raises(ShapeError, match=r"\(2, 3\).*\(3, 2\)"):
        x.data = np.ones((3, 2), np.float32)
    with pytest.raises(DTypeError, match=r"float32.*float64"):
        x.data = np.ones((2, 3))
    with pytest.raises(DTypeError, match="complex"):
        x.data = np.ones((2, 3), complex)
    x.data = np.zeros((2, 3), np.float32)
    assert not x.data.any()
    x.data = x.data - 0.5 * np.ones((2, 3), np.float32)
    assert x.dtype == np.float32


def test_a_values_data_is_a_number() -> None:
    v = Value(3)
    assert type(v.data) is float
    v.data = 4
    assert type(v.data) is float
    v.data -= 1.5  # micrograd's spelling
    assert v.data == 2.5
    v.data = np.float64(2.0)
    assert type(v.data) is float
    for bad in ("a", None, [1.0], 1j, Value(1.0), np.ones(2)):
        with pytest.raises(TypeError, match=r"Value\.data"):
            v.data = bad
    assert v.data == 2.0


def test_writing_in_place_into_a_leaf_is_refused_and_changes_nothing() -> None:
    t = Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        t.data -= 0.1
    with pytest.raises(ValueError, match="read-only"):
        t.data[0] = 5.0
    assert np.array_equal(t.data, [1.0, 2.0])
    t.data = t.data - 0.5
    assert np.array_equal(t.data, [0.5, 1.5])


class Hidden(np.ndarray[Any, Any]):
    """A subclass, which is never taken as it is."""


def test_an_array_that_somebody_holds_is_copied_when_it_is_assigned() -> None:
    t = Tensor(np.zeros(3))
    mine = np.ones(3)
    t.data = mine
    whole = np.arange(6.0)
    t2 = Tensor(np.zeros(3))
    t2.data = whole[:3]
    kept = [np.full(3, 5.0)]
    t3 = Tensor(np.zeros(3))
    t3.data = kept[0]
    t4 = Tensor(np.zeros(3))
    t4.data = np.full(3, 7.0).view(Hidden)
    mine[0], whole[0], kept[0][0] = 9.0, 9.0, 9.0
    assert t.data.tolist() == [1.0, 1.0, 1.0]
    assert t2.data.tolist() == [0.0, 1.0, 2.0]
    assert t3.data.tolist() == [5.0, 5.0, 5.0]
    assert type(t4.data) is np.ndarray


@pytest.mark.skipif(not ALONE, reason="reference counts do not tell on this Python")
def test_an_array_that_nobody_holds_is_taken_as_it_is() -> None:
    t = Tensor(np.zeros(3))
    seen: list[int] = []

    def fresh() -> Any:
        array = np.ones(3)
        seen.append(array.ctypes.data)
        return array

    t.data = fresh()
    assert t.data.ctypes.data == seen[0]
    assert not t.data.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        t.data[0] = 2.0
