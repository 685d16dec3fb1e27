"""Products and sums as the author's notation has them, on arrays and on recorded nodes alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...linalg import matmul
from .shapes import Shape

Value = Any  # an array, a number, or a node


def shape_of(x: Value) -> Shape:
    return tuple(getattr(x, "shape", ()))


def is_number(shape: Shape) -> bool:
    return all(n == 1 for n in shape)


def is_square(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == shape[1] != 1


def scalar(x: Value) -> Value:
    """A number, or the entry of a 1×1."""
    shape = shape_of(x)
    return x.reshape(()) if shape else x


def matrix_product(a: Value, b: Value) -> Value | None:
    """A multiple where one side is a number, else the product; None where there is none."""
    left, right = shape_of(a), shape_of(b)
    if len(left) == len(right) == 2 and left[1] == right[0]:
        return matmul(a, b)
    if is_number(left):
        return scalar(a) * b
    if is_number(right):
        return a * scalar(b)
    if 1 <= len(left) <= 2 and 1 <= len(right) <= 2 and left[-1] == right[0]:
        return matmul(a, b)
    return None


def entrywise(a: Value, b: Value) -> Value | None:
    """a ⊙ b of equal shapes, or a multiple."""
    left, right = shape_of(a), shape_of(b)
    if left == right or not left or not right:
        return a * b
    if is_number(left):
        return scalar(a) * b
    return a * scalar(b) if is_number(right) else None


def numpy_matmul(a: Value, b: Value) -> Value | None:
    left, right = shape_of(a), shape_of(b)
    if not left or not right:
        return None
    inner = right[0] if len(right) == 1 else right[-2]
    return matmul(a, b) if left[-1] == inner else None


def broadcast(left: Shape, right: Shape) -> bool:
    """Whether numpy can stretch them to one shape."""
    pairs = zip(reversed(left), reversed(right), strict=False)
    return all(m == n or 1 in (m, n) for m, n in pairs)


def stretched(left: Shape, right: Shape) -> bool:
    """Whether one side alone is repeated, as a bias is: the result has the other one's shape."""
    if left == right or is_number(left) or is_number(right):
        return True
    if len(left) != len(right):
        return False
    wide = tuple(max(m, n) for m, n in zip(left, right, strict=True))
    return broadcast(left, right) and wide in (left, right)


def plain(x: Value) -> bool:
    return isinstance(x, int | float | np.ndarray | np.generic)


def data(x: Value) -> Value:
    return x if plain(x) else x.data
