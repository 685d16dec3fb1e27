"""check_grad's verdicts: each with the case that it is for, and a case beside it that it is not."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import GradientError, Tensor, Value, check_grad, primitive

A = np.array([[0.7, -1.3, 0.4], [1.1, 0.9, -0.6]])
B = np.array([[0.5, 0.2], [0.1, 0.9], [0.3, -0.4]])


def refused(f: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The report of a check that has to fail."""
    with pytest.raises(GradientError) as caught:
        check_grad(f, *args, **options)
    assert str(caught.value) == str(caught.value.report)
    return caught.value.report


def one_entry(size: float = 1e-3) -> Any:
    wrong = np.ones(A.shape)
    wrong[1, 2] += size
    return wrong


def sine(slope: Callable[[Any], Any]) -> Any:
    return primitive("sine", lambda x: np.sin(x), [lambda g, y, x: g * slope(x)])


# ── agree ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "args",
    [
        (0.7,), (2,), (A,), (Value(0.7),), (Tensor(A),), (np.float64(0.3),), ({"a": A, "b": 0.5},),
        ([A, (0.5, A + 1)],), (np.array([Value(0.3), Value(-0.6)]),),
    ],
    ids=["float", "int", "array", "Value", "Tensor", "numpy number", "dict", "nested", "Values"],
)  # fmt: skip
def test_whatever_grad_takes(args: Any) -> None:
    def f(x: Any) -> Any:
        parts = x.values() if isinstance(x, dict) else x if isinstance(x, list | tuple) else [x]
        return [f(p) if isinstance(p, tuple) else ag.tanh(p) * p for p in parts]

    report = check_grad(f, *args, order=2)
    assert report.verdict == "agree"
    assert report.points == 3
    assert "agree" in str(report)


def test_nothing_given_is_changed() -> None:
    x, t, v = A.copy(), Tensor(A), Value(0.5)
    box = {"x": A.copy()}
    check_grad(lambda x, t, box: x * t + box["x"], x, t, box, order=2)
    check_grad(lambda v: v * v, v, order=2)
    assert np.array_equal(x, A)
    assert np.array_equal(box["x"], A)
    assert (t.grad, v.grad) == (None, 0.0)
    assert x.flags.writeable


def test_the_method_follows_from_the_ops_on_the_way() -> None:
    report = check_grad(lambda a, b: ag.sum(ag.exp(a)) + ag.sum(ag.relu(b)), A, A + 3.0)
    assert report.methods == {"a": "complex step", "b": "differences"}


def test_constants_among_the_arguments() -> None:
    labels = np.array([0, 2])
    report = check_grad(lambda x, k: -ag.log_softmax(x)[[0, 1], k], A, labels, argnums=0)
    assert list(report.methods) == ["x"]
    assert check_grad(lambda x, how: x * x if how == "square" else x, A, "square").verdict


# ── wrong ───────────────────────────────────────────────────────────────────────────────────────
def test_one_part_in_a_thousand_in_one_entry() -> None:
    assert check_grad(sine(ag.cos), A, order=2).verdict == "agree"
    report = refused(lambda W: sine(lambda x: ag.cos(x) * one_entry())(W), A)
    assert report.verdict == "wrong"
    worst = report.worst
    assert (worst.argument, worst.position, worst.index) == ("W", 0, (1, 2))
    assert worst.ratio == pytest.approx(1.001, abs=1e-9)
    assert worst.method == "differences"
    assert 0.0 < report.noise < 1e-9
    assert 0.0 < report.step < 1.0
    assert "gradient from the rules" in str(report)
    assert "by differences" in str(report)
    assert "1 of 6 entries of W" in str(report)


def test_by_complex_steps_it_is_confirmed_by_differences() -> None:
    f = sine(lambda x: ag.cos(x) * one_entry(1e-5))
    f.op.analytic = True
    assert refused(f, A).worst.index == (1, 2)


def test_one_part_in_a_thousand_at_second_order() -> None:
    hidden = sine(lambda x: ag.cos(x) + 1e-3 * one_entry(0.0) * (x - getattr(x, "data", x)))
    assert check_grad(hidden, A).verdict == "agree"
    report = refused(hidden, A, order=2)
    assert (report.verdict, report.order) == ("wrong", 2)
    lost = refused(sine(lambda x: np.cos(getattr(x, "data", x))), A, order=2)
    assert "zero" in lost.looks_like


