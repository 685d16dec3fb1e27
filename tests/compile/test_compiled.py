"""A compiled function as its callers see it: cache, reports, arguments, results, threads."""

import functools
import inspect
import threading
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from alike import alike, normal

import autograd as ag
from autograd import Tensor, Value, compile
from autograd.compile.entrance import MISS

Pair = namedtuple("Pair", "left right")


def affine(x: Any, w: Any) -> Any:
    return ag.tanh(x * w) + w


def counted(f: Any) -> Any:
    """`f`, and how often it was really called."""
    calls = []

    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return f(*args, **kwargs)

    return wrapper, calls


# ── the cache ───────────────────────────────────────────────────────────────────────────────────
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


# ── reports ─────────────────────────────────────────────────────────────────────────────────────
def test_reports_say_what_was_traced_and_what_changed() -> None:
    lines: list[str] = []
    program = compile(affine, report=lines.append)
    x = np.ones(3)
    program(x, 2.0)
    assert len(lines) == 1
    assert lines[0].startswith("affine: traced ")
    assert " ms, for x float64 (3,), w number" in lines[0]
    program(x, 3.0)
    assert len(lines) == 1
    program(np.ones(4), 2.0)
    assert "since x was float64 (3,), is float64 (4,)" in lines[1]
    program(np.ones(4, np.float32), np.ones(4))
    assert "x was float64 (4,), is float32 (4,)" in lines[2]
    assert "w was number, is float64 (4,)" in lines[2]
    assert len(lines) == 3


def test_reports_of_structures_and_static_values() -> None:
    lines: list[str] = []
    program = compile(lambda p, k: p[0] * k if len(p) == 1 else p[0] * p[1], report=lines.append)
    program([1.0], 2.0)
    program([1.0, 3.0], 2.0)
    assert "p1 was absent, is number" in lines[1]
    program((1.0, 3.0), 2.0)
    assert "structure" in lines[2]
    chosen = compile(lambda x, mode: -x if mode == "minus" else x * 2.0, report=lines.append)
    chosen(1.0, "minus")
    chosen(1.0, "plus")
    assert "mode was 'minus', is 'plus'" in lines[4]


# ── arguments ───────────────────────────────────────────────────────────────────────────────────
def test_keywords_and_defaults() -> None:
    def f(x: Any, *, scale: Any = 2.0, shift: Any = None) -> Any:
        y = x * scale
        return y if shift is None else y + shift

    program = compile(f)
    x = normal((3,))[0]
    for kwargs in ({}, {"scale": 3.0}, {"shift": x}, {"shift": 1.0, "scale": 4.0}, {"shift": None}):
        for factor in (1.0, 2.0):
            alike(program(x * factor, **kwargs), f(x * factor, **kwargs))
            alike(program(x=x * factor, **kwargs), f(x * factor, **kwargs))


def test_keywords_in_any_order_find_one_program() -> None:
    program = compile(affine)
    a, b = normal((2,), (2,))
    for args, kwargs in (
        ((a, b), {}),
        ((a,), {"w": b}),
        ((), {"w": b, "x": a}),
        ((), {"x": a, "w": b}),
    ):
        alike(program(*args, **kwargs), affine(a, b))
    assert program.cache_info().traces == 1


def test_any_number_of_arguments() -> None:
    def f(first: Any, *rest: Any, **named: Any) -> Any:
        return first + sum(rest) * 2.0 + sum(named.values()) * 3.0

    program = compile(f)
    x, y, z = normal((2,), (2,), (2,))
    for args, kwargs in (
        ((x,), {}),
        ((x, y, z), {}),
        ((x, y), {"a": z, "b": x}),
        ((x,), {"b": z, "a": y}),
    ):
        for _ in range(2):
            alike(program(*args, **kwargs), f(*args, **kwargs))


def test_no_arguments() -> None:
    w = Tensor([1.0, 2.0])
    program = compile(lambda: ag.sum(w * w))
    assert program() == 5.0
    w.data = np.array([3.0, 4.0])
    assert program() == 25.0


def test_wrong_calls_are_the_functions_own_errors() -> None:
    program = compile(affine)
    program(1.0, 2.0)
    for call in (lambda: program(1.0), lambda: program(1.0, 2.0, 3.0), lambda: program(1.0, v=2.0)):
        with pytest.raises(TypeError, match="affine"):
            call()
    assert program(1.0, 2.0) == affine(1.0, 2.0)


