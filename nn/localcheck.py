"""The local gradients that document 2 lists (004:267–306), checked against the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from . import local_gradients as local
from .crosscheck import STEP, five_point, relative
from .init import Seed, generator
from .report import Report, Row

Array = NDArray[np.float64]
Arrays = tuple[Array, ...]

A = 2.5  # the constant of ax


def softmax_entry(j: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """pⱼ of three scores, and the row of the Jacobian by hand."""

    def formula(*scores: Array) -> Arrays:
        stacked = np.stack(scores)
        columns = [local.softmax_jacobian(stacked[:, i])[j] for i in range(stacked.shape[1])]
        return tuple(np.stack(columns, axis=1))

    def entry(*scores: Any) -> Any:
        e = [ag.exp(a) for a in scores]
        return e[j] / (e[0] + e[1] + e[2])

    return entry, formula


def neuron_formula(*args: Array) -> Arrays:
    found = [
        local.neuron_gradients(*(float(a) for a in point)) for point in zip(*args, strict=True)
    ]
    return tuple(np.array([d[name] for d in found]) for name in ("w0", "w1", "w2", "x1", "x2"))


# name → (arguments, the function on nodes, its partial derivatives by hand)
LISTED: dict[str, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    "x + y": ("x y", lambda x, y: x + y, local.d_plus),
    "x − y": ("x y", lambda x, y: x - y, local.d_minus),
    "ax": ("x", lambda x: A * x, lambda x: (local.d_scaled(A, x),)),
    "1/x": ("x", lambda x: 1.0 / x, lambda x: (local.d_reciprocal(x),)),
    "eˣ": ("x", ag.exp, lambda x: (local.d_exp(x),)),
    "max(x, y)": ("x y", ag.maximum, local.d_maximum),
    "σ(x)": ("x", ag.sigmoid, lambda x: (local.d_sigmoid(x),)),
    "σ(w0 + w1x1 + w2x2)": (
        "w0 w1 w2 x1 x2",
        lambda w0, w1, w2, x1, x2: ag.sigmoid(w0 + w1 * x1 + w2 * x2),
        neuron_formula,
    ),
    **{f"softmax(a){'₁₂₃'[j]}": ("a1 a2 a3", *softmax_entry(j)) for j in range(3)},
}


def cross_check_local(seed: Seed = 0, n: int = 20) -> Report:
    """Each listed function at n random points, and max at ties.

    >>> cross_check_local().summary
    "document 2's local gradients: all 26 gradients agree"
    """
    rng = generator(seed)
    report = Report("document 2's local gradients")
    for title, (names, f, formula) in LISTED.items():
        points = [rng.uniform(0.2, 3.0, n) * rng.choice([-1.0, 1.0], n) for _ in names.split()]
        if len(points) > 1:  # a difference quotient across the kink of max would mean nothing
            points[1] += 0.25 * (np.abs(points[0] - points[1]) < 0.1)
        by_hand = formula(*points)
        tensors = [ag.Tensor(p) for p in points]
        engine = ag.gradients(f(*tensors), tensors, seed=np.ones(n))
        scalar = scalar_gradients(f, points)
        for i, name in enumerate(names.split()):
            g, scale = engine[i], float(np.abs(engine[i]).max()) or 1.0
            numeric = slopes(f, points, i)
            compared = (relative(g, other, scale) for other in (by_hand[i], scalar[i], numeric))
            report.rows.append(Row(f"∂({title})/∂{name}", "local", g.shape, *compared))
    report.rows += tie()
    return report


def slopes(f: Callable[..., Any], points: list[Array], i: int) -> Array:
    """∂f/∂(i-th argument) by finite differences on plain arrays."""
    result = np.empty_like(points[i])
    for k, point in enumerate(zip(*points, strict=True)):

        def moved(x: Array, point: tuple[Any, ...] = point) -> float:
            return float(f(*(x[0] if j == i else p for j, p in enumerate(point))))

        result[k] = five_point(moved, points[i][k : k + 1], STEP / 8)[0]
    return result


def scalar_gradients(f: Callable[..., Any], points: list[Array]) -> list[Array]:
    """By Values, point by point."""
    rows = []
    for point in zip(*points, strict=True):
        values = [ag.Value(float(p)) for p in point]
        rows.append(ag.gradients(f(*values), values))
    return [np.array(column) for column in zip(*rows, strict=True)]


def tie() -> list[Row]:
    """max(x, x): half each, by formula and scalar graph; there is no difference quotient."""
    x = np.array([0.0, 1.5, -2.0])
    by_hand = local.d_maximum(x, x)
    tensors = [ag.Tensor(x), ag.Tensor(x)]
    engine = ag.gradients(ag.maximum(*tensors), tensors, seed=np.ones(3))
    scalar = scalar_gradients(ag.maximum, [x, x])
    return [
        Row(f"∂max(x, y)/∂{name} at x = y", "local", x.shape,
            relative(engine[i], by_hand[i], 1.0), relative(engine[i], scalar[i], 1.0), None)
        for i, name in enumerate("xy")
    ]  # fmt: skip
