"""Abbreviated Jacobians: ∂z/∂W = a for 1(i=j) a_k, ∂z/∂b = 1 for I, ∂a/∂z = g(1−g)."""

from __future__ import annotations

import numpy as np

from ..formula.shapes import Undefined
from ..formula.tree import (
    Call,
    Derivative,
    Entry,
    Expr,
    Index,
    Indicator,
    Mul,
    Number,
    Ones,
    Relation,
)
from ..problem import Array, Problem


def full_jacobian(problem: Problem) -> Expr | None:
    """The Jacobian that the written vector or number abbreviates in every world, or None."""
    target = problem.target
    if not isinstance(target, Derivative) or len(target.wrt) != 1:
        return None
    forms = []
    for world in problem.worlds:
        try:
            slope = world.differentiated(target, {})
            if slope.of_shape.count(1) == len(slope.of_shape):
                return None  # a gradient
            value = world.evaluate(problem.written, problem.author)
        except Undefined:
            return None
        of, wrt = (tuple(n for n in s if n != 1) for s in (slope.of_shape, slope.wrt_shape))
        forms.append(form(slope.data.reshape(of + wrt), value.squeeze(), len(of)))
    if len(set(forms)) != 1:
        return None
    return spelled(forms[0], problem.written)


def form(true: Array, value: Array, axes: int) -> str:
    """Which Jacobian a value stands for: "eye", "diag", "rows", "columns", or ""."""
    if axes != 1 or true.shape[0] == 1 or true.ndim not in (2, 3):
        return ""
    eye = np.eye(true.shape[0])
    if true.ndim == 2 and true.shape[0] == true.shape[1]:
        if value.ndim == 0:
            return "eye" if np.allclose(true, eye * value, rtol=1e-9) else ""
        same = value.shape == true.shape[:1]
        return "diag" if same and np.allclose(true, np.diag(value), rtol=1e-9) else ""
    if true.ndim == 3 and value.ndim == 1:
        for name, pattern in (("rows", "ij,k->ijk"), ("columns", "ij,k->ikj")):
            full = np.einsum(pattern, eye, value)
            if full.shape == true.shape and np.allclose(true, full, rtol=1e-9):
                return name
    return ""


def spelled(name: str, e: Expr) -> Expr | None:
    if name == "eye":
        return Ones("eye") if e == Number(1.0) else Mul(e, Ones("eye"), "matrix")
    if name == "diag":
        return Call("diag", (e,))
    if name in ("rows", "columns"):
        k = Index("k")
        same = Indicator(Relation(Index("i"), "=", Index("j")))
        return Mul(same, Entry(e, (k,)), "matrix")
    return None
