"""Transforms inside transforms: higher orders, closures, and no confusion of whose derivative."""

from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree

import autograd as ag
from autograd import ShapeError, StructureError, Tensor, Value, gradients

FLOATS = st.floats(-2.0, 2.0)


# ── whose derivative ────────────────────────────────────────────────────────────────────────────
def test_no_confusion_of_perturbations() -> None:
    """x · d/dy (x + y) at y = 1 is x, so its derivative is 1; forward modes without tags give 2."""
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert ag.grad(lambda x: x * ag.grad(lambda y: x * y)(1.0))(3.0) == 6.0
    assert ag.grad(lambda x: ag.grad(lambda y: x * y * y)(x))(3.0) == 12.0
    assert ag.grad(lambda x: ag.grad(lambda x: x * x)(5.0))(3.0) == 0.0
    inner = lambda x: ag.jvp(lambda y: x * y, (1.0,), (1.0,))[1]
    assert ag.grad(lambda x: x * inner(x))(3.0) == 6.0


@given(x=FLOATS, y=FLOATS)
def test_an_inner_gradient_of_a_closed_over_variable(x: float, y: float) -> None:
    def outer(a: Any) -> Any:
        return a * ag.grad(lambda b: ag.sin(a * b) * b)(y)

    # a · (a y cos(ay) + sin(ay)), differentiated in a
    s, c = np.sin(x * y), np.cos(x * y)
    expected = (x * y * c + s) + x * (y * c - x * y * y * s + y * c)
    agree(ag.grad(outer)(x), expected, rtol=1e-13)


def test_three_levels_of_closures() -> None:
    def level(x: Any) -> Any:
        return ag.grad(lambda y: y * ag.grad(lambda z: x * y * z * z)(y))(x)

    # d/dz xyz² = 2xyz at z=y: 2xy²; times y: 2xy³; d/dy at y=x: 6x³
    assert np.isclose(level(2.0), 48.0)
    assert np.isclose(ag.grad(level)(2.0), 72.0)


def test_a_conditional_inside() -> None:
    f = lambda x: x * x if x > 0 else -x
    assert (ag.grad(f)(2.0), ag.grad(f)(-2.0)) == (4.0, -1.0)
    assert ag.grad(ag.grad(f))(2.0) == 2.0


@pytest.mark.parametrize("order", range(1, 7))
def test_high_orders(order: int) -> None:
    f: Any = lambda x: ag.exp(2.0 * x)
    for _ in range(order):
        f = ag.grad(f)
    assert np.isclose(f(0.3), 2.0**order * np.exp(0.6), rtol=1e-13)


def test_compositions_on_arrays() -> None:
    f = lambda x: ag.sum(x**3) * x[0]
    x = np.array([1.0, -2.0, 0.5])
    h = ag.hessian(f)(x)
    agree(ag.jacobian(ag.grad(f))(x), h, rtol=1e-14)
    agree(ag.jacobian(ag.jacobian(f))(x), h, rtol=1e-14)
    v = np.array([0.3, 0.1, -0.7])
    agree(ag.grad(lambda x: ag.sum(ag.grad(f)(x) * v))(x), h @ v, rtol=1e-13)
    agree(ag.jvp(ag.grad(f), (x,), (v,))[1], h @ v, rtol=1e-13)
    agree(ag.vjp(ag.grad(f), x)[1](v)[0], h @ v, rtol=1e-13)
    agree(ag.hvp(f, x, v), h @ v, rtol=1e-13)
    third = ag.jacobian(ag.hessian(f))(x) @ v
    agree(ag.jacobian(lambda x: ag.hvp(f, x, v))(x), third, rtol=1e-12)
    agree(ag.grad(lambda x: ag.trace(ag.hessian(f)(x)))(x),
          np.einsum("iij->j", ag.jacobian(ag.hessian(f))(x)), rtol=1e-12)  # fmt: skip
    agree(ag.jvp(lambda x: ag.jvp(f, (x,), (v,))[1], (x,), (v,))[1], v @ h @ v, rtol=1e-12)


def test_differentiating_through_value_and_grad_and_vjp() -> None:
    def penalty(x: Any) -> Any:
        value, slope = ag.value_and_grad(lambda y: y**3)(x)
        return value * slope  # 3x⁵

    assert np.isclose(ag.grad(penalty)(2.0), 15 * 16.0)

    def pulled(x: Any) -> Any:
        y, pull = ag.vjp(lambda y: y**3, x)
        return pull(y)[0]  # x³ · 3x²

    assert np.isclose(ag.grad(pulled)(2.0), 15 * 16.0)


