"""detect_anomaly in the backward pass: which derivative, which cotangent, which line."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from anomalies import BOTH, raised, source

import autograd as ag
from autograd import Tensor, Value, checkpoint, detect_anomaly, grad, gradients, no_grad, where

# ── backward ────────────────────────────────────────────────────────────────────────────────────
SLOPES: list[tuple[str, Callable[[Any], Any], float, str, int, str]] = [
    ("sqrt at 0", lambda x: 3 * ag.sqrt(x), 0.0, "sqrt", 0, "inf"),
    ("root by power", lambda x: x**0.5, 0.0, "power", 0, "inf"),
    ("steep power", lambda x: (x * x) ** 0.25, 0.0, "power", 0, "inf"),
    ("arcsin at 1", lambda x: ag.arcsin(x), 1.0, "arcsin", 0, "inf"),
    ("arccos at -1", lambda x: ag.arccos(x), -1.0, "arccos", 0, "-inf"),
    ("a quotient near 0", lambda x: 1e-100 / x, 1e-250, "div", 1, "-inf"),
    ("a constant near 0", lambda x: x / 1e-320, 0.0, "div", 0, "inf"),
    ("log near 0", lambda x: ag.log(x), 1e-320, "log", 0, "inf"),
    ("0 · inf", lambda x: where(x > 0, ag.sqrt(x), 0.0), 0.0, "sqrt", 0, "nan"),
    ("0 · inf by a factor", lambda x: ag.sqrt(x) * 0.0, 0.0, "sqrt", 0, "nan"),
]
WAYS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "backward": lambda f, make, x: f(make(x)).backward(),
    "gradients": lambda f, make, x: (lambda leaf: gradients(f(leaf), leaf))(make(x)),
    "graph": lambda f, make, x: (lambda leaf: gradients(f(leaf), leaf, graph=True))(make(x)),
    "grad": lambda f, make, x: grad(f)(x if make is Value else np.array(x)),
    "value_and_grad": lambda f, make, x: ag.value_and_grad(f)(x),
    "jacobian": lambda f, make, x: ag.jacobian(f)(x if make is Value else np.array(x)),
    "hessian": lambda f, make, x: ag.hessian(f)(x if make is Value else np.array(x)),
    "vjp": lambda f, make, x: ag.vjp(f, x)[1](1.0),
    "of a node": lambda f, make, x: grad(lambda z: grad(f)(z) * z)(x),
    "checkpoint": lambda f, make, x: checkpoint(f)(make(x)).backward(),
}


@BOTH
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", SLOPES, ids=[s[0] for s in SLOPES])
def test_derivatives_that_are_not_finite(make: Any, way: str, row: Any) -> None:
    _, f, x, op, argument, value = row
    with np.errstate(all="ignore"), no_grad():
        assert np.isfinite(f(make(x))._raw)  # it is the derivative alone
    error = raised(lambda: WAYS[way](f, make, x))
    if way == "checkpoint" and make is Value:  # its slopes are taken when it is recorded
        assert error.op == "checkpoint"
        return
    assert (error.op, error.argument) == (op, argument)
    first, cotangent = str(error).splitlines()[:2]
    assert first.startswith(f"the derivative of {op} in ")
    assert first.endswith(f" gave {value}")
    assert cotangent.startswith("  cotangent that came in = ")
    assert "lambda x" in source(error)
    if value == "nan" and op == "sqrt":
        assert "0 · ∞ is nan" in str(error)
        assert "cotangent that came in = 0\n" in str(error)


def test_the_norm_of_a_root_that_is_too_steep() -> None:
    x = Tensor([0.0, 1.0], name="x")
    error = raised(lambda: ag.norm(x, ord=0.5, axis=0).backward())
    assert (error.op, error.argument, error.index) == ("p_norm", 0, (0,))
    assert "x = [0., 1.]" in str(error)
    with detect_anomaly():
        ag.norm(Tensor(np.zeros(3))).backward()  # 0 by convention


def test_entries_of_a_derivative() -> None:
    x = Tensor(np.arange(20.0).reshape(4, 5) - 7.0, name="x")
    error = raised(lambda: (ag.sqrt(abs(x)) * 2).sum().backward())
    assert error.index == (1, 2)
    lines = str(error).splitlines()
    assert lines[0] == "the derivative of sqrt in argument 0 (made by abs) gave inf at [1, 2]"
    assert lines[1] == "  cotangent that came in: shape (4, 5), 2 at [1, 2]"
    assert lines[2] == "  argument 0 (made by abs): shape (4, 5), 0 at [1, 2]"
    assert "sqrt(abs(x))" in source(error)


@BOTH
def test_a_graph_recorded_outside_the_block_says_so(make: Any) -> None:
    x = make(0.0, name="x")
    y = ag.sqrt(x)
    error = raised(y.backward)
    assert str(error).startswith("the derivative of sqrt in x gave inf\n")
    assert "recorded outside detect_anomaly" in str(error)
    assert error.line is None


@BOTH
def test_cotangents_that_overflow_in_their_sum(make: Any) -> None:
    def f() -> None:
        x = make(1e-10, name="x")
        y = x * 1e308 + 1e308 * x
        y.backward()

    error = raised(f)
    assert str(error).startswith("the cotangents that arrive at x add up to inf\n")
    assert "  so far = 1e+308\n  the next = 1e+308\n" in str(error)
    assert "y = x * 1e308 + 1e308 * x" in source(error)  # x is a leaf: where it was used


@BOTH
def test_sums_that_overflow_at_what_has_no_name(make: Any) -> None:
    def at_leaf() -> None:
        x = make(1e-10)
        (x * 1e308 + 1e308 * x).backward()

    def at_result() -> None:
        h = make(1e-10) * 1.0  # made here
        (h * 1e308 + 1e308 * h).backward()

    error = raised(at_leaf)
    assert "arrive at a leaf without a name add up to inf" in str(error)
    assert "recorded outside" not in str(error)
    error = raised(at_result)
    assert "arrive at the result of mul add up to inf" in str(error)
    assert "made here" in source(error)


@BOTH
def test_seeds_that_are_not_finite(make: Any) -> None:
    error = raised(lambda: (make(1.0) * 2).backward(math.nan))
    assert str(error).startswith("the seed of the backward pass is not finite\n  seed = nan\n")
    x = make(1.0)
    error = raised(lambda: gradients(x * 2, x, seed=math.inf, graph=True))
    assert str(error).startswith("the seed of the backward pass is not finite\n  seed = inf\n")


def test_zero_times_infinity_is_told_apart() -> None:
    """The derivative of xⁿ in n is nan for x < 0, whatever comes in."""
    n = Value(2.0, name="n")
    error = raised(lambda: (3 * Value(-2.0) ** n).backward())
    assert str(error).startswith("the derivative of power in n gave nan\n")
    assert "0 · ∞" not in str(error)


def test_second_derivatives_are_traced_to_the_line() -> None:
    for order in (2, 3):

        def f(x: Any) -> Any:
            return x**1.5 + x  # here

        g: Any = f
        for _ in range(order):
            g = grad(g)
        error = raised(lambda g=g: g(0.0))  # type: ignore[misc]
        assert error.op == "power"
        assert "# here" in source(error)
        assert "part of the derivative of power" in str(error)


@BOTH
def test_no_leaf_keeps_half_a_gradient(make: Any) -> None:
    x, w = make(0.0), make(2.0)
    (w * w).backward()
    raised(lambda: (ag.sqrt(x) + w * w).backward())
    assert w.grad == 4.0
    assert not np.any(x.grad)
