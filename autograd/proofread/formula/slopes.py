"""A derivative as a value that remembers what it is a derivative of, for the chain rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .shapes import Shape, Undefined
from .tree import Expr

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Slope:
    """∂of/∂wrt: `data` has the shape of `of` followed by that of `wrt`."""

    data: Array
    of: Expr
    wrt: Expr
    of_shape: Shape
    wrt_shape: Shape
    numerator: bool = True  # layout where it is met as a matrix: rows are entries of `of`

    def times(self, number: float | Array) -> Slope:
        return replace(self, data=self.data * number)

    @property
    def matrix_shape(self) -> Shape:
        """The shape of `matrix()`; () where it has none."""
        try:
            return tuple(self.matrix().shape)
        except Undefined:
            return ()

    def from_matrix(self, x: Array) -> Array:
        """What `data` would be, were x its matrix."""
        jacobian = 1 not in (np.prod(self.of_shape), np.prod(self.wrt_shape))
        return (x.T if jacobian and not self.numerator else x).reshape(self.data.shape)

    def matrix(self) -> Array:
        """As it stands in a formula: a gradient in its variable's shape, a Jacobian's matrix."""
        if not self.of_shape or not self.wrt_shape:
            return self.data
        if all(n == 1 for n in self.of_shape):
            return self.data.reshape(self.wrt_shape)
        if all(n == 1 for n in self.wrt_shape):
            return self.data.reshape(self.of_shape)
        rows, columns = (tuple(n for n in s if n != 1) for s in (self.of_shape, self.wrt_shape))
        if not self.data.any():
            return np.zeros(())  # one does not depend on the other, and all multiples are 0
        if len(rows) > 1 or len(columns) > 1:
            raise Undefined(
                "the derivative of an array for an array has "
                f"{len(rows) + len(columns)} axes and is no matrix"
            )
        found = self.data.reshape(rows + columns)
        return found if self.numerator else found.T

    def diagonal(self) -> Array | None:
        """The slopes of an entry-by-entry function, in its shape; None if it is not one."""
        if self.of_shape != self.wrt_shape or not self.of_shape:
            return None
        n = int(np.prod(self.of_shape))
        square = self.data.reshape(n, n)
        slopes = np.diagonal(square)
        return slopes.reshape(self.of_shape) if np.array_equal(square, np.diag(slopes)) else None


def chained(a: Slope, b: Slope) -> Slope | None:
    """∂L/∂h · ∂h/∂z, in either order; None where the one does not go on where the other ends."""
    if a.wrt != b.of:
        if b.wrt != a.of:
            return None
        a, b = b, a
    data = np.tensordot(
        a.data, b.data.reshape(a.wrt_shape + b.wrt_shape), axes=len(a.wrt_shape)
    )  # a 1×1 in the middle is a number
    return Slope(data, a.of, b.wrt, a.of_shape, b.wrt_shape, a.numerator)
