"""Far out and outside: stability at ±1e4, IEEE's answers outside the domain, numpy's warnings."""

import math
import warnings
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients

INF, NAN = math.inf, math.nan
FAR = [-1e4, -750.0, -710.0, -40.0, -1e-300, 0.0, 1e-300, 40.0, 710.0, 750.0, 1e4, 1e300, -1e300]


def exact(name: str, x: float) -> tuple[float, float]:
    """Value and slope, worked out on the side that cannot overflow."""
    e = math.exp(-abs(x))
    s = 1 / (1 + e) if x >= 0 else e / (1 + e)
    slope = e / (1 + e) ** 2
    return {
        "sigmoid": (s, slope),
        "softplus": (max(x, 0.0) + math.log1p(e), s),
        "silu": (x * s, s + x * slope),
        "tanh": (math.tanh(x), 0.0 if abs(x) > 350 else 1 / math.cosh(x) ** 2),
    }[name]


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "silu", "tanh"])
@pytest.mark.parametrize("x", FAR)
def test_activations_far_out(name: str, x: float) -> None:
    f = getattr(ag, name)
    value, slope = exact(name, x)
    for make in (Value, Tensor, lambda v: Tensor([v])):
        node = make(x)
        y = f(node)  # any warning is an error
        # 1 − σ(x) keeps 16 digits after the point, so tiny slopes are right to 1e-16 absolutely
        assert np.allclose(y.data, value, rtol=1e-13, atol=1e-300)
        assert np.allclose(gradients(y, node), slope, rtol=1e-12, atol=1e-15)
        second = gradients(gradients(y, node, graph=True), node)
        assert np.all(np.isfinite(second))
    assert np.isfinite(f(x))
    assert np.all(np.isfinite(f(np.array([x, x]))))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "gelu", "abs"])
@pytest.mark.parametrize("x", [-1e4, 1e4, -1e2, 1e2])
def test_other_activations_far_out(name: str, x: float) -> None:
    f = getattr(ag, name)
    for make in (Value, Tensor):
        node = make(x)
        y = f(node)
        g = gradients(y, node)
        assert np.isfinite(y.data)
        assert np.isfinite(g)
        assert np.isfinite(gradients(gradients(y, node, graph=True), node))
        assert 0.0 <= abs(float(g)) <= 1.0


ROWS = [[1e4, -1e4, 0.0], [1e4, 1e4, 1e4], [-1e4, -1e4, -1e4 - 1.0], [0.0, 1e4, 9999.0],
        [1e4, 9999.0, -1e4, *range(9)]]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_softmax_and_its_kin_far_out(row: list[float]) -> None:
    a = np.array(row)
    p = np.exp(a - a.max()) / np.exp(a - a.max()).sum()
    box = np.array([Value(v) for v in row], dtype=object)
    x = Tensor(a)
    for given in (x, box):
        s, ls, lse = ag.softmax(given), ag.log_softmax(given), ag.logsumexp(given)
        read = (lambda t: t.data) if given is x else (
            lambda t: np.array([e.data for e in np.ravel(t)]))  # fmt: skip
        assert np.allclose(read(s), p, rtol=1e-13)
        assert np.allclose(read(lse), a.max() + np.log(np.exp(a - a.max()).sum()), rtol=1e-15)
        assert np.allclose(read(ls), a - read(lse), rtol=1e-12)
    c = np.resize([0.3, -1.2, 0.8], a.shape)
    assert np.allclose(gradients(ag.logsumexp(x), x), p, rtol=1e-13)
    assert np.allclose(gradients(ag.softmax(x), x, seed=c), p * (c - c @ p), rtol=1e-12, atol=1e-15)
    assert np.allclose(gradients(ag.log_softmax(x), x, seed=c), c - p * c.sum(), rtol=1e-12)
    for f in (ag.softmax, ag.log_softmax):
        g = gradients(f(x), x, seed=c, graph=True)
        assert np.all(np.isfinite(gradients((g * c).sum(), x)))


