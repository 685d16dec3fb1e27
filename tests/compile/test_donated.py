"""`donate=`: results in the memory of arguments that are given away."""

from typing import Any

import numpy as np
import pytest
from alike import alike, normal

import autograd as ag
from autograd import compile


def step(p: Any, g: Any, rate: Any) -> Any:
    return {k: p[k] - rate * g[k] for k in p}


def test_results_are_written_into_donated_arrays() -> None:
    program = compile(step, donate="p")
    for seed in (1, 2):
        W, b, dW, db = normal((5, 3), (3,), (5, 3), (3,), seed=seed)
        want = step({"W": W, "b": b}, {"W": dW, "b": db}, 0.1)
        kept = dW.copy(), db.copy()
        got = program({"W": W, "b": b}, {"W": dW, "b": db}, 0.1)
        alike(got, want)
        assert np.shares_memory(got["W"], W)
        assert np.shares_memory(got["b"], b)
        assert not np.shares_memory(got["W"], dW)
        assert np.array_equal(dW, kept[0])
        assert np.array_equal(db, kept[1])


def test_many_steps_in_place() -> None:
    program = compile(step, donate=["p"])
    W, b, dW, db = normal((5, 3), (3,), (5, 3), (3,))
    want, p = {"W": W.copy(), "b": b.copy()}, {"W": W, "b": b}
    for _ in range(10):
        p = program(p, {"W": dW, "b": db}, 0.1)
        want = step(want, {"W": dW, "b": db}, 0.1)
    alike(p, want)
    assert np.shares_memory(p["W"], W)


@pytest.mark.parametrize("how", [
    "read-only", "transposed", "strided", "backwards", "integers", "repeated", "repeated writable",
])  # fmt: skip
def test_donated_arrays_of_other_layouts(how: str) -> None:
    """Right wherever the results go; what cannot be written into is not."""
    W, dW = normal((4, 4), (4, 4))
    if how == "integers":
        W = np.round(W * 5.0)
    wide = np.repeat(W, 2, axis=1)
    given = {
        "read-only": W.copy(), "transposed": W.T.copy().T, "strided": wide[:, ::2],
        "backwards": W[::-1].copy()[::-1], "integers": W.astype(int),
        "repeated": np.broadcast_to(W[0], (4, 4)),
        "repeated writable": np.lib.stride_tricks.as_strided(W.copy(), (4, 4), (0, 8)),
    }[how]  # fmt: skip
    if how == "read-only":
        given.setflags(write=False)
    W = given.copy()
    f = lambda W, dW: W - ag.sin(dW)
    for program in (compile(f, donate="W"), warm(compile(f, donate="W"))):
        alike(program(given, dW), f(W.astype(float), dW))
        assert np.array_equal(given, W)  # only what lies in a row in memory is written into


def warm(program: Any) -> Any:
    program(*normal((4, 4), (4, 4), seed=8))
    return program


def test_a_donated_array_that_is_needed_later_stays_right() -> None:
    def f(x: Any, y: Any) -> Any:
        a = x + y
        b = ag.exp(x) * a
        return a, b, x * 3.0, ag.sum(x)

    x, y = normal((6,), (6,))
    want = f(x.copy(), y)
    alike(compile(f, donate=("x",))(x, y), want)


def test_donated_results_that_are_the_argument() -> None:
    x = np.arange(3.0)
    program = compile(lambda x: (x, x, x.T), donate="x")
    a, b, c = program(x)
    assert a.tolist() == b.tolist() == c.tolist() == [0.0, 1.0, 2.0]
    assert not np.shares_memory(a, b)
    assert not np.shares_memory(a, c)


def test_donating_to_long_batches_and_numbers() -> None:
    program = compile(lambda x, c: (x * c, c * 2.0), donate=("x", "c"))
    y, d = program(np.ones(3), 2.0)
    assert y.tolist() == [2.0] * 3
    assert d == 4.0
