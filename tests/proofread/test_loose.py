"""Loose products: the nearest exact form, a rival of the same shape, unwritten sums, Jacobians."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from problems import COLUMNS, ROWS, Net

from autograd.proofread.formula.tree import (
    Add,
    Bound,
    Call,
    Each,
    Entry,
    Index,
    Mul,
    Ones,
    Symbol,
    Total,
)
from autograd.proofread.mending.arrangements import arrangements, inversions
from autograd.proofread.mending.canonical import canonical
from autograd.proofread.mending.loose import exact_form

G = "maximum(sigmoid(z1), 1 - sigmoid(z1))"
CASES: list[tuple[str, str]] = [
    ("dW2 = (p - y) @ a1", "(p - y) @ a1.T"),
    ("dW2 = a1 @ dz2", "dz2 @ a1.T"),
    ("da1 = dz2 @ W2", "W2.T @ dz2"),
    ("da1 = 2 * dz2 @ W2 / 2", "2 * (W2.T @ dz2) / 2"),
    ("db1 = (p - y) @ W2 @ a1 @ (1 - a1)", "maximum(maximum(W2.T @ (p - y), a1), 1 - a1)"),
    ("db1 = (p - y) @ W2 @ (a1 @ (1 - a1))", "maximum(maximum(W2.T @ (p - y), a1), 1 - a1)"),
    ("dW1 = dz2 @ W2 @ a1 @ (1 - a1) @ a0",
     "maximum(maximum(W2.T @ dz2, a1), 1 - a1) @ a0.T"),
    ("dW1 = W2.T @ dz2 @ a1 @ (1 - a1) @ a0.T",
     "maximum(maximum(W2.T @ dz2, a1), 1 - a1) @ a0.T"),
    ("dW1 = d(J, a2) @ W2 @ a1 @ (1 - a1) @ a0",
     "maximum(maximum(W2.T @ d(J, a2), a1), 1 - a1) @ a0.T"),
    ("da0 = dz1 @ W1", "W1.T @ dz1"),
    ("dW2 = dz2 @ a1 + 0 * W2", "dz2 @ a1.T + 0 * W2"),
    ("dW2 = -(dz2 @ a1) + 2 * dz2 @ a1", "-(dz2 @ a1.T) + 2 * (dz2 @ a1.T)"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "exact"), CASES, ids=[line for line, _ in CASES])
def test_the_nearest_arrangement_that_is_right(line: str, exact: str) -> None:
    problem = COLUMNS.problem(line)
    found = exact_form(problem)
    assert found is not None
    assert problem.holds(found.expr)
    assert canonical(found.expr) == canonical(COLUMNS.read(exact))
    assert found.message


@pytest.mark.parametrize(
    "line",
    [
        "dW2 = 2 * dz2 @ a1", "dW2 = dz2 @ a0", "dW1 = dz2 @ W2 @ a1 @ (1 - a0) @ a0",
        "da1 = W2 @ p", "db1 = dz2 @ W2 @ a1", "dW2 = dz1 @ a1",
    ],
)  # fmt: skip
def test_what_no_arrangement_mends_has_no_exact_form(line: str) -> None:
    assert exact_form(COLUMNS.problem(line)) is None


def test_a_rival_has_the_right_shape_and_wrong_values() -> None:
    problem = COLUMNS.problem("dW1 = dz2 @ W2 @ a1 @ (1 - a1) @ a0")
    found = exact_form(problem)
    assert found is not None
    assert "has the right shape" in found.rival
    assert "relative error" in found.rival
    lone = exact_form(COLUMNS.problem("da1 = dz2 @ W2"))
    assert lone is not None
    assert lone.rival == ""


def test_a_rival_may_need_the_document_s_own_sizes() -> None:
    """W1 is 3×2 as W2ᵀ is: W1 δ2 has a1's shape, too."""
    problem = COLUMNS.problem("da0 = dz2 @ W2 @ a1 @ (1 - a1) @ W1")
    found = exact_form(problem, COLUMNS.world((2, 3, 2), 7))
    assert found is not None
    assert "has the right shape" in found.rival
    generic = exact_form(problem)
    assert generic is not None
    assert generic.expr == found.expr