def test_nested_containers_in_and_out() -> None:
    def f(p: Any, extra: Any) -> Any:
        (a, b), c = p["ab"], p["c"]
        return {
            "list": [a * 2.0, [b], ()],
            "pair": Pair(a + b, {"deep": c.left * c.right}),
            "none": None,
            "ordered": OrderedDict(z=a, y=extra),
            7: (b,),
        }

    program = compile(f)
    for seed in (1, 2):
        a, b, l, r, e = normal((2,), (), (3,), (3,), (2, 2), seed=seed)
        p = {"ab": (a, b), "c": Pair(l, r), "unused": None}
        alike(program(p, e), f(p, e))
        got = program(p, e)
        assert isinstance(got["pair"], Pair)
        assert list(got) == ["list", "pair", "none", "ordered", 7]
        assert type(got["ordered"]) is OrderedDict


def test_the_order_of_a_dict_does_not_change_the_result() -> None:
    program = compile(ag.value_and_grad(lambda p: ag.sum(p["a"] * ag.sin(p["b"]))))
    a, b = normal((3,), (3,))
    first, second = program({"a": a, "b": b}), program({"b": b, "a": a})
    alike(first[0], second[0])
    assert list(first[1]) == ["a", "b"]
    assert list(second[1]) == ["b", "a"]
    for key in "ab":
        alike(first[1][key], second[1][key])


def test_keys_that_are_no_names() -> None:
    program = compile(lambda p: {k: v * 2.0 for k, v in p.items()})
    p = {"a b": np.ones(2), "1": np.ones(1), 3: 1.0, ("t", 0): np.ones(3), "class": 2.0, "": 1.0}
    alike(program(p), {k: v * 2.0 for k, v in p.items()})


def test_names_that_meet_the_texts_own() -> None:
    def f(np: Any, workspace: Any, zero: Any, one: Any, ones: Any, f: Any, sum: Any) -> Any:
        c1 = np * workspace + 1.0
        return ag.sum(c1 * zero) + ag.maximum(one, 0.0) * ones + f * sum

    program = compile(f)
    args = normal((3,), (3,), (3,), (3,), (3,), (3,), ())
    for factor in (1.0, -2.0):
        xs = [a * factor for a in args]
        alike(program(*xs), f(*xs))


def test_unicode_names() -> None:
    def верх(α: Any, ß: Any) -> Any:
        σ = ag.sigmoid(α)
        return σ * ß

    x, y = normal((2,), (2,))
    alike(compile(верх)(x, y), верх(x, y))


# ── callables of every kind ─────────────────────────────────────────────────────────────────────
class Scaled:
    """A class whose method is compiled, with a captured parameter and a plain attribute."""

    def __init__(self, w: Any) -> None:
        self.w = Tensor(w)

    @compile
    def loss(self, x: Any, power: int = 2) -> Any:
        """The loss."""
        return ag.sum((x * self.w) ** power)

    def __call__(self, x: Any) -> Any:
        return ag.sum(x * self.w)


def test_methods() -> None:
    one, two = Scaled([1.0, 2.0]), Scaled([3.0, 4.0])
    x = np.array([1.0, 1.0])
    for _ in range(2):
        assert one.loss(x) == 5.0
        assert two.loss(x) == 25.0
    one.w.data = np.array([0.0, 1.0])
    assert one.loss(x) == 1.0
    assert two.loss(x) == 25.0
    assert one.loss(x=2 * x) == 4.0
    assert one.loss(x, 4.0) == 1.0
    assert "def loss(" in one.loss.source
    assert Scaled.loss(one, x) == 1.0
    assert one.loss.cache_info().traces >= 2


def test_prepare_of_a_method() -> None:
    one = Scaled([1.0, 2.0])
    entry = one.loss.prepare(np.ones(2))
    assert "self" in entry.signature
    assert one.loss.programs[-1] is entry