def test_minus_infinity_masks() -> None:
    """Attention masks: −∞ among finite entries is a probability of 0, with gradient 0."""
    x = Tensor([0.0, -INF, 1.0])
    p = ag.softmax(x)
    assert p.data[1] == 0.0
    assert np.isclose(p.data.sum(), 1.0)
    g = gradients(p, x, seed=np.array([1.0, 2.0, 3.0]))
    assert np.all(np.isfinite(g))
    assert g[1] == 0.0
    assert np.isclose(ag.logsumexp(x).data, np.log(1 + np.e))
    assert np.all(np.isfinite(gradients(ag.logsumexp(x), x)))


# ── outside the domain: IEEE, as numpy gives it ─────────────────────────────────────────────────
OUTSIDE: list[tuple[Any, Any, tuple[float, ...]]] = [
    (ag.log, np.log, (-1.0,)), (ag.log, np.log, (0.0,)), (ag.log1p, np.log1p, (-2.0,)),
    (ag.log1p, np.log1p, (-1.0,)), (ag.sqrt, np.sqrt, (-1.0,)), (ag.arcsin, np.arcsin, (2.0,)),
    (ag.arccos, np.arccos, (-2.0,)), (ag.exp, np.exp, (1e4,)), (ag.expm1, np.expm1, (1e4,)),
    (ag.cosh, np.cosh, (1e4,)), (ag.sinh, np.sinh, (-1e4,)), (ag.square, np.square, (1e200,)),
    (lambda a, b: a / b, np.divide, (1.0, 0.0)), (lambda a, b: a / b, np.divide, (0.0, 0.0)),
    (lambda a, b: a / b, np.divide, (-1.0, 0.0)), (lambda a, b: a / b, np.divide, (1.0, -0.0)),
    (lambda a, b: a**b, np.power, (-2.0, 0.5)), (lambda a, b: a**b, np.power, (0.0, -1.0)),
    (lambda a, b: a**b, np.power, (1e200, 2.0)), (lambda a, b: a**b, np.power, (-2.0, -0.5)),
    (lambda a, b: a**b, np.power, (-0.0, -1.0)), (lambda a, b: a * b, np.multiply, (INF, 0.0)),
    (lambda a, b: a - b, np.subtract, (INF, INF)), (ag.maximum, np.maximum, (NAN, 1.0)),
    (ag.maximum, np.maximum, (1.0, NAN)), (ag.minimum, np.minimum, (1.0, NAN)),
    (ag.minimum, np.minimum, (NAN, 1.0)), (ag.sin, np.sin, (INF,)), (ag.cos, np.cos, (INF,)),
    (ag.tan, np.tan, (-INF,)), (ag.tanh, np.tanh, (INF,)), (ag.exp, np.exp, (-INF,)),
    (ag.relu, lambda x: np.maximum(x, 0), (NAN,)), (ag.abs, np.abs, (NAN,)),
    (ag.sigmoid, lambda x: 1 / (1 + np.exp(-x)), (NAN,)), (ag.clip, np.clip, (NAN, 0.0, 1.0)),
    (ag.sigmoid, lambda x: 1 / (1 + np.exp(-x)), (INF,)),
    (ag.sigmoid, lambda x: 1 / (1 + np.exp(-x)), (-INF,)),
    (ag.softplus, lambda x: np.logaddexp(0, x), (INF,)), (ag.arctan, np.arctan, (INF,)),
    (ag.softplus, lambda x: np.logaddexp(0, x), (-INF,)), (ag.log, np.log, (INF,)),
    (ag.leaky_relu, lambda x: x, (NAN,)), (ag.elu, lambda x: x, (NAN,)),
    (ag.gelu, lambda x: x, (NAN,)),
]  # fmt: skip
NAMES = [f"{getattr(n, '__name__', '?')}{at}-{i}" for i, (_, n, at) in enumerate(OUTSIDE)]


