"""grad, jacobian, hessian, vjp, jvp, hvp: numbers, kinds, and each against the others."""

from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, along, directions_like, seed_like

import autograd as ag
from autograd import Tensor, Value, gradients

SEEDS = st.integers(0, 2**32 - 1)


def f(x: Any) -> Any:
    """ℝ³ → ℝ with a full Hessian."""
    return ag.sum(ag.sin(x) * ag.exp(x[::-1])) + ag.prod(x) + ag.logsumexp(x)


def plain(x: Any) -> Any:
    return np.sum(np.sin(x) * np.exp(x[::-1])) + np.prod(x) + np.log(np.sum(np.exp(x)))


def g(x: Any) -> Any:
    """ℝ³ → ℝ²ˣ²."""
    return ag.stack([ag.stack([x[0] * x[1], ag.exp(x[2])]), ag.stack([x[2] ** 2, ag.sum(x)])])


def unit(i: int) -> Any:
    return np.eye(3)[i]


@given(seed=SEEDS)
def test_grad_jacobian_and_hessian_are_slopes(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, 3)
    slope = ag.grad(f)(x)
    agree(slope, [along(plain, [x], [unit(i)]) for i in range(3)], rtol=1e-10)
    h = ag.hessian(f)(x)
    agree(h, np.stack([along(ag.grad(f), [x], [unit(i)]) for i in range(3)], -1), rtol=1e-9)
    agree(h, h.T, rtol=1e-13)
    agree(ag.jacobian(ag.grad(f))(x), h, rtol=1e-14)
    j = ag.jacobian(g)(x)
    assert j.shape == (2, 2, 3)
    agree(j, np.stack([along(g, [x], [unit(i)]) for i in range(3)], -1), rtol=1e-10)
    agree(ag.jacobian(f)(x), slope, rtol=1e-14)
    third = ag.jacobian(ag.hessian(f))(x)
    assert third.shape == (3, 3, 3)
    known = np.stack([along(ag.hessian(f), [x], [unit(i)]) for i in range(3)], -1)
    agree(third, known, rtol=1e-9)


@given(seed=SEEDS)
def test_vjp_jvp_and_hvp_against_the_matrices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, v = rng.uniform(-1, 1, 3), rng.uniform(-1, 1, 3)
    y, pull = ag.vjp(g, x)
    c = rng.normal(size=(2, 2))
    j, h = ag.jacobian(g)(x), ag.hessian(f)(x)
    agree(y, g(x), rtol=1e-15)
    (back,) = pull(c)
    agree(back, np.einsum("ij,ijk->k", c, j), rtol=1e-13)
    (again,) = pull(c)
    assert np.array_equal(back, again)
    y, t = ag.jvp(g, (x,), (v,))
    agree(y, g(x), rtol=1e-15)
    agree(t, j @ v, rtol=1e-13)
    agree(ag.hvp(f, x, v), h @ v, rtol=1e-12)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
@given(seed=SEEDS)
def test_forward_and_reverse_agree(formula: Formula, seed: int) -> None:
    """⟨c, J v⟩ = ⟨Jᵀ c, v⟩ for every op, and J v is the slope along v."""
    rng = np.random.default_rng(seed)
    args = formula.sample(rng)
    vs = directions_like(rng, args)
    y, t = ag.jvp(formula.f, tuple(args), tuple(vs))
    assert np.shape(t) == np.shape(y)
    c = seed_like(rng, y)
    y2, pull = ag.vjp(formula.f, *args)
    assert np.array_equal(y, y2)
    back = pull(c)
    left, right = np.sum(c * t), sum(np.sum(b * v) for b, v in zip(back, vs, strict=True))
    size = 1.0 + sum(np.sum(np.abs(b * v)) for b, v in zip(back, vs, strict=True))
    assert abs(left - right) <= 1e-12 * size
    agree(t, along(formula.reference, args, vs), rtol=1e-9)


def test_kinds_and_dtypes_of_results() -> None:
    assert ag.grad(lambda x: x * x)(3.0) == 6.0
    assert type(ag.grad(lambda x: x * x)(3.0)) is float
    assert type(ag.grad(lambda x: x * x)(3)) is float
    value, slope = ag.value_and_grad(lambda x: x * x)(3.0)
    assert (value, slope) == (9.0, 6.0)
    assert type(value) is float
    single = ag.grad(lambda x: ag.sum(x * x))(np.ones(2, np.float32))
    assert single.dtype == np.float32
    assert ag.hessian(lambda x: ag.sum(x * x))(np.ones(2, np.float32)).dtype == np.float32
    assert ag.jacobian(lambda x: x * x)(np.ones(2, np.float32)).dtype == np.float32
    whole = ag.grad(lambda x: ag.sum(x * x))(np.array([1, 2]))
    assert whole.dtype == np.float64
    assert whole.tolist() == [2.0, 4.0]
    scalar = ag.grad(lambda x: x * x)(np.array(3.0))
    assert np.shape(scalar) == ()
    assert type(ag.jacobian(lambda x: x * x)(3.0)) is float
    assert type(ag.hessian(lambda x: x**3)(2.0)) is float
    assert ag.hessian(lambda x: x**3)(2.0) == 12.0
    assert type(ag.hvp(lambda x: x**3, 2.0, 0.5)) is float
    assert ag.hvp(lambda x: x**3, 2.0, 0.5) == 6.0
    y, t = ag.jvp(lambda x: x**3, (2.0,), (0.5,))
    assert (y, t) == (8.0, 6.0)
    assert type(t) is float
    y, pull = ag.vjp(lambda x: x**3, 2.0)
    assert pull(0.5) == (6.0,)


