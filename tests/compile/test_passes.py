"""Each pass alone: the same numbers as before it, nothing left of what it removes, and pure."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from alike import EXACT, alike, normal
from catalogue import FORMULAS, Formula
from test_arrays import batch, in_columns, sampled, slopes, two_layers

import autograd as ag
from autograd.compile import identities, passes
from autograd.compile.columns import columns
from autograd.compile.joined import joined
from autograd.compile.program import Program, Step, dead
from autograd.compile.rewrite import rewritten
from autograd.compile.trace import trace

Pass = Callable[[Program], Program]


def traced(f: Any, *args: Any) -> Program:
    return trace(f, args, {}, frozenset())[0]


def evaluated(program: Program, *inputs: Any) -> list[Any]:
    """The outputs, step by step, by what each op computes with."""
    known: dict[Any, Any] = dict(zip(program.inputs, inputs, strict=True))
    for leaf, step in zip(program.notes["leaves"], program.captured, strict=True):
        known[step] = leaf._raw
    for step in program.steps:
        args = [known[a] if isinstance(a, Step) else a for a in step.args]
        floats = program.scalar and all(isinstance(a, float) for a in args)
        y = step.op.scalar(*args) if floats else step.op.compute(*args)
        assert np.shape(y) == step.shape, f"{step} is {np.shape(y)}"
        assert np.asarray(y).dtype == step.dtype, f"{step} is {np.asarray(y).dtype}"
        known[step] = y
    return [known[y] if isinstance(y, Step) else y for y in program.outputs]


def ops(program: Program) -> list[str]:
    return [step.op.name for step in program.steps]


def rules(*names: str) -> Pass:
    """The local rules of these ops alone."""
    return lambda program: rewritten(program, {n: identities.LOCAL[n] for n in names})


PASSES: dict[str, Pass] = {
    "dead": dead,
    "no rule: equal steps become one": lambda p: rewritten(p, {}),
    "constants": lambda p: rewritten(p, {"*": (identities.folded,)}),
    "weakened": lambda p: rewritten(p, {"*": (identities.weakened,)}),
    "unexpanded": lambda p: rewritten(p, {"*": (identities.unexpanded,)}),
    **{name: rules(name) for name in identities.LOCAL},
    "kept_masks": passes.kept_masks,
    "flipped": passes.flipped,
    "reassociated": passes.reassociated,
    "columns": columns,
    "joined": joined,
    "simplified": passes.simplified,
    "optimised": passes.optimised,
}
every_pass = pytest.mark.parametrize("name", PASSES)


def spelled(program: Program) -> list[Any]:
    """A program as text, its steps numbered: equal for equal programs."""
    number = {s: i for i, s in enumerate((*program.inputs, *program.captured, *program.steps))}

    def word(a: Any) -> Any:
        return f"#{number[a]}" if isinstance(a, Step) else repr(a)

    return [
        *((s.op.name, [word(a) for a in s.args], s.shape, str(s.dtype)) for s in program.steps),
        [word(y) for y in program.outputs],
    ]


def everything(x: Any, W: Any, b: Any, c: Any) -> Any:
    """Something for every pass."""
    h = ag.sigmoid(x @ W + b) * 1.0 + 0.0
    n = ag.relu(h - 0.5) ** 2 / 2.0 + (h - 0.5) * (h - 0.5)
    m = ag.maximum(h * c, 0.3 - -h) - (0.0 - h) * (2.0 * (3.0 * h))
    t = ag.transpose(ag.transpose(m)) + ag.reshape(ag.reshape(n, (-1,)), n.shape)
    d = np.full((1, 3), 2.0) * t + ag.broadcast_to(b, t.shape) + ag.exp(ag.log_softmax(h)) ** -1
    s = ag.sum(ag.sum(d, axis=0, keepdims=True), axis=0) + ag.square(b) + b**3 + b**1
    return {"d": d, "s": s, "e": ag.expand_dims(s, 0) - ag.mean(d, axis=(0, 1)), "x": x}


def slope_of_everything() -> Any:
    def loss(*args: Any) -> Any:
        y = everything(*args)
        return ag.sum(y["d"] * y["d"]) + ag.sum(ag.sin(y["s"])) + ag.sum(y["e"])

    return ag.value_and_grad(loss, argnums=(0, 1, 2, 3))


SAMPLES: dict[str, tuple[Any, Callable[[int], Any]]] = {
    "everything": (everything, lambda seed: normal((5, 4), (4, 3), (3,), (), seed=seed)),
    "its gradient": (
        slope_of_everything(), lambda seed: normal((5, 4), (4, 3), (3,), (), seed=seed)
    ),
    "tall": (slope_of_everything(), lambda seed: normal((50, 4), (4, 3), (3,), (), seed=seed)),
    "two layers": (
        ag.value_and_grad(lambda W, b, V, c, x, t: two_layers(
            {"W1": W, "b1": b, "W2": V, "b2": c}, x, t), argnums=(0, 1, 2, 3)),
        lambda seed: [*batch(40, seed)[0].values(), *batch(40, seed)[1:]],
    ),
    "in columns": (
        ag.value_and_grad(lambda W, b, V, c, x, t: in_columns(
            {"W1": W, "b1": b, "W2": V, "b2": c}, x, t), argnums=(0, 1, 2, 3)),
        lambda seed: [*batch(40, seed)[0].values(), *batch(40, seed)[1:]],
    ),
    "chain of products": (
        lambda a, b, c, d: ((a @ b) @ c) @ d,
        lambda seed: normal((9, 8), (8, 7), (7, 6), (6,), seed=seed),
    ),
}  # fmt: skip


@every_pass
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_same_numbers(name: str, sample: str) -> None:
    f, args = SAMPLES[sample]
    before = traced(f, *args(0))
    after = PASSES[name](before)
    assert after.inputs == before.inputs
    for seed in (1, 2):
        xs = args(seed)
        alike(evaluated(after, *xs), evaluated(before, *xs), 10 * EXACT)


@every_pass
@pytest.mark.parametrize("sample", SAMPLES)
def test_pure(name: str, sample: str) -> None:
    """The given program is left as it was, and computes what it did."""
    f, args = SAMPLES[sample]
    before = traced(f, *args(0))
    text, numbers = spelled(before), evaluated(before, *args(1))
    PASSES[name](before)
    assert spelled(before) == text
    assert all(
        np.array_equal(a, b) for a, b in zip(evaluated(before, *args(1)), numbers, strict=True)
    )


@pytest.mark.parametrize(
    "name", [n for n in PASSES if n not in ("columns", "reassociated", "joined")]
)
@pytest.mark.parametrize("sample", SAMPLES)
def test_done_once_is_done(name: str, sample: str) -> None:
    f, args = SAMPLES[sample]
    once = PASSES[name](traced(f, *args(0)))
    assert spelled(PASSES[name](once)) == spelled(once)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_all_passes_on_the_catalogue(formula: Formula) -> None:
    f = slopes(formula)
    c, xs = sampled(formula, 1)
    before = traced(f, c, *xs)
    after = passes.optimised(before)
    c, xs = sampled(formula, 2)
    want = evaluated(before, c, *xs)
    alike(evaluated(after, c, *xs), want, 10 * EXACT)
    assert len(after.steps) <= len(before.steps)


# ── each for itself ─────────────────────────────────────────────────────────────────────────────
X, Y = normal((3, 4), (3, 4), seed=3)


def after(name: str, f: Any, *args: Any) -> list[str]:
    """The ops left of `f` by one pass and what nobody needs taken away; its numbers are checked."""
    before = traced(f, *args)
    done = dead(PASSES[name](before))
    others = [a + 0.5 * (np.ndim(a) > 0) for a in args]
    alike(evaluated(done, *others), evaluated(before, *others))
    return ops(done)


def test_dead_code() -> None:
    def f(x: Any, y: Any) -> Any:
        unused = ag.exp(x) @ ag.transpose(y)
        assert unused.shape == (3, 3)
        return x * y

    assert ops(traced(f, X, Y)) == ["mul"]  # never reached from the result: not even written down
    both = traced(lambda x, y: (ag.exp(x), x * y), X, Y)
    assert ops(dead(both.with_steps(both.steps, both.outputs[1:]))) == ["mul"]
    assert both.steps != []


@pytest.mark.parametrize(("f", "left"), [
    (lambda x, y: ag.sin(x) * ag.sin(x), ["sin", "mul"]),
    (lambda x, y: (x + y) * (y + x), ["add", "mul"]),
    (lambda x, y: (x * y) + (y * x), ["mul", "add"]),
    (lambda x, y: (x - y) * (y - x), ["sub", "sub", "mul"]),
    (lambda x, y: ag.maximum(x, y) / ag.maximum(y, x), ["maximum", "div"]),
    (lambda x, y: ag.sum(x, 0) * ag.sum(x, axis=(0,)), ["sum", "mul"]),
    (lambda x, y: ag.sum(x, 0) + ag.sum(x, 1)[0], ["sum", "sum", "getitem", "add"]),
    (lambda x, y: x[1:] * x[1:3], ["getitem", "getitem", "mul"]),
    (lambda x, y: (x + 0.0) / (x + -0.0), ["add", "add", "div"]),
    (lambda x, y: (x + np.nan) / (x + np.nan), None),
    (lambda x, y: (x * X) / (x * X.copy()), ["mul", "div"]),
], ids=lambda x: None if callable(x) else str(x))  # fmt: skip
def test_shared_subexpressions(f: Any, left: list[str] | None) -> None:
    found = after("no rule: equal steps become one", f, X, Y)
    assert left is None or found == left


def test_the_users_names_stay_with_shared_steps() -> None:
    def f(x: Any) -> Any:
        first = ag.sin(x)
        return first * ag.sin(x)

    program = passes.optimised(traced(f, X))
    assert [s.name for s in program.steps if s.op.name == "sin"] == ["first"]


@pytest.mark.parametrize(("f", "left"), [
    (lambda x: x * (ag.exp(ag.Tensor(2.0)) * ag.Tensor([1.0, 2.0, 3.0, 4.0])), ["mul"]),
    (lambda x: x + ag.sum(ag.Tensor(np.ones((3, 4))), axis=0), ["add"]),
    (lambda x: x + ag.exp(ag.broadcast_to(ag.Tensor(1.0), (2000, 200)))[0, :4],
     ["broadcast_to", "exp", "getitem", "add"]),
], ids=["small", "sum", "large"])  # fmt: skip
def test_constant_folding(f: Any, left: list[str]) -> None:
    """Steps over constants alone are worked out once; but large results are not kept."""
    assert after("constants", f, X) == left


def test_folding_is_silent_where_ieee_has_an_answer() -> None:
    f = lambda x: x * (1.0 / ag.Tensor(0.0)) + ag.log(ag.Tensor(0.0))
    with np.errstate(all="ignore"):
        before = traced(f, X)
    assert ops(dead(PASSES["constants"](before))) == ["mul", "add"]


@pytest.mark.parametrize(("f", "left"), [
    (lambda x: x + 0, []), (lambda x: 0 + x, []), (lambda x: x - 0, []), (lambda x: x * 1, []),
    (lambda x: 1 * x, []), (lambda x: x / 1, []), (lambda x: x**1, []), (lambda x: +x, []),
    (lambda x: -1 * -x, []), (lambda x: 0 - x, ["neg"]), (lambda x: -1 * x, ["neg"]),
    (lambda x: x / -1, None), (lambda x: x + x, ["mul"]), (lambda x: x + -x, ["sub"]),
    (lambda x: -x + x, ["sub"]), (lambda x: x - -x, ["mul"]), (lambda x: 2 * (3 * x), ["mul"]),
    (lambda x: (x * 2) * 0.5, []), (lambda x: 3 * (x / 2), ["mul"]), (lambda x: -(2 * x), ["mul"]),
    (lambda x: 2 * -x, ["mul"]), (lambda x: (-x) * (-x), ["mul"]), (lambda x: (4 * x) / 2, ["mul"]),
    (lambda x: x / 4, ["mul"]), (lambda x: x / 3, ["div"]), (lambda x: -x / 3, ["div"]),
    (lambda x: x**2, ["mul"]), (lambda x: x**3, ["mul", "mul"]), (lambda x: x**-1, ["div"]),
    (lambda x: x**4, ["power"]), (lambda x: ag.square(x), ["mul"]), (lambda x: x * 0, ["mul"]),
    (lambda x: x * np.ones((3, 4)), []), (lambda x: x + np.zeros(4), []),
    (lambda x: x + np.zeros((2, 3, 4)), ["add"]), (lambda x: x * np.full(4, 2.0), ["mul"]),
    (lambda x: x.T.T, []), (lambda x: ag.transpose(x, (0, 1)), []),
    (lambda x: ag.transpose(ag.transpose(x[None], (2, 0, 1)), (1, 2, 0)), ["getitem"]),
    (lambda x: x.reshape(12).reshape(3, 4), []),
    (lambda x: x.reshape(12).reshape(4, 3), ["reshape"]),
    (lambda x: ag.broadcast_to(x, (3, 4)), []),
    (lambda x: ag.broadcast_to(x[:1], (3, 4)) * x, ["getitem", "mul"]),
    (lambda x: ag.broadcast_to(x[:1], (3, 4)) * x[:1], None),
    (lambda x: ag.sum(x[:, :1], axis=1), ["getitem", "reshape"]),
    (lambda x: ag.expand_dims(ag.sum(x, axis=1), 1), ["sum"]),
    (lambda x: ag.exp(ag.log_softmax(x)), ["softmax"]),
])  # fmt: skip
def test_identities(f: Any, left: list[str] | None) -> None:
    found = after("simplified", f, X)
    assert left is None or found == left, found


def test_an_identity_keeps_dtype_and_shape() -> None:
    """x + 0 is no x where it makes a float64 or a larger array of it."""
    single = X.astype(np.float32)
    assert after("simplified", lambda x: x + np.zeros(4), single) == ["add"]
    assert after("simplified", lambda x: x * np.ones((1, 1)), single) == ["mul"]
    assert after("simplified", lambda x: x * np.ones((1, 1), np.float32), single) == []
    assert after("simplified", lambda x: x[:, :1] + np.zeros(4), X) == ["getitem", "add"]
    assert after("simplified", lambda x: x[0, 0] * np.ones(3), X) != ["getitem"]


SCALED: list[Any] = [
    lambda x, s: s * (s * x), lambda x, s: (x * s) * s, lambda x, s: (x / s) / s,
    lambda x, s: (x * s) / s, lambda x, s: s * (x / s), lambda x, s: (x / s) * s,
    lambda x, s: x / (s * s), lambda x, s: -(s * x) * s, lambda x, s: x / s,
]  # fmt: skip
FACTORS = [1e-200, 1e200, 1e160, 2.0**-600, 2.0**600, 2.0**-1074, 5e-324, 2.0**1023]
FACTORS32 = [1e-30, 1e30, 1e-25, 2.0**-100, 2.0**100, 2.0**-149, 2.0**127, 1e-45]
NUMBERS = [0.0, 1.0, -3.0, 1e300, 1e-300, 1e30, 1e-30, np.inf, np.nan]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("f", SCALED)
def test_joined_factors_neither_overflow_nor_vanish(f: Any, dtype: Any) -> None:
    """1e-200·(1e-200·x) is 1e-100 for x = 1e300, and 1e-200·1e-200 is 0.

    Where the steps one by one are exact, the joined ones are; they may be exact elsewhere too.
    """
    with np.errstate(all="ignore"):
        x = np.array(NUMBERS).astype(dtype)
        for s in FACTORS if dtype is np.float64 else FACTORS32:
            program = traced(lambda x, s=s: f(x, s), x)
            joined, single = (evaluated(p, x)[0] for p in (passes.optimised(program), program))
            exact = f(x.astype(np.longdouble), np.longdouble(s)).astype(dtype)
            wrong = ~close(joined, exact, dtype) & close(single, exact, dtype)
            assert not wrong.any(), (s, x[wrong], joined[wrong], exact[wrong])


def close(y: Any, exact: Any, dtype: Any) -> Any:
    tiny = 2 * float(np.finfo(dtype).smallest_normal)
    return np.isclose(y, exact, rtol=1e-5 if dtype is np.float32 else 1e-14, atol=tiny,
                      equal_nan=True)  # fmt: skip


def test_an_array_of_zeros_of_both_signs_is_no_number() -> None:
    """x / [0, −0] is [inf, −inf]."""
    with np.errstate(all="ignore"):
        program = traced(lambda x: x / np.array([0.0, -0.0]), np.ones(2))
        assert evaluated(passes.optimised(program), np.ones(2))[0].tolist() == [np.inf, -np.inf]


def test_masks_are_taken_from_the_relu() -> None:
    f = ag.grad(lambda x, y: ag.sum(ag.relu(x * y) * 3.0))
    program = passes.optimised(traced(f, X, Y))
    (mask,) = [s for s in program.steps if s.op.name == "step"]
    assert mask.args[0].op.name != "relu"  # nobody needs the relu itself here
    f = ag.value_and_grad(lambda x, y: ag.sum(ag.relu(x * y) ** 2))
    program = passes.optimised(traced(f, X, Y))
    for mask in (s for s in program.steps if s.op.name == "step"):
        assert mask.args[0].op.name == "relu"
    special = np.array([[np.nan, np.inf, -np.inf, 0.0], [-0.0, 1.0, -1.0, 2.0], X[0]])
    with np.errstate(all="ignore"):
        alike(evaluated(program, special, Y), evaluated(traced(f, X, Y), special, Y))


def both_signs(x: Any, y: Any) -> Any:
    d = x - y
    return d, -d


def test_differences_are_flipped_where_it_saves_a_sign() -> None:
    f = ag.value_and_grad(lambda h, t: ag.sum((t - h) ** 2) * 0.5)
    found = passes.optimised(traced(f, X, Y))
    assert "neg" not in ops(found)
    assert after("flipped", both_signs, X, Y) == ["sub", "neg"]  # the difference is a result


def test_the_name_of_a_flipped_difference_goes_to_what_has_its_value() -> None:
    def f(h: Any, t: Any) -> Any:
        d = t - h
        return ag.sum(d * d), -d

    program = passes.flipped(rewritten(traced(f, X, Y), {}))
    for step, value in zip(program.steps, stepwise(program, X, Y), strict=True):
        if step.name == "d":
            assert np.array_equal(value, Y - X)


def stepwise(program: Program, *xs: Any) -> list[Any]:
    return evaluated(program.with_steps(program.steps, list(program.steps)), *xs)


# ── products ────────────────────────────────────────────────────────────────────────────────────
def multiplications(program: Program) -> int:
    return sum(
        int(np.prod(a.shape)) * int(np.prod(b.shape[1:]))
        for step in program.steps
        if step.op.name == "matmul"
        for a, b in [step.args]
    )


@pytest.mark.parametrize(("shapes", "best"), [
    (((100, 2), (2, 100), (100, 3)), 2 * 100 * 3 * 2),
    (((3, 100), (100, 2), (2, 100)), 3 * 100 * 2 + 3 * 2 * 100),
    (((50, 50), (50, 50), (50,)), 2 * 50 * 50),
    (((5,), (5, 6), (6, 7)), 5 * 6 + 6 * 7),
    (((2, 3), (3, 4), (4, 5)), 2 * 3 * 4 + 2 * 4 * 5),
    (((0, 3), (3, 4), (4, 5)), 0),
])  # fmt: skip
@pytest.mark.parametrize("left_first", [True, False])
def test_products_in_the_cheaper_order(shapes: Any, best: int, left_first: bool) -> None:
    f = (lambda a, b, c: (a @ b) @ c) if left_first else (lambda a, b, c: a @ (b @ c))
    xs = normal(*shapes)
    before = traced(f, *xs)
    done = dead(passes.reassociated(before))
    assert multiplications(done) == best
    alike(evaluated(done, *xs), evaluated(before, *xs))


def test_a_product_that_others_need_stays() -> None:
    def f(a: Any, b: Any, c: Any) -> Any:
        ab = a @ b
        return ab, ab @ c

    xs = normal((100, 2), (2, 100), (100, 3))
    assert after("reassociated", f, *xs) == ["matmul", "matmul"]
    stacks = normal((2, 100, 2), (2, 100), (100, 3))
    assert after("reassociated", lambda a, b, c: (a @ b) @ c, *stacks) == ["matmul", "matmul"]


# ── columns ─────────────────────────────────────────────────────────────────────────────────────
def bias_shapes(program: Program) -> set[tuple[int, ...]]:
    return {s.shape for s in program.steps if s.op.name in ("sigmoid", "tanh")}


@pytest.mark.parametrize(
    ("n", "turned"), [(40, True), (1000, True), (20, True), (19, False), (5, False)]
)
def test_tall_thin_batches_become_columns(n: int, turned: bool) -> None:
    f, _ = SAMPLES["two layers"]
    given = [*batch(n, 0)[0].values(), *batch(n, 0)[1:]]
    program = passes.simplified(columns(passes.simplified(traced(f, *given))))
    assert bias_shapes(program) == ({(5, n)} if turned else {(n, 5)})


def test_wide_batches_stay() -> None:
    f, _ = SAMPLES["two layers"]
    given = batch(200, 0, (4, 33, 3))
    program = passes.simplified(traced(f, *given[0].values(), *given[1:]))
    assert columns(program) is program


def test_what_is_columns_already_stays() -> None:
    f, args = SAMPLES["in columns"]
    program = passes.simplified(traced(f, *args(0)))
    assert columns(program) is program


# ── scalar programs ─────────────────────────────────────────────────────────────────────────────
def test_scalar_programs_go_through_the_same_passes() -> None:
    def f(x: Any, y: Any) -> Any:
        return (x * 1.0 + 0.0) ** 2 * ag.exp(x) * ag.exp(x) - -y, y / 2.0

    program = traced(ag.value_and_grad(lambda x, y: f(x, y)[0] * f(x, y)[1], (0, 1)), 0.3, 0.7)
    done = passes.optimised(program)
    assert program.scalar
    assert done.scalar
    assert len(done.steps) < 0.7 * len(program.steps)
    for at in ((0.3, 0.7), (-1.5, 2.0)):
        np.testing.assert_allclose(evaluated(done, *at), evaluated(program, *at), rtol=1e-14)
