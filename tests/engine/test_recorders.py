"""The recorders of a scalar graph, written from the rules, record what the rules give."""

import gc
import math
import threading
from itertools import product
from typing import Any

import pytest

import autograd as ag
from autograd import Value
from autograd.elementwise import TABLE
from autograd.recorders import recorder, simple, slope
from autograd.value import late, slopes

POINTS = (-2.5, -1.0, -0.0, 0.0, 0.3, 1.0, 2.0, 40.0, 1e300, math.inf, -math.inf, math.nan)
OPS = [f.op for f in TABLE.values() if simple(f.op)]


def same(given: Any, expected: Any) -> bool:
    if given is None or expected is None:
        return given is expected
    return repr(given) == repr(expected)  # to the last digit, the sign of 0, and nan


def check(y: Value, args: tuple[Any, ...]) -> None:
    """A node against the op's own function and rules at the same numbers."""
    op: Any = y.op
    xs = tuple(a.data if isinstance(a, Value) else float(a) for a in args)
    expected = Value.record(op, args)
    assert same(y.data, expected.data), (op, xs)
    rules = slopes(op, y.data, xs, list(args))
    assert all(same(d, e) for d, e in zip(y.locals(), rules, strict=True)), (op, xs, y.locals())
    assert y.inputs == xs or any(x != x for x in xs)
    assert all(a is b for a, b in zip(y.args, args, strict=True) if isinstance(b, Value))


@pytest.mark.parametrize("op", OPS, ids=repr)
def test_records_what_the_rules_give(op: Any) -> None:
    """At kinks, poles and infinities too; with Values and plain numbers on either side."""
    for xs in product(POINTS, repeat=len(op.rules)):
        vs = tuple(Value(x) for x in xs)
        check(op.handlers[Value](*vs), vs)
        if len(xs) == 2:
            check(op.handlers[Value](vs[0], xs[1]), (vs[0], xs[1]))


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**"])
def test_operators_with_a_number_on_either_side(sign: str) -> None:
    for x, number in product(POINTS, (*POINTS, 2, -1, 0, True)):
        v = Value(x)
        for a, b in ((v, number), (number, v), (v, v)):
            check(eval(f"a {sign} b", {"a": a, "b": b}), (a, b))


def test_formulas_are_written_out() -> None:
    """What a rule says is in the recorder as text; a rule that goes by its operands is called."""
    assert [slope(TABLE["mul"].op, i, "x", "z") for i in (0, 1)] == ["z", "x"]
    assert slope(TABLE["tanh"].op, 0, "x") == "(1.0 - (y * y))"
    assert slope(TABLE["power"].op, 0, "x", "z") == "rule0(1.0, y, x, z)"


def test_a_recorder_is_written_once() -> None:
    written = []

    def make() -> Any:
        written.append(recorder(TABLE["sinh"].op, Value, lambda *args: None))
        return written[-1]

    placed: list[Any] = []
    late(placed.append, make)
    first = placed[0]
    assert [first(Value(1.0)).data for _ in range(3)] == [math.sinh(1.0)] * 3
    assert len(written) == 1
    assert placed[1:] == [placed[-1]]


def test_names_and_scopes_of_recorded_nodes() -> None:
    x = Value(2.0, name="x")
    with ag.scope("outer"), ag.scope("inner"):
        y = x * x
    z = y + 1.0
    assert (y.name, y.scope, z.name, z.scope) == (None, ("outer", "inner"), None, ())
    y.name, z.name = "y", "z"
    assert (y.name, y.scope, z.name, z.scope) == ("y", ("outer", "inner"), "z", ())
    y.name = None
    assert (x.name, y.name, y.scope) == ("x", None, ("outer", "inner"))


def test_a_sweep_that_failed_leaves_no_marks() -> None:
    """What a sweep has reached it knows by an object in `.grad`; the next sweep has another."""
    opaque = ag.primitive("opaque", lambda x: x, [None])
    x, y = Value(2.0), Value(3.0)
    z = x * y
    with pytest.raises(ag.NoDerivativeError, match="opaque"):
        (z * x + opaque(z)).backward()
    assert (x.grad, y.grad) == (0.0, 0.0)
    w = z * 0.0 + z
    for _ in range(2):
        w.backward()
    assert (x.grad, y.grad, z.grad, w.grad) == (6.0, 4.0, 1.0, 1.0)


def test_leaves_shared_between_threads() -> None:
    """Each thread's own graph over common leaves: no gradient is lost."""
    x, rounds = Value(1.0), 200

    def work() -> None:
        for _ in range(rounds):
            y = x
            for _ in range(20):
                y = y * 1.0 + x
            y.backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert x.grad == 4 * rounds * 21.0


def test_recording_makes_one_tracked_object_per_op() -> None:
    """The cyclic collector's work is in proportion to the objects that it has to visit."""
    x = Value(0.5)
    y = ag.tanh(x * 2.0 + x)
    gc.collect()
    before = len(gc.get_objects())
    nodes = [y := ag.tanh(y * x + 1.0) for _ in range(100)]
    assert len(gc.get_objects()) - before <= 3 * len(nodes) + 10
