"""A compiled function after an error, in it or while it is traced."""

import gc
import sys
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from alike import alike, normal

import autograd as ag
from autograd import Value, compile


def test_an_error_inside_leaves_it_usable() -> None:
    fail = []

    def compute(x: Any) -> Any:
        if fail:
            raise RuntimeError("no luck")
        return x * 2.0

    double = ag.primitive("double", compute, [lambda g, y, x: g * 2.0])
    program = compile(lambda x: double(ag.sin(x)) + ag.sin(x))
    x = normal((3,))[0]
    want = program(x)
    fail.append(1)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="no luck"):
            program(x)
    fail.clear()
    alike(program(x), want)
    assert program.cache_info().traces == 1


def test_an_error_while_tracing_keeps_no_program() -> None:
    attempts = []

    def f(x: Any) -> Any:
        attempts.append(1)
        if len(attempts) == 1:
            raise KeyError("first time")
        return x * 2.0

    program = compile(f)
    with pytest.raises(KeyError, match="first time"):
        program(1.0)
    assert program.cache_info() == (0, 0, 0, 64)
    assert program(1.0) == 2.0
    assert (Value(1.0) < 2.0) is True  # no mode is left on
    with ag.no_grad():
        pass


def test_wrong_shapes_are_named_as_ever() -> None:
    program = compile(lambda x, w: x @ w)
    program(np.ones((2, 3)), np.ones((3, 2)))
    with pytest.raises(ag.ShapeError, match=r"\(2, 3\) @ \(2, 2\)"):
        program(np.ones((2, 3)), np.ones((2, 2)))
    alike(program(np.ones((2, 3)), np.ones((3, 2))), np.full((2, 2), 3.0))


@pytest.mark.parametrize("on", [True, False])
def test_tracing_leaves_the_collector_and_the_profiler_as_they_were(on: bool) -> None:
    seen = []

    def f(x: Any) -> Any:
        seen.append((gc.isenabled(), sys.getprofile()))
        if len(seen) == 1:
            raise KeyError("first time")
        return x * 2.0

    program = compile(f)
    was_on = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        for attempt in (1, 2):
            with pytest.raises(KeyError) if attempt == 1 else nullcontext():
                program(1.0)
            assert gc.isenabled() == on
            assert sys.getprofile() is None
    finally:
        (gc.enable if was_on else gc.disable)()
    assert seen == [(False, None)] * 2  # neither slows the function down
