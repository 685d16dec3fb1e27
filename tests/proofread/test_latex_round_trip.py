"""LaTeX that was written reads back as the same formula, through the whole reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.proofread.formula.tree import (
    Add,
    Bound,
    Call,
    Derivative,
    Entry,
    Expr,
    Index,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Norm,
    Number,
    Ones,
    Power,
    Quotient,
    Relation,
    Symbol,
    Total,
    Transpose,
)
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.writing.printing import written

CONFIG = settings.config(
    """
loss: L
shapes: {x: [n, m], y: [n, m], W2: [m, m], z1: [n, m], lam: []}
forward:
  - L = sum(x @ W2 * z1) + sum(y)
functions: {g: sigmoid}
""",
    "notes.yaml",
)
W, z = Symbol("W2", text="W^{(2)}"), Symbol("z1", text="z^{(1)}")
x, y, lam, n = Symbol("x"), Symbol("y"), Symbol("lam"), Symbol("n")
i, j = Index("i"), Index("j")
Around = Callable[[Expr, Expr], Expr]


def back(formulas: list[Expr]) -> list[Expr | str]:
    """What the reader makes of formulas on right sides; the reason where it makes nothing."""
    text = "".join(f"$$R_{{{k}}} = {written(e, 'latex')}$$\n\n" for k, e in enumerate(formulas, 1))
    lines = read(text, "notes.md", CONFIG)[1]
    assert len(lines) == len(formulas)
    return [
        line.reason if not line.instances else line.instances[0].members[1].expr for line in lines
    ]


AROUND: dict[str, Around] = {
    "x y": lambda a, b: Mul(a, b, "matrix"),
    "x · y": lambda a, b: Mul(a, b, "matrix", "\\cdot"),
    "x ⊙ y": lambda a, b: Mul(a, b, "entrywise", "\\odot"),
    "x / y": Quotient,
    "x + y": lambda a, b: Add((a, b)),
    "x − y": lambda a, b: Add((a, Negative(b))),
    "x − 1 + y": lambda a, b: Add((a, Negative(Number(1.0)), b)),
    "x^y": Power,
    "−x": lambda a, b: Negative(a),
    "xᵀ": lambda a, b: Transpose(a),
    "ln x": lambda a, b: Call("log", (a,), text="\\ln"),
    "g′(x)": lambda a, b: Call("sigmoid", (a,), 1, text="g"),
    "√x": lambda a, b: Call("sqrt", (a,), text="\\sqrt"),
    "|x|": lambda a, b: Call("abs", (a,), text="abs"),
    "max(x, y)": lambda a, b: Call("maximum", (a, b), text="\\max"),
    "‖x‖": lambda a, b: Norm(a),
    "1(x > y)": lambda a, b: Indicator(Relation(a, ">", b)),
    "Σ_i Σ_j x y_ij": lambda a, b: Total(
        (Bound("i"),), Total((Bound("j"),), Mul(a, Entry(y, (i, j)), "matrix"))
    ),
    "Σ_{i=1}^n y_i1 x": lambda a, b: Total(
        (Bound("i", Number(1.0), n),), Mul(Entry(y, (i, Number(1.0))), a, "matrix")
    ),
    "Π": lambda a, b: Total((Bound("i", Number(1.0), n),), Mul(a, i, "matrix"), product=True),
    "matrix": lambda a, b: Matrix(((a, b), (b, a))),
}


def told_apart(e: Expr) -> bool:
    """A sum's first term is no sum: without its brackets it is the same."""
    return not isinstance(e, Add) or not isinstance(e.terms[0], Add)


@pytest.mark.parametrize("outer", AROUND)
@pytest.mark.untraced
def test_brackets_where_one_kind_meets_another(outer: str) -> None:
    f = AROUND[outer]
    pairs = [(x, W), (Number(2.0), z), (Negative(z), Number(3.0)), (W, lam)]
    formulas = [
        e
        for inner in AROUND.values()
        for a, b in pairs
        for e in (f(inner(a, b), y), f(W, inner(a, b)))
        if told_apart(e)
    ]
    for e, again in zip(formulas, back(formulas), strict=True):
        assert again == e, written(e, "latex")


leaves = st.one_of(
    st.sampled_from([W, z, x, y, lam, n]),
    st.sampled_from([0.5, 1.0, 2.0, 3.0, 12.0, 0.001]).map(Number),
    st.sampled_from([Derivative(Symbol("L"), (W,)), Derivative(Symbol("L"), (z,)), Ones("eye")]),
)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> Expr:
    if not depth or draw(st.integers(0, 4)) == 0:
        return draw(leaves)
    around = AROUND[draw(st.sampled_from(sorted(AROUND)))]
    a, b = draw(formulas(depth - 1)), draw(formulas(depth - 1))
    e = around(a, b)
    return e if told_apart(e) else around(Norm(a), b)


@given(st.lists(formulas(), min_size=1, max_size=5))
def test_latex_reads_back_what_was_written(several: list[Expr]) -> None:
    for e, again in zip(several, back(several), strict=True):
        assert again == e, written(e, "latex")