def test_right_at_one_point_only() -> None:
    square = primitive("square", lambda x: x * x, [lambda g, y, x: g * 1.4])
    report = refused(square, 0.7)
    assert report.verdict == "wrong"
    assert "near the given one" in str(report)
    assert "0.7\n" not in report.reproducer


def test_a_number_taken_out_of_the_graph() -> None:
    """Complex steps follow the graph, which does not know; differences of the function do."""
    report = refused(lambda x: x * x.data, A)
    assert report.verdict == "wrong"
    assert "½" in report.looks_like
    assert any(".data" in note for note in report.notes)


def test_by_path_in_containers() -> None:
    twice = primitive("twice", lambda x: 2 * x, [lambda g, y, x: g])
    report = refused(lambda p: p["a"] * twice(p["b"][1]), {"a": 2.0, "b": [1.0, 3.0]})
    assert report.worst.argument == "p['b'][1]"


def test_many_entries_by_groups() -> None:
    big = np.random.default_rng(0).normal(size=(40, 30))
    wrong = np.ones(big.shape)
    wrong[7, 8] = 1.001
    assert check_grad(sine(ag.cos), big, order=2).verdict == "agree"
    report = refused(sine(lambda x: ag.cos(x) * wrong), big)
    assert (report.worst.index, len(report.entries)) == ((7, 8), 1)


# ── kink ────────────────────────────────────────────────────────────────────────────────────────
def test_kinks_and_both_slopes() -> None:
    report = refused(lambda x: ag.leaky_relu(x, 0.25), np.array([1.0, 0.0]))
    assert report.verdict == "kink"
    assert report.worst.index == (1,)
    assert report.worst.left / report.worst.right == pytest.approx(0.25, rel=1e-6)
    assert check_grad(ag.relu, np.array([1e-5, -1e-5])).verdict == "agree"
    assert refused(ag.maximum, np.array([1.0]), np.array([1.0])).verdict == "kink"


def test_kinks_can_be_allowed_but_not_any_gradient_there() -> None:
    x = np.array([1.0, 0.0])
    assert check_grad(ag.relu, x, allow_kinks=True).verdict == "agree"
    assert check_grad(ag.max, np.array([1.0, 1.0]), allow_kinks=True).verdict == "agree"
    steep = primitive(
        "relu", lambda x: np.maximum(x, 0), [lambda g, y, x: g * ((x > 0) + 7 * (x == 0))]
    )
    assert check_grad(steep, np.array([0.5])).verdict == "agree"
    assert refused(steep, np.array([0.0]), allow_kinks=True).verdict == "wrong"


def test_a_kink_that_cancels_is_wrong_by_convention_and_looks_like_nothing() -> None:
    report = refused(lambda x: ag.relu(x) - ag.relu(-x), np.array([0.0, 1.0]))
    assert (report.verdict, report.worst.index, report.looks_like) == ("wrong", (0,), "")


def test_a_kink_of_the_gradient_and_a_jump() -> None:
    x = np.array([1.0, 0.0])
    assert check_grad(lambda x: ag.relu(x) ** 2, x).verdict == "agree"
    report = refused(lambda x: ag.relu(x) ** 2, x, order=2)
    assert (report.verdict, report.order) == ("kink", 2)
    stairs = primitive("floor", np.floor, [lambda g, y, x: g * 0.0])
    assert refused(stairs, np.array([1.0, 1.5])).verdict == "kink"
    assert check_grad(stairs, np.array([1.3, 1.5])).verdict == "agree"


# ── outside the domain ──────────────────────────────────────────────────────────────────────────
def test_which_op_made_it() -> None:
    report = refused(lambda x: 1.0 + ag.sqrt(ag.log(x)), np.array([2.0, -3.0]))
    assert (report.verdict, report.op, report.operands) == ("outside the domain", "log", (-3.0,))
    report = refused(lambda x: ag.sqrt(x) * 2.0, np.array([0.0, 1.0]))
    assert (report.op, report.operands) == ("sqrt", (0.0,))
    assert "derivative of sqrt(0) is inf" in str(report)
    assert refused(lambda x: ag.log(x), -1.0).op == "log"
    report = refused(lambda x: x * 2.0, np.array([1.0, np.nan]))
    assert (report.verdict, report.op) == ("outside the domain", "")
    assert "the argument x is not finite" in str(report)