@pytest.mark.parametrize(("f", "numpys", "at"), OUTSIDE, ids=NAMES)
def test_ieee_outside_the_domain(f: Any, numpys: Any, at: tuple[float, ...]) -> None:
    with np.errstate(all="ignore"):
        expected = float(numpys(*(np.float64(x) for x in at)))
        ts = [Tensor(x) for x in at]
        t = f(*ts)
        slopes = gradients(t, ts)
        node_slopes = gradients(t, ts, graph=True)
    vs = [Value(x) for x in at]
    v = f(*vs)  # no Python arithmetic error, and no warning either: Values are Python floats
    assert np.array_equal(v.data, expected, equal_nan=True)
    assert np.array_equal(t.data, expected, equal_nan=True)
    assert math.copysign(1, v.data) == math.copysign(1, expected) or math.isnan(expected)
    found = gradients(v, vs)
    assert np.array_equal(found, slopes, equal_nan=True), (found, slopes)
    assert np.array_equal([n.data for n in node_slopes], slopes, equal_nan=True)
    assert np.array_equal([n.data for n in gradients(v, vs, graph=True)], slopes, equal_nan=True)
    if hasattr(ag, f.__name__):  # on plain floats, an operator is Python's own
        plain = f(*at)
        assert type(plain) is float
        assert np.array_equal(plain, expected, equal_nan=True)


def test_numpys_warnings_follow_errstate() -> None:
    x = Tensor([-1.0, 0.0])
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        ag.log(x)
    with np.errstate(all="warn"), pytest.warns(RuntimeWarning):
        ag.log(x)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(ag.log(x).data, [NAN, -INF], equal_nan=True)
    with np.errstate(all="warn"), pytest.warns(RuntimeWarning):
        Tensor([1.0]) / 0.0


def test_reductions_with_nan_and_inf() -> None:
    x = Tensor([1.0, NAN, 3.0])
    for f in (ag.max, ag.min, ag.sum, ag.mean, ag.prod):
        assert np.isnan(f(x).data)
    assert np.isnan(ag.max(np.array([Value(1.0), Value(NAN)], dtype=object)).data)
    assert ag.max(Tensor([1.0, INF])).data == INF
    assert gradients(ag.max(Tensor([1.0, INF])), []) == []


@pytest.mark.parametrize("f", [ag.max, ag.min, ag.mean, ag.var, ag.std, ag.softmax, ag.logsumexp],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_of_no_entries(f: Any) -> None:
    name = f.__name__
    for x in (Tensor(np.zeros(0)), np.zeros(0)):
        try:
            y = f(x)
        except ag.ShapeError as error:
            assert name in str(error)  # noqa: PT017  either answer is one, silence is none
        else:
            assert np.shape(getattr(y, "data", y)) in ((0,), ())
            assert name in ("softmax", "logsumexp")


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.logsumexp, ag.gelu])
def test_a_spread_beyond_the_largest_float(f: Any) -> None:
    x = np.array([1e308, -1e308])
    plain = f(x)
    assert not np.any(np.isnan(plain))
    node = f(Tensor(x))
    assert np.array_equal(node.data, plain)
    objects = f(np.array([Value(v) for v in x]))
    given = [objects] if isinstance(objects, Value) else list(objects)
    assert np.array_equal([float(v) for v in given], np.atleast_1d(plain))


def test_gelu_is_flat_or_straight_far_out() -> None:
    for x, slope in ((1e155, 1.0), (-1e155, 0.0), (1e308, 1.0), (31.0, 1.0), (-31.0, 0.0)):
        assert ag.grad(ag.gelu)(x) == slope
        assert ag.grad(lambda v: ag.sum(ag.gelu(v)))(np.array([x]))[0] == slope


