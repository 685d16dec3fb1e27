"""Neuron, Layer, MLP: micrograd's classes."""

from __future__ import annotations

import random

import numpy as np
import pytest

import nn
from autograd import Value


def by_hand(mlp, x):
    """The perceptron on floats, from the parameters as micrograd lists them."""
    it = iter([p.data for p in mlp.parameters()])
    for layer in mlp.layers:
        out = []
        for neuron in layer.neurons:
            y = sum((next(it) * xi for xi in x), 0.0) + next(it)
            out.append(max(y, 0.0) if neuron.nonlin else y)
        x = out
    return x


def test_draws_and_texts_are_micrograds():
    random.seed(1337)
    expected = [random.uniform(-1, 1) for _ in range(6)]
    random.seed(1337)
    net = nn.MLP(2, [2, 1])
    assert [p.data for p in net.parameters()] == [
        *expected[:2], 0.0, *expected[2:4], 0.0, *expected[4:], 0.0,
    ]  # fmt: skip
    assert repr(net) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )
    assert list(net.named_parameters().values()) == net.parameters()


@pytest.mark.parametrize("nouts", [[3], [4, 1], [1, 3], [1, 1, 2], (5, 2)])
def test_outputs_and_gradients(nouts):
    random.seed(0)
    net, x = nn.MLP(3, nouts), [0.5, -1.5, 2.0]
    y = net(x)
    assert isinstance(y, Value if nouts[-1] == 1 else list)
    out = [y] if nouts[-1] == 1 else y
    np.testing.assert_allclose([v.data for v in out], by_hand(net, x), rtol=1e-14, atol=1e-15)
    for same in (
        np.array(x),
        [Value(v) for v in x],
        map(float, x),
        np.array([Value(v) for v in x]),
    ):
        again = net(same)
        again = [again] if nouts[-1] == 1 else again
        assert [v.data for v in again] == [v.data for v in out]
    loss = sum((v * v for v in out), Value(0.0))
    loss.backward()
    h = 1e-6
    for p in net.parameters():
        start, values = p.data, []
        for by in (h, -h):
            p.data = start + by
            values.append(sum(v**2 for v in by_hand(net, x)))
        p.data = start
        assert p.grad == pytest.approx((values[0] - values[1]) / (2 * h), rel=1e-5, abs=1e-7)
    net.zero_grad()
    assert all(p.grad == 0.0 for p in net.parameters())


def test_configurations_build_the_same_shape():
    for net in (nn.MLP(3, [4, 2]), nn.Layer(2, 3, nonlin=False), nn.Neuron(4, nonlin=False)):
        assert repr(type(net)(**net.config())) == repr(net)


def test_misuse():
    with pytest.raises(ValueError, match=r"ReLUNeuron\(2\) takes 2 numbers; got 3"):
        nn.Neuron(2)([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="one sample is a vector"):
        nn.MLP(2, [1])(np.ones((4, 2)))
    with pytest.raises(ValueError, match="nouts is empty"):
        nn.MLP(2, [])
    with pytest.raises(ValueError, match="nout is 0"):
        nn.Layer(2, 0)


def test_the_demo_of_micrograd_trains():
    """The notebook's loop, shorter: max-margin loss, L2, accuracy."""
    random.seed(1337)
    table = nn.data.moons(30, noise=0.1, seed=1337)
    model, y = nn.MLP(2, [16, 16, 1]), 2 * table.y - 1
    for k in range(30):
        scores = list(map(model, [list(map(Value, row)) for row in table.x]))
        losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 30) * 1.0 * p.grad
    right = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
    assert np.mean(right) >= 0.9
    assert total.data < 0.4