def test_the_edge_of_a_domain() -> None:
    power = primitive("power", lambda x: x**1.5, [lambda g, y, x: g * 1.5 * x**0.5])
    report = refused(power, np.array([0.0, 1.0]))
    assert report.verdict == "outside the domain"
    assert "on one side" in str(report)
    assert check_grad(power, np.array([1e-8, 1.0])).verdict == "agree"
    assert check_grad(lambda x: ag.log(x) * ag.abs(x), np.array([1e-9, 1e9])).verdict == "agree"
    assert check_grad(lambda x: ag.abs(ag.arcsin(x)), np.array([1 - 1e-9, 0.5])).verdict == "agree"


# ── precision ───────────────────────────────────────────────────────────────────────────────────
def test_cancellation() -> None:
    for large, verdict in ((1e8, "agree"), (1e13, "precision")):
        f = lambda x, c=large: (ag.relu(x) + c) - c
        if verdict == "agree":
            assert check_grad(f, A).verdict == verdict
        else:
            report = refused(f, A)
            assert (report.verdict, report.worst.noise > 1e-4) == (verdict, True)


def test_float32_inside_and_float32_outside() -> None:
    single = primitive(
        "single", lambda x: np.asarray(np.sin(x), np.float32), [lambda g, y, x: g * ag.cos(x)]
    )
    assert refused(single, A).verdict == "precision"
    assert check_grad(ag.sin, A.astype(np.float32), order=2).verdict == "agree"
    wrong = sine(lambda x: ag.cos(x) * one_entry())
    assert refused(wrong, A.astype(np.float32)).verdict == "wrong"
    lossy = lambda x: ag.log((x + 1e7) - 1e7)
    report = refused(lossy, np.array([0.5], np.float32))
    assert report.verdict == "precision"
    assert "float32" in str(report)


# ── not deterministic, aliased input ────────────────────────────────────────────────────────────
def test_random_functions_and_random_rules() -> None:
    rng = np.random.default_rng(0)
    assert refused(lambda x: x * rng.normal(), A).verdict == "not deterministic"
    noisy = primitive("noisy", lambda x: x, [lambda g, y, x: g * rng.normal()])
    report = refused(noisy, A)
    assert report.verdict == "not deterministic"
    assert "gradients" in str(report)
    mask = rng.integers(0, 2, A.shape)
    assert check_grad(lambda x: x * mask, A).verdict == "agree"


def test_arguments_that_share_memory() -> None:
    t, v = Tensor(A), Value(2.0)
    flat = np.arange(6.0)
    for args in (
        (A, A), (flat[:4], flat[2:]), (t, t), (v, v), ({"a": A, "b": A.T},),
        (np.broadcast_to(np.ones(3), (2, 3)),), (np.array([v, v]), np.array([v, v])),
    ):  # fmt: skip
        assert refused(lambda *xs: 1.0, *args).verdict == "aliased input"
    assert check_grad(lambda a, b: a * b, A, A.copy()).verdict == "agree"
    assert check_grad(lambda a, b: a * b, flat[:3], flat[3:]).verdict == "agree"


def test_functions_that_change_their_arguments() -> None:
    def doubled(x: Any) -> Any:
        x *= 2
        return x

    assert "writes into" in str(refused(primitive("f", doubled, [lambda g, y, x: g * 2]), A))

    def assigned(x: Any) -> Any:
        x.data = x.data * 2
        return x * x

    assert refused(assigned, A).verdict == "aliased input"
    mine = A.copy()

    def outside(x: Any) -> Any:
        mine[0, 0] += 1.0
        return x * x

    report = refused(outside, mine)
    assert report.verdict == "aliased input"
    assert "changes x" in str(report)


# ── misuse, reproducer ──────────────────────────────────────────────────────────────────────────
def test_misuse_says_what_to_do() -> None:
    with pytest.raises(TypeError, match="takes a function"):
        check_grad(3.0, A)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="order is 1 or 2"):
        check_grad(ag.exp, A, order=3)
    with pytest.raises(IndexError, match="argnums"):
        check_grad(ag.exp, A, argnums=1)
    with pytest.raises(TypeError, match="no argument"):
        check_grad(lambda: 1.0)
    with pytest.raises(TypeError, match=r"by \.data"):
        check_grad(lambda x: x.data.sum(), A)
    with pytest.raises(TypeError, match="None"):
        check_grad(lambda x: None, A)
    with pytest.raises(TypeError, match="mix"):
        check_grad(lambda a, b: a * b, Value(1.0), A)


