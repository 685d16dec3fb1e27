"""Pages as people write them: what is not read blames no line, and nothing ends in a traceback."""

from __future__ import annotations

import pytest

from autograd import proofread
from autograd.errors import ProofreadError
from autograd.proofread.judge import judge
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.reading.drafting.draft import draft
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


RECURRENT = r"""
$$\mathbf{h}_t = \tanh(\mathbf{W}_{hh} \mathbf{h}_{t-1}
    + \mathbf{W}_{xh}\mathbf{x}_t + \mathbf{b}_h)$$
$$\mathbf{o}_t = \mathbf{W}_{hy} \mathbf{h}_t, \qquad
  \hat{\mathbf{y}}_t = \mathrm{softmax}(\mathbf{o}_t)$$
$$L = -\sum_{t=1}^T \mathbf{y}_t^\top \log \hat{\mathbf{y}}_t$$
$$\frac{\partial L}{\partial \mathbf{o}_t} = \hat{\mathbf y}_t - \mathbf y_t$$
$$\frac{\partial L}{\partial \mathbf{W}_{hy}}
  = \sum_{t=1}^T (\hat{\mathbf y}_t - \mathbf y_t) \mathbf{h}_t^\top$$
"""
COURSE = r"""
$$Z^{[1]} = W^{[1]} X + b^{[1]}, \qquad A^{[1]} = \tanh(Z^{[1]})$$
$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}, \qquad A^{[2]} = \sigma(Z^{[2]})$$
$$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[2](i)}
  + (1 - y^{(i)}) \log (1 - a^{[2](i)}) \right)$$
$$dZ^{[2]} = A^{[2]} - Y$$
$$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}$$
$$db^{[2]} = \frac{1}{m} np.sum(dZ^{[2]}, axis=1, keepdims=True)$$
$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * (1 - (A^{[1]})^2)$$
"""
LECTURE = r"""
$$z_1 = X W_1 + b_1, \quad h = \max(0, z_1), \quad s = h W_2 + b_2, \quad p = \text{softmax}(s)$$
$$L = -\frac{1}{N} \sum_{i} \sum_{k} Y_{ik} \log p_{ik}$$
$$ds = \frac{1}{N} (p - Y)$$
$$dW_2 = h^T ds$$
$$dz_1 = (ds W_2^T) \odot 1(z_1 > 0)$$
$$db_1 = \sum_i dz_{1,i}$$
"""
BOOK = r"""
$$z = W x + b, \qquad \hat y_i = \frac{e^{z_i}}{\sum_j e^{z_j}},
  \qquad L = -\sum_i y_i \log \hat y_i$$
$$\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} - \hat y_j)$$
$$\frac{\partial L}{\partial z_j} = \hat y_j - y_j$$
$$\frac{\partial L}{\partial W} = (\hat y - y) x^\top$$
"""
RIDGE = r"""
With $X \in R^{n \times d}$, $w \in R^d$ and $y \in R^n$,
$$J(w) = \frac{1}{2n} \|Xw - y\|^2, \qquad J_\lambda(w) = J(w) + \frac{\lambda}{2} \|w\|_2^2$$
$$\nabla_w J(w) = \frac{1}{n} X^T (Xw - y)$$
$$\nabla_w J_\lambda = \frac{1}{n} X^T (Xw - y) + \lambda w$$
"""
PAGES = {
    "recurrent": RECURRENT, "course": COURSE, "lecture": LECTURE, "book": BOOK, "ridge": RIDGE,
}  # fmt: skip
SLIPS = {
    "recurrent": (r"\mathbf{h}_t^\top$$", r"\mathbf{h}_{t-1}^\top$$"),
    "course": ("(1 - (A^{[1]})^2)", "(1 - A^{[1]})"),
    "lecture": ("dW_2 = h^T ds", "dW_2 = z_1^T ds"),
    "book": (r"\delta_{ij} - \hat y_j", r"\delta_{ij} + \hat y_j"),
    "ridge": (r"+ \lambda w", r"+ 2 \lambda w"),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_right_page_in_its_own_notation_is_right_by_its_draft(page: str) -> None:
    found = report(PAGES[page])
    assert [
        (m.claim, m.verdict) for m in found.marks if m.verdict not in ("right", "definition")
    ] == []
    assert [m.verdict for m in found.marks].count("right") >= 2


@pytest.mark.parametrize("page", PAGES)
def test_a_slip_in_such_a_page_is_found_by_its_draft(page: str) -> None:
    found = report(PAGES[page].replace(*SLIPS[page]))
    assert [
        m.verdict for m in found.marks if m.verdict not in ("right", "definition", "carried")
    ] == ["wrong"]


def test_what_is_guessed_of_a_course_is_marked_so() -> None:
    said = draft(COURSE, "n.md").splitlines()
    for line in (
        "samples: columns  # guess", "  X: [m_1, m]", "  Y: [1, m]", "  W2: [1, n1]",
        '  "dZ^{[2]}": d(J, Z2, scale=m)  # guess: without the 1/m',
    ):  # fmt: skip
        assert line in said


def test_a_repair_has_the_name_without_the_transpose() -> None:
    found = report(COURSE.replace(*SLIPS["course"]))
    assert found.marks[-1].fixes[0].text == "(W^{[2]})^T dZ^{[2]} * (1 - (A^{[1]})^{2})"


def test_letters_below_are_indices_where_a_sum_binds_them() -> None:
    page = r"$$s_h = \sum_x W_{hx} x_x, \qquad L = \sum_h s_h^2$$"
    assert "Whx" not in draft(page, "n.md")


SOFTMAX = r"""
$p_i = \frac{e^{a_i}}{\sum_k e^{a_k}}$, $L = -\sum_i y_i \log p_i$

If $i = j$:
$$\frac{\partial p_i}{\partial a_j} = p_i (1 - p_j)$$
If $i \neq j$:
$$\frac{\partial p_i}{\partial a_j} = -p_j p_i$$
$$\frac{\partial L}{\partial a_i} = p_i - y_i$$
"""


def test_a_line_for_some_indices_is_judged_for_these() -> None:
    assert verdicts(SOFTMAX) == ["definition", "definition", "right", "right", "right"]
    behind = SOFTMAX.replace("If $i = j$:", "").replace("(1 - p_j)$$", r"(1 - p_j), \quad i = j$$")
    assert verdicts(behind) == ["definition", "definition", "right", "right", "right"]


def test_a_wrong_line_for_some_indices_is_mended_and_blames_no_other() -> None:
    found = report(SOFTMAX.replace("-p_j p_i", "p_j p_i"))
    assert [m.verdict for m in found.marks[2:]] == ["right", "wrong", "right"]
    assert found.marks[3].fixes[0].text == "-p_j p_i"


def test_a_line_without_its_condition_is_said_of_all_indices() -> None:
    assert verdicts(SOFTMAX.replace(r"If $i \neq j$:", "So:"))[3] == "wrong"


NET = ["z = x @ W", "h = np.maximum(0, z)", "L = np.sum((h - t)**2) / n"]
GIVEN = {"x": ("n", "d"), "W": ("d", "k"), "t": ("n", "k")}


@pytest.mark.parametrize("claim", ["dz[z <= 0] = 0", "dh[range(n), y] -= 1", "dh[0] -= 1"])
def test_a_change_in_place_says_what_to_write(claim: str) -> None:
    with pytest.raises(ProofreadError, match=r"changes some entries of d.: write what the whole"):
        proofread(NET, [claim], GIVEN)


@pytest.mark.parametrize(("last", "verdict"), [("dh = r", "right"), ("dh = r / n", "wrong")])
def test_a_name_that_is_given_a_new_value_has_it_from_there_on(last: str, verdict: str) -> None:
    found = proofread(NET, ["r = h - t", "r /= n", "r = 2 * r", last], GIVEN)
    assert [m.verdict for m in found.marks[3:]] == [*["definition"] * 3, verdict]
    assert [fix.text for fix in found.marks[-1].fixes[:1]] == ["r"] * (verdict == "wrong")


def test_a_definition_that_a_page_changes_is_no_wrong_step() -> None:
    page = r"$$r = 2 x, \quad L = \|r\|^2$$ $$r := r - 1$$"
    found = report(page, "loss: L\nshapes: {x: [n, 1]}\n")
    assert found.marks[-1].verdict == "not read"
    assert "r is defined before, and changes here" in found.marks[-1].message


BOLD = r"""
$$\mathcal{L}(\boldsymbol\theta) = \frac{1}{N}\sum_{i=1}^{N} (y_i - \hat{y}_i)^2, \qquad
  \hat{y}_i = \boldsymbol\theta^\top \mathbf{x}_i$$
$$\nabla_{\boldsymbol\theta} \mathcal{L} = -\frac{2}{N} \sum_{i=1}^N (y_i - \hat y_i) \mathbf{x}_i$$
"""
ENTRY = r"""$$\frac{\partial \mathcal{L}}{\partial \theta_j}
  = -\frac{2}{N} \sum_i (y_i - \hat y_i) x_{ij}$$"""


@pytest.mark.parametrize(("page", "side"), [(BOLD, "columns"), (BOLD + ENTRY, "rows")])
def test_a_bold_letter_with_an_index_is_a_sample(page: str, side: str) -> None:
    assert f"samples: {side}  # guess" in draft(page, "n.md").splitlines()
    assert verdicts(page) == ["definition", "definition", "right", "right"][: 3 + (side == "rows")]
    assert verdicts(page.replace("-\\frac{2}{N}", "\\frac{2}{N}"))[2] == "wrong"


def test_a_line_that_chooses_the_parameter_is_left_out() -> None:
    page = RIDGE + "\nSo $X^T X w = X^T y$, $w = (X^T X)^{-1} X^T y$.\n"
    said = draft(page, "n.md")
    assert "skip:\n  7: it chooses w, and holds for no other  # guess" in said
    assert set(verdicts(page)) == {"right", "definition"}
