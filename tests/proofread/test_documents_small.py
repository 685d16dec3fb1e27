"""What the two documents need, each on a few lines of its own."""

from __future__ import annotations

import pytest

from autograd.proofread.judge import judge
from autograd.proofread.reading import document
from autograd.proofread.reading.configuration import settings
from autograd.proofread.report import Mark, Report

NET = r"""
loss: L
sizes: {n0: 3, n1: 2}
shapes:
  x: [n0, 1]
  W1: [n1, n0]
  b1: [n1, 1]
  W2: [n1, n1]
  t: [n1, 1]
  alpha: {shape: [], kind: positive}
parameters: [W1, b1, W2]
layers: {l: [1, 2]}
"""
FORWARD = r"""
$$z_1 = W_1 x + b_1$$
$$z_2 = W_2 z_1$$
$$L = \frac12 \|z_2 - t\|^2$$
"""


def report(text: str, config: str = NET) -> Report:
    setup, lines, _ = document.read(text, "n.md", settings.config(config, "n.yaml"))
    return judge(setup, lines)


def marks(text: str, config: str = NET) -> list[Mark]:
    """The marks on what comes after the forward pass."""
    return list(report(FORWARD + text, config).marks[3:])


def verdicts(text: str, config: str = NET) -> list[str]:
    return [m.verdict for m in report(text, config).marks]


MATRICES = """
loss: L
shapes: {V: [5, 3], S: [3, 3], h: [n, 4], r: [1, 4]}
"""
V = r"\begin{{bmatrix}} V_{{11}} & V_{{12}} & V_{{13}} \\ V_{{21}} & V_{{22}} & V_{{23}} \\ V_{{31}} & V_{{32}} & V_{{33}} \\ V_{{41}} & V_{{42}} & V_{{43}} \\ V_{{{0}1}} & V_{{{0}2}} & V_{{{0}3}} \end{{bmatrix}}"  # noqa: E501
H = r"\begin{{bmatrix}} h_{{11}} & h_{{12}} & h_{{13}} & h_{{14}} \\ \vdots & \vdots & \vdots & \vdots \\ h_{{n1}} & h_{{n2}} & h_{{n3}} & h_{{n{0}}} \end{{bmatrix}}"  # noqa: E501


@pytest.mark.parametrize(
    ("written", "edits"),
    [
        (V.format(5), []),
        (V.format(4), [f"V[5, {k}] instead of V[4, {k}]" for k in (1, 2, 3)]),
        (H.format(4), []),
        (H.format(3), ["h[n, 4] instead of h[n, 3]"]),
        (r"\begin{bmatrix} S_{11} & S_{12} \\ S_{12} & S_{22} \end{bmatrix}", []),  # symmetric
        (
            r"\begin{bmatrix} S_{11} & S_{12} & S_{13} \\ S_{12} & S_{22} & S_{23} \\"
            r" S_{13} & S_{23} & S_{33} \end{bmatrix}",
            [],
        ),
        (r"\begin{bmatrix} r_1 & r_2 & r_3 \\ r_2 & r_3 & r_4 \end{bmatrix}", []),  # shifted
    ],
    ids=["V", "V4", "h", "h3", "symmetric", "symmetric 3", "shifted"],
)
def test_an_index_that_is_there_twice_is_seen_where_nothing_else_tells(
    written: str, edits: list[str]
) -> None:
    (mark,) = report(f"$$Z = {written}$$", MATRICES).marks
    assert mark.verdict == ("inconsistent" if edits else "definition")
    assert [e for fix in mark.fixes for e in fix.edits] == edits


def test_the_mended_matrix_is_what_the_rest_is_judged_by() -> None:
    text = f"$$Z = {V.format(4)}$$\n\n$$Z = V$$\n\n$$Z_{{51}} = V_{{51}}$$"
    assert verdicts(text, MATRICES) == ["inconsistent", "right", "right"]


def test_the_first_side_that_says_something_new_defines() -> None:
    text = r"$$z = \begin{bmatrix} z_1 \\ z_2 \end{bmatrix} = W_1 x + b_1$$"
    assert verdicts(text) == ["right", "definition"]