def test_sums_of_chains_and_chains_in_sums() -> None:
    i, a1 = Index("i"), Symbol("a1")
    chain = Mul(Symbol("a2"), a1, "matrix")
    problem = COLUMNS.problem(
        (COLUMNS.read("2 * (a2 @ a1.T)"), Total((Bound("i", *COLUMNS_ONE_TWO),), chain))
    )
    found = exact_form(problem)
    assert found is not None
    assert isinstance(found.expr, Total)
    assert canonical(found.expr.body) == canonical(COLUMNS.read("a2 @ a1.T"))
    assert i not in found.expr.bounds


COLUMNS_ONE_TWO = (COLUMNS.read("1"), COLUMNS.read("2"))


def test_einstein_s_convention() -> None:
    """z_i = W_ij a_j + b_i lacks a Σ over j, in one term alone."""
    i, j = Index("i"), Index("j")
    w, a, b = Entry(Symbol("W1"), (i, j)), Entry(Symbol("a0"), (j,)), Entry(Symbol("b1"), (i,))
    z = Entry(Symbol("z1"), (i,))
    written = Add((Mul(w, a, "matrix"), b))
    problem = COLUMNS.problem((Each(("i",), z, z), Each(("i",), written, z)))
    found = exact_form(problem)
    assert found is not None
    wanted = Add((Total((Bound("j"),), Mul(w, a, "matrix")), b))
    assert found.expr == Each(("i",), wanted, z)
    assert "sum" in found.message


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("d(z1, b1) = 1", Ones), ("d(z1, W1) = a0", Mul), ("d(z2, W2) = a1", Mul),
        ("d(a1, z1) = maximum(a1, 1 - a1)", Call), ("d(a1, z1) = a1 @ (1 - a1)", Call),
    ],
)  # fmt: skip
def test_abbreviated_jacobians(line: str, kind: type) -> None:
    found = exact_form(COLUMNS.problem(line))
    assert found is not None
    assert isinstance(found.expr, kind)
    assert "Jacobian" in found.message


@pytest.mark.parametrize(
    "line", ["d(z1, b1) = 2", "d(z1, W1) = b1", "d(z2, W2) = a0", "d(a1, z1) = a1", "dz2 = 1"]
)
def test_what_is_no_abbreviation_is_none(line: str) -> None:
    assert exact_form(COLUMNS.problem(line)) is None


def brute(shapes: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Shapes of all products from left to right, with all orders and transposes."""
    found = set()
    for order in permutations(shapes):
        for flips in np.ndindex(*(2,) * len(order)):
            s = [x[::-1] if f else x for x, f in zip(order, flips, strict=True)]
            if all(a[1] == b[0] for a, b in pairwise(s)):
                found.add((s[0][0], s[-1][1]))
    return found


def test_arrangements_are_all_there_once() -> None:
    shapes = [(3, 1), (3, 5), (5, 1)]
    ways = arrangements(shapes, [False] * 3)
    assert brute(shapes) <= {way.value.shape for way in ways}
    seen = [(way.value.shape, *np.round(way.value.ravel(), 9)) for way in ways]
    assert len(set(seen)) == len(seen)
    assert [way.cost for way in ways] == sorted(way.cost for way in ways)


def test_what_is_right_as_written_costs_nothing() -> None:
    (way, *_) = arrangements([(3, 5), (5, 2)], [False, False])
    assert way.cost == 0
    (turned, *_) = arrangements([(5, 3), (5, 2)], [True, False])
    assert turned.cost == 0


def test_too_many_factors_are_given_up() -> None:
    assert arrangements([(2, 2)] * 9, [False] * 9) == []


def test_inversions() -> None:
    assert inversions(0b001, 0b110) == 0
    assert inversions(0b100, 0b011) == 2


def test_rows_in_python_are_left_alone() -> None:
    net: Net = ROWS
    assert exact_form(net.problem("dz2 = (h2 - t) * z2")) is None


def test_a_transpose_that_has_to_go_costs_as_much_as_one_that_has_to_come() -> None:
    (gone, *_) = arrangements([(3, 5), (5, 2)], [True, False])
    (come, *_) = arrangements([(5, 3), (5, 2)], [False, False])
    assert gone.cost == come.cost > 0


@pytest.mark.parametrize("line", ["dW2 = 5 / n2 * dz2 @ a1", "d(z1, b1) = n0 / 11"])
def test_an_exact_form_holds_in_every_world(line: str) -> None:
    """n2 is 5 and n0 is 11 in the first world alone."""
    problem = COLUMNS.problem(line)
    assert (problem.worlds[0].sizes["n2"], problem.worlds[0].sizes["n0"]) == (5, 11)
    assert exact_form(problem) is None
