"""The numbers behind the verdicts: differences, their error bars, noise, complex steps."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula

import autograd as ag
from autograd import Tensor
from autograd.check.complex_step import FORMS, Replay
from autograd.check.differences import Line
from autograd.check.noise import noise
from autograd.check.subject import Subject
from autograd.elementwise import TABLE

Array = np.ndarray[Any, Any]


def slope(f: Callable[[float], float], x: float, scale: float = 1.0) -> Any:
    """f's slope at x by the checker's differences."""

    def at(t: float) -> Array | None:
        with np.errstate(all="ignore"):
            y = np.array([f(x + t)])
        return y if np.isfinite(y).all() else None

    y = at(0.0)
    assert y is not None
    same = lambda v: v
    unit = abs(x) or 1.0
    line = Line(at, same, same, noise(lambda t: at(t * unit), y), max(1.0, abs(x)), abs(x))
    return line.slope(scale)


SMOOTH: list[tuple[str, Any, Any, tuple[float, ...]]] = [
    ("sin", np.sin, np.cos, (0.0, 0.7, 3.0, 100.0, 1e6)),
    ("exp", np.exp, np.exp, (-700.0, -1.0, 0.0, 1.0, 700.0)),
    ("log", np.log, lambda x: 1 / x, (1e-300, 1e-8, 1.0, 1e8, 1e300)),
    ("square", np.square, lambda x: 2 * x, (0.0, 1e-8, 1.0, 1e100)),
    ("1/x", lambda x: 1 / x, lambda x: -1 / x**2, (1e-3, 0.05, 1.0, -4.0)),
    ("steep", lambda x: np.tanh(1e4 * x), lambda x: 1e4 / np.cosh(1e4 * x) ** 2, (0.0, 1e-4)),
    ("wiggle", lambda x: np.sin(1e3 * x), lambda x: 1e3 * np.cos(1e3 * x), (0.3, 2.0)),
    ("cancelled", lambda x: (x * x + 1e8) - 1e8, lambda x: 2 * x, (0.7, 3.0)),
]


@pytest.mark.parametrize("case", SMOOTH, ids=[c[0] for c in SMOOTH])
def test_the_slope_is_within_its_error_bar(case: tuple[str, Any, Any, tuple[float, ...]]) -> None:
    name, f, right, points = case
    for x in points:
        with np.errstate(all="ignore"):
            found, wanted = slope(f, x), right(x)
        error = float(found.error[0])
        assert not found.kink[0], (name, x)
        assert abs(found.value[0] - wanted) <= 3.0 * error + 1e-15 * abs(wanted), (name, x)
        assert error <= 1e-6 * abs(wanted) + 1e-6 * (name == "cancelled") + 1e-10, (name, x)


def test_the_error_bar_does_not_collapse() -> None:
    """Noise of 1e-6 on x: over many draws, the slope is off by no more than a few bars."""
    rng = np.random.default_rng(0)
    for _ in range(100):
        found = slope(lambda x: x + 1e-6 * rng.normal(), 1.0)
        assert abs(found.value[0] - 1.0) <= 3.0 * found.error[0]
        assert not found.kink[0]


def test_kinks_near_and_at_the_point() -> None:
    for x in (1e-6, -1e-4, 0.01, -0.3):
        found = slope(lambda x: max(x, 0.1 * x), x)
        assert not found.kink[0]
        assert found.value[0] == pytest.approx(1.0 if x > 0 else 0.1, rel=1e-8)
    for jump in (1.0, 1e-3, 1e-5):
        found = slope(lambda x, j=jump: np.sin(x) + j * abs(x), 0.0)
        assert found.kink[0]
        assert found.right[0] - found.left[0] == pytest.approx(2 * jump, rel=0.05)


def test_the_noise_of_values() -> None:
    rng = np.random.default_rng(1)
    y = np.ones(200)
    found = noise(lambda t: y + t + 1e-9 * rng.normal(size=200), y)
    assert 0.5e-9 < np.median(found) < 2e-9
    exact = noise(lambda t: np.array([(1.0 + t) * 1.5]), np.array([1.5]))
    assert exact[0] < 1e-15
    stairs = noise(lambda t: np.array([np.float64(np.float32(0.7 + 0.7 * t))]), np.array([0.7]))
    assert 1e-9 < stairs[0] < 1e-7
    constant = noise(lambda t: np.array([2.0]), np.array([2.0]))
    assert constant[0] < 1e-15


# ── complex steps ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_every_analytic_formula_takes_complex_steps(formula: Formula) -> None:
    """And gives the gradient of numpy's function, not of ours."""
    rng = np.random.default_rng(3)
    args = formula.sample(rng)
    subject = Subject(formula.f, tuple(args), None)
    run = subject.run(subject.x)
    c = rng.normal(size=run.values().size)
    replay = Replay(run, c)
    order = [node.op for node in replay.order if node.op is not None]
    found = [replay.slopes(node) for node in run.wrt]
    if all(op.analytic for op in order):
        assert all(f is not None for f in found)
    if not formula.analytic:
        return
    for k, slopes in enumerate(found):
        if slopes is None:
            continue
        for i in range(args[k].size):
            moved = [a.astype(complex) for a in args]
            moved[k].flat[i] += 1e-30j
            wanted = np.sum(c * np.ravel(formula.reference(*moved))).imag / 1e-30
            size = max(1.0, np.abs(slopes[0]).max())
            assert slopes[0][i] == pytest.approx(wanted, rel=1e-10, abs=1e-12 * size)


def test_every_form_belongs_to_an_analytic_op_and_is_it() -> None:
    x = np.array([[-30.0, -2.0, 0.0], [0.5, 3.0, 40.0]])
    for name in FORMS:
        f = getattr(ag, name)
        node = f(Tensor(x))
        assert node.op.analytic
        assert name in TABLE or node.op.name == name
        y = FORMS[name](x.astype(complex), *node.inputs[1:])
        np.testing.assert_allclose(y.real, node.data, rtol=1e-13, atol=1e-15)
        assert not np.any(y.imag)


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for f, x in ((ag.exp, 700.0), (ag.log, 1e-300), (ag.sqrt, 1e-12), (ag.softplus, -1e4)):
            assert ag.check_grad(f, np.array([x, 0.5]), order=2).verdict == "agree"
