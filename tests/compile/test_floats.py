"""The float backend gives the engine's own numbers, bit for bit, also where Python raises."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from scalar_programs import (
    CHAIN_AT,
    OPS,
    POINTS,
    chain,
    eager,
    functions,
    hinge_step,
    parameters,
    same,
    traced,
)

import autograd as ag
from autograd.compile import floats
from autograd.compile.spelling import BOUNDED
from autograd.elementwise import TABLE


def run(f, *args, chunk=floats.CHUNK):
    built = floats.build(*traced(f, *args), chunk=chunk)
    return built.run(*floats_of(args)), built


def floats_of(tree):
    return [x for t in tree for x in floats_of(t)] if isinstance(tree, list | tuple) else [tree]


@given(functions(), st.lists(st.sampled_from(POINTS), min_size=3, max_size=3))
def test_random_programs(f, xs):
    assert same(run(f, *xs)[0], eager(f, *xs))


@given(functions(longest=12), st.lists(st.sampled_from(POINTS), min_size=3, max_size=3))
def test_gradients_of_random_programs(f, xs):
    g = ag.value_and_grad(lambda *v: f(*v)[1], argnums=(0, 1, 2))
    try:
        want = eager(g, *xs)
    except (ArithmeticError, ValueError):
        reject()  # a rule between constants, as of x / 0.0, which the engine cannot record yet
    assert same(run(g, *xs)[0], want)


@given(
    functions(),
    st.lists(st.sampled_from(POINTS), min_size=3, max_size=3),
    st.integers(1, 9),
)
def test_programs_in_parts(f, xs, chunk):
    assert same(run(f, *xs, chunk=chunk)[0], eager(f, *xs))


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_op_at_points_of_interest(name):
    op = OPS[name]
    arity = len(op.op.rules)
    program = traced(lambda *xs: op(*xs), *[1.0] * arity)
    twice = traced(lambda *xs: 1.0 + op(*[x * 1.0 for x in xs]) * 2.0, *[1.0] * arity)
    built, inside = floats.build(*program), floats.build(*twice)
    for xs in itertools.product(POINTS, repeat=arity):
        want = eager(lambda *v: op(*v), *xs)
        assert same([built.run(*xs)], want), xs
        assert same([inside.run(*xs)], [1.0 + want[0] * 2.0]), xs


@pytest.mark.parametrize("outer", sorted(OPS))
def test_every_op_within_every_op(outer):
    """Brackets: a text inside another one means what it meant alone."""
    at = (0.3, -1.7, 2.5)
    for inner, place in itertools.product(sorted(OPS), range(len(OPS[outer].op.rules))):

        def f(*xs, inner=inner, place=place):  # no local variables: they would get lines
            return OPS[outer](
                *xs[:place],
                OPS[inner](*xs[: len(OPS[inner].op.rules)]),
                *xs[place + 1 : len(OPS[outer].op.rules)],
            )

        assert same([run(f, *at)[0]], eager(f, *at)), inner


@pytest.mark.parametrize("name", sorted(BOUNDED))
@pytest.mark.parametrize("low", [None, -1.0, math.nan])
@pytest.mark.parametrize("high", [None, 1.0, -2.0, math.inf])
def test_bounds_that_are_constants(name, low, high):
    built = floats.build(*traced(lambda x: TABLE[name](x, low, high), 1.0))
    for x in POINTS:
        assert same([built.run(x)], eager(lambda v: TABLE[name](v, low, high), x)), x


@pytest.mark.parametrize("exponent", [2.0, 3.0, -1.0, 0.0, 0.5, -0.5, math.inf])
def test_powers(exponent):
    built = floats.build(*traced(lambda x: x**exponent, 1.0))
    for x in POINTS:
        assert same([built.run(x)], eager(lambda v: v**exponent, x)), x


@pytest.mark.parametrize("name", ["greatest", "least"])
def test_ops_of_many_arguments(name):
    f = ag.value_and_grad(lambda *xs: TABLE[name](*xs), argnums=(0, 1, 2))
    for xs in itertools.product([0.0, 1.0, -math.inf, math.nan], repeat=3):
        assert same(run(f, *xs)[0], eager(f, *xs)), xs


def test_after_an_exception_the_next_call_is_right():
    f = ag.value_and_grad(lambda x: 1 / x + ag.exp(x) + ag.log(x) + x**-3.0)
    built = floats.build(*traced(f, 2.0))
    for x in (2.0, 0.0, -1.0, 3.0, 1000.0, -math.inf, 2.0):
        assert same(built.run(x), eager(f, x)), x


def test_the_users_names_have_lines():
    def neuron(w, x, b):
        z = w * x + b
        return ag.tanh(z)

    _, built = run(neuron, 0.5, 2.0, 0.1)
    assert built.source == (
        "from math import tanh\n\n\ndef neuron(w, x, b):\n"
        "    z = w * x + b\n    result = tanh(z)\n    return result\n"
    )


def test_the_text_runs_by_itself():
    step = hinge_step(3)
    _, built = run(step, parameters())
    namespace = {}
    exec(built.source, namespace)
    assert same(namespace["step"](*parameters()), eager(step, parameters()))


def test_names_of_the_users_do_not_meet_ours():
    def exp(v1, m, xs, inf):
        return ag.exp(v1) + ag.sigmoid(m) * v1 * xs + ag.maximum(inf, -math.inf) * ag.exp(v1)

    want = eager(exp, 1.0, 2.0, 3.0, 4.0)
    assert same([run(exp, 1.0, 2.0, 3.0, 4.0)[0]], want)
    assert same([run(exp, 1.0, 2.0, 3.0, 4.0, chunk=2)[0]], want)


def test_primitives_of_the_users():
    cube = ag.primitive("cube", lambda x: x**3, [lambda g, y, x: g * 3 * x**2])
    inverse = ag.primitive("1/x!", lambda x: 1 / x, [lambda g, y, x: -g * y * y])
    other = ag.primitive("cube", lambda x: -(x**3), [lambda g, y, x: -g * 3 * x**2])
    f = ag.value_and_grad(lambda x: cube(x) * inverse(x) + other(x))
    for x in (2.0, 0.0):
        got, built = run(f, x)
        assert same(got, eager(f, x))
    assert "declared by primitive('1/x!'" in built.source


def test_constant_results_and_structure():
    def f(x):
        return {"a": [x, 2], "b": (x * x, None, math.nan), "c": 1.5}

    got, _ = run(f, 3.0)
    assert got["a"] == [3.0, 2]
    assert got["b"][:2] == (9.0, None)
    assert math.isnan(got["b"][2])
    assert got["c"] == 1.5


@pytest.mark.parametrize("chunk", [7, 100, 10**6])
def test_benchmarks(chunk):
    for f, args in ((chain(30), CHAIN_AT), (hinge_step(5), (parameters(),))):
        assert same(run(f, *args, chunk=chunk)[0], eager(f, *args))


def test_a_very_long_chain():
    f = chain(3_000)
    assert same(run(f, *CHAIN_AT, chunk=20_000)[0], eager(f, *CHAIN_AT))


def test_lines_stay_short():
    _, built = run(hinge_step(8), parameters())
    assert max(map(len, built.source.splitlines())) <= 100
