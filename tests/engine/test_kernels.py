"""The sweep over arrays has shorter ways: they give the same, and touch what is theirs alone."""

import threading
import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest
from numerical import agree

import autograd as ag
from autograd import Tensor, gradients
from autograd.arrival import LITTLE
from autograd.elementwise import TABLE, sigmoid_array
from autograd.kernels import pull
from autograd.linalg import MATMUL
from autograd.op import Op
from autograd.reductions import BLOCK, sum_array
from autograd.softmaxes import LOG_SOFTMAX, SOFTMAX

OPS = [f.op for f in TABLE.values() if isinstance(f.op.rules, tuple)]
Array = np.ndarray[Any, Any]


def recorded(op: Op, dtype: type, shape: tuple[int, ...]) -> Tensor:
    """A node of the op at arguments for which all of the table's rules are defined."""
    rng = np.random.default_rng(5)
    assert isinstance(op.rules, tuple)
    xs: list[Any] = [Tensor(rng.uniform(0.1, 0.9, shape).astype(dtype)) for _ in op.rules]
    if op in (SOFTMAX, LOG_SOFTMAX):
        xs[1:] = [(1,)]
    if op is MATMUL:
        xs[1] = Tensor(rng.uniform(0.1, 0.9, (shape[1], 2)).astype(dtype))
    return Tensor.record(op, tuple(xs))


def sent_back(y: Tensor, g: Array, whole: bool) -> dict[Any, Array]:
    """The cotangents that the op's pull gives; arrays in the graph are read-only."""
    found: dict[Any, Array] = {}
    small: set[Any] = set()
    g.setflags(write=False)
    if not whole:
        small.add(y)
    pull(y.op)(y, g, found, small, None)  # type: ignore[arg-type]  # not a leaf
    small.discard(y)
    for arg, h in found.items():
        assert (h.shape != arg.shape) == (arg in small)
    return found


@pytest.mark.parametrize("shape", [(3, 4), ()], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("op", [*OPS, SOFTMAX, LOG_SOFTMAX, MATMUL], ids=lambda op: op.name)
def test_a_pull_is_its_rules(op: Op, dtype: type, shape: tuple[int, ...]) -> None:
    if not shape and not op.elementwise:
        return
    y = recorded(op, dtype, shape)
    rng = np.random.default_rng(6)
    rtol = 1e-13 if dtype is np.float64 else 1e-5
    whole = rng.standard_normal(y.shape).astype(dtype)
    cases = [whole, np.array(0.7, dtype)] if op.elementwise else [whole]
    for g in cases:  # the cotangent of a sum is one number
        found = sent_back(y, g, g is whole)
        for i, arg in enumerate(y.args):
            rule = op.rules[i]  # type: ignore[index]
            full = np.broadcast_to(g, y.shape)
            expected = rule and rule(full, y.data, *y.inputs)
            if expected is None:
                assert not isinstance(arg, Tensor) or arg not in found
                continue
            h = found[arg]
            agree(np.broadcast_to(h, arg.shape), expected, rtol=rtol)
            assert h.dtype == dtype
            assert not any(h is x for x in (*y.inputs, y.data))


@pytest.mark.parametrize(
    "g", [np.array([[0.7, -1.2, 0.1]] * 2), np.array(0.7)], ids=["whole", "one"]
)
@pytest.mark.parametrize("op", [op for op in OPS if len(op.rules) == 2], ids=lambda op: op.name)
def test_both_arguments_are_the_same(op: Op, g: Array) -> None:
    """x * x: what its two places get is added up."""
    x = Tensor(np.random.default_rng(5).uniform(0.1, 0.9, (2, 3)))
    y = Tensor.record(op, (x, x))
    found = sent_back(y, g, g.ndim > 0)
    full = np.broadcast_to(g, x.shape)
    parts = [rule and rule(full, y.data, *y.inputs) for rule in op.rules]  # type: ignore[union-attr]
    flowing = [h for h in parts if h is not None]
    assert (x in found) == bool(flowing)
    if flowing:
        agree(np.broadcast_to(found[x], x.shape), sum(flowing), rtol=1e-13)


def test_a_formula_stays_in_the_arrays_that_it_made() -> None:
    """Every product of a rule is written over the one before it."""
    y = recorded(TABLE["gelu"].op, np.float64, (1000, 100))
    g = np.ones(y.shape)
    sent_back(y, g, True)
    tracemalloc.start()
    sent_back(y, g, True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5.5 * g.nbytes


def test_another_rule_is_another_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Tensor([0.5, 1.0])
    assert np.allclose(gradients(ag.sum(ag.tanh(x)), x), 1 - np.tanh(x.data) ** 2)
    monkeypatch.setattr(TABLE["tanh"].op, "rules", (lambda g, y, x: g * (y * 0.0 + 7.0),))
    assert np.array_equal(gradients(ag.sum(ag.tanh(x)), x), [7.0, 7.0])


@pytest.mark.parametrize("n", [3, LITTLE])
def test_results_and_seeds_are_nobody_elses(n: int) -> None:
    rng = np.random.default_rng(0)
    a, b = Tensor(rng.standard_normal((2, n))), Tensor(rng.standard_normal((2, n)))
    y = a + b + a - b + (a + b)
    seed = rng.standard_normal((2, n))
    before = seed.copy()
    first = gradients(y, [a, b, y, a], seed=seed)
    assert np.array_equal(seed, before)
    for g, factor in zip(first, (3.0, 1.0, 1.0, 3.0), strict=True):
        assert np.allclose(g, factor * seed)
        g[:] = 99.0  # ours to write into
    assert np.array_equal(seed, before)
    assert np.allclose(gradients(y, a, seed=seed), 3.0 * seed)
    assert len({id(g) for g in first}) == 4


def test_a_small_cotangent_is_written_out_where_it_has_to_be() -> None:
    x, row = Tensor(np.ones((3, 4))), Tensor(np.arange(4.0))
    assert np.array_equal(gradients(ag.sum(x + row), row), [3.0] * 4)
    assert np.array_equal(gradients(ag.sum(x * row), x), np.tile(np.arange(4.0), (3, 1)))
    assert np.array_equal(gradients(ag.sum(x), x), np.ones((3, 4)))
    assert np.array_equal(gradients(ag.sum(ag.sum(x, axis=0) * row), x)[0], np.arange(4.0))
    assert np.array_equal(gradients(ag.sum(x) + ag.sum(x * x), x), np.full((3, 4), 3.0))
    assert np.array_equal(gradients(ag.sum(ag.transpose(x)), x), np.ones((3, 4)))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1), (BLOCK + 3, 2), (2, BLOCK + 3)])
