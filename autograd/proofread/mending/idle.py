"""Parts of a formula that do nothing: 0·x, x − x, x/x."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..formula.tree import (
    Bound,
    Call,
    Derivative,
    Each,
    Entry,
    Expr,
    Indicator,
    Mul,
    Number,
    Ones,
    Relation,
    Symbol,
    children,
    mapped,
    walk,
)
from .remembering import Remembering


def idle(e: Expr, values: Remembering) -> int:
    """How many quantities could be multiplied by anything, and functions or ones be left out."""
    value = values.array(e)
    if value is None:  # as a whole; what does nothing in its parts does nothing in it
        inside = (e.body,) if isinstance(e, Each) else () if isinstance(e, Entry) else children(e)
        return sum(idle(part, values) for part in inside if not isinstance(part, Bound))
    count = 0
    for n in range(sum(1 for _ in leaves(e))):
        moved = values.array(scaled(e, n))
        if moved is not None and moved.shape == value.shape:
            count += np.allclose(moved, value, rtol=1e-12, atol=0)
    return count + sum(unchanged(x, values) for x in walk(e))


def unchanged(e: Expr, values: Remembering) -> bool:
    """Whether a function gives what it is given: |h| of positive h, a product with a single one."""
    if isinstance(e, Call) and len(e.args) == 1 and not (e.options or e.primes):
        inside: tuple[Expr, ...] = e.args
    elif isinstance(e, Mul) and any(isinstance(x, Ones) for x in walk(e)):
        inside = (e.left, e.right)
    else:
        return False
    y = values.array(e)
    arrays = [values.array(x) for x in inside]
    return y is not None and any(x is not None and np.array_equal(x, y) for x in arrays)


def gradients_in(e: Expr) -> list[Derivative]:
    return [x for x in walk(e) if isinstance(x, Derivative)]


def leaves(e: Expr) -> Iterator[Expr]:
    """Quantities where a factor would show: not in comparisons, indices or derivatives."""
    if isinstance(e, Symbol | Derivative | Entry):
        yield e
    elif isinstance(e, Each):  # without what its letters range over
        yield from leaves(e.body)
    elif not isinstance(e, Relation | Indicator):
        for part in children(e):
            yield from leaves(part)


def scaled(e: Expr, n: int) -> Expr:
    """The formula with its n-th leaf multiplied by a number."""
    count = -1

    def visit(x: Expr) -> Expr:
        nonlocal count
        if isinstance(x, Symbol | Derivative | Entry):
            count += 1
            return Mul(Number(1.37), x, "entrywise") if count == n else x
        if isinstance(x, Each):
            return replace(x, body=visit(x.body))
        return x if isinstance(x, Relation | Indicator) else mapped(x, visit)

    return visit(e)
