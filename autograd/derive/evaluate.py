"""Formulas back to numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .tree import Call, Chain, Expr, Filled, Mat, Num, Ones, Prod, Raw, Sum, Sym, T, Total

Array = Any


def value(e: Expr, known: Mapping[Sym, Array]) -> Array:
    """The number or array that a formula stands for, by numpy's arithmetic."""
    if isinstance(e, Num):
        return e.value
    if isinstance(e, Sym):
        return known[e]
    if isinstance(e, Ones):
        return np.ones(e.shape)
    if isinstance(e, Sum):
        return sum(value(t, known) for t in e.terms)
    if isinstance(e, Prod):
        return product(e, known)
    if isinstance(e, Mat):
        found = value(e.factors[0], known)
        for f in e.factors[1:]:
            found = found @ value(f, known)
        return np.reshape(found, ()) if not e.shape else found
    if isinstance(e, T):
        return np.transpose(value(e.of, known))
    if isinstance(e, Total):
        return np.sum(value(e.of, known))
    if isinstance(e, Chain):
        return sum(math.prod(float(known[s]) for s in path) for path in e.paths)
    if isinstance(e, Filled):
        return sum(math.prod(path) for path in e.paths)
    assert isinstance(e, Call)
    return e.op.compute(
        *(a.value if isinstance(a, Raw) else np.asarray(value(a, known)) for a in e.args)
    )


def product(e: Prod, known: Mapping[Sym, Array]) -> Array:
    found: Array = e.coef
    for f, p in e.factors:
        x = value(f, known)
        found = found * (x if p == 1.0 else 1.0 / x if p == -1.0 else np.power(x, p))
    return found
