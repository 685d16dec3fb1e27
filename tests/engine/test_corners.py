"""Odd inputs that have to be right or refused by name, never taken for something else."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import DTypeError, ShapeError, Tensor, Value, gradients


def test_a_mask_is_not_dropped() -> None:
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    x = Tensor([1.0, 2.0])
    for call in (lambda: Tensor(masked), lambda: x * masked, lambda: ag.maximum(x, masked),
                 lambda: x @ masked):  # fmt: skip
        with pytest.raises(DTypeError, match="mask"):
            call()
    with pytest.raises(TypeError, match=r"use its \.data"):  # numpy.ma is asked first
        masked * x


def test_unrelated_nodes_of_the_other_kind() -> None:
    v, x = Value(2.0), Tensor([1.0, 2.0])
    slope, zeros = gradients(v * v, [v, x])
    assert slope == 4.0
    assert zeros.shape == (2,)
    assert not zeros.any()
    slope, zero = gradients((x * x).sum(), [x, v])
    assert slope.tolist() == [2.0, 4.0]
    assert zero == 0.0
    assert type(zero) is float
    nodes = gradients(v * v, [v, x], graph=True)
    assert [type(n) for n in nodes] == [Value, Tensor]


ALONG = [ag.softmax, ag.log_softmax, ag.logsumexp, ag.max, ag.min, ag.std, ag.var, ag.mean, ag.sum,
         ag.prod, ag.norm]  # fmt: skip


@pytest.mark.parametrize("f", ALONG, ids=lambda f: f.__name__)
def test_no_rows_are_no_trouble(f: Any) -> None:
    x = Tensor(np.zeros((0, 3)))
    y = f(x, axis=1)
    assert y.shape in ((0,), (0, 3))
    assert gradients(y, x, seed=np.zeros(y.shape)).shape == (0, 3)
    assert f(np.zeros((0, 3)), axis=1).shape == y.shape


def test_take_with_booleans() -> None:
    x = Tensor([1.0, 2.0])
    try:
        y = ag.take(x, [True, False])
    except (IndexError, TypeError):
        return
    assert np.array_equal(y.data, np.take(x.data, [True, False]))


@pytest.mark.parametrize("kind", [np.float16, np.longdouble])
def test_other_precisions_are_refused_with_advice(kind: Any) -> None:
    x, v = Tensor([1.0, 2.0]), Value(1.0)
    for call in (
        lambda: Tensor(kind(1)), lambda: Tensor(np.ones(2, kind)), lambda: Value(kind(1)),
        lambda: x * np.ones(2, kind), lambda: x * kind(1), lambda: v * kind(1),
        lambda: kind(1) * v, lambda: ag.grad(lambda p: ag.sum(p))(np.ones(2, kind)),
        lambda: ag.exp(np.ones(2, kind)), lambda: ag.grad(lambda p: p * p)(kind(1)),
    ):  # fmt: skip
        with pytest.raises(DTypeError, match=r"float16|longdouble|float128") as caught:
            call()
        assert "float64" in str(caught.value) or "float(" in str(caught.value)


def test_integers_beyond_floats() -> None:
    huge = 10**400
    for call in (lambda: Value(huge), lambda: Value(2.0) + huge, lambda: Tensor([1.0]) * huge,
                 lambda: ag.exp(huge), lambda: Tensor(huge)):  # fmt: skip
        try:
            y = call()
        except (DTypeError, ShapeError):
            continue
        assert np.all(np.isinf(getattr(y, "data", y)))


def test_subclasses_are_nodes() -> None:
    class MyTensor(Tensor):
        pass

    class MyValue(Value):
        pass

    x, t = MyTensor([1.0, 2.0]), Tensor([3.0, 4.0])
    for y in (x * t, t * x, ag.maximum(x, 0.0) * t):
        assert gradients(y.sum(), x).tolist() == [3.0, 4.0]
        assert gradients(y.sum(), t).tolist() == [1.0, 2.0]
    v, w = MyValue(2.0), Value(3.0)
    for z in (v * w, w * v, ag.relu(v) * w, ag.where(v > 0, v * w, w)):
        assert gradients(z, [v, w]) == [3.0, 2.0]
        z.backward()
    assert gradients(ag.exp(v), v) == np.exp(2.0)


def test_numbers_beside_values_in_lists() -> None:
    v = Value(2.0)
    assert ag.sum([[v, v], [v, 1.0]]).data == 7.0
    assert ag.matmul(np.array([[v, v]], dtype=object), np.ones((2, 1)))[0, 0].data == 4.0
    y = ag.stack([v, 3.0])
    assert y[0] is v or y[0].data == 2.0
    assert ag.where(np.array([True, False]), np.ones(2), v)[1].data == 2.0
    top = ag.maximum(np.array([1.0, 3.0]), v)
    assert [e.data for e in top] == [2.0, 3.0]
    assert gradients(top[0] + top[1], v) == 1.0


def test_operators_that_do_not_exist() -> None:
    for x in (Value(2.0), Tensor([2.0])):
        for call in (lambda x=x: x // 2, lambda x=x: x % 2, lambda x=x: x + None,
                     lambda x=x: None * x, lambda x=x: x + "a", lambda x=x: x * 1j,
                     lambda x=x: divmod(x, 2), lambda x=x: x << 1):  # fmt: skip
            with pytest.raises(TypeError):
                call()


def test_a_value_has_no_length_and_no_items() -> None:
    v = Value(1.0)
    for call in (len, list, lambda v: v[0], iter):
        with pytest.raises(TypeError):
            call(v)


def test_a_gradient_that_is_nan_stays_nan() -> None:
    v = Value(2.0)
    assert np.isnan(gradients(v * v, v, seed=float("nan")))
    x = Tensor([1.0, 2.0])
    g = gradients(x * x, x, seed=np.array([np.nan, 1.0]))
    assert np.isnan(g[0])
    assert g[1] == 4.0


def test_no_grad_decorates_with_and_without_brackets() -> None:
    @ag.no_grad
    def bare(x: Any) -> Any:
        return x * x

    @ag.no_grad()
    def called(x: Any) -> Any:
        return x * x

    assert bare(Value(2.0)).op is None
    assert called(Value(2.0)).op is None
    assert (Value(2.0) * 3.0).op is not None


def test_nodes_in_format_strings() -> None:
    assert f"{Value(1.25):.1f} {Tensor([2.0]):.2f}" == "1.2 2.00"
    assert f"{Value(1.5)}" == "Value(data=1.5, grad=0.0)"


def test_numpys_options_that_change_nothing() -> None:
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    y = np.einsum("ij,jk", x, np.eye(2), optimize=True)
    assert np.array_equal(y.data, x.data)
    with pytest.raises(ag.NoDerivativeError, match="where with one argument"):
        np.where(x)
