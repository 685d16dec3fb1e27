"""The tests can fail: rules that are wrong by very little are caught by the numerical checks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numerical import agree, check_first_order, check_second_order

import autograd as ag
from autograd import Tensor, arrival, gradients, primitive

Rule = Callable[..., Any]
A = np.array([[0.7, -1.3, 0.4], [1.1, 0.9, -0.6]])


def one_entry(factor: float) -> Any:
    wrong = np.ones(A.shape)
    wrong[1, 2] = factor
    return wrong


def first(rule: Rule) -> None:
    f = primitive("f", lambda x: np.sin(x), [rule])
    check_first_order(f, np.sin, [A], np.random.default_rng(0))


RIGHT: Rule = lambda g, y, x: g * ag.cos(x)
WRONG: dict[str, Rule] = {
    "sign": lambda g, y, x: -g * ag.cos(x),
    "one part in a thousand": lambda g, y, x: g * ag.cos(x) * 1.001,
    "one part in a million": lambda g, y, x: g * ag.cos(x) * (1.0 + 1e-6),
    "one entry by one part in a thousand": lambda g, y, x: g * ag.cos(x) * one_entry(1.001),
    "one entry dropped": lambda g, y, x: g * ag.cos(x) * one_entry(0.0),
    "nothing": lambda g, y, x: g * 0.0,
    "the cotangent forgotten": lambda g, y, x: ag.cos(x) + 0.0 * g,
    "ones for the cotangent": lambda g, y, x: ag.cos(x) * np.ones(A.shape),
    "a constant added": lambda g, y, x: g * ag.cos(x) + 1e-6,
    "rows exchanged": lambda g, y, x: (g * ag.cos(x))[::-1],
    "summed and spread": lambda g, y, x: ag.sum(g * ag.cos(x)) + 0.0 * x,
    "of y instead of x": lambda g, y, x: g * ag.cos(y),
}


def test_the_right_rule_passes() -> None:
    first(RIGHT)
    f = primitive("f", lambda x: np.sin(x), [RIGHT])
    check_second_order(f, [A], np.random.default_rng(0))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_is_caught(name: str) -> None:
    with pytest.raises(AssertionError, match=r"along a direction"):
        first(WRONG[name])


@pytest.mark.parametrize("name", ["one part in a thousand", "one entry"])
def test_complex_steps_catch_it_per_entry(name: str) -> None:
    factor = 1.001 if name == "one part in a thousand" else one_entry(1.0 + 1e-9)
    f = primitive("f", lambda x: np.sin(x), [lambda g, y, x: g * ag.cos(x) * factor])
    with pytest.raises(AssertionError):
        check_first_order(f, np.sin, [A], np.random.default_rng(0), rtol=1.0, analytic=True)


def test_a_rule_that_is_right_at_first_order_only_is_caught_at_second() -> None:
    """cos(x) as plain data: the number is right, and its derivative is lost."""
    for slope in (
        lambda x: np.cos(getattr(x, "data", x)),
        lambda x: ag.cos(x) + 1e-3 * (x - getattr(x, "data", x)),
        lambda x: ag.cos(x) + one_entry(1.001) * (x - getattr(x, "data", x)) - (
            x - getattr(x, "data", x)),
    ):  # fmt: skip
        f = primitive("f", lambda x: np.sin(x), [lambda g, y, x, s=slope: g * s(x)])
        check_first_order(f, np.sin, [A], np.random.default_rng(0))
        with pytest.raises(AssertionError, match="differs"):
            check_second_order(f, [A], np.random.default_rng(0))


BUILT_IN: list[tuple[str, Any, Any, int, Rule]] = [
    ("mul without a factor", ag.Tensor.__mul__, np.multiply, 0, lambda g, y, a, b: g),
    ("mul with arguments exchanged", ag.Tensor.__mul__, np.multiply, 0, lambda g, y, a, b: g * a),
    ("matmul transposed", ag.matmul, np.matmul, 0, lambda g, y, a, b: ag.matmul(b, g.T).T * 1.001),
    ("matmul of the wrong operand", ag.matmul, np.matmul, 1, lambda g, y, a, b: ag.matmul(b.T, g)),
]


@pytest.mark.parametrize(
    ("name", "f", "numpys", "i", "rule"), BUILT_IN, ids=[b[0] for b in BUILT_IN]
)
def test_a_broken_built_in_is_caught(
    name: str, f: Any, numpys: Any, i: int, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = [A[:, :2], np.array([[0.3, 0.5], [-0.8, 1.7]])]
    check_first_order(f, numpys, args, np.random.default_rng(0))
    op = f(Tensor(args[0]), Tensor(args[1])).op
    rules = list(op.rules)
    rules[i] = rule
    monkeypatch.setattr(op, "rules", tuple(rules))
    with pytest.raises(AssertionError):
        check_first_order(f, numpys, args, np.random.default_rng(0))


def test_a_missing_sum_over_broadcast_axes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = arrival.arrived

    def taken(h: Any, shape: Any, op: Any, i: int) -> Any:
        if np.shape(h) == shape:
            return kept(h, shape, op, i)
        return np.broadcast_to(np.asarray(h).ravel()[0], shape)  # one entry for all of them

    f, args = (lambda a, b: a * b), [A[None], np.array([0.3, 0.5, 0.7])]
    check_first_order(f, f, args, np.random.default_rng(0))
    monkeypatch.setattr(arrival, "arrived", taken)
    with pytest.raises(AssertionError):
        check_first_order(f, f, args, np.random.default_rng(0))


def test_agree_can_say_no() -> None:
    agree([1.0, np.nan, np.inf], [1.0 + 1e-16, np.nan, np.inf], rtol=1e-15)
    for given, expected in (
        ([1.0, 2.0], [1.0, 2.0 + 1e-6]), ([1.0], [1.0, 1.0]), ([np.nan], [1.0]), ([1.0], [np.nan]),
        ([np.inf], [-np.inf]), ([0.0], [1e-6]),
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            agree(given, expected, rtol=1e-9)


def test_a_small_entry_beside_a_large_one_is_within_the_scale() -> None:
    """`agree` measures by the largest entry: said here so that nobody trusts it with less."""
    agree([1e6, 1e-9], [1e6, 2e-9], rtol=1e-12)
    x = Tensor([1e6, 1.0])
    assert gradients((x * x).sum(), x).tolist() == [2e6, 2.0]
