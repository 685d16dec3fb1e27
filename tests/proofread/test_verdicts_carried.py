"""Follow-through: what an author's earlier value does to the lines after it."""

from __future__ import annotations

import pytest
from verdicts import COLUMNS, d, in_latex, in_python, report_of

WRONG = "dz2 = (h2 - t) * h2"
RIGHT = WRONG + " * (1 - h2)"
ENTRIES = "d(L, z2[i, j]) = (h2[i, j] - t[i, j]) * h2[i, j]"

LINES = {
    "a wrong shape is carried": (
        ["dz2 = sum((h2 - t) * h2 * (1 - h2))", "dW2 = h1.T @ dz2"],
        "wrong carried",
    ),
    "a zero is carried": (["dz2 = 0", "dW2 = h1.T @ dz2"], "wrong carried"),
    "a transposed one too": ([f"dz2 = ({RIGHT[6:]}).T", "dW2 = h1.T @ dz2"], "wrong carried"),
    "restated rightly": ([WRONG, RIGHT, "dW2 = h1.T @ dz2"], "wrong right right"),
    "what was computed before is not mended by it": (
        [WRONG, "dh1 = dz2 @ W2.T", RIGHT, "dz1 = dh1 * h1 * (1 - h1)", "dW2 = h1.T @ dz2"],
        "wrong carried right carried right",
    ),
    "entries restated as a whole": ([ENTRIES, RIGHT, "dW2 = h1.T @ dz2"], "wrong right right"),
    "a whole restated by entries": (
        [WRONG, f"{ENTRIES} * (1 - h2[i, j])", "dW2 = h1.T @ dz2"],
        "wrong right right",
    ),
    "a wrong entry of a right whole": (
        [RIGHT, "d(L, z2[0, 0]) = 7", "dW2 = h1.T @ dz2", "d(L, W1[0, 0]) = dW1[0, 0]"],
        "right wrong carried right",
    ),
    "a multiple restated without its factor": (
        ["d(L, z2, scale=n) = dz2", RIGHT, "dW2 = h1.T @ d(L, z2, scale=n) / n"],
        "wrong right right",
    ),
    "entries of what has no such shape": (
        ["dz2 = 0", "d(L, W2[j, k]) = total(h1[i, j] * d(L, z2[i, k]), i)"],
        "wrong carried",
    ),
    "a step upon itself": (
        [WRONG, "dz2 = dz2 * (1 - h2)", "dW2 = h1.T @ dz2"],
        "wrong wrong right",
    ),
    "by a name of the author's own": (
        [WRONG, "g = dz2 @ W2.T", "dz1 = g * h1 * (1 - h1)"],
        "wrong definition carried",
    ),
    "cancelling three lines later": (
        ["dh2 = t - h2", "dz2 = dh2 * h2 * (1 - h2)", "dh1 = dz2 @ W2.T",
         "dz1 = -dh1 * h1 * (1 - h1)", "dW1 = x.T @ dz1"],
        "wrong carried carried wrong right",
    ),
    "an undefined line leaves no value": (
        ["dh1 = dz2 @ W2", "dz1 = dh1 * h1 * (1 - h1)"],
        "undefined right",
    ),
}  # fmt: skip

dL_dz = d("L", "z")
CHAINS = {
    "a wrong Jacobian is carried": (
        [rf"{d('h', 'z')} = \mathrm{{diag}}(h)", f"{dL_dz} = {d('L', 'h')}{d('h', 'z')}"],
        "wrong carried",
    ),
    "one of the wrong shape too": (
        [f"{d('y', 'h')} = V^T", f"{d('L', 'h')} = {d('L', 'y')}{d('y', 'h')}"],
        "wrong carried",
    ),
    "a right one is not": (
        [
            rf"{d('h', 'z')} = \mathrm{{diag}}(h \odot (1-h))",
            f"{dL_dz} = {d('L', 'h')}{d('h', 'z')}",
        ],
        "right right",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_lines_of_python(name: str) -> None:
    lines, expected = LINES[name]
    assert in_python(lines) == expected.split()


@pytest.mark.parametrize("name", CHAINS)
def test_chains_of_jacobians(name: str) -> None:
    lines, expected = CHAINS[name]
    assert in_latex(lines, COLUMNS) == expected.split()


def test_a_wrong_line_rests_on_wrong_lines_only() -> None:
    right, wrong = report_of([RIGHT, "dW2 = -h1.T @ dz2"]).marks[-2:]
    assert (right.verdict, wrong.verdict, wrong.rests_on) == ("right", "wrong", ())
    right, wrong = report_of([WRONG, "dW2 = -h1.T @ dz2"]).marks[-2:]
    assert (wrong.verdict, wrong.rests_on) == ("wrong", (right.line,))


def test_a_multiple_that_cancels_is_said_to() -> None:
    lines = [f"d(L, z2, scale=n) = 2 * n * ({RIGHT[6:]})", "dz2 = d(L, z2, scale=n) / (2 * n)"]
    wrong, cancelling = report_of(lines).marks[-2:]
    assert (wrong.verdict, cancelling.verdict) == ("wrong", "wrong")
    assert any("cancel" in note for note in cancelling.notes)
