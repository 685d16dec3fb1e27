"""The cache of a compiled function: which calls share a program, and which go."""

import functools
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from alike import affine, alike, normal

import autograd as ag
from autograd import compile
from autograd.compile.entrance import MISS


def counted(f: Any) -> Any:
    """`f`, and how often it was really called."""
    calls = []

    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return f(*args, **kwargs)

    return wrapper, calls


def test_one_program_for_each_kind_of_arguments() -> None:
    f, calls = counted(affine)
    program = compile(f)
    x, w = normal((3,), (3,))
    for seed in range(4):
        program(*normal((3,), (3,), seed=seed))
    assert len(calls) == 1
    assert program.cache_info() == (3, 1, 1, 64)
    for args in (
        (x[:2], w[:2]), (x, 2.0), (2.0, w), (x.astype(np.float32), w), (x[None], w), (x, [0.5, w]),
        (x, (0.5, w)),
    ):  # fmt: skip
        before = len(calls)
        structured = isinstance(args[1], list | tuple)
        f_or_sum = compile(lambda x, w: x * w[0] + w[1]) if structured else program
        f_or_sum(*args)
        f_or_sum(*args)
        assert structured or len(calls) == before + 1
    assert program.cache_info().traces == 6


def test_a_number_is_a_number_whatever_its_type() -> None:
    program = compile(affine)
    for x in (0.5, 2, np.float64(0.25), np.float32(0.75), np.int64(3)):
        alike(program(x, 0.5), affine(float(x), 0.5))
    assert program.cache_info().traces == 1
    y = program(True, 0.5)  # bools are no numbers here: another program
    alike(y, affine(1.0, 0.5))
    assert program.cache_info().traces == 2


def test_numbers_of_every_type_take_the_short_way() -> None:
    """As those of a state do that goes from step to step."""
    program = compile(lambda x, c: (x * c, ag.sum(x) * c, ag.exp(c)))
    x = np.ones(2)
    _, total, e = program(x, 0.5)
    for c in (2, np.float64(0.5), total, e):
        assert program.programs[0].enter((x, c)) is not MISS
    for c in (True, "2", None, np.float16(1.0), 1j, np.array(1.0)):
        assert program.programs[0].enter((x, c)) is MISS


def test_complex_numbers_are_refused() -> None:
    program = compile(lambda x: x * 2.0)
    for _ in range(2):
        with pytest.raises(ag.DTypeError):
            program(np.complex128(1.0 + 2.0j))
        assert program(1.0) == 2.0


def test_huge_integers() -> None:
    program = compile(lambda x: x * 2.0)
    program(1.0)
    assert program(10**300) == 2e300
    with pytest.raises((OverflowError, ag.DTypeError)):
        program(10**400)
    assert program(3) == 6.0


def test_structure_and_static_values_are_part_of_the_key() -> None:
    def f(tree: Any, mode: str, times: Any = 1) -> Any:
        parts = tree.values() if isinstance(tree, dict) else tree
        y = sum(ag.sin(v) for v in parts)
        return y * times if mode == "times" else ag.exp(y)

    program = compile(f, static="times")
    x, y = normal((3,), (3,))
    calls: list[Any] = [
        ({"a": x, "b": y}, "times"), ({"b": x, "a": y}, "times"), ([x, y], "times"),
        ((x, y), "times"), ({"a": x}, "times"), ([x, y], "exp"), ([x, y], "times", 2),
        ([x, y], "times", 2.5), ([x, y], "times", (1.0, 2.0, 3.0)), ([x, y], "times", True),
        (OrderedDict(a=x, b=y), "times"),
    ]  # fmt: skip
    for args in calls * 2:
        alike(program(*args), np.asarray(f(*args), float) * 1.0)
    assert program.cache_info().traces == len(calls)


@pytest.mark.parametrize(("value", "other"), [
    ([1.0, 2.0], [7.0, 8.0]), (np.array([1.0, 2.0]), np.array([7.0, 8.0])), ((1.0,), (2.0,)),
], ids=["list", "array", "tuple"])  # fmt: skip
def test_static_containers_are_told_apart(value: Any, other: Any) -> None:
    f = lambda x, c: x * sum(float(v) for v in c)
    program = compile(f, static="c")
    for c in (value, other, value):
        alike(program(np.ones(2), c), f(np.ones(2), c))


def test_a_static_container_that_changes() -> None:
    """What is fixed cannot be told from what it was, so it is compared by what it holds."""
    sizes = [2.0, 3.0]
    program = compile(lambda x, sizes: x * sum(sizes), static="sizes")
    assert program(np.ones(1), sizes).tolist() == [5.0]
    sizes[0] = 10.0
    assert program(np.ones(1), sizes).tolist() == [13.0]


def test_the_limit_evicts_what_was_not_used_for_longest() -> None:
    f, calls = counted(lambda x: ag.sum(x * x))
    program = compile(f, cache_size=2)
    one, two, three = (np.ones(n) for n in (1, 2, 3))
    for x in (one, two, one, three):  # two goes
        program(x)
    assert program.cache_info() == (1, 3, 2, 2)
    program(one)
    program(three)
    assert len(calls) == 3
    program(two)
    assert len(calls) == 4
    assert program.cache_info().size == 2
    assert len(program.programs) == 2
    assert program.programs[-1].signature == {"x": "float64 (2,)"}


def test_cache_clear() -> None:
    f, calls = counted(affine)
    program = compile(f)
    program(1.0, 2.0)
    program.cache_clear()
    assert program.cache_info() == (0, 0, 0, 64)
    with pytest.raises(RuntimeError, match="no program yet"):
        _ = program.source
    program(1.0, 2.0)
    assert len(calls) == 2


def test_a_program_of_old_arguments_is_found_again() -> None:
    program = compile(affine)
    for _ in range(3):
        for n in (1, 2, 3):
            program(np.ones(n), 2.0)
    assert program.cache_info() == (6, 3, 3, 64)


def test_prepare_compiles_without_running() -> None:
    ran = []
    probe = ag.primitive("probe", lambda x: ran.append(1) or x * 2.0, [None])
    program = compile(lambda x: probe(x) + 1.0)
    entry = program.prepare(np.ones(3))
    tracing = len(ran)  # the op runs while it is traced
    assert "def function(" in program.source
    assert entry.built.source == program.source
    assert program.cache_info().traces == 1
    assert len(ran) == tracing
    program(np.ones(3))
    assert len(ran) == tracing + 1
    assert program.cache_info() == (1, 1, 1, 64)


def test_frozen_dataclasses_and_other_objects_are_static() -> None:
    @dataclass(frozen=True)
    class Options:
        rate: float
        name: str = "plain"

    program = compile(lambda x, o: x * o.rate)
    assert program(2.0, Options(3.0)) == 6.0
    assert program(2.0, Options(3.0)) == 6.0
    assert program(2.0, Options(4.0)) == 8.0
    assert program.cache_info().traces == 2
