"""𝟏, I and formulas of them, whose size their neighbour gives; quantities defined by entries."""

import pytest

from autograd.proofread.judge import judge
from autograd.proofread.reading.document import read

HEAD = """---
loss: L
shapes: {X: [n, d], w: [d, 1], b: [], y: [n, 1], A: [d, d]}
---
"""


def verdicts(*formulas: str) -> list[str]:
    page = HEAD + "\n".join(f"$${f}$$\n" for f in formulas)
    setup, lines, _ = read(page, "x.md")
    return [mark.verdict for mark in judge(setup, lines).marks]


FORWARD = (r"r = X w - b\,\mathbf{1} - y", r"L = \frac{1}{2} r^T r")


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"\frac{\partial L}{\partial b} = -\mathbf{1}^T r", "right"),
        (r"\frac{\partial L}{\partial b} = \mathbf{1}^T r", "wrong"),
        (r"\frac{\partial L}{\partial b} = -\frac{\mathbf{1}^T}{n} r", "wrong"),
        (r"\frac{\partial L}{\partial y} = -(I - \frac{1}{n} \mathbf{1} \mathbf{1}^T) r"
         r" - \frac{\mathbf{1}^T r}{n} \mathbf{1}", "right"),
        (r"A + b I = A + I b", "right"),
        (r"(A + b I) w = A w + b w", "right"),
        (r"(A + b I)_{ij} = A_{ij} + b I_{ij}", "right"),
        (r"(A - b I) w = A w + b w", "wrong"),
    ],
)  # fmt: skip
def test_ones_and_identities_in_formulas(claim: str, verdict: str) -> None:
    found = verdicts(*FORWARD, claim)[-1]
    assert found == verdict if verdict == "right" else found in ("wrong", "inconsistent")


def test_a_size_that_nothing_gives_is_undefined() -> None:
    assert verdicts(*FORWARD, r"b = \mathbf{1}^T \mathbf{1}")[-1] == "undefined"


def test_a_statistic_of_columns_is_a_row() -> None:
    claim = r"\frac{\partial L}{\partial X} = X - \mathbf{1} \mu"
    forward = (r"\mu_j = \frac{1}{n} \sum_{i=1}^n X_{ij}", r"L = \frac{1}{2} \| X - \mu \|^2")
    assert verdicts(*forward, claim) == ["definition", "definition", "right"]


def test_a_statistic_of_rows_is_a_column() -> None:
    claim = r"\frac{\partial L}{\partial s} = 2 s"
    forward = (r"s_i = \sum_{j=1}^d X_{ij} w_j", r"L = s^T s")
    assert verdicts(*forward, claim) == ["definition", "definition", "right"]


def test_a_matrix_by_its_entries() -> None:
    forward = (r"G_{jk} = \sum_{i=1}^n X_{ij} X_{ik} w_k", r"L = \| G \|^2")
    claim = r"\frac{\partial L}{\partial G} = 2 X^T X \operatorname{diag}(w)"
    assert verdicts(*forward, claim) == ["definition", "definition", "right"]


def test_an_index_is_no_definition() -> None:
    assert verdicts(*FORWARD, r"j \neq k", r"k = j - i + 1") == ["definition", "definition"]
