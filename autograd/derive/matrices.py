"""Formulas in matrices: every array is one, vectors are rows or columns."""

from __future__ import annotations

from typing import Any

from ..node import Node
from .algebra import matmul, total, transposed
from .convert import Converter, NotMatrices, raw, shape_of
from .tree import ONE, Call, Expr, Ones, Raw, Shape, T, Total

# Reductions without a matrix form, with the places of their axes and keepdims.
REDUCTIONS = {"max": (1, 2), "min": (1, 2), "prod": (1, 2), "logsumexp": (1, 2), "var": (1, 3),
              "std": (1, 3), "p_norm": (2, 3)}  # fmt: skip


class Matrices(Converter):
    """numpy's broadcasting as products with columns of ones, its sums likewise."""

    def shown(self, shape: Shape) -> Shape:
        if len(shape) > 2:
            raise NotMatrices(f"an array has {len(shape)} axes")
        if len(shape) == 1:
            return (shape[0], 1) if self.columns else (1, shape[0])
        return shape

    def ones(self, shape: Shape) -> Expr:
        column = Ones((shape[0], 1)) if shape[0] != 1 else ONE
        row = T(Ones((shape[1], 1)), (1, shape[1])) if shape[1] != 1 else ONE
        return matmul(column, row, shape)

    def widened(self, e: Expr, shape: Shape) -> Expr:
        raise NotMatrices(f"a formula of shape {e.shape} is used as one of shape {shape}")

    def turned(self, e: Expr) -> Expr:
        """A row as it stands among columns, where vectors are columns."""
        return transposed(e) if self.columns else e

    def broadcast(self, e: Expr, old: Shape, new: Shape) -> Expr:
        target = self.shown(new)
        if len(old) == 1 and len(new) == 2:
            e = self.turned(e)  # numpy repeats a vector as a row
        if not e.shape:
            return e
        rows, columns = target
        if e.shape[0] == 1 != rows:
            e = matmul(Ones((rows, 1)), e, (rows, e.shape[1]))
        if e.shape[1] == 1 != columns:
            e = matmul(e, T(Ones((columns, 1)), (1, columns)), target)
        if e.shape not in ((), target):
            raise NotMatrices(f"{old} does not broadcast to {new}")
        return e

    def op_matmul(self, node: Node, a: Any, b: Any) -> Expr:
        x, y = self.whole(a), self.whole(b)
        na, nb = len(shape_of(a)), len(shape_of(b))
        if na == 1:
            x = self.turned(x)
        if nb == 1 and not self.columns:
            y = transposed(y)
        rows = shape_of(a)[0] if na == 2 else 1
        columns = shape_of(b)[1] if nb == 2 else 1
        both = na == nb == 1
        product = matmul(x, y, () if both else (rows, columns))
        if both or not product.shape:
            return product
        return self.reshaped(product, shape_of(node))

    def op_transpose(self, node: Node, x: Any, axes: Any) -> Expr:
        e = self.expr(x)
        swapped = len(shape_of(x)) == 2 and axes in (None, (1, 0))
        return transposed(e) if swapped else e

    def op_reshape(self, node: Node, x: Any, shape: Any) -> Expr:
        return self.reshaped(self.expr(x), shape_of(node))

    def reshaped(self, e: Expr, new: Shape) -> Expr:
        """A vector as a row, a column or a vector; nothing else keeps its form."""
        if not e.shape:
            return e
        if not new:
            return Total(e)
        target = self.shown(new)
        if e.shape == target:
            return e
        if e.shape == target[::-1] and 1 in target:
            return transposed(e)
        raise NotMatrices(f"{e.shape} is reshaped to {new}")

    def reduced(self, e: Expr, shape: Shape, axes: Any, keepdims: bool) -> Expr:
        if axes == () or not shape:
            return e
        if axes is None or len(axes) == len(shape):
            return total(e, self.shown(shape))
        rows, columns = shape
        if axes == (0,):
            e = matmul(T(Ones((rows, 1)), (1, rows)), e, (1, columns))
        else:
            e = matmul(e, Ones((columns, 1)), (rows, 1))
        return self.reshaped(e, shape_of_sum(shape, axes, keepdims))

    def axes(self, axes: Any, x: Any) -> Any:
        if axes is None or len(shape_of(x)) == 2:
            return axes
        return (0,) if self.columns else (1,)

    def other(self, node: Node) -> Expr:
        op: Any = node.op
        if op.elementwise:
            return self.call(node)
        if op.name == "cumsum":
            e = self.whole(node.args[0])
            (axis,) = self.axes((node.args[1],), node.args[0])
            return Call(op, (e, raw(axis)), e.shape)
        if op.name in REDUCTIONS:
            return self.reduction(node, *REDUCTIONS[op.name])
        raise NotMatrices(f"{op.name} is no operation on matrices")

    def reduction(self, node: Node, at: int, keep: int) -> Expr:
        x, axes = node.args[0], node.args[at]
        e, shape = self.whole(x), shape_of(x)
        args: list[Expr | Raw] = [e, *(raw(a) for a in node.args[1:])]
        made: Any = node.op
        if axes is None or len(axes) == len(shape):
            args[at], args[keep] = raw(None), raw(False)
            return Call(made, tuple(args), ()) if e.shape else self.unmoved(node)
        args[at], args[keep] = raw(self.axes(axes, x)), raw(True)
        kept = tuple(1 if a in axes else n for a, n in enumerate(shape))
        return self.reshaped(Call(made, tuple(args), self.shown(kept)), shape_of(node))

    def unmoved(self, node: Node) -> Expr:
        raise NotMatrices(f"{node.op} of equal entries")


def shape_of_sum(shape: Shape, axes: Any, keepdims: bool) -> Shape:
    if keepdims:
        return tuple(1 if a in axes else n for a, n in enumerate(shape))
    return tuple(n for a, n in enumerate(shape) if a not in axes)
