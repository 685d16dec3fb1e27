"""`compile(…, batch=…)` as its callers see it: axes, containers, array samples, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from alike import alike, normal

import autograd as ag
from autograd import ShapeError, StructureError, Value, compile

BACKENDS = ["numpy", "numba"]
X = np.array([[1.0, 2.0, -0.5], [3.0, -4.0, 0.25]])  # two samples of three, or three of two


@pytest.fixture(params=BACKENDS)
def backend(request: Any) -> str:
    if request.param == "numba":
        pytest.importorskip("numba")
    return str(request.param)


def neuron(w: Any, x: Any, y: Any) -> Any:
    score = w[0] * x[0] + w[1] * x[1] + w[2]
    return ag.relu(1.0 - y * score) + 0.1 * (w[0] * w[0] + w[1] * w[1])


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
@pytest.mark.parametrize("n", [1, 2, 37])
def test_the_gradient_of_a_batch(backend: str, reduce: str | None, n: int) -> None:
    w, (data, y) = [0.5, -0.25, 0.1], normal((n, 2), (n,))
    f = compile(ag.value_and_grad(neuron), batch=(None, 0, 0), reduce=reduce, backend=backend)
    alone = [ag.value_and_grad(neuron)(w, x, t) for x, t in zip(data, y, strict=True)]
    loss = np.array([value for value, _ in alone])
    slopes = np.array([g for _, g in alone]).T
    for _ in range(2):  # the long way in, and the short one
        value, g = f(w, data, y)
        if reduce is None:
            alike(value, loss)
            alike(g, list(slopes))
        else:
            total = np.sum if reduce == "sum" else np.mean
            assert value == pytest.approx(total(loss), rel=1e-12)
            assert g == pytest.approx(total(slopes, axis=1), rel=1e-12)
    assert f.cache_info()[:3] == (1, 1, 1)


@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (0, -1), (-1, 0)])
def test_the_same_array_along_two_axes(axes: tuple[int, int]) -> None:
    f = compile(lambda a, b: 10.0 * a[0] + b[1], batch=axes)
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    first, second = (np.moveaxis(square, axis, 0) for axis in axes)
    for _ in range(2):
        alike(f(square, square), 10.0 * first[:, 0] + second[:, 1])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_samples_lie_along_any_axis(backend: str, axis: int) -> None:
    f = compile(lambda x: x[0] * x[1], batch=axis, backend=backend)
    rows = np.moveaxis(X, axis, 0)
    for _ in range(2):
        alike(f(X), rows[:, 0] * rows[:, 1])


def test_containers_have_an_axis_each() -> None:
    f = compile(lambda p, x: p["a"] * x[0] + p["b"] * x[1], batch=({"a": 0, "b": None}, (0, None)))
    a, x = normal((4,), (4,))
    alike(f({"a": a, "b": 2.0}, (x, 3.0)), a * x + 6.0)


def test_numbers_of_samples_may_differ_from_call_to_call(backend: str) -> None:
    f = compile(lambda w, x: w * x, batch=(None, 0), reduce="sum", backend=backend)
    assert [f(2.0, np.ones(n)) for n in (3, 1, 5, 0)] == [6.0, 2.0, 10.0, 0.0]
    assert f.cache_info().traces == 1


def test_data_of_every_layout(backend: str) -> None:
    f = compile(lambda x: 2.0 * x[0] + x[1], batch=0, backend=backend)
    want = 2.0 * X[:, 0] + X[:, 1]
    frozen = X.copy()
    frozen.setflags(write=False)
    for data in (X, np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], frozen):
        alike(f(data), want)
    alike(f(np.array([[1, 2], [3, 4]])), np.array([4.0, 10.0]))
    alike(f(np.array([[True, False]])), np.array([2.0]))


def test_results_stay_as_they_are() -> None:
    f = compile(lambda x: (x * x, 3.0 * x), batch=0)
    x, y = normal((6,), (6,), seed=3)
    squares, triples = f(x)
    f(y)
    alike((squares, triples), (x * x, 3.0 * x))
    assert not np.shares_memory(squares, triples)


def test_captured_values_are_read_at_every_call() -> None:
    scale = Value(2.0)
    f = compile(lambda x: scale * x, batch=0)
    alike(f(np.ones(2)), np.full(2, 2.0))
    scale.data = 5.0
    alike(f(np.ones(2)), np.full(2, 5.0))


@pytest.mark.parametrize(
    ("error", "text", "batch", "args"),
    [
        (ShapeError, "same length; x has 3, y has 2", 0, (np.ones(3), np.ones(2))),
        (ShapeError, "lie along axis 1; it is an array of shape", (1, 0), (np.ones(3), np.ones(3))),
        (ShapeError, "lie along axis 0; it is float", 0, (1.0, np.ones(3))),
        (StructureError, "has 3 entries; the function was called with 2", (0, 0, 0), (X, X)),
        (StructureError, "names no argument that has samples", None, (1.0, 2.0)),
        (StructureError, "names no argument that has samples", (None, None), (1.0, 2.0)),
        (StructureError, "made of axes", ("rows", 0), (X, X)),
        (StructureError, "where the argument is", ((0, 0), 0), (X, X)),
        (TypeError, "no nodes", 0, (Value(1.0), np.ones(2))),
    ],
    ids=lambda x: x if isinstance(x, str) else None,
)
def test_mistakes_are_explained(error: type, text: str, batch: Any, args: Any) -> None:
    if batch is None:
        batch = [None, None]
    with pytest.raises(error, match=text):
        compile(lambda x, y: x * y, batch=batch)(*args)


def test_options_that_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="neither with static= nor with donate="):
        compile(lambda x: x, batch=0, donate="x")
    with pytest.raises(ValueError, match="together with batch="):
        compile(lambda x: x, reduce="sum")
