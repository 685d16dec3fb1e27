"""Ops of the user's own: declared in a few lines, then at home everywhere that a built-in is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, check_first_order, check_second_order

import autograd as ag
from autograd import DTypeError, Tensor, Value, gradients, no_grad, ordered, primitive

SEEDS = st.integers(0, 2**32 - 1)
cube = primitive("cube", lambda x: x * x * x, [lambda g, y, x: g * 3.0 * x**2],
                 python="({} ** 3)", tex="{}^3")  # fmt: skip
hypot = primitive("hypot", lambda a, b: np.sqrt(a * a + b * b),
                  [lambda g, y, a, b: g * a / y, lambda g, y, a, b: g * b / y])  # fmt: skip
rows = primitive("rows", lambda x: np.sum(x * x, axis=-1),
                 [lambda g, y, x: 2.0 * x * ag.expand_dims(g, -1)])  # fmt: skip


def test_on_floats_and_arrays() -> None:
    assert cube(2.0) == 8.0
    assert type(cube(2.0)) is float
    assert cube(2) == 8.0
    assert cube(np.array([1.0, 2.0])).tolist() == [1.0, 8.0]
    assert cube(np.array([1, 2])).dtype == np.float64
    assert hypot(3.0, 4.0) == 5.0
    assert hypot(np.array([3.0, 6.0]), 4.0)[0] == 5.0


def test_on_values_tensors_and_object_arrays() -> None:
    v, t = Value(2.0), Tensor([1.0, 2.0])
    assert isinstance(cube(v), Value)
    assert gradients(cube(v), v) == 12.0
    assert gradients(cube(t).sum(), t).tolist() == [3.0, 12.0]
    box = np.array([Value(1.0), Value(2.0)], dtype=object)
    y = cube(box)
    assert [e.data for e in y] == [1.0, 8.0]
    assert gradients(y[0] + y[1], list(box)) == [3.0, 12.0]
    mixed = hypot(box, np.array([0.0, 0.0]))
    assert [e.data for e in mixed] == [1.0, 2.0]


@given(seed=SEEDS)
def test_rules_at_every_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, a, b = (
        rng.uniform(0.5, 2.0, (2, 3)),
        rng.uniform(0.5, 2.0, (3,)),
        rng.uniform(0.5, 2.0, (2, 1)),
    )
    for f, numpys, args in ((cube, lambda x: x**3, [x]), (hypot, np.hypot, [a, b]),
                            (rows, lambda x: np.sum(x * x, axis=-1), [x])):  # fmt: skip
        check_first_order(f, numpys, args, rng)
        check_second_order(f, args, rng)
    assert abs(ag.grad(ag.grad(ag.grad(cube)))(1.7) - 6.0) < 1e-13
    agree(ag.hessian(lambda v: ag.sum(cube(v)))(a), np.diag(6.0 * a), rtol=1e-14)
    agree(ag.jacobian(rows)(x)[0], [2.0 * x[0], 0.0 * x[1]], rtol=1e-14)


@pytest.mark.parametrize("constant", [4.0, 4, np.float64(4.0), np.array(4.0)], ids=repr)
def test_constants(constant: Any) -> None:
    for make in (Value, Tensor):
        x = make(3.0)
        y = hypot(x, constant)
        assert float(y.data) == 5.0
        assert np.isclose(float(gradients(y, x)), 0.6)
        assert np.isclose(float(gradients(hypot(constant, x), x)), 0.6)
    x = Tensor([3.0, 3.0])
    c = np.array([4.0, 4.0])
    y = hypot(x, c).sum()
    c[:] = 0.0  # decision 7 holds for the user's ops too
    assert np.allclose(gradients(y, x), [0.6, 0.6])


def test_the_rule_is_called_with_the_cotangent_the_result_and_the_arguments() -> None:
    seen: list[Any] = []

    def rule(g: Any, y: Any, a: Any, b: Any) -> Any:
        seen.append((g, y, a, b))
        return g * b

    times = primitive("times", lambda a, b: a * b, [rule, None])
    x = Tensor([2.0])
    gradients(times(x, 5.0), x, seed=np.array([7.0]))
    g, y, a, b = seen[-1]
    assert (float(g[0]), float(y[0]), float(a[0]), float(b)) == (7.0, 10.0, 2.0, 5.0)
    v = Value(2.0)
    assert gradients(times(v, 5.0), v, seed=7.0) == 35.0
    gradients(times(v, 5.0), v, graph=True)
    assert isinstance(seen[-1][1], Value)


def test_no_derivative_where_there_is_none() -> None:
    pick = primitive("pick", lambda x, k: x * k, [lambda g, y, x, k: g * k, None])
    for make in (Value, Tensor):
        x, k = make(3.0), make(2.0)
        y = pick(x, k)
        assert gradients(y, x) == 2.0  # the other argument is not asked for
        with pytest.raises(ag.NoDerivativeError, match="pick"):
            gradients(y, k)
        assert gradients(pick(x, 2.0), x) == 2.0


def test_templates_and_labels() -> None:
    assert cube.op.write(cube.op.python, "x") == "(x ** 3)"
    assert cube.op.write(cube.op.tex, "x") == "x^3"
    assert hypot.op.write(hypot.op.python, "a", "b") == "hypot(a, b)"
    assert hypot.op.write(hypot.op.tex, "a", "b") == r"\operatorname{hypot}(a, b)"
    y = cube(Value(2.0))
    assert y.op.name == "cube"
    assert y._op
    assert cube.__name__ == "cube"


def test_broadcasting_is_undone_for_the_users_rule() -> None:
    a, b = Tensor(np.full((2, 3), 3.0)), Tensor(np.full(3, 4.0))
    ga, gb = gradients(hypot(a, b).sum(), [a, b])
    assert ga.shape == (2, 3)
    assert np.allclose(gb, [1.6] * 3)
    s = Tensor(4.0)
    assert np.isclose(gradients(hypot(a, s).sum(), s), 6 * 0.8)


def test_inside_no_grad_and_transforms() -> None:
    with no_grad():
        assert cube(Value(2.0)).op is None
    value, slope = ag.value_and_grad(lambda p: cube(p["x"]))({"x": 2.0})
    assert (value, slope) == (8.0, {"x": 12.0})
    y, t = ag.jvp(cube, (2.0,), (1.0,))
    assert (y, t) == (8.0, 12.0)
    assert ag.grad(lambda x: ag.grad(cube)(x) * x)(2.0) == 36.0


def test_what_does_not_hold_together() -> None:
    rule = lambda g, y, x: g
    for call, text in (
        (lambda: primitive("", lambda x: x, [rule]), "name"),
        (lambda: primitive(3, lambda x: x, [rule]), "name"),  # type: ignore[arg-type]
        (lambda: primitive("f", 3, [rule]), "forward"),  # type: ignore[arg-type]
        (lambda: primitive("f", lambda x: x, [3]), "rule"),  # type: ignore[list-item]
        (lambda: cube(1.0, 2.0), "cube takes 1"),
        (lambda: hypot(Value(1.0)), "hypot takes 2"),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=text):
            call()


def test_a_forward_or_rule_with_the_wrong_result_is_named() -> None:
    pair = primitive("pair", lambda x: (x, x), [lambda g, y, x: g])
    with pytest.raises((DTypeError, ag.ShapeError), match="pair"):
        pair(Value(1.0))
    wrong = primitive("wrong", lambda x: x * 2.0, [lambda g, y, x: np.ones(7)])
    x = Tensor([1.0, 2.0])
    with pytest.raises(ag.ShapeError, match=r"wrong.*\(7,\).*\(2,\)"):
        gradients(wrong(x).sum(), x)
    with pytest.raises(TypeError, match="rows"):
        rows(np.array([Value(1.0), Value(2.0)], dtype=object))


def test_a_forward_that_returns_its_argument_or_a_view() -> None:
    same = primitive("same", lambda x: x, [lambda g, y, x: g])
    a = np.array([1.0, 2.0])
    x = Tensor(a)
    assert np.shares_memory(same(a), a) is False
    y = same(x)
    assert y is not x
    assert not y.data.flags.writeable
    assert gradients(y.sum(), x).tolist() == [1.0, 1.0]
    shared = np.array([5.0])
    constant = primitive("constant", lambda x: shared, [lambda g, y, x: g * 0.0])
    z = constant(Tensor([1.0]))
    shared[:] = 9.0
    assert z.data.tolist() == [5.0]
    assert shared.flags.writeable
    assert len(ordered(z)) == 2


def test_a_rule_that_writes_into_its_cotangent_is_stopped() -> None:
    """The other operand of the sum has the same one."""
    twice = primitive("twice", lambda x: x * 2.0, [lambda g, y, x: np.multiply(g, 2.0, g)])
    x, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    with pytest.raises(ValueError, match="read-only"):
        gradients(((b + twice(x)) * np.ones(2)).sum(), [x, b])


def test_a_forward_that_writes_into_its_argument_is_stopped() -> None:
    def forward(x: Any) -> Any:
        x *= 2.0
        return x

    vandal = primitive("vandal", forward, [lambda g, y, x: g * 2.0])
    x = Tensor([1.0])
    for node in (x, x * 1.0):  # a result that nobody looked at, too
        with pytest.raises(ValueError, match="read-only"):
            vandal(node)
    assert x.data.tolist() == [1.0]


@pytest.mark.parametrize("victim", ["y", "x"])
def test_a_rule_that_writes_into_what_it_is_given_is_stopped(victim: str) -> None:
    def rule(g: Any, y: Any, x: Any) -> Any:
        array = {"y": y, "x": x}[victim]
        array *= 2.0
        return g

    vandal = primitive("vandal", lambda x: x + 1.0, [rule])
    x = Tensor([1.0])
    with pytest.raises(ValueError, match="read-only"):
        gradients(vandal(x * 1.0), x)
