"""Backwards: every rule of every op, first and second order, on the whole catalogue."""

from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import check_first_order, check_second_order, seed_like

from autograd import Tensor, gradients
from autograd.testing import check_laws, gradient_property

SEEDS = st.integers(0, 2**32 - 1)
every_formula = pytest.mark.parametrize("formula", FORMULAS, ids=repr)
# Formulas without a slope anywhere: nothing flows back, which is tested as it stands.
FLAT = {"x**0", "x/x", "x[0:0]"}


@every_formula
@given(data=st.data(), seed=SEEDS)
def test_slopes_of_numpys_function(formula: Formula, data: st.DataObject, seed: int) -> None:
    """The first order is the slope of numpy's function, the second that of the first."""
    args = data.draw(formula.arguments())
    rng = np.random.default_rng(seed)
    check_first_order(formula.f, formula.reference, args, rng, formula.rtol, formula.analytic)
    check_second_order(formula.f, args, rng, 100 * formula.rtol)


@every_formula
def test_check_grad_agrees(formula: Formula) -> None:
    args = formula.sample(np.random.default_rng(29))
    check_laws(formula.f, *args, laws=["first_order", "second_order"])


@every_formula
def test_the_laws_of_gradients(formula: Formula) -> None:
    """All that `gradient_property` knows; for elementwise formulas in all shapes that broadcast."""
    domains = formula.domains
    arguments = [d.elements() if formula.elementwise else d.arrays() for d in domains]
    gradient_property(
        *arguments, elementwise=formula.elementwise, reference=formula.reference,
        first_order=False, second_order=False,  # above: by slopes of numpy's function
        nonzero=formula.analytic and formula.name not in FLAT, name=formula.name,
        settings=settings(max_examples=max(5, settings().max_examples // 2)),
    )(formula.f)()  # fmt: skip


@every_formula
def test_what_the_caller_does_with_a_gradient_is_the_callers_business(formula: Formula) -> None:
    args = formula.sample(np.random.default_rng(13))
    xs = [Tensor(a) for a in args]
    y = formula.f(*xs)
    c = seed_like(np.random.default_rng(1), y.data)
    grads = gradients(y, xs, seed=c)
    kept = [g.copy() for g in grads]
    for g in grads:
        assert g.flags.writeable
        assert not any(np.shares_memory(g, o) for o in (c, y.data, *(x.data for x in xs)))
        g += 1.0
    again = gradients(y, xs, seed=c)
    assert all(np.array_equal(a, b) for a, b in zip(again, kept, strict=True))
    assert all(x.grad is None for x in xs)
    y.backward(seed=c)
    for x, k in zip(xs, kept, strict=True):
        assert type(x.grad) is np.ndarray
        assert np.array_equal(x.grad, k)
        others: tuple[Any, ...] = (*args, c, y.data, x.data)
        assert not any(np.shares_memory(x.grad, o) for o in others)
