"""Softmax and its kin: stable for any finite input, since the largest entry is taken out first."""

from __future__ import annotations

from typing import Any

import numpy as np

from .data import numbers
from .elementwise import exp, log
from .op import Op, apply
from .reductions import Axes, count, kept, reduction, sum
from .shaping import Shape, axes_of, operand, reshape, shape_of


def peak(x: Any, axes: Axes) -> Any:
    """The largest entry, as data; 0 where it is infinite, so that ∞ − ∞ is never formed."""
    data = numbers(x) if x.dtype == object else x
    if not count(data, axes):
        raise ValueError("softmax and logsumexp need at least one entry")
    m = np.maximum.reduce(data, axis=axes, keepdims=True) if data.ndim else data
    return np.where(np.isfinite(m), m, 0.0).astype(m.dtype)


def logsumexp_array(x: Any, axes: Axes, keepdims: bool) -> Any:
    x = np.asarray(x)
    m = peak(x, axes)
    with np.errstate(over="ignore", divide="ignore"):  # of all entries −∞, −∞ is the right answer
        y = log(sum(exp(x - m), axes, keepdims=True)) + m
    return y if keepdims else reshape(y, reduced(shape_of(x), axes))


def reduced(shape: Shape, axes: Axes) -> Shape:
    return () if axes is None else tuple(n for a, n in enumerate(shape) if a not in axes)


def softmax_array(x: Any, axes: Axes) -> Any:
    x = np.asarray(x)
    with np.errstate(over="ignore"):  # a spread beyond the largest float: e^−∞ is the right 0
        e = exp(x - peak(x, axes))
    return e / sum(e, axes, keepdims=True)


def log_softmax_array(x: Any, axes: Axes) -> Any:
    x = np.asarray(x)
    with np.errstate(over="ignore"):
        d = x - peak(x, axes)
    return d - log(sum(exp(d), axes, keepdims=True))


LOGSUMEXP = Op("logsumexp", logsumexp_array,
    (lambda g, y, x, axes, keepdims:
        kept(g, x, axes, keepdims) * apply(SOFTMAX, x, axes), None, None),
    python="logsumexp({}, {}, {})", tex=r"\ln \sum e^{{{}}}")  # fmt: skip
SOFTMAX: Op = Op("softmax", softmax_array,
    (lambda g, y, x, axes: y * (g - sum(g * y, axes, keepdims=True)), None),
    python="softmax({}, {})", tex=r"\operatorname{{softmax}}({})")  # fmt: skip
LOG_SOFTMAX = Op("log_softmax", log_softmax_array,
    (lambda g, y, x, axes: g - exp(y) * sum(g, axes, keepdims=True), None),
    python="log_softmax({}, {})", tex=r"\ln \operatorname{{softmax}}({})")  # fmt: skip


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """ln Σ eˣ along `axis`, stable for any finite x."""
    return reduction(LOGSUMEXP, x, axis, keepdims)


def softmax(x: Any, axis: Any = -1) -> Any:
    """eˣ / Σ eˣ along `axis`, stable for any finite x."""
    x = operand(x, "softmax")
    return apply(SOFTMAX, x, None if axis is None else axes_of(axis, len(shape_of(x)), "softmax"))


def log_softmax(x: Any, axis: Any = -1) -> Any:
    """ln softmax(x) along `axis`, stable for any finite x."""
    x = operand(x, "log_softmax")
    return apply(
        LOG_SOFTMAX, x, None if axis is None else axes_of(axis, len(shape_of(x)), "log_softmax")
    )
