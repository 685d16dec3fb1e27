"""Single changes by a number or a sum: 2, ½, −1, n, 1/n, λ; Σ, its axis and its range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..formula.tree import (
    Add,
    Bound,
    Call,
    Entry,
    Expr,
    Index,
    Mul,
    Negative,
    Number,
    Ones,
    Quotient,
    Total,
    Transpose,
    walk,
)
from .words import Edit, Vocabulary

SUMS = ("sum", "mean")


def whole(e: Expr, parent: Expr | None) -> bool:
    """Whether a factor put here is not one that could be put outside as well."""
    return not isinstance(e, Add | Negative | Number | Bound) and not isinstance(
        parent, Mul | Negative | Transpose | Quotient
    )


def numbers(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A missing number: 2, ½, a size or one over it, λ."""
    if not (whole(e, parent) or (parent is None and not isinstance(e, Number))):
        return
    half = Quotient(Number(1.0), Number(2.0)) if v.latex else Number(0.5)
    cost = 0.2 if parent is None or isinstance(parent, Add) else 0.8
    yield Edit(v.times(Number(2.0), e), "factor", "multiply by 2", 1.0 + cost)
    yield Edit(v.times(half, e), "factor", "multiply by ½", 1.0 + cost)
    for x in (*v.sizes, *v.numbers):
        far = cost + 0.2 * (x in v.numbers)
        if not (isinstance(e, Quotient) and e.bottom == x):  # dropping it is another change
            yield Edit(v.times(x, e), "factor", ("multiply by", x), 1.3 + far)
        if not (isinstance(e, Mul) and x in (e.left, e.right)):
            yield Edit(v.over(e, x), "factor", ("divide by", x), 1.1 + far)


def changed(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """Another number than the one that is written."""
    if isinstance(e, Number):
        x = e.value
        for new in dict.fromkeys((x + 1, x - 1, 2 * x, x / 2, -x)):
            if new not in (x, 0.0):
                yield Edit(Number(new), "number", f"{new:g} instead of {x:g}", 1.3)
    if isinstance(e, Quotient):
        yield Edit(e.top, "factor", ("without dividing by", e.bottom), 1.2)
        turned = Quotient(e.bottom, e.top)
        yield Edit(turned, "quotient", (turned, "instead of", e), 1.5)
        times = v.times if v.is_number(e.bottom) else v.entrywise
        product = times(e.bottom, e.top) if v.is_number(e.bottom) else times(e.top, e.bottom)
        yield Edit(product, "quotient", ("multiply by", e.bottom, "instead"), 1.4)
    if isinstance(e, Mul) and e.kind in ("entrywise", "*", "matrix"):
        for one, other in ((e.left, e.right), (e.right, e.left)):
            if v.is_number(other) or e.kind != "matrix":
                words = ("divide by", other, "instead")
                yield Edit(Quotient(one, other), "quotient", words, 1.7)


def sums(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A missing sum over an axis."""
    if isinstance(e, Number | Negative | Transpose | Ones) or isinstance(parent, Negative):
        return
    if (isinstance(e, Call) and e.function in SUMS) or v.is_number(e):
        return
    cost = 1.0 if parent is None else 1.6
    if v.latex:
        row = Mul(Transpose(Ones()), e, "matrix")
        column = Mul(e, Ones(), "matrix")
        for new, words in ((row, "rows"), (column, "columns")):
            yield Edit(new, "sum", f"add up the {words}", cost)
        return
    for axis in (0, 1):
        for keep in (True, False):
            options: tuple[tuple[str, Any], ...] = (("axis", axis),)
            options += (("keepdims", True),) if keep else ()
            over = Call("sum", (e,), options=options)
            yield Edit(over, "sum", f"add up over axis {axis}", cost + 0.1 * (not keep))
    yield Edit(Call("sum", (e,)), "sum", "add up all entries", cost + 0.4)


def bare(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A sum too many, another axis, the mean for the sum."""
    if isinstance(e, Call) and e.function in SUMS:
        yield Edit(e.args[0], "sum", "without the sum", 1.2)
        mean = SUMS[1 - SUMS.index(e.function)]
        words = f"the {mean} instead of the {e.function}"
        yield Edit(replace(e, function=mean, text=""), "mean", words, 1.0)
        yield from _axes(e)
    if isinstance(e, Mul) and e.kind == "matrix":
        for ones, other in ((e.left, e.right), (e.right, e.left)):
            if isinstance(ones, Ones | Transpose) and any(isinstance(x, Ones) for x in walk(ones)):
                yield Edit(Mul(Transpose(Ones()), other, "matrix"), "sum", "add up the rows", 1.0)
                yield Edit(Mul(other, Ones(), "matrix"), "sum", "add up the columns", 1.0)


def _axes(e: Call) -> Iterator[Edit]:
    options = dict(e.options)
    axis, keep = options.get("axis"), options.get("keepdims", False)
    for a in (0, 1, None):
        for k in (True, False):
            if (a, k) == (axis, bool(keep)) or (a is None and k):
                continue
            new = {} if a is None else {"axis": a} | ({"keepdims": True} if k else {})
            words = "over all entries" if a is None else f"over axis {a}"
            if a == axis:
                words = "with keepdims" if k else "without keepdims"
            yield Edit(replace(e, options=tuple(new.items())), "axis", words, 1.0)


def indices(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """Σ over an index that is free, one Σ less, another range."""
    if isinstance(e, Total):
        for i, b in enumerate(e.bounds):
            rest = (*e.bounds[:i], *e.bounds[i + 1 :])
            body = replace(e, bounds=rest) if rest else e.body
            yield Edit(body, "sum", f"without the sum over {b.name}", 1.2)
            yield from _ranges(e, i, b, v)
    elif parent is None or isinstance(parent, Add | Total):
        for name in filter(str.isalpha, free(e)):  # not the rows that dots stand for
            yield Edit(Total((Bound(name),), e), "free index", f"add up over {name}", 1.0)


def _ranges(e: Total, i: int, b: Bound, v: Vocabulary) -> Iterator[Edit]:
    for high in v.sizes if b.high is not None else ():
        if high != b.high:
            new = replace(b, high=high)
            bounds = (*e.bounds[:i], new, *e.bounds[i + 1 :])
            yield Edit(replace(e, bounds=bounds), "range", (f"{b.name} up to", high), 1.4)
    if b.low is not None and b.low != Number(1.0):
        bounds = (*e.bounds[:i], replace(b, low=Number(1.0)), *e.bounds[i + 1 :])
        yield Edit(replace(e, bounds=bounds), "range", f"{b.name} from 1", 1.4)


def free(e: Expr) -> list[str]:
    """Letters that index something and are bound by no sum inside."""
    bound = {b.name for t in walk(e) if isinstance(t, Total) for b in t.bounds}
    used = (
        i.name for t in walk(e) if isinstance(t, Entry) for i in walk(t) if isinstance(i, Index)
    )
    return [name for name in dict.fromkeys(used) if name not in bound]


RULES = (numbers, changed, sums, bare, indices)
