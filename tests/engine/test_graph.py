"""What a graph is: nodes, arguments, order, and what each way of asking for gradients does."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients, ordered, primitive

BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


def same(given: Any, expected: Any) -> bool:
    return np.array_equal(given, expected)


@BOTH
def test_a_product_with_itself_has_two_arguments(make: Any) -> None:
    x = make(3.0)
    y = x * x
    assert y.args == (x, x) or (y.args[0] is x and y.args[1] is x)
    assert len(y.args) == len(y._prev) == 2
    assert y.op.name == "mul"
    assert gradients(y, x) == 6.0
    assert [n is m for n, m in zip(ordered(y), [x, y], strict=True)] == [True, True]


@BOTH
def test_constants_are_no_nodes(make: Any) -> None:
    x = make(3.0)
    y = 2.0 * x + 1
    assert [len(n._prev) for n in ordered(y)] == [0, 1, 1]
    product, one = y.args
    assert product.args[0] == 2.0
    assert not isinstance(product.args[0], ag.Node)
    assert one == 1.0
    assert isinstance(y.args, tuple)
    assert x.args == ()
    assert x.op is None


@BOTH
def test_a_constants_derivative_is_never_computed(make: Any) -> None:
    def forbidden(*_: Any) -> Any:
        raise AssertionError("the derivative of a constant was computed")

    f = primitive("f", lambda a, b: a * b, [lambda g, y, a, b: g * b, forbidden])
    x = make(3.0)
    y = f(x, 5.0)
    y.backward()
    assert x.grad == 5.0
    assert gradients(f(x, np.float64(5.0)), x) == 5.0
    assert gradients(f(x, 5.0) * 2.0, x, graph=True).data == 10.0


def test_a_negative_constant_base_is_no_trouble() -> None:
    # ln(−2) belongs to the exponent's derivative, which nobody asked for
    for x in (Value(-2.0), Tensor([-2.0])):
        assert gradients(x**2, x) == -4.0


@BOTH
def test_diamonds_and_reuse(make: Any) -> None:
    x = make(2.0)
    a = x * 3.0
    y = a * a + a * x + ag.exp(a - a)  # 9x² + 3x² + 1
    assert gradients(y, x) == 48.0
    y.backward()
    assert same(x.grad, 48.0)
    assert same(a.grad, 2 * 6.0 + 2.0)


@BOTH
def test_a_ladder_of_diamonds_is_linear_work(make: Any) -> None:
    x = make(1.0)
    y = x
    for _ in range(200):  # 2²⁰⁰ paths
        y = y * 0.5 + y * 0.5
    assert gradients(y, x) == 1.0
    y.backward()
    assert same(x.grad, 1.0)


@BOTH
def test_the_root_may_be_a_leaf(make: Any) -> None:
    x = make(3.0)
    assert gradients(x, x) == 1.0
    assert gradients(x, x, seed=4.0) == 4.0
    assert gradients(x, x, graph=True).data == 1.0
    x.backward()
    assert same(x.grad, 1.0)
    assert ordered(x) == [x] or ordered(x)[0] is x


def test_an_unused_input_gets_zeros_of_its_shape() -> None:
    x, unused = Tensor(np.ones((2, 3))), Tensor(np.ones((4, 1), np.float32))
    g = gradients(x.sum(), unused)
    assert g.shape == (4, 1)
    assert g.dtype == np.float32
    assert not g.any()
    node = gradients(x.sum(), unused, graph=True)
    assert isinstance(node, Tensor)
    assert node.shape == (4, 1)
    assert node.dtype == np.float32
    v, w = Value(1.0), Value(2.0)
    assert gradients(v * 2, w) == 0.0
    assert type(gradients(v * 2, w)) is float
    assert isinstance(gradients(v * 2, w, graph=True), Value)


@BOTH
def test_return_shapes(make: Any) -> None:
    x, y = make(2.0), make(5.0)
    z = x * y
    assert gradients(z, [x, y]) == [5.0, 2.0]
    assert gradients(z, (y, x)) == [2.0, 5.0]
    assert gradients(z, [x]) == [5.0]
    assert gradients(z, []) == []
    assert gradients(z, [x, x]) == [5.0, 5.0]
    assert not isinstance(gradients(z, x), list)
    inner = x * y
    assert gradients(inner * inner, [inner, x]) == [20.0, 100.0]


def test_kinds_of_results() -> None:
    v = Value(3.0)
    assert type(gradients(v * v, v)) is float
    assert isinstance(gradients(v * v, v, graph=True), Value)
    t = Tensor([1.0, 2.0])
    g = gradients((t * t).sum(), t)
    assert type(g) is np.ndarray
    assert g.flags.writeable
    assert isinstance(gradients((t * t).sum(), t, graph=True), Tensor)
    s = Tensor(2.0)
    assert isinstance(gradients(s * s, s), np.ndarray | np.float64)
    (s * s).backward()
    assert isinstance(s.grad, np.ndarray)
    (v * v).backward()
    assert type(v.grad) is float


@BOTH
def test_gradients_stores_nothing(make: Any) -> None:
    x = make(3.0)
    y = x * x
    before = x.grad, y.grad
    gradients(y, x)
    gradients(y, x, graph=True)
    assert (x.grad, y.grad) == before == ((0.0, 0.0) if make is Value else (None, None))


@BOTH
def test_backward_twice(make: Any) -> None:
    """Leaves accumulate, recorded nodes are set afresh, and both stay right."""
    x = make(3.0)
    a = x * x
    y = a * 2.0
    for times in (1, 2, 3):
        y.backward()
        assert same(x.grad, 12.0 * times)
        assert same(a.grad, 2.0)
        assert same(y.grad, 1.0)


@BOTH
def test_several_roots_share_a_graph(make: Any) -> None:
    x = make(3.0)
    a = x * x
    y, z = a * 2.0, a + 1.0
    y.backward()
    z.backward()
    assert same(x.grad, 12.0 + 6.0)
    assert same(a.grad, 1.0)
    assert gradients(y, x) == 12.0
    y.zero_grad()
    assert same(x.grad, 18.0)


@BOTH
def test_backward_from_the_middle(make: Any) -> None:
    x = make(3.0)
    a = x * x
    y = a * a
    a.backward()
    assert same(x.grad, 6.0)
    assert y.grad in (0.0, None)
    y.backward()
    assert same(a.grad, 18.0)
    assert same(x.grad, 6.0 + 108.0)


@BOTH
def test_zero_grad_resets_that_node_alone(make: Any) -> None:
    x, w = make(3.0), make(2.0)
    y = x * w
    y.backward()
    empty = 0.0 if make is Value else None
    x.zero_grad()
    assert x.grad == empty
    assert same(w.grad, 3.0)
    assert same(y.grad, 1.0)
    y.zero_grad()
    assert y.grad == empty
    assert same(w.grad, 3.0)


def test_a_leaf_and_its_gradient_do_not_share_memory_over_calls() -> None:
    x = Tensor([1.0, 2.0])
    y = x.sum()
    y.backward()
    first = x.grad
    kept = first.copy()
    y.backward()
    assert same(first, kept) or x.grad is first
    assert same(x.grad, [2.0, 2.0])
    a, b = Tensor([1.0]), Tensor([1.0])
    (a + b).sum().backward()
    a.grad += 5.0
    assert same(b.grad, [1.0])


def test_seeds() -> None:
    x = Tensor([[1.0, 2.0, 3.0]])
    y = x * x
    for seed in (np.array([[1.0, 10.0, 100.0]]), [[1, 10, 100]], np.array([[1, 10, 100]])):
        assert same(gradients(y, x, seed=seed), [[2.0, 40.0, 600.0]])
        x.zero_grad()
        y.backward(seed=seed)
        assert same(x.grad, [[2.0, 40.0, 600.0]])
        assert same(y.grad, [[1.0, 10.0, 100.0]])
    node = gradients(y, x, seed=Tensor([[1.0, 10.0, 100.0]]))
    assert isinstance(node, Tensor)
    assert same(node.data, [[2.0, 40.0, 600.0]])
    v = Value(3.0)
    assert gradients(v * v, v, seed=2.0) == 12.0
    assert gradients(v * v, v, seed=2) == 12.0
    assert gradients(v * v, v, seed=np.float64(2.0)) == 12.0
    (v * v).backward(seed=2.0)
    assert v.grad == 12.0
    one = Tensor([[4.0]])
    assert same(gradients(one * one, one), [[8.0]]), "exactly one element needs no seed"


def test_the_derivative_in_the_seed() -> None:
    """Σ seed · ∂y/∂x is linear in the seed: its derivative in the seed is ∂y/∂x along v."""
    x, c = Tensor([1.0, 2.0]), Tensor([3.0, 5.0])
    g = gradients(x * x * x, x, seed=c)
    assert same(gradients(g.sum(), c), [3.0, 12.0])
    v, s = Value(2.0), Value(5.0)
    assert gradients(gradients(v**3, v, seed=s), s) == 12.0


@BOTH
def test_every_order_of_derivative(make: Any) -> None:
    x = make(2.0)
    y = x**4
    for expected in (32.0, 48.0, 48.0, 24.0, 0.0):
        y = gradients(y, x, graph=True)
        assert y.data == expected


def test_the_gradient_of_a_quotient_by_zero_as_a_node() -> None:
    x = Value(2.0)
    assert gradients(x / 0.0, x) == gradients(x / 0.0, x, graph=True).data == np.inf


@pytest.mark.parametrize("shape", [(), (1,)])
def test_a_small_operand_of_a_sum_gets_the_cotangents_of_all_entries(shape: Any) -> None:
    x, k = Tensor([1.0, 2.0, 3.0]), Tensor(np.full(shape, 1.5))
    assert gradients(ag.sum(x + k), k) == 3.0
    assert gradients(ag.mean(k * x), k) == 2.0
