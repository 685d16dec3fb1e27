"""order_matters: naive orders go wrong where they should, and the report says how."""

import math
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients, order_matters
from autograd.order.runs import ORDERS, forwards, last_gradients
from autograd.order.story import shown


def named(name: str, node: Any) -> Any:
    node.name = name
    return node


def five_nodes() -> tuple[Any, Any, Any]:
    x, w = Value(2.0, name="x"), Value(3.0, name="w")
    h = named("h", x * w)
    p = named("p", h + 1)
    return x, h, named("y", h * p)


def test_the_story_of_five_nodes() -> None:
    x, h, y = five_nodes()
    report = order_matters(y)
    assert report
    assert report.order == "recursive"
    assert report.node is x
    assert report.consumer is h
    # h gets 7 from y and 6 from p; passed on at once, 7 counts twice: 3 · (7 + 13)
    assert (report.wrong, report.right) == (60.0, 39.0)
    assert report.right == gradients(y, x)
    assert repr(report).splitlines()[3:9] == [
        "x is used in h = x * w, and h has 2 consumers: p = h + 1 and y = h * p.",
        "  step 1: y passes 7 on to h, which now has 7",
        "  step 2: h passes 21 on to x, which now has 21",
        "          (too early: h has 7 of its 13)",
        "  step 3: p passes 6 on to h, which now has 13",
        "  step 4: h passes 39 on to x, which now has 60",
    ]


def by_recursion(root: Value) -> dict[Any, float]:
    """The backward pass that people first write, by Python's own recursion."""
    grads: dict[Any, float] = {root: 1.0}

    def go(node: Any) -> None:
        for arg, slope in zip(node.args, node.locals(), strict=True):
            if slope is not None:
                grads[arg] = grads.get(arg, 0.0) + grads[node] * slope
        for arg in dict.fromkeys(node.parents()):
            go(arg)

    go(root)
    return grads


