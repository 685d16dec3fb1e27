"""Formulas with something put in place of their parts."""

from __future__ import annotations

from typing import Any

from .algebra import matmul, plus, power, times, total, transposed
from .tree import Call, Expr, Mat, Num, Prod, Sum, Sym, T, Total


def mapped(e: Expr, change: Any) -> Expr:
    """The same formula with `change(child)` in place of each child."""
    if isinstance(e, Sum):
        return plus(*(change(t) for t in e.terms))
    if isinstance(e, Prod):
        return times(Num(e.coef), *(power(change(f), p) for f, p in e.factors))
    if isinstance(e, Mat):
        found: Expr = change(e.factors[0])
        for i, f in enumerate(e.factors[1:], 2):
            shape = e.shape if i == len(e.factors) else (*e.factors[0].shape[:-1], *f.shape[1:])
            found = matmul(found, change(f), shape)
        return found
    if isinstance(e, T):
        return transposed(change(e.of))
    if isinstance(e, Total):
        return total(change(e.of), e.of.shape)
    if isinstance(e, Call):
        return Call(e.op, tuple(change(a) if isinstance(a, Expr) else a for a in e.args), e.shape)
    return e


def substituted(e: Expr, table: dict[Sym, Expr]) -> Expr:
    """`e` with formulas in place of symbols."""
    if isinstance(e, Sym):
        return table.get(e, e)
    return mapped(e, lambda x: substituted(x, table))
