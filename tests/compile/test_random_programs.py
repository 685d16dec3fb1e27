"""Random array expressions through one compiled program, on several data sets, against eager."""

from itertools import pairwise
from typing import Any

import numpy as np
from alike import EXACT, alike, normal
from hypothesis import example, given
from hypothesis import strategies as st

import autograd as ag
from autograd import compile

LARGEST = 300  # entries of any step


def axis_of(x: Any, i: int) -> int:
    return i % len(x.shape) - (len(x.shape) if i % 2 else 0)


def some_axes(x: Any, i: int) -> Any:
    n = len(x.shape)
    return (None, i % n, tuple(range(i % n + 1)), (-1,), ())[i % 5] if n else None


def product(a: Any, b: Any) -> Any:
    """a @ b, or a @ bᵀ, where the shapes allow it; bounded."""
    for other in (b, b.T):
        known = a.shape and other.shape and max(len(a.shape), len(other.shape)) <= 2
        if known and a.shape[-1] == other.shape[-2 if len(other.shape) > 1 else 0]:
            return ag.tanh(a @ other)
    return a


def together(f: Any) -> Any:
    """`f` where the shapes broadcast to something small, else the first operand."""

    def combined(a: Any, b: Any, i: int) -> Any:
        try:
            shape = np.broadcast_shapes(a.shape, b.shape)
        except ValueError:
            return a
        return f(a, b) if np.prod(shape) <= LARGEST and len(shape) <= 4 else a

    return combined


def reduction(f: Any) -> Any:
    return lambda a, b, i: f(a, axis=some_axes(a, i), keepdims=bool(i & 8))


def along(f: Any) -> Any:
    return lambda a, b, i: f(a, axis=axis_of(a, i)) if a.shape else a


def indexed(a: Any, b: Any, i: int) -> Any:
    if not a.shape or a.shape[0] < 2 or len(a.shape) > 3:
        return a
    keys = (0, slice(None, None, -1), (..., None), slice(1, None), [0, -1, 0], (..., 0), None)
    key = keys[i % len(keys)]
    return a[key]


def joined(a: Any, b: Any, i: int) -> Any:
    if a.shape != b.shape or not a.shape or np.prod(a.shape) * 2 > LARGEST:
        return a
    return ag.concatenate([a, b], axis=axis_of(a, i)) if i % 2 else ag.stack([a, b], axis=0)


def spread(a: Any, b: Any, i: int) -> Any:
    if np.prod(a.shape) * 2 > LARGEST or len(a.shape) > 3:
        return a
    return ag.broadcast_to(a, (2, *a.shape))


# All keep |x| about as it is, so that expressions of any length stay finite.
SMOOTH: list[Any] = [
    lambda a, b, i: ag.sin(a),
    lambda a, b, i: ag.tanh(a) * 2.0,
    lambda a, b, i: ag.sigmoid(a),
    lambda a, b, i: -a,
    lambda a, b, i: 1.0 - a / 2,
    lambda a, b, i: ag.exp(-a * a),
    lambda a, b, i: a**2 / 4,
    lambda a, b, i: 1 / (a * a + 1),
    lambda a, b, i: ag.softplus(a) / 2,
    lambda a, b, i: 0.0 * a + 1.0 * a - 0.5,
    together(lambda a, b: (a + b) / 2),
    together(lambda a, b: (a - b) / 2),
    together(lambda a, b: a * b / 2),
    together(lambda a, b: a / (b * b + 1)),
    together(lambda a, b: (a * a + 1.5) ** (ag.tanh(b) / 8)),
    lambda a, b, i: product(a, b),
    lambda a, b, i: product(a, b),
    lambda a, b, i: product(b, a),
    reduction(ag.mean),
    reduction(lambda x, axis, keepdims: ag.tanh(ag.sum(x, axis=axis, keepdims=keepdims))),
    along(ag.softmax),
    along(ag.log_softmax),
    along(lambda x, axis: ag.logsumexp(x, axis=axis, keepdims=True) / 2),
    along(lambda x, axis: ag.tanh(ag.cumsum(x, axis=axis))),
    lambda a, b, i: ag.transpose(a),
    lambda a, b, i: ag.reshape(a, (-1,)),
    lambda a, b, i: ag.reshape(a, a.shape[::-1]),
    lambda a, b, i: ag.expand_dims(a, 0) if len(a.shape) < 4 else a,
    indexed,
    joined,
    spread,
]
# Continuous, so that entries which differ in rounding alone make no difference.
KINKED: list[Any] = [
    lambda a, b, i: ag.relu(a),
    lambda a, b, i: abs(a),
    lambda a, b, i: ag.clip(a, -0.5, 0.7),
    together(ag.maximum),
    together(lambda a, b: ag.where(a > b, a, b)),
    together(lambda a, b: ag.where((a > 0) * (b > 0), ag.minimum(a, b), 0.0)),
    reduction(ag.max),
    reduction(ag.min),
]

Program = list[tuple[int, int, int]]
numbers = st.integers(0, 10**6)
programs = st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=30)
SHAPES: list[tuple[tuple[int, ...], ...]] = [
    ((3, 4), (4, 2), (2,)), ((2, 3), (3,), ()), ((40, 3), (3, 2), (2,)), ((1, 4), (4, 1), (1,)),
    ((2, 3, 2), (3, 1), (2,)), ((1, 3), (3, 2), (2,)), ((5,), (5, 5), (5,)),
    ((64, 4), (4,), (4, 64)),
]  # fmt: skip


def run(ops: list[Any], program: Program, leaves: Any) -> list[Any]:
    """Each step takes earlier results; the last three are the result."""
    known = list(leaves)
    for which, i, j in program:
        a, b = known[i % len(known)], known[j % len(known)]
        known.append(ops[which % len(ops)](a, b, i))
    return known[-3:]