def test_other_callables() -> None:
    x = np.array([1.0, 2.0])
    alike(compile(functools.partial(affine, w=0.5))(x), affine(x, 0.5))
    alike(compile(functools.partial(affine, x))(0.5), affine(x, 0.5))
    alike(compile(Scaled([1.0, 3.0]))(x), np.float64(7.0))
    alike(compile(Scaled([1.0, 3.0]).__call__)(x), np.float64(7.0))
    alike(compile(ag.sigmoid)(x), ag.sigmoid(x))
    alike(compile(compile(affine))(x, 0.5), affine(x, 0.5))
    with pytest.raises(RuntimeError, match="no program yet"):
        _ = compile(functools.partial(affine, w=0.5)).source


def test_decorators() -> None:
    @compile
    def plain(x: Any) -> Any:
        """What it does."""
        return x * 2.0

    @compile(static="n", cache_size=3)
    def power(x: Any, n: int) -> Any:
        return x**n

    assert plain.__name__ == "plain"
    assert plain.__doc__ == "What it does."
    assert list(inspect.signature(plain).parameters) == ["x"]
    assert plain(2.0) == 4.0
    assert power(2.0, 3) == 8.0
    assert power(2.0, n=2) == 4.0
    assert power.cache_info().limit == 3


# ── results ─────────────────────────────────────────────────────────────────────────────────────
def results(x: Any, y: Any) -> Any:
    z = ag.tanh(x @ y)
    h = z * 2.0
    return {
        "input": x, "again": x, "step": z, "step again": z, "view": z.T, "part": z[1:], "row": z[0],
        "flat": ag.reshape(z, -1), "input view": x.T, "input part": y[::-1], "sum": ag.sum(z, 0),
        "constant": np.ones(3), "number": 2.0, "scalar": ag.sum(h), "h": h, "spread":
        ag.broadcast_to(ag.sum(h, 0), (4, 2)), "one": x[0, 0], "kept": ag.sum(x, 0, keepdims=True),
    }  # fmt: skip


def test_results_never_alias() -> None:
    """Not the arguments, not each other, not the workspace, not constants; over several calls."""
    program = compile(results)
    calls = [normal((3, 4), (4, 2), seed=s) for s in (1, 2)]
    got = [program(*calls[0]), program(*calls[1]), program(*calls[0])]
    arrays = [y for result in got for y in result.values() if isinstance(y, np.ndarray)]
    arrays += [x for call in calls for x in call]
    for k, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[k + 1 :])
    for result, call in zip(got, [*calls, calls[0]], strict=True):
        alike(result, results(*call))
    kept = [x.copy() for x in calls[1]]
    for result in got:
        for y in result.values():
            if isinstance(y, np.ndarray):
                y[...] = np.nan
    alike(program(*calls[1]), results(*kept))


def test_results_that_do_not_depend_on_the_arguments() -> None:
    w = Tensor([1.0, 2.0])
    table = np.arange(3.0)

    def f(x: Any) -> Any:
        return w, table, 3, 4.5, np.float32(2.5), Tensor([7.0]), [w * 1.0]

    program = compile(f)
    first, second = program(np.ones(2)), program(np.ones(2))
    assert first[0].tolist() == [1.0, 2.0]
    assert first[1].tolist() == [0.0, 1.0, 2.0]
    assert first[2:5] == (3, 4.5, 2.5)
    assert first[5].tolist() == [7.0]
    for k in (0, 1, 5):
        assert not np.shares_memory(first[k], second[k])
        first[k][...] = np.nan
    assert program(np.ones(2))[1].tolist() == [0.0, 1.0, 2.0]
    assert table.tolist() == [0.0, 1.0, 2.0]
    assert w.data.tolist() == [1.0, 2.0]


def test_arguments_are_never_written_into() -> None:
    x, y = normal((3, 4), (4, 2))
    kept = x.copy(), y.copy()
    program = compile(ag.value_and_grad(lambda x, y: ag.sum(ag.exp(x @ y) * 2.0 + 1.0), (0, 1)))
    for _ in range(2):
        program(x, y)
    assert np.array_equal(x, kept[0])
    assert np.array_equal(y, kept[1])


# ── donated arguments ───────────────────────────────────────────────────────────────────────────
def step(p: Any, g: Any, rate: Any) -> Any:
    return {k: p[k] - rate * g[k] for k in p}


