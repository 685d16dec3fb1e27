"""What numbers decide: domains, infinities, small and large ones, zeros, branches far out."""

from __future__ import annotations

import pytest
from verdicts import d, in_latex, in_python, report_of

import autograd as ag
from autograd.errors import GradientError
from autograd.proofread.worlds import truth

Case = tuple[list[str], list[str], str]
VECTOR = {"x": ("n",)}
NUMBERS = {"w": (), "x": ()}

CASES: dict[str, Case] = {
    "a logarithm": (
        ["L = sum(log(x))"],
        ["dx = 1 / x", "dx = 2 / x", "dx = x"],
        "right wrong wrong",
    ),
    "a root": (["L = sum(sqrt(x))"], ["dx = 0.5 / sqrt(x)", "dx = sqrt(x)"], "right wrong"),
    "a logarithm of what is below 1": (
        ["L = -sum(log(x) + log(1 - x))"],
        ["dx = -1 / x + 1 / (1 - x)", "dx = -1 / x - 1 / (1 - x)"],
        "right wrong",
    ),
    "no value anywhere": (["L = sum(x / (x - x))"], ["dx = 7 * x", "dx = 0"], "not read not read"),
    "too large now and then": (
        ["L = sum(exp(1000 * x))"],
        ["dx = 7 * x", "dx = 1000 * exp(1000 * x)", "dx = exp(1000 * x)"],
        "wrong right wrong",
    ),
    "small": (
        ["L = 1e-13 * sum(x**2)"],
        ["dx = 2e-13 * x", "dx = 1e-13 * x", "dx = 0"],
        "right wrong wrong",
    ),
    "rounding is zero": (
        ["p = softmax(x)", "L = sum(p)"],
        ["dx = 0", "dx = 0 * p", "dx = p", "sum(p) <= 1", "sum(p) >= 1", "sum(p) < 1"],
        "right right wrong right right wrong",
    ),
    "nearly": (
        ["L = sum(x**2)"],
        ["dx = 2.0000001 * x", "dx = 2 * x + 1e-7", "dx = (1 + 1 / 3 * 3) * x"],
        "wrong wrong right",
    ),
    "far out": (
        ["L = sum(maximum(x, -8))"],
        ["dx = ones(n)", "dx = indicator(x > -8)"],
        "wrong right",
    ),
    "a branch far out": (
        ["L = sum(relu(x))"],
        ["dx = indicator(x > 0)", "dx = where(x > 50, 7 * x, indicator(x > 0))"],
        "right wrong",
    ),
    "one of three branches far out": (
        ["L = sum(where(x > 40, 2 * x, where(x > 0, x, 0)))"],
        ["dx = where(x > 40, 2, where(x > 0, 1, 0))", "dx = indicator(x > 0)"],
        "right wrong",
    ),
    "clipped far out": (
        ["L = sum(clip(x, -5, 5))"],
        ["dx = ones(n)", "dx = indicator(abs(x) < 5)", "dx = indicator(x < 5)"],
        "wrong right wrong",
    ),
    "comparisons without a value": (
        ["L = sum(x**2)"],
        ["log(-L) >= 0", "log(x) <= x", "sqrt(x) >= 1"],
        "not read right wrong",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_numbers(name: str) -> None:
    forward, claims, expected = CASES[name]
    marks = report_of(claims, forward, VECTOR).marks[len(forward) :]
    found = " ".join(m.verdict for m in marks)
    assert found == expected


@pytest.mark.parametrize("seed", range(12))
def test_both_sides_of_a_number_are_tried(seed: int) -> None:
    report = ag.proofread(["L = relu(w * x)"], ["dw = x", "dw = 0"], NUMBERS, seed=seed)
    assert [m.verdict for m in report.marks[1:]] == ["wrong", "wrong"]
    report = ag.proofread(["L = maximum(w, x)"], ["dw = 1", "dw = 0"], NUMBERS, seed=seed)
    assert [m.verdict for m in report.marks[1:]] == ["wrong", "wrong"]


def test_what_is_drawn_from_less_is_said() -> None:
    report = report_of(["dx = 1 / x"], ["L = sum(log(x)) + sum(y)"], {"x": ("n",), "y": ("n",)})
    (remark,) = [words for words in report.conventions if words.startswith("drawn positive")]
    assert remark.endswith(": x")


def test_small_gradients_are_mended_like_others() -> None:
    report = report_of(["dx = 1e-13 * x"], ["L = 1e-13 * sum(x**2)"], VECTOR)
    assert report.marks[-1].fixes[0].text == "2e-13 * x"


def test_an_absolute_value_on_the_left() -> None:
    assert in_latex(["|c| = c", r"|c| = \sqrt{c^2}"]) == ["wrong", "right"]


def test_an_identity_is_as_large_as_the_left_side() -> None:
    lines = [f"{d('u', 'u')} = I", f"{d('(cu)', 'u')} = cI", f"{d('e', 'y')} = -I"]
    assert in_latex(lines) == ["right", "right", "wrong"]


def test_a_zero_of_any_shape() -> None:
    assert in_latex([f"{d('c', 'u')} = 0", f"{d('h', 'u')} = 0", f"{d('L', 'W')} = 0"]) == [
        "right", "right", "wrong",
    ]  # fmt: skip
    assert in_python(["d(z1, W2) = 0", "dx = 0"]) == ["right", "wrong"]


def test_what_has_to_lie_between_0_and_1_is_drawn_there() -> None:
    forward, shapes = ["L = -sum(log(x) + log(1 - x))"], {"x": ("n", "m")}
    claims = ["dx = -1 / x + 1 / (1 - x)", "dx = -1 / x - 1 / (1 - x)"]
    report = report_of(claims, forward, shapes)
    assert [m.verdict for m in report.marks[1:]] == ["right", "wrong"]
    assert any(words.startswith("drawn between 0 and 1") for words in report.conventions)


def test_no_line_is_judged_by_a_gradient_that_is_not_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = truth.gradients

    def lying(y: object, x: object, graph: bool = False) -> object:
        return honest(y, x, graph=graph) * 2  # type: ignore[arg-type, operator]

    monkeypatch.setattr(truth, "gradients", lying)
    with pytest.raises(GradientError, match="no line is judged by it"):
        report_of(["dx = 4 * x"], ["L = sum(x**2)"], VECTOR)
    with pytest.raises(GradientError, match="a difference gives"):
        report_of(["dx = 2 * indicator(x > 0)"], ["L = sum(relu(x))"], VECTOR)