def tensors(xs: Any) -> Any:
    return [ag.Tensor(x) for x in xs]


@given(program=programs, shapes=st.sampled_from(SHAPES), seed=st.integers(0, 99))
def test_values(program: Program, shapes: Any, seed: int) -> None:
    f = lambda *xs: run(SMOOTH + KINKED, program, xs)
    compiled = compile(f)
    for s in (seed, seed + 1, seed):
        xs = normal(*shapes, seed=s)
        alike(compiled(*xs), [y._raw for y in f(*tensors(xs))], 100 * EXACT)
    assert compiled.cache_info().traces == 1


@given(program=programs, shapes=st.sampled_from(SHAPES), seed=st.integers(0, 99))
def test_gradients(program: Program, shapes: Any, seed: int) -> None:
    def f(c: Any, *xs: Any) -> Any:
        results = run(SMOOTH, program, xs)
        return sum(ag.sum(c * ag.tanh(y)) * (k + 1.5) for k, y in enumerate(results))

    eager = ag.value_and_grad(f, argnums=(1, 2, 3))
    compiled = compile(eager)
    for s in (seed, seed + 1, seed):
        xs = normal((), *shapes, seed=s)
        alike(compiled(*xs), eager(*xs), 1000 * EXACT)


@given(program=programs, shapes=st.sampled_from(SHAPES), seed=st.integers(0, 99))
def test_second_order(program: Program, shapes: Any, seed: int) -> None:
    def f(*xs: Any) -> Any:
        return sum(ag.mean(ag.tanh(y)) for y in run(SMOOTH, program[:10], xs))

    def slope(*xs: Any) -> Any:
        return sum(ag.sum(ag.sin(g)) for g in ag.grad(f, argnums=(0, 1, 2))(*xs))

    eager = ag.grad(slope, argnums=(0, 1, 2))
    compiled = compile(eager)
    for s in (seed, seed + 1):
        xs = normal(*shapes, seed=s)
        alike(compiled(*xs), eager(*xs), 1e-8)


@given(program=programs, shapes=st.sampled_from(SHAPES), seed=st.integers(0, 99))
def test_results_are_nobodys_memory(program: Program, shapes: Any, seed: int) -> None:
    """Not the workspace's, not an argument's, not another result's."""
    compiled = compile(lambda *xs: run(SMOOTH + KINKED, program, xs))
    xs = normal(*shapes, seed=seed)
    first = [y for y in compiled(*xs) if isinstance(y, np.ndarray)]
    kept = [y.copy() for y in first]
    for y in first:
        assert y.flags.writeable
    second = [y for y in compiled(*normal(*shapes, seed=seed + 1)) if isinstance(y, np.ndarray)]
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, kept, strict=True))
    arrays = [*first, *second, *xs]
    for k, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[k + 1 :])
    for y in first:
        y[...] = np.nan  # what the caller does with a result is the caller's business
    alike(compiled(*xs), [y._raw for y in run(SMOOTH + KINKED, program, tensors(xs))], 1e-10)


# ── networks ────────────────────────────────────────────────────────────────────────────────────
ACTIVATIONS: list[Any] = [
    ag.sigmoid, ag.tanh, ag.relu, ag.silu, ag.softplus, ag.sin, lambda x: x, lambda x: x * x * 0.1,
    lambda x: ag.softmax(x, axis=0), lambda x: ag.softmax(x, axis=1), lambda x: ag.exp(-x * x),
]  # fmt: skip


@st.composite
def networks(draw: Any) -> Any:
    widths = draw(st.lists(st.sampled_from([1, 2, 3, 5, 8, 33]), min_size=2, max_size=5))
    layers = [
        (draw(st.sampled_from(ACTIVATIONS)), draw(st.booleans()), draw(st.booleans()))
        for _ in widths[1:]
    ]
    return widths, layers, draw(st.booleans()), draw(st.sampled_from([1, 7, 8, 9, 40, 150]))


@given(made=networks(), seed=st.integers(0, 99))
@example(  # a result that is a view of a layer's memory
    made=([1] * 5, [(ag.sigmoid, i < 2, i < 1) for i in range(4)], True, 8), seed=0
)
def test_networks(made: Any, seed: int) -> None:
    """Layers of any widths with and without biases, in rows or columns, some of them results."""
    widths, layers, in_rows, n = made

    def f(weights: Any, biases: Any, x: Any) -> Any:
        h, kept = x, []
        for (activation, biased, wanted), W, b in zip(layers, weights, biases, strict=True):
            z = h @ W if in_rows else W.T @ h
            if biased:
                z = z + (b if in_rows else ag.reshape(b, (-1, 1)))
            h = activation(z)
            if wanted:
                kept.append(h)
        return ag.mean(h * h) + sum(ag.sum(k) for k in kept) * 0.1, kept

    def everything(weights: Any, biases: Any, x: Any) -> Any:
        slopes = ag.value_and_grad(lambda *a: f(*a)[0], argnums=(0, 1, 2))(weights, biases, x)
        return slopes, f(weights, biases, x)[1]

    def arguments(seed: int) -> Any:
        pairs = list(pairwise(widths))
        arrays = normal(*pairs, *[(m,) for _, m in pairs], (n, widths[0]), seed=seed)
        k = len(pairs)
        x = arrays[-1] if in_rows else arrays[-1].T
        return [W * 0.7 for W in arrays[:k]], arrays[k:-1], x

    compiled = compile(everything)
    for s in (seed, seed + 1, seed):
        args = arguments(s)
        alike(compiled(*args), everything(*args), 1000 * EXACT)
    assert compiled.cache_info().traces == 1