def test_results_are_written_into_donated_arrays() -> None:
    program = compile(step, donate="p")
    for seed in (1, 2):
        W, b, dW, db = normal((5, 3), (3,), (5, 3), (3,), seed=seed)
        want = step({"W": W, "b": b}, {"W": dW, "b": db}, 0.1)
        kept = dW.copy(), db.copy()
        got = program({"W": W, "b": b}, {"W": dW, "b": db}, 0.1)
        alike(got, want)
        assert np.shares_memory(got["W"], W)
        assert np.shares_memory(got["b"], b)
        assert not np.shares_memory(got["W"], dW)
        assert np.array_equal(dW, kept[0])
        assert np.array_equal(db, kept[1])


def test_many_steps_in_place() -> None:
    program = compile(step, donate=["p"])
    W, b, dW, db = normal((5, 3), (3,), (5, 3), (3,))
    want, p = {"W": W.copy(), "b": b.copy()}, {"W": W, "b": b}
    for _ in range(10):
        p = program(p, {"W": dW, "b": db}, 0.1)
        want = step(want, {"W": dW, "b": db}, 0.1)
    alike(p, want)
    assert np.shares_memory(p["W"], W)


@pytest.mark.parametrize("how", [
    "read-only", "transposed", "strided", "backwards", "integers", "repeated", "repeated writable",
])  # fmt: skip
def test_donated_arrays_of_other_layouts(how: str) -> None:
    """Right wherever the results go; what cannot be written into is not."""
    W, dW = normal((4, 4), (4, 4))
    if how == "integers":
        W = np.round(W * 5.0)
    wide = np.repeat(W, 2, axis=1)
    given = {
        "read-only": W.copy(), "transposed": W.T.copy().T, "strided": wide[:, ::2],
        "backwards": W[::-1].copy()[::-1], "integers": W.astype(int),
        "repeated": np.broadcast_to(W[0], (4, 4)),
        "repeated writable": np.lib.stride_tricks.as_strided(W.copy(), (4, 4), (0, 8)),
    }[how]  # fmt: skip
    if how == "read-only":
        given.setflags(write=False)
    W = given.copy()
    f = lambda W, dW: W - ag.sin(dW)
    for program in (compile(f, donate="W"), warm(compile(f, donate="W"))):
        alike(program(given, dW), f(W.astype(float), dW))
        assert np.array_equal(given, W)  # only what lies in a row in memory is written into


def warm(program: Any) -> Any:
    program(*normal((4, 4), (4, 4), seed=8))
    return program


def test_a_donated_array_that_is_needed_later_stays_right() -> None:
    def f(x: Any, y: Any) -> Any:
        a = x + y
        b = ag.exp(x) * a
        return a, b, x * 3.0, ag.sum(x)

    x, y = normal((6,), (6,))
    want = f(x.copy(), y)
    alike(compile(f, donate=("x",))(x, y), want)


def test_donated_results_that_are_the_argument() -> None:
    x = np.arange(3.0)
    program = compile(lambda x: (x, x, x.T), donate="x")
    a, b, c = program(x)
    assert a.tolist() == b.tolist() == c.tolist() == [0.0, 1.0, 2.0]
    assert not np.shares_memory(a, b)
    assert not np.shares_memory(a, c)


def test_donating_to_long_batches_and_numbers() -> None:
    program = compile(lambda x, c: (x * c, c * 2.0), donate=("x", "c"))
    y, d = program(np.ones(3), 2.0)
    assert y.tolist() == [2.0] * 3
    assert d == 4.0


# ── what the function reaches by itself ─────────────────────────────────────────────────────────
def test_captured_tensors_are_read_anew() -> None:
    w, b = Tensor([1.0, 2.0], "w"), Tensor(0.5)
    program = compile(ag.value_and_grad(lambda x: ag.sum(x * w) + b))
    x = np.array([1.0, 1.0])
    for value in ([1.0, 2.0], [5.0, -1.0], [0.0, 0.0]):
        w.data = np.array(value)
        b.data = b.data + 1.0
        y, g = program(x)
        assert y == sum(value) + b.data
        assert g.tolist() == value
    assert program.cache_info().traces == 1


def test_captured_values_are_read_anew() -> None:
    v = Value(3.0)
    program = compile(ag.grad(lambda x: x * x * v))
    assert program(2.0) == 12.0
    v.data -= 1.0
    assert program(2.0) == 8.0
    assert program.cache_info() == (1, 1, 1, 64)


