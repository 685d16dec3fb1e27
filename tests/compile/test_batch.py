"""A batch gives for each sample what the engine gives for it alone; sums and means likewise."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scalar_programs import OPS, POINTS, SIZES, eager, one_sample, parameters, points, same, traced

import autograd as ag
from autograd import ShapeError
from autograd.compile import batch
from autograd.elementwise import TABLE
from autograd.tree import leaves

# On small integers these are exact, so that sums in another order are equal to the last bit.
EXACT = ["add", "sub", "neg", "relu", "step", "maximum", "minimum", "where", "abs", "same", "sign",
         "greater", "at_least", "differ", "zero", "share", "identity"]  # fmt: skip
NUMBERS = [0.0, 1.0, -1.0, 2.0, -3.0, 0.5]


def run(f, example, axes, xs, reduce=None):
    built = batch.build(*traced(f, *example), axes, reduce)
    return built.run(*xs)


def alone(f, axes, xs, reduce):
    """f sample by sample through the engine, and then put together."""
    n = next(len(x) for x, axis in zip(xs, axes, strict=True) if axis is not None)
    rows = [
        eager(
            f, *[float(x[i]) if axis is not None else x for x, axis in zip(xs, axes, strict=True)]
        )
        for i in range(n)
    ]
    columns = np.array(rows, dtype=float).T
    if reduce is None:
        return [*columns]
    with np.errstate(invalid="ignore"):  # inf − inf
        return [float(c.sum()) / (n if reduce == "mean" else 1) for c in columns]


def equal(got, want, rel=0.0):
    got = [x for y in leaves(got) for x in np.ravel(y).tolist()]
    want = [x for y in want for x in np.ravel(y).tolist()]
    return same(got, want, rel)


@st.composite
def exact_functions(draw, inputs=4):
    """Products are clipped, so that no integer grows too large to be exact."""
    plan = []
    for size in range(inputs, inputs + draw(st.integers(1, 30))):
        name = draw(st.sampled_from([*EXACT, "mul", "mul", "add", "add"]))
        source = st.one_of(st.integers(0, size - 1), st.sampled_from(NUMBERS))
        args = [draw(source) for _ in OPS[name].op.rules]
        if all(isinstance(a, float) for a in args):
            args[0] = draw(st.integers(0, size - 1))
        plan.append((name, args))
    chosen = draw(st.lists(st.integers(0, inputs + len(plan) - 1), min_size=1, max_size=6))

    def function(*xs):
        values = list(xs)
        for name, args in plan:
            y = OPS[name](*[a if isinstance(a, float) else values[a] for a in args])
            values.append(ag.clip(y, -8.0, 8.0) if name == "mul" else y)
        return [values[i] for i in chosen]

    return function


exact_numbers = st.sampled_from([0.0, 1.0, -1.0, 2.0, -3.0, 5.0])
any_numbers = st.sampled_from([0.0, 1.0, -2.0, math.inf, -math.inf, math.nan])


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
@pytest.mark.parametrize("numbers", [exact_numbers, any_numbers])
@given(data=st.data(), f=exact_functions(), batched=st.sets(st.integers(0, 3), min_size=1))
def test_random_programs(reduce, numbers, data, f, batched):
    axes = [0 if i in batched else None for i in range(4)]
    n = data.draw(st.sampled_from([1, 2, 4]))
    xs = [
        np.array(data.draw(st.lists(numbers, min_size=n, max_size=n)))
        if axis == 0
        else data.draw(numbers)
        for axis in axes
    ]
    assert equal(run(f, [1.0] * 4, axes, xs, reduce), alone(f, axes, xs, reduce))


@given(f=exact_functions(), seed=st.integers(0, 99))
def test_gradients_of_random_programs(f, seed):
    g = ag.value_and_grad(lambda *xs: sum(f(*xs), 0.0 * xs[0]), argnums=(0, 1, 2, 3))
    rng = np.random.default_rng(seed)
    xs = [1.0, rng.integers(-3, 4, 4), rng.integers(-3, 4, 4), 2.0]
    axes = [None, 0, 0, None]
    for reduce in (None, "sum", "mean"):
        assert equal(run(g, [1.0] * 4, axes, xs, reduce), alone(g, axes, xs, reduce), 1e-12)


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_op_at_points_of_interest(name):
    op, arity = OPS[name], len(OPS[name].op.rules)
    xs = [np.array(c) for c in zip(*itertools.product(POINTS, repeat=arity), strict=True)]

    def twice(*v):
        return op(*v), op(*reversed(v)), op(*[w * 1.0 for w in v])

    assert equal(
        run(twice, [1.0] * arity, [0] * arity, xs), alone(twice, [0] * arity, xs, None), 4e-16
    )


@pytest.mark.parametrize("name", sorted(n for n in OPS if len(OPS[n].op.rules) > 1))
@pytest.mark.parametrize("place", [0, 1])
def test_one_argument_alone_is_batched(name, place):
    op, arity = OPS[name], len(OPS[name].op.rules)
    axes = [0 if i == place else None for i in range(arity)]
    for others in itertools.product([0.0, 2.0, -1.5], repeat=arity - 1):
        xs = [*others[:place], np.array(POINTS), *others[place:]]
        f = lambda *v: (op(*v), op(*v) + 1.0)
        assert equal(run(f, [1.0] * arity, axes, xs), alone(f, axes, xs, None), 4e-16)


@pytest.mark.parametrize("name", ["greatest", "least"])
def test_ops_of_many_arguments(name):
    f = ag.value_and_grad(lambda *xs: TABLE[name](*xs, 0.5), argnums=(0, 1, 2))
    xs = [np.array([0.0, 1.0, 2.0, math.nan]), 1.0, np.array([1.0, 1.0, -1.0, 0.0])]
    axes = [0, None, 0]
    assert equal(run(f, [1.0] * 3, axes, xs), alone(f, axes, xs, None))


SAMPLES = [np.array(c) for c in zip(*points(7), strict=True)]
AXES = [None] * len(parameters()) + [0, 0, 0]


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_a_network(reduce):
    f = ag.value_and_grad(one_sample)
    example = (parameters(), *points(1)[0])
    got = run(f, example, AXES, [*parameters(), *SAMPLES], reduce)
    flat = lambda *v: f(list(v[:-3]), *v[-3:])
    assert equal(got, alone(flat, AXES, [*parameters(), *SAMPLES], reduce), 1e-13)


def test_a_network_is_matrix_products():
    """Three layers: three products forward, one back, and each layer's gradient is one."""
    program = traced(ag.value_and_grad(one_sample), parameters(), *points(1)[0])
    text = batch.build(*program, AXES, "mean").source.partition(f"def {program[0].name}(u")[2]
    assert text.count("matmul(") == len(SIZES) - 1 + 1
    assert text.count(".T / n") == len(SIZES) - 1
    assert len(text.splitlines()) < 60


