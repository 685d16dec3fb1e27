"""numpy's functions and numbers on nodes: recorded as our ops, or refused by name."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Node, NoDerivativeError, Tensor, Value, gradients

A = np.array([[0.5, -0.25, 0.75], [0.1, 0.9, -0.6]])

UFUNCS = [np.exp, np.expm1, np.log1p, np.square, np.abs, np.absolute, np.sin, np.cos, np.tan,
          np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.negative,
          np.positive]  # fmt: skip
BINARY = [np.add, np.subtract, np.multiply, np.divide, np.true_divide, np.maximum, np.minimum]

FUNCTIONS: dict[str, Any] = {
    "sum": lambda x: np.sum(x, axis=0),
    "sum all": np.sum,
    "sum keep": lambda x: np.sum(x, 1, keepdims=True),
    "sum tuple": lambda x: np.sum(x, axis=(0, 1)),
    "mean": lambda x: np.mean(x, axis=-1),
    "var": lambda x: np.var(x, axis=1, ddof=1),
    "std": lambda x: np.std(x, ddof=1),
    "max": lambda x: np.max(x, axis=0),
    "min": lambda x: np.min(x),
    "amax": lambda x: np.amax(x, 1),
    "prod": lambda x: np.prod(x, axis=1),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "clip": lambda x: np.clip(x, -0.3, 0.6),
    "clip keywords": lambda x: np.clip(x, a_min=-0.3, a_max=0.6),
    "where": lambda x: np.where(A > 0, x, 2.0),
    "dot": lambda x: np.dot(x, A.T),
    "rdot": lambda x: np.dot(A.T, x),
    "matmul": lambda x: np.matmul(x, A.T),
    "outer": lambda x: np.outer(x, x),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, A),
    "trace": lambda x: np.trace(x, offset=1),
    "norm": np.linalg.norm,
    "norm 1": lambda x: np.linalg.norm(x, 1, axis=1),
    "transpose": np.transpose,
    "transpose axes": lambda x: np.transpose(x, (1, 0)),
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "reshape -1": lambda x: np.reshape(x, -1),
    "ravel": np.ravel,
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 2, 3)),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "squeeze": lambda x: np.squeeze(np.expand_dims(x, 0)),
    "squeeze axis": lambda x: np.squeeze(x[:1], axis=0),
    "concatenate": lambda x: np.concatenate([x, A], axis=1),
    "concatenate 0": lambda x: np.concatenate((A, x)),
    "stack": lambda x: np.stack([x, A], axis=-1),
    "take": lambda x: np.take(x, [1, 1], axis=1),
    "take flat": lambda x: np.take(x, [5, 0]),
    "diag": np.diag,
    "diag k": lambda x: np.diag(x, k=1),
    "add.reduce": lambda x: np.add.reduce(x),
    "maximum.reduce": lambda x: np.maximum.reduce(x, axis=1),
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=None),
    "power": lambda x: np.power(x, 3),
    "power of": lambda x: np.power(2.0, x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpys_functions_record(name: str) -> None:
    f = FUNCTIONS[name]
    x = Tensor(A)
    y = f(x)
    assert isinstance(y, Tensor)
    expected = f(A)
    assert y.shape == np.shape(expected)
    assert np.allclose(y.data, expected, rtol=1e-14, atol=1e-15)
    d = np.sin(np.arange(6.0)).reshape(2, 3)
    slope = (np.sum(f(A + 1e-6 * d)) - np.sum(f(A - 1e-6 * d))) / 2e-6
    assert abs(np.sum(gradients(y.sum(), x) * d) - slope) < 1e-8


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_ufuncs_record_on_both_kinds(ufunc: Any) -> None:
    x, v = Tensor(A), Value(0.3)
    assert np.allclose(ufunc(x).data, ufunc(A), rtol=1e-14)
    y = ufunc(v)
    assert isinstance(y, Value)
    assert np.isclose(y.data, ufunc(0.3), rtol=1e-14)
    slope = (ufunc(0.3 + 1e-6) - ufunc(0.3 - 1e-6)) / 2e-6
    assert abs(gradients(y, v) - slope) < 1e-8


@pytest.mark.parametrize("ufunc", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("other", [2.0, 2, np.float64(2.0), np.float32(2.0), np.int64(2), np.True_,
                                   np.array(2.0), np.array([[2.0], [3.0]])], ids=repr)  # fmt: skip
def test_binary_ufuncs_on_either_side(ufunc: Any, other: Any) -> None:
    x = Tensor(A)
    for y, expected in ((ufunc(x, other), ufunc(A, other)), (ufunc(other, x), ufunc(other, A))):
        assert isinstance(y, Tensor)
        assert np.allclose(y.data, expected, rtol=1e-14)


OPERATORS = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b,
             lambda a, b: a**b]  # fmt: skip
SCALARS = [2, 2.0, True, np.float64(2.0), np.float32(2.0), np.int64(2), np.int8(2), np.uint8(2),
           np.bool_(True), np.array(2.0)]  # fmt: skip


@pytest.mark.parametrize("other", SCALARS, ids=lambda s: f"{type(s).__name__} {s}")
@pytest.mark.parametrize("f", OPERATORS, ids="+-*/^")
def test_scalars_on_both_sides_of_operators(f: Any, other: Any) -> None:
    number = float(other)
    for make in (Value, Tensor):
        x = make(1.5)
        for y, expected in ((f(x, other), f(1.5, number)), (f(other, x), f(number, 1.5))):
            assert isinstance(y, make), type(y)
            assert np.isclose(float(y.data), expected, rtol=1e-14)
            assert not [a for a in y.args if isinstance(a, np.generic)] or make is Tensor
            slope = gradients(y, x)
            assert np.isfinite(slope)
    single = Tensor(np.ones(2, np.float32))
    if other is not True and not isinstance(other, np.ndarray):
        assert f(single, other).dtype == f(other, single).dtype == np.float32


def test_arrays_on_both_sides_of_tensors() -> None:
    x, c = Tensor(A), np.array([1.0, 2.0, 3.0])
    for f in OPERATORS[:4]:
        for y, expected in ((f(x, c), f(A, c)), (f(c, x), f(c, A)), (f(list(c), x), f(c, A)),
                            (f(x, list(c)), f(A, c)), (f(x, tuple(c)), f(A, c))):  # fmt: skip
            assert isinstance(y, Tensor)
            assert np.array_equal(y.data, expected)
    assert isinstance(A.T @ x, Tensor)
    assert np.array_equal((A.T @ x).data, A.T @ A)
    assert np.array_equal((x @ A.T).data, A @ A.T)


UNSUPPORTED = {
    "sort": np.sort, "median": np.median, "fft": np.fft.fft, "inv": np.linalg.inv,
    "roll": lambda x: np.roll(x, 1),
    "tile": lambda x: np.tile(x, 2), "floor": np.floor, "hypot": lambda x: np.hypot(x, 1.0),
    "remainder": lambda x: np.mod(x, 2), "interp": lambda x: np.interp(x, [0.0], [1.0]),
    "rint": np.rint,
    "multiply.outer": lambda x: np.multiply.outer(x, x), "add.at": lambda x: np.add.at(x, 0, 1.0),
    "logaddexp": lambda x: np.logaddexp(x, 1.0), "subtract.reduce": np.subtract.reduce,
}  # fmt: skip


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_has_no_rule_is_named(name: str) -> None:
    for x in (Tensor(A), Tensor([1.0, 2.0])):
        with pytest.raises(NoDerivativeError, match=rf"{name.split('.')[0]}.*\.data"):
            UNSUPPORTED[name](x)


@pytest.mark.parametrize(("option", "call"), [
    ("dtype", lambda x: np.sum(x, dtype=np.float32)), ("where", lambda x: np.exp(x, where=A > 0)),
    ("initial", lambda x: np.max(x, initial=0.0)), ("where", lambda x: np.sum(x, where=A > 0)),
    ("order", lambda x: np.reshape(x, (3, 2), order="F")),
    ("mode", lambda x: np.take(x, 7, mode="wrap")),
    ("dtype", lambda x: np.add(x, 1.0, dtype=np.float32)),
])  # fmt: skip
def test_an_option_that_would_be_ignored_is_refused(option: str, call: Any) -> None:
    with pytest.raises(TypeError, match=option):
        call(Tensor(A))


def test_questions_about_data_give_plain_answers() -> None:
    x = Tensor(A)
    assert np.array_equal(np.isfinite(x), np.isfinite(A))
    assert np.array_equal(np.argmax(x, axis=1), np.argmax(A, axis=1))
    assert np.array_equal(np.isnan(x), np.isnan(A))
    assert np.greater(x, 0).dtype == bool
    assert np.array_equal(np.greater(x, 0), A > 0)
    assert np.shape(x) == (2, 3)
    assert np.ndim(x) == 2
    assert np.size(x) == 6
    assert np.allclose(x, A)
    assert type(np.zeros_like(x)) is np.ndarray
    assert np.isfinite(Value(1.0))
    assert not isinstance(np.array_equal(x, x), Node)


def test_lists_of_nodes() -> None:
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    assert np.stack([a, b]).shape == (2, 2)
    assert ag.sum([a, b]).data == 10.0
    assert gradients(ag.max([Value(1.0), Value(3.0)]) * 2, []) == []
    v, w = Value(1.0), Value(3.0)
    top = ag.maximum(v, w)
    assert gradients(top, [v, w]) == [0.0, 1.0]
    assert ag.sum([v, w]).data == 4.0
    assert ag.mean([v, w, 2.0]).data == 2.0
