"""Array programs give what the eager engine gives: every formula, shape, dtype and layout."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from alike import EXACT, SINGLE, alike, normal
from catalogue import ELEMENTWISE, FORMULAS, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import seed_like

import autograd as ag
from autograd import compile
from autograd.compile import arrays, chunks, pieces

SEEDS = st.integers(0, 2**32 - 1)
every_formula = pytest.mark.parametrize("formula", FORMULAS, ids=repr)
every_elementwise = pytest.mark.parametrize("formula", ELEMENTWISE, ids=repr)


def weighted(formula: Formula) -> Callable[..., Any]:
    """Σ c · f(x…): a cotangent of its own for each entry of the result, given with the data."""
    return lambda c, *xs: ag.sum(c * formula.f(*xs))


def slopes(formula: Formula) -> Callable[..., Any]:
    count = len(formula.domains)
    return ag.value_and_grad(weighted(formula), argnums=tuple(range(1, count + 1)))


def sampled(formula: Formula, seed: int, dtype: Any = np.float64) -> tuple[Any, list[Any]]:
    """A cotangent, and arguments."""
    rng = np.random.default_rng(seed)
    xs = [x.astype(dtype) for x in formula.sample(rng)]
    return seed_like(rng, formula.f(*xs)).astype(dtype), xs


# ── the catalogue ───────────────────────────────────────────────────────────────────────────────
@every_formula
def test_value(formula: Formula) -> None:
    program = compile(formula.f)
    for seed in (1, 2, 3):  # one program, other data: nothing of the first call may be left
        _, xs = sampled(formula, seed)
        alike(program(*xs), formula.f(*xs))
    assert program.cache_info().traces == 1


@every_formula
def test_gradient(formula: Formula) -> None:
    eager = slopes(formula)
    program = compile(eager)
    for seed in (1, 2, 3):
        c, xs = sampled(formula, seed)
        alike(program(c, *xs), eager(c, *xs), 10 * EXACT)
    assert program.cache_info().traces == 1


@every_formula
def test_second_order(formula: Formula) -> None:
    first = slopes(formula)
    places = tuple(range(1, len(formula.domains) + 1))

    def product(c: Any, xs: Any, vs: Any) -> Any:
        return sum(ag.sum(v * g) for v, g in zip(vs, first(c, *xs)[1], strict=True))

    eager = ag.grad(lambda c, n, *both: product(c, both[: int(n)], both[int(n) :]), places)

    def second(c: Any, *both: Any) -> Any:
        n = len(both) // 2
        return ag.grad(lambda c, *xs: product(c, xs, both[n:]), places)(c, *both[:n])

    assert callable(eager)
    program = compile(second)
    for seed in (1, 2):
        c, xs = sampled(formula, seed)
        vs = [seed_like(np.random.default_rng(seed), x) for x in xs]
        alike(program(c, *xs, *vs), second(c, *xs, *vs), 100 * EXACT)


@every_formula
def test_float32_stays_float32(formula: Formula) -> None:
    eager = slopes(formula)
    program, value = compile(eager), compile(formula.f)
    for seed in (1, 2):
        c, xs = sampled(formula, seed, np.float32)
        want = eager(c, *xs)
        alike(program(c, *xs), want, SINGLE * 20)
        alike(value(*xs), formula.f(*xs), SINGLE)


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("shape", [(), (0, 3), (3, 0), (1,), (1, 1), (1, 5), (40, 2)], ids=repr)
@every_elementwise
def test_shapes(formula: Formula, shape: tuple[int, ...]) -> None:
    eager = slopes(formula)
    program, value = compile(eager), compile(formula.f)
    for seed in (4, 5):
        rng = np.random.default_rng(seed)
        xs = [d.sample(rng, shape) for d in formula.domains]
        c = seed_like(rng, formula.f(*xs))
        alike(program(c, *xs), eager(c, *xs), 10 * EXACT)
        alike(value(*xs), formula.f(*xs))


@given(seed=SEEDS)
def test_broadcasting(seed: int) -> None:
    def f(a: Any, b: Any, c: Any, d: Any) -> Any:
        y = (a * b + c) / (b * b + 1.0) - d * a
        return ag.sum(ag.tanh(y) * ag.maximum(a, c) + ag.where(b > c, a, d))

    eager = ag.value_and_grad(f, argnums=(0, 1, 2, 3))
    program = compile(eager)
    xs = normal((3, 1), (4,), (2, 1, 1), (), seed=seed)
    alike(program(*xs), eager(*xs))
    alike(program(*normal((3, 1), (4,), (2, 1, 1), (), seed=7)),
          eager(*normal((3, 1), (4,), (2, 1, 1), (), seed=7)))  # fmt: skip


def test_a_broadcast_that_is_empty() -> None:
    eager = ag.value_and_grad(lambda a, b: ag.sum(a * b + 1.0), argnums=(0, 1))
    for shapes in (((0, 3), (3,)), ((4, 1), (0,)), ((0,), ())):
        xs = normal(*shapes)
        alike(compile(eager)(*xs), eager(*xs))


@pytest.mark.parametrize(("n", "k", "m"), [(0, 3, 2), (2, 0, 3), (2, 3, 0), (0, 0, 0), (1, 1, 1)])
def test_products_of_empty_matrices(n: int, k: int, m: int) -> None:
    eager = ag.value_and_grad(lambda a, b, c: ag.sum(ag.tanh(a @ b) + c), argnums=(0, 1, 2))
    xs = normal((n, k), (k, m), (m,))
    alike(compile(eager)(*xs), eager(*xs))


# ── numbers that are none ───────────────────────────────────────────────────────────────────────
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, -20.0, 800.0, -800.0, 1e200, -1e200, 5e-324,
           np.inf, -np.inf, np.nan]  # fmt: skip


def pairs(count: int) -> list[Any]:
    """Every special number with every other one."""
    return [np.array(column) for column in zip(*np.ndindex(*[len(SPECIAL)] * count), strict=True)]


@every_elementwise
def test_nan_and_infinity(formula: Formula) -> None:
    xs = [np.array(SPECIAL)[i] for i in pairs(min(len(formula.domains), 3))]
    if any(d.shape != (3, 4) for d in formula.domains):
        pytest.skip("needs its own shape")
    program, eager = compile(slopes(formula)), slopes(formula)
    with np.errstate(all="ignore"):
        rows = np.stack([x.ravel() for x in xs], axis=1)
        program(np.ones(len(rows)), *xs)
        for c in (np.ones(len(rows)), np.full(len(rows), -2.0)):
            entries(program(c, *xs)[1], eager(c, *xs)[1])
        entries(compile(formula.f)(*xs), formula.f(*xs))


def entries(got: Any, want: Any) -> None:
    """Equal entry by entry, relative to the entry: nan and ±inf in the same places."""
    for g, w in zip(ag_leaves(got), ag_leaves(want), strict=True):
        g, w = np.asarray(g), np.asarray(w)
        finite = np.isfinite(w)
        assert np.array_equal(g[~finite], w[~finite], equal_nan=True), (g[~finite], w[~finite])
        np.testing.assert_allclose(g[finite], w[finite], rtol=1e-12, atol=1e-300)


def ag_leaves(tree: Any) -> list[Any]:
    return list(tree) if isinstance(tree, tuple) else [tree]


STABLE = {
    "sigmoid": ag.sigmoid, "silu": ag.silu, "softplus": ag.softplus, "softmax": ag.softmax,
    "log_softmax": ag.log_softmax, "logsumexp": lambda x: ag.logsumexp(x, axis=0),
    "tanh": ag.tanh, "gelu": ag.gelu,
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", STABLE)
def test_large_numbers_give_no_warning(name: str, dtype: Any) -> None:
    """Warnings are errors here."""
    eager = ag.value_and_grad(lambda c, x: ag.sum(c * STABLE[name](x)), argnums=1)
    program = compile(eager)
    x = np.array([[1e4, -1e4, 0.0, 30.0], [-1e4, -1e4, 1e3, -900.0]], dtype)
    alike(program(np.ones((1, 1), dtype), x), eager(np.ones((1, 1), dtype), x), SINGLE)
    alike(
        program(np.full((1, 1), -2.0, dtype), -x), eager(np.full((1, 1), -2.0, dtype), -x), SINGLE
    )


@pytest.mark.parametrize("times", [1, 20])  # many short rows are reduced in another way
@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.logsumexp], ids=lambda f: f.__name__)
def test_infinities_in_softmax(f: Any, times: int) -> None:
    eager = ag.value_and_grad(lambda c, x: ag.sum(c * f(x, axis=1)), argnums=1)
    rows = [[0.0, -np.inf, 1.0], [-np.inf, -np.inf, -np.inf], [np.inf, 0.0, 1.0],
            [np.nan, 0.0, 1.0], [np.inf, -np.inf, np.inf]]  # fmt: skip
    program = compile(eager)
    with np.errstate(all="ignore"):
        for row in rows:
            x = np.array([row, [1.0, 2.0, 3.0]] * times)
            c = np.array([[1.0], [2.0]] * times)
            c = c[:, 0] if f is ag.logsumexp else c
            alike(program(c, x)[1], eager(c, x)[1])
            alike(compile(lambda x: f(x, axis=1))(x), f(x, axis=1))


@pytest.mark.parametrize("shape", [(40, 3), (40, 32), (32, 33), (31, 5), (33, 1), (40, 2)])
def test_softmax_of_rows_of_every_length(shape: tuple[int, ...]) -> None:
    eager = ag.value_and_grad(lambda c, x: ag.sum(c * ag.log_softmax(x) * ag.softmax(x)), 1)
    program = compile(eager)
    for seed in (1, 2):
        c, x = normal(shape, shape, seed=seed)
        alike(program(c, 5.0 * x), eager(c, 5.0 * x), 10 * EXACT)


# ── layouts and dtypes ──────────────────────────────────────────────────────────────────────────
def network(x: Any, W: Any, b: Any, t: Any) -> Any:
    h = ag.sigmoid(x @ W + b)
    return ag.sum((h - t) ** 2) * 0.5 + ag.mean(h[:, ::2] * x[:, :1]) + ag.sum(x.reshape(-1)[1:])


def laid_out(a: Any, how: str) -> Any:
    """An array with the entries of `a`, differently in memory."""
    if how == "transposed":
        return np.ascontiguousarray(a.T).T
    if how == "fortran":
        return np.asfortranarray(a)
    if how == "strided":
        wide = np.full([2 * n for n in a.shape], np.nan)
        view = wide[tuple(slice(None, None, 2) for _ in a.shape)]
        view[...] = a
        return view
    if how == "backwards":
        return a[tuple(slice(None, None, -1) for _ in a.shape)].copy()[
            tuple(slice(None, None, -1) for _ in a.shape)
        ]
    if how == "read-only":
        a = a.copy()
        a.setflags(write=False)
        return a
    if how == "repeated":  # strides of 0
        return np.broadcast_to(a[:1], a.shape)
    return a.astype(">f8")  # the other byte order


LAYOUTS = ["transposed", "fortran", "strided", "backwards", "read-only", "repeated", "big-endian"]


@pytest.mark.parametrize("how", LAYOUTS)
@pytest.mark.parametrize("first", ["ordinary", "the same"])
def test_layouts(how: str, first: str) -> None:
    """The layout of an array is no part of the program, whichever came first."""
    eager = ag.value_and_grad(network, argnums=(0, 1, 2))
    program = compile(eager)
    usual = normal((6, 4), (4, 3), (3,), (6, 3))
    if first == "ordinary":
        program(*normal((6, 4), (4, 3), (3,), (6, 3), seed=5))
    given = [laid_out(a, how) for a in usual]
    kept = [a.copy() for a in given]
    for _ in range(2):
        alike(program(*given), eager(*kept))
    for a, k in zip(given, kept, strict=True):
        assert np.array_equal(a, k)
    assert program.cache_info().traces == (2 if how == "big-endian" and first == "ordinary" else 1)


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint16, np.bool_])
def test_integers_and_bools(dtype: Any) -> None:
    """They count as float64, as for Tensor."""

    def f(x: Any, w: Any) -> Any:
        return ag.sum(x * w + x / 3.0), x + x

    program = compile(f)
    x, w = (np.arange(6).reshape(2, 3) % 2).astype(dtype), normal((2, 3))[0]
    alike(program(x, w), f(x.astype(float), w))
    alike(program(1 - x.astype(int), w), f(1.0 - x, w))


def test_subclasses_of_arrays() -> None:
    class Mine(np.ndarray):
        pass

    x = normal((2, 3))[0]
    got = compile(lambda x: x * 2.0)(x.view(Mine))
    assert type(got) is np.ndarray
    alike(got, x * 2.0)
    with pytest.raises(ag.DTypeError, match="mask"):
        compile(lambda x: x * 2.0)(np.ma.masked_array(x, x > 0))


@pytest.mark.parametrize("bad", [np.float16, np.complex128, np.longdouble, "U3"])
def test_other_dtypes_are_refused(bad: Any) -> None:
    with pytest.raises(ag.DTypeError):
        compile(lambda x: x * 2.0)(np.ones(3).astype(bad))


def mixed(x: Any, y: Any, c: Any) -> Any:
    """Numbers made of float64 between arrays of float32, and the other way."""
    s = ag.exp(ag.sum(y) * 0.1)
    r = ag.log(ag.sum(x * x) + 1.0)
    return x * s, x * c, y * r, x * r, ag.stack([s, r]), s, r, x + 0.5, x * (c * 2.0), -s, r + r


def test_float32_among_float64() -> None:
    x, y = normal((3,), (2,))
    program = compile(mixed)
    for a, b in ((x, y), (y[[0, 1, 0]], x[:2])):
        a = a.astype(np.float32)
        want = [t._raw for t in mixed(ag.Tensor(a), ag.Tensor(b), ag.Tensor(0.3))]
        alike(list(program(a, b, 0.3)), want, SINGLE)


def test_numbers_beside_float32() -> None:
    """A Python number takes the arrays' dtype, in value as in gradients."""

    def f(x: Any, c: Any) -> Any:
        spread = ag.broadcast_to(c, (3,)) * x + ag.reshape(c * c, (1,))
        return ag.sum(spread * ag.exp(c)) + ag.sum(ag.stack([c, c * 2.0]))

    x = normal((3,))[0].astype(np.float32)
    program = compile(ag.value_and_grad(f, argnums=0))
    for c in (0.5, 2, 0.25):
        value, slope = program(x, c)
        assert value.dtype == slope.dtype == np.float32
        alike((value, slope), ag.value_and_grad(f)(x, np.float32(c)), SINGLE)


