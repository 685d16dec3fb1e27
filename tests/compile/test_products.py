"""Products a few rows at a time: the same values, and where it doesn't pay, not at all."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from alike import EXACT, SINGLE, alike

import autograd as ag
from autograd import compile
from autograd.compile import products
from autograd.compile.products import SMALL, dot_by_rows, rows_at_once


@pytest.fixture(autouse=True)
def planned_anew() -> Iterator[None]:
    rows_at_once.cache_clear()
    yield
    rows_at_once.cache_clear()


def timed_as(monkeypatch: pytest.MonkeyPatch, whole: float, parts: float) -> None:
    """Whole products and those in parts take these times."""
    kinds = iter([whole, parts] * 1000)

    def seconds(f: Callable[[], Any]) -> float:
        f()
        return next(kinds)

    monkeypatch.setattr(products, "seconds", seconds)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("m", [1, 7, 8, 9, 40])
def test_parts_are_the_whole(m: int, dtype: Any) -> None:
    rng = np.random.default_rng(m)
    a, b = rng.standard_normal((m, 5)).astype(dtype), rng.standard_normal((5, 3)).astype(dtype)
    out = np.full((m, 3), np.nan, dtype)
    for x in (a, np.asfortranarray(a), a[::-1]):
        given = dot_by_rows(x, b, 8)
        assert given.dtype == dtype
        np.testing.assert_allclose(given, x @ b, rtol=1e-5 if dtype is np.float32 else 1e-13)
        assert dot_by_rows(x, b, 8, out) is out
        assert np.array_equal(out, given)


def test_what_pays_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_as(monkeypatch, whole=1.0, parts=0.9)
    assert rows_at_once(128, 784, 128, np.dtype(float)) == 8
    assert rows_at_once(784, 128, 128, np.dtype(float)) == 56
    assert rows_at_once(128, 128, 64, np.dtype(float)) == 64
    timed_as(monkeypatch, whole=1.0, parts=0.99)
    assert rows_at_once(128, 784, 128, np.dtype(np.float32)) is None


@pytest.mark.parametrize(
    "shape", [(100, 100, 100), (0, 784, 128), (128, 0, 128), (128, 784, 0), (64, 1024, 1024)]
)
def test_small_and_huge_products_stay_whole(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int, int]
) -> None:
    timed_as(monkeypatch, whole=1.0, parts=0.1)
    assert rows_at_once(*shape, np.dtype(float)) is None


@pytest.mark.parametrize("m", [130, 200, 1001])
def test_parts_are_small_and_cover_all_rows(monkeypatch: pytest.MonkeyPatch, m: int) -> None:
    timed_as(monkeypatch, whole=1.0, parts=0.1)
    rows = rows_at_once(m, 100, 90, np.dtype(float))
    assert rows is not None
    assert rows * 100 * 90 <= SMALL
    assert rows < m


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("parts", [0.1, 10.0])
def test_compiled_steps_with_large_products(
    monkeypatch: pytest.MonkeyPatch, parts: float, dtype: Any
) -> None:
    timed_as(monkeypatch, 1.0, parts)
    rng = np.random.default_rng(0)
    x, W, V = (rng.standard_normal(s).astype(dtype) for s in ((150, 120), (120, 90), (90, 80)))

    def loss(x: Any, W: Any, V: Any) -> Any:
        return ag.sum(ag.tanh(ag.tanh(x @ W / 10.0) @ V) ** 2)

    step = ag.value_and_grad(loss, argnums=(0, 1, 2))
    for f in (compile(step), compile(step, donate="W")):
        for _ in range(2):
            alike(f(x, W.copy(), V), step(x, W, V), SINGLE if dtype is np.float32 else EXACT)
        text = f.source
        assert ("dot_by_rows(x, W, 76" in text) == (parts < 1.0)
        assert not any("dot_by_rows" in line and "_T" in line for line in text.split("\n"))