def test_the_reproducer_fails_in_the_same_way() -> None:
    wrong = sine(lambda x: ag.cos(x) * one_entry())
    f = lambda p, k: wrong(p["x"]) * p["y"][0] * k
    args = ({"x": Tensor(A), "y": (0.25, 1)}, np.float32([1.5]))
    report = refused(f, *args, seed=5)
    with pytest.raises(GradientError) as again:
        exec(report.reproducer, {"f": f})
    assert again.value.report.worst == report.worst
    report = refused(lambda x: ag.exp(x), np.array([Value(1e3), Value(0.0)]))
    with pytest.raises(GradientError):
        exec(report.reproducer, {"f": ag.exp})
    assert "from autograd.elementwise" not in report.reproducer


def test_the_same_seed_gives_the_same_report() -> None:
    f = sine(lambda x: ag.cos(x) * one_entry())
    assert refused(f, A, seed=3).worst == refused(f, A, seed=3).worst
    assert refused(f, A, seed=3).worst != refused(f, A, seed=4).worst


def test_the_checker_is_loaded_when_it_is_used() -> None:
    code = "import sys, autograd; print([n for n in sys.modules if 'autograd.check.' in n])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# ── rules that do not fit ───────────────────────────────────────────────────────────────────────
def product(rule: Callable[..., Any]) -> Any:
    return primitive("affine", lambda x, W: x @ W, [lambda g, y, x, W: g @ W.T, rule])


def test_a_cotangent_of_the_transposed_shape_is_a_verdict() -> None:
    report = refused(product(lambda g, y, x, W: g.T @ x), A, B)
    assert report.verdict == "wrong"
    assert report.looks_like == "transposed"
    assert "argument 1 gave a cotangent of shape (2, 3); the argument W has" in str(report)
    assert "check_grad(f, x, W, order=1, seed=0)" in report.reproducer


def test_another_array_of_the_transposed_shape_is_not_called_a_transpose() -> None:
    report = refused(product(lambda g, y, x, W: 2.0 * (g.T @ x)), A, B)
    assert (report.verdict, report.looks_like) == ("wrong", "")


def test_it_is_found_behind_other_ops() -> None:
    f = product(lambda g, y, x, W: g.T @ x)
    report = refused(lambda x, W: ag.sum(ag.tanh(f(ag.sin(x), W * 2.0))), A, B)
    assert report.looks_like == "transposed"
    assert "the argument has shape (3, 2)" in report.message  # no argument of the caller's


def test_a_rule_that_fails_is_told_with_its_shapes() -> None:
    report = refused(product(lambda g, y, x, W: x @ g), A, B)
    assert report.verdict == "wrong"
    assert "affine for argument 1 failed, given a cotangent of shape (2, 2) and" in report.message
    assert "arguments of shape (2, 3) and (3, 2): " in report.message


def test_an_error_of_the_function_itself_goes_through() -> None:
    with pytest.raises(ag.ShapeError, match=r"\(2, 3\) @ \(2, 3\)"):
        check_grad(lambda x: x @ x, A)
    nowhere = primitive("nowhere", lambda x: x * 2.0, [None])
    with pytest.raises(ag.NoDerivativeError, match="nowhere has no derivative rule"):
        check_grad(nowhere, A)


def test_the_report_says_of_what_the_numbers_are_derivatives() -> None:
    """A single result is weighted, too: x² at 3 shows no 6, and says why."""
    square = primitive("square", lambda x: x * x, [lambda g, y, x: g * x])
    report = refused(square, 3.0)
    factor = report.worst.numeric / 6.0
    assert f"argument 0, of {factor:.6g} y (y the result)" in str(report)
    assert "of Σ c y (y the result, c random)" in str(refused(square, A))


@pytest.mark.parametrize("seed", range(3))
def test_weights_that_begin_at_zero_are_no_matter_of_precision(seed: int) -> None:
    """The gradient is 0 there, and its size is no measure of what rounding leaves."""
    x = np.random.default_rng(seed).normal(size=(4, 3))
    report = check_grad(lambda x, W: 0.5 * ag.sum((x @ W) ** 2), x, np.zeros((3, 2)), order=2)
    assert report.verdict == "agree"
