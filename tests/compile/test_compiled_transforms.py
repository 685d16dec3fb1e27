"""Compiled functions inside transforms and each other, and transforms compiled."""

from typing import Any

import numpy as np
import pytest
from alike import affine, alike, normal

import autograd as ag
from autograd import Tensor, Value, compile


def test_called_with_nodes_it_is_the_function() -> None:
    program = compile(affine)
    x, w = normal((3,), (3,))
    y = program(Tensor(x), w)
    assert isinstance(y, Tensor)
    y = program(Value(0.5), 2.0)
    assert isinstance(y, Value)
    loss = lambda x, w: ag.sum(affine(x, w))
    alike(ag.grad(lambda x: ag.sum(program(x, w)))(x), ag.grad(lambda x: loss(x, w))(x))
    alike(ag.hessian(compile(loss), argnums=1)(x, w), ag.hessian(loss, argnums=1)(x, w))
    alike(ag.jvp(program, (x, w), (w, x)), ag.jvp(affine, (x, w), (w, x)))
    assert program.cache_info().traces == 0
    alike(program(x, w), affine(x, w))


def test_inside_another_compiled_function() -> None:
    inner = compile(affine)
    outer = compile(lambda x, w: ag.sum(inner(x, w) * inner(w, 2.0)))
    f = lambda x, w: ag.sum(affine(x, w) * affine(w, 2.0))
    for seed in (1, 2):
        x, w = normal((3,), (3,), seed=seed)
        alike(outer(x, w), f(x, w))
        alike(compile(ag.grad(outer))(x, w), ag.grad(f)(x, w))
    assert inner.cache_info().traces == 0


def test_inside_another_it_keeps_reading_captured_parameters() -> None:
    """Also when it is given no nodes there: its result is no constant."""
    w = Tensor(3.0)
    inner = compile(lambda x: w * x)
    inner(2.0)
    outer = compile(lambda y: y * inner(2.0))
    assert outer(1.0) == 6.0
    w.data = np.array(5.0)
    assert outer(1.0) == 10.0
    other = compile(lambda y: y * inner(2.0))
    assert other(1.0) == 10.0
    w.data = np.array(7.0)
    assert other(1.0) == 14.0


def test_arrays_of_values() -> None:
    """An object array of Values is a structure of nodes: the function itself runs."""
    program = compile(lambda x: ag.sum(x * x))
    y = program(np.array([Value(1.0), Value(2.0)]))
    assert isinstance(y, Value)
    assert y.data == 5.0


def quartic(x: Any, y: Any) -> Any:
    return ag.sum(x**4 * y) + ag.sum(ag.outer(x, y) ** 2) / 7.0


@pytest.mark.parametrize("name", [
    "grad", "value_and_grad", "jacobian", "hessian", "jacobian of grad", "hvp", "vjp", "jvp",
    "third",
])  # fmt: skip
def test_transforms_compile(name: str) -> None:
    x, y, v = normal((3,), (3,), (3,))
    curl = lambda x, y: ag.sum(ag.grad(lambda x: ag.sum(ag.grad(quartic)(x, y) ** 2))(x))
    f: Any = {
        "grad": ag.grad(quartic, (0, 1)), "value_and_grad": ag.value_and_grad(quartic),
        "jacobian": ag.jacobian(lambda x, y: {"a": ag.sin(x) * y, "b": ag.sum(x)}, (0, 1)),
        "hessian": ag.hessian(quartic),
        "jacobian of grad": ag.jacobian(ag.grad(quartic, (0, 1)), 1),
        "hvp": lambda x, y: ag.hvp(lambda x: quartic(x, y), x, y),
        "vjp": lambda x, y: ag.vjp(affine, x, y)[1](x * y),
        "jvp": lambda x, y: ag.jvp(affine, (x, y), (y, x)),
        "third": ag.grad(curl),
    }[name]  # fmt: skip
    program = compile(f)
    for a, b in ((x, y), (v, x), (x, y)):
        alike(program(a, b), f(a, b), 1e-11)
    assert program.cache_info().traces == 1


def test_gradients_of_numbers_beside_arrays() -> None:
    f = ag.value_and_grad(lambda p: ag.sum(p["x"] * p["c"] + p["k"]))
    p = {"x": normal((3,))[0], "c": 2.0, "k": np.array(1.5)}
    program = compile(f)
    for _ in range(2):
        alike(program(p), f(p))
