"""Products, entries, sums and cases: what exists, and what it is."""

from __future__ import annotations

import pytest
from verdicts import d, in_latex, in_python

CONFIG = """
loss: L
shapes:
  W: [k, m]
  X: [k, m]
  A: [m, m]
  B: [m, m]
  a: [m, 1]
  b: [k, 1]
  r: [1, m]
  c: []
  y: {shape: [m], labels: q}
forward:
  - L = sum(W**2) + c
"""
PADDED = CONFIG + "indices: zero-padded\n"
LINES = {
    r"W \odot b = W \odot b": "undefined",
    r"a \odot r = a \odot r": "undefined",
    r"W \odot r = W \odot r": "undefined",
    r"W \odot X = X \odot W": "right",
    r"c \odot W = W c": "right",
    r"W X = X W": "undefined",
    r"W X^T = (X W^T)^T": "right",
    r"W^T X = X^T W": "wrong",
    r"A B = B A": "wrong",
    r"A B \odot B = (A B) \odot B": "right",
    r"A B \odot B = A (B \odot B)": "wrong",
    r"A B A = A (B A)": "right",
    r"A B / c A = A B A / c": "right",
    r"a^T a W = W a^T a": "undefined",
    r"a a^T = a^T a": "wrong",
    r"r a = a^T r^T": "right",
    r"a + r = a + r": "undefined",
    r"W + b = b + W": "right",
    r"W + r = r + W": "right",
    r"W + a = a + W": "undefined",
    r"W + b = W + b \mathbf{1}^T": "right",
    r"W + c = W + c \mathbf{1} \mathbf{1}^T": "undefined",
    r"W / b = W / b": "right",
    r"b / W = b / W": "right",
    r"W / a = W / a": "undefined",
    r"a^2 = a \odot a": "right",
    r"a^2 = a^T a": "wrong",
    r"\|a\|^2 = a^T a": "right",
    r"\|a\| = a^T a": "wrong",
    r"\|A\|_F^2 = \mathrm{tr}(A^T A)": "right",
    r"\|W\|^2 = \sum_{ij} W_{ij}^2": "right",
    r"\|a\|_1 = \sum_i a_i": "wrong",
    r"(W^T)_{ij} = W_{ji}": "right",
    r"(W^T)_{ij} = W_{ij}": "undefined",
    r"(A^T)_{ij} = A_{ij}": "wrong",
    r"(A B)_{ij} = \sum_l A_{il} B_{lj}": "right",
    r"(A B)_{ij} = \sum_l A_{li} B_{lj}": "wrong",
    r"(A B)_{ij} = \sum_l A_{il} B_{il}": "wrong",
    r"(A B)_{ij} = A_{il} B_{lj}": "undefined",
    r"(A B)_{ii} = \sum_l A_{il} B_{li}": "right",
    r"\sum_i A_{ii} = \mathrm{tr}(A)": "right",
    r"\sum_i \sum_j A_{ij} = \sum_{i} A_{ii}": "wrong",
    r"\sum_{i=1}^{m} \sum_{j=1}^{i} A_{ij} = \sum_{j=1}^{m} \sum_{i=j}^{m} A_{ij}": "right",
    r"\sum_{i=1}^{m} \sum_{j=1}^{i} A_{ij} = \sum_{j=1}^{m} \sum_{i=1}^{j} A_{ij}": "wrong",
    r"\sum_{i=1}^{m} a_i = \sum_{i=0}^{m} a_i": "undefined",
    r"\sum_{i=1}^{m} a_i = \sum_{i=2}^{m} a_i": "wrong",
    r"\sum_{i=1}^{m} a_i = \sum_{i=0}^{m-1} a_{i+1}": "right",
    r"\sum_{i=3}^{2} a_i = 0": "right",
    r"\sum_i a_i^2 = \sum_i a_i (\sum_{i=1}^{1} 1) a_i": "right",
    r"\prod_{i=1}^{m} a_i = \prod_i a_i": "right",
    r"\prod_{i=1}^{m} a_i = \sum_i a_i": "wrong",
    r"a_0 = 0": "undefined",
    r"\sum_j 1(y_1 = j) a_j = a_1": "wrong",
    r"1(y_i = 1) + 1(y_i \ne 1) = 1": "right",
    r"1(y_i < 2) = 1(y_i = 1)": "right",
    r"1(y_i \le 1) = 1(y_i = 1)": "right",
    r"1(y_i > 1) = 1(y_i \ne 1)": "right",
    r"1(y_i \ge 1) = 1(y_i \ne 1)": "wrong",
    r"|c| = \begin{cases} c & c > 0 \\ -c & c \le 0 \end{cases}": "right",
    r"|c| = \begin{cases} c & c < 0 \\ -c & c \ge 0 \end{cases}": "wrong",
    r"|a_i| = \begin{cases} a_i & a_i > 0 \\ -a_i & \text{otherwise} \end{cases}": "right",
    rf"{d('L', 'W')} = 2 W": "right",
    rf"{d('L', 'W_{ij}')} = 2 W_{{ij}}": "right",
    rf"{d('L', 'W_{ij}')} = 2 W_{{ji}}": "undefined",
    rf"{d('L', 'W_{12}')} = 2 W_{{12}}": "right",
    rf"{d('L', 'W_{12}')} = 2 W_{{21}}": "wrong",
    rf"{d('L', 'W^T')} = 2 W^T": "right",
    rf"{d('L', 'W^T')} = 2 W": "wrong",
    rf"{d('L', 'c')} = 1": "right",
    rf"{d('L', 'c')} = c": "wrong",
    rf"{d('L', 'a')} = 0": "right",
    rf"{d('L', 'a')} = a": "wrong",
    r"L \ge c": "right",
    r"L > 2 c": "wrong",
    r"L \ne c": "right",
    r"L \ge 20 c": "wrong",
    r"\frac{1}{1 + e^{-c}} < 1": "right",
    r"\frac{1}{1 + e^{-c}} < 0.99": "wrong",
    r"L = c \le L": "inconsistent",
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_lines(line: str) -> None:
    assert in_latex([line], CONFIG)[0] == LINES[line]


def test_beyond_the_edge_is_zero_only_where_that_is_said() -> None:
    line = r"\sum_{i=1}^{m} a_i = \sum_{i=0}^{m+1} a_i"
    assert in_latex([line], CONFIG) == ["undefined"]
    assert in_latex([line, r"a_0 = 0", r"a_0 = 1"], PADDED) == ["right", "right", "inconsistent"]


NUMPY = {
    "dz2 = 0 + (h2 - t) * h2 * (1 - h2)": "right",
    "dz2 = (h2 - t) * h2 @ (1 - h2)": "undefined",
    "dz2 = (h2 - t) * (h2 * (1 - h2))": "right",
    "dz2 = h2 - t * h2 * (1 - h2)": "wrong",
    "db2 = (h2 - t) * h2 * (1 - h2)": "wrong",
    "db2 = sum((h2 - t) * h2 * (1 - h2), axis=0)": "right",
    "db2 = sum((h2 - t) * h2 * (1 - h2), axis=0, keepdims=True)": "wrong",
    "db2 = sum((h2 - t) * h2 * (1 - h2))": "wrong",
    "db2 = ones(n) @ ((h2 - t) * h2 * (1 - h2))": "right",
    "db2 = mean((h2 - t) * h2 * (1 - h2), axis=0) * n": "right",
    "db2 = mean((h2 - t) * h2 * (1 - h2), axis=0) * n0": "wrong",
    "dW2 = h1.T @ (h2 - t) * h2 * (1 - h2)": "undefined",
    "d(L, b2[j]) = total((h2[i, j] - t[i, j]) * h2[i, j] * (1 - h2[i, j]), i)": "right",
    "d(L, b2[j]) = total((h2[j, i] - t[j, i]) * h2[j, i] * (1 - h2[j, i]), i)": "undefined",
    "d(L, b2[0]) = total((h2[i, 1] - t[i, 1]) * h2[i, 1] * (1 - h2[i, 1]), (i, 1, n))": "wrong",
    "d(L, t) = t - h2": "right",
    "d(L, n) = 0": "undefined",
}


@pytest.mark.parametrize("line", NUMPY)
def test_lines_of_python(line: str) -> None:
    assert in_python([line]) == [NUMPY[line]]
