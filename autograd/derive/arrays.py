"""Formulas in arrays of any number of axes, in numpy's sense: what is no matrix algebra."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..node import Node
from ..reductions import SUM
from .algebra import matmul, scaled, times, total, transposed
from .convert import Converter, raw, shape_of
from .names import as_text
from .tree import Call, Expr, Ones, Raw, Shape, Sym


class Index(NamedTuple):
    key: tuple[Any, ...]


class Arrays(Converter):
    """Shapes broadcast as in numpy; ops without a sign are written as functions."""

    def ones(self, shape: Shape) -> Expr:
        return Ones(shape)

    def widened(self, e: Expr, shape: Shape) -> Expr:
        return times(e, Ones(shape))

    def broadcast(self, e: Expr, old: Shape, new: Shape) -> Expr:
        return e

    def op_matmul(self, node: Node, a: Any, b: Any) -> Expr:
        return matmul(self.whole(a), self.whole(b), shape_of(node))

    def op_transpose(self, node: Node, x: Any, axes: Any) -> Expr:
        if len(shape_of(x)) == 2 and axes in (None, (1, 0)):
            return transposed(self.whole(x))
        return self.other(node)

    def op_reshape(self, node: Node, x: Any, shape: Any) -> Expr:
        e = self.expr(x)
        same = not e.shape or e.shape == shape_of(node)
        return e if same else self.other(node)

    def reduced(self, e: Expr, shape: Shape, axes: Any, keepdims: bool) -> Expr:
        if axes == () or not shape:
            return e
        if not keepdims and (axes is None or len(axes) == len(shape)):
            return total(e, shape)
        out = np.sum(np.empty(shape), axis=axes, keepdims=keepdims).shape
        scale, core = scaled(e)
        return times(scale, Call(SUM, (core, raw(axes), raw(keepdims)), out))

    def other(self, node: Node) -> Expr:
        op: Any = node.op
        if op.elementwise:
            return self.call(node)
        args = node.args
        if op.name == "scatter":
            args = (args[0], Index(args[1]), args[2])
        return Call(op, tuple(self.argument(op.name, a) for a in args), shape_of(node))

    def argument(self, op: str, a: Any) -> Expr | Raw:
        if isinstance(a, Node) or (isinstance(a, np.ndarray) and op != "getitem"):
            return self.whole(a)
        if op == "getitem" and isinstance(a, tuple):
            return raw(a, ", ".join(self.index(i) for i in a) or "...")
        if op == "scatter" and isinstance(a, Index):
            return raw(a.key, f"[{', '.join(self.index(i) for i in a.key) or '...'}]")
        return raw(a)

    def index(self, i: Any) -> str:
        """One entry of an index, as Python writes it."""
        if isinstance(i, np.ndarray):
            symbol = self.constant(i, i.shape)
            assert isinstance(symbol, Sym)
            return as_text(symbol.name)
        if i is Ellipsis:
            return "..."
        if isinstance(i, slice):
            ends = ["" if e is None else str(e) for e in (i.start, i.stop)]
            return ":".join(ends) + ("" if i.step is None else f":{i.step}")
        return str(i)
