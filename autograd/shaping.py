"""Array ops that move entries without changing them: reshape, transpose, index, join.

Each one's rule is another of them, so they are linear and close under differentiation.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from operator import index as as_index
from typing import Any

import numpy as np

from . import modes
from .data import kind_of, mixed
from .errors import DTypeError, ShapeError
from .node import Node
from .op import Op, apply

Shape = tuple[int, ...]
OPERANDS = (Node, np.ndarray, np.generic, int, float)


def shape_of(x: Any) -> Shape:
    """The shape of a number (), an array or a node."""
    shape: Shape = getattr(x, "shape", ())
    return shape


def operand(x: Any, who: str) -> Any:
    """`x` ready for an array op: lists become arrays; of Tensors, Tensors."""
    if isinstance(x, OPERANDS):
        return x
    if not isinstance(x, list | tuple):
        hint = ": for an iterator, Python's own function is builtins." + who
        raise DTypeError(
            f"{who} takes numbers, arrays, Values and Tensors; got {kind_of(x)}"
            + hint * (isinstance(x, Iterator) and hasattr(builtins, who))
        )
    if any(isinstance(e, Node) and not e.is_scalar for e in x):
        return stack(x)
    try:
        return np.asarray(x)
    except ValueError:
        raise ShapeError(f"{who} takes rows of equal length; got the ragged {kind_of(x)}") from None


def axes_of(axis: Any, ndim: int, who: str) -> Shape:
    """`axis` (int or tuple, negative allowed) as a tuple of distinct axes, in order."""
    if type(axis) is int and -ndim <= axis < ndim:
        return (axis % ndim,)
    given = axis if isinstance(axis, tuple | list) else (axis,)
    axes = []
    for a in given:
        try:
            a = as_index(a)
        except TypeError:
            raise DTypeError(f"{who}: axis is an int or a tuple of ints; got {axis!r}") from None
        if not -ndim <= a < ndim:
            raise ShapeError(f"{who}: axis {a} does not exist; the array has {ndim} axes")
        axes.append(a % ndim)
    if len(set(axes)) != len(axes):
        raise ShapeError(f"{who}: axis {axis!r} names an axis twice")
    return tuple(sorted(axes))


# ── reshape, transpose, broadcast ───────────────────────────────────────────────────────────────
RESHAPE = Op("reshape", lambda x, shape: np.reshape(x, shape),
    (lambda g, y, x, shape: reshape(g, shape_of(x)), None),
    python="reshape({}, {})", tex=r"\operatorname{{reshape}}({}, {})",
    numpy=(np.reshape,), linear=True,
    hint="the sizes have to multiply to the number of entries; one may be -1")  # fmt: skip
TRANSPOSE = Op("transpose", lambda x, axes: np.transpose(x, axes),
    (lambda g, y, x, axes: transpose(g, inverse(axes)), None),
    python="transpose({}, {})", tex=r"{}^{{\mathsf T}}",
    numpy=(np.transpose,), symbol="ᵀ", linear=True)  # fmt: skip
BROADCAST = Op("broadcast_to", lambda x, shape: np.broadcast_to(x, shape),
    (lambda g, y, x, shape: g, None),  # summed back where it arrives, like any broadcasting
    python="broadcast_to({}, {})", tex=r"\operatorname{{broadcast}}({}, {})",
    numpy=(np.broadcast_to,), linear=True,
    hint="only new axes in front and axes of size 1 can be repeated")  # fmt: skip


def as_shape(shape: Any, who: str) -> Shape:
    try:
        return (as_index(shape),) if not isinstance(shape, tuple | list) else tuple(
            as_index(n) for n in shape
        )  # fmt: skip
    except TypeError:
        raise DTypeError(f"{who}: a shape is an int or a tuple of ints; got {shape!r}") from None


def reshape(x: Any, *shape: Any) -> Any:
    """The entries of `x` in row-major order in another shape; one size may be −1.

    Raises ShapeError when the sizes do not multiply to the number of entries.
    """
    x = operand(x, "reshape")
    return apply(RESHAPE, x, as_shape(shape[0] if len(shape) == 1 else shape, "reshape"))


def inverse(axes: Shape | None) -> Shape | None:
    """The permutation that undoes `axes`; None reverses the order and undoes itself."""
    return None if axes is None else tuple(sorted(range(len(axes)), key=axes.__getitem__))


def transpose(x: Any, *axes: Any) -> Any:
    """`x` with its axes permuted; without `axes`, in reverse order (the matrix transpose)."""
    x = operand(x, "transpose")
    order = axes[0] if len(axes) == 1 else axes or None
    if order is not None:
        ndim = len(shape_of(x))
        given = as_shape(order, "transpose")
        order = tuple(a % ndim if -ndim <= a < ndim else a for a in given)
        if sorted(order) != list(range(ndim)):
            raise ShapeError(f"transpose: axes {given} are no permutation of the {ndim} axes")
    return apply(TRANSPOSE, x, order)


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """`x` with two axes exchanged."""
    x = operand(x, "swapaxes")
    ndim = len(shape_of(x))
    (a,), (b,) = axes_of(axis1, ndim, "swapaxes"), axes_of(axis2, ndim, "swapaxes")
    order = list(range(ndim))
    order[a], order[b] = b, a
    return apply(TRANSPOSE, x, tuple(order))


def broadcast_to(x: Any, shape: Any) -> Any:
    """`x` repeated along new and size-1 axes up to `shape`."""
    return apply(BROADCAST, operand(x, "broadcast_to"), as_shape(shape, "broadcast_to"))


def expand_dims(x: Any, axis: Any) -> Any:
    """`x` with new axes of size 1 at the positions `axis` of the result."""
    x = operand(x, "expand_dims")
    count = len(axis) if isinstance(axis, tuple | list) else 1
    ndim = len(shape_of(x)) + count
    new = axes_of(axis, ndim, "expand_dims")
    sizes = iter(shape_of(x))
    return apply(RESHAPE, x, tuple(1 if a in new else next(sizes) for a in range(ndim)))


def squeeze(x: Any, axis: Any = None) -> Any:
    """`x` without axes of size 1: all of them, or those in `axis`, which have to be 1."""
    x = operand(x, "squeeze")
    shape = shape_of(x)
    if axis is None:
        gone: Shape = tuple(a for a, n in enumerate(shape) if n == 1)
    else:
        gone = axes_of(axis, len(shape), "squeeze")
        if any(shape[a] != 1 for a in gone):
            raise ShapeError(f"squeeze: axis {axis!r} of shape {shape} has a size other than 1")
    return apply(RESHAPE, x, tuple(n for a, n in enumerate(shape) if a not in gone))


# ── indexing ────────────────────────────────────────────────────────────────────────────────────
def scatter_array(g: Any, index: Any, shape: Shape) -> Any:
    """Zeros of `shape` with `g` added at `index`; entries indexed twice get both."""
    dtype = getattr(g, "dtype", np.float64)
    out = np.full(shape, 0.0, object) if np.dtype(dtype).kind == "O" else np.zeros(shape, dtype)
    if any(isinstance(i, np.ndarray) and i.dtype != bool for i in index):
        np.add.at(out, index, g)
    else:
        out[index] = g
    return out


GETITEM = Op("getitem", lambda x, index: x[index],
    (lambda g, y, x, index: scatter(g, index, shape_of(x)), None),
    python="{}[{}]", tex=r"{}_{{[{}]}}", symbol="[]", linear=True,
    hint="an axis of size n takes -n … n-1, and there is at most one index per axis")  # fmt: skip
SCATTER = Op("scatter", scatter_array,
    (lambda g, y, x, index, shape: apply(GETITEM, broadcast_to(g, shape), index), None, None),
    python="scatter({}, {}, {})", tex=r"\operatorname{{scatter}}_{{[{1}]}}({0})",
    linear=True)  # fmt: skip


def scatter(g: Any, index: Any, shape: Shape) -> Any:
    """Zeros of `shape` with `g` added at `index`: what indexing pulls a cotangent back through."""
    return apply(SCATTER, g, index, shape)


def as_key(index: Any) -> tuple[Any, ...]:
    """An index as a tuple of ints, slices, None, Ellipsis and arrays of our own."""
    key: list[Any] = []
    for i in index if isinstance(index, tuple) else (index,):
        if isinstance(i, Node):
            modes.indexing()
            raise DTypeError("an index cannot be a node; use its .data as integers")
        if i is None or i is Ellipsis or (isinstance(i, slice | int) and not isinstance(i, bool)):
            key.append(i)
            continue
        a = np.array(i) if np.size(i) else np.zeros(np.shape(i), getattr(i, "dtype", int))
        if a.dtype.kind not in "iub":
            raise IndexError(
                f"an index is made of ints, slices, ..., None, boolean or integer arrays; got {i!r}"
            )
        a.setflags(write=False)
        key.append(a)
    return tuple(key)


def getitem(x: Any, index: Any) -> Any:
    """x[index] by numpy's rules: ints, slices, Ellipsis, None, boolean and integer arrays."""
    return apply(GETITEM, x, as_key(index))


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Entries of `x` at integer `indices` along `axis`; of the flattened `x` without one."""
    x = operand(x, "take")
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    (axis,) = axes_of(axis, len(shape_of(x)), "take")
    if isinstance(indices, Node):
        as_key(indices)  # says what to do
    positions = np.asarray(indices)
    if positions.dtype == bool:
        raise DTypeError("take: indices are integers; for a boolean mask write x[mask]")
    return getitem(x, (slice(None),) * axis + (positions,))


def diag(x: Any, k: int = 0) -> Any:
    """The k-th diagonal of a matrix; of a vector, the matrix that has it as k-th diagonal."""
    x = operand(x, "diag")
    shape = shape_of(x)
    if len(shape) == 1:
        n = shape[0]
        i = np.arange(n)
        return scatter(x, as_key((i + max(-k, 0), i + max(k, 0))), (n + builtins.abs(k),) * 2)
    if len(shape) != 2:
        raise ShapeError(f"diag takes a vector or a matrix; got shape {shape}")
    return diagonal(x, k, 0, 1)


def diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    """The entries x[…, i, …, i + offset, …] as the last axis."""
    shape = shape_of(x)
    if len(shape) < 2:
        raise ShapeError(f"a diagonal needs two axes; got shape {shape}")
    (a,), (b,) = axes_of(axis1, len(shape), "diagonal"), axes_of(axis2, len(shape), "diagonal")
    if a == b:
        raise ShapeError(f"a diagonal needs two different axes; got {axis1} and {axis2}")
    rest = [i for i in range(len(shape)) if i not in (a, b)]
    n = max(0, min(shape[a] + min(offset, 0), shape[b] - max(offset, 0)))
    i = np.arange(n)
    moved = transpose(x, (*rest, a, b))
    return getitem(moved, (Ellipsis, i + max(-offset, 0), i + max(offset, 0)))


# ── joining ─────────────────────────────────────────────────────────────────────────────────────
def part_rules(g: Any, y: Any, axis: int, *xs: Any) -> list[Any]:
    """Each array's slice of the cotangent (argument 0 is the axis)."""
    ends = [0, *accumulate(shape_of(x)[axis] for x in xs)]
    whole = (slice(None),) * axis
    parts = [(*whole, slice(start, stop)) for start, stop in pairwise(ends)]
    return [None, *(partial(getitem, g, part) for part in parts)]


