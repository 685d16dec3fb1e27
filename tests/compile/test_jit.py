"""Machine code gives the engine's numbers: IEEE's inf and nan included, as loops and as a tape."""

from __future__ import annotations

import builtins
import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scalar_programs import (
    CHAIN_AT,
    OPS,
    POINTS,
    SOFTMAX_AT,
    chain,
    eager,
    hinge_step,
    one_sample,
    parameters,
    points,
    same,
    softmax_step,
    traced,
)

import autograd as ag
from autograd import ShapeError
from autograd.compile import batch, jit
from autograd.compile.spelling import BOUNDED
from autograd.elementwise import TABLE
from autograd.errors import TraceError
from autograd.tree import leaves

pytest.importorskip("numba")
WAYS = {"loops": jit.LONGEST, "tape": 0}


def flat(args):
    return [float(x) for x in leaves(list(args))]


@pytest.fixture(params=WAYS, scope="module")
def longest(request):
    return WAYS[request.param]


@pytest.mark.untraced
def test_every_op_at_points_of_interest(longest):
    names = sorted(OPS)
    arity = [len(OPS[n].op.rules) for n in names]

    def f(*xs):
        return [OPS[n](*xs[:k]) for n, k in zip(names, arity, strict=True)]

    built = jit.build(*traced(f, 1.0, 1.0, 1.0), longest=longest)
    for xs in itertools.product(POINTS, repeat=3):
        for name, got, want in zip(names, built.run(*xs), eager(f, *xs), strict=True):
            assert same([got], [want], 4e-16), (name, xs)


def test_bounds_and_powers_that_are_constants(longest):
    bounds = list(itertools.product([None, -1.0], [None, 1.0, math.inf]))

    def f(x):
        limited = [TABLE[n](x, lo, hi) for n in sorted(BOUNDED) for lo, hi in bounds]
        return limited, [x**k for k in (2.0, 3.0, -1.0, 0.0, 0.5, math.inf)]

    built = jit.build(*traced(f, 1.0), longest=longest)
    for x in POINTS:
        assert same(built.run(x), eager(f, x), 4e-16), x


def test_ops_of_many_arguments(longest):
    f = ag.value_and_grad(
        lambda *xs: TABLE["greatest"](*xs) * TABLE["least"](*xs, 0.5), argnums=(0, 1, 2)
    )
    built = jit.build(*traced(f, 1.0, 2.0, 3.0), longest=longest)
    for xs in itertools.product([0.0, 1.0, -2.0, math.nan], repeat=3):
        assert same(built.run(*xs), eager(f, *xs)), xs


@pytest.mark.parametrize(
    ("f", "args"),
    [(chain(60), CHAIN_AT), (hinge_step(12), (parameters(),)), (softmax_step(15), (SOFTMAX_AT,))],
    ids=["chain", "hinge", "softmax"],
)
@pytest.mark.untraced
def test_benchmarks(f, args, longest):
    built = jit.build(*traced(f, *args), longest=longest)
    assert same(built.run(*flat(args)), eager(f, *args), 1e-13)
    assert built.seconds > 0.0


def test_the_text_is_loops_or_a_tape():
    program = traced(chain(60), *CHAIN_AT)
    assert "for k in range(60)" in jit.build(*program).source
    assert "a tape of" in jit.build(*program, longest=0).source


def test_small_programs_have_the_users_names():
    def neuron(w, x, b):
        z = w * x + b
        return ag.tanh(z)

    built = jit.build(*traced(neuron, 1.0, 2.0, 0.5))
    assert built.source == (
        "from math import tanh\nfrom numba import njit\n\n\n"
        '@njit("(float64[::1], float64[::1], int64[::1])", error_model="numpy", nogil=True)\n'
        "def neuron(m, c, t):\n    w = m[0]\n    x = m[1]\n    b = m[2]\n"
        "    z = w * x + b\n    result = tanh(z)\n    m[3] = result\n\n\n"
        "def neuron_result(o):\n    return o[0]\n"
    )
    assert same([built.run(1.0, 2.0, 0.5)], [math.tanh(2.5)], 1e-15)


def test_results_that_need_no_step():
    built = jit.build(*traced(lambda x, y: {"y": y, "two": 2.0}, 1.0, 3.0))
    assert built.run(1.0, 3.0) == {"y": 3.0, "two": 2.0}


def test_arrays_of_outputs():
    f = ag.hessian(lambda x: x[0] * x[0] * x[1])
    built = jit.build(*traced(lambda a, b: f([a, b]), 1.0, 2.0))
    assert same(built.run(1.0, 2.0), eager(lambda a, b: f([a, b]), 1.0, 2.0))


SAMPLES = [np.array(c) for c in zip(*points(7), strict=True)]
AXES = [None] * len(parameters()) + [0, 0, 0]


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_batches(reduce, longest):
    f = ag.value_and_grad(one_sample)
    program = traced(
        lambda p, a, b, y: (f(p, a, b, y), p[0] * p[1], y), parameters(), *points(1)[0]
    )
    xs = [*parameters(), *SAMPLES]
    got = jit.build(*program, AXES, reduce, longest=longest).run(*xs)
    want = batch.build(*program, AXES, reduce).run(*xs)
    assert all(
        np.allclose(a, b, rtol=1e-13, atol=1e-15) and np.shape(a) == np.shape(b)
        for a, b in zip(leaves(got), leaves(want), strict=True)
    )


def test_no_samples_and_checked_lengths():
    program = traced(lambda a, b: a * b, 1.0, 2.0)
    mean = jit.build(*program, [0, None], "mean")
    assert math.isnan(mean.run(np.array([]), 2.0))
    assert mean.run(np.arange(3)[::-1], 2.0) == 2.0
    with pytest.raises(ShapeError, match="a has 3, b has 2"):
        jit.build(*program, [0, 0], None).run(np.ones(3), np.ones(2))


def test_threads():
    built = jit.build(*traced(hinge_step(12), parameters()))
    jobs = [[p * k for p in parameters()] for k in range(1, 30)]
    want = [built.run(*xs) for xs in jobs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda xs: built.run(*xs), jobs)) == want


def test_primitives_are_refused_by_name():
    cube = ag.primitive("cube", lambda x: x**3, [lambda g, y, x: g * 3 * x**2])
    with pytest.raises(TraceError, match="cannot run cube"):
        jit.build(*traced(lambda x: cube(x), 1.0))


def test_without_numba_the_error_says_what_to_install(monkeypatch):
    known = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "numba":
            raise ImportError(name)
        return known(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match=r"pip install 'gradproof\[jit\]'"):
        jit.build(*traced(lambda x: x * x, 1.0))


def test_what_takes_long_to_compile_is_a_tape():
    """Loops that carry many variables are as bad as long texts."""

    kinds = np.random.default_rng(0).integers(0, 3, 300).tolist()

    def totals(xs):
        state = list(xs)
        for _ in range(10):
            pairs = list(zip(state, xs, kinds, strict=True))
            state = [s + t if k == 0 else s * 0.5 if k == 1 else ag.tanh(s) for s, t, k in pairs]
        return state

    xs = [0.1 * i for i in range(300)]
    built = jit.build(*traced(totals, xs))
    assert "a tape of" in built.source
    assert same(built.run(*xs), eager(totals, xs))