def test_a_primitive_in_float32() -> None:
    cube = ag.primitive("cube", lambda x: x**3, [lambda g, y, x: g * 3.0 * x * x])
    eager = ag.value_and_grad(lambda x: ag.sum(cube(x) * x))
    x = normal((2, 3))[0].astype(np.float32)
    alike(compile(eager)(x), eager(x), SINGLE)


# ── batches ─────────────────────────────────────────────────────────────────────────────────────
def two_layers(p: Any, x: Any, t: Any) -> Any:
    h = ag.tanh(x @ p["W1"] + p["b1"])
    a = h @ p["W2"] + p["b2"]
    return -ag.mean(ag.sum(t * ag.log_softmax(a, axis=1), axis=1)) + ag.mean(ag.relu(a))


def in_columns(p: Any, x: Any, t: Any) -> Any:
    h = ag.sigmoid(p["W1"].T @ x.T + ag.reshape(p["b1"], (-1, 1)))
    a = p["W2"].T @ h + ag.reshape(p["b2"], (-1, 1))
    return ag.sum((ag.softmax(a, axis=0) - t.T) ** 2)


def batch(n: int, seed: int = 0, sizes: tuple[int, ...] = (4, 5, 3)) -> Any:
    i, h, o = sizes
    W1, b1, W2, b2, x, t = normal((i, h), (h,), (h, o), (o,), (n, i), (n, o), seed=seed)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, x, np.abs(t)