@pytest.mark.parametrize("axes", [(0,), (1,), None, (0, 1)])
def test_sums_are_numpys(shape: tuple[int, int], axes: Any) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    for a in (x, x.astype(np.float32), np.asfortranarray(x), x[::-1], x[:, ::-1]):
        for keep in (False, True):
            y, expected = sum_array(a, axes, keep), a.sum(axis=axes, keepdims=keep)
            assert np.shape(y) == expected.shape
            np.testing.assert_allclose(
                y, expected, rtol=1e-4, atol=1e-3 if a.itemsize == 4 else 1e-9
            )
    if x.size > 1:
        for bad in (np.nan, np.inf, -np.inf):
            x.flat[-1] = bad
            assert np.array_equal(
                np.isfinite(sum_array(x, axes, False)), np.isfinite(x.sum(axis=axes))
            )
            agree(sum_array(x, axes, False), x.sum(axis=axes), rtol=1e-9)


def test_sigmoid_is_quiet_in_every_thread() -> None:
    x = np.array([-1e4, 0.0, 1e4, -np.inf, np.inf])
    found: list[Array] = []

    def work() -> None:
        for _ in range(200):
            found.append(sigmoid_array(np.tile(x, 1000)))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert len(found) == 800
    assert all(np.array_equal(y[:5], [0.0, 0.5, 1.0, 0.0, 1.0]) for y in found)
    with np.errstate(all="raise"):
        sigmoid_array(x)
    with pytest.warns(RuntimeWarning):  # and it leaves the state as it was
        np.exp(np.array([1e4]))


def test_gradients_drops_each_cotangent_once_it_was_used() -> None:
    rows = rng = None
    rng = np.random.default_rng(0)
    rows, weights = rng.standard_normal((2000, 20)), [Tensor(np.eye(20)) for _ in range(30)]
    h: Any = Tensor(rows)
    for W in weights:
        h = ag.tanh(h @ W)
    loss = ag.sum(h)
    gradients(loss, weights)
    tracemalloc.start()
    found = gradients(loss, weights)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3.5 * rows.nbytes + 2 * sum(g.nbytes for g in found)


@pytest.mark.parametrize("n", [3, 2 * LITTLE])
def test_a_cotangent_that_others_see_is_not_added_to(n: int) -> None:
    a, b, c = (Tensor(np.full(n, x)) for x in (2.0, 3.0, 5.0))
    t = a * 7.0  # recorded first, so it adds to a's cotangent last
    s = a + b  # passes its own cotangent on, to both
    found = gradients(ag.sum(s * c + t), [a, b, s])
    assert [g.tolist() for g in found] == [[12.0] * n, [5.0] * n, [5.0] * n]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_numbers_on_the_way_are_arrays_to_the_user(dtype: type) -> None:
    """A 0-d result is kept as numpy's scalar; what is seen of it is a read-only array."""
    x = Tensor(np.array([2.0, 3.0], dtype))
    y = 1 / ag.sum(x) + ag.exp(-ag.sum(x * x) / 8) ** 2
    for node in (y, *y.args):
        assert type(node.data) is np.ndarray
        assert node.data.dtype == dtype
        with pytest.raises(ValueError, match="read-only"):
            node.data[...] = 1.0
    slope = -1 / 25 - 2 * np.exp(-13 / 4) * x.data / 4
    agree(gradients(y, x), slope, rtol=1e-14 if dtype is np.float64 else 1e-6)
    y.backward()
    assert type(y.grad) is np.ndarray
    assert x.grad is not None
    assert x.grad.dtype == dtype


def test_numbers_follow_numpys_error_state() -> None:
    x = Tensor(0.0)
    with pytest.warns(RuntimeWarning, match="divide"):
        y = 1.0 / (x * 2.0)
    with np.errstate(all="ignore"):
        assert gradients(y, x) == -np.inf
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        1.0 / (x * 2.0)