def test_a_transform_of_nodes_outside_any_transform() -> None:
    """An ordinary node given to a transform: the result belongs to its graph."""
    for x in (Value(2.0), Tensor(2.0)):
        slope = ag.grad(lambda v: v**3)(x)
        assert isinstance(slope, type(x))
        assert slope.data == 12.0
        assert gradients(slope, x) == 12.0
    w = Tensor([1.0, 2.0])
    j = ag.jacobian(lambda v: v * v)(w)
    assert gradients(j.sum(), w).tolist() == [2.0, 2.0]


def test_gradients_inside_a_transform() -> None:
    """The low-level function and the transforms can be mixed."""

    def f(x: Any) -> Any:
        y = x**3
        return gradients(y, x, graph=True) * x

    assert np.isclose(ag.grad(f)(2.0), 36.0)
    step = lambda x: x - 0.1 * ag.grad(lambda w: (w - 3.0) ** 2)(x)
    assert np.isclose(ag.grad(lambda x: step(step(x)))(0.0), 0.64), "an unrolled optimiser"


# ── containers ──────────────────────────────────────────────────────────────────────────────────
class Layer(NamedTuple):
    w: Any
    b: Any


def loss(p: Any) -> Any:
    hidden = ag.tanh(ag.matmul(p["x"], p["layers"][0].w) + p["layers"][0].b)
    return ag.sum(hidden) * p["scale"] + p["extra"][0]


PARAMS: dict[str, Any] = {
    "x": np.array([[0.1, 0.2]]),
    "layers": [Layer(np.array([[0.3, -0.4], [0.5, 0.6]]), np.float32([0.1, 0.2]))],
    "scale": 2,
    "extra": (1.5, None),
}


def test_nested_containers_come_back_as_they_went_in() -> None:
    slope = ag.grad(loss)(PARAMS)
    assert list(slope) == list(PARAMS)
    assert isinstance(slope["layers"], list)
    assert isinstance(slope["layers"][0], Layer)
    assert isinstance(slope["extra"], tuple)
    assert slope["extra"] == (1.0, None)
    assert slope["layers"][0].w.shape == (2, 2)
    assert slope["layers"][0].b.dtype == np.float32
    assert type(slope["scale"]) is float
    t = np.tanh(PARAMS["x"] @ PARAMS["layers"][0].w + PARAMS["layers"][0].b)
    assert np.isclose(slope["scale"], t.sum())
    assert np.allclose(slope["layers"][0].w, PARAMS["x"].T @ (2 * (1 - t * t)))
    value, again = ag.value_and_grad(loss)(PARAMS)
    assert np.isclose(value, 2 * t.sum() + 1.5)
    assert again["scale"] == slope["scale"]


def test_other_containers() -> None:
    ordered = ag.grad(lambda p: p["a"] * p["b"])(OrderedDict(b=2.0, a=3.0))
    assert isinstance(ordered, OrderedDict)
    assert list(ordered.items()) == [("b", 3.0), ("a", 2.0)]
    assert ag.grad(lambda p: p[0] * p[1])([2.0, 3.0]) == [3.0, 2.0]
    assert ag.grad(lambda p: p[0] * p[1])((2.0, 3.0)) == (3.0, 2.0)
    assert ag.grad(lambda p: p.w * p.b)(Layer(2.0, 3.0)) == Layer(3.0, 2.0)
    assert ag.grad(lambda x, p: x, argnums=1)(1.0, {}) == {}
    deep = ag.grad(lambda p: p["a"][0]["b"][1] ** 2)({"a": [{"b": (1.0, 3.0)}]})
    assert deep == {"a": [{"b": (0.0, 6.0)}]}
    assert ag.grad(lambda p: ag.sum(p["w"]) * p["b"])({"w": np.ones(2), "b": 3.0})["b"] == 2.0


def test_jacobians_nest_output_outside_and_input_inside() -> None:
    f = lambda p: {"sum": p["a"] + p["b"][0], "pair": (p["a"] * p["b"][0], p["a"])}
    j = ag.jacobian(f)({"a": 2.0, "b": [3.0]})
    assert j == {
        "sum": {"a": 1.0, "b": [1.0]},
        "pair": ({"a": 3.0, "b": [2.0]}, {"a": 1.0, "b": [0.0]}),
    }
    g = lambda p: [p["w"] * p["s"], ag.sum(p["w"])]
    j = ag.jacobian(g)({"w": np.array([1.0, 2.0]), "s": 3.0})
    assert j[0]["w"].tolist() == [[3.0, 0.0], [0.0, 3.0]]
    assert np.asarray(j[0]["s"]).tolist() == [1.0, 2.0]
    assert j[1]["w"].tolist() == [1.0, 1.0]
    assert float(j[1]["s"]) == 0.0
    h = ag.hessian(lambda p: ag.sum(p["w"] * p["w"]) * p["s"])(
        {"w": np.array([1.0, 2.0]), "s": 3.0}
    )
    agree(h["w"]["w"], 6.0 * np.eye(2), rtol=1e-15)
    agree(h["w"]["s"], [2.0, 4.0], rtol=1e-15)
    agree(h["s"]["w"], [2.0, 4.0], rtol=1e-15)
    assert float(h["s"]["s"]) == 0.0


