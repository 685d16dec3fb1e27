"""Whatever can be called can be compiled: methods, partials, objects, decorated functions."""

import functools
import inspect
from typing import Any

import numpy as np
import pytest
from alike import affine, alike

import autograd as ag
from autograd import Tensor, compile


class Scaled:
    """A class whose method is compiled, with a captured parameter and a plain attribute."""

    def __init__(self, w: Any) -> None:
        self.w = Tensor(w)

    @compile
    def loss(self, x: Any, power: int = 2) -> Any:
        """The loss."""
        return ag.sum((x * self.w) ** power)

    def __call__(self, x: Any) -> Any:
        return ag.sum(x * self.w)


def test_methods() -> None:
    one, two = Scaled([1.0, 2.0]), Scaled([3.0, 4.0])
    x = np.array([1.0, 1.0])
    for _ in range(2):
        assert one.loss(x) == 5.0
        assert two.loss(x) == 25.0
    one.w.data = np.array([0.0, 1.0])
    assert one.loss(x) == 1.0
    assert two.loss(x) == 25.0
    assert one.loss(x=2 * x) == 4.0
    assert one.loss(x, 4.0) == 1.0
    assert "def loss(" in one.loss.source
    assert Scaled.loss(one, x) == 1.0
    assert one.loss.cache_info().traces >= 2


def test_prepare_of_a_method() -> None:
    one = Scaled([1.0, 2.0])
    entry = one.loss.prepare(np.ones(2))
    assert "self" in entry.signature
    assert one.loss.programs[-1] is entry


def test_other_callables() -> None:
    x = np.array([1.0, 2.0])
    alike(compile(functools.partial(affine, w=0.5))(x), affine(x, 0.5))
    alike(compile(functools.partial(affine, x))(0.5), affine(x, 0.5))
    alike(compile(Scaled([1.0, 3.0]))(x), np.float64(7.0))
    alike(compile(Scaled([1.0, 3.0]).__call__)(x), np.float64(7.0))
    alike(compile(ag.sigmoid)(x), ag.sigmoid(x))
    alike(compile(compile(affine))(x, 0.5), affine(x, 0.5))
    with pytest.raises(RuntimeError, match="no program yet"):
        _ = compile(functools.partial(affine, w=0.5)).source


def test_decorators() -> None:
    @compile
    def plain(x: Any) -> Any:
        """What it does."""
        return x * 2.0

    @compile(static="n", cache_size=3)
    def power(x: Any, n: int) -> Any:
        return x**n

    assert plain.__name__ == "plain"
    assert plain.__doc__ == "What it does."
    assert list(inspect.signature(plain).parameters) == ["x"]
    assert plain(2.0) == 4.0
    assert power(2.0, 3) == 8.0
    assert power(2.0, n=2) == 4.0
    assert power.cache_info().limit == 3
