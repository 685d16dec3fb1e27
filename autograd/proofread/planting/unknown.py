"""Mistakes that the search for a repair has no name for: odd functions, terms and indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..formula.tree import (
    Add,
    Call,
    Derivative,
    Entry,
    Expr,
    Index,
    Mul,
    Negative,
    Number,
    Quotient,
    Symbol,
    Total,
    Transpose,
)
from ..mending.edits import Path, places, put


def is_number(path: Path, e: Expr) -> bool:
    """Whether a part is seen to be a number: an entry, or in a sum over indices."""
    return isinstance(e, Entry | Number | Total) or any(name == "body" for name, _ in path)


def unknown(e: Expr, latex: bool) -> Iterator[tuple[str, Expr]]:
    """All such mistakes in a formula: the kind, and the formula with it."""
    for path, part, _ in places(e):
        for kind, changed in CHANGES.items():
            new = changed(part, latex, is_number(path, part))
            if new is not None:
                yield kind, put(e, path, new)


def times(a: Expr, b: Expr, latex: bool, number: bool) -> Expr:
    """a times b entry by entry; by juxtaposition where they are numbers."""
    if not latex:
        return Mul(a, b, "*", "*")
    return Mul(a, b, "matrix") if number else Mul(a, b, "entrywise", "\\odot")


def is_value(e: Expr) -> bool:
    return isinstance(e, Symbol | Derivative | Entry | Add | Mul | Call | Transpose)


def sine(e: Expr, latex: bool, number: bool) -> Expr | None:
    return Call("sin", (e,)) if is_value(e) else None


def squared_too(e: Expr, latex: bool, number: bool) -> Expr | None:
    return Add((e, times(e, e, latex, number))) if is_value(e) else None


def odd_factor(e: Expr, latex: bool, number: bool) -> Expr | None:
    if not is_value(e):
        return None
    return Mul(Number(1.3), e, "matrix") if latex else Mul(Number(1.3), e, "*", "*")


def moved(e: Expr, latex: bool, number: bool) -> Expr | None:
    return Add((e, Number(0.3))) if is_value(e) else None


def ratio(e: Expr, latex: bool, number: bool) -> Expr | None:
    """a/(1 + b²) for a times b, of numbers or entry by entry."""
    if not isinstance(e, Mul) or isinstance(e.left, Number | Quotient):
        return None
    if e.kind not in ("entrywise", "*") and not number:
        return None
    square = times(e.right, e.right, latex, number)
    return Quotient(e.left, Add((Number(1.0), square)))


def weighted(e: Expr, latex: bool, number: bool) -> Expr | None:
    """Σ i xᵢ for Σ xᵢ."""
    if not isinstance(e, Total) or len(e.bounds) != 1 or e.product:
        return None
    return Total(e.bounds, times(Index(e.bounds[0].name), e.body, latex, True))


def backwards(e: Expr, latex: bool, number: bool) -> Expr | None:
    """Σᵢ x₍ₙ₊₁₋ᵢ₎ yᵢ for Σᵢ xᵢ yᵢ: one of the factors runs the other way."""
    if not isinstance(e, Total) or len(e.bounds) != 1:
        return None
    bound, high, letter = e.bounds[0], e.bounds[0].high, Index(e.bounds[0].name)
    if bound.low != Number(1.0) or high is None or not isinstance(e.body, Mul):
        return None
    for path, part, _ in places(e.body):
        if isinstance(part, Entry) and letter in part.index:
            back = Add((high, Number(1.0), Negative(letter)))
            index = tuple(back if i == letter else i for i in part.index)
            return Total(e.bounds, put(e.body, path, Entry(part.of, index, part.base)))
    return None


def one_path_of_many(e: Expr, latex: bool, number: bool) -> Expr | None:
    """Of three terms or more, the last one alone."""
    return e.terms[-1] if isinstance(e, Add) and len(e.terms) > 2 else None


CHANGES: dict[str, Callable[[Expr, bool, bool], Expr | None]] = {
    "a sine": sine,
    "its own square added": squared_too,
    "a factor of 1.3": odd_factor,
    "0.3 added": moved,
    "a quotient for a product": ratio,
    "a sum with weights": weighted,
    "an index that runs backwards": backwards,
    "most paths left out": one_path_of_many,
}
