"""Softmax and its kin: stable for any finite input, since the largest entry is taken out first."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np

from .data import numbers
from .elementwise import QUIET, exp, log
from .op import Op, apply
from .reductions import SUM, Axes, count, extreme, kept, reduction, sum, sum_array
from .shaping import Shape, axes_of, operand, reshape, shape_of

LARGEST = {np.dtype(t).itemsize: (-np.finfo(t).max, np.array(np.finfo(t).max))
           for t in (np.float64, np.float32)}  # fmt: skip


def peak(x: Any, axes: Axes) -> Any:
    """The largest entry, as data."""
    if not x.size and not count(x, axes):
        raise ValueError("softmax and logsumexp need at least one entry")
    return extreme(np.maximum.reduce, x, axes, True) if x.ndim else x


def bounded(m: Any) -> Any:
    """A finite peak, so that ∞ − ∞ is not formed."""
    low, high = LARGEST[m.itemsize]
    return np.minimum(np.maximum(m, low), high)


def shifted(x: Any, axes: Axes) -> tuple[Any, Any, Any, Any]:
    """x − peak, exp of that, Σ of that, and the peak; of plain arrays."""
    m = peak(x, axes)
    # of a spread beyond the largest float, e^−∞ is the right 0
    d, e = QUIET.run(exponentials, x, m)
    s = sum_array(e, axes, True)
    if isnan(np.vdot(s, s)):  # ∞ − ∞, or a NaN that was given and will come out again
        m = bounded(m)
        d, e = QUIET.run(exponentials, x, m)
        s = sum_array(e, axes, True)
    return d, e, s, m


def exponentials(x: Any, m: Any) -> tuple[Any, Any]:
    d = np.subtract(x, m)
    return d, np.exp(d)


def logsumexp_array(x: Any, axes: Axes, keepdims: bool) -> Any:
    x = np.asarray(x)
    _, _, s, m = shifted(x, axes)
    y = np.add(QUIET.run(np.log, s), m)  # of all entries −∞, −∞ is the right answer
    return y if keepdims else np.reshape(y, reduced(x.shape, axes))


def reduced(shape: Shape, axes: Axes) -> Shape:
    return () if axes is None else tuple(n for a, n in enumerate(shape) if a not in axes)


def softmax_array(x: Any, axes: Axes) -> Any:
    _, e, s, _ = shifted(x, axes)
    return np.divide(e, s, e) if x.ndim else e / s


def log_softmax_array(x: Any, axes: Axes) -> Any:
    d, _, s, _ = shifted(x, axes)
    return np.subtract(d, np.log(s), d) if x.ndim else d - np.log(s)


# On object arrays of Values, the same in public functions; the peak stays plain data.
def object_shifted(x: Any, axes: Axes) -> tuple[Any, Any]:
    m = bounded(peak(numbers(x), axes))
    with np.errstate(over="ignore"):
        return x - m, m


def logsumexp_objects(x: Any, axes: Axes, keepdims: bool) -> Any:
    d, m = object_shifted(x, axes)
    y = log(sum(exp(d), axes, keepdims=True)) + m
    return y if keepdims else reshape(y, reduced(shape_of(x), axes))


def softmax_objects(x: Any, axes: Axes) -> Any:
    e = exp(object_shifted(x, axes)[0])
    return e / sum(e, axes, keepdims=True)


def log_softmax_objects(x: Any, axes: Axes) -> Any:
    d, _ = object_shifted(x, axes)
    return d - log(sum(exp(d), axes, keepdims=True))


LOGSUMEXP = Op("logsumexp", logsumexp_array,
    (lambda g, y, x, axes, keepdims:
        kept(g, x, axes, keepdims) * apply(SOFTMAX, x, axes), None, None),
    python="logsumexp({}, {}, {})", tex=r"\ln \sum e^{{{}}}",
    objects=logsumexp_objects)  # fmt: skip
SOFTMAX: Op = Op("softmax", softmax_array,
    (lambda g, y, x, axes: y * (g - apply(SUM, g * y, axes, True)), None),
    python="softmax({}, {})", tex=r"\operatorname{{softmax}}({})",
    objects=softmax_objects)  # fmt: skip
LOG_SOFTMAX = Op("log_softmax", log_softmax_array,
    (lambda g, y, x, axes: g - exp(y) * apply(SUM, g, axes, True), None),
    python="log_softmax({}, {})", tex=r"\ln \operatorname{{softmax}}({})",
    objects=log_softmax_objects)  # fmt: skip


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """ln Σ eˣ along `axis`, stable for any finite x."""
    return reduction(LOGSUMEXP, x, axis, keepdims)


def softmax(x: Any, axis: Any = -1) -> Any:
    """eˣ / Σ eˣ along `axis`, stable for any finite x."""
    return along(SOFTMAX, x, axis)


def log_softmax(x: Any, axis: Any = -1) -> Any:
    """ln softmax(x) along `axis`, stable for any finite x."""
    return along(LOG_SOFTMAX, x, axis)


def along(op: Op, x: Any, axis: Any) -> Any:
    handler = op.handlers.get(type(x))
    if handler is not None:
        return handler(x, None if axis is None else axes_of(axis, x.ndim, op.name))
    x = operand(x, op.name)
    return apply(op, x, None if axis is None else axes_of(axis, len(shape_of(x)), op.name))
