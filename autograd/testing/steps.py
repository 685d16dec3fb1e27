"""Ops for `GraphMachine`, each with its derivatives worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..elementwise import TABLE, maximum, minimum, relu, square, where


class Step(NamedTuple):
    """An op for a `GraphMachine`: the engine's function, and its derivatives by hand.

    `slopes` holds one function of the arguments' numbers (or arrays) per argument: one or two.
    `text` is how the op is written in the program that a failure prints.

    >>> cube = Step(lambda x: x**3, [lambda x: 3 * x**2], "{} ** 3")
    """

    function: Callable[..., Any]
    slopes: Sequence[Callable[..., Any]]
    text: str


def share(wins: Any, ties: Any) -> Any:
    """1 where an argument wins, ½ at a tie, 0 elsewhere."""
    return np.where(ties, 0.5, np.where(wins, 1.0, 0.0))


# What these give for integers and halves is exact.
EXACT_STEPS: dict[str, Step] = {
    "add": Step(TABLE["add"], [lambda a, b: 1.0, lambda a, b: 1.0], "{} + {}"),
    "subtract": Step(TABLE["sub"], [lambda a, b: 1.0, lambda a, b: -1.0], "{} - {}"),
    "multiply": Step(TABLE["mul"], [lambda a, b: b, lambda a, b: a], "{} * {}"),
    "maximum": Step(
        maximum,
        [lambda a, b: share(a > b, a == b), lambda a, b: share(b > a, a == b)],
        "ag.maximum({}, {})",
    ),
    "minimum": Step(
        minimum,
        [lambda a, b: share(a < b, a == b), lambda a, b: share(b < a, a == b)],
        "ag.minimum({}, {})",
    ),
    "choose": Step(
        lambda a, b: where(a > b, a, 2.0 * b),
        [lambda a, b: np.where(a > b, 1.0, 0.0), lambda a, b: np.where(a > b, 0.0, 2.0)],
        "ag.where({0} > {1}, {0}, 2.0 * {1})",
    ),
    "negate": Step(TABLE["neg"], [lambda x: -1.0], "-{}"),
    "square": Step(square, [lambda x: 2.0 * x], "ag.square({})"),
    "cube": Step(lambda x: x**3, [lambda x: 3.0 * x**2], "{} ** 3"),
    "relu": Step(relu, [lambda x: np.where(x > 0, 1.0, 0.0)], "ag.relu({})"),
    "absolute": Step(abs, [np.sign], "abs({})"),
    "halve": Step(lambda x: x / 2, [lambda x: 0.5], "{} / 2"),
}
