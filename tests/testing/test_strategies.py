"""What the strategies draw is what they promise, and failures shrink to something readable."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import autograd as ag
from autograd import Tensor, Value, gradients
from autograd.testing import (
    Expression,
    Graph,
    Network,
    arrays,
    boxed,
    broadcastable_shapes,
    expressions,
    floats,
    graphs,
    labels,
    networks,
    one_hot,
    shapes,
    signs,
    spans,
    tensors,
    unboxed,
    values,
    weighted,
)

bounds = st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)).map(sorted)
QUICK = settings(database=None, max_examples=2000, suppress_health_check=list(HealthCheck))


def first(strategy: Any, condition: Callable[[Any], bool] = lambda x: True) -> Any:
    """What hypothesis shrinks to."""
    return find(strategy, condition, settings=QUICK)


def drawn(strategy: Any, count: int = 200) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=count, database=None, derandomize=True)
    @given(strategy)
    def draw(x: Any) -> None:
        found.append(x)

    draw()
    return found


# ── floats ──────────────────────────────────────────────────────────────────────────────────────
@given(data=st.data(), ends=bounds, kinks=st.lists(st.floats(-1e3, 1e3), max_size=3))
def test_floats_keep_their_bounds_and_stay_off_kinks(
    data: st.DataObject, ends: list[float], kinks: list[float]
) -> None:
    try:
        strategy = floats(*ends, kinks=kinks, margin=0.5)
    except InvalidArgument:
        return
    x = data.draw(strategy)
    assert type(x) is float
    assert ends[0] <= x <= ends[1]
    assert all(abs(x - kink) >= 0.5 - 1e-5 for kink in kinks)


def test_floats_are_short_spread_and_never_tiny() -> None:
    found = np.array(drawn(floats()))
    assert np.all((found == 0.0) | (np.abs(found) >= 0.001))
    assert np.all(np.abs(found) <= 3.0)
    assert all(len(repr(x)) <= 6 for x in found.tolist())
    assert np.mean(found == 0.0) < 0.1, "0 hides errors"
    assert len(set(found.tolist())) > 150
    assert found.min() < -2.0
    assert found.max() > 2.0


def test_floats_between_close_bounds_are_finer() -> None:
    found = drawn(floats(0.0, 1e-4))
    assert len(set(found)) > 50
    assert all(0.0 <= x <= 1e-4 for x in found)
    assert drawn(floats(0.3333333, 0.3333333), 3) == [0.3333333]


def test_floats_shrink_to_simple_numbers() -> None:
    assert first(floats()) == 1.0
    assert first(floats(kinks=[1.0])) == 0.9
    assert first(floats(-2.0, 0.5)) == 0.5
    assert first(floats(), lambda x: x > 1.2345) == 1.235
    assert first(spans((-2.0, -1.0), (3.5, 4.0))) == -1.0


def test_floats_misuse() -> None:
    for make, text in (
        (lambda: floats(1.0, -1.0), "increasing order"),
        (lambda: floats(-1e300, 1e300), "±1e9"),
        (lambda: floats(float("nan"), 1.0), "increasing order"),
        (lambda: floats(-1.0, 1.0, kinks=[0.0], margin=2.0), r"nothing between .* kinks \[0.0\]"),
        (lambda: floats(margin=0.0), "margin has to be positive"),
        (lambda: spans((0.0, 2.0), (1.0, 3.0)), "increasing order"),
        (lambda: spans(), "increasing order"),
    ):
        with pytest.raises(InvalidArgument, match=text):
            make()


# ── arrays ──────────────────────────────────────────────────────────────────────────────────────
@given(shapes("mi", "io", "o", ""))
def test_letters_give_fitting_shapes_of_distinct_sizes(found: Any) -> None:
    x, W, b, s = found
    assert x[1] == W[0]
    assert W[1:] == b
    assert s == ()
    assert len({x[0], x[1], b[0]}) == 3
    assert {*x, *b} <= {2, 3, 5, 7}


def test_shapes_alone_and_with_sizes() -> None:
    assert first(shapes("ij")) == (2, 3)
    assert set(drawn(shapes("ij", sizes=(4, 4)))) == {(4, 4)}
    with pytest.raises(InvalidArgument, match="7 axes need 7 sizes"):
        shapes("abcdefg")
    with pytest.raises(InvalidArgument, match="one letter"):
        shapes("a1")


@given(broadcastable_shapes(3))
def test_shapes_that_broadcast(found: Any) -> None:
    assert len(found) == 3
    np.broadcast_shapes(*found)


def test_shapes_that_broadcast_come_in_all_forms() -> None:
    found = drawn(broadcastable_shapes(2), 300)
    assert any(a == () != b for a, b in found)
    assert any(len(a) != len(b) for a, b in found)
    assert any(0 in a for a, _ in found)
    assert any(a != b and len(a) == len(b) for a, b in found)
    assert not any(0 in a + b for a, b in drawn(broadcastable_shapes(2, sizes=(1, 2))))


def test_arrays() -> None:
    assert first(arrays((2, 3))).tolist() == [[1.0] * 3] * 2
    for a in drawn(arrays(), 50):
        assert a.dtype == np.float64
        assert 1 <= a.ndim <= 3
        assert a.flags.writeable
        assert len(set(a.shape)) == a.ndim
    for a in drawn(arrays((4,), floats(0.5, 1.0)), 20):
        assert a.min() >= 0.5
    assert {a.shape for a in drawn(arrays(shapes("ij")), 50)} > {(2, 3), (3, 2)}
    different = [len(set(a.tolist())) for a in drawn(arrays((6,)), 10)]
    assert different.count(6) >= 5, "each entry is drawn by itself"


@given(arrays(shapes("ij"), ties=False))
def test_arrays_without_ties(a: Any) -> None:
    gaps = [abs(x - y) for x, y in combinations(a.ravel().tolist(), 2)]
    assert min(gaps) >= 0.1
    assert np.min(np.abs(a)) >= 0.02


def test_elements_and_ties_exclude_each_other() -> None:
    with pytest.raises(InvalidArgument, match="ties=False"):
        arrays((2,), floats(), ties=False)


# ── targets and leaves ──────────────────────────────────────────────────────────────────────────
@given(labels(7, 3), one_hot(7, 3), one_hot(7, 3, columns=True), signs(5))
def test_targets(y: Any, rows: Any, columns: Any, s: Any) -> None:
    assert y.shape == (7,)
    assert y.dtype == np.int64
    assert set(y.tolist()) <= {0, 1, 2}
    assert rows.shape == columns.T.shape == (7, 3)
    for hot in (rows, columns.T):
        assert np.array_equal(hot.sum(axis=1), np.ones(7))
        assert set(hot.ravel().tolist()) == {0.0, 1.0}
    assert columns.flags.c_contiguous
    assert set(np.abs(s).tolist()) == {1.0}


@given(values(), values(floats(1.0, 2.0)), tensors((2, 3)), tensors(ties=False))
def test_leaves(v: Any, w: Any, t: Any, u: Any) -> None:
    assert isinstance(v, Value)
    assert 1.0 <= w.data <= 2.0
    assert isinstance(t, Tensor)
    assert t.shape == (2, 3)
    assert all(x.op is None for x in (v, w, t, u))


def test_boxes() -> None:
    box = boxed([[1.0, 2.0]])
    assert box.shape == (1, 2)
    assert all(isinstance(v, Value) for v in box.ravel())
    assert unboxed(box).tolist() == [[1.0, 2.0]]
    assert unboxed(Tensor([3.0])).tolist() == [3.0]
    assert unboxed(Value(3.0)) == 3.0
    assert unboxed(np.array([Value(1.0), 2.0], object)).tolist() == [1.0, 2.0]
    y = weighted(box * box, np.array([[3.0, 5.0]]))
    assert y.data == 3.0 + 20.0
    assert gradients(y, list(box.ravel())) == [6.0, 20.0]
    assert weighted(Tensor([1.0, 2.0]), np.array([3.0, 5.0])).data == 13.0
    assert weighted(Value(2.0), 5.0).data == 10.0


# ── expressions and networks ────────────────────────────────────────────────────────────────────
@given(f=expressions(("x", "y", "z"), max_steps=30), at=st.tuples(*[floats(-2.0, 2.0)] * 3))
def test_an_expression_is_the_python_that_it_prints(f: Expression, at: Any) -> None:
    again = eval(repr(f), vars(ag) | {"__builtins__": {}})
    assert again(*at) == f(*at)
    assert abs(f(*at)) <= 2.0 * 31
    assert f.text.count("\n") == 0


def test_expressions_share_parts_and_shrink() -> None:
    found = drawn(expressions(max_steps=8))
    assert any(":=" in f.text for f in found), "diamonds"
    assert {name for f in found for name in ("sin", "exp", "**", "/") if name in f.text} == {
        "sin", "exp", "**", "/"
    }  # fmt: skip
    assert repr(first(expressions())) == "lambda x, y: -x"
    shared = first(expressions(), lambda f: ":=" in f.text)
    assert len(shared.text) <= 60, "made small"


@given(graphs())
def test_a_graph_is_the_program_that_it_prints(graph: Graph) -> None:
    known = dict(vars(ag))
    exec(repr(graph), known)
    assert known["root"].data == graph.root.data
    assert np.size(graph.root.data) == 1
    assert {type(leaf) for leaf in graph.leaves} == {type(graph.root)}


def test_graphs_of_a_kind() -> None:
    assert all(isinstance(g.root, Value) for g in drawn(graphs(Value), 20))
    found = drawn(graphs(Tensor), 60)
    assert all(isinstance(g.root, Tensor) for g in found)
    assert any(g.leaves[0].shape != g.leaves[1].shape for g in found)


@given(networks(max_layers=3))
def test_a_network_is_what_it_prints_and_fits_one_way_only(net: Network) -> None:
    assert eval(repr(net), {"Network": Network}) == net
    params, x, t = net.parameters(), net.inputs(), net.targets()
    assert len({*net.sizes, net.samples}) == len(net.sizes) + 1
    assert net(params, x).shape == t.shape
    assert np.ndim(net.loss(params, x, t)) == 0
    slopes = ag.grad(net.loss)(params, x, t)
    assert all(slopes[name].shape == p.shape for name, p in params.items())
    assert all(np.any(g != 0.0) for g in slopes.values())
    if "half" not in net.cost:
        assert set(t.ravel().tolist()) <= {0.0, 1.0}


def test_networks_in_all_forms() -> None:
    found = drawn(networks(("tanh", "relu")))
    assert {net.columns for net in found} == {True, False}
    assert {a for net in found for a in net.activations} == {"tanh", "relu"}
    assert {len(net.sizes) for net in found} == {2, 3, 4}
    assert len({net.cost for net in found}) == 2
    assert first(networks()).sizes == (2, 3)
