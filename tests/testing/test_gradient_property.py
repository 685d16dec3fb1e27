"""`@gradient_property` can fail: wrong rules of every kind are caught, each by its law."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck, InvalidArgument, Unsatisfiable

import autograd as ag
from autograd import GradientError, primitive
from autograd.testing import (
    PropertyError,
    arrays,
    check_laws,
    floats,
    gradient_property,
    labels,
    one_hot,
    signs,
)
from autograd.testing.subject import Subject

Rule = Callable[..., Any]
FEW = settings(max_examples=5, database=None)
LAWS = (
    "first_order", "second_order", "linear", "no_aliasing", "no_mutation", "repeatable",
    "consistent", "broadcasting", "value_equals_tensor",
)  # fmt: skip


def caught(f: Any, *arguments: Any, law: str = "", **options: Any) -> str:
    """The text of the failure; with `law`, all other laws are switched off."""
    off = {other: False for other in LAWS if law and other != law}
    test = gradient_property(*arguments, settings=FEW, **off, **options)(f)
    with pytest.raises((GradientError, PropertyError)) as failure:
        test()
    if law and isinstance(failure.value, PropertyError):
        assert failure.value.law == law
    return "\n".join([str(failure.value), *failure.value.__notes__])


def sine(rule: Rule) -> Any:
    return primitive("sine", lambda x: np.sin(x), [rule])


def entry(factor: float) -> Rule:
    """g · cos x with the last entry of the array off by a factor."""

    def rule(g: Any, y: Any, x: Any) -> Any:
        shape = np.shape(getattr(x, "data", x))
        wrong = np.ones(shape)
        wrong[(-1,) * len(shape)] = factor
        return g * ag.cos(x) * wrong

    return rule


def data(x: Any) -> Any:
    return getattr(x, "data", x)


def test_the_right_rule_passes() -> None:
    sinus = sine(lambda g, y, x: g * ag.cos(x))
    gradient_property("ij", settings=FEW)(sinus)()
    gradient_property(elementwise=True, settings=FEW)(sinus)()
    gradient_property(floats(), settings=FEW)(sinus)()


WRONG: dict[str, Rule] = {
    "sign": lambda g, y, x: -g * ag.cos(x),
    "factor 2": lambda g, y, x: 2.0 * g * ag.cos(x),
    "one part in a thousand": lambda g, y, x: g * ag.cos(x) * 1.001,
    "one entry by one part in a thousand": entry(1.001),
    "one entry dropped": entry(0.0),
    "of the result instead of the argument": lambda g, y, x: g * ag.cos(y),
    "the cotangent forgotten": lambda g, y, x: ag.cos(x) + 0.0 * g,
    "reversed": lambda g, y, x: (g * ag.cos(x))[::-1],
    "summed and spread": lambda g, y, x: ag.sum(g * ag.cos(x)) + 0.0 * x,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_first_derivative_is_caught(name: str) -> None:
    caught(sine(WRONG[name]), "ij", law="first_order")
    caught(sine(WRONG[name]), "ij")


@pytest.mark.parametrize("name", ["frozen", "one part in a thousand", "another branch"])
def test_a_wrong_second_derivative_is_caught(name: str) -> None:
    slope = {
        "frozen": lambda x: np.cos(data(x)),
        "one part in a thousand": lambda x: ag.cos(x) + 1e-3 * (x - data(x)),
        "another branch": lambda x: ag.cos(x) + (x - data(x)) ** 2 / 2 - (x - data(x)),
    }[name]
    f = sine(lambda g, y, x: g * slope(x))
    gradient_property("ij", second_order=False, value_equals_tensor=False, settings=FEW)(f)()
    caught(f, "ij", law="second_order")


# ── products: shapes, sums and transposes ───────────────────────────────────────────────────────
def product(rule_a: Rule, rule_b: Rule) -> Any:
    return primitive("product", lambda a, b: a @ b, [rule_a, rule_b])


RIGHT_A: Rule = lambda g, y, a, b: g @ b.T
RIGHT_B: Rule = lambda g, y, a, b: a.T @ g


def test_a_missing_transpose_does_not_fit_distinct_sizes() -> None:
    gradient_property("mi", "io", value_equals_tensor=False, settings=FEW)(
        product(RIGHT_A, RIGHT_B)
    )()
    for wrong in (product(lambda g, y, a, b: g @ b, RIGHT_B),
                  product(RIGHT_A, lambda g, y, a, b: a @ g)):  # fmt: skip
        with pytest.raises(ValueError, match="mismatch"):
            gradient_property("mi", "io", settings=FEW)(wrong)()


def test_a_transpose_that_fits_is_caught_by_its_numbers() -> None:
    square = (3, 3)
    for wrong in (product(lambda g, y, a, b: g @ b, RIGHT_B),
                  product(RIGHT_A, lambda g, y, a, b: g.T @ a)):  # fmt: skip
        caught(wrong, square, square, law="first_order")


def test_an_op_for_arrays_alone_says_so() -> None:
    text = caught(product(RIGHT_A, RIGHT_B), "mi", "io", law="value_equals_tensor")
    assert "does not run on Values" in text
    assert "pass value_equals_tensor=False" in text


def test_a_missing_sum_is_caught() -> None:
    def rows(rule: Rule) -> Any:
        return primitive("rows", lambda x, b: x + np.sum(b), [lambda g, y, x, b: g, rule])

    right = rows(lambda g, y, x, b: ag.sum(g) + 0.0 * b)
    gradient_property("mi", "i", value_equals_tensor=False, settings=FEW)(right)()
    caught(rows(lambda g, y, x, b: g[0]), "mi", "i")
    caught(rows(lambda g, y, x, b: ag.mean(g) + 0.0 * b), "mi", "i")


def test_swapped_arguments_are_caught() -> None:
    f = primitive("times", lambda a, b: a * b, [lambda g, y, a, b: g * a, lambda g, y, a, b: g * b])
    caught(f, floats(), floats())
    caught(f, elementwise=True)


# ── each other law by itself ────────────────────────────────────────────────────────────────────
def test_a_rule_that_is_not_linear_in_g_is_caught() -> None:
    for rule in (
        lambda g, y, x: g * ag.cos(x) + 1e-6,
        lambda g, y, x: ag.abs(g) * ag.cos(x),
        lambda g, y, x: g * g * ag.cos(x),
    ):
        assert "not linear in its cotangent" in caught(sine(rule), "ij", law="linear")


def test_a_forward_that_writes_into_its_argument_is_caught() -> None:
    def forward(x: Any) -> Any:
        y = np.sin(x)
        if isinstance(x, np.ndarray) and x.flags.writeable:
            x *= 2.0
        return y

    f = primitive("vandal", forward, [lambda g, y, x: g * ag.cos(x)])
    assert "writes into an argument" in caught(f, "ij", law="no_mutation")


def test_a_rule_that_writes_into_the_cotangent_is_caught() -> None:
    def rule(g: Any, y: Any, x: Any) -> Any:
        kept = g * ag.cos(x)
        g *= 0.0
        return kept

    with pytest.raises(ValueError, match="read-only"):
        gradient_property("ij", settings=FEW)(sine(rule))()


def test_a_rule_that_returns_its_buffer_is_caught() -> None:
    buffers: dict[Any, Any] = {}

    def rule(g: Any, y: Any, x: Any) -> Any:
        if isinstance(y, ag.Node):
            return g * ag.cos(x)
        buffer = buffers.setdefault(np.shape(x), np.empty(np.shape(x)))
        buffer[...] = g * np.cos(x)
        return buffer

    assert "used twice in one graph" in caught(sine(rule), "ij", law="no_aliasing")


def test_a_stale_value_is_caught() -> None:
    """Forward leaves something for the rule: it is that of the last call, not of this one."""
    last: dict[str, Any] = {}

    def forward(x: Any) -> Any:
        last["x"] = np.array(x)
        return np.sin(x)

    f = primitive("stale", forward, [lambda g, y, x: g * np.cos(last["x"])])
    assert "called elsewhere" in caught(f, "ij", law="repeatable")


def test_a_rule_with_chance_in_it_is_caught() -> None:
    rng = np.random.default_rng(0)
    noisy = sine(lambda g, y, x: g * ag.cos(x) * (1.0 + 1e-12 * rng.random()))
    assert "second time" in caught(noisy, "ij", law="repeatable")


def test_a_rule_that_differs_on_nodes_is_caught() -> None:
    rule: Rule = lambda g, y, x: g * ag.cos(x) * (1.001 if isinstance(y, ag.Node) else 1.0)
    assert "graph=True" in caught(sine(rule), "ij", law="consistent")


def test_a_function_that_is_not_elementwise_is_caught() -> None:
    text = caught(lambda a, b: a * ag.sum(b), law="broadcasting", elementwise=True)
    assert "broadcast" in text


def test_a_function_that_differs_on_values_is_caught() -> None:
    def f(x: Any) -> Any:
        return ag.sin(x) * (1.0 if isinstance(x, ag.Tensor) else 1.001)

    assert "Values differs" in caught(f, "ij", law="value_equals_tensor")


def test_a_gradient_that_is_always_zero_is_no_test() -> None:
    ten = settings(max_examples=10, database=None)
    test = gradient_property("i", "i", settings=ten)(lambda a, b: a + 0.0 * b)
    with pytest.raises(PropertyError, match="in b was 0 in every example"):
        test()
    gradient_property("i", "i", nonzero=False, settings=ten)(lambda a, b: a + 0.0 * b)()


# ── derived by hand ─────────────────────────────────────────────────────────────────────────────
def loss(W: Any, x: Any) -> Any:
    return 0.5 * ag.sum((x @ W) ** 2)


def test_a_right_gradient_by_hand_passes() -> None:
    hand = lambda W, x: (x.T @ x @ W, x @ W @ W.T)
    gradient_property("io", "mi", gradient=hand, settings=FEW)(loss)()


HANDS: dict[str, Any] = {
    "factor": lambda W, x: (2.0 * x.T @ x @ W, x @ W @ W.T),
    "sign": lambda W, x: (x.T @ x @ W, -x @ W @ W.T),
    "exchanged": lambda W, x: (x @ W @ W.T, x.T @ x @ W),
    "transposed": lambda W, x: ((x.T @ x @ W).T, x @ W @ W.T),
    "one is missing": lambda W, x: x.T @ x @ W,
    "mean instead of sum": lambda W, x: (x.T @ x @ W / len(x), x @ W @ W.T),
}


@pytest.mark.parametrize("name", HANDS)
def test_a_wrong_gradient_by_hand_is_caught(name: str) -> None:
    text = caught(loss, "io", "mi", gradient=HANDS[name])
    assert "gave 1 gradients" in text if name == "one is missing" else "gives another" in text


@pytest.mark.parametrize("scale", [1e-3, 1e-6, 1e-9])
def test_a_small_gradient_by_hand_is_tested_too(scale: float) -> None:
    small = lambda W: scale * ag.sum(W**2)
    gradient_property("io", gradient=lambda W: 2.0 * scale * W, settings=FEW)(small)()
    assert "gives another" in caught(small, "io", gradient=lambda W: 2.01 * scale * W)


def test_gradients_by_hand_of_containers_go_by_keys() -> None:
    params = st.fixed_dictionaries({"W": arrays((2, 3)), "v": arrays((2, 3), floats(2.0, 3.0))})
    product = lambda p: ag.sum(p["W"] * p["v"])
    right = lambda p: {"v": p["W"].copy(), "W": p["v"].copy()}
    gradient_property(params, gradient=right, settings=FEW)(product)()
    exchanged = lambda p: {"W": p["W"].copy(), "v": p["v"].copy()}
    assert "gives another" in caught(product, params, gradient=exchanged)
    renamed = lambda p: {"w": p["v"].copy(), "v": p["W"].copy()}
    assert "in containers like the arguments'" in caught(product, params, gradient=renamed)


def test_a_gradient_by_hand_that_is_the_argument_itself_is_caught() -> None:
    penalty = lambda W: 0.5 * ag.sum(W**2)
    assert "own memory" in caught(penalty, "io", gradient=lambda W: W)
    gradient_property("io", gradient=lambda W: W.copy(), settings=FEW)(penalty)()

    def vandal(W: Any) -> Any:
        W *= 1.0 + 1e-9
        return W.copy()

    assert "writes into an argument" in caught(penalty, "io", gradient=vandal)


def test_a_gradient_by_hand_is_of_a_number() -> None:
    with pytest.raises(TypeError, match=r"one number as result.*primitive"):
        gradient_property("io", gradient=lambda W: W, settings=FEW)(lambda W: W * W)()


def test_a_reference() -> None:
    gradient_property("ij", reference=np.sin, settings=FEW)(ag.sin)()
    assert "differs from sinh" in caught(ag.sin, "ij", reference=np.sinh)


# ── arguments ───────────────────────────────────────────────────────────────────────────────────
def test_labels_and_targets_are_not_differentiated() -> None:
    seen: list[Any] = []

    @gradient_property("mc", lambda m, c: labels(m, c), settings=FEW)
    def cross_entropy(z: Any, y: Any) -> Any:
        seen.append((np.shape(z), y))
        return -ag.mean(ag.log_softmax(z)[np.arange(len(y)), y])

    cross_entropy()
    assert all(y.dtype == np.int64 and len(y) == shape[0] for shape, y in seen)
    assert all(y.max() < shape[1] for shape, y in seen)


def test_targets_of_floats_are_differentiated_too() -> None:
    @gradient_property("mc", lambda m, c: one_hot(m, c), settings=FEW)
    def squares(p: Any, t: Any) -> Any:
        return 0.5 * ag.sum((t - p) ** 2)

    squares()

    @gradient_property("m", lambda m: signs(m), settings=FEW)
    def hinge(s: Any, y: Any) -> Any:
        return ag.mean(ag.relu(1.0 - y * s))

    hinge()


def test_dicts_of_parameters() -> None:
    params = st.fixed_dictionaries({"W": arrays((2, 3)), "b": arrays((3,))})

    def net(params: Any, x: Any) -> Any:
        return ag.tanh(x @ params["W"] + params["b"])

    gradient_property(params, (5, 2), settings=FEW)(net)()
    half = primitive("half", lambda x: 1.0 * x, [lambda g, y, x: 0.5 * g])
    hidden = lambda params, x: net({"W": params["W"], "b": half(params["b"])}, x)
    assert "params['b']" in caught(hidden, params, (5, 2), law="first_order")


def test_kinks_are_drawn_again_or_reported() -> None:
    gradient_property(elementwise=True, settings=settings(max_examples=40))(ag.relu)()
    with pytest.raises(GradientError):
        gradient_property(floats(0.0, 0.0), kinks="fail", settings=FEW)(ag.relu)()
    with pytest.raises((Unsatisfiable, FailedHealthCheck)):
        gradient_property(floats(0.0, 0.0), settings=FEW)(ag.relu)()


def test_settings_above_and_inside() -> None:
    seen: list[int] = []

    def f(x: Any) -> Any:
        seen.append(1)
        return ag.sin(x)

    off = dict.fromkeys(LAWS, False)
    for test in (settings(max_examples=3)(gradient_property("i", **off)(f)),
                 gradient_property("i", settings=settings(max_examples=3), **off)(f)):  # fmt: skip
        seen.clear()
        test()
        assert len(seen) == 3


@gradient_property(elementwise=True)
def test_the_decorator_makes_a_test_of_what_it_stands_on(a: Any, b: Any) -> Any:
    return ag.tanh(a) * ag.exp(b) / 2


def test_a_backward_that_differs_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ag.Tensor, "backward", lambda self, seed=None: None)
    assert "backward() differs from gradients" in caught(ag.sin, "i", law="consistent")


def test_cotangents_are_never_alike_and_never_zero() -> None:
    y = ag.Tensor(np.zeros((5, 7)))
    c = Subject(ag.sin, (1.0,), seed=3).cotangent(y)
    assert len(set(np.abs(c).ravel())) == 35
    assert np.min(np.abs(c)) >= 0.3
    assert (c < 0).any()
    assert (c > 0).any()


def test_misuse() -> None:
    for make, text in (
        (lambda: gradient_property()(ag.sin), "say what the arguments"),
        (lambda: gradient_property(3)(ag.sin), "described by letters"),
        (lambda: gradient_property("i", kinks="no"), "kinks is"),
        (lambda: gradient_property("i2")(ag.sin), "one letter"),
        (lambda: gradient_property(lambda rows: floats())(ag.sin), "are letters.* got rows"),
        (lambda: check_laws(ag.sin, 1.0, laws=["frist"]), "no law 'frist'"),
    ):
        with pytest.raises(InvalidArgument, match=text):
            make()
    with pytest.raises(TypeError, match="nothing to differentiate"):
        check_laws(ag.sin, 1)
    with pytest.raises(TypeError, match="gave float"):
        check_laws(lambda x: 3.0, 1.0)