@pytest.mark.parametrize("f", [two_layers, in_columns], ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 31, 32, 33, 1000])
def test_batches(f: Any, n: int) -> None:
    eager = ag.value_and_grad(f, argnums=(0, 1))
    program = compile(eager)
    for seed in (1, 2, 1):
        given = batch(n, seed)
        alike(program(*given), eager(*given))


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 40, 3), (40, 2, 2), (3, 32, 32), (32, 33, 8)])
@pytest.mark.parametrize("n", [1, 33, 132, 200])
def test_batches_of_other_widths(sizes: tuple[int, ...], n: int) -> None:
    eager = ag.value_and_grad(two_layers, argnums=(0, 1))
    given = batch(n, 3, sizes)
    alike(compile(eager)(*given), eager(*given))


def test_an_empty_batch() -> None:
    eager = ag.value_and_grad(in_columns, argnums=(0, 1))
    given = batch(0)
    alike(compile(eager)(*given), eager(*given))


def test_a_batch_that_has_as_many_rows_as_a_weight() -> None:
    """What is a batch is told by size alone: n rows of data, n rows of W2."""
    eager = ag.value_and_grad(two_layers, argnums=(0, 1))
    for n in (32, 40):
        given = batch(n, 1, (3, n, 4))
        alike(compile(eager)(*given), eager(*given))


