"""Products of arrays: matmul, dot, outer, einsum, trace; and norms."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray

from .elementwise import absolute, mul, sign
from .errors import DTypeError, NoDerivativeError, ShapeError
from .op import Op, apply
from .reductions import Axes, kept, max, min, nonzero, root_objects, sum, total
from .shaping import (
    as_key,
    axes_of,
    broadcast_to,
    diagonal,
    expand_dims,
    operand,
    reshape,
    scatter,
    shape_of,
    squeeze,
    swapaxes,
)


# ── matmul ──────────────────────────────────────────────────────────────────────────────────────
def matmul_array(a: Any, b: Any) -> Any:
    # numpy's dot of two matrices is its matmul, at a third of the overhead (0.3 for 0.9 µs)
    if type(a) is ndarray is type(b) and a.ndim == 2 == b.ndim:
        return a.dot(b)
    return np.matmul(a, b)


def left_rule(g: Any, y: Any, a: Any, b: Any) -> Any:
    """g bᵀ.  A vector stands for a row on the left, for a column on the right."""
    na, nb = a.ndim, b.ndim
    if na == 2 == nb and type(g) is ndarray is type(b):
        return g.dot(b.T)
    if nb == 2 and na >= 2:
        return g @ b.T
    if nb == 1:
        return expand_dims(g, -1) * b if na > 1 else g * b
    if na > 1:
        return matmul(g, swapaxes(b, -1, -2))
    return squeeze(matmul(expand_dims(g, -2), swapaxes(b, -1, -2)), -2)


def right_rule(g: Any, y: Any, a: Any, b: Any) -> Any:
    """aᵀ g; all batches of a against one matrix b are one product."""
    na, nb = a.ndim, b.ndim
    if na == 2 == nb:
        return a.T.dot(g) if type(g) is ndarray is type(a) else a.T @ g
    if nb == 1:
        return a * expand_dims(g, -1) if na > 1 else a * g
    if na == 1:
        return expand_dims(a, -1) * expand_dims(g, -2)
    if nb == 2:
        return matmul(flat_rows(a).T, flat_rows(g))
    return matmul(swapaxes(a, -1, -2), g)


def flat_rows(x: Any) -> Any:
    shape = shape_of(x)
    return reshape(x, (math.prod(shape[:-1]), shape[-1]))


MATMUL = Op("matmul", matmul_array, (left_rule, right_rule), python="{} @ {}", tex="{} {}",
    symbol="@", numpy=(np.matmul,),
    hint="the last size of the first and the last but one of the second have to be equal "
    "(transpose or swap an operand; for numbers use *)")  # fmt: skip


def matmul(a: Any, b: Any) -> Any:
    """The matrix product a @ b by numpy's rules: (…, n, k) @ (…, k, m) → (…, n, m).

    A vector is a row on the left and a column on the right; leading axes broadcast.  Raises
    ShapeError, with both shapes, when the inner sizes differ.
    """
    return apply(MATMUL, operand(a, "matmul"), operand(b, "matmul"))


def dot(a: Any, b: Any) -> Any:
    """numpy's dot: a product with a number, else Σ over a's last and b's last but one axis."""
    a, b = operand(a, "dot"), operand(b, "dot")
    na, nb = len(shape_of(a)), len(shape_of(b))
    if not na or not nb:
        return mul(a, b)
    if nb <= 2:
        return matmul(a, b)
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    sa, sb = [next(letters) for _ in range(na)], [next(letters) for _ in range(nb)]
    sb[-2] = sa[-1]
    out = sa[:-1] + sb[:-2] + sb[-1:]
    return einsum(f"{''.join(sa)},{''.join(sb)}->{''.join(out)}", a, b)


