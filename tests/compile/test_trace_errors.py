"""What a program could not repeat raises while it is traced, and says what to do."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from alike import alike

import autograd as ag
from autograd import Tensor, TraceError, Value, compile

ARRAY = np.array([0.5, -1.5, 2.0])


def only(x: Any) -> Any:
    """One element of what is traced."""
    return x if isinstance(x, Value) else x[0]


# ── branches ────────────────────────────────────────────────────────────────────────────────────
def branch_if(x: Any) -> Any:
    return x if only(x) > 0 else -x


def branch_if_equal(x: Any) -> Any:
    return x if only(x) == 0.5 else -x


def branch_while(x: Any) -> Any:
    while only(x) < 10.0:
        x = x * 2.0
    return x


def branch_and(x: Any) -> Any:
    return ag.where((only(x) > 0) and (only(x) < 1), x, 0.0)


def branch_not(x: Any) -> Any:
    return x * (not only(x) > 0)


def branch_chain(x: Any) -> Any:
    return x * (0 < only(x) < 1)


def branch_assert(x: Any) -> Any:
    assert only(x) > 0
    return x


def branch_max(x: Any) -> Any:
    return max(only(x), 0.0)


def branch_sorted(x: Any) -> Any:
    return sorted([only(x), only(x) * 2.0])[0]


def branch_in(x: Any) -> Any:
    return x * float(only(x) in (0.5, 1.0))


def branch_truth(x: Any) -> Any:
    return x if only(x) else -x


def branch_any(x: Any) -> Any:
    return x if any([only(x) > 3.0, only(x) < 0]) else -x


BRANCHES = [
    branch_if, branch_if_equal, branch_while, branch_and, branch_not, branch_chain, branch_assert,
    branch_max, branch_sorted, branch_in, branch_truth, branch_any,
]  # fmt: skip


@pytest.mark.parametrize("argument", [0.5, ARRAY], ids=["number", "array"])
@pytest.mark.parametrize("f", BRANCHES, ids=lambda f: f.__name__)
def test_branches(f: Callable[..., Any], argument: Any) -> None:
    with pytest.raises(TraceError, match="where"):
        compile(f)(argument)
    clean()


@pytest.mark.parametrize("f", BRANCHES[:3], ids=lambda f: f.__name__)
def test_branches_inside_a_gradient(f: Callable[..., Any]) -> None:
    for transform in (ag.grad, ag.value_and_grad, ag.jacobian, ag.hessian):
        with pytest.raises(TraceError, match="where"):
            compile(transform(lambda x: ag.sum(f(x))))(ARRAY)
        with pytest.raises(TraceError, match="where"):
            compile(transform(f))(0.5)
    clean()


def test_branches_of_whole_arrays() -> None:
    for f in (
        lambda x: x if (x > 0).all() else -x,
        lambda x: x if ag.sum(x) > 0 else -x,
        lambda x: x if bool(ag.max(x) <= 2.0) else x * 2.0,
    ):
        with pytest.raises((TraceError, AttributeError)) as caught:
            compile(f)(ARRAY)
        assert "all" in str(caught.value) or "compiled" in str(caught.value)
    clean()


def test_branches_on_what_is_fixed_are_fine() -> None:
    def f(x: Any, n: int, mode: str, flag: bool) -> Any:
        for _ in range(n):
            x = ag.sin(x) if mode == "sin" and flag else ag.cos(x)
        return x if x.shape == (3,) and len(x) == 3 and x.ndim == 1 else None

    program = compile(f, static="n")
    alike(program(ARRAY, 2, "sin", True), np.sin(np.sin(ARRAY)))
    alike(program(ARRAY, 3, "sin", False), np.cos(np.cos(np.cos(ARRAY))))


# ── numbers taken out ───────────────────────────────────────────────────────────────────────────
TAKEN: dict[str, Callable[..., Any]] = {
    "float": lambda x: x * float(only(x)),
    "int": lambda x: x * int(only(x)),
    "item": lambda x: x * (only(x).item() if isinstance(x, Tensor) else float(x)),
    "data": lambda x: x * only(x).data,
    "math.sin": lambda x: x * math.sin(only(x)),
    "round": lambda x: x * round(float(only(x))),
    "range": lambda x: sum(x * k for k in range(int(only(x)))),
    "data of a result": lambda x: x * np.sin((x * 2.0).data),
    "isnan": lambda x: ag.where(np.isnan(only(x)), 0.0, x),
    "isfinite": lambda x: x * np.isfinite(only(x)),
    "any": lambda x: x * np.any(only(x)),
    "argmax": lambda x: x * np.argmax(only(x)),
    "allclose": lambda x: x * np.allclose(only(x), 0.5),
    "sign bit": lambda x: x * np.signbit(only(x)),
    "logical_and": lambda x: x * np.logical_and(only(x), True),
}


@pytest.mark.parametrize("argument", [0.5, ARRAY], ids=["number", "array"])
@pytest.mark.parametrize("name", TAKEN)
def test_numbers_taken_out(name: str, argument: Any) -> None:
    with pytest.raises(TraceError, match="compiled"):
        compile(TAKEN[name])(argument)
    clean()


def test_entries_of_arrays_taken_out() -> None:
    for f in (
        lambda x: x * np.array([v.data for v in x]),
        lambda x: np.arange(3.0)[int(x[2])] * x,
        lambda x: x.tolist() if hasattr(x, "tolist") else x * x.data.tolist()[0],
    ):
        with pytest.raises(TraceError):
            compile(f)(ARRAY)
    clean()


def test_an_index_that_is_traced() -> None:
    """An index fixes what the program reads: it is static, or no node."""
    for f in (lambda x, i: x[i], lambda x, i: ag.take(x, i), lambda x, i: x[1:][i - 1]):
        with pytest.raises(TraceError, match="static="):
            compile(f)(ARRAY, np.array([1, 2, 1]))
        alike(compile(f, static="i")(ARRAY, np.array([1, 2, 1])), f(ARRAY, np.array([1, 2, 1])))
    with pytest.raises(TraceError, match="where"):
        compile(lambda x: ag.sum(x[x > 0]))(ARRAY)
    with pytest.raises((TraceError, TypeError, IndexError)):
        compile(lambda x, i: np.arange(3.0)[i] * x)(ARRAY, np.array([1, 2, 1]))
    clean()


def test_numpys_array_of_a_node() -> None:
    for f in (lambda x: np.asarray(x) * 2.0, lambda x: np.array(x), lambda x: x * np.asarray(x)):
        with pytest.raises(TypeError):
            compile(f)(ARRAY)
    clean()


# ── side effects ────────────────────────────────────────────────────────────────────────────────
def test_assigning_to_a_leaf() -> None:
    for leaf in (Tensor(ARRAY), Value(2.0)):
        before = np.array(leaf.data)

        def f(x: Any, leaf: Any = leaf) -> Any:
            leaf.data = leaf._raw * 0.5
            return x * leaf

        with pytest.raises(TraceError, match="return the new value"):
            compile(f)(1.5)
        assert np.array_equal(leaf.data, before)
    clean()


def test_backward() -> None:
    def f(x: Any) -> Any:
        loss = ag.sum(x * x) if isinstance(x, Tensor) else x * x
        loss.backward()
        return loss

    for argument in (ARRAY, 0.5):
        with pytest.raises(TraceError, match="compiled"):
            compile(f)(argument)
    clean()


def test_zero_grad_and_no_grad() -> None:
    w = Tensor(ARRAY)

    def unrecorded(x: Any) -> Any:
        with ag.no_grad():
            y = x * 2.0
        return y * w

    with pytest.raises(TraceError, match="no_grad"):
        compile(unrecorded)(ARRAY)
    clean()


def test_an_optimisers_step() -> None:
    import nn

    w = Tensor(ARRAY)
    w.grad = np.ones(3)
    optimiser = nn.SGD([w], lr=0.1)

    def f(x: Any) -> Any:
        optimiser.step()
        return x * w

    with pytest.raises(TraceError):
        compile(f)(ARRAY)
    assert np.array_equal(w.data, ARRAY)
    clean()


# ── results and options ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("result", "text"), [
    (lambda x: None, "gave None"), (lambda x: "text", "numbers and arrays"),
    (lambda x: [x, "text"], "numbers and arrays"), (lambda x: {1, 2}, "numbers and"),
    (lambda x: (v for v in [x]), "numbers and"), (lambda x: object(), "numbers and"),
    (lambda x: lambda: x, "numbers and"), (lambda x: 1j, "numbers and"),
    (lambda x: np.array(["a"]), "numbers and"), (lambda x: np.ones(2, complex), "numbers and"),
])  # fmt: skip
def test_results_that_are_none(result: Any, text: str) -> None:
    for argument in (ARRAY, 0.5):
        with pytest.raises(TraceError, match=text):
            compile(result)(argument)
    clean()


@pytest.mark.parametrize(("options", "error", "text"), [
    ({"static": "nothing"}, ValueError, r"static= names parameters.*\['x', 'y'\].*nothing"),
    ({"donate": ("x", "z")}, ValueError, r"donate= names parameters.*\['z'\]"),
    ({"backend": "cuda"}, ValueError, "numpy, numba"),
    ({"reduce": "max", "batch": 0}, ValueError, "'sum' or 'mean'"),
    ({"reduce": "sum"}, ValueError, "batch="),
    ({"cache_size": 0}, ValueError, "cache_size"),
    ({"cache_size": True}, ValueError, "cache_size"),
    ({"cache_size": 2.5}, ValueError, "cache_size"),
    ({"batch": 0, "static": "x"}, ValueError, "batch="),
    ({"batch": 0, "donate": "x"}, ValueError, "batch="),
])  # fmt: skip
def test_options(options: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        compile(lambda x, y: x + y, **options)


def test_batches() -> None:
    f = lambda x, y: x * y
    for batch, args, text in (
        ((0,), (ARRAY, ARRAY), "entries"),
        ((None, None), (1.0, 2.0), "no argument"),
        ((0, None), (2.0, 1.0), "axis 0"),
        ((3, None), (ARRAY, 1.0), "axis 3"),
        ("0", (ARRAY, 1.0), "axes"),
    ):
        with pytest.raises((ValueError, TypeError), match=text):
            compile(f, batch=batch)(*args)
    with pytest.raises(TraceError, match="where"):
        compile(branch_if, batch=0)(ARRAY)
    clean()


def test_no_function() -> None:
    with pytest.raises(TypeError, match="takes a function"):
        compile(3)
    with pytest.raises(TypeError, match="takes a function"):
        compile(static="x")(3)


def test_arrays_for_the_machine_code_of_numbers() -> None:
    with pytest.raises(TraceError, match="leave backend= away"):
        compile(lambda x: x * 2.0, backend="numba")(ARRAY)


def test_arguments_of_objects() -> None:
    with pytest.raises((TraceError, TypeError), match="object"):
        compile(lambda x: x * 2.0)(np.array([1.0, "a"], dtype=object))


def test_numpys_functions_without_a_rule_are_named() -> None:
    with pytest.raises(ag.NoDerivativeError, match="fft"):
        compile(lambda x: np.fft.fft(x))(ARRAY)
    clean()


# ── what is right instead ───────────────────────────────────────────────────────────────────────
COMPARISONS: dict[str, Callable[..., Any]] = {
    "x > 0": lambda x, y: ag.where(x > 0, x, y),
    "0 < x": lambda x, y: ag.where(0 < x, x, y),  # noqa: SIM300
    "x < y": lambda x, y: ag.where(x < y, x, y),
    "x <= y": lambda x, y: ag.where(x <= y, x * 2.0, y),
    "x >= 0.5": lambda x, y: ag.where(x >= 0.5, x, y),
    "array <= x": lambda x, y: ag.where(np.array(0.5) <= x, x, y),
    "x == y": lambda x, y: ag.where(x == y, 1.0, x - y),
    "x != 0.5": lambda x, y: ag.where(x != 0.5, x, y),
    "np.greater": lambda x, y: ag.where(np.greater(x, y), x, y),
    "np.less": lambda x, y: ag.where(np.less(0.5, x), x, y),
    "np.greater_equal": lambda x, y: ag.where(np.greater_equal(x, y), x, y),
    "np.less_equal": lambda x, y: ag.where(np.less_equal(x, 0.5), x, y),
    "np.equal": lambda x, y: ag.where(np.equal(x, 0.5), x, y),
    "np.not_equal": lambda x, y: ag.where(np.not_equal(x, y), x, y),
    "and": lambda x, y: ag.where((x > 0) * (y > 0), x, y),
    "between": lambda x, y: ag.where((x > -1.0) * (x < 1.0) * (y <= 0.5), x * x, y),
    "or": lambda x, y: ag.where((x > 0) * 1.0 + (y > 0) * 1.0 > 0.5, x, y),
    "not": lambda x, y: ag.where((x > 0) == 0.0, x, y),
    "as a factor": lambda x, y: (x > y) * x + (x <= y) * y * 2.0,
    "the same twice": lambda x, y: ag.where(x > y, x, ag.where(x > y, y, x * y)),
    "returned": lambda x, y: (x > y) * 1.0,
    "counted": lambda x, y: ag.sum((x > 0) * 1.0) * x if hasattr(x, "shape") else (x > 0) * x,
}
NUMBERS = [-2.0, -1.0, 0.0, 0.5, 1.0, 3.0, np.inf, np.nan]


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_are_right_for_other_data(name: str) -> None:
    """Traced at one point, right at all others: in value and in slope, for arrays and numbers."""
    f = COMPARISONS[name]
    xs, ys = (g.ravel() for g in np.meshgrid(NUMBERS, NUMBERS))
    with np.errstate(all="ignore"):
        program = compile(f)
        program(np.ones(len(xs)), np.zeros(len(xs)))
        alike(program(xs, ys), np.asarray(f(xs, ys), float))
        eager = ag.value_and_grad(lambda x, y: ag.sum(f(x, y) * x), (0, 1))
        slopes = compile(eager)
        slopes(np.ones(len(xs)), np.zeros(len(xs)))
        alike(slopes(xs, ys), eager(xs, ys))
        single = compile(lambda x, y: f(x, y))
        single(1.0, 0.0)
        for x, y in zip(xs, ys, strict=True):
            alike(single(float(x), float(y)), np.asarray(f(float(x), float(y)), float))
    assert program.cache_info().traces == 1
    assert single.cache_info().traces == 1


def test_comparisons_of_results_stay_in_the_program() -> None:
    y = compile(lambda x: x > 0)(ARRAY)
    assert y.tolist() == [1.0, 0.0, 1.0]
    clean()


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────
def clean() -> None:
    """No mode is left on: eager code branches, takes numbers out and assigns data."""
    v, t = Value(2.0), Tensor(ARRAY)
    assert (v > 1.0) is True
    assert (t > 0).tolist() == [True, False, True]
    assert float(v) == math.sqrt(v * v) == 2.0
    assert np.isnan(t).tolist() == [False] * 3
    v.data -= 1.0
    loss = ag.sum(t * t)
    loss.backward()
    with ag.no_grad():
        assert (t * 2.0).op is None


def test_an_error_of_the_functions_own_leaves_no_mode_on() -> None:
    def f(x: Any) -> Any:
        raise ValueError("its own")

    for transform in (lambda g: g, ag.grad, ag.jacobian):
        with pytest.raises(ValueError, match="its own"):
            compile(transform(f))(0.5)
        clean()