def test_layers_that_share_memory_have_their_ones_beside_them() -> None:
    """A bias goes into the product, beside a row of ones; sin h is written over h."""

    def f(W: Any, b: Any, V: Any, c: Any, x: Any) -> Any:
        h = ag.sigmoid(W @ x + b)
        u = V @ h + c
        return ag.sum(u * (V @ ag.sin(h) + c)), ag.sum(u, axis=1)

    program = compile(f)
    for seed in (1, 2):
        xs = normal((3, 2), (3, 1), (2, 3), (2, 1), (2, 50), seed=seed)
        alike(program(*xs), f(*xs))


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> int:
    """Batches are cut into pieces of 8 samples from 16 on."""
    monkeypatch.setattr(arrays, "CACHE", 0)
    monkeypatch.setattr(pieces, "ROWS", 8)
    monkeypatch.setattr(chunks, "ROWS", 8)
    return 8


@pytest.mark.parametrize("f", [two_layers, in_columns], ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [16, 17, 23, 24, 50])
def test_long_batches_in_pieces(short_pieces: int, f: Any, n: int) -> None:
    eager = ag.value_and_grad(f, argnums=(0, 1))
    program = compile(eager)
    for seed in (1, 2, 1):
        given = batch(n, seed)
        alike(program(*given), eager(*given))
    assert "for start in range" in program.source
    first, second = program(*batch(n, 1)), program(*batch(n, 2))
    alike(first, eager(*batch(n, 1)))
    assert not np.shares_memory(first[1][1], second[1][1])


