"""What only a seeded fault (`make mutants`) showed to be untested."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, grad, gradients, ordered


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


def test_large_sums_of_two_dtypes_keep_their_digits() -> None:
    x = Tensor(large(13).astype(np.float32))
    third = Tensor(np.full((ROWS, ROWS), 1.0 / 3.0))
    y = x * 2.0
    g = gradients((y * third).sum() + (y * 1.0).sum(), y)
    np.testing.assert_array_equal(g, np.float32(1.0 + 1.0 / 3.0) * np.ones_like(x.data))
