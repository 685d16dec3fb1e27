"""What only a seeded fault (`make mutants`) showed to be untested."""

import math
import operator
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import ShapeError, Tensor, Value, grad, gradients, ordered
from autograd.elementwise import TABLE


class Point(NamedTuple):
    x: float
    y: float


def test_a_root_that_is_given_twice_is_there_once() -> None:
    x = Value(2.0)
    y, z = x * x, x + 1.0
    assert ordered(y, z, y) == ordered(y, z)
    assert [id(node) for node in ordered(y, y)] == [id(x), id(y)]


def test_a_mask_is_never_dropped_in_silence() -> None:
    masked = np.ma.masked_array([1.0, 2.0], mask=[False, True])
    for use in (Tensor, lambda a: Tensor([1.0, 2.0]) * a, lambda a: ag.sum(a)):
        with pytest.raises(TypeError, match=r"cannot keep a mask: pass \.filled"):
            use(masked)


def test_no_bound_is_no_element_of_an_array_of_values() -> None:
    xs = np.array([Value(1.0), Value(3.0)], dtype=object)
    clipped = ag.clip(xs, None, 2.0)
    assert [v.data for v in clipped] == [1.0, 2.0]
    clipped.sum().backward()
    assert [v.grad for v in xs] == [1.0, 0.0]


def test_a_number_taken_out_inside_an_inner_transform_is_noted_by_the_outer() -> None:
    def outer(x: Value) -> Value:
        return grad(lambda z: z * float(x))(1.0)

    with pytest.raises(TypeError, match="taken an argument's number out"):
        grad(outer)(2.0)


# Large arrays are added to in place where nobody else sees them (arrival.py): small ones never are.
ROWS = 24  # 576 entries


def large(seed: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).uniform(0.5, 1.5, (ROWS, ROWS))


def test_large_cotangents_add_up() -> None:
    x = Tensor(large(1))
    y = x * x + ag.sin(x) + x * 3.0 + ag.exp(x)
    c = large(2)
    expected = c * (2 * x.data + np.cos(x.data) + 3.0 + np.exp(x.data))
    np.testing.assert_allclose(gradients(y, x, seed=c), expected, rtol=1e-14)


def test_a_large_cotangent_that_two_see_is_not_written_over() -> None:
    x, w, c, d = (Tensor(large(k)) for k in range(3, 7))
    a, b = ag.sin(x), ag.sin(w)
    q = b * b
    s = a + b  # one array is the cotangent of both; then q adds to that of b
    y = (s * c.data).sum() + (q * d.data).sum()
    to_a, to_b = gradients(y, [a, b])
    np.testing.assert_array_equal(to_a, c.data)
    np.testing.assert_allclose(to_b, c.data + 2 * d.data * b.data, rtol=1e-15)


def test_a_large_cotangent_that_is_a_view_is_not_written_over() -> None:
    x, w, c, d = (Tensor(large(k)) for k in range(7, 11))
    a, b = ag.sin(x), ag.sin(w)
    q = b * b
    s = a + b.T  # b's cotangent is a view of a's; then q adds to it
    y = (s * c.data).sum() + (q * d.data).sum()
    to_a, to_b = gradients(y, [a, b])
    np.testing.assert_array_equal(to_a, c.data)
    np.testing.assert_allclose(to_b, c.data.T + 2 * d.data * b.data, rtol=1e-15)


def test_the_callers_seed_is_not_written_over() -> None:
    x, c = Tensor(large(11)), large(12)
    before = c.copy()
    c.setflags(write=False)  # taken as it is
    y = +x
    gradients(ag.stack([y, y * x]), x, seed=np.stack([c, c]))
    root = x + x * x
    np.testing.assert_allclose(gradients(root, x, seed=c), c * (1 + 2 * x.data), rtol=1e-15)
    np.testing.assert_array_equal(c, before)


