"""What a wrong gradient looks like: said when it fits all entries, and only then."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import GradientError, check_grad, primitive

RNG = np.random.default_rng(1)
H, W, S = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=(3, 3))
TOP = np.equal(S, S.max())
R = np.random.default_rng(2).normal(size=(3, 3))


def said(forward: Callable[..., Any], k: int, rule: Callable[..., Any], *args: Any) -> str:
    """What is said when the rule of argument `k` is `rule`."""
    right = {
        "matmul": (lambda g, y, a, b: g @ b.T, lambda g, y, a, b: a.T @ g),
        "add": (lambda g, y, a, b: g, lambda g, y, a, b: g),
        "mul": (lambda g, y, a, b: g * b, lambda g, y, a, b: g * a),
    }
    rules = list(right[forward.__name__.replace("multiply", "mul")])
    rules[k] = rule
    f = primitive("f", forward, rules)
    with pytest.raises(GradientError) as caught:
        check_grad(lambda a, b: f(a, b), *args)
    assert caught.value.report.verdict == "wrong"
    text: str = caught.value.report.looks_like
    return text


CASES: list[tuple[str, Any, int, Any, tuple[Any, ...], str]] = [
    ("sign", np.matmul, 1, lambda g, y, a, b: -(a.T @ g), (H, W), "wrong sign"),
    ("zero", np.matmul, 0, lambda g, y, a, b: g @ b.T * 0.0, (H, W), "zero"),
    ("2", np.matmul, 1, lambda g, y, a, b: a.T @ g * 2.0, (S, R), "times 2"),
    ("half", np.add, 0, lambda g, y, a, b: g / 2, (S, R), "times ½"),
    ("batch", np.matmul, 1, lambda g, y, a, b: a.T @ g / 4.0, (H, W), "axis 0 of a"),
    ("odd factor", np.matmul, 1, lambda g, y, a, b: a.T @ g * 1.37, (H, W), "times 1.37"),
    ("transposed", np.matmul, 1, lambda g, y, a, b: g.T @ a, (S, R), "transposed"),
    ("reshaped", np.matmul, 1, lambda g, y, a, b: (g.T @ a).reshape(3, 2), (H, W), "transpose"),
    ("exchanged", np.multiply, 0, lambda g, y, a, b: g * a, (S, R), "the gradient in b"),
    ("first", np.add, 1, lambda g, y, a, b: g[0], (H, H[0] + 1), "missing over axis 0"),
    ("last", np.add, 1, lambda g, y, a, b: g[3], (H, H[0] + 1), "only the last of its 4 parts"),
    ("ones", np.multiply, 0, lambda g, y, a, b: b + 0.0 * g, (S, R), "cotangent is not used"),
    ("summed", np.multiply, 0, lambda g, y, a, b: ag.sum(g * b, 0) + 0 * a, (S, R),
     "sum over axis 0"),
    ("mean", np.multiply, 0, lambda g, y, a, b: ag.mean(g * b, 1, True) + 0 * a, (S, R),
     "mean over"),
    ("one entry", np.multiply, 0, lambda g, y, a, b: g * b * np.where(TOP, 1.1, 1),
     (S, R), ""),
    ("half of the entries", np.multiply, 0, lambda g, y, a, b: g * b * np.sign(S), (S, R), ""),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_looks_like(case: tuple[str, Any, int, Any, tuple[Any, ...], str]) -> None:
    _, forward, k, rule, args, text = case
    found = said(forward, k, rule, *args)
    assert text in found
    assert bool(text) == bool(found)


def test_a_factor_of_one_number_is_said_only_if_it_has_a_name() -> None:
    for factor, text in ((1.37, ""), (2.0, "times 2"), (-1.0, "sign")):
        f = primitive("f", np.sin, [lambda g, y, x, c=factor: g * ag.cos(x) * c])
        with pytest.raises(GradientError) as caught:
            check_grad(f, 0.7)
        found = caught.value.report.looks_like
        assert text in found
        assert bool(text) == bool(found)
