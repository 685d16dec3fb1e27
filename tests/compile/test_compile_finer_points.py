"""What only a seeded fault (`make mutants`) showed to be untested."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.compile import passes
from autograd.compile.program import dead
from autograd.compile.trace import trace

BOX = np.arange(24.0).reshape(2, 3, 4)
MATRIX = np.array([[1.0, 2.0, 4.0], [0.5, -1.0, 3.0]])
FORMULAS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "x / x": (lambda x: x / x, (np.array([0.0, 2.0, np.inf]),)),
    "two transpositions": (
        lambda x: ag.transpose(ag.transpose(x, (1, 2, 0)), (0, 2, 1)) * 2.0, (BOX,)),
    "a product with a stack of matrices": (
        lambda x, y, z: x @ y @ z,
        (BOX[0].reshape(6, 2), BOX[1].reshape(2, 6), BOX.reshape(2, 6, 2))),
    "a sum reshaped to a column": (
        lambda x: ag.reshape(ag.sum(x, axis=0), (3, 1)) * 2.0, (MATRIX,)),
    "a difference and its negative": (
        lambda a, b: (lambda d: (-d, d + 1.0, ag.exp(d)))(a - b), (MATRIX, MATRIX[::-1])),
    "a difference, its negative and its square, and another negative": (
        lambda a, b: (lambda d: (ag.exp(-d), d * d, -ag.exp(a)))(a - b), (MATRIX, MATRIX[::-1])),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_a_program_computes_what_the_function_does(name: str) -> None:
    f, args = FORMULAS[name]
    with np.errstate(all="ignore"):
        given, expected = ag.compile(f)(*args), f(*args)
    for g, e in zip(np.atleast_1d(given), np.atleast_1d(expected), strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-15)


def test_a_product_on_the_right_that_others_need_stays() -> None:
    def f(a: Any, b: Any, c: Any) -> Any:
        bc = b @ c
        return bc, a @ bc

    args = np.ones((3, 100)), np.ones((100, 2)), np.ones((2, 100))
    program = trace(f, args, {}, frozenset())[0]
    assert [step.op.name for step in dead(passes.reassociated(program)).steps] == ["matmul"] * 2
