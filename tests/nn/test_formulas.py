"""The hand-derived gradients against complex step and central differences of a plain forward."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import formulas
from nn import local_gradients as local

PRIMES = (2, 3, 5, 7, 11)


def sigma(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_net_loss(params, z0, t, weight_decay=0.0, add=None):
    """Document 1's L; `add` = {name: array} perturbs an intermediate where it arises."""
    add = add or {}
    h = sigma(z0 + add.get("z0", 0)) + add.get("h0", 0)
    for l in range(1, len(params) // 2 + 1):
        z = np.einsum("mi,ij->mj", h, params[f"W{l}"]) + params[f"b{l}"] + add.get(f"z{l}", 0)
        h = sigma(z) + add.get(f"h{l}", 0)
    return ((t - h) ** 2).sum() / 2 + penalty(params, weight_decay)


def net_loss(params, x, labels, weight_decay=0.0, add=None):
    """Document 2's J, sample by sample."""
    add, depth, total = add or {}, len(params) // 2, 0.0
    a = x + add.get("a0", 0)
    for l in range(1, depth + 1):
        z = np.einsum("ij,jm->im", params[f"W{l}"], a) + params[f"b{l}"] + add.get(f"z{l}", 0)
        a = (z if l == depth else sigma(z)) + add.get(f"a{l}", 0)
    for i, label in enumerate(labels):
        total -= a[label, i] - np.log(np.exp(a[:, i]).sum())
    return total / len(labels) + penalty(params, weight_decay)


def penalty(params, weight_decay):
    return weight_decay / 2 * sum((w**2).sum() for name, w in params.items() if name[0] == "W")


def derivatives(loss, params, batch, target, weight_decay, gradients, step):
    """Every ∂loss/∂name by a step in one entry at a time: complex (1e-30j) or central (real)."""

    def moved(name, index, by):
        change = np.zeros_like(gradients[name], dtype=type(by))
        change[index] = by
        if name in params:
            return loss(params | {name: params[name] + change}, batch, target, weight_decay)
        return loss(params, batch, target, weight_decay, {name: change})

    result = {}
    for name, gradient in gradients.items():
        d = result[name] = np.empty_like(gradient)
        for index in np.ndindex(gradient.shape):
            if isinstance(step, complex):
                d[index] = moved(name, index, step).imag / step.imag
            else:
                d[index] = (moved(name, index, step) - moved(name, index, -step)) / (2 * step)
    return result


def assert_same(got, expected, rtol, noise=0.0):
    """Equal to `rtol` of the array's largest entry, plus what the expected side cannot resolve."""
    assert list(got) == list(expected)
    for name in expected:
        scale = np.abs(expected[name]).max() + 1e-3
        np.testing.assert_allclose(got[name], expected[name], 0, rtol * scale + noise, err_msg=name)


@st.composite
def cases(draw):
    """Sizes (distinct primes, so that no transposition fits by luck), batch size, λ, seed."""
    depth = draw(st.integers(1, 4))
    *sizes, m = draw(st.permutations(PRIMES))[: depth + 2] if depth < 4 else (3, 2, 7, 5, 2, 11)
    return tuple(sizes), m, draw(st.sampled_from([0.0, 0.01, 1.7])), draw(st.integers(0, 2**32 - 1))


def rows(sizes, m, seed):
    rng = np.random.default_rng(seed)
    params = {}
    for l, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        params |= {f"W{l}": rng.normal(size=(n_in, n_out)), f"b{l}": rng.normal(size=n_out)}
    return params, rng.normal(size=(m, sizes[0])), rng.integers(0, sizes[-1], m), rng


def columns(sizes, m, seed):
    params, x, labels, _ = rows(sizes, m, seed)
    return {k: v.T if k[0] == "W" else v[:, None] for k, v in params.items()}, x.T, labels


@settings(deadline=None, max_examples=25)
@given(cases())
def test_sigmoid_net_equals_complex_step_and_central_differences(case):
    sizes, m, decay, seed = case
    params, z0, _, rng = rows(sizes, m, seed)
    t = rng.normal(size=(m, sizes[-1]))
    got = formulas.sigmoid_net_gradients(params, z0, t, decay)
    args = (sigmoid_net_loss, params, z0, t, decay, got)
    assert_same(got, derivatives(*args, step=1e-30j), 1e-12)
    loss = sigmoid_net_loss(params, z0, t, decay)
    assert_same(got, derivatives(*args, step=1e-5), 1e-6, noise=1e-10 * (1 + loss))
    assert formulas.sigmoid_net_loss(params, z0, t, decay) == pytest.approx(loss, rel=1e-12)


@settings(deadline=None, max_examples=25)
@given(cases())
def test_testnet_equals_complex_step_and_central_differences(case):
    sizes, m, decay, seed = case
    params, x, labels = columns(sizes, m, seed)
    got = formulas.testnet_gradients(params, x, labels, decay)
    args = (net_loss, params, x, labels, decay, got)
    assert_same(got, derivatives(*args, step=1e-30j), 1e-12)
    loss = net_loss(params, x, labels, decay)
    assert_same(got, derivatives(*args, step=1e-5), 1e-6, noise=1e-10 * (1 + loss))
    assert formulas.testnet_loss(params, x, labels, decay) == pytest.approx(loss, rel=1e-12)


@settings(deadline=None, max_examples=25)
@given(cases())
def test_one_hot_targets_equal_labels(case):
    sizes, m, decay, seed = case
    params, x, labels = columns(sizes, m, seed)
    one_hot = np.eye(sizes[-1])[:, labels]
    for y in (one_hot, one_hot.astype(int), labels.astype(np.uint8), labels.tolist()):
        got = formulas.testnet_gradients(params, x, y, decay)
        assert_same(got, formulas.testnet_gradients(params, x, labels, decay), 0.0)
    params, z0, labels, _ = rows(sizes, m, seed)
    assert_same(
        formulas.sigmoid_net_gradients(params, z0, labels),
        formulas.sigmoid_net_gradients(params, z0, np.eye(sizes[-1])[labels]),
        0.0,
    )


@settings(deadline=None, max_examples=25)
@given(cases())
def test_residuals_and_the_update_are_the_gradients(case):
    sizes, m, decay, seed = case
    params, x, labels = columns(sizes, m, seed)
    values = formulas.testnet_forward(params, x)
    got = formulas.testnet_gradients(params, x, labels, decay)
    deltas = formulas.testnet_residuals(params, x, labels)
    assert len(deltas) == len(sizes) - 1
    for l, delta in enumerate(deltas, 1):
        np.testing.assert_allclose(delta / m, got[f"z{l}"], 1e-12, 1e-15)
        W, b = params[f"W{l}"], params[f"b{l}"]
        stepped = formulas.update(W, delta @ values[f"a{l - 1}"].T, m, 0.3, decay)
        np.testing.assert_allclose(stepped, W - 0.3 * got[f"W{l}"], 1e-12, 1e-14)
        stepped = formulas.update(b, delta.sum(axis=1, keepdims=True), m, 0.3)
        np.testing.assert_allclose(stepped, b - 0.3 * got[f"b{l}"], 1e-12, 1e-14)
    params, z0, labels, _ = rows(sizes, m, seed)
    got = formulas.sigmoid_net_gradients(params, z0, labels)
    for l, delta in enumerate(formulas.sigmoid_net_residuals(params, z0, labels), 1):
        np.testing.assert_allclose(delta, got[f"z{l}"], 1e-12, 1e-15)


def test_names_and_shapes_are_the_documents():
    params, z0, t, _ = rows((4, 5, 3), 7, 0)
    names = "z0 h0 z1 h1 z2 h2 W1 b1 W2 b2"
    got = formulas.sigmoid_net_gradients(params, z0, t)
    assert " ".join(got) == names
    values = formulas.sigmoid_net_forward(params, z0)
    assert {k: v.shape for k, v in got.items()} == {
        k: v.shape for k, v in (values | params).items()
    }
    params, x, labels = columns((2, 3, 2), 7, 0)
    got = formulas.testnet_gradients(params, x, labels)
    assert " ".join(got) == "a0 z1 a1 z2 a2 W1 b1 W2 b2"
    values = formulas.testnet_forward(params, x)
    assert values.pop("p").sum(axis=0) == pytest.approx(np.ones(7))
    assert {k: v.shape for k, v in got.items()} == {
        k: v.shape for k, v in (values | params).items()
    }
    np.testing.assert_array_equal(got["a2"], got["z2"])


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_extreme_inputs_and_weights_stay_finite(size):
    assert formulas.sigmoid([size, 0.0]).tolist() == [float(size > 0), 0.5]
    assert formulas.softmax([[size], [0.0]]).ravel().tolist() == [size > 0, size < 0]
    for scale_weights in (1.0, 1e4):
        params, z0, t, _ = rows((4, 5, 3), 7, 1)
        params = {k: v * scale_weights for k, v in params.items()}
        for value in formulas.sigmoid_net_gradients(params, z0 * size, t, 0.1).values():
            assert np.isfinite(value).all()
        assert np.isfinite(formulas.sigmoid_net_loss(params, z0 * size, t))
        params, x, labels = columns((2, 3, 2), 7, 1)
        params = {k: v * scale_weights for k, v in params.items()}
        for value in formulas.testnet_gradients(params, x * size, labels, 0.1).values():
            assert np.isfinite(value).all()
        assert np.isfinite(formulas.testnet_loss(params, x * size, labels))


numbers = st.floats(-3, 3).filter(lambda x: x == 0 or abs(x) > 1e-3)


@given(numbers, numbers)
def test_simple_local_gradients(x, y):
    step = 1e-30j
    assert local.d_plus(x, y) == ((x + step + y).imag / 1e-30, (x + y + step).imag / 1e-30)
    assert local.d_minus(x, y) == ((x + step - y).imag / 1e-30, (x - (y + step)).imag / 1e-30)
    assert local.d_scaled(y, x) == pytest.approx((y * (x + step)).imag / 1e-30)
    assert local.d_exp(x) == pytest.approx(np.exp(x + step).imag / 1e-30)
    assert local.d_sigmoid(x) == pytest.approx(sigma(x + step).imag / 1e-30)
    if x:
        assert local.d_reciprocal(x) == pytest.approx((1 / (x + step)).imag / 1e-30)
    to_x, to_y = local.d_maximum(x, y)
    assert to_x + to_y == 1.0
    assert (to_x, to_y) == ((0.5, 0.5) if x == y else (float(x > y), float(y > x)))


@given(st.tuples(*[numbers] * 5))
def test_neuron_by_complex_step_in_all_five_arguments(args):
    got = local.neuron_gradients(*args)
    assert list(got) == ["w0", "w1", "w2", "x1", "x2"]
    for k, value in enumerate(got.values()):
        w0, w1, w2, x1, x2 = (a + 1e-30j * (i == k) for i, a in enumerate(args))
        assert value == pytest.approx(sigma(w0 + w1 * x1 + w2 * x2).imag / 1e-30, rel=1e-12)
    assert local.neuron(*args) == pytest.approx(
        sigma(args[0] + args[1] * args[3] + args[2] * args[4])
    )


@given(st.lists(numbers, min_size=1, max_size=7))
def test_softmax_jacobian(a):
    jacobian = local.softmax_jacobian(a)
    for k in range(len(a)):
        e = np.exp(np.array(a) + 1e-30j * (np.arange(len(a)) == k))
        np.testing.assert_allclose(jacobian[:, k], (e / e.sum()).imag / 1e-30, 1e-12, 1e-15)
