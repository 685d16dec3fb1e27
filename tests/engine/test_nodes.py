"""One node: identity, comparison, labels, names, text, copies; and the order of a graph."""

import copy
import operator
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor, Value, gradients, ordered

BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


@BOTH
def test_identity_hash_and_dict_keys(make: Any) -> None:
    a, b = make(1.0), make(1.0)
    assert a == b
    assert a is not b
    assert hash(a) != hash(b)
    table = {a: "a", b: "b"}
    assert (table[a], table[b], len({a, b, a})) == ("a", "b", 2)


def test_tensors_of_any_shape_are_keys() -> None:
    nodes = [Tensor(np.ones((2, 2))) for _ in range(100)]
    table = {n: i for i, n in enumerate(nodes)}
    assert [table[n] for n in nodes] == list(range(100))
    assert nodes[50] in set(nodes)


SIX = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", SIX)
@pytest.mark.parametrize(("a", "b"), [(1.0, 2.0), (2.0, 2.0), (2.0, 1.0), (np.nan, 1.0)])
def test_all_six_comparisons_compare_data(compare: Any, a: float, b: float) -> None:
    expected = compare(a, b)
    for answer in (
        compare(Value(a), Value(b)), compare(Value(a), b), compare(a, Value(b)),
        compare(Value(a), np.float64(b)), compare(np.float64(a), Value(b)),
    ):  # fmt: skip
        assert isinstance(answer, bool | np.bool_)
        assert answer == expected
    s, t = np.array([a, b]), np.array([b, b])
    for answer in (
        compare(Tensor(s), Tensor(t)), compare(Tensor(s), t), compare(s, Tensor(t)),
        compare(Tensor(s), b), compare(Tensor(s), np.float64(b)),
    ):  # fmt: skip
        assert type(answer) is np.ndarray
        assert answer.dtype == bool
        assert answer.tolist() == [expected, compare(b, b)]


@BOTH
def test_comparison_with_something_else(make: Any) -> None:
    x = make(1.0)
    assert (x == "a") is False
    assert (x != "a") is True
    assert (x == None) is False  # noqa: E711
    with pytest.raises(TypeError):
        x < "a"  # noqa: B015


def test_numbers_where_they_make_sense() -> None:
    assert float(Value(2.5)) == 2.5
    assert int(Value(2.5)) == 2
    assert bool(Value(0.0)) is False
    assert bool(Value(0.1)) is True
    assert float(Tensor([[2.5]])) == 2.5
    assert int(Tensor(2.5)) == 2
    assert bool(Tensor([0.0])) is False
    assert Tensor([[2.5]]).item() == 2.5
    assert type(Tensor(2.5).item()) is float
    for convert in (float, int, bool, Tensor.item):
        with pytest.raises(ValueError, match=r"\(2,\)"):
            convert(Tensor([1.0, 2.0]))


def test_shape_and_its_kin() -> None:
    x = Tensor(np.zeros((2, 3), np.float32))
    assert (x.shape, x.ndim, x.size, x.dtype) == ((2, 3), 2, 6, np.dtype(np.float32))
    assert x.T.shape == (3, 2)
    assert Tensor(1.0).shape == ()
    assert x.sum().shape == ()
    assert x.mean().shape == x.max().shape == x.min().shape == ()
    assert x.reshape(3, 2).shape == x.reshape((3, 2)).shape == x.transpose(1, 0).shape == (3, 2)


@BOTH
def test_names(make: Any) -> None:
    x = make(1.0, name="x")
    assert x.name == "x"
    y = x * 2
    assert y.name is None
    y.name = "y"  # at any time
    x.name = "z"
    assert (x.name, y.name) == ("z", "y")
    assert "name='z'" in repr(x)
    assert gradients(y, x) == 2.0


def test_repr() -> None:
    assert repr(Value(2.0)) == "Value(data=2.0, grad=0.0)"
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    assert "float32" in repr(Tensor(np.ones(1, np.float32)))


def test_micrograds_labels() -> None:
    a, b = Value(2.0), Value(3.0)
    assert (a + b)._op == "+"
    assert (a * b)._op == "*"
    assert (a**2)._op == "**2"
    assert (a**-1.5)._op == "**-1.5"
    assert a.relu()._op == "ReLU"
    assert a._op == ""
    assert a._prev == ()
    assert {n.data for n in (a * b)._prev} == {2.0, 3.0}
    assert isinstance((a * b)._prev, tuple)
    assert (a + 1)._prev[0] is a
    assert all(
        isinstance(f(a)._op, str) and f(a)._op for f in (ag.exp, ag.sigmoid, ag.tanh, ag.abs)
    )
    assert str((a - b).op.name)


@BOTH
def test_copies_and_pickles(make: Any) -> None:
    """A leaf is copied as a fresh leaf; a recorded node refuses: half a graph would be wrong."""
    x = make(3.0, name="x")
    for fresh in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert fresh is not x
        assert type(fresh) is type(x)
        assert fresh.data == 3.0
        assert fresh.name == "x"
        assert gradients(fresh * x, fresh) == 3.0
        assert gradients(fresh * 2.0, x) == 0.0
        fresh.data = 5.0
        assert x.data == 3.0
    y = x * x
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"recorded|copied|pickled"):
            attempt(y)


# ── order ───────────────────────────────────────────────────────────────────────────────────────
STEPS = [lambda p, q: p + q, lambda p, q: p * q, lambda p, q: -p, lambda p, q: p - 1.0]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Any], Any]:
    make = draw(st.sampled_from([Value, Tensor]))
    nodes = [make(float(i)) for i in range(3)]
    for _ in range(draw(st.integers(0, 15))):
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(STEPS))(a, b))
    return nodes, draw(st.sampled_from(nodes))


@given(graphs())
def test_ordered_puts_arguments_before_results(case: Any) -> None:
    _, root = case
    order = ordered(root)
    place = {n: i for i, n in enumerate(order)}
    assert type(order) is list
    assert len(place) == len(order), "each node once"
    assert order[-1] is root
    for n in order:
        assert all(place[p] < place[n] for p in n._prev)
    reached, stack = {root}, [root]
    while stack:
        for p in stack.pop()._prev:
            if p not in reached:
                reached.add(p)
                stack.append(p)
    assert set(place) == reached


def test_order_survives_assigning_a_leaf() -> None:
    x = Value(1.0)
    y = x * x
    z = y + x
    x.data = 7.0
    place = {n: i for i, n in enumerate(ordered(z))}
    assert place[x] < place[y] < place[z]
