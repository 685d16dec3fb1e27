"""Pages as people write them: what is not read blames no line, and nothing ends in a traceback."""

from __future__ import annotations

import pytest

from autograd.proofread.judge import judge
from autograd.proofread.reading import settings
from autograd.proofread.reading.document import read
from autograd.proofread.reading.draft import draft
from autograd.proofread.report import Report

SIZED = r"""
$$s = W x + b, \qquad p = \tanh(s), \qquad L = \frac12 \|p - y\|^2$$
$$\frac{\partial L}{\partial s} = (p - y) \odot (1 - p^2)$$
"""
MISFIT = "loss: L\nshapes: {W: [n, m], x: [k, 1], b: [n, 1], y: [n, 1]}\n"


def report(page: str, config: str | None = None) -> Report:
    """By a configuration, or by the draft of one as it is."""
    said = settings.config(draft(page, "n.md") if config is None else config, "n.yaml")
    setup, lines, _ = read(page, "n.md", said)
    return judge(setup, lines)


def verdicts(page: str, config: str | None = None) -> list[str]:
    return [mark.verdict for mark in report(page, config).marks]


def test_a_line_that_needs_an_undefined_one_is_no_mistake() -> None:
    found = report(SIZED, MISFIT)
    assert [m.verdict for m in found.marks] == ["undefined", *["not read"] * 3]
    assert {m.message for m in found.marks[1:]} == {
        "it needs s, which cannot be evaluated: the matrix product of W (n×m) and x (k×1) does "
        "not exist"
    }


def test_a_line_that_needs_one_that_was_not_read_is_no_mistake() -> None:
    found = report(SIZED.replace(r"\|p - y\|^2", r"\int p"), MISFIT.replace("k, 1", "m, 1"))
    assert [m.verdict for m in found.marks] == ["definition", "definition", "not read", "not read"]
    assert found.marks[-1].message == "it needs L, which no line that was read defines"


@pytest.mark.parametrize(("space", "verdict"), [("n", "right"), ("m", "wrong")])
def test_a_column_is_in_r_n(space: str, verdict: str) -> None:
    page = rf"$y \in R^{space}$, $L = \|W y\|^2$"
    assert verdicts(page, "loss: L\nshapes: {W: [m, n], y: [n, 1]}\n")[0] == verdict


def test_an_index_that_is_an_array_is_named() -> None:
    found = report("$$L = x_y$$\n$$dx = y$$\n", "loss: L\nshapes: {x: [n, 1], y: [n, 1]}\n")
    assert found.marks[0].message == "y is n×1, and an index is a number"


def test_a_draft_reads_lines_of_entries() -> None:
    page = r"""
$$a_j = \sum_i w_{ji} x_i, \qquad L = \frac12 \sum_j (\max(0, a_j) - t_j)^2$$
$$\frac{\partial L}{\partial t_j} = t_j - \max(0, a_j)$$
"""
    said = draft(page, "n.md").splitlines()
    assert "  a" not in "".join(said)
    assert verdicts(page) == ["definition", "definition", "right"]
