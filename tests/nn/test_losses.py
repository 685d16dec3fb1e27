"""Losses: against their definition, on every kind of number, at extremes; and their misuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
import nn
from autograd import Tensor, Value
from nn import TargetError

finite = st.floats(-20, 20)
vectors = hnp.arrays(float, st.integers(1, 6), elements=finite)
matrices = hnp.arrays(float, st.tuples(st.integers(1, 5), st.integers(2, 4)), elements=finite)


def boxed(a):
    out = np.empty(np.shape(a), dtype=object)
    for i in np.ndindex(out.shape):
        out[i] = Value(float(np.asarray(a)[i]))
    return out


def agree(loss, prediction, expected, slope):
    """`loss` gives `expected` and the gradient `slope` on arrays, Tensors and Values."""
    tolerance = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(float(loss(prediction)), expected, **tolerance)
    np.testing.assert_allclose(float(loss(prediction.tolist())), expected, **tolerance)
    tensor = Tensor(prediction)
    y = loss(tensor)
    np.testing.assert_allclose(float(y), expected, **tolerance)
    np.testing.assert_allclose(ag.gradients(y, tensor), slope, **tolerance)
    for values in (boxed(prediction), boxed(prediction).tolist()):
        v = loss(values)
        assert isinstance(v, Value)
        np.testing.assert_allclose(v.data, expected, **tolerance)
        grads = ag.gradients(v, list(np.ravel(np.asarray(values))))
        np.testing.assert_allclose(grads, np.ravel(slope), **tolerance)


@given(p=vectors, data=st.data())
def test_squared_errors(p, data):
    t = data.draw(hnp.arrays(float, p.shape, elements=finite))
    agree(lambda x: nn.half_squared_error(x, t), p, 0.5 * math.fsum((t - p) ** 2), p - t)
    agree(lambda x: nn.mse(x, t), p, math.fsum((t - p) ** 2) / p.size, 2 * (p - t) / p.size)


@given(z=vectors, data=st.data())
def test_binary_cross_entropy(z, data):
    t = data.draw(hnp.arrays(float, z.shape, elements=st.floats(0, 1)))
    s = 1 / (1 + np.exp(-z))
    expected = math.fsum(t * np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z)) / z.size
    agree(lambda x: nn.binary_cross_entropy(x, t), z, expected, (s - t) / z.size)


@given(s=hnp.arrays(float, st.integers(1, 6), elements=st.floats(-3, 3)), data=st.data())
def test_hinge(s, data):
    y = data.draw(hnp.arrays(int, s.shape, elements=st.sampled_from([-1, 1])))
    margin = 1 - y * s
    slope = np.where(margin > 0, -y, 0) / s.size
    agree(lambda x: nn.hinge(x, y), s, np.maximum(margin, 0).mean(), slope)


@given(z=matrices, data=st.data())
def test_cross_entropy_of_labels_and_one_hot_in_both_layouts(z, data):
    m, classes = z.shape
    y = data.draw(hnp.arrays(int, m, elements=st.integers(0, classes - 1)))
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    hot = np.eye(classes)[y]
    expected = math.fsum(np.log(np.sum(np.exp(z - z[[i], [y[i]]].reshape(1, 1)), axis=1))[i]
                         for i in range(m)) / m  # fmt: skip
    for target in (y, y.tolist(), hot, hot.astype(bool)):
        agree(lambda x, t=target: nn.cross_entropy(x, t), z, expected, (p - hot) / m)
        t = target.T if np.ndim(target) == 2 else target
        agree(lambda x, t=t: nn.cross_entropy(x, t, axis=0), z.T.copy(), expected, (p - hot).T / m)


@pytest.mark.parametrize("size", [1e4, -1e4, 700.0, 40.0])
def test_stable_far_out(size):
    z = Tensor([[size, 0.0], [0.0, size]])
    for y in ([0, 1], [1, 0]):
        loss = nn.cross_entropy(z, y)
        assert np.isfinite(float(loss))
        assert np.isfinite(ag.gradients(loss, z)).all()
    flat = Tensor([size, -size])
    for t in ([1, 0], [0, 1], [0.5, 0.5]):
        loss = nn.binary_cross_entropy(flat, t)
        assert np.isfinite(float(loss))
        assert np.isfinite(ag.gradients(loss, flat)).all()


def test_digits_survive_where_the_loss_is_tiny():
    assert float(nn.binary_cross_entropy([40.0], [1])) == pytest.approx(math.exp(-40), rel=1e-12)
    assert float(nn.binary_cross_entropy([-40.0], [0])) == pytest.approx(math.exp(-40), rel=1e-12)


def test_the_penalty_on_every_kind():
    W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0])
    expected = 0.05 * (1 + 4 + 9 + 16 + 25)
    assert float(nn.l2_penalty([W, b], 0.1)) == pytest.approx(expected)
    tensors = [Tensor(W), Tensor(b)]
    penalty = nn.l2_penalty(tensors, 0.1)
    np.testing.assert_allclose(ag.gradients(penalty, tensors)[0], 0.1 * W)
    values = [Value(float(w)) for w in [*W.ravel(), *b]]
    penalty = nn.l2_penalty(values, 0.1)
    assert penalty.data == pytest.approx(expected)
    np.testing.assert_allclose(ag.gradients(penalty, values), [0.1 * v.data for v in values])
    assert nn.l2_penalty([], 0.1) == 0.0


def test_single_values_and_lists_of_tensors():
    v = Value(3.0)
    assert nn.mse(v, 1.0).data == 4.0
    assert nn.half_squared_error(v, 1.0).data == 2.0
    assert nn.hinge(v, -1).data == 4.0
    rows = [Tensor([1.0, 2.0]), Tensor([3.0, 4.0])]
    assert float(nn.mse(rows, np.zeros((2, 2)))) == 7.5
    target = Tensor([0.0, 0.0])
    assert ag.gradients(nn.mse(Tensor([1.0, 2.0]), target), target).tolist() == [-1.0, -2.0]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: nn.mse(np.ones((3, 1)), np.ones(3)), r"prediction has shape \(3, 1\), the target"),
        (lambda: nn.mse(np.ones(3), 1.0), r"the target \(\); reshape"),
        (
            lambda: nn.half_squared_error(Tensor(np.ones((3, 1))), np.ones(3)),
            "half_squared_error: ",
        ),
        (lambda: nn.mse([], []), "holds no samples"),
        (lambda: nn.hinge([1.0], [0]), "hinge: the targets span 0 to 0; give −1 and 1"),
        (lambda: nn.hinge([[1.0]], [1]), "nothing is broadcast"),
        (lambda: nn.hinge([1.0], Tensor([1.0])), r"target is a Tensor: give plain numbers"),
        (lambda: nn.binary_cross_entropy([1.0], [2]), "the targets span 2 to 2; give 0 and 1"),
        (lambda: nn.binary_cross_entropy([1.0], [math.nan]), "the targets span nan"),
        (lambda: nn.binary_cross_entropy([[1.0]], [1]), "nothing is broadcast"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), [0, 3]), "the label 3: give labels 0…2"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), [-1, 2]), "the label -1"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), [0.0, 1.0]), "labels are integers 0…2"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), [0]), r"one label per sample, \(2,\)"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), 0), "one label per sample"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), np.ones((2, 3))), "is not one-hot"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), np.eye(3)), r"one-hot rows \(2, 3\)"),
        (lambda: nn.cross_entropy(np.ones((3, 2)), np.ones((2, 3)), axis=0), "one-hot columns"),
        (lambda: nn.cross_entropy(np.ones(3), [0, 1, 2]), "one row of scores per sample"),
        (lambda: nn.cross_entropy(np.ones((0, 3)), []), "one row of scores per sample"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), ["a", "b"]), "dtype <U1: give plain numbers"),
        (lambda: nn.cross_entropy([[1.0, 2.0], [1.0]], [0, 1]), "logits is ragged"),
        (lambda: nn.cross_entropy(np.ones((2, 3)), [0, 1], axis=2), "axis=2"),
        (lambda: nn.mse([Value(1.0), "a"], [1, 2]), "prediction has dtype object"),
        (lambda: nn.l2_penalty([np.ones(2)], -1.0), "weight_decay is -1.0: give one finite"),
        (lambda: nn.l2_penalty([np.ones(2)], math.nan), "weight_decay is nan"),
    ],
)
def test_misuse(call, text):
    with pytest.raises(ValueError, match=text):
        call()
    if "weight_decay" not in text:
        with pytest.raises(TargetError):
            call()


@pytest.mark.parametrize("one", [Tensor([1.0]), Value(1.0), np.ones(2), nn.Linear(1, 1)])
def test_the_penalty_takes_a_sequence(one):
    with pytest.raises(TypeError, match="l2_penalty takes a sequence of parameters"):
        nn.l2_penalty(one, 0.1)


def test_cross_entropy_of_a_spread_beyond_the_largest_float():
    logits = np.array([[1e308, -1e308]])
    assert nn.cross_entropy(logits, [0]) == 0.0
    node = ag.Tensor(logits)
    nn.cross_entropy(node, [0]).backward()
    assert np.array_equal(node.grad, [[0.0, 0.0]])
