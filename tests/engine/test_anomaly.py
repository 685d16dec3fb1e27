"""detect_anomaly: the first nan or infinity of the forward pass, and no false alarms."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from anomalies import BOTH, raised, source
from catalogue import ELEMENTWISE, FORMULAS, Formula

import autograd as ag
from autograd import AnomalyError, Tensor, Value, detect_anomaly, gradients, ordered, scope, where


# ── no false alarms ─────────────────────────────────────────────────────────────────────────────
def same_results(f: Callable[..., Any], make: Any, data: list[Any], seed: Any) -> None:
    def run() -> list[Any]:
        leaves = [make(x) for x in data]
        y = f(*leaves)
        first = gradients(y, leaves, seed=seed)
        slopes = gradients(y, leaves, seed=seed, graph=True)
        total: Any = 0.0
        for g in slopes:
            total = total + (g * g if g.is_scalar else (g * g).sum())
        second = gradients(total, leaves)
        y.backward(seed)
        return [y._raw, *first, *second, *[leaf.grad for leaf in leaves]]

    plain = run()
    with detect_anomaly():
        checked = run()
    for a, b in zip(plain, checked, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_tensors_give_the_same_inside(formula: Formula) -> None:
    rng = np.random.default_rng(1)
    data = formula.sample(rng)
    seed = rng.normal(size=np.shape(formula.f(*data)))
    same_results(formula.f, Tensor, data, seed)


@pytest.mark.parametrize("formula", ELEMENTWISE, ids=str)
def test_values_give_the_same_inside(formula: Formula) -> None:
    rng = np.random.default_rng(2)
    data = [float(d.sample(rng, ())) for d in formula.domains]
    same_results(formula.f, Value, data, 1.7)


FAR = [-1e4, -750.0, 0.0, 1e-300, 710.0, 1e4]


@pytest.mark.parametrize(
    "f",
    [ag.sigmoid, ag.silu, ag.softplus, ag.tanh, ag.gelu, ag.relu, ag.elu, ag.arctan],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("x", FAR)
def test_what_stable_ops_form_in_between_raises_no_alarm(f: Any, x: float) -> None:
    with detect_anomaly():
        for make in (Value, lambda x: Tensor([x, 1.0])):
            leaf = make(x)
            y = f(leaf)
            y = y if y.is_scalar else y.sum()
            y.backward()
            assert np.all(np.isfinite(gradients(y, leaf, graph=True)._raw))


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.logsumexp], ids=lambda f: f.__name__)
def test_softmax_of_far_entries_raises_no_alarm(f: Any) -> None:
    with detect_anomaly():
        x = Tensor([[1e4, -1e4, 0.0], [5e306, -5e306, 1.0]])
        f(x).sum().backward()
        entries = np.array([Value(1e4), Value(-1e4)])
        np.sum(f(entries)).backward()


def test_an_infinity_on_the_way_through_a_rule_raises_no_alarm() -> None:
    """1/(1 + x²) is 0 at 1e200, though x² is inf."""
    with detect_anomaly():
        for leaf in (Value(1e200), Tensor([1e200, 1.0])):
            y = ag.arctan(leaf)
            y = y if y.is_scalar else y.sum()
            assert np.all(np.isfinite(gradients(y, leaf)))
            assert np.all(np.isfinite(gradients(y, leaf, graph=True)._raw))


def test_a_derivative_that_nobody_asked_for_raises_no_alarm() -> None:
    """(−2)ⁿ has no real derivative in n; with respect to the base it has."""
    for make in (Value, Tensor):
        with detect_anomaly():
            x, n = make(-2.0), make(3.0)
            assert gradients(x**n, x) == 12.0
            assert gradients(x**n, x, graph=True)._raw == 12.0
        error = raised(lambda make=make: (make(-2.0) ** make(3.0)).backward())  # type: ignore[misc]
        assert (error.op, error.argument) == ("power", 1)


# ── forward ─────────────────────────────────────────────────────────────────────────────────────
STRANGE = [0.0, -1.0, 1.5, 1e200, -1e200, 1e308, 1e-310]


def first_bad(y: Any) -> Any:
    """The first recorded node that is not finite, found without any watch."""
    for node in ordered(y):
        if node.op is not None and not np.all(np.isfinite(node._raw)):
            return node
    return None


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_each_op_outside_its_domain_is_blamed_itself(formula: Formula) -> None:
    for x in STRANGE:
        data = [np.full(domain.shape, x) for domain in formula.domains]
        with np.errstate(all="ignore"):
            node = first_bad(formula.f(*[Tensor(a) for a in data]))
        if node is None:
            with detect_anomaly():
                formula.f(*[Tensor(a) for a in data])
            continue
        error = raised(lambda data=data: formula.f(*[Tensor(a) for a in data]))  # type: ignore[misc]
        assert error.op == node.op.name
        assert not np.isfinite(node._raw[error.index])
        assert error.file is not None
        assert error.file == __file__ or error.file.endswith("catalogue.py")
        assert f"{node.op.name} gave" in str(error).splitlines()[0]


OUTSIDE: list[tuple[str, Callable[[Any], Any], float, str]] = [
    ("log of 0", lambda x: ag.log(x) + 1, 0.0, "log gave -inf"),
    ("log of -1", lambda x: 2 * ag.log(x), -1.0, "log gave nan"),
    ("log1p", lambda x: ag.log1p(x), -1.0, "log1p gave -inf"),
    ("sqrt", lambda x: ag.sqrt(x) * 0, -1.0, "sqrt gave nan"),
    ("arcsin", lambda x: ag.arcsin(x), 2.0, "arcsin gave nan"),
    ("arccos", lambda x: ag.arccos(x), -2.0, "arccos gave nan"),
    ("division", lambda x: 1 / x, 0.0, "div gave inf"),
    ("x / x", lambda x: x / x, 0.0, "div gave nan"),
    ("a constant divisor", lambda x: x / 0.0, 1.0, "div gave inf"),
    ("root of a negative", lambda x: x**0.5, -1.0, "power gave nan"),
    ("power of 0", lambda x: x**-1, 0.0, "power gave inf"),
    ("exp", lambda x: ag.exp(x), 1000.0, "exp gave inf"),
    ("expm1", lambda x: ag.expm1(x), 1000.0, "expm1 gave inf"),
    ("cosh", lambda x: ag.cosh(x), -1000.0, "cosh gave inf"),
    ("sinh", lambda x: ag.sinh(x), -1000.0, "sinh gave -inf"),
    ("square", lambda x: ag.square(x), 1e200, "square gave inf"),
    ("product", lambda x: x * x, 1e200, "mul gave inf"),
    ("sum", lambda x: x + x, 1e308, "add gave inf"),
    ("difference", lambda x: -x - x, 1e308, "sub gave -inf"),
    ("product with a constant", lambda x: 1e308 * x, 10.0, "mul gave inf"),
    ("in the branch not taken", lambda x: where(x > 0, ag.log(x), 0.0), -1.0, "log gave nan"),
]


@BOTH
@pytest.mark.parametrize(("f", "x", "text"), [o[1:] for o in OUTSIDE], ids=[o[0] for o in OUTSIDE])
def test_scalars_outside_the_domain(make: Any, f: Any, x: float, text: str) -> None:
    error = raised(lambda: f(make(x, name="weight")))
    assert str(error).startswith(f"{text}\n")
    assert "lambda x" in source(error)
    assert "weight = " in str(error) or "made by" in str(error)
    assert error.argument is None


def test_what_an_array_error_says() -> None:
    x = np.arange(12.0).reshape(3, 4) - 5.0
    small = Tensor(np.ones((3, 1)), name="scale")

    def f() -> Any:
        big = Tensor(x, name="x")
        with scope("net"), scope("layer 1"):
            return ag.log(big / small) + 1  # here

    text = str(raised(f))
    first, operand, inside, file, line, carets = text.splitlines()
    assert first == "log gave nan at [0, 0], the first of 6 such entries of 12"
    assert operand == "  argument 0 (made by div): shape (3, 4), -5 at [0, 0]"
    assert inside == "  in the scope net / layer 1"
    assert file.startswith(f'  File "{__file__}", line ')
    assert file.endswith(", in f")
    assert line == "    return ag.log(big / small) + 1  # here"
    assert line[4:][carets.index("^") - 4 :].startswith("ag.log(big / small) + 1")
    assert carets.count("^") == len("ag.log(big / small)")


def test_operands_that_broadcast_are_read_at_the_right_entries() -> None:
    def f() -> Any:
        a = Tensor(np.zeros((3, 4)), name="a")
        b = np.array([[1.0], [0.0], [2.0]])
        return a / Tensor(np.broadcast_to(b, (3, 1)), name="b") + Tensor(np.ones(9)[:4])

    error = raised(f)
    assert error.index == (1, 0)
    assert "  a: shape (3, 4), 0 at [1, 0]\n  b = [[1.], [0.], [2.]]\n" in str(error)
    wide = raised(lambda: Tensor(np.ones((2, 9)), name="a") / Tensor(np.arange(9.0), name="b"))
    assert "  a: shape (2, 9), 1 at [0, 0]\n  b: shape (9,), 0 at [0]\n" in str(wide)


def test_a_row_against_many_is_read_at_its_own_end() -> None:
    v = Tensor(np.where(np.arange(10) == 7, 0.0, 1.0), name="v")
    error = raised(lambda: Tensor(np.ones((2, 10)), name="X") / v)
    assert "  X: shape (2, 10), 1 at [0, 7]\n  v: shape (10,), 0 at [7]\n" in str(error)


def test_one_column_against_many_is_read_in_its_own_shape() -> None:
    def f() -> Any:
        a = np.ones((10, 2))
        a[3, 1] = 1e308
        return Tensor(a, name="a") * Tensor(np.full((10, 1), 10.0), name="b")

    error = raised(f)
    assert error.index == (3, 1)
    assert "  a: shape (10, 2), 1e+308 at [3, 1]\n  b: shape (10, 1), 10 at [3, 0]\n" in str(error)


def test_an_operand_is_blamed_for_its_own_entry_alone() -> None:
    x = Tensor([0.0, math.inf], name="x")  # 1/∞ is 0, and that of 0 is what is wrong
    assert str(raised(lambda: 1 / x)).startswith("div gave inf at [0]\n")


def test_options_are_no_operands() -> None:
    error = raised(lambda: ag.norm(Tensor([1e200], name="x"), ord=3, axis=0))
    assert str(error).startswith("p_norm gave inf\n  x = [1.e+200]\n  File ")


def test_large_operands_of_other_ops_are_summed_up() -> None:
    error = raised(lambda: Tensor(np.full((3, 4), 1e200), name="A") @ np.full((4, 3), 1e200))
    assert error.op == "matmul"
    assert "  A: shape (3, 4), from 1e+200 to 1e+200\n" in str(error)


def test_the_part_of_the_line_in_a_line_with_wide_letters() -> None:
    def f() -> Any:
        größe = Value(0.0)
        return "größe", ag.log(größe)

    text, carets = str(raised(f)).splitlines()[-2:]
    assert text[carets.index("^") : carets.rindex("^") + 1] == "ag.log(größe)"


@BOTH
def test_inputs_that_are_bad_already(make: Any) -> None:
    x = make(math.nan, name="x")
    error = raised(lambda: ag.exp(x * 2))
    assert str(error).startswith("the input x is nan, before mul was computed\n")
    assert error.op == "mul"
    constant = raised(lambda: make(2.0) * math.inf)
    assert str(constant).startswith("argument 1 (a constant) of mul is inf: it came in from")


def test_entries_of_inputs_that_are_bad_already() -> None:
    x = Tensor([1.0, 2.0, math.inf], name="x")
    error = raised(lambda: x.sum())
    assert str(error).startswith("the input x has inf at [2], before sum was computed\n")
    where_bad = raised(lambda: x * 2)
    assert where_bad.index == (2,)
    mask = np.array([0.0, -math.inf, 0.0])
    added = str(raised(lambda: Tensor(np.ones(3)) + mask))
    assert added.startswith("argument 1 (a constant) of add has -inf at [1]")
    with detect_anomaly():
        assert (1 / x).data[2] == 0.0  # a finite result of an infinity is no anomaly
        assert ag.norm(Tensor([3.0, -4.0]), ord=math.inf)._raw == 4.0  # and an option is no operand


@BOTH
def test_nodes_made_outside_the_block(make: Any) -> None:
    with np.errstate(all="ignore"):
        y = ag.log(make(-1.0, name="x"))
    y.name = "y"
    error = raised(lambda: y + 1)
    assert str(error).startswith("y is nan, made by log where nothing watched\n")
    assert "y + 1" in source(error)


@BOTH
def test_infinities_can_be_let_through(make: Any) -> None:
    with detect_anomaly(infinities=False):
        assert ag.log(make(0.0))._raw == -math.inf
        ag.softmax(Tensor([1.0, 2.0]) + np.array([0.0, -math.inf])).sum().backward()
    with pytest.raises(AnomalyError, match="sub gave nan"), detect_anomaly(infinities=False):
        ag.exp(make(1000.0)) - ag.exp(make(1000.0))
