"""Loops that recording unrolled are found again, and the text with loops computes the same.

The text is plain Python, so these tests run it without numba, and to the last bit.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scalar_programs import (
    CHAIN_AT,
    SOFTMAX_AT,
    chain,
    eager,
    functions,
    hinge_step,
    parameters,
    same,
    softmax_step,
    traced,
)

import autograd as ag
from autograd.compile.functions import Functions
from autograd.compile.jit import pairwise
from autograd.compile.loops import Loop, Nest
from autograd.compile.machine import Machine, linear
from autograd.compile.passes import simplified
from autograd.compile.roll import gram_hashes, stretches
from autograd.compile.text import Names
from autograd.tree import leaves


def undecorated(*_, **__):
    return lambda f: f


def interpreted(program, xs, least=2):
    """The outputs as the looped text computes them, and the text."""
    functions = Functions(Names([*dir(math), "m", "c", "t", "njit"]))
    nest = Nest(pairwise(program), least)
    machine = Machine(nest, pairwise(program).outputs, functions)
    text = "\n\n\n".join(
        [*functions.definitions, "\n".join(["def f(m, c, t):", *machine.lines, "    return"])]
    )
    namespace = {"njit": undecorated, **vars(math)}
    exec(text, namespace)
    m = [math.nan] * machine.memory.size
    fixed = [nest.constant(v) for v in machine.memory.constants]
    m[: len(xs) + len(fixed)] = [*xs, *fixed]
    namespace["f"](m, machine.numbers, machine.walks)
    return [m[i] for i in machine.places.tolist()], text


def agrees(f, args, least):
    program, _ = traced(f, *args)
    got, text = interpreted(program, [float(x) for x in leaves(list(args))], least)
    assert same(got, eager(f, *args)), text
    return text


def counts(nodes):
    """The tree of loops as nested lists: [count, inner loops, …]."""
    return [[n.count, *counts(n.body)] for n in nodes if isinstance(n, Loop)]


# ── finding ─────────────────────────────────────────────────────────────────────────────────────
def found(text, least=4):
    codes = np.array([ord(c) for c in text])
    return [(s.start, s.period, s.count) for s in stretches(codes, least)]


def test_repetitions_in_a_sequence():
    assert found("xy" + "abc" * 5 + "q") == [(2, 3, 5)]
    assert found("aaaaaaaaaa") == [(0, 1, 10)]
    assert found("abcdefgh") == []
    assert found("abababab" + "cdecdecde") == [(0, 2, 4), (8, 3, 3)]
    assert found("") == []


def test_the_repetition_that_saves_most_is_taken():
    assert found(("ab" * 4 + "c") * 6) == [(0, 9, 6)]


@given(st.text("ab", max_size=60))
def test_stretches_do_repeat_and_do_not_overlap(text):
    end = 0
    for start, period, count in found(text, 2):
        assert start >= end
        assert count >= 2
        assert text[start : start + period] * count == text[start : start + period * count]
        end = start + period * count
    assert end <= len(text)


@given(st.lists(st.integers(0, 2), min_size=5, max_size=40))
def test_hashes_tell_pieces_apart(codes):
    hashes = gram_hashes(np.array(codes), 5).tolist()
    pieces = [tuple(codes[i : i + 5]) for i in range(len(codes) - 4)]
    assert len(hashes) == len(pieces)
    assert all((a == b) == (p == q) for a, p in zip(hashes, pieces, strict=True)
               for b, q in zip(hashes, pieces, strict=True))  # fmt: skip


# ── loops of programs ───────────────────────────────────────────────────────────────────────────
def nest_of(f, *args):
    program, _ = traced(f, *args)
    return Nest(simplified(program))


def test_a_chain_is_a_loop_forward_and_one_back():
    nest = nest_of(chain(200), *CHAIN_AT)
    loops = [n for n in nest.body if isinstance(n, Loop)]
    assert [n.count for n in loops] == [200, 199]
    assert len(nest.leaves) < 100


def test_a_training_step_is_loops_over_samples_and_neurons():
    sizes = (2, 8, 8, 1)
    nest = nest_of(hinge_step(30, sizes), parameters(sizes))
    outer = [c for c in counts(nest.body) if len(c) > 1]
    # back sample by sample, forward three by three, since every third label is another one
    assert sum(c[0] for c in outer) >= 30 + 10
    assert any(8 in inner for c in outer for inner in c[1:])
    assert len(nest.leaves) < len(nest.steps) / 20


def test_a_softmax_step_reads_what_its_labels_choose():
    nest = nest_of(softmax_step(40), SOFTMAX_AT)
    assert any(c[0] >= 38 for c in counts(nest.body))
    assert len(nest.leaves) < 300


def test_sums_one_after_the_other_are_blocks():
    """Sixteen sums of sixteen products, not 256 products: then every argument walks evenly."""

    def layer(w, x):
        return [sum((w[16 * i + j] * x[j] for j in range(16)), w[256 + i]) for i in range(16)]

    nest = nest_of(layer, parameters((15, 17)), parameters((1, 8)))
    assert counts(nest.body) == [[16, [16]]]
    assert len(nest.leaves) == 2


def test_text_does_not_grow_with_the_repetitions():
    texts = [agrees(chain(n), CHAIN_AT, 24) for n in (50, 500)]
    assert abs(len(texts[0].splitlines()) - len(texts[1].splitlines())) <= 2


@pytest.mark.parametrize("least", [2, 24])
@pytest.mark.parametrize(
    ("f", "args"),
    [
        (chain(40), CHAIN_AT),
        (hinge_step(12), (parameters(),)),
        (hinge_step(7, (2, 6, 5, 4, 1)), (parameters((2, 6, 5, 4, 1)),)),
        (softmax_step(15), (SOFTMAX_AT,)),
    ],
)
def test_benchmarks(f, args, least):
    text = agrees(f, args, least)
    assert "for k" in text


@pytest.mark.parametrize("least", [1, 3])
@given(
    f=functions(longest=40), xs=st.lists(st.sampled_from([0.5, -1.5, 2.0]), min_size=3, max_size=3)
)
def test_random_programs(least, f, xs):
    program, _ = traced(f, *xs)
    try:
        got, text = interpreted(program, xs, least)
    except (ArithmeticError, ValueError):
        return  # Python raises where machine code gives inf or nan
    assert same(got, eager(f, *xs), 1e-15), text


STATEMENTS = st.lists(
    st.tuples(st.sampled_from(["add", "sub", "mul", "tanh", "sigmoid", "relu", "max"]),
              *[st.tuples(st.sampled_from("spkha"), st.integers(0, 3), st.integers(-2, 2),
                          st.integers(-2, 2))] * 2,
              st.integers(0, 4)),
    min_size=1, max_size=5,
)  # fmt: skip


@given(
    inner=STATEMENTS,
    outer=STATEMENTS,
    n=st.integers(2, 6),
    m=st.integers(1, 5),
    least=st.sampled_from([1, 2, 5]),
    gradient=st.booleans(),
)
def test_random_loops(inner, outer, n, m, least, gradient):
    """Loops in loops that read state, parameters, constants and what was computed long before."""
    ops = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
           "tanh": lambda a, b: ag.tanh(a), "sigmoid": lambda a, b: ag.sigmoid(a - b),
           "relu": lambda a, b: ag.relu(a) + b, "max": ag.maximum}  # fmt: skip

    def loss(*p):
        state, history, totals = list(p[:3]), list(p), [p[0] * k for k in (0.5, 1.5, 2.5, 3.5)]

        def operand(kind, base, i, j, a, b):
            index = base + a * i + b * j
            if kind == "s":
                return state[base % 3]
            if kind == "p":
                return p[index % len(p)]
            if kind == "a":
                return totals[(base + j) % 4]
            return history[index % len(history)] if kind == "h" else math.sin(index)

        def run(statements, i, j):
            for op, (k1, b1, a1, c1), (k2, b2, a2, c2), target in statements:
                x = operand(k1, b1, i, j, a1, c1)
                y = operand(k2, b2, i, j, a2, c2)
                x = state[target % 3] * x if isinstance(x, float) else x
                z = ops[op](x, y)
                history.append(z)
                if target < 3:
                    state[target] = z
                else:
                    totals[(target + j) % 4] = totals[(target + j) % 4] + z

        for i in range(n):
            for j in range(m):
                run(inner, i, j)
            run(outer, i, 0)
        return state[0] + state[1] * state[2] + history[len(history) // 2] + sum(totals[1:])

    f = ag.value_and_grad(loss, argnums=tuple(range(6))) if gradient else loss
    agrees(f, (0.5, -0.25, 0.75, 0.3, -0.6, 0.9), least)


def test_totals_begin_with_numbers_and_with_values():
    """Before the loops, their first values are copied to where they are added to."""

    def f(*p):
        from_numbers, from_values, x = [0.5, 1.5, 2.5, 3.5], list(p), p[0]
        for _ in range(8):
            x = ag.sigmoid(x * p[1])
            for j in range(4):
                z = ag.tanh(x * p[j])
                from_numbers[j] = from_numbers[j] + z
                from_values[j] = from_values[j] + z * z
        return from_numbers, from_values

    text = agrees(f, (0.5, -0.25, 0.75, 0.3), 2)
    begun = re.findall(
        r"\n    for (k\d*) in range\(4\):\n        m\[\1 \+ \d+\] = (c|m)\[\1\]", text
    )
    assert [source for _, source in begun] == ["m", "c"], text


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ([(3, "k")], "3 * k"), ([(1, "k")], "k"), ([(-1, "k")], "-k"),
        ([(-66, "k"), (-2, "k2")], "-66 * k - 2 * k2"), ([(2, "k"), (1, "k2")], "2 * k + k2"),
    ],
)  # fmt: skip
def test_indices_as_text(terms, text):
    assert linear(terms) == text