def large_and_small(rule: Any) -> None:
    """An op with this rule, visited before another consumer, on small arrays and on large ones."""
    double = ag.primitive("double", lambda x: 2.0 * x, [rule])
    for rows in (2, ROWS):
        x = Tensor(np.ones((rows, rows)))
        tiny = x * 2.0**-30
        g = gradients(tiny + double(x), x, seed=np.ones((rows, rows)))
        np.testing.assert_array_equal(g, np.full((rows, rows), 2.0 + 2.0**-30))


def test_a_large_cotangent_that_a_rule_made_read_only_is_added_up() -> None:
    def rule(g: Any, y: Any, x: Any) -> Any:
        h = g * 2.0
        h.setflags(write=False)
        return h

    large_and_small(rule)


def test_what_is_added_to_a_large_float32_cotangent_keeps_its_digits() -> None:
    large_and_small(lambda g, y, x: (g * 2.0).astype(np.float32))


def test_a_checkpoint_that_gives_one_result_twice_records_it_once() -> None:
    def layer(x: Tensor) -> tuple[Tensor, Tensor]:
        y = ag.tanh(x)
        return y, y

    x = Tensor(np.ones(3))
    a, b = ag.checkpoint(layer)(x)
    assert a is b
    assert a.op is not None
    assert (a.op.name, a.args) == ("layer", (x,))


@pytest.mark.parametrize("x", [0.7, np.array([0.7, -0.2])], ids=["Value", "Tensor"])
def test_a_result_that_is_given_twice_counts_twice(x: Any) -> None:
    def twice(x: Any) -> tuple[Any, Any]:
        y = ag.sin(x)
        return y, y

    _, pull = ag.vjp(twice, x)
    c, d = 2.0 + 0.0 * x, 3.0 + 0.0 * x
    np.testing.assert_allclose(pull((c, d))[0], 5.0 * np.cos(x), rtol=1e-15)
    _, tangents = ag.jvp(twice, (x,), (c,))
    for t in tangents:
        np.testing.assert_allclose(t, 2.0 * np.cos(x), rtol=1e-15)
    second = grad(lambda x: ag.sum(ag.vjp(twice, x)[1]((c, d))[0]))(x)
    np.testing.assert_allclose(second, -5.0 * np.sin(x), rtol=1e-15)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_gradients_as_nodes_of_intermediates_and_leaves_together(kind: Any) -> None:
    x = kind(0.7)
    y = x * x
    to_y, to_x = gradients(ag.sin(y), [y, x], graph=True)
    np.testing.assert_allclose(to_y.data, np.cos(0.49), rtol=1e-15)
    np.testing.assert_allclose(to_x.data, 1.4 * np.cos(0.49), rtol=1e-15)
    assert gradients(to_y, y) == pytest.approx(-np.sin(0.49), rel=1e-14)


def test_a_sweep_over_float32_is_float32_in_between() -> None:
    seen: list[Any] = []

    def rule(g: Any, y: Any, x: Any) -> Any:
        seen.append(g.dtype)
        return g

    same = ag.primitive("same", lambda x: 1.0 * x, [rule])
    x = Tensor(np.ones((2, 3), np.float32))
    ag.sigmoid(same(x)).sum().backward()
    assert seen == [np.dtype(np.float32)]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_missing_rule_on_the_way_is_an_error_and_changes_no_gradient(kind: Any) -> None:
    half = ag.primitive("half", lambda a, b: a * b, [lambda g, y, a, b: g * b, None])
    a, b = kind(2.0), kind(3.0)
    (a * b).backward()
    before = [float(a.grad), float(b.grad)]
    y = a * half(a, b) + b
    assert gradients(y, a) == 12.0
    for ask in (lambda: gradients(y, b), lambda: gradients(y, [a, b]), y.backward):
        with pytest.raises(TypeError, match="half has no derivative rule for argument 1"):
            ask()
    assert [float(a.grad), float(b.grad)] == before


