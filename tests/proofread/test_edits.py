"""Single changes of a formula: each kind is there, at any depth, and is worded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from problems import COLUMNS, RELU, ROWS, WRITTEN_OUT, Net

from autograd.proofread.formula.tree import (
    Add,
    Entry,
    Expr,
    Family,
    Index,
    Matrix,
    Mul,
    Negative,
    Number,
    Symbol,
)
from autograd.proofread.mending.canonical import canonical
from autograd.proofread.mending.edits import edits
from autograd.proofread.writing.printing import written

# line -> what one change makes of it, and that change's kind
CHANGES: list[tuple[Net, str, str, str]] = [
    (ROWS, "dW2 = h1 @ dz2", "h1.T @ dz2", "transpose"),
    (ROWS, "dW2 = h1.T @ dz2.T", "h1.T @ dz2", "transpose"),
    (ROWS, "dW2 = h1 @ dz2.T", "h1.T @ dz2", "transpose"),
    (ROWS, "dW2 = dz2.T @ h1", "h1.T @ dz2", "transpose"),
    (ROWS, "dh1 = W2.T @ dz2", "dz2 @ W2.T", "swap"),
    (ROWS, "dW2 = h1.T * dz2", "h1.T @ dz2", "product"),
    (ROWS, "dz1 = dh1 @ h1", "dh1 * h1", "product"),
    (ROWS, "dW2 = h1.T @ dh2 * h2", "h1.T @ (dh2 * h2)", "brackets"),
    (ROWS, "dh2 = t - h2", "h2 - t", "sign"),
    (ROWS, "dh2 = -(h2 - t)", "h2 - t", "sign"),
    (ROWS, "dh2 = h2 + t", "h2 - t", "sign"),
    (ROWS, "dh2 = 2 * (h2 - t)", "h2 - t", "factor"),
    (ROWS, "dh2 = (h2 - t) / n", "h2 - t", "factor"),
    (ROWS, "dh2 = h2 - t", "(h2 - t) / n", "factor"),
    (ROWS, "dh2 = h2 - t", "0.5 * (h2 - t)", "factor"),
    (ROWS, "db2 = dz2", "sum(dz2, axis=0, keepdims=True)", "sum"),
    (ROWS, "dW2 = sum(h1.T @ dz2, axis=0)", "h1.T @ dz2", "sum"),
    (ROWS, "db2 = sum(dz2, axis=1, keepdims=True)", "sum(dz2, axis=0, keepdims=True)", "axis"),
    (ROWS, "db2 = sum(dz2, axis=0)", "sum(dz2, axis=0, keepdims=True)", "axis"),
    (ROWS, "db2 = mean(dz2, axis=0)", "sum(dz2, axis=0)", "mean"),
    (ROWS, "dz2 = z2 * (1 - z2)", "h2 * (1 - h2)", "variable"),
    (ROWS, "dz1 = dh1", "dh1 * (h1 * (1 - h1))", "missing factor"),
    (ROWS, "dz1 = dh1", "dh1 * (1 - h1**2)", "missing factor"),
    (ROWS, "dz1 = dh1", "dh1 * (z1 > 0)", "missing factor"),
    (ROWS, "dz1 = dh1 * h1 * h1", "dh1 * h1", "extra factor"),
    (ROWS, "dz1 = dh1 * (1 - h1**2)", "dh1 * (h1 * (1 - h1))", "slope"),
    (ROWS, "dz1 = dh1 * (h1 * (1 - h1))", "dh1 * (1 - h1**2)", "slope"),
    (ROWS, "dh2 = h2 - x", "h2 - t", "variable"),
    (ROWS, "dW1 = x.T @ dz2", "x.T @ dz1", "variable"),
    (ROWS, "dh1 = dz2 @ W1.T", "dz2 @ W2.T", "variable"),
    (ROWS, "dz1 = dh1 * h1 * h1", "dh1 * h1 * (1 - h1)", "complement"),
    (ROWS, "dz1 = dh1 * h1 * (1 - h1)", "dh1 * h1 * h1", "complement"),
    (ROWS, "dh2 = h2", "h2 - t", "missing term"),
    (ROWS, "dz1 = dh1 * sigmoid(z1)", "dh1 * z1", "function"),
    (ROWS, "dz1 = dh1 * tanh(z1)", "dh1 * sigmoid(z1)", "function"),
    (ROWS, "dz1 = dh1 * sigmoid(h1)", "dh1 * sigmoid(z1)", "variable"),
    (ROWS, "dz1 = dh1 * h1**3", "dh1 * h1**2", "number"),
    (ROWS, "dz1 = dh1 * h1**2", "dh1 * h1", "exponent"),
    (RELU, "dW2 = a1.T @ dz2", "a1.T @ dz2 + lam * W2", "regularisation"),
    (RELU, "dW2 = a1.T @ dz2 + lam * W2", "a1.T @ dz2", "extra term"),
    (RELU, "dW2 = a1.T @ dz2 + W2", "a1.T @ dz2 + lam * W2", "factor"),
    (RELU, "dz1 = da1 * (z1 < 0)", "da1 * (z1 > 0)", "comparison"),
    (RELU, "dz1 = da1 * (z2 > 0)", "da1 * (z1 > 0)", "variable"),
    (COLUMNS, "dW2 = dz2 @ a1", "dz2 @ a1.T", "transpose"),
    (COLUMNS, "dz1 = da1 @ a1", "maximum(da1, a1)", "product"),
    (COLUMNS, "dz1 = maximum(da1, a1)", "maximum(da1, maximum(a1, 1 - a1))", "missing factor"),
    (COLUMNS, "db2 = d(J, a2) @ d(b2, W2)", "d(J, a2) @ d(a2, b2)", "variable"),
    (COLUMNS, "da1 = total(entry(z1, i, 1), j)", "entry(z1, i, 1)", "sum"),
    (COLUMNS, "da1 = entry(z1, 1, 2)", "entry(z1, 2, 1)", "index"),
    (COLUMNS, "da1 = entry(z1, 1, 1)", "entry(z1, 2, 1)", "index"),
    (COLUMNS, "da1 = entry(z1, i, 1)", "total(entry(z1, i, 1), i)", "free index"),
]


@pytest.mark.parametrize(
    ("net", "line", "changed", "kind"), CHANGES, ids=[f"{c[1]} -> {c[2]}" for c in CHANGES]
)
def test_a_change_is_among_the_edits(net: Net, line: str, changed: str, kind: str) -> None:
    problem = net.problem(line, given=("dz1", "dz2"))
    wanted = canonical(net.read(changed))
    found = [e for e in edits(problem.written, problem) if canonical(e.expr) == wanted]
    assert kind in {edit.kind for edit in found}
    assert all(edit.words and edit.cost > 0 for edit in found)


def test_every_formula_comes_once_and_none_is_the_written_one() -> None:
    for net in (ROWS, COLUMNS):
        for problem in net.problems():
            found = [edit.expr for edit in edits(problem.written, problem)]
            assert len(set(found)) == len(found)
            assert problem.written not in found


def test_edits_come_in_the_same_order_every_time() -> None:
    problem = ROWS.problem("dz2 = dh2 * h2", given=("dh2", "dz2", "dW2"))
    texts = [[written(e.expr, "python") for e in edits(problem.written, problem)] for _ in "ab"]
    assert texts[0] == texts[1]


def test_no_edit_brings_in_the_target_or_a_gradient_that_is_not_given() -> None:
    problem = ROWS.problem("dz2 = h2 - t", given=("dh2", "dz2"))
    texts = {written(e.expr, "python") for e in edits(problem.written, problem)}
    assert "dh2 - t" in texts
    assert not any("dz2" in text or "dW2" in text for text in texts)


def test_words_name_the_change() -> None:
    problem = ROWS.problem("dW2 = h1 @ dz2")
    words = {written(e.expr, "python"): e.words for e in edits(problem.written, problem)}
    assert words["h1.T @ dz2"] == "transpose h1"
    assert words["dz2 @ h1"] == "swap h1 and dz2"
    assert words["h1 * dz2"] == "* instead of @ before dz2"
    assert words["z1 @ dz2"] == "z1 instead of h1"


def rows(*names: str) -> Matrix:
    """x_11 (1 − x_11) … as the first row, dots and the last, with a name for each column."""

    def cell(i: Expr, k: int) -> Expr:
        x = Entry(Symbol(names[k]), (i, Number(k + 1.0)))
        return Mul(x, Add((Number(1.0), Negative(x))), "matrix")

    body, last = (tuple(cell(i, k) for k in range(3)) for i in (Index("i"), Symbol("n")))
    return Matrix((Family("i", Number(1.0), Symbol("n"), body, last),))


def changed(matrix: Matrix) -> dict[Expr, str]:
    problem = WRITTEN_OUT.problem((WRITTEN_OUT.read("dz2"), matrix))
    return {edit.expr: edit.words for edit in edits(problem.written, problem)}


def test_a_name_changes_in_all_cells_at_once() -> None:
    assert changed(rows("z2", "z2", "z2"))[rows("h2", "h2", "h2")] == "h2 instead of z2"


@pytest.mark.parametrize("column", range(3))
def test_one_column_of_a_pattern_of_rows_changes_with_its_last_row(column: int) -> None:
    names = ["h2", "h2", "h2"]
    names[column] = "z2"
    wrong, right = rows(*names), rows("h2", "h2", "h2")
    found = changed(wrong)
    assert found[right] == "h2 instead of z2"
    half = replace(wrong, rows=(replace(wrong.rows[0], body=right.rows[0].body),))
    assert half not in found


def test_one_cell_of_a_matrix_changes_and_all_alike() -> None:
    problem = WRITTEN_OUT.problem("db2 = array([[t[0, 0], t[0, 1], t[0, 2]]])")
    assert isinstance(problem.written, Matrix)
    texts = {written(e.expr, "python"): e.words for e in edits(problem.written, problem)}
    assert texts["array([[t[0, 0], -t[0, 1], t[0, 2]]])"] == "the sign of t[0, 1]"
    assert "array([[-t[0, 0], -t[0, 1], -t[0, 2]]])" in texts
    assert "array([[t[0, 0], t[0, 2], t[0, 2]]])" in texts


def test_one_form_for_what_is_equal_at_a_glance() -> None:
    def form(text: str) -> Expr:
        return canonical(ROWS.read(text))

    assert form("-(h2 - t)") == form("t - h2") != form("h2 - t")
    assert form("h2 * (1 - h2) * t") == form("t * h2 * (1 - h2)") != form("t * h2 * (1 + h2)")
    assert form("(x.T @ z1).T") == form("z1.T @ x") != form("x.T @ z1")
    assert form("x + t - x") == form("t")
