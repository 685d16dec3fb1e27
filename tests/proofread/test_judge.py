"""Verdicts: what is wrong, what only follows, what cancels, what repeats."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import autograd as ag
from autograd.proofread.report import Mark, Report

FORWARD = [
    "z1 = x @ W1 + b1",
    "h1 = sigmoid(z1)",
    "z2 = h1 @ W2 + b2",
    "h2 = sigmoid(z2)",
    "L = 0.5 * sum((t - h2)**2)",
]
SHAPES = {
    "x": ("n", "n0"), "W1": ("n0", "n1"), "b1": ("n1",), "W2": ("n1", "n2"), "b2": ("n2",),
    "t": ("n", "n2"),
}  # fmt: skip
BACKWARD = {
    "dh2": "h2 - t",
    "dz2": "dh2 * h2 * (1 - h2)",
    "dW2": "h1.T @ dz2",
    "db2": "sum(dz2, axis=0)",
    "dh1": "dz2 @ W2.T",
    "dz1": "dh1 * h1 * (1 - h1)",
    "dW1": "x.T @ dz1",
    "db1": "sum(dz1, axis=0)",
}


def claims(**changed: str) -> list[str]:
    return [f"{left} = {right}" for left, right in (BACKWARD | changed).items()]


def read(lines: Sequence[str], forward: Sequence[str] = FORWARD, **shapes: object) -> Report:
    return ag.proofread(forward, lines, {**SHAPES, **shapes})


def marks(report: Report) -> dict[str, list[Mark]]:
    """The marks by the left sides of their claims."""
    found: dict[str, list[Mark]] = {}
    for mark in report.marks:
        found.setdefault(mark.left, []).append(mark)
    return found


def verdicts(report: Report) -> dict[str, str]:
    return {left: each[-1].verdict for left, each in marks(report).items() if left in BACKWARD}


def test_a_right_derivation_is_right() -> None:
    report = read(claims())
    assert set(verdicts(report).values()) == {"right"}
    assert report.ok
    assert report.exit_code == 0
    assert len(verdicts(report)) == len(BACKWARD)


def test_a_mistake_is_found_on_its_line_and_carried_from_there() -> None:
    report = read(claims(dz2="dh2 * z2 * (1 - z2)"))
    found = verdicts(report)
    assert found["dh2"] == "right"
    assert found["dz2"] == "wrong"
    assert {found[k] for k in ("dW2", "db2", "dh1", "dz1", "dW1", "db1")} == {"carried"}
    (wrong,) = marks(report)["dz2"]
    (carried,) = marks(report)["dW2"]
    assert carried.rests_on == (wrong.line,)
    assert report.exit_code == 1
    assert wrong.worst is not None
    assert wrong.worst.written != pytest.approx(wrong.worst.true)


def test_a_line_that_is_right_by_itself_ends_the_carrying() -> None:
    found = verdicts(
        read(claims(dz2="h2 - t", dz1="((h2 - t)*h2*(1 - h2)) @ W2.T * h1 * (1 - h1)"))
    )
    assert found["dz2"] == "wrong"
    assert found["dh1"] == "carried"
    assert found["dz1"] == "right"
    assert found["dW1"] == "right"


def test_independent_mistakes_are_all_found() -> None:
    report = read(claims(dz2="dh2 * h2", dW1="-x.T @ dz1", db2="sum(dz2, axis=1)"))
    found = verdicts(report)
    assert [k for k, v in found.items() if v == "wrong"] == ["dz2", "db2", "dW1"]
    (mark,) = marks(report)["dW1"]
    assert mark.rests_on
    assert any("also rests on" in note for note in mark.notes)


def test_two_mistakes_that_cancel_are_both_wrong() -> None:
    report = read(claims(dz2="-dh2 * h2 * (1 - h2)", dW2="-h1.T @ dz2"))
    found = verdicts(report)
    assert (found["dz2"], found["dW2"]) == ("wrong", "wrong")
    (mark,) = marks(report)["dW2"]
    assert any("cancel" in note for note in mark.notes)


def test_every_equality_of_a_chain_is_judged_against_its_left_side() -> None:
    report = read(
        claims(dW2="h1 @ dz2 = h1.T @ dz2 = 2 * h1.T @ dz2 = h1.T @ (dh2 * h2 * (1 - h2))")
    )
    assert [m.verdict for m in marks(report)["dW2"]] == ["undefined", "right", "wrong", "right"]


def test_later_lines_use_the_last_form_of_a_chain() -> None:
    report = read(claims(dz2="2 * dh2 * h2 * (1 - h2) = dh2 * h2 * (1 - h2)"))
    assert verdicts(report)["dW2"] == "right"
    report = read(claims(dz2="dh2 * h2 * (1 - h2) = 2 * dh2 * h2 * (1 - h2)"))
    assert verdicts(report)["dW2"] == "carried"


def test_products_that_do_not_exist_name_both_shapes_and_what_would_fit() -> None:
    report = read(claims(dh1="dz2 @ W2"))
    (mark,) = marks(report)["dh1"]
    assert mark.verdict == "undefined"
    assert "n×n2" in mark.message
    assert "n1×n2" in mark.message
    assert "transposed" in mark.message
    assert verdicts(report)["dz1"] == "right"  # the next line is not blamed


def test_sizes_that_coincide_hide_nothing() -> None:
    square = {"W2": ("n1", "n1"), "b2": ("n1",), "t": ("n", "n1")}
    report = read(claims(dh1="dz2 @ W2"), **square)
    (mark,) = marks(report)["dh1"]
    assert mark.verdict == "wrong"  # n1 is n1, so that this product exists, and is another
    report = ag.proofread(
        FORWARD,
        claims(dh1="dz2 @ W2"),
        SHAPES | {"W2": (4, 4), "t": ("n", 4), "b2": (4,), "W1": ("n0", 4), "b1": (4,)},
    )
    assert marks(report)["dh1"][0].verdict == "wrong"


def test_a_forward_line_that_contradicts_an_earlier_one() -> None:
    report = read(["z1 = x @ W1", *claims()])
    mark = marks(report)["z1"][-1]
    assert mark.verdict == "inconsistent"
    assert "line 1" in mark.message
    assert set(verdicts(report).values()) == {"right"}


def test_of_two_contradicting_lines_the_rest_decides() -> None:
    forward = ["z1 = x @ W1", *FORWARD]
    report = read(claims(), forward)
    first, second = marks(report)["z1"]
    # db1 is right only of the second
    assert (first.verdict, second.verdict) == ("inconsistent", "definition")
    assert set(verdicts(report).values()) == {"right"}


def test_quantities_of_the_authors_own_are_definitions() -> None:
    report = read([*claims()[:2], "s = h1 * (1 - h1)", "dz1 = (dz2 @ W2.T) * s", "dW1 = x.T @ dz1"])
    assert marks(report)["s"][0].verdict == "definition"
    assert verdicts(report)["dW1"] == "right"


def test_a_mistake_in_an_own_definition_reaches_the_lines_that_use_it() -> None:
    report = read([*claims()[:2], "back = -dz2 @ W2.T", "dz1 = back * h1 * (1 - h1)"])
    assert verdicts(report)["dz1"] == "wrong"


def test_a_step_of_gradient_descent() -> None:
    lines = [*claims(), "W1 = W1 - alpha * dW1", "b1 -= alpha * db1", "W2 = W2 + alpha * dW2"]
    report = read(lines, alpha=())
    last = [m.verdict for m in report.marks][-3:]
    assert last == ["right", "right", "wrong"]


def test_inequalities_are_tried_and_refuted() -> None:
    report = read(["sum(h2) <= n * n2", "sum(h2) <= 1", "norm(dW2) >= 1000 * norm(dW2)"])
    assert [m.verdict for m in report.marks][-3:] == ["right", "wrong", "wrong"]
    assert "counter-example" in report.marks[-1].message


def test_second_derivatives_and_gradients_for_inputs() -> None:
    forward = ["y = w**3 * x", "L = sum(y)"]
    lines = ["d(L, w, w) = 6 * w * x", "dx = w**3", "d(L, w, x) = 3 * w**2", "d(L, w, x) = w**2"]
    report = ag.proofread(forward, lines, {"w": (), "x": ()})
    assert [m.verdict for m in report.marks][-4:] == ["right", "right", "right", "wrong"]


def test_ties_are_said_with_the_direction_that_shows_them() -> None:
    report = ag.proofread(
        ["f = maximum(x, y)"], ["d(f, x) = indicator(x >= y)", "d(f, y) = indicator(y > x)"],
        {"x": (), "y": ()}, loss="f",
    )  # fmt: skip
    for mark in report.marks[-2:]:
        assert mark.verdict == "right"
        assert any(note.startswith("except at ties") for note in mark.notes)


def test_a_branch_that_is_wrong_is_reached() -> None:
    forward = ["r = relu(z)", "L = sum(r)"]
    report = ag.proofread(forward, ["dz = ones(n)"], {"z": ("n",)})
    assert report.marks[-1].verdict == "wrong"


def test_scaled_gradients_are_kept_as_such() -> None:
    forward = ["z = w * x", "J = sum(z**2) / m"]
    lines = ["d(J, z, scale=m) = 2 * z", "dw = sum(d(J, z, scale=m) * x) / m"]
    report = ag.proofread(forward, lines, {"w": (), "x": ("m",)})
    assert [m.verdict for m in report.marks][-2:] == ["right", "right"]
    lines[0] = "d(J, z, scale=m) = z"
    report = ag.proofread(forward, lines, {"w": (), "x": ("m",)})
    assert [m.verdict for m in report.marks][-2:] == ["wrong", "carried"]


def test_the_report_says_what_and_how_it_judged() -> None:
    report = read(claims())
    assert report.loss.startswith("L = ")
    assert set(report.sizes) == {"n", "n0", "n1", "n2"}
    assert all(len(set(values)) > 1 for values in report.sizes.values())
    assert any("complex steps" in words for words in report.method)
    assert any("not a symbolic proof" in words for words in report.method)


def test_a_name_given_late_to_what_was_written_out() -> None:
    forward = ["h = sigmoid(x @ W + b)", "L = sum(h**2)", "z = x @ W + b"]
    lines = ["dz = 2 * h * h * (1 - h)", "dW = x.T @ dz", "db = sum(dz, axis=0)"]
    shapes = {"x": ("n", "n0"), "W": ("n0", "n1"), "b": ("n1",)}
    report = ag.proofread(forward, lines, shapes, loss="L")
    assert [m.verdict for m in report.marks][-3:] == ["right"] * 3
    report = ag.proofread(forward, ["dz = 2 * h * z * (1 - z)"], shapes, loss="L")
    assert report.marks[-1].verdict == "wrong"
