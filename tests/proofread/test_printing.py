"""Formulas as text: what is written in Python reads back as the same formula."""

from formulas import NAMES, formulas
from hypothesis import given

from autograd.proofread.printing import plain, written
from autograd.proofread.pythonic import expression
from autograd.proofread.tree import Expr, Symbol, walk


def read(text: str) -> Expr:
    return expression(text, NAMES, loss="L")


@given(formulas)
def test_python_reads_back_what_was_written(e: Expr) -> None:
    text = written(e, "python")
    assert read(text) == e, text


@given(formulas)
def test_every_formula_can_be_written_in_latex_and_in_short(e: Expr) -> None:
    text = written(e, "latex")
    assert text.count("{") == text.count("}")
    assert text.count("\\left") == text.count("\\right")
    assert text.count("(") == text.count(")")
    assert "\n" not in plain(e)
    for symbol in (part for part in walk(e) if part == Symbol("b_out")):
        assert symbol.name in plain(e)  # type: ignore[attr-defined]