def outer(a: Any, b: Any) -> Any:
    """The matrix aᵢ bⱼ of the flattened `a` and `b`."""
    a, b = reshape(operand(a, "outer"), (-1, 1)), reshape(operand(b, "outer"), (1, -1))
    return mul(a, b)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Σᵢ x[…, i, …, i + offset, …]."""
    return sum(diagonal(operand(x, "trace"), offset, axis1, axis2), axis=-1)


# ── einsum ──────────────────────────────────────────────────────────────────────────────────────
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def explicit(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """One string of letters per operand and one for the result: no spaces, ellipsis or default."""
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    free = [c for c in LETTERS if c not in text]
    widths = [
        ndim - len(term.replace("...", "")) if "..." in term else 0
        for term, ndim in zip(terms, ndims, strict=True)
    ]
    batch = "".join(free[: builtin_max(widths)])
    spelled = [
        term.replace("...", batch[len(batch) - width :])
        for term, width in zip(terms, widths, strict=True)
    ]
    if not arrow:
        once = sorted(c for c in set(left) - set(",.") if left.count(c) == 1)
        right = "..." + "".join(once)
    return spelled, right.replace("...", batch)


def builtin_max(widths: list[int]) -> int:
    return sorted([0, *widths])[-1]


def operand_rules(g: Any, y: Any, subscripts: str, *xs: Any) -> list[Any]:
    """One cotangent per operand (argument 0 is the subscripts)."""
    terms, out = explicit(subscripts, [len(shape_of(x)) for x in xs])
    return [None, *(partial(operand_rule, g, terms, out, xs, k) for k in range(len(xs)))]


def operand_rule(g: Any, terms: list[str], out: str, xs: tuple[Any, ...], k: int) -> Any:
    """The cotangent of the k-th operand.

    The operand's own letters are asked of an einsum of g with all other operands; letters that
    occur nowhere else were summed, so g repeats along them; a repeated letter is a diagonal.
    """
    shape, own = shape_of(xs[k]), terms[k]
    rest = [(t, x) for i, (t, x) in enumerate(zip(terms, xs, strict=True)) if i != k]
    size = dict(zip(own, shape, strict=True))
    known = set(out).union(*(t for t, _ in rest))
    unique = list(dict.fromkeys(own))
    asked = [c for c in unique if c in known and size[c] != 1]
    signature = f"{','.join([out, *(t for t, _ in rest)])}->{''.join(asked)}"
    h = einsum(signature, g, *(x for _, x in rest))
    sizes = iter(shape_of(h))
    h = reshape(h, tuple(next(sizes) if c in asked else 1 for c in unique))
    h = broadcast_to(h, tuple(size[c] for c in unique))
    if len(unique) == len(own):
        return h
    grid = np.ix_(*(np.arange(size[c]) for c in unique))
    return scatter(h, as_key(tuple(grid[unique.index(c)] for c in own)), shape)


EINSUM = Op("einsum",
    # more than two operands: numpy looks for a good order, which pays for itself
    lambda subscripts, *xs: np.einsum(subscripts, *xs, optimize=len(xs) > 2),
    operand_rules,
    python=lambda subscripts, *xs: f"einsum({subscripts}, {', '.join(xs)})",
    tex=lambda subscripts, *xs: rf"\operatorname{{einsum}}({', '.join(xs)})",
    numpy=(np.einsum,),
    hint="an operand has one letter per axis, a letter has one size (or 1), and the result's "
    "letters occur in an operand")  # fmt: skip


def einsum(subscripts: str, *operands: Any, optimize: Any = None) -> Any:
    """Einstein summation, with every subscript string that numpy takes.

    `optimize` is taken as numpy takes it, and not needed: a good order is looked for anyway.

    >>> from autograd import Tensor
    >>> einsum("ij,j->i", Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0])).data
    array([3., 7.])
    """
    if not isinstance(subscripts, str):
        raise DTypeError(f"einsum: subscripts are a string such as 'ij,jk->ik'; got {subscripts!r}")
    return apply(EINSUM, subscripts, *(operand(x, "einsum") for x in operands))


# ── norms ───────────────────────────────────────────────────────────────────────────────────────
def norm_rule(g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """x / y; the derivative of the norm of 0 is 0."""
    return kept(g / nonzero(y), x, axes, keepdims) * x


NORM = Op("norm",
    lambda x, axes, keepdims: np.sqrt(total(x * x, axis=axes, keepdims=keepdims)),
    (norm_rule, None, None), python="norm({}, None, {}, {})", tex=r"\left\| {} \right\|",
    objects=lambda x, axes, keepdims: root_objects(sum(x * x, axes, keepdims), 2.0),
    analytic=False)  # fmt: skip


def p_norm_rule(g: Any, y: Any, x: Any, p: float, axes: Axes, keepdims: bool) -> Any:
    """sign(x)·(|x|/y)ᵖ⁻¹."""
    unit = x / kept(nonzero(y), x, axes, keepdims)
    return kept(g, x, axes, keepdims) * (sign(unit) * absolute(unit) ** (p - 1.0))


P_NORM = Op("p_norm",
    lambda x, p, axes, keepdims: total(np.abs(x) ** p, axis=axes, keepdims=keepdims) ** (1.0 / p),
    (p_norm_rule, None, None, None), python="norm({}, {}, {}, {})",
    tex=r"\left\| {} \right\|_{{{}}}",
    objects=lambda x, p, axes, keepdims: root_objects(sum(absolute(x) ** p, axes, keepdims), p),
    analytic=False)  # fmt: skip


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The vector norm (Σ|x|ᵖ)^(1/p) with p = `ord`, 2 by default; over two axes, a matrix norm.

    As numpy.linalg.norm: `ord` may be inf and −inf; for matrices 'fro', ±1, ±inf.  The gradient of
    the norm of 0 is 0.  Raises NoDerivativeError for the norms that need singular values.
    """
    x = operand(x, "norm")
    ndim = len(shape_of(x))
    axes = tuple(range(ndim)) if axis is None else axes_of(axis, ndim, "norm")
    given = axis if isinstance(axis, tuple | list) else None
    if ord is None or (ord in ("fro", "f") and len(axes) == 2) or (ord == 2 and len(axes) == 1):
        return apply(NORM, x, None if axis is None else axes, bool(keepdims))
    if isinstance(ord, str) or (len(axes) == 2 and ord not in (1, -1, math.inf, -math.inf)):
        raise NoDerivativeError(
            f"norm: ord={ord!r} over {len(axes)} axes has no derivative rule; take 'fro', 1 or inf"
        )
    if len(axes) == 2:
        row, column = (a % ndim for a in given) if given else axes
        along, over = (row, column) if math.fabs(ord) == 1 else (column, row)
        extreme = max if ord > 0 else min
        y = extreme(sum(absolute(x), along, keepdims=True), over, keepdims=True)
        return y if keepdims else squeeze(y, axes)
    if len(axes) != 1:
        raise ShapeError(f"norm: ord={ord!r} takes one axis or two; got {len(axes)}")
    if math.isinf(ord):
        return (max if ord > 0 else min)(absolute(x), axes, keepdims)
    if ord == 0:
        raise NoDerivativeError("norm: ord=0 counts entries and has no derivative rule")
    return apply(P_NORM, x, float(ord), axes, bool(keepdims))
