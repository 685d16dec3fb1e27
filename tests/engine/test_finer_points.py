"""What only a seeded fault (`make mutants`) showed to be untested."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, grad, ordered


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