def test_numbers_come_back_as_numbers() -> None:
    """A float's gradient is a float, also where arrays are around it."""
    p = {"w": np.array([1.0, 2.0]), "s": 3.0}
    f = lambda p: ag.sum(p["w"] * p["w"]) * p["s"]
    assert type(ag.grad(f)(p)["s"]) is float
    assert type(ag.jacobian(f)(p)["s"]) is float
    assert type(ag.hessian(f)(p)["s"]["s"]) is float
    assert type(ag.hvp(f, p, p)["s"]) is float
    _, pull = ag.vjp(f, p)
    assert type(pull(1.0)[0]["s"]) is float
    y, t = ag.jvp(f, (p,), (p,))
    assert type(y) is type(t), "value and tangent are of one kind"


def test_a_float_beside_an_array_is_a_0d_tensor() -> None:
    seen: list[Any] = []

    def h(a: Any, b: Any) -> Any:
        seen.append((type(a), type(b), getattr(b, "shape", None)))
        return ag.sum(a * b)

    ga, gb = ag.grad(h, argnums=(0, 1))(np.array([1.0, 2.0]), 3.0)
    assert seen == [(Tensor, Tensor, ())]
    assert ga.tolist() == [3.0, 3.0]
    assert type(gb) is float
    assert gb == 3.0
    seen.clear()
    ag.grad(lambda a, b: a * b, argnums=(0, 1))(1.0, 2.0)
    assert type(ag.grad(h, argnums=1)(np.array([1.0, 2.0]), 3.0)) is float, "the array is constant"


def test_the_user_function_sees_nodes_once() -> None:
    calls: list[Any] = []

    def h(x: Any) -> Any:
        calls.append(x)
        return x * x

    ag.value_and_grad(h)(2.0)
    assert len(calls) == 1
    assert isinstance(calls[0], Value)
    calls.clear()
    ag.jacobian(h)(np.ones(3))
    assert len(calls) == 1


def test_argnums() -> None:
    h = lambda a, b, c: a * b + c**2
    assert ag.grad(h)(2.0, 3.0, 4.0) == 3.0
    assert ag.grad(h, 1)(2.0, 3.0, 4.0) == 2.0
    assert ag.grad(h, argnums=-1)(2.0, 3.0, 4.0) == 8.0
    assert ag.grad(h, argnums=(2, 0))(2.0, 3.0, 4.0) == (8.0, 3.0)
    assert ag.grad(h, argnums=(1,))(2.0, 3.0, 4.0) == (2.0,)
    assert ag.value_and_grad(h, (0, 1))(2.0, 3.0, 4.0) == (22.0, (3.0, 2.0))
    assert ag.grad(lambda a, k=1.0: a * k)(2.0, k=5.0) == 5.0
    assert ag.jacobian(h, (0, 1))(2.0, 3.0, 4.0) == (3.0, 2.0)
    blocks = ag.hessian(lambda a, b: ag.sum(a * a * b), (0, 1))(np.array([1.0, 2.0]), 3.0)
    agree(blocks[0][0], 6.0 * np.eye(2), rtol=1e-15)
    agree(blocks[0][1], [2.0, 4.0], rtol=1e-15)
    agree(blocks[1][0], [2.0, 4.0], rtol=1e-15)
    agree(blocks[1][1], 0.0, rtol=1e-15)


def test_results_that_do_not_depend_on_the_argument() -> None:
    assert ag.grad(lambda x: 3.0)(2.0) == 0.0
    assert ag.grad(lambda x: np.float64(3.0))(np.ones(2)).tolist() == [0.0, 0.0]
    assert ag.jacobian(lambda x: np.ones(3))(np.ones(2)).tolist() == [[0.0, 0.0]] * 3
    assert ag.hessian(lambda x: x * 3.0)(2.0) == 0.0
    assert ag.hessian(lambda x: ag.sum(x))(np.ones(2)).tolist() == [[0.0, 0.0]] * 2
    assert ag.hvp(lambda x: ag.sum(x), np.ones(2), np.ones(2)).tolist() == [0.0, 0.0]
    assert ag.jvp(lambda x: 3.0, (2.0,), (1.0,)) == (3.0, 0.0)
    y, pull = ag.vjp(lambda x: 3.0, 2.0)
    assert (y, pull(1.0)) == (3.0, (0.0,))
    assert ag.grad(ag.grad(ag.grad(lambda x: x * x)))(2.0) == 0.0
    assert ag.grad(lambda x: x)(2.0) == 1.0
    assert ag.grad(lambda a, b: a * a, argnums=1)(2.0, 3.0) == 0.0


def test_the_arguments_are_left_alone() -> None:
    x = np.array([1.0, 2.0])
    tree = {"w": x, "b": [3.0]}
    slope = ag.grad(lambda p: ag.sum(p["w"]) * p["b"][0])(tree)
    assert tree["w"] is x
    assert x.flags.writeable
    assert x.tolist() == [1.0, 2.0]
    assert tree["b"] == [3.0]
    slope["w"][:] = 9.0
    assert x.tolist() == [1.0, 2.0]
    value, _ = ag.value_and_grad(lambda v: ag.sum(v))(x)
    assert not isinstance(value, ag.Node)


def test_empty_results() -> None:
    assert ag.jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)
    assert ag.grad(lambda x: ag.sum(x))(np.zeros((0, 2))).shape == (0, 2)


def test_a_transform_keeps_the_functions_name() -> None:
    assert ag.grad(f).__name__ == "f"
    assert ag.jacobian(f).__doc__ == f.__doc__


def test_gradients_of_a_leaf_made_outside() -> None:
    """A transform called while an ordinary graph is recorded leaves that graph alone."""
    w = Value(3.0)
    y = w * ag.grad(lambda x: x * x)(2.0)
    assert gradients(y, w) == 4.0