class Net:
    """Two layers of Tensors."""

    def __init__(self) -> None:
        W1, b1, W2 = normal((4, 5), (5,), (5, 3), seed=7)
        self.W1, self.b1, self.W2 = Tensor(W1, "W1"), Tensor(b1, "b1"), Tensor(W2, "W2")

    def parameters(self) -> list[Tensor]:
        return [self.W1, self.b1, self.W2]

    def loss(self, x: Any, t: Any) -> Any:
        return ag.mean((ag.tanh(x @ self.W1 + self.b1) @ self.W2 - t) ** 2)


def test_gradients_of_captured_parameters() -> None:
    """Inside the compiled function, `gradients`; outside, the parameters change."""
    net, twin = Net(), Net()

    @compile
    def slopes(x: Any, t: Any) -> Any:
        loss = net.loss(x, t)
        return loss, ag.gradients(loss, net.parameters())

    for seed in range(4):
        x, t = normal((8, 4), (8, 3), seed=seed)
        loss, grads = slopes(x, t)
        want = twin.loss(x, t)
        alike(loss, want.data)
        alike(grads, ag.gradients(want, twin.parameters()))
        for n in (net, twin):
            for p, g in zip(n.parameters(), grads, strict=True):
                p.data = p.data - 0.1 * g
    assert slopes.cache_info().traces == 1
    assert all(p.grad is None for p in net.parameters())


def test_a_captured_parameter_that_is_also_an_argument() -> None:
    w = Tensor([1.0, 2.0])
    program = compile(lambda x, w2: ag.sum(x * w) + ag.sum(w2 * w))
    assert program(np.ones(2), w.data) == 8.0
    w.data = np.array([0.0, 1.0])
    assert program(np.ones(2), w.data) == 2.0


def test_what_was_recorded_before_stays_what_it_is() -> None:
    w = Tensor([1.0, 2.0])
    with_graph = w * 3.0  # its data is that of now, in eager use too
    program = compile(lambda x: x * with_graph)
    assert program(np.ones(2)).tolist() == [3.0, 6.0]
    w.data = np.array([9.0, 9.0])
    assert program(np.ones(2)).tolist() == [3.0, 6.0]


def test_constant_arrays_are_those_of_the_trace() -> None:
    table = np.array([1.0, 2.0])
    program = compile(lambda x: x * table)
    program(np.ones(2))
    table[:] = 5.0
    assert program(np.ones(2)).tolist() == [1.0, 2.0]


# ── called with nodes, inside other transforms ──────────────────────────────────────────────────
def test_called_with_nodes_it_is_the_function() -> None:
    program = compile(affine)
    x, w = normal((3,), (3,))
    y = program(Tensor(x), w)
    assert isinstance(y, Tensor)
    y = program(Value(0.5), 2.0)
    assert isinstance(y, Value)
    loss = lambda x, w: ag.sum(affine(x, w))
    alike(ag.grad(lambda x: ag.sum(program(x, w)))(x), ag.grad(lambda x: loss(x, w))(x))
    alike(ag.hessian(compile(loss), argnums=1)(x, w), ag.hessian(loss, argnums=1)(x, w))
    alike(ag.jvp(program, (x, w), (w, x)), ag.jvp(affine, (x, w), (w, x)))
    assert program.cache_info().traces == 0
    alike(program(x, w), affine(x, w))


def test_inside_another_compiled_function() -> None:
    inner = compile(affine)
    outer = compile(lambda x, w: ag.sum(inner(x, w) * inner(w, 2.0)))
    f = lambda x, w: ag.sum(affine(x, w) * affine(w, 2.0))
    for seed in (1, 2):
        x, w = normal((3,), (3,), seed=seed)
        alike(outer(x, w), f(x, w))
        alike(compile(ag.grad(outer))(x, w), ag.grad(f)(x, w))
    assert inner.cache_info().traces == 0


def test_inside_another_it_keeps_reading_captured_parameters() -> None:
    """Also when it is given no nodes there: its result is no constant."""
    w = Tensor(3.0)
    inner = compile(lambda x: w * x)
    inner(2.0)
    outer = compile(lambda y: y * inner(2.0))
    assert outer(1.0) == 6.0
    w.data = np.array(5.0)
    assert outer(1.0) == 10.0
    other = compile(lambda y: y * inner(2.0))
    assert other(1.0) == 10.0
    w.data = np.array(7.0)
    assert other(1.0) == 14.0


