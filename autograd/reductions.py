"""Array ops that combine the entries along axes: sums, means, extremes, products, softmax, norms.

Their arguments are recorded as (x, axes, keepdims): axes a sorted tuple, or None for all.  A rule
first gives the cotangent its reduced axes back with size 1 (`kept`); broadcasting does the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from .elementwise import detached, greatest, least, square, where, zero
from .op import ZERO, Op, apply
from .shaping import Shape, axes_of, concatenate, getitem, operand, reshape, shape_of, transpose

Axes = Shape | None
total: Any = np.add.reduce  # numpy's stubs know fewer arguments than numpy


def kept(g: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """A reduced result with its reduced axes back as size 1, so that it broadcasts against x."""
    if keepdims or axes is None or not shape_of(x):
        return g
    return reshape(g, tuple([1 if a in axes else n for a, n in enumerate(shape_of(x))]))


def count(x: Any, axes: Axes) -> int:
    """How many entries each result combines."""
    shape: Shape = x.shape if type(x) is np.ndarray else shape_of(x)
    if axes is not None and len(axes) == 1:
        return shape[axes[0]]
    return math.prod(shape if axes is None else [shape[a] for a in axes])


@lru_cache(256)  # one of each size would be 100 MB
def ones(itemsize: int, *shape: int) -> Any:
    return np.ones(shape, f"f{itemsize}")


BLOCK = 4096  # at most that many terms are summed without numpy's pairs, which lose fewer digits


def sum_array(x: Any, axes: Axes, keepdims: bool) -> Any:
    """Σ along axes.  Of all entries, or a matrix's rows or columns, by a product with ones: half or
    a third of the time for small ones, a sixth for tall thin ones."""
    if axes is None and x.size <= BLOCK and not keepdims:
        return x.ravel().dot(ones(x.itemsize, x.size))
    if axes is None or len(axes) != 1 or x.ndim != 2:
        return total(x, axis=axes, keepdims=keepdims)
    if not axes[0]:
        return sum_of_rows(x, keepdims)
    n = x.shape[1]
    if n > BLOCK:  # numpy adds along rows fast where they lie in one piece
        return (total(x, 1, None, None, keepdims) if x.flags.c_contiguous
                else sum_of_rows(x.T, keepdims).T)  # fmt: skip
    return x.dot(ones(x.itemsize, n, 1) if keepdims else ones(x.itemsize, n))


def sum_of_rows(x: Any, keepdims: bool = False) -> Any:
    """Σ over the first axis of a matrix."""
    m = len(x)
    if m <= BLOCK:
        return (ones(x.itemsize, 1, m) if keepdims else ones(x.itemsize, m)).dot(x)
    return total([sum_of_rows(rows, keepdims) for rows in blocks(x)], axis=0)


PAIRS = 2048  # entries, up to which pairs are summed by a product with ones


def in_pairs(x: Any, axes: Axes) -> bool:
    """Whether x is a small matrix with two entries along the axis."""
    if x.ndim != 2 or x.size > PAIRS:
        return False
    return (axes == (0,) and len(x) == 2) or (axes == (1,) and x.shape[1] == 2)


def spread(x: Any, axes: Axes) -> Any:
    """Σ along axes, to be combined with x entry by entry."""
    if in_pairs(x, axes):
        return pair_sums(x, axes[0])  # type: ignore[index]
    if axes is None or len(axes) == x.ndim:
        return sum_array(x, None, False)
    return sum_array(x, axes, True)


def pair_sums(x: Any, axis: int) -> Any:
    """For both entries of each pair their sum: numpy takes twice as long where shapes differ.

    More entries could get theirs so, but not by one order of summing, so not one sum.
    """
    each = ones(x.itemsize, 2, 2)
    return x.dot(each) if axis else each.dot(x)


def sum_objects(x: Any, axes: Axes, keepdims: bool) -> Any:
    return total(x, axis=axes, keepdims=keepdims)


def blocks(x: Any) -> list[Any]:
    return [x[i : i + BLOCK] for i in range(0, len(x), BLOCK)]


SHORT = 64  # entries


def extreme(reduce: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """`np.maximum.reduce` or `np.minimum.reduce` along axes.  numpy reduces rows one by one, so
    many short ones are turned into columns: an eighth of the time for rows of ten."""
    if axes == (1,) and x.ndim == 2 and x.shape[1] <= SHORT and x.shape[1] < len(x):
        x = x.copy("F")
    return reduce(x, axes, None, None, keepdims)


def reduction(op: Op, x: Any, axis: Any, keepdims: bool) -> Any:
    handler = op.handlers.get(type(x))
    if handler is not None:
        axes = None if axis is None else axes_of(axis, x._raw.ndim, op.name)
        return handler(x, axes, bool(keepdims))
    x = operand(x, op.name)
    if isinstance(x, int | float | np.generic):
        x = np.asarray(x)
    axes = None if axis is None else axes_of(axis, len(shape_of(x)), op.name)
    return apply(op, x, axes, bool(keepdims))


# ── sums and means ──────────────────────────────────────────────────────────────────────────────
SUM = Op("sum", sum_array,
    (lambda g, y, x, axes, keepdims: kept(g, x, axes, keepdims), None, None),
    python="sum({}, {}, {})", tex=r"\sum {}", symbol="sum",
    numpy=(np.sum, np.add.reduce), linear=True, objects=sum_objects, settings=2)  # fmt: skip


def mean_array(x: Any, axes: Axes, keepdims: bool) -> Any:
    n = count(x, axes)
    if n == 0:
        raise ValueError("the mean of no entries is not defined")
    return (sum_objects if x.dtype == object else sum_array)(x, axes, keepdims) / n


MEAN = Op("mean", mean_array,
    (lambda g, y, x, axes, keepdims: kept(g, x, axes, keepdims) / count(x, axes), None, None),
    python="mean({}, {}, {})", tex=r"\operatorname{{mean}} {}", numpy=(np.mean,),
    linear=True, hint="give at least one entry along the reduced axes", settings=2)  # fmt: skip


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Σ of the entries of `x` along `axis` (int or tuple; all of them by default)."""
    handler = SUM.handlers.get(type(x))
    if handler is not None and axis is None and keepdims is False:  # saves a call
        return handler(x, None, False)
    return reduction(SUM, x, axis, keepdims)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The arithmetic mean along `axis`.  Raises ShapeError for no entries."""
    return reduction(MEAN, x, axis, keepdims)


# ── variance ────────────────────────────────────────────────────────────────────────────────────
def deviation(x: Any, axes: Axes) -> Any:
    """x − mean(x).  Taken from the first entry, so that equal entries deviate by exactly 0."""
    shape = shape_of(x)
    if not shape:
        return x - x
    first = getitem(x, tuple(
        slice(0, 1) if axes is None or a in axes else slice(None) for a in range(len(shape))
    ))  # fmt: skip
    d = x - detached(first)
    return d - mean(d, axes, keepdims=True)


def var_array(x: Any, axes: Axes, ddof: float, keepdims: bool) -> Any:
    n = count(x, axes) - ddof
    if n <= 0:
        raise ValueError(f"it divides by the number of entries minus ddof, here {n}")
    return sum(square(deviation(x, axes)), axes, keepdims) / n


def root_objects(v: Any, p: float) -> Any:
    """The p-th root on Values, with derivative 0 at 0."""
    root = np.frompyfunc(lambda e: e * 0.0 if e == 0 else e ** (1.0 / p), 1, 1)
    return root(np.asarray(v, dtype=object))


def nonzero(y: Any) -> Any:
    """y as a divisor of something that is 0 wherever y is."""
    return where(zero(y), 1.0, y)


VAR = Op("var", var_array,
    (lambda g, y, x, axes, ddof, keepdims:
        kept(g, x, axes, keepdims) * (deviation(x, axes) * (2.0 / (count(x, axes) - ddof))),
     None, None, None),
    python="var({}, {}, {}, {})", tex=r"\operatorname{{var}} {}", numpy=(np.var,),
    hint="give more entries, or a smaller ddof")  # fmt: skip
STD = Op("std", lambda x, axes, ddof, keepdims: np.sqrt(var_array(x, axes, ddof, keepdims)),
    (lambda g, y, x, axes, ddof, keepdims:
        kept(g / nonzero(y), x, axes, keepdims)
        * (deviation(x, axes) / (count(x, axes) - ddof)),
     None, None, None),
    python="std({}, {}, {}, {})", tex=r"\operatorname{{std}} {}", numpy=(np.std,),
    objects=lambda x, *args: root_objects(var_array(x, *args), 2.0), analytic=False,
    hint="give more entries, or a smaller ddof")  # fmt: skip


def var(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """The variance along `axis`: Σ(x − mean)² / (n − ddof)."""
    x = operand(x, "var")
    return apply(VAR, x, None if axis is None else axes_of(axis, len(shape_of(x)), "var"),
                 ddof, bool(keepdims))  # fmt: skip


def std(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """The standard deviation along `axis`, √var; its derivative where all are equal is 0."""
    x = operand(x, "std")
    return apply(STD, x, None if axis is None else axes_of(axis, len(shape_of(x)), "std"),
                 ddof, bool(keepdims))  # fmt: skip


# ── extremes ────────────────────────────────────────────────────────────────────────────────────
TIES = Op("ties", lambda x, y, axes: ties_array(x, y, axes), (ZERO, ZERO, None),
    python="ties({}, {}, {})", tex=r"\mathbb 1({} = {})", analytic=False)  # fmt: skip


def ties_array(x: Any, y: Any, axes: Axes) -> Any:
    """Each entry's share of the extreme y (reduced axes kept): equal shares that sum to 1."""
    mask = np.asarray(x == y, dtype=np.result_type(x, np.float32))
    n = total(mask, axis=axes, keepdims=True) if mask.ndim else mask
    return mask / np.maximum(n, 1.0)