# ── the short ways that large arrays are computed in ────────────────────────────────────────────
@pytest.mark.parametrize("shape", [(1, 5), (5, 5), (40, 5), (300, 64), (300, 65), (70, 1), (0, 3)])
@pytest.mark.parametrize("bad", [0.0, NAN, INF, -INF])
def test_extremes_of_rows_are_numpys(shape: tuple[int, int], bad: float) -> None:
    x = np.random.default_rng(0).integers(-3, 4, shape).astype(float)
    x[shape[0] // 2 :, -1] = bad
    for a in (x, x.astype(np.float32), np.asfortranarray(x), x[::-1]):
        for keep in (False, True):
            for ours, numpys in ((ag.max, np.max), (ag.min, np.min)):
                expected = numpys(a, axis=1, keepdims=keep)
                assert np.array_equal(ours(a, 1, keep), expected, equal_nan=True)
                assert ours(a, 1, keep).dtype == a.dtype


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axis", [0, 1])
def test_softmaxes_of_infinite_entries(dtype: Any, axis: int) -> None:
    """A slice of −∞ alone has no softmax, one with +∞ none there; neighbours are not touched."""
    good = np.random.default_rng(0).standard_normal((90, 7)).astype(dtype)
    x = good.copy()
    x[1], x[3, 2], x[5, 4], x[7, 1] = -INF, INF, NAN, -INF
    rest = [i for i in range(len(x)) if i not in (1, 3, 5, 7)]
    x, whole = (np.ascontiguousarray(a if axis else a.T) for a in (x, good))
    with np.errstate(all="ignore"):
        p, ln_p, total = ag.softmax(x, axis), ag.log_softmax(x, axis), ag.logsumexp(x, axis)
        found = p if axis else p.T
        assert np.array_equal(found[rest], (ag.softmax(whole, axis).T if not axis else
                                            ag.softmax(whole, axis))[rest])  # fmt: skip
        assert np.isnan(found[[1, 5]]).all()
        assert np.array_equal(np.isnan(found[3]), np.arange(7) == 2)
        assert np.array_equal(found[3][[0, 1, 3]], [0.0, 0.0, 0.0])
        assert found[7, 1] == 0.0
        assert np.isclose(found[7].sum(), 1.0)
        assert total[1] == -INF
        assert total[3] == INF
        assert np.isnan(total[5])
        agree = np.exp(ln_p.astype(float)), p
        np.testing.assert_allclose(*agree, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=0)


GROUPS = [(), (1,), (5,), (1000,), (1, 1), (2, 1), (1, 2), (2, 2), (2, 7), (7, 2), (3, 4), (9, 50),
          (2, 3000), (3000, 2), (30, 200), (2, 3, 4), (1, 5, 1)]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", GROUPS, ids=str)
@pytest.mark.parametrize("axis", [0, -1, None], ids=str)
def test_softmaxes_of_groups_of_any_size(dtype: Any, shape: tuple[int, ...], axis: Any) -> None:
    """One group, pairs, few and many: each has a way of its own."""
    axis = axis if shape else None
    rng = np.random.default_rng(0)
    a, c = 3 * rng.standard_normal(shape), rng.standard_normal(shape)
    a, c = np.asarray(a, dtype), np.asarray(c, dtype)
    e = np.exp(a.astype(np.longdouble) - a.max(axis=axis, keepdims=True))
    total = e.sum(axis=axis, keepdims=True)
    p = e / total
    ln_p = a.astype(np.longdouble) - a.max(axis=axis, keepdims=True) - np.log(total)
    x = Tensor(a)
    expected = {
        ag.softmax: (p, p * (c - (c * p).sum(axis=axis, keepdims=True))),
        ag.log_softmax: (ln_p, c - p * c.sum(axis=axis, keepdims=True)),
    }
    near = {"rtol": 2e-5, "atol": 2e-5} if dtype is np.float32 else {"rtol": 1e-12, "atol": 1e-13}
    for f, (value, gradient) in expected.items():
        y = f(x, axis=axis)
        g = gradients(y, x, seed=c)
        assert y.data.dtype == g.dtype == dtype
        np.testing.assert_allclose(y.data, value.astype(float), **near)
        np.testing.assert_allclose(g, gradient.astype(float), **near)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [2, 3, 8, 9, 17, 19, 32, 64])
