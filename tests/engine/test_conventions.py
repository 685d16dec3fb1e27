"""Kinks and corners: every convention that is settled, the same for Value, Tensor and as nodes."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients

INF, NAN = np.inf, np.nan


def slopes(f: Any, *xs: float) -> list[list[float]]:
    """∂f/∂xs three ways: Value, Tensor, 1-d Tensor; plain and as nodes."""
    found = []
    with np.errstate(all="ignore"):
        for make in (Value, Tensor, lambda x: Tensor([x])):
            nodes = [make(x) for x in xs]
            y = f(*nodes)
            if isinstance(y, np.ndarray):
                y = y[()]
            found.append([float(np.sum(g)) for g in gradients(y, nodes)])
            found.append([float(np.sum(g.data)) for g in gradients(y, nodes, graph=True)])
            y.backward()
            found.append([float(np.sum(n.grad)) for n in nodes])
    return found


KINKS: list[tuple[str, Any, tuple[float, ...], tuple[float, ...]]] = [
    ("relu at 0", ag.relu, (0.0,), (0.0,)),
    ("relu at −0", ag.relu, (-0.0,), (0.0,)),
    ("abs at 0", ag.abs, (0.0,), (0.0,)),
    ("abs() at 0", abs, (0.0,), (0.0,)),
    ("leaky_relu at 0", ag.leaky_relu, (0.0,), (0.01,)),
    ("leaky_relu(x, 0.2) at 0", lambda x: ag.leaky_relu(x, 0.2), (0.0,), (0.2,)),
    ("elu at 0", ag.elu, (0.0,), (1.0,)),
    ("elu(x, 0.5) at 0", lambda x: ag.elu(x, 0.5), (0.0,), (0.5,)),
    ("maximum, a tie", ag.maximum, (2.0, 2.0), (0.5, 0.5)),
    ("minimum, a tie", ag.minimum, (2.0, 2.0), (0.5, 0.5)),
    ("maximum, a tie with a number", lambda x: ag.maximum(x, 2.0), (2.0,), (0.5,)),
    ("minimum, a tie with a number", lambda x: ag.minimum(2.0, x), (2.0,), (0.5,)),
    ("maximum(x, 0) at 0", lambda x: ag.maximum(x, 0.0), (0.0,), (0.5,)),
    ("maximum of x and x", lambda x: ag.maximum(x, x), (2.0,), (1.0,)),
    ("clip at the lower end", lambda x: ag.clip(x, 1.0, 3.0), (1.0,), (1.0,)),
    ("clip at the upper end", lambda x: ag.clip(x, 1.0, 3.0), (3.0,), (1.0,)),
    ("clip below", lambda x: ag.clip(x, 1.0, 3.0), (0.9,), (0.0,)),
    ("clip above", lambda x: ag.clip(x, 1.0, 3.0), (3.1,), (0.0,)),
    ("clip without a lower end", lambda x: ag.clip(x, None, 3.0), (-1e9,), (1.0,)),
    ("sqrt at 0", ag.sqrt, (0.0,), (INF,)),
    ("0**0 in the base", lambda x: x**0, (0.0,), (0.0,)),
    ("0**0.0 in the base", lambda x: x**0.0, (0.0,), (0.0,)),
    ("x**0 with a node", lambda x, n: x ** (n * 0.0), (3.0, 1.0), (0.0, 0.0)),
    ("0**1", lambda x: x**1, (0.0,), (1.0,)),
    ("0**2", lambda x: x**2, (0.0,), (0.0,)),
    ("0**0.5", lambda x: x**0.5, (0.0,), (INF,)),
    ("0**n, both nodes", lambda x, n: x**n, (0.0, 2.0), (0.0, 0.0)),
    ("a negative base", lambda x, n: x**n, (-2.0, 3.0), (12.0, NAN)),
    ("a negative base, constant exponent", lambda x: x**3, (-2.0,), (12.0,)),
    ("log at 0", ag.log, (0.0,), (INF,)),
    ("1/x at 0", lambda x: 1 / x, (0.0,), (-INF,)),
    ("arcsin at 1", ag.arcsin, (1.0,), (INF,)),
    ("arccos at 1", ag.arccos, (1.0,), (-INF,)),
    ("softplus at 0", ag.softplus, (0.0,), (0.5,)),
    ("where, not taken", lambda x: ag.where(x > 0, ag.log(ag.where(x > 0, x, 1.0)), 0.0), (-1.0,),
     (0.0,)),
    ("norm at 0", lambda x: ag.norm(ag.stack([x])), (0.0,), (0.0,)),
    ("norm of two zeros", lambda x, y: ag.norm(ag.stack([x, y])), (0.0, 0.0), (0.0, 0.0)),
    ("1-norm at 0", lambda x, y: ag.sum(ag.norm(ag.stack([x, y]), ord=1, axis=0)), (0.0, 2.0),
     (0.0, 1.0)),
    ("3-norm at 0", lambda x, y: ag.sum(ag.norm(ag.stack([x, y]), ord=3, axis=0)), (0.0, 0.0),
     (0.0, 0.0)),
    ("3-norm beside a 0", lambda x, y: ag.sum(ag.norm(ag.stack([x, y]), ord=3, axis=0)),
     (0.0, -2.0), (0.0, -1.0)),
    ("std of equals", lambda x, y: ag.std(ag.stack([x, y])), (0.1, 0.1), (0.0, 0.0)),
    ("std of three equals", lambda x, y, z: ag.std(ag.stack([x, y, z])), (0.1,) * 3, (0.0,) * 3),
    ("var of equals", lambda x, y: ag.var(ag.stack([x, y])), (0.1, 0.1), (0.0, 0.0)),
    ("max, a tie of two", lambda x, y, z: ag.max(ag.stack([x, y, z])), (5.0, 5.0, 1.0),
     (0.5, 0.5, 0.0)),
    ("max, a tie of three", lambda x, y, z: ag.max(ag.stack([x, y, z])), (5.0,) * 3, (1 / 3,) * 3),
    ("min, a tie of two", lambda x, y, z: ag.min(ag.stack([x, y, z])), (5.0, 1.0, 1.0),
     (0.0, 0.5, 0.5)),
    ("max of one", lambda x: ag.max(ag.stack([x])), (5.0,), (1.0,)),
    ("prod with one zero", lambda x, y, z: ag.prod(ag.stack([x, y, z])), (0.0, 2.0, 3.0),
     (6.0, 0.0, 0.0)),
    ("prod with two zeros", lambda x, y, z: ag.prod(ag.stack([x, y, z])), (0.0, 2.0, 0.0),
     (0.0, 0.0, 0.0)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "f", "at", "expected"), KINKS, ids=[k[0] for k in KINKS])
def test_kinks(name: str, f: Any, at: tuple[float, ...], expected: tuple[float, ...]) -> None:
    for found in slopes(f, *at):
        assert np.allclose(found, expected, rtol=1e-14, atol=0.0, equal_nan=True), (name, found)


def test_zero_to_the_zero_is_one() -> None:
    assert ag.grad(lambda x: x)(0.0) == 1.0
    assert (Value(0.0) ** 0).data == 1.0
    assert (Tensor(0.0) ** 0).data == 1.0
    assert (Value(0.0) ** Value(0.0)).data == 1.0


def test_ties_within_an_axis_share() -> None:
    x = Tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    g = gradients(ag.max(x, axis=1).sum(), x)
    assert np.allclose(g, [[0.0, 0.5, 0.5], [1 / 3] * 3], rtol=1e-15)
    g = gradients(ag.min(x, axis=0, keepdims=True).sum(), x)
    assert g.tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]
    g = gradients(ag.norm(x, ord=np.inf, axis=1).sum(), x)
    assert np.allclose(g, [[0.0, 0.5, 0.5], [1 / 3] * 3], rtol=1e-15)


@pytest.mark.parametrize("f", [ag.std, ag.norm], ids=["std", "norm"])
def test_corner_rows_beside_ordinary_ones(f: Any) -> None:
    x = Tensor([[0.0, 0.0], [3.0, -4.0]])
    g = gradients(f(x, axis=1).sum(), x)
    assert g[0].tolist() == [0.0, 0.0]
    assert np.all(np.abs(g[1]) > 0.4)
    second = gradients(gradients(f(x, axis=1).sum(), x, graph=True).sum(), x)
    assert np.all(np.isfinite(second[1]))


def test_defaults() -> None:
    x = Tensor([[1.0, 2.0], [3.0, 5.0]])
    e = np.exp(x.data)
    assert np.allclose(ag.softmax(x).data, e / e.sum(axis=-1, keepdims=True))
    assert np.allclose(ag.log_softmax(x).data.sum(), np.log(e / e.sum(-1, keepdims=True)).sum())
    assert ag.var(x).data == np.var(x.data)
    assert ag.std(x).data == np.std(x.data)
    assert np.isclose(ag.norm(x).data, np.linalg.norm(x.data))
    assert ag.trace(x).data == 6.0
    assert ag.take(x, 3).data == 5.0
    assert ag.sum(x).shape == ag.logsumexp(x).shape == ag.prod(x).shape == ()
    assert ag.cumsum(x).data.tolist() == [1.0, 3.0, 6.0, 11.0]
    assert ag.concatenate([x, x]).shape == (4, 2)
    assert ag.stack([x, x]).shape == (2, 2, 2)
    # the tanh form differs from the erf form in the fourth digit
    assert abs(ag.gelu(1.0) - 0.8411919906082768) < 1e-15
    assert ag.leaky_relu(-1.0) == -0.01
    assert abs(ag.elu(-1.0) - (np.exp(-1.0) - 1.0)) < 1e-15


# A guard that chooses another formula at one point must not change the derivative there.
SPECIAL: list[tuple[str, Any, tuple[float, ...], Any]] = [
    ("a**b at b = 0", lambda a, b: a**b, (2.0, 0.0), [[0.0, 0.5], [0.5, np.log(2.0) ** 2]]),
    ("a**b at b = 1", lambda a, b: a**b, (2.0, 1.0),
     [[0.0, np.log(2.0) + 1.0], [np.log(2.0) + 1.0, 2.0 * np.log(2.0) ** 2]]),
    ("a**b at a = 1", lambda a, b: a**b, (1.0, 3.0), [[6.0, 1.0], [1.0, 0.0]]),
    ("a**2 at 0", lambda a: a**2, (0.0,), [[2.0]]),
    ("a**3 at 0", lambda a: a**3, (0.0,), [[0.0]]),
    ("a**0 at 0", lambda a: a**0, (0.0,), [[0.0]]),
    ("prod with one zero", lambda *xs: ag.prod(ag.stack(xs)), (0.0, 2.0, 3.0),
     [[0.0, 3.0, 2.0], [3.0, 0.0, 0.0], [2.0, 0.0, 0.0]]),
    ("prod with two zeros", lambda *xs: ag.prod(ag.stack(xs)), (0.0, 2.0, 0.0),
     [[0.0, 0.0, 2.0], [0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]),
    ("var of equals", lambda *xs: ag.var(ag.stack(xs)), (0.3, 0.3), [[0.5, -0.5], [-0.5, 0.5]]),
    ("square at 0", ag.square, (0.0,), [[2.0]]),
    ("sigmoid at 0", ag.sigmoid, (0.0,), [[0.0]]),
    ("softplus at 0", ag.softplus, (0.0,), [[0.25]]),
    ("silu at 0", ag.silu, (0.0,), [[0.5]]),
    ("gelu at 0", ag.gelu, (0.0,), [[2.0 * np.sqrt(2.0 / np.pi) / 2.0]]),
    ("tanh at 0", ag.tanh, (0.0,), [[0.0]]),
    ("expm1 at 0", ag.expm1, (0.0,), [[1.0]]),
    ("logsumexp of equals", lambda *xs: ag.logsumexp(ag.stack(xs)), (5.0, 5.0),
     [[0.25, -0.25], [-0.25, 0.25]]),
    ("a norm beside a zero", lambda *xs: ag.norm(ag.stack(xs)), (0.0, 2.0),
     [[0.5, 0.0], [0.0, 0.0]]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "f", "at", "expected"), SPECIAL, ids=[s[0] for s in SPECIAL])
def test_second_order_at_special_points(
    name: str, f: Any, at: tuple[float, ...], expected: Any
) -> None:
    for make in (Value, Tensor):
        xs = [make(x) for x in at]
        y = f(*xs)
        y = y[()] if isinstance(y, np.ndarray) else y
        rows = [gradients(g, xs) for g in gradients(y, xs, graph=True)]
        assert np.allclose(rows, expected, rtol=1e-13, atol=1e-14), (name, make, rows)