def layouts():
    wide = np.empty((7, 3))
    wide[:] = np.stack(SAMPLES, 1)
    frozen = [s.copy() for s in SAMPLES]
    for s in frozen:
        s.flags.writeable = False
    yield "columns of a matrix", [*wide.T]
    yield "read-only", frozen
    yield "backwards", [s[::-1].copy()[::-1] for s in SAMPLES]
    yield "lists", [s.tolist() for s in SAMPLES]


@pytest.mark.parametrize(("layout", "samples"), [*layouts()])
def test_layouts(layout, samples):
    f = ag.value_and_grad(one_sample)
    built = batch.build(*traced(f, parameters(), *points(1)[0]), AXES, "sum")
    assert equal(built.run(*parameters(), *samples), leaves(built.run(*parameters(), *SAMPLES)))


def test_integers_become_floats():
    got = run(lambda x, y: x / y, [1.0, 2.0], [0, 0], [np.arange(3), np.array([2, 2, 0])])
    assert same(got.tolist(), [0.0, 0.5, math.inf])


def test_one_sample_and_none():
    f = lambda w, x: (w * x + 1.0, w * w)
    for xs in (np.array([3.0]), np.array([])):
        for reduce in ("sum", None):
            assert equal(run(f, [1.0, 1.0], [None, 0], [2.0, xs], reduce),
                         alone(f, [None, 0], [2.0, xs], reduce) if len(xs) else
                         ([0.0, 0.0] if reduce else [xs, xs]))  # fmt: skip
    mean = run(f, [1.0, 1.0], [None, 0], [2.0, np.array([])], "mean")
    assert math.isnan(mean[0])
    assert mean[1] == 4.0