def extreme_rule(g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    return kept(g, x, axes, keepdims) * apply(TIES, x, kept(y, x, axes, keepdims), axes)


def rows_of(x: Any, axes: Axes, keepdims: bool, visit: Callable[..., Any]) -> Any:
    """`visit(*entries)` for each result of a reduction of an object array."""
    x = np.asarray(x, dtype=object)
    axes = tuple(range(x.ndim)) if axes is None else axes
    rest = tuple(a for a in range(x.ndim) if a not in axes)
    rows = np.transpose(x, rest + axes).reshape(*(x.shape[a] for a in rest), -1)
    if not rows.shape[-1]:
        raise ValueError("the extreme of no entries is not defined")
    out = np.empty(rows.shape[:-1], dtype=object)
    for i in np.ndindex(out.shape):
        out[i] = visit(*rows[i])
    if keepdims:
        out = out.reshape([1 if a in axes else n for a, n in enumerate(x.shape)])
    return out


MAX = Op("max", partial(extreme, np.maximum.reduce),
    (extreme_rule, None, None), python="max({}, {}, {})", tex=r"\max {}",
    objects=lambda x, axes, keepdims: rows_of(x, axes, keepdims, greatest),
    numpy=(np.max, np.maximum.reduce), analytic=False,
    hint="give at least one entry along the reduced axes", settings=2)  # fmt: skip
MIN = Op("min", partial(extreme, np.minimum.reduce),
    (extreme_rule, None, None), python="min({}, {}, {})", tex=r"\min {}",
    objects=lambda x, axes, keepdims: rows_of(x, axes, keepdims, least),
    numpy=(np.min, np.minimum.reduce), analytic=False,
    hint="give at least one entry along the reduced axes", settings=2)  # fmt: skip


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest entry along `axis`; ties share the gradient equally."""
    return reduction(MAX, x, axis, keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest entry along `axis`; ties share the gradient equally."""
    return reduction(MIN, x, axis, keepdims)


# ── products and running sums ───────────────────────────────────────────────────────────────────
def others(x: Any) -> Any:
    """Along axis 0: the product of all entries but each one itself; right for zeros, any order.

    Pairs are multiplied, the rest is asked of the half as many products, and each partner gets the
    other as a factor: log₂ n steps.
    """
    n = shape_of(x)[0]
    if n == 1:
        return x * 0.0 + 1.0
    half = n // 2
    a, b, odd = (getitem(x, s) for s in (slice(0, half), slice(half, 2 * half), slice(2 * half, n)))
    rest = others(concatenate([a * b, odd]))
    pairs = getitem(rest, slice(0, half))
    return concatenate([pairs * b, pairs * a, getitem(rest, slice(half, None))])


def prod_rule(g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    shape = shape_of(x)
    if not count(x, axes):
        return x
    if not shape:
        return g
    axes = tuple(range(len(shape))) if axes is None else axes
    order = axes + tuple(a for a in range(len(shape)) if a not in axes)
    front = reshape(transpose(x, order), (count(x, axes), *(shape[a] for a in order[len(axes) :])))
    rest = reshape(others(front), tuple(shape[a] for a in order))
    back = tuple(sorted(range(len(order)), key=order.__getitem__))
    return kept(g, x, axes, keepdims) * transpose(rest, back)


PROD = Op("prod", lambda x, axes, keepdims: np.multiply.reduce(x, axis=axes, keepdims=keepdims),
    (prod_rule, None, None), python="prod({}, {}, {})", tex=r"\prod {}",
    numpy=(np.prod, np.multiply.reduce), settings=2)  # fmt: skip


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Π of the entries along `axis`; its gradient is right where entries are 0."""
    return reduction(PROD, x, axis, keepdims)


def reversed_along(x: Any, axis: int) -> Any:
    return getitem(x, (slice(None),) * axis + (slice(None, None, -1),))


CUMSUM = Op("cumsum", lambda x, axis: np.add.accumulate(x, axis=axis),
    (lambda g, y, x, axis:
        reversed_along(cumsum(reversed_along(g, axis), axis), axis), None),
    python="cumsum({}, {})", tex=r"\operatorname{{cumsum}} {}",
    numpy=(np.cumsum,), linear=True)  # fmt: skip


def cumsum(x: Any, axis: int | None = None) -> Any:
    """Running sums along `axis`; of the flattened `x` without one."""
    x = operand(x, "cumsum")
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return apply(CUMSUM, x, axes_of(axis, len(shape_of(x)), "cumsum")[0])