@pytest.mark.parametrize("name", [
    "sum", "softmax over samples", "max over samples", "cumsum", "two lengths", "norm of all",
    "constant per sample", "sample 3", "reversed", "outputs", "a sum used again", "square",
    "transposed output", "float32", "matmul of samples", "an input", "mean of none",
])  # fmt: skip
def test_what_can_and_what_cannot_go_in_pieces(short_pieces: int, name: str) -> None:
    fixed = normal((20, 1), seed=9)[0]

    def f(x: Any, w: Any) -> Any:
        y = ag.tanh(x * w)
        return {
            "sum": lambda: ag.sum(y),
            "softmax over samples": lambda: ag.sum(ag.softmax(y, axis=0) * x),
            "max over samples": lambda: ag.max(y, axis=0),
            "cumsum": lambda: ag.cumsum(y, axis=0),
            "two lengths": lambda: ag.sum(y[:10]) + ag.sum(y),
            "norm of all": lambda: y / ag.norm(y),
            "constant per sample": lambda: (ag.sum(y * fixed), y + fixed),
            "sample 3": lambda: (y[3], ag.sum(y, axis=0)),
            "reversed": lambda: (y[::-1], ag.sum(y * y[::-1])),
            "outputs": lambda: [y, ag.sum(y), y, x, w, ag.sum(y), 3.0, fixed],
            "a sum used again": lambda: ag.sum((y - ag.mean(y, axis=0)) ** 2),
            "square": lambda: ag.sum(ag.tanh(y @ y.T)),
            "transposed output": lambda: (y.T, (y * 2.0).T),
            "float32": lambda: (ag.sum(y, axis=0), y),
            "matmul of samples": lambda: x.T @ y,
            "an input": lambda: (x, ag.sum(y)),
            "mean of none": lambda: ag.sum(w * w),
        }[name]()

    program = compile(f)
    dtype = np.float32 if name == "float32" else np.float64
    for seed in (1, 2, 1):
        xs = [a.astype(dtype) for a in normal((20, 3), (3,), seed=seed)]
        alike(program(*xs), f(*xs), SINGLE if name == "float32" else EXACT)


