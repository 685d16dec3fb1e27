"""Lines of a document: chains, layers, patterns, updates, statements, and what is never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from by_hand import CONFIG, bare, lines_of, only, shown

from autograd.proofread.formula.tree import Family, Matrix, Symbol
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.writing.printing import plain


def test_a_chain_is_one_line_with_all_its_members() -> None:
    assert shown(only(r"L = s^T s = \|s\|^2")) == "L = sᵀ s = ‖s‖²"


def test_a_display_that_begins_with_a_sign_goes_on_from_the_one_before() -> None:
    text = "$$h_1$$ words $x$ and\n$$= s$$\n$$= q$$\n"
    _, lines, _ = read(text, "n.md", settings.config(CONFIG, "c.yaml"))
    assert [shown(line) for line in lines] == ["h1 = s", "h1 = q"]


def test_what_goes_on_from_nothing_is_not_read() -> None:
    (line,) = lines_of("= s")
    assert line.kind == "unread"
    assert "nothing before" in line.reason


def test_a_lone_formula_is_no_line() -> None:
    assert lines_of("W_1") == []
    assert lines_of("s^T s") == []


def test_a_general_line_stands_for_each_layer() -> None:
    line = only(r"z^{(l)} = W^{(l)} \cdot q + b^{l}")
    assert [i.letters for i in line.instances] == [(("l", 1),), (("l", 2),)]
    assert [plain(i.members[0].expr) for i in line.instances] == ["z1", "z2"]
    assert shown(replace(line, instances=line.instances[1:])) == "z2 = W2 q + b2"


def test_a_letter_with_one_value_is_no_general_one() -> None:
    line = only(r"\frac{\partial L}{\partial z^{(M)}} = h^{(M)}")
    assert [i.letters for i in line.instances] == [()]
    assert shown(line) == "∂L/∂z2 = h2"


def test_a_residual_that_is_not_there_is_trouble() -> None:
    latex = r"\frac{\partial L}{\partial W^{(l)}} = \delta^{(l+1)} q^T"
    troubles = [i.trouble for i in only(latex).instances if i.trouble]
    assert len(troubles) == 1
    assert only(latex).instances[-1].members[0].text == latex.split(" = ")[0]
    assert "no z3" in troubles[0] or "no delta3" in troubles[0]


def test_a_layer_that_is_not_there_stays_as_written() -> None:
    claim = only(r"\frac{\partial z_1}{\partial x} = W^{(0)}").instances[0]
    assert not claim.trouble
    assert [m.text for m in claim.members] == [r"\frac{\partial z_1}{\partial x}", "W^{(0)}"]
    assert claim.members[1].expr == Symbol("W0")


def test_a_definition_of_residuals_is_kept() -> None:
    text = (
        r"$\delta^{(l)} = \frac{\partial L}{\partial h^{(l)}}$ and"
        "\n"
        r"$$\frac{\partial L}{\partial W_1} = \delta^{(1)} x^T$$"
    )
    _, lines, _ = read(text, "n.md", settings.config(CONFIG, "c.yaml"))
    assert shown(lines[1]) == "∂L/∂W1 = ∂L/∂h1 xᵀ"


def test_sums_over_layers_are_written_out() -> None:
    line = only(r"L = \sum_{l=1}^{2} \|W^{(l)}\|^2")
    assert shown(line) == "L = ‖W1‖² + ‖W2‖²"
    assert len(line.instances) == 1


def test_sums_over_entries_stay_sums() -> None:
    assert shown(only(r"L = \sum_{j=1}^{2} s_j")) == "L = Σ_j=1..2 s[j]"


def test_several_quantities_in_one_space_are_several_claims() -> None:
    lines = lines_of(r"s, q \in R^{n_1}")
    assert [plain(bare(line.instances[0].members[0].expr)) for line in lines] == ["s", "q"]
    assert {line.kind for line in lines} == {"shape"}


def test_rows_with_dots_are_a_pattern() -> None:
    line = lines_of(
        r"V = \begin{bmatrix} V_{11} & V_{12} \\ \vdots & \vdots \\ V_{n_1 1} & V_{n_1 1}"
        r"\end{bmatrix}_{n_1 \times 2}"
    )
    matrix = line[0].instances[0].members[1].expr
    assert isinstance(matrix, Matrix)
    (family,) = matrix.rows
    assert isinstance(family, Family)
    assert [plain(x) for x in (family.low, family.high)] == ["1", "n1"]
    index = family.index
    assert [plain(bare(x)) for x in family.body] == [f"V[{index}, 1]", f"V[{index}, 2]"]
    assert [plain(bare(x)) for x in family.last] == ["V[n1, 1]", "V[n1, 1]"]  # kept as written
    assert line[1].kind == "shape"
    assert [plain(x) for x in line[1].shape] == ["n1", "2"]


def test_dots_both_ways_are_a_pattern_of_patterns() -> None:
    line = only(
        r"V = \begin{bmatrix} V_{11} & \cdots & V_{1 n_0} \\ \vdots & \ddots & \vdots \\"
        r"V_{n_1 1} & \cdots & V_{n_1 n_0} \end{bmatrix}"
    )
    matrix = line.instances[0].members[1].expr
    assert isinstance(matrix, Matrix)
    (rows,) = matrix.rows
    assert isinstance(rows, Family)
    (cells,) = rows.body
    assert isinstance(cells, Family)
    assert plain(bare(cells.body[0])) == f"V[{rows.index}, {cells.index}]"


def test_a_list_in_brackets_is_a_row() -> None:
    line = only(r"s = [s_1, s_2, ..., s_{n_1}]")
    matrix = line.instances[0].members[1].expr
    assert isinstance(matrix, Matrix)
    assert len(matrix.rows) == 1


def test_an_update_is_an_assignment() -> None:
    assert only(r"W_1 = W_1 - s \nabla_{W_1} L").kind == "assignment"
    assert only(r"W_1 := W_1 - s \frac{\partial L}{\partial W_1}").kind == "assignment"
    assert only(r"W_1 = W_2 - s").kind == "equation"


def test_an_undefined_nabla_is_read_both_ways() -> None:
    line = only(r"W_1 = W_1 - \nabla W_1", "batch: n\n")
    names = [name for name, _ in line.readings]
    assert names == ["∇ is the gradient of the loss", "∇ is the sum over the samples"]
    first, second = (r[0].members[1].expr for _, r in line.readings)
    assert plain(bare(first)) == "W1 − ∂L/∂W1"
    assert plain(bare(second)) == "W1 − n ∂L/∂W1"
    assert only(r"W_1 = W_1 - \nabla W_1").readings == ()


@pytest.mark.parametrize(
    ("latex", "shape"),
    [
        (r"W_1 \in R^{n_1 \times 2}", ["n1", "2"]),
        (r"L \in \mathbb{R}^1", ["1"]),
        (r"L \in \mathbb{R}", []),
        (r"\frac{\partial L}{\partial W_1} \in R^{n_1 \times n_0}", ["n1", "n0"]),
    ],
    ids=["matrix", "one", "number", "gradient"],
)
def test_a_stated_shape_is_a_claim(latex: str, shape: list[str]) -> None:
    line = only(latex)
    assert line.kind == "shape"
    assert [plain(x) for x in line.shape] == shape


def test_an_index_that_is_declared_is_no_claim() -> None:
    assert lines_of(r"i \in \{1, 2, 3\}") == []


def test_a_stated_size_is_judged_against_the_configuration() -> None:
    def sides(extra: str) -> list[str]:
        return [plain(m.expr) for m in only("n^{(1)} = 3", extra).instances[0].members]

    assert sides("") == ["3", "3"]
    assert sides("sizes: {n1: 4}\n") == ["4", "3"]


def test_plus_or_minus_is_a_sign_that_is_drawn() -> None:
    setup, lines, _ = read("$L = s \\pm q$\n", "n.md", settings.config(CONFIG, "c.yaml"))
    assert plain(bare(lines[0].instances[0].members[1].expr)) == "s + pm q"
    assert [q.kind for q in setup.quantities if q.name == "pm"] == ["sign"]


UNREAD = {
    r"L = \kappa": "kappa is not known",
    r"L = s \otimes q": "otimes",
    r"L = x^{(i)}": "what the superscript (i) means",
    r"L = \nabla L": "for which quantity",
    r"L = \|s\|_3": "the norm with the subscript 3",
    r"L = s^{*}": "superscript",
    r"L = s \approx q": "approx",
    r"s \in \{0, 1\}": "in a set",
    r"L = (s, q)": "a row or a column",
    r"L = \begin{bmatrix} s_1 \\ \vdots \\ s_1 \end{bmatrix}": "pattern",
    r"L = \frac{\partial^2 L}{\partial s}": "order is 2 above the line and 1 below",
}  # fmt: skip


@pytest.mark.parametrize("latex", UNREAD)
def test_what_is_not_certain_is_not_read_and_says_where(latex: str) -> None:
    line = lines_of(latex)[0]
    assert line.kind == "unread"
    assert UNREAD[latex] in line.reason
    assert line.instances == ()


def test_loose_products_mark_their_lines() -> None:
    sections = "sections:\n- {lines: 2, products: loose}\n"
    text = "$L = s q$\n$L = s q$\n$L = s$\n"
    _, lines, _ = read(text, "n.md", settings.config(CONFIG + sections, "c.yaml"))
    assert [line.loose for line in lines] == [False, True, False]


def test_claims_stand_where_their_line_stands_and_skipped_lines_are_left_out() -> None:
    text = "$L = s$\nMore is more.\n$L = q$\n"
    extra = "claims: {2: L >= 3}\nskip: {3: words}\n"
    _, lines, _ = read(text, "n.md", settings.config(CONFIG + extra, "c.yaml"))
    assert [shown(line) for line in lines] == ["L = s", "L >= 3"]
    assert lines[1].at is not None
    assert lines[1].at.line == 2
