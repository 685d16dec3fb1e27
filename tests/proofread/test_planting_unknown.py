"""Mistakes that the search for a repair does not know, on formulas of both notations."""

import pytest

from autograd.proofread.formula.tree import (
    Bound,
    Each,
    Entry,
    Expr,
    Index,
    Mul,
    Number,
    Symbol,
    Total,
)
from autograd.proofread.planting.unknown import CHANGES, unknown
from autograd.proofread.python.reader import expression

SLOPE = expression("(h - t) * h * (1 - h)")
X, W = Symbol("x"), Symbol("w")
SUM = Total(
    (Bound("i", Number(1.0), Symbol("n")),),
    Mul(Entry(X, (Index("i"),)), Entry(W, (Index("i"), Index("j"))), "matrix"),
)


def kinds(e: Expr, latex: bool = False) -> set[str]:
    return {kind for kind, _ in unknown(e, latex)}


@pytest.mark.parametrize("e", [SLOPE, SUM], ids=["product", "sum"])
def test_every_change_is_another_formula(e: Expr) -> None:
    changed = [new for _, new in unknown(e, e is SUM)]
    assert len(changed) > 5
    assert all(new != e for new in changed)


def test_every_kind_is_met_somewhere() -> None:
    three = expression("a + b * c + d")
    assert kinds(SLOPE) | kinds(SUM, latex=True) | kinds(three) == set(CHANGES)


def test_what_a_free_letter_ranges_over_stays() -> None:
    like = Entry(Symbol("g"), (Index("j"),))
    each = Each(("j",), SUM, like)
    found = [new for _, new in unknown(each, latex=True)]
    assert found
    assert all(isinstance(new, Each) and new.like == like for new in found)


def test_an_index_that_runs_backwards() -> None:
    (new,) = [e for kind, e in unknown(SUM, latex=True) if kind == "an index that runs backwards"]
    assert isinstance(new, Total)
    assert isinstance(new.body, Mul)
    back = new.body.left
    assert isinstance(back, Entry)
    assert back.index[0] == expression("n + 1 - i", ["n"])
    assert new.body.right == SUM.body.right  # type: ignore[attr-defined]
