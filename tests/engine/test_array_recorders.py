"""The recorders of an array graph record what `Tensor.record` does, in fewer steps."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import DTypeError, ShapeError, Tensor, Value
from autograd.elementwise import TABLE
from autograd.linalg import MATMUL
from autograd.op import Op
from autograd.reductions import MAX, MEAN, MIN, PROD, SUM
from autograd.softmaxes import LOG_SOFTMAX, LOGSUMEXP, SOFTMAX

rng = np.random.default_rng(3)
SQUARE = rng.uniform(0.2, 0.8, (3, 3))
FROZEN = SQUARE.copy()
FROZEN.setflags(write=False)
OPERATORS: dict[str, tuple[Callable[..., Any], Op]] = {
    "+": (operator.add, TABLE["add"].op),
    "-": (operator.sub, TABLE["sub"].op),
    "*": (operator.mul, TABLE["mul"].op),
    "/": (operator.truediv, TABLE["div"].op),
    "**": (operator.pow, TABLE["power"].op),
    "@": (operator.matmul, MATMUL),
}
OPERANDS: dict[str, Any] = {
    "node": Tensor(SQUARE),
    "row": Tensor(SQUARE[0]),
    "0-d": Tensor(0.5),
    "float32": Tensor(SQUARE.astype(np.float32)),
    "array": SQUARE,
    "frozen": FROZEN,
    "integers": np.arange(1, 10).reshape(3, 3),
    "float": 0.5,
    "int": 2,
    "large int": 2**53 + 2,
    "bool": True,
    "numpy's number": np.float64(0.5),
}

UNARY = [n for n, f in TABLE.items() if isinstance(f.op.rules, tuple) and len(f.op.rules) == 1]


def like(a: Any, b: Any) -> None:
    """Two nodes that say the same."""
    assert a.op is b.op
    assert len(a.args) == len(b.args) == len(a.inputs)
    assert a.parents() == tuple(x for x in a.args if isinstance(x, Tensor)) == b.parents()
    for x, z in zip((a.data, *a.args, *a.inputs), (b.data, *b.args, *b.inputs), strict=True):
        assert type(x) is type(z)
        if isinstance(x, Tensor):
            assert x is z
            continue
        np.testing.assert_array_equal(x, z)
        if isinstance(x, np.ndarray):
            assert x.dtype == z.dtype
    assert not a.data.flags.writeable
    assert (a.grad, a.name, a.scope) == (None, None, ())


@pytest.mark.parametrize("name", OPERANDS)
@pytest.mark.parametrize("sign", OPERATORS)
def test_operators(sign: str, name: str) -> None:
    x, other = Tensor(SQUARE), OPERANDS[name]
    run, op = OPERATORS[sign]
    if sign == "@" and np.ndim(getattr(other, "data", other)) == 0:
        for sides in (x, other), (other, x):
            with pytest.raises((ShapeError, TypeError), match=r"matmul|@"):
                run(*sides)
        return
    like(run(x, other), Tensor.record(op, (x, other)))
    like(run(other, x), Tensor.record(op, (other, x)))


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("shape", [(3, 3), ()], ids=str)
def test_functions_of_one_array(name: str, shape: tuple[int, ...]) -> None:
    x = Tensor(np.broadcast_to(SQUARE[0, 0], shape))
    like(TABLE[name](x), Tensor.record(TABLE[name].op, (x,)))


@pytest.mark.parametrize("sign", OPERATORS)
def test_what_does_not_fit_is_explained(sign: str) -> None:
    x = Tensor(SQUARE)
    for other in (Tensor(np.ones((2, 2))), np.ones((2, 2))):
        with pytest.raises(ShapeError, match=r"\(3, 3\) .* \(2, 2\)"):
            OPERATORS[sign][0](x, other)
    with pytest.raises(TypeError):
        OPERATORS[sign][0](x, "text")
    with pytest.raises(ag.MixedNodesError):
        OPERATORS[sign][0](x, Value(1.0))


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**"])
def test_an_int_that_is_no_float_is_explained(sign: str) -> None:
    run, _ = OPERATORS[sign]
    for sides in (Tensor(SQUARE), 10**400), (10**400, Tensor(SQUARE)):
        with pytest.raises(DTypeError, match="too large"):
            run(*sides)


@pytest.mark.parametrize("sign", OPERATORS)
@pytest.mark.parametrize("dtype", ["f2", "c16", "O", "U1"])
def test_frozen_arrays_of_other_dtypes_are_refused(dtype: str, sign: str) -> None:
    data = np.ones((3, 3)).astype(dtype)
    data.setflags(write=False)
    run, _ = OPERATORS[sign]
    for sides in (Tensor(SQUARE), data), (data, Tensor(SQUARE)):
        with pytest.raises(DTypeError):
            run(*sides)


def test_modes_are_seen() -> None:
    x = Tensor(SQUARE)
    makers: list[Callable[[], Any]] = [
        lambda: x * x, lambda: 2.0 * x, lambda: ag.tanh(x), lambda: ag.sum(x, axis=0)
    ]  # fmt: skip
    for make in makers:
        with ag.scope("block"):
            assert make().scope == ("block",)
        with ag.no_grad():
            assert make().op is None
        assert make().op is not None


# ── what the recorders rely on ──────────────────────────────────────────────────────────────────
FLOATS = [dtype(0.3) for dtype in (np.float64, np.float32)]
ANY_RANK = [a for x in FLOATS for a in (x, np.asarray(x), np.full((2, 2), x), np.full((0,), x))]
REDUCTIONS = (SUM, MEAN, MAX, MIN, PROD, LOGSUMEXP)


@pytest.mark.parametrize("x", ANY_RANK, ids=lambda x: f"{type(x).__name__}-{x.dtype}-{x.shape}")
def test_results_are_arrays_or_numpys_numbers(x: Any) -> None:
    """So they go into a node as they are."""
    results = {}
    for name, function in TABLE.items():
        op = function.op
        if isinstance(op.rules, tuple):
            args = (x, *[2.0] * (len(op.rules) - 1))
            with np.errstate(all="ignore"):
                results[name] = op.compute(*args)
    if x.size:
        for op in REDUCTIONS:
            results[op.name] = op.compute(x, None, False)
        for op in (SOFTMAX, LOG_SOFTMAX):
            results[op.name] = op.compute(x, None)
    kinds = {name: type(y) for name, y in results.items()}
    assert set(kinds.values()) <= {np.ndarray, np.float64, np.float32}, kinds


def test_settings_are_no_parents() -> None:
    x = Tensor(SQUARE)
    for y in (ag.sum(x, 0), ag.sum(x, None, True), Tensor.record(SUM, (x, (0,), False))):
        assert y._parents == (x,)
        assert len(y.args) == len(y.inputs) == 3
        assert y.args[0] is x