def test_a_float32_leaf_among_float64_has_a_float32_gradient() -> None:
    x = Tensor(np.ones((2, 3), np.float32))
    for other in (Tensor(np.full((2, 3), 1.5)), Tensor(1.5)):
        y = x * other
        assert y.dtype == np.float64
        g = gradients(y.sum(), x)
        assert (g.dtype, g.tolist()) == (np.dtype(np.float32), [[1.5] * 3] * 2)


def test_modes_hold_for_ops_of_three_arguments() -> None:
    x = Value(0.3)
    with ag.scope("limits"):
        assert ag.clip(x, 0.0, 1.0).scope == ("limits",)
    with ag.no_grad():
        y = ag.clip(x, 0.0, 1.0)
    assert (y.op, y.data) == (None, 0.3)


def test_zero_grad_forgets_one_nodes_gradient() -> None:
    for kind, nothing in ((Value, 0.0), (Tensor, None)):
        x = kind(2.0)
        y = x * x
        y.backward()
        x.zero_grad()
        assert x.grad == nothing
        assert y.grad == 1.0


@pytest.mark.parametrize(
    "record", [lambda x: x * x, ag.exp, ag.sum, lambda x: ag.clip(x, 0.0, 1.0)]
)
def test_every_way_to_record_a_tensor_keeps_the_scope(record: Any) -> None:
    with ag.scope("outer"):
        assert record(Tensor([0.5, 0.7])).scope == ("outer",)


def test_a_read_only_array_that_is_assigned_is_copied() -> None:
    x, base = Tensor([1.0, 2.0, 3.0]), np.arange(6.0)
    view = base[:3]
    view.setflags(write=False)
    x.data = view
    y = x * x
    base[:3] = 9.0
    assert x.data.tolist() == [0.0, 1.0, 2.0]
    assert gradients(y.sum(), x).tolist() == [0.0, 2.0, 4.0]
    own = np.ones(3)
    own.setflags(write=False)  # its owner can undo that
    x.data = own
    assert not np.shares_memory(x.data, own)


def test_a_value_and_a_tensor_cannot_be_compared() -> None:
    x, t = Value(1.0), Tensor([1.0, 2.0])
    for compare in (operator.lt, operator.ge, operator.eq, operator.ne):
        for a, b in ((x, t), (t, x)):
            with pytest.raises(TypeError, match="cannot mix Value"):
                compare(a, b)


COMPARISONS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "np.less": np.less, "np.less_equal": np.less_equal,
    "np.greater": np.greater, "np.greater_equal": np.greater_equal,
}  # fmt: skip


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_compiled_comparison_is_the_comparison(name: str) -> None:
    compare = COMPARISONS[name]
    f = ag.compile(lambda x: ag.where(compare(x, 1.0), x, 10.0))
    for data in ([0.5, 1.0, 2.0], [2.0, 0.5, 1.0]):
        x = np.array(data)
        assert f(x).tolist() == np.where(compare(x, 1.0), x, 10.0).tolist()


def test_numpys_parameters_by_position() -> None:
    x = np.array([[1.0, 2.0, 4.0], [0.0, 5.0, 6.0]])
    for numpys in (np.var, np.std):
        for rest in ((0.5, False), (0, True)):
            given = numpys(Tensor(x), 0, None, None, *rest)
            np.testing.assert_allclose(given.data, numpys(x, 0, None, None, *rest), rtol=1e-15)


def test_a_node_is_never_written_into_an_array() -> None:
    x, out = Tensor([1.0, 2.0]), np.zeros(2)
    for write in (lambda: np.add(x, 1.0, out=out), lambda: np.exp(x, out=out),
                  lambda: np.sum(x, out=out[0]), lambda: operator.iadd(out, x)):  # fmt: skip
        with pytest.raises(TypeError, match=r"out=.*\.data"):
            write()
    assert out.tolist() == [0.0, 0.0]