def test_names_that_meet_those_of_the_loop(short_pieces: int) -> None:
    def f(rows: Any, start: Any, data: Any, part1: Any, f_piece: Any) -> Any:
        return ag.sum(rows * start + data), ag.sum(part1, axis=0) * f_piece

    program = compile(f)
    xs = normal((20, 2), (2,), (20, 1), (20, 2), ())
    alike(program(*xs), f(*xs))
    assert "for start in range" in program.source


def test_warnings_follow_the_callers_errstate() -> None:
    """The exp inside a sigmoid is quiet; the user's own is not."""
    program = compile(lambda x: ag.sigmoid(x) + ag.exp(x))
    alike(program(np.array([-800.0, 0.0])), np.array([0.0, 1.5]))
    with pytest.warns(RuntimeWarning, match="overflow encountered in exp"):
        program(np.array([800.0, 0.0]))
    with np.errstate(over="ignore"):
        alike(program(np.array([800.0, 0.0])), np.array([np.inf, 1.5]))


def test_constants_that_lie_by_columns() -> None:
    table = normal((4, 5))[0]
    f = ag.value_and_grad(lambda x: ag.sum((table.T @ x) ** 2) + ag.sum((x.T @ table) ** 2))
    program = compile(f)
    for seed in (1, 2):
        x = normal((4, 3), seed=seed)[0]
        alike(program(x), f(x))


def test_an_entry_taken_with_an_ellipsis_is_a_number_and_no_view() -> None:
    """x[..., 0] of a vector has no axes and is still a view of x, or of the workspace."""
    program = compile(lambda x: (x[..., 0], ag.sin(x)[..., 1], ag.sin(x)[1, ...]))
    x = np.array([1.0, 2.0, 3.0])
    first = program(x)
    x[0] = 9.0
    program(np.zeros(3))
    assert first[:2] == (1.0, np.sin(2.0))
    alike(first[2], np.sin(2.0))


@pytest.mark.parametrize("index", [(), ..., (..., None), None], ids=repr)
def test_indices_that_take_everything(index: Any) -> None:
    def f(x: Any) -> Any:
        return ag.sin(x)[index] * 2.0

    for x in (np.array(2.0), np.array([1.0, 2.0])):
        alike(compile(f)(x), 2.0 * np.sin(x)[index])
        alike(compile(ag.grad(lambda x: ag.sum(f(x))))(x), 2.0 * np.cos(x))