def random_graph(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    nodes: list[Any] = [Value(v) for v in rng.uniform(0.5, 2.0, 3)]
    for _ in range(8):
        a, b = (nodes[int(k)] for k in rng.integers(len(nodes), size=2))
        nodes.append([a * b, a + b, a - b, ag.tanh(a), a * 0.5][int(rng.integers(5))])
    return nodes[-1]


@pytest.mark.parametrize("seed", range(20))
def test_the_recursive_order_is_the_recursion_that_people_write(seed: int) -> None:
    root = random_graph(seed)
    steps = list(ORDERS["recursive"](root, 1.0, forwards))
    assert last_gradients(root, 1.0, steps) == by_recursion(root)


@pytest.mark.parametrize("seed", range(60))
def test_a_graph_that_some_order_gets_wrong_is_never_called_right(seed: int) -> None:
    root = random_graph(seed)
    order = ag.ordered(root)
    right = dict(zip(order, gradients(root, order), strict=True))
    report = order_matters(root)
    naive = by_recursion(root)
    if any(not math.isclose(naive.get(n, 0.0), right[n], rel_tol=1e-6) for n in order):
        assert report
    if report:
        assert report.right == right[report.node]
        assert not math.isclose(report.wrong, report.right, rel_tol=1e-10)
        assert any(arg is report.node for arg in report.consumer.parents())
        uses = [n for n in order if any(arg is report.consumer for arg in n.parents())]
        assert len(uses) > 1  # nothing can go wrong at a node with one consumer


def test_every_order_is_right_on_a_tree() -> None:
    a, b = Value(2.0), Value(3.0)
    report = order_matters(ag.tanh(a * b) + Value(1.0) * 5)
    assert not report
    assert (report.order, report.node, report.wrong) == (None, None, None)
    assert "it is a tree" in repr(report)
    h = a * b
    assert "it is a tree" in repr(order_matters(h * h))  # both from the same consumer, at once


def test_shared_leaves_do_no_harm() -> None:
    x, w = Value(2.0, name="x"), Value(3.0, name="w")
    assert "only leaves are shared (x and w)" in repr(order_matters(x * w + x - w))


@pytest.mark.parametrize("shared", ["leaf", "node", "array"])
def test_what_another_order_rounds_differently_is_not_wrong(shared: str) -> None:
    """0.1 + 0.2 − 0.3 is 5.6e-17 from left to right and 2.8e-17 from right to left."""
    x: Any = Tensor([1.0, 2.0]) if shared == "array" else Value(1.0)
    z = x * 1.0 if shared == "node" else x
    y = ((z * 0.1 + z * 0.2) + z * -0.3) * 1e-3
    report = order_matters(y.sum() if shared == "array" else y)
    if shared != "node":
        assert not report
        assert "only leaves are shared" in repr(report)
    else:  # each part passed on early is an error, though all of them cancel
        assert report.node is x
        assert report.wrong == pytest.approx(0.0004, rel=1e-9)


def test_shared_nodes_that_pass_on_zeros_do_no_harm() -> None:
    x = Value(2.0, name="x")
    h = named("h", x * 0.0)
    report = order_matters(h * (h + 1))
    assert not report
    assert "though h has several" in repr(report)


@pytest.mark.parametrize("first", [True, False])
def test_orders_that_visit_once(first: bool) -> None:
    """A graph too large for plain recursion: 2^40 ways lead to x.

    Depth first, one of the two goes wrong from left to right, the other from right to left.
    """
    x = Value(0.5, name="x")
    h: Any = x
    for _ in range(40):
        h = ((h + ag.tanh(h)) if first else (ag.tanh(h) + h)) * 0.5
    report = order_matters(h)
    assert report.order == "depth first"
    assert "is not visited again" in repr(report)
    assert "too early" in repr(report)


def test_breadth_first_goes_wrong_on_ways_of_unequal_length() -> None:
    _, h, y = five_nodes()
    right = dict(zip(ag.ordered(y), gradients(y, ag.ordered(y)), strict=True))
    steps = list(ORDERS["breadth first"](y, 1.0, forwards))
    assert [s.node.name for s in steps] == ["y", "h", "p"]
    assert last_gradients(y, 1.0, steps)[h] == right[h] == 13.0
    assert [s.g for s in steps if s.node is h] == [7.0]  # it had passed on 7 by then


def test_a_negative_zero_is_shown_as_zero() -> None:
    assert shown(-0.0) == "0"


def test_tensors() -> None:
    t = Tensor([1.0, 2.0], name="t")
    s = named("s", t * t)
    report = order_matters((s * (s + 1)).sum())
    assert report.node is t
    assert report.consumer is s
    assert np.array_equal(report.right, [6.0, 36.0])
    assert np.array_equal(report.wrong, [10.0, 56.0])
    assert "[2., 5.] of its [3., 9.]" in repr(report)
    assert "2 consumers: mean(s) and s * mean(s)" in repr(order_matters((s * s.mean()).sum()))
    big = named("big", ag.exp(Tensor(np.zeros((3, 4)), name="x")))
    text = repr(order_matters((big @ big.T + ag.tanh(big).sum()).sum()))
    assert "an array (3, 4) with sum" in text


def test_nothing_is_stored() -> None:
    x, h, y = five_nodes()
    x.grad = 5.0
    order_matters(y)
    assert (x.grad, h.grad, y.grad) == (5.0, 0.0, 0.0)
    with ag.no_grad():
        assert order_matters(y)
        t = Tensor([1.0, 2.0])
    s = t * t
    total = (s * (s + 1)).sum()
    with ag.no_grad():
        assert order_matters(total)


def test_what_it_takes() -> None:
    with pytest.raises(TypeError, match="order_matters takes a Value or a Tensor; got float"):
        order_matters(3.0)
    with pytest.raises(ag.ShapeError, match=r"\.sum\(\)"):
        order_matters(Tensor([1.0, 2.0]) * 2)
    assert "tree" in repr(order_matters(Value(1.0)))


def test_a_deep_graph() -> None:
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y + 1.0
    assert not order_matters(y)