def test_a_transforms_value_is_the_callers_to_write_into() -> None:
    x = np.array([0.3, 0.4])
    y, pull = ag.vjp(ag.sin, x)
    y += 1.0
    np.testing.assert_allclose(pull(np.ones(2))[0], np.cos(x), rtol=1e-15)


def test_a_function_that_gives_nothing_is_named() -> None:
    with pytest.raises(TypeError, match="the function gave None; does it return its result"):
        grad(lambda x: None)(1.0)


def test_a_checkpoint_is_recomputed_in_its_own_modes() -> None:
    x = Tensor([0.3, 0.4])
    with ag.scope("net"):
        root = ag.checkpoint(lambda x: ag.tanh(ag.sin(x)))(x).sum()
    with ag.no_grad():
        plain = gradients(root, x)
    np.testing.assert_allclose(plain, np.cos(x.data) / np.cosh(np.sin(x.data)) ** 2, rtol=1e-14)
    (g,) = gradients(root, [x], graph=True)
    again = [node.scope for node in ordered(g) if node.op is not None and node.op.name == "tanh"]
    assert again == [("net",)]


def test_a_checkpoints_result_keeps_nothing_else_alive() -> None:
    x = Tensor(np.linspace(0.0, 1.0, 1000))
    y = ag.checkpoint(lambda x: ag.exp(x)[:1])(x)
    assert y.data.base is None


def test_an_op_of_whole_arrays_is_refused_for_an_array_of_values() -> None:
    centred = ag.primitive("centred", lambda x: x - np.mean(x), [lambda g, y, x: g])
    with pytest.raises(TypeError, match="centred is not elementwise"):
        centred(np.array([Value(1.0), Value(2.0)], dtype=object))


def test_structures_match_by_key_and_are_kept() -> None:
    x = {"a": 1.0, "b": np.array([2.0, 3.0])}
    _, pull = ag.vjp(lambda x: {"p": x["a"] * 2.0, "q": x["b"] * 3.0}, x)
    g = pull({"q": np.array([1.0, 10.0]), "p": 5.0})[0]
    assert (float(g["a"]), g["b"].tolist()) == (10.0, [3.0, 30.0])
    for wrong in ({"p": 1.0}, {"p": 1.0, "q": np.ones(2), "r": 0.0}, {"p": 1.0, "s": np.ones(2)}):
        with pytest.raises(TypeError, match=r"expected a dict with keys \['p', 'q'\]"):
            pull(wrong)
    point = grad(lambda p: p.x * p.y)(Point(2.0, 3.0))
    assert (type(point), point.x, point.y) == (Point, 3.0, 2.0)


NUMBERS = (2.0, 2, np.float64(2.0), np.float32(2.0), np.array(2.0))
OF_ONE_ENTRY = {"var": (0.0, 0.0), "std": (0.0, 0.0)}  # result and derivative, else (2, 1)


@pytest.mark.parametrize(
    "name", ["sum", "mean", "max", "min", "prod", "logsumexp", "norm", "var", "std"]
)
def test_a_number_is_an_array_of_one_entry(name: str) -> None:
    reduce, (result, slope) = getattr(ag, name), OF_ONE_ENTRY.get(name, (2.0, 1.0))
    for number in NUMBERS:
        given = reduce(number)
        kind = np.float32 if isinstance(number, np.float32) else np.float64
        assert (given, type(given)) == (result, kind)
    for x in (Value(2.0), Tensor(2.0)):
        y = reduce(x)
        assert (y.data, gradients(y, x)) == (result, slope)


