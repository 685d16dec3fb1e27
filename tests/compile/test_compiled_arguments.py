"""Arguments of compiled functions: keywords, containers, names of every kind."""

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from alike import affine, alike, normal

import autograd as ag
from autograd import Tensor, compile

Pair = namedtuple("Pair", "left right")


def test_keywords_and_defaults() -> None:
    def f(x: Any, *, scale: Any = 2.0, shift: Any = None) -> Any:
        y = x * scale
        return y if shift is None else y + shift

    program = compile(f)
    x = normal((3,))[0]
    for kwargs in ({}, {"scale": 3.0}, {"shift": x}, {"shift": 1.0, "scale": 4.0}, {"shift": None}):
        for factor in (1.0, 2.0):
            alike(program(x * factor, **kwargs), f(x * factor, **kwargs))
            alike(program(x=x * factor, **kwargs), f(x * factor, **kwargs))


def test_keywords_in_any_order_find_one_program() -> None:
    program = compile(affine)
    a, b = normal((2,), (2,))
    for args, kwargs in (
        ((a, b), {}),
        ((a,), {"w": b}),
        ((), {"w": b, "x": a}),
        ((), {"x": a, "w": b}),
    ):
        alike(program(*args, **kwargs), affine(a, b))
    assert program.cache_info().traces == 1


def test_any_number_of_arguments() -> None:
    def f(first: Any, *rest: Any, **named: Any) -> Any:
        return first + sum(rest) * 2.0 + sum(named.values()) * 3.0

    program = compile(f)
    x, y, z = normal((2,), (2,), (2,))
    for args, kwargs in (
        ((x,), {}),
        ((x, y, z), {}),
        ((x, y), {"a": z, "b": x}),
        ((x,), {"b": z, "a": y}),
    ):
        for _ in range(2):
            alike(program(*args, **kwargs), f(*args, **kwargs))


def test_no_arguments() -> None:
    w = Tensor([1.0, 2.0])
    program = compile(lambda: ag.sum(w * w))
    assert program() == 5.0
    w.data = np.array([3.0, 4.0])
    assert program() == 25.0


def test_wrong_calls_are_the_functions_own_errors() -> None:
    program = compile(affine)
    program(1.0, 2.0)
    for call in (lambda: program(1.0), lambda: program(1.0, 2.0, 3.0), lambda: program(1.0, v=2.0)):
        with pytest.raises(TypeError, match="affine"):
            call()
    assert program(1.0, 2.0) == affine(1.0, 2.0)


def test_nested_containers_in_and_out() -> None:
    def f(p: Any, extra: Any) -> Any:
        (a, b), c = p["ab"], p["c"]
        return {
            "list": [a * 2.0, [b], ()],
            "pair": Pair(a + b, {"deep": c.left * c.right}),
            "none": None,
            "ordered": OrderedDict(z=a, y=extra),
            7: (b,),
        }

    program = compile(f)
    for seed in (1, 2):
        a, b, l, r, e = normal((2,), (), (3,), (3,), (2, 2), seed=seed)
        p = {"ab": (a, b), "c": Pair(l, r), "unused": None}
        alike(program(p, e), f(p, e))
        got = program(p, e)
        assert isinstance(got["pair"], Pair)
        assert list(got) == ["list", "pair", "none", "ordered", 7]
        assert type(got["ordered"]) is OrderedDict


def test_the_order_of_a_dict_does_not_change_the_result() -> None:
    program = compile(ag.value_and_grad(lambda p: ag.sum(p["a"] * ag.sin(p["b"]))))
    a, b = normal((3,), (3,))
    first, second = program({"a": a, "b": b}), program({"b": b, "a": a})
    alike(first[0], second[0])
    assert list(first[1]) == ["a", "b"]
    assert list(second[1]) == ["b", "a"]
    for key in "ab":
        alike(first[1][key], second[1][key])


def test_keys_that_are_no_names() -> None:
    program = compile(lambda p: {k: v * 2.0 for k, v in p.items()})
    p = {"a b": np.ones(2), "1": np.ones(1), 3: 1.0, ("t", 0): np.ones(3), "class": 2.0, "": 1.0}
    alike(program(p), {k: v * 2.0 for k, v in p.items()})


def test_names_that_meet_the_texts_own() -> None:
    def f(np: Any, workspace: Any, zero: Any, one: Any, ones: Any, f: Any, sum: Any) -> Any:
        c1 = np * workspace + 1.0
        return ag.sum(c1 * zero) + ag.maximum(one, 0.0) * ones + f * sum

    program = compile(f)
    args = normal((3,), (3,), (3,), (3,), (3,), (3,), ())
    for factor in (1.0, -2.0):
        xs = [a * factor for a in args]
        alike(program(*xs), f(*xs))


def test_unicode_names() -> None:
    def верх(α: Any, ß: Any) -> Any:
        σ = ag.sigmoid(α)
        return σ * ß

    x, y = normal((2,), (2,))
    alike(compile(верх)(x, y), верх(x, y))