def test_arrays_of_values() -> None:
    """An object array of Values is a structure of nodes: the function itself runs."""
    program = compile(lambda x: ag.sum(x * x))
    y = program(np.array([Value(1.0), Value(2.0)]))
    assert isinstance(y, Value)
    assert y.data == 5.0


# ── transforms ──────────────────────────────────────────────────────────────────────────────────
def quartic(x: Any, y: Any) -> Any:
    return ag.sum(x**4 * y) + ag.sum(ag.outer(x, y) ** 2) / 7.0


@pytest.mark.parametrize("name", [
    "grad", "value_and_grad", "jacobian", "hessian", "jacobian of grad", "hvp", "vjp", "jvp",
    "third",
])  # fmt: skip
def test_transforms_compile(name: str) -> None:
    x, y, v = normal((3,), (3,), (3,))
    curl = lambda x, y: ag.sum(ag.grad(lambda x: ag.sum(ag.grad(quartic)(x, y) ** 2))(x))
    f: Any = {
        "grad": ag.grad(quartic, (0, 1)), "value_and_grad": ag.value_and_grad(quartic),
        "jacobian": ag.jacobian(lambda x, y: {"a": ag.sin(x) * y, "b": ag.sum(x)}, (0, 1)),
        "hessian": ag.hessian(quartic),
        "jacobian of grad": ag.jacobian(ag.grad(quartic, (0, 1)), 1),
        "hvp": lambda x, y: ag.hvp(lambda x: quartic(x, y), x, y),
        "vjp": lambda x, y: ag.vjp(affine, x, y)[1](x * y),
        "jvp": lambda x, y: ag.jvp(affine, (x, y), (y, x)),
        "third": ag.grad(curl),
    }[name]  # fmt: skip
    program = compile(f)
    for a, b in ((x, y), (v, x), (x, y)):
        alike(program(a, b), f(a, b), 1e-11)
    assert program.cache_info().traces == 1


def test_gradients_of_numbers_beside_arrays() -> None:
    f = ag.value_and_grad(lambda p: ag.sum(p["x"] * p["c"] + p["k"]))
    p = {"x": normal((3,))[0], "c": 2.0, "k": np.array(1.5)}
    program = compile(f)
    for _ in range(2):
        alike(program(p), f(p))


# ── errors, and afterwards ──────────────────────────────────────────────────────────────────────
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


# ── threads ─────────────────────────────────────────────────────────────────────────────────────
def in_threads(count: int, work: Any) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(count)

    def guarded(k: int) -> None:
        try:
            start.wait()
            work(k)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(k,)) for k in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise failures[0]


def test_threads_do_not_meet() -> None:
    """Eight threads with data of their own, of two shapes, in one compiled function."""

    def loss(p: Any, x: Any) -> Any:
        h = ag.sigmoid(x @ p["W"] + p["b"])
        return ag.sum(h * h) + ag.sum(ag.log_softmax(h, axis=1))

    f = ag.value_and_grad(loss)
    single = compile(f)
    program = compile(f)
    wanted = {}
    for k in range(8):
        W, b, x = normal((6, 7), (7,), (40 if k % 2 else 300, 6), seed=k)
        wanted[k] = (({"W": W, "b": b}, x), single({"W": W, "b": b}, x))

    def work(k: int) -> None:
        args, want = wanted[k]
        for _ in range(60):
            value, slopes = program(*args)
            assert value == want[0]
            for name in slopes:
                assert np.array_equal(slopes[name], want[1][name])

    in_threads(8, work)
    assert program.cache_info().traces == 2


def test_threads_that_trace_at_once() -> None:
    program = compile(lambda x: ag.sum(ag.tanh(x) ** 2), cache_size=3)

    def work(k: int) -> None:
        for n in range(1, 9):
            x = normal(((n + k) % 5 + 1,), seed=k)[0]
            assert np.isclose(program(x), np.sum(np.tanh(x) ** 2), rtol=1e-12)
            assert bool(Value(1.0) < 2.0)  # another thread's trace is not ours
            y = Tensor(x)
            assert (y.data == x).all()

    in_threads(8, work)
    assert program.cache_info().size == 3


# ── options ─────────────────────────────────────────────────────────────────────────────────────
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