def test_vjp_jvp_and_hvp_over_containers() -> None:
    f = lambda p, x: {"y": p["w"] * x, "s": ag.sum(p["w"])}
    p, x = {"w": np.array([1.0, 2.0])}, 3.0
    y, pull = ag.vjp(f, p, x)
    assert y["y"].tolist() == [3.0, 6.0]
    gp, gx = pull({"s": 10.0, "y": np.array([1.0, 0.5])})
    assert gp["w"].tolist() == [13.0, 11.5]
    assert float(gx) == 2.0
    y, t = ag.jvp(f, (p, x), ({"w": np.array([1.0, 0.0])}, 2.0))
    assert t["y"].tolist() == [5.0, 4.0]
    assert float(t["s"]) == 1.0
    product = ag.hvp(lambda p: ag.sum(p["w"] ** 3) * p["s"], {"w": np.array([1.0, 2.0]), "s": 2.0},
                     {"w": np.array([1.0, 0.0]), "s": 1.0})  # fmt: skip
    agree(product["w"], [12.0 + 3.0, 12.0], rtol=1e-14)
    assert np.isclose(float(product["s"]), 3.0)


# ── errors ──────────────────────────────────────────────────────────────────────────────────────
def test_structures_that_do_not_match_say_where() -> None:
    _, pull = ag.vjp(lambda p: {"a": p, "b": [p]}, 2.0)
    for bad in (1.0, {"a": 1.0}, {"a": 1.0, "c": [1.0]}, {"a": 1.0, "b": [1.0, 2.0]}):
        with pytest.raises(StructureError, match="vjp"):
            pull(bad)
    with pytest.raises(StructureError, match="jvp"):
        ag.jvp(lambda a, b: a * b, (1.0, 2.0), (1.0,))
    with pytest.raises((StructureError, ShapeError), match="hvp"):
        ag.hvp(lambda x: ag.sum(x * x), np.ones(2), np.ones(3))
    with pytest.raises(ShapeError, match="jvp"):
        ag.jvp(lambda x: x, (np.ones(2),), (np.ones(3),))
    with pytest.raises(ShapeError, match="vjp"):
        ag.vjp(lambda x: x, np.ones(2))[1](np.ones(3))


@pytest.mark.parametrize(
    "bad", ["a", {"a": "b"}, [1j], {1}, object()], ids=lambda x: type(x).__name__
)
def test_arguments_that_cannot_be_differentiated(bad: Any) -> None:
    with pytest.raises(TypeError, match="grad"):
        ag.grad(lambda x: 0.0)(bad)


@pytest.mark.parametrize("bad", ["text", None, object()], ids=["str", "None", "object"])
def test_results_that_are_no_numbers(bad: Any) -> None:
    for transform in (ag.grad, ag.jacobian):
        with pytest.raises(TypeError, match=r"grad|jacobian") as caught:
            transform(lambda x: bad)(1.0)
        assert "gave" in str(caught.value)


def test_argnums_out_of_range_and_misuse() -> None:
    with pytest.raises(IndexError, match=r"argnums 3.*2|argnums 3"):
        ag.grad(lambda a, b: a * b, argnums=3)(1.0, 2.0)
    with pytest.raises(TypeError, match="argnums"):
        ag.grad(lambda a: a, argnums="a")(1.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"function|callable"):
        ag.grad(3.0)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="jacobian"):
        ag.hessian(lambda x: x * 2.0)(np.ones(2))
    with pytest.raises(ShapeError, match="jacobian"):
        ag.hvp(lambda x: x * 2.0, np.ones(2), np.ones(2))
    with pytest.raises((TypeError, ShapeError), match=r"jacobian|one"):
        ag.grad(lambda x: [x, x])(1.0)


def test_jvp_says_what_args_and_tangents_are() -> None:
    with pytest.raises(ag.StructureError, match=r"args is a tuple.*\(x,\)"):
        ag.jvp(lambda x: x, 2.0, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ag.StructureError, match="expected a tuple of 1"):
        ag.jvp(lambda x: x, (2.0,), 1.0)  # type: ignore[arg-type]


def test_jvp_at_infinity_is_quiet() -> None:
    y, t = ag.jvp(lambda x: x * 2.0, (np.array([np.inf, 1.0]),), (np.array([1.0, 3.0]),))
    assert np.array_equal(y, [np.inf, 2.0])
    assert np.array_equal(t, [2.0, 6.0])