def test_equal_entries_are_equally_likely(n: int, dtype: Any) -> None:
    """Not only up to rounding: which is the largest, and how ties share a gradient, hangs on it."""
    rng = np.random.default_rng(0)
    for rows in (1, 3, 50):
        x = rng.standard_normal((rows, n)).astype(dtype)
        x[:, 0] = x[:, -1] = x.max(axis=1)
        c = rng.standard_normal((rows, n)).astype(dtype)
        c[:, 0] = c[:, -1]
        for f in (ag.softmax, ag.log_softmax):
            for a, seed, axis in (x, c, 1), (x.T, c.T, 0):
                node = Tensor(a)
                y = f(node, axis)
                g = gradients(y, node, seed=seed)
                for found in (y.data, g):
                    first, last = (found.T if axis else found)[[0, -1]]
                    assert np.array_equal(first, last)


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.logsumexp])
def test_no_entries_have_no_softmax(f: Any) -> None:
    for shape, axis in ((0,), 0), ((3, 0), 1), ((0, 2), None):
        for given in (np.ones(shape), Tensor(np.ones(shape))):
            with pytest.raises(ag.ShapeError, match="need at least one entry"):
                f(given, axis=axis)


def test_a_spread_beyond_the_largest_float32_is_no_warning() -> None:
    large = np.float32(3e38)
    with np.errstate(all="raise"):
        for f, expected in (ag.softmax, [0.0, 1.0]), (ag.log_softmax, [-INF, 0.0]):
            assert f(np.array([-large, large])).tolist() == expected


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax])
def test_few_entries_give_arrays_of_their_own(f: Any) -> None:
    for shape in ((3,), (2, 1), (1, 1)):
        y = f(np.zeros(shape), None)
        assert y.base is None
        assert y.flags.owndata
        assert y.shape == shape
    for number in (np.float64(2.0), np.float32(2.0), np.array(2.0)):
        assert isinstance(f(number, None), np.generic)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "bad", [[INF, 0], [-INF, 0], [-INF, -INF], [INF, INF], [NAN, 0], [INF, -INF]]
)
@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax])
def test_infinite_entries_in_few_groups_as_in_many(f: Any, bad: list[float], dtype: Any) -> None:
    many = np.zeros((2, 5000), dtype)  # too many for the short ways
    many[:, 0] = bad
    with np.errstate(all="ignore"):
        expected = f(many, 0)[:, :2]
        for few in (many[:, :2], many[:, :1]):
            for y in (f(few, 0), f(few.T, 1).T):
                assert y.dtype == dtype
                np.testing.assert_allclose(y, expected[:, : few.shape[1]], rtol=1e-6)
        np.testing.assert_allclose(f(many[:, 0]), expected[:, 0], rtol=1e-6)
        for number in (*bad, 2.0):  # one alone, as a vector of one
            alone = f(Tensor(np.array(number, dtype)), None).data
            np.testing.assert_array_equal(alone, f(np.array([number], dtype))[0])


@pytest.mark.parametrize("shape", [(3,), (40, 60), (256, 256), (257, 256)])
def test_relu_of_arrays_of_any_size(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    x.flat[:3] = NAN, -0.0, -INF
    for a in (x, x.astype(np.float32), np.asfortranarray(x), x[::-1]):
        y = ag.relu(a)
        expected = np.where(a <= 0.0, a.dtype.type(0.0), a)
        assert np.array_equal(y, expected, equal_nan=True)
        assert y.dtype == a.dtype
        assert not np.signbit(y[~np.isnan(a)]).any()
        assert y.strides == np.maximum(a, 0.0).strides
