"""Softmax and its kin: stable for any finite input, since the largest entry is taken out first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .data import numbers
from .elementwise import QUIET, STRICT, exp, log
from .op import Op, apply
from .reductions import (
    SUM,
    Axes,
    count,
    extreme,
    in_pairs,
    kept,
    pair_sums,
    reduction,
    spread,
    sum,
    sum_array,
)
from .shaping import Shape, axes_of, operand, reshape, shape_of


def peak(x: Any, axes: Axes) -> Any:
    """The largest entry, as data."""
    if not x.size and not count(x, axes):
        raise ValueError("softmax and logsumexp need at least one entry")
    return extreme(np.maximum.reduce, x, axes, True)


def bounded(m: Any) -> Any:
    """A finite peak, so that ∞ − ∞ is not formed."""
    largest = np.finfo(m.dtype).max
    return np.clip(m, -largest, largest)


def exponentials(x: Any, m: Any) -> tuple[Any, Any, Any]:
    """x − m, exp of that, and a finite m; of plain arrays.

    Of a spread beyond the largest float, e^−∞ is the right 0.
    """
    try:
        return STRICT.run(raised, x, m)
    except FloatingPointError:  # ∞ − ∞
        return QUIET.run(raised, x, bounded(np.asarray(m, x.dtype)))


def raised(x: Any, m: Any) -> tuple[Any, Any, Any]:
    d = np.subtract(x, m)
    return d, np.exp(d), m


def shifted(x: Any, axes: Axes) -> tuple[Any, Any, Any]:
    """x − peak, exp of that, and Σ of that, as far as it takes to combine them entry by entry."""
    if in_pairs(x, axes):  # each meets the other
        axis: int = axes[0]  # type: ignore[index]
        d, e, _ = exponentials(x, np.maximum(x, x.take(SWAPPED, axis)))
        return d, e, pair_sums(e, axis)
    alone = x.size == count(x, axes) > 0  # one group
    d, e, _ = exponentials(x, x.item(x.argmax()) if alone else peak(x, axes))
    return d, e, spread(e, axes)


SWAPPED = np.array([1, 0])


def logsumexp_array(x: Any, axes: Axes, keepdims: bool) -> Any:
    x = np.asarray(x)
    _, e, m = exponentials(x, peak(x, axes))
    y = np.add(QUIET.run(np.log, sum_array(e, axes, True)), m)  # of −∞ alone, −∞ is right
    return y if keepdims else np.reshape(y, reduced(x.shape, axes))


def reduced(shape: Shape, axes: Axes) -> Shape:
    return () if axes is None else tuple(n for a, n in enumerate(shape) if a not in axes)


FEW = 8  # entries, for which Python's floats take half the time of numpy's calls


def few(x: Any, axes: Axes) -> tuple[list[float], float, float] | None:
    """A few finite entries in one group, their peak m and Σ exp(entry − m), as floats."""
    if x.itemsize != 8 or not x.ndim or x.size != count(x, axes) or not x.size:
        return None
    entries = x.ravel().tolist()
    m = max(entries)
    s = math.fsum([math.exp(v - m) for v in entries])
    return (entries, m, s) if s > 0.0 else None  # NaN: of ∞ − ∞, or given


def softmax_array(x: Any, axes: Axes) -> Any:
    if x.size <= FEW and (found := few(x, axes)):
        entries, m, s = found
        y = np.empty(x.shape)
        y.ravel()[:] = [math.exp(v - m) / s for v in entries]
        return y
    _, e, s = shifted(x, axes)
    return np.divide(e, s, e) if x.ndim else e / s


def log_softmax_array(x: Any, axes: Axes) -> Any:
    if x.size <= FEW and (found := few(x, axes)):
        entries, m, s = found
        log_s = math.log(s)
        y = np.empty(x.shape)
        y.ravel()[:] = [v - m - log_s for v in entries]
        return y
    d, _, s = shifted(x, axes)
    return np.subtract(d, np.log(s), d) if x.ndim else d - np.log(s)


# On object arrays of Values, the same in public functions; the peak stays plain data.
def object_shifted(x: Any, axes: Axes) -> tuple[Any, Any]:
    m = bounded(np.asarray(peak(numbers(x), axes)))
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
    objects=logsumexp_objects, settings=2)  # fmt: skip
SOFTMAX: Op = Op("softmax", softmax_array,
    (lambda g, y, x, axes: y * (g - apply(SUM, g * y, axes, True)), None),
    python="softmax({}, {})", tex=r"\operatorname{{softmax}}({})",
    objects=softmax_objects, settings=1)  # fmt: skip
LOG_SOFTMAX = Op("log_softmax", log_softmax_array,
    (lambda g, y, x, axes: g - exp(y) * apply(SUM, g, axes, True), None),
    python="log_softmax({}, {})", tex=r"\ln \operatorname{{softmax}}({})",
    objects=log_softmax_objects, settings=1)  # fmt: skip


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
        return handler(x, None if axis is None else axes_of(axis, x._raw.ndim, op.name))
    x = operand(x, op.name)
    return apply(op, x, None if axis is None else axes_of(axis, len(shape_of(x)), op.name))
