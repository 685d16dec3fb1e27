"""The formulas of the two documents, and of any text at all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_trees import latex, shown

from autograd.proofread.reading import equations
from autograd.proofread.reading.tex import raw as r

HERE = Path(__file__).parent
DOCUMENTS = {
    "formulas_003.md": (21, 1),
    "formulas_004.md": (155, 3),
}  # equations, and how many continue
MEMBERS = {  # how many equations have so many members
    "formulas_003.md": {1: 4, 2: 11, 3: 5, 4: 1},
    "formulas_004.md": {1: 47, 2: 88, 3: 14, 4: 2, 5: 4},
}


def read(name: str) -> list[r.RawEquation]:
    return equations((HERE / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_formula_of_the_documents_is_read(name: str) -> None:
    found = read(name)
    assert [e.reason for e in found if e.reason] == []
    assert (len(found), sum(e.continues for e in found)) == DOCUMENTS[name]


def test_no_formula_of_the_documents_is_lost() -> None:
    for name in DOCUMENTS:
        text = (HERE / name).read_text(encoding="utf-8")
        displays = text.count("$$") // 2
        inline = sum(line.startswith("- $") for line in text.splitlines())
        assert {e.display for e in read(name)} == set(range(displays + inline))


def test_brackets_that_a_document_left_open_are_mended() -> None:
    warnings = [(e.text, e.warnings) for e in read("formulas_004.md") if e.warnings]
    assert len(warnings) == 3
    assert all("(g(z^{(1)})^T" in text and len(words) == 1 for text, words in warnings)


@pytest.mark.parametrize("name", MEMBERS)
def test_chains_of_the_documents_have_all_their_members(name: str) -> None:
    assert Counter(len(e.members) for e in read(name)) == MEMBERS[name]


ALPHABET = st.sampled_from([
    *"ab12xW+-*/=<>|()[]{}^_&,.;:'!#~% \n$`\\（），。σ∂∇²ᵀ₂失", "\\\\", "\\frac", "\\sqrt", "\\sum",
    "\\left", "\\right", "\\|", "\\{", "\\}", "\\begin{bmatrix}", "\\end{bmatrix}", "\\text{if}",
    "\\begin{align}", "\\end{align}", "\\mathbf", "\\bar", "\\quad", "\\ ", "\\Rightarrow", "\\in",
    "\\color", "\\underbrace", "\\operatorname", "\\cdots", "$$", "\\(", "\\)", "\\[", "\\]",
    "\\forall", "\\prime", "\\stackrel", "\\begin{array}", "\\not", "\\tag", "```", "<!--",
])  # fmt: skip


@given(st.lists(ALPHABET, max_size=30).map("".join), st.sampled_from(["md", "tex", "txt", "ipynb"]))
def test_no_text_raises(text: str, kind: str) -> None:
    for document in (text, f"$${text}$$"):
        for equation in equations(document, kind):
            assert bool(equation.reason) != bool(equation.members)


@given(st.text(max_size=40))
def test_no_characters_raise(text: str) -> None:
    for equation in equations(f"$${text}$$"):
        assert bool(equation.reason) != bool(equation.members)


AT = r.Span(1, 1, 1, 1)
letters = st.builds(
    r.Letter, st.just(AT), st.sampled_from(["a", "W", "x", "delta", "nabla"]),
    st.sampled_from(["", "mathbf", "mathrm"]), st.sampled_from(["", "bar", "hat"]),
)  # fmt: skip


def numeral(text: str) -> r.Raw:
    return r.Numeral(AT, float(text), text)


def product(found: list[tuple[str, r.Raw]]) -> r.Raw:
    return r.Sequence(AT, tuple(f for _, f in found), tuple(sign for sign, _ in found[1:]))


def total(found: list[tuple[str, r.Raw]]) -> r.Raw:
    return r.Terms(AT, tuple(found))


def several(signs: list[str], inside: st.SearchStrategy[r.Raw]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.tuples(st.sampled_from(signs), inside), min_size=2, max_size=4)


def larger(inside: st.SearchStrategy[r.Raw]) -> st.SearchStrategy[r.Raw]:
    row = st.tuples(inside, inside)
    dots = st.builds(r.Dots, st.just(AT), st.sampled_from(["cdots", "vdots"]))
    return st.one_of(
        several(["", "\\cdot", "\\odot", "*", "/"], inside).map(product),
        several(["+", "-"], inside).map(total),
        st.builds(r.Fraction, st.just(AT), inside, inside),
        st.builds(r.Root, st.just(AT), inside, st.none() | inside),
        st.builds(
            r.Scripted, st.just(AT), inside, st.none() | inside, inside, st.integers(0, 2)
        ),
        st.builds(
            r.Group, st.just(AT), st.sampled_from("([{‖"), st.tuples(inside) | row
        ),
        st.builds(
            r.BigOperator, st.just(AT), st.sampled_from(["sum", "prod"]),
            st.none() | st.builds(r.Comparison, st.just(AT), letters, st.just("="), inside),
            st.none() | inside, inside,
        ),
        st.builds(
            r.Array, st.just(AT), st.sampled_from(["bmatrix", "pmatrix", "cases"]),
            st.tuples(row, st.tuples(dots, dots), row),
        ),
    )  # fmt: skip


numerals = st.sampled_from(["0", "1", "2.5", "12"]).map(numeral)


def small() -> st.SearchStrategy[r.Raw]:
    return letters | numerals


def middling() -> st.SearchStrategy[r.Raw]:
    return st.deferred(small) | larger(st.deferred(small))


@given(larger(st.deferred(middling)))
def test_a_formula_that_is_printed_reads_back(formula: r.Raw) -> None:
    (equation,) = equations(f"$${latex(formula)}$$")
    assert equation.reason == ""
    assert [shown(m.value) for m in equation.members] == [shown(formula)]