def test_results_never_alias_memory_or_inputs():
    f = lambda x, y: (x + 0.0 * y, x * y, x)
    built = batch.build(*traced(f, 1.0, 2.0), [0, 0], None)
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    first = built.run(x, y)
    kept = [r.copy() for r in first]
    built.run(y, y)
    assert all((a == b).all() for a, b in zip(first, kept, strict=True))
    assert not any(np.shares_memory(r, x) or r is x for r in first)


def test_arrays_of_outputs_have_the_samples_in_front():
    f = ag.grad(lambda w: w[0] * w[1] * w[1])
    got = run(lambda a, b: f([a, b]), [1.0, 2.0], [0, 0], [np.arange(3.0), np.ones(3)])
    assert [g.tolist() for g in got] == [[1.0, 1.0, 1.0], [0.0, 2.0, 4.0]]

    def table(a, b):
        rows = np.empty((2, 1), dtype=object)
        rows[0, 0], rows[1, 0] = a, a * b
        return rows

    got = run(table, [1.0, 2.0], [0, None], [np.arange(3.0), 2.0])
    assert got.shape == (3, 2, 1)
    assert got[:, 1, 0].tolist() == [0.0, 2.0, 4.0]


def test_lengths_and_shapes_are_checked():
    built = batch.build(*traced(lambda a, b: a * b, 1.0, 2.0), [0, 0], None)
    with pytest.raises(ShapeError, match="a has 3, b has 2"):
        built.run(np.ones(3), np.ones(2))
    with pytest.raises(ShapeError, match=r"b has one number per sample.*\(2, 2\)"):
        built.run(np.ones(2), np.ones((2, 2)))


def test_an_axis_of_vectors_is_the_first():
    with pytest.raises(ShapeError, match="axis 1"):
        batch.build(*traced(lambda a: a * a, 1.0), [1], None)


def test_primitives_of_the_users():
    def forward(x):
        return math.floor(x) / 2 if x == x else x  # takes single numbers only

    half = ag.primitive("half", forward, [lambda g, y, x: g * 0.5])
    f = ag.value_and_grad(lambda x: half(x) * x)
    xs = [np.array([1.0, 2.5, math.nan])]
    assert equal(run(f, [1.0], [0], xs), alone(f, [0], xs, None))


def test_threads():
    built = batch.build(*traced(ag.value_and_grad(one_sample), parameters(), *points(1)[0]),
                        AXES, "mean")  # fmt: skip
    jobs = [[*parameters(), *[s * k for s in SAMPLES]] for k in range(1, 40)]
    want = [leaves(built.run(*xs)) for xs in jobs]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda xs: [leaves(built.run(*xs)) for _ in range(20)], jobs))
    assert all(g == w for many, w in zip(got, want, strict=True) for g in many)


def test_a_long_chain_takes_few_rows():
    def f(x):
        for _ in range(500):
            x = ag.tanh(x) * 1.5
        return x

    built = batch.build(*traced(f, 1.0), [0], "sum")
    assert "w[4]" not in built.source
    xs = np.linspace(-1, 1, 5)
    assert equal([built.run(xs)], alone(f, [0], [xs], "sum"), 1e-12)
