"""What sizes decide: sums to a number, names given late, entries and shapes."""

from __future__ import annotations

import pytest
from verdicts import d, document, in_latex

LEAVES = "loss: L\nshapes: {W: [k, m], a: [m, 1], b: [k, 1], A: [m, m], r: [1, m]}\n"
STATED = LEAVES + "sizes: {m: 4, k: 2}\n"
da = d("L", "a")

CASES = {
    "a sum to a number fixes a size": (
        LEAVES,
        [r"L = \sum_{i=1}^{4} a_i^2", f"{da} = 2a", f"{da} = 2a_1"],
        "definition right wrong",
    ),
    "one that stops short is another": (
        LEAVES,
        [r"L = \sum_{i=1}^{4} a_i^2", r"L = \sum_{i=1}^{3} a_i^2", r"L = \sum_{i=1}^{5} a_i^2"],
        "definition inconsistent inconsistent",
    ),
    "also of a size that is stated": (
        STATED,
        [r"L = a^T a", r"L = \sum_{i=1}^{3} a_i^2", r"L = \sum_{i=1}^{4} a_i^2"],
        "definition inconsistent right",
    ),
    "a second name for what an earlier line has": (
        LEAVES,
        ["z = Wa", "L = z^T z", "s = Wa", f"{d('L', 's')} = 2s", f"{d('L', 'z')} = 2s",
         f"{d('L', 's')} = s", f"{d('L', 'W')} = 2sa^T"],
        "definition definition definition right right wrong right",
    ),
    "rows and columns": (
        LEAVES,
        ["L = a^T a", "L = r r^T", f"{da} = 2a^T", "L = a a^T", "b = Wa + r",
         r"b + W a = W a + b"],
        "definition inconsistent wrong inconsistent undefined right",
    ),
    "an inverse, and what is entry by entry": (
        LEAVES,
        ["L = a^T a", "A A^{-1} = I", "A^{-1} = 1 / A", "a^{-1} = 1 / a",
         "(AA)^{-1} = A^{-1}A^{-1}",
         r"A^{-1} A \odot A = A", "(W^T W)^{-1} W^T W = I", "(W^T W)^{-1} W^T W a = 2a",
         r"2a = (W^T W)^{-1} W^T W 2 a", r"a = (W^T W)^{-1} W^T W 2 a", r"a^2 = a \odot a"],
        "definition right wrong right right wrong right wrong right wrong right",
    ),
    "a sum over what is not indexed": (
        LEAVES,
        ["L = a^T a", r"L = \sum_j a^T a", r"L = \sum_{j=1}^{m} \frac{a^T a}{m}",
         r"L = \sum_{j=1}^{m} a^T a"],
        "definition undefined right inconsistent",
    ),
    "sums within sums, by the same letter": (
        LEAVES,
        ["L = a^T a", r"L = \sum_i a_i \sum_i 1(i=1) a_i", r"L = \sum_i a_i^2 \sum_{i=1}^{1} 1"],
        "definition inconsistent right",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_sizes(name: str) -> None:
    config, lines, expected = CASES[name]
    assert " ".join(in_latex(lines, config)) == expected


def test_a_line_about_entries_does_not_rest_on_its_left_side() -> None:
    lines = ["L = a^T a", f"{d('L', 'a_i')} = a_i", f"{d('L', 'a_i')} = 3a_i"]
    marks = document(lines, LEAVES).marks
    assert [m.verdict for m in marks] == ["definition", "wrong", "wrong"]
    assert marks[2].rests_on == ()


def test_no_shape_is_blamed_where_a_number_stands_for_one_entry() -> None:
    lines = ["s = a^T a", "L = s^2", f"{d('L', 's')} = s"]
    (*_, mark) = document(lines, LEAVES).marks
    assert (mark.verdict, mark.message) == ("wrong", "")


COINCIDING = {
    f"{d('L', 'x')} = W {d('L', 'z')}": "its shapes fit only because k = m = 3",
    f"{d('L', 'W')} = x {d('L', 'z')}^T": "its shape is right only because k = m = 3",
    f"{d('L', 'z')} = 2 \\frac{{k}}{{m}} z": "it comes out right (k = m = 3)",
}


@pytest.mark.parametrize("claim", COINCIDING)
def test_sizes_that_coincide_hide_no_mistake(claim: str) -> None:
    config = "loss: L\nshapes: {W: [k, m], x: [m, 1]}\nsizes: {k: 3, m: 3}\n"
    (*_, mark) = document(["z = W x", "L = z^T z", claim], config).marks
    assert mark.verdict == "wrong"
    assert any(COINCIDING[claim] in note for note in mark.notes)