CONCATENATE = Op("concatenate", lambda axis, *xs: np.concatenate(xs, axis), part_rules,
    python=lambda axis, *xs: f"concatenate([{', '.join(xs)}], {axis})",
    tex=lambda axis, *xs: rf"\begin{{bmatrix}}{' & '.join(xs)}\end{{bmatrix}}",
    linear=True)  # fmt: skip


def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    """Join `arrays` along an existing axis; all other sizes agree.  With None, flatten first."""
    parts = [operand(a, "concatenate") for a in arrays]
    if not parts:
        raise ShapeError("concatenate needs at least one array")
    if axis is None:
        parts, axis = [reshape(a, (-1,)) for a in parts], 0
    shapes = [shape_of(a) for a in parts]
    if not shapes[0]:
        raise ShapeError("concatenate: numbers have no axis to join; use stack")
    (axis,) = axes_of(axis, len(shapes[0]), "concatenate")
    for shape in shapes:
        rest, first = shape[:axis] + shape[axis + 1 :], shapes[0][:axis] + shapes[0][axis + 1 :]
        if len(shape) != len(shapes[0]) or rest != first:
            raise ShapeError(f"concatenate: shapes {shapes} differ in more than axis {axis}")
    return apply(CONCATENATE, axis, *parts)


def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Join `arrays` of one shape along a new axis."""
    parts = [operand(a, "stack") for a in arrays]
    if not parts:
        raise ShapeError("stack needs at least one array")
    if len({shape_of(a) for a in parts}) != 1:
        raise ShapeError(f"stack: the shapes {[shape_of(a) for a in parts]} differ")
    if len({hasattr(a, "dtype") for a in parts if isinstance(a, Node)}) > 1:
        raise mixed("stack")
    return concatenate([expand_dims(a, axis) for a in parts], axis)