def test_a_line_may_come_before_the_one_that_it_needs() -> None:
    found = report("$$L = \\frac12 \\|z_1 - t\\|^2$$\n\n$$z_1 = W_1 x + b_1$$\n\n"
                   "$$\\frac{\\partial L}{\\partial z_1} = z_1 - t$$")  # fmt: skip
    assert [m.verdict for m in found.marks] == ["definition", "definition", "right"]


@pytest.mark.parametrize(
    ("claim", "verdict", "fix"),
    [
        (r"(z_1)_i = \sum_j (W_1)_{ij} x_j + (b_1)_i", "right", ""),
        (r"(z_1)_i = (W_1)_{ij} x_j + (b_1)_i", "undefined",
         r"\sum_{j} (W_1)_{ij} x_j + (b_1)_i"),
        (r"(z_1)_i = \sum_j (W_1)_{ij} x_j", "inconsistent", None),
    ],
    ids=["sum", "no sum", "no bias"],
)  # fmt: skip
def test_what_is_said_of_z_i_is_said_of_every_i(claim: str, verdict: str, fix: str | None) -> None:
    (mark,) = marks(f"$${claim}$$")
    assert mark.verdict == verdict
    if fix is not None:
        assert "".join(f.text for f in mark.fixes[:1]) == fix


@pytest.mark.parametrize(("sign", "verdict"), [("-", "right"), ("+", "wrong")])
def test_a_step_may_be_written_for_an_entry(sign: str, verdict: str) -> None:
    step = rf"W^{{(l)}}_{{i,j}} = W^{{(l)}}_{{i,j}} {sign} \alpha \frac{{\partial L}}{{\partial W^{{(l)}}_{{i,j}}}}"  # noqa: E501
    (mark,) = marks(f"$${step}$$")
    assert mark.verdict == verdict


def test_a_layer_that_is_not_there_is_undefined_and_mended() -> None:
    (mark,) = marks(r"$$\frac{\partial z_2}{\partial z_1} = W^{(0)}$$")
    assert (mark.verdict, mark.message) == ("undefined", "there is no W0, only W1, W2")
    assert mark.fixes[0].edits == ("W2 instead of W0",)


def test_a_derivative_of_what_does_not_depend_is_zero() -> None:
    chain = r"\frac{\partial L}{\partial z_1} \cdot \frac{\partial b_1}{\partial W_1}"
    (mark,) = marks(rf"$$\frac{{\partial L}}{{\partial b_1}} = {chain}$$")
    assert mark.verdict == "wrong"
    assert "∂b1/∂W1 is 0: b1 does not depend on W1" in mark.notes
    assert mark.fixes[0].edits == ("∂z1/∂b1 instead of ∂b1/∂W1",)


def test_a_loss_that_sums_to_2_fixes_the_size() -> None:
    config = NET + "forward: [p = W1 @ x]\n"
    text = r"$$L = \sum_{j=1}^{2} p_j^2$$ $$\frac{\partial L}{\partial p} = 2 p$$"
    found = report(text, config)
    assert [m.verdict for m in found.marks] == ["definition", "right"]
    assert 2 in found.sizes["n1"]


def test_a_size_without_a_name_is_not_taken_again() -> None:
    found = report("$$Z = h V$$ $$L = \\|Z\\|^2$$", "loss: L\nshapes: {h: [n, 3], V: [3, 5]}\n")
    assert not {3, 5} & set(found.sizes["n"])


def test_a_sum_whose_terms_have_no_index_is_noted() -> None:
    (mark,) = marks(r"$$c = \sum_{i=1}^{3} \|t\|$$")
    assert any("no term of the sum over i" in note for note in mark.notes)


def test_the_report_says_how_its_configuration_reads() -> None:
    config = NET + "functions: {g: sigmoid}\nsections: [{lines: 2-3, products: loose}]\n"
    said = report(FORWARD, config).conventions
    assert any("g is sigmoid" in sentence and "l = 1, 2" in sentence for sentence in said)
    assert "lines 2–3: all products are right up to order, transposes and ⊙" in said
