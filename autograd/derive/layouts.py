"""Rows or columns: how a graph was recorded, and its formulas the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..node import Node
from ..softmaxes import LOG_SOFTMAX, SOFTMAX
from .algebra import matmul, plus, power, times, total, transposed
from .convert import shape_of
from .tree import Call, Expr, Mat, Num, Ones, Prod, Raw, Sum, Sym, T, Total

LAYOUTS = ("rows", "columns")


def columns_recorded(order: list[Any]) -> bool:
    """Whether samples were recorded as columns: told by where weights and biases stand."""
    votes = sum(vote(node) for node in order if node.op is not None)
    if votes:
        return votes > 0
    softmaxes = [n for n in order if n.op in (SOFTMAX, LOG_SOFTMAX) and len(shape_of(n)) == 2]
    return bool(softmaxes) and softmaxes[0].args[1] == (0,)


def vectors_upright(order: list[Any]) -> bool:
    """Whether a vector is a column in spite of rows: X w, and no vector added to every row."""
    used = added = False
    for node in order:
        if node.op is None or not (node.op.elementwise or node.op.name == "matmul"):
            continue
        ranks = [len(shape_of(x)) for x in node.args]
        used = used or (node.op.name == "matmul" and ranks == [2, 1])
        added = added or (len(shape_of(node)) == 2 and node.op.elementwise and 1 in ranks)
    return used and not added


def vote(node: Any) -> int:
    """1 for W x and b as a column, −1 for x W and b as a row."""
    if len(node.args) != 2:
        return 0
    a, b = node.args
    if node.op.name == "matmul":
        left, right = is_leaf(a), is_leaf(b)
        if left and right:
            left, right = is_weight(a), is_weight(b)
        if left == right:
            return 0
        return 2 if left else -2
    if node.op.name == "add" and len(shape_of(node)) == 2:
        for x in (a, b):
            if is_leaf(x) and shape_of(x) != shape_of(node):
                shape = shape_of(x)
                if len(shape) == 1 or (len(shape) == 2 and shape[0] == 1):
                    return -1
                if len(shape) == 2 and shape[1] == 1:
                    return 1
    return 0


def is_leaf(x: Any) -> bool:
    return isinstance(x, Node) and x.op is None and bool(np.ndim(x._raw))


def is_weight(x: Any) -> bool:
    return (x.name or "").lstrip("_")[:1] in tuple("WwUVΘθ")


def turned(e: Expr) -> Expr:
    """The formula of the transpose, in transposed symbols."""
    if isinstance(e, Num) or not isinstance(e, Expr):
        return e
    if isinstance(e, Sym):
        return transposed_symbol(e)
    if isinstance(e, Ones):
        return T(e, e.shape[::-1])
    if isinstance(e, T):
        return e.of if isinstance(e.of, Ones) else transposed(turned(e.of))
    if isinstance(e, Mat):
        return turned_product(e)
    if isinstance(e, Sum):
        return plus(*(turned(t) for t in e.terms))
    if isinstance(e, Prod):
        return times(Num(e.coef), *(power(turned(f), p) for f, p in e.factors))
    if isinstance(e, Total):
        return total(turned(e.of), e.of.shape[::-1])
    assert isinstance(e, Call)
    return Call(e.op, tuple(turned_argument(a, e.op.name) for a in e.args), e.shape[::-1])


def transposed_symbol(s: Sym) -> Sym:
    return Sym(s.name, s.shape[::-1], s.kind, s.of)


def turned_product(e: Mat) -> Expr:
    factors = [turned(f) for f in e.factors[::-1]]
    found = factors[0]
    for k, f in enumerate(factors[1:], 2):
        shape = (e.shape[::-1]) if k == len(factors) else (factors[0].shape[0], f.shape[1])
        found = matmul(found, f, shape)
    return found


def turned_argument(a: Expr | Raw, op: str) -> Expr | Raw:
    """Axes are counted the other way in a transposed matrix."""
    if isinstance(a, Expr):
        return turned(a)
    if isinstance(a.value, tuple) and len(a.value) == 1:
        axes = tuple(1 - i for i in a.value)
        return Raw(repr(axes), axes)
    if op == "cumsum":
        return Raw(repr(1 - a.value), 1 - a.value)
    return a