TABLE_COMPARISONS = {
    "greater": operator.gt, "at_least": operator.ge, "same": operator.eq, "differ": operator.ne,
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE_COMPARISONS)
def test_a_comparison_in_the_table_is_the_comparison(name: str) -> None:
    """Programs are written with numpy's; the derivation of formulas computes with these."""
    compare, op = TABLE_COMPARISONS[name], TABLE[name].op
    a, b = np.array([1.0, 1.0, 2.0, np.nan]), np.array([1.0, 2.0, 1.0, 1.0])
    expected = compare(a, b)
    assert op.compute(a, b).tolist() == expected.tolist()
    assert op.scalar is not None
    assert [op.scalar(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)] == (
        expected.tolist()
    )


def test_a_large_cotangent_that_stands_for_more_makes_no_room_for_all_of_it() -> None:
    y, c = Tensor(large(13).reshape(2, -1)), large(14).reshape(2, -1)[:1]
    root = ag.exp(y).sum() + (ag.sum(y, axis=0, keepdims=True) * c).sum()
    np.testing.assert_allclose(gradients(root, y), np.exp(y.data) + c, rtol=1e-14)


def test_relu_of_minus_zero_is_zero() -> None:
    for y in (ag.relu(-0.0), ag.relu(Value(-0.0)).data):
        assert math.copysign(1.0, y) == 1.0


@pytest.mark.parametrize("n", [4095, 4096, 4097, 9001])
def test_sums_of_many_entries(n: int) -> None:
    """In blocks of 4096 (`reductions.BLOCK`) or as numpy has them."""
    x = np.random.default_rng(n).uniform(0.5, 1.5, (n, 2))
    for array, axis in ((x, 0), (x.T, 1), (x, None), (x, 1)):
        for keepdims in (False, True):
            given = ag.sum(array, axis=axis, keepdims=keepdims)
            expected = np.sum(array, axis=axis, keepdims=keepdims)
            assert np.shape(given) == np.shape(expected)
            np.testing.assert_allclose(given, expected, rtol=1e-13)


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2)])
def test_diagonals_are_numpys(shape: tuple[int, int]) -> None:
    x = np.arange(float(shape[0] * shape[1])).reshape(shape)
    for k in range(-5, 6):
        np.testing.assert_array_equal(ag.diag(x, k), np.diag(x, k))
        np.testing.assert_array_equal(ag.diag(x[0], k), np.diag(x[0], k))
        assert ag.trace(x, k) == np.trace(x, k)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_clip_with_crossed_limits_is_the_upper_one(kind: Any) -> None:
    for at in (0.0, 1.5, 3.0):
        x, lo, hi = kind(at), kind(2.0), kind(1.0)
        y = ag.clip(x, lo, hi)
        assert (y.data, [float(g) for g in gradients(y, [x, lo, hi])]) == (1.0, [0.0, 0.0, 1.0])


@pytest.mark.parametrize("shape", [(5, 4), (3, 5), (3,), (2, 3, 5)])
def test_a_cotangent_that_fits_along_some_axes_does_not_fit(shape: tuple[int, ...]) -> None:
    wrong = ag.primitive("wrong", lambda x: 1.0 * x, [lambda g, y, x: np.ones(shape)])
    x = Tensor(np.ones((3, 4)))
    with pytest.raises(ShapeError, match=r"gave a cotangent of shape .*has shape \(3, 4\)"):
        gradients(wrong(x).sum(), x)


def test_the_mean_of_values_adds_and_divides() -> None:
    xs = np.array([Value(1.0), Value(2.0), Value(6.0)], dtype=object)
    y = ag.mean(xs)
    assert (y.data, {node._op for node in ordered(y)}) == (3.0, {"", "+", "/"})


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_clip_to_one_number_has_one_slope(kind: Any) -> None:
    for at, slopes in ((0.0, [0, 1, 0]), (1.0, [1, 0, 0]), (2.0, [0, 0, 1])):
        x, lo, hi = kind(at), kind(1.0), kind(1.0)
        y = ag.clip(x, lo, hi)
        assert (y.data, [float(g) for g in gradients(y, [x, lo, hi])]) == (1.0, slopes)
