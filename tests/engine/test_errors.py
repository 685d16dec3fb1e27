"""Every promised error: its type, what was given, what was expected, what to do."""

import re
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import (
    DTypeError,
    MixedNodesError,
    NoDerivativeError,
    ShapeError,
    Tensor,
    Value,
    gradients,
)

X = Tensor(np.ones((3, 4)))


def test_named_errors_are_ordinary_errors() -> None:
    for error, builtin in (
        (ShapeError, ValueError), (DTypeError, TypeError), (MixedNodesError, TypeError),
        (NoDerivativeError, TypeError), (ag.StructureError, TypeError),
        (ag.RecordedError, AttributeError), (ag.StaleGraphError, RuntimeError),
    ):  # fmt: skip
        assert issubclass(error, builtin)


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────
MATMULS = [((8, 4), (5, 3)), ((4,), (5, 3)), ((8, 4), (5,)), ((4,), (5,)), ((2, 8, 4), (2, 5, 3)),
           ((2, 8, 4), (3, 4, 3)), ((), (3, 3)), ((3, 3), ())]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), MATMULS)
def test_matmul_names_both_shapes(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    text = re.escape(f"{a} @ {b}")
    x, y = np.ones(a), np.ones(b)
    for call in (
        lambda: Tensor(x) @ Tensor(y), lambda: Tensor(x) @ y, lambda: x @ Tensor(y),
        lambda: ag.matmul(x, y), lambda: ag.matmul(Tensor(x), y), lambda: np.matmul(x, Tensor(y)),
    ):  # fmt: skip
        with pytest.raises(ShapeError, match=text) as caught:
            call()
        assert "gufunc" not in str(caught.value), "numpy's own words are not the last"
        assert "matmul" in str(caught.value)


@pytest.mark.parametrize(("symbol", "f"), [
    ("+", lambda a, b: a + b), ("-", lambda a, b: a - b), ("*", lambda a, b: a * b),
    ("/", lambda a, b: a / b), ("**", lambda a, b: a**b), ("maximum", ag.maximum),
    ("minimum", ag.minimum),
])  # fmt: skip
def test_elementwise_names_both_shapes(symbol: str, f: Any) -> None:
    text = re.escape(f"(2, 3) {symbol} (4,)")
    x, y = np.ones((2, 3)), np.ones(4)
    for a, b in ((Tensor(x), Tensor(y)), (Tensor(x), y), (x, Tensor(y))):
        with pytest.raises(ShapeError, match=text) as caught:
            f(a, b)
        assert "operands could not be" not in str(caught.value)
        assert "1" in str(caught.value)


SHAPES: list[tuple[str, Any]] = [
    (r"reshape.*\(3, 4\).*5", lambda x: ag.reshape(x, (5, 5))),
    (r"reshape", lambda x: ag.reshape(x, (-1, -1))),
    (r"transpose.*permutation", lambda x: ag.transpose(x, (0, 0))),
    (r"transpose.*permutation", lambda x: ag.transpose(x, (0, 2))),
    (r"swapaxes.*axis 2", lambda x: ag.swapaxes(x, 0, 2)),
    (r"sum.*axis 2", lambda x: ag.sum(x, axis=2)),
    (r"sum.*axis -3", lambda x: ag.sum(x, axis=-3)),
    (r"sum.*twice", lambda x: ag.sum(x, axis=(0, 0))),
    (r"max.*twice", lambda x: ag.max(x, axis=(0, -2))),
    (r"softmax.*axis 5", lambda x: ag.softmax(x, axis=5)),
    (r"cumsum.*axis 2", lambda x: ag.cumsum(x, axis=2)),
    (r"broadcast_to.*\(3, 4\).*\(2, 4\)", lambda x: ag.broadcast_to(x, (2, 4))),
    (r"broadcast_to", lambda x: ag.broadcast_to(x, (4,))),
    (r"expand_dims.*axis", lambda x: ag.expand_dims(x, 5)),
    (r"squeeze.*\(3, 4\)", lambda x: ag.squeeze(x, 0)),
    (r"concatenate.*\(3, 4\).*\(2, 3\)", lambda x: ag.concatenate([x, np.ones((2, 3))])),
    (r"concatenate.*axis", lambda x: ag.concatenate([x, x], axis=2)),
    (r"concatenate.*at least one", lambda x: ag.concatenate([])),
    (r"stack.*at least one", lambda x: ag.stack([])),
    (r"stack.*\(3, 4\).*\(3,\)", lambda x: ag.stack([x, np.ones(3)])),
    (r"diag.*\(2, 2, 2\)", lambda x: ag.diag(np.ones((2, 2, 2)))),
    (r"trace|diagonal", lambda x: ag.trace(np.ones(3))),
    (r"trace|diagonal", lambda x: ag.trace(x, 0, 1, 1)),
    (r"take.*axis 2", lambda x: ag.take(x, 0, axis=2)),
    (r"where.*\(3, 4\)", lambda x: ag.where(np.ones(3, bool), x, 0.0)),
    (r"clip", lambda x: ag.clip(x, np.ones(3), 5.0)),
    (r"dot|matmul|@", lambda x: ag.dot(x, x)),
    (r"einsum.*ij,jk", lambda x: ag.einsum("ij,jk", x, x)),
    (r"norm.*axis 2", lambda x: ag.norm(x, axis=2)),
    (r"std|divides", lambda x: ag.std(x, axis=0, ddof=3)),
    (r"var|divides", lambda x: ag.var(x, axis=0, ddof=4)),
]


@pytest.mark.parametrize(
    ("text", "call"), SHAPES, ids=[f"{i} {t}" for i, (t, _) in enumerate(SHAPES)]
)
def test_shape_errors_name_the_op(text: str, call: Any) -> None:
    for x in (X, X.data):
        with pytest.raises(ShapeError, match=text):
            call(x)


@pytest.mark.parametrize("call", [
    lambda x: ag.sum(x, axis=1.5), lambda x: ag.sum(x, axis="0"), lambda x: ag.reshape(x, "ab"),
    lambda x: ag.transpose(x, ("a", "b")), lambda x: ag.reshape(x, (1.5, 8)),
    lambda x: ag.broadcast_to(x, (3.0, 4)),
])  # fmt: skip
def test_axes_and_shapes_are_ints(call: Any) -> None:
    with pytest.raises(TypeError, match="int"):
        call(X)


# ── kinds of data ───────────────────────────────────────────────────────────────────────────────
REFUSED: list[tuple[Any, str]] = [
    (np.array([1j]), "complex"), (np.array(["a"]), r"<U1|str"), (np.array([object()]), "object"),
    (np.array([1.0], np.float16), r"float16.*float64"),
    (np.array([1.0], np.longdouble), r"longdouble|float128"),
    (np.array(["2020-01-01"], "M8[D]"), "datetime"), (np.array([b"a"]), r"S1|bytes"),
    ([[1.0], [1.0, 2.0]], "rows of equal length"), ("abc", r"<U3|str"), (None, r"object|None"),
    (1j, "complex"),
    ({"a": 1}, r"object|dict"), ([None], "object"), ([Value(1.0)], r"object|Value"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), REFUSED, ids=[t for _, t in REFUSED])
def test_tensor_refuses_by_dtype(data: Any, text: str) -> None:
    with pytest.raises((DTypeError, ShapeError), match=f"Tensor.*(?:{text})"):
        Tensor(data)


@pytest.mark.parametrize("data", [1j, "1", None, [1.0], np.ones(2), {}, np.longdouble(1), b"1"],
                         ids=lambda x: type(x).__name__)  # fmt: skip
def test_value_refuses_what_is_no_number(data: Any) -> None:
    with pytest.raises(DTypeError, match="Value"):
        Value(data)


def test_nodes_are_not_data() -> None:
    for make in (Value, Tensor):
        for node in (Value(1.0), Tensor(1.0)):
            with pytest.raises(TypeError, match=r"\.data"):
                make(node)


@pytest.mark.parametrize("bad", [np.array([1j, 0]), np.array(["a", "b"]), "a", None, object(), 1j,
                                 np.array([1, 2], np.float16)],
                         ids=lambda x: type(x).__name__)  # fmt: skip
def test_operands_of_the_wrong_kind(bad: Any) -> None:
    x = Tensor([1.0, 2.0])
    for call in (lambda: x + bad, lambda: bad * x, lambda: ag.maximum(x, bad), lambda: x @ bad):
        with pytest.raises(TypeError):
            call()
    if not isinstance(bad, np.ndarray):
        for call in (lambda: Value(1.0) + bad, lambda: bad * Value(1.0),
                     lambda: ag.maximum(Value(1.0), bad)):  # fmt: skip
            with pytest.raises(TypeError):
                call()


@pytest.mark.parametrize("data", [np.array([1j]), np.array(["a"]), np.array([1.0], np.float16)])
def test_functions_of_plain_arrays_refuse_the_same(data: Any) -> None:
    for f in (ag.exp, ag.relu, ag.sum, ag.softmax, lambda x: ag.matmul(x, x)):
        with pytest.raises(DTypeError, match=str(data.dtype)):
            f(data)


@pytest.mark.parametrize("f", [ag.exp, ag.sum, ag.softmax, ag.transpose, ag.max, ag.norm, ag.std])
@pytest.mark.parametrize("bad", ["a", None, {}, object()], ids=["str", "None", "dict", "object"])
def test_functions_of_what_is_no_number(f: Any, bad: Any) -> None:
    with pytest.raises(TypeError) as caught:
        f(bad)
    assert "ufunc" not in str(caught.value), "numpy's own message is never the last word"


# ── mixing ──────────────────────────────────────────────────────────────────────────────────────
def box(v: Value) -> Any:
    return np.array([v, v], dtype=object)


MIXES: list[Any] = [
    lambda v, t: v + t, lambda v, t: t + v, lambda v, t: v * t, lambda v, t: t / v,
    lambda v, t: v**t, lambda v, t: ag.maximum(v, t), lambda v, t: ag.maximum(t, v),
    lambda v, t: ag.where(True, v, t), lambda v, t: ag.clip(t, v, 3.0),
    lambda v, t: ag.stack([v, t[0]]), lambda v, t: v < t, lambda v, t: t == v,
    lambda v, t: np.add(v, t), lambda v, t: t @ v, lambda v, t: ag.concatenate([t, box(v)]),
    lambda v, t: ag.dot(t, v), lambda v, t: t * box(v), lambda v, t: box(v) * t,
    lambda v, t: v - ag.exp(t), lambda v, t: ag.einsum("i,i", t, box(v)),
    lambda v, t: ag.leaky_relu(t, v), lambda v, t: ag.outer(v, t),
]  # fmt: skip


@pytest.mark.parametrize("mix", MIXES, ids=range(len(MIXES)))
def test_mixing_says_what_to_do(mix: Any) -> None:
    with pytest.raises(MixedNodesError, match=r"Value.*Tensor|Tensor.*Value") as caught:
        mix(Value(1.0), Tensor([1.0, 2.0]))
    assert ".data" in str(caught.value) or "Tensor(v.data)" in str(caught.value)


# ── roots and seeds ─────────────────────────────────────────────────────────────────────────────
def test_a_root_with_several_elements_says_three_ways_out() -> None:
    x = Tensor(np.ones((2, 3)))
    for call in (lambda: (x * 2).backward(), lambda: gradients(x * 2, x),
                 lambda: ag.grad(lambda v: v * 2)(np.ones((2, 3))), lambda: x.backward(),
                 lambda: ag.value_and_grad(lambda v: v * 2)(np.ones((2, 3)))):  # fmt: skip
        with pytest.raises(ShapeError) as caught:
            call()
        for word in ("seed=", ".sum()", "jacobian", "(2, 3)"):
            assert word in str(caught.value)
    empty = Tensor(np.zeros((0,)))
    with pytest.raises(ShapeError, match="seed="):
        (empty * 2).backward()


def test_a_seed_of_another_shape() -> None:
    x = Tensor(np.ones((2, 3)))
    for seed in (np.ones((3, 2)), np.ones(3), Tensor(np.ones(2)), [1.0]):
        with pytest.raises(ShapeError, match=r"seed.*\(2, 3\)"):
            gradients(x * 2, x, seed=seed)
    for seed in ("a", np.array([1j]), None.__class__):
        with pytest.raises((TypeError, ValueError), match="seed"):
            gradients(Value(1.0) * 2, [], seed=seed)
    with pytest.raises(TypeError, match="seed"):
        (x * 2).backward(seed=Tensor(np.ones((2, 3))))


def test_no_node_at_all() -> None:
    for root in (1.0, np.ones(2), "a", None):
        with pytest.raises(TypeError, match="Value or a Tensor"):
            gradients(root, Value(1.0))  # type: ignore[arg-type]
    for wrt in (1.0, [1.0], np.ones(2), [None]):
        with pytest.raises(TypeError, match="wrt"):
            gradients(Value(1.0), wrt)


def test_no_rule_names_the_function() -> None:
    for ord in ("nuc", 2, -2):
        with pytest.raises(NoDerivativeError, match=r"norm.*ord"):
            ag.norm(X, ord=ord)
    f = ag.primitive("mystery", lambda a, b: a + b, [lambda g, y, a, b: g, None])
    for make in (Value, Tensor):
        a, b = make(1.0), make(2.0)
        with pytest.raises(NoDerivativeError, match=r"mystery.*argument 1"):
            gradients(f(a, b), b)


def test_seeds_of_the_wrong_kind_of_node() -> None:
    t, v = Tensor(1.0), Value(1.0)
    with pytest.raises(TypeError):
        gradients(t * t, t, seed=Value(1.0))
    with pytest.raises(TypeError):
        gradients(v * v, v, seed=Tensor(1.0))
