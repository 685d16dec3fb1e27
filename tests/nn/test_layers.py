"""Modules, layers for arrays, initial weights."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, Value
from nn import init


class Own(nn.Module):
    def __init__(self):
        self.first = nn.Linear(2, 3, seed=0)
        self.parts = {"a": Tensor(1.0), "b": [Value(2.0), (Value(3.0),)]}
        self.grid = np.array([[Value(4.0), Value(5.0)]])
        self.again = self.parts["a"]
        self.computed = self.parts["a"] * 2.0
        self.plain = np.ones(3)
        self._hidden = Tensor(9.0)


def test_parameters_are_found_by_looking():
    net = Own()
    names = list(net.named_parameters())
    assert names == ["first.W", "first.b", "parts.a", "parts.b.0", "parts.b.1.0", "grid[0,0]",
                     "grid[0,1]"]  # fmt: skip
    assert net.parameters() == list(net.named_parameters().values())
    assert repr(net) == "Own(14 parameters)"
    assert repr(type("One", (nn.Module,), {"__init__": lambda s: setattr(s, "w", Value(1))})()) == (
        "One(1 parameter)"
    )


def test_zero_grad_reaches_all():
    net = Own()
    for p in net.parameters():
        (p * p).sum().backward() if isinstance(p, Tensor) else (p * p).backward()
    net.zero_grad()
    assert [p.grad for p in net.parameters()] == [None] * 3 + [0.0] * 4


def test_abstract_methods_say_what_is_missing():
    with pytest.raises(NotImplementedError, match="Own has to define __call__"):
        Own()(1.0)
    with pytest.raises(NotImplementedError, match="does not say how it is built"):
        Own().config()


def test_linear_is_x_w_plus_b():
    layer, x = nn.Linear(2, 3, seed=1), np.arange(8.0).reshape(4, 2)
    np.testing.assert_array_equal(layer(x).data, x @ layer.W.data + layer.b.data)
    assert (layer.W.name, layer.b.name, layer.b.shape) == ("W", "b", (3,))
    assert nn.Linear(3, 2, seed=1, init=init.he).W.shape == (3, 2)
    values = np.array([[Value(1.0), Value(2.0)]])
    with pytest.raises(ag.MixedNodesError):
        layer(values)


def test_activations_match_the_functions():
    x = np.linspace(-3, 3, 12).reshape(4, 3)
    for layer, f in ((nn.Sigmoid(), ag.sigmoid), (nn.Tanh(), np.tanh), (nn.ReLU(), ag.relu),
                     (nn.Softmax(), ag.softmax)):  # fmt: skip
        np.testing.assert_array_equal(layer(x), f(x))
        np.testing.assert_array_equal(layer(Tensor(x)).data, f(x))
        assert repr(layer) == f"{type(layer).__name__}()"
        assert layer.parameters() == []


def test_sequential_names_scopes_and_indexing():
    net = nn.Sequential(nn.Linear(2, 4, seed=0), nn.Tanh(), ag.sigmoid, nn.Linear(4, 1, seed=1))
    assert [p.name for p in net.parameters()] == ["W1", "b1", "W2", "b2"]
    assert repr(net) == "Sequential(Linear(2, 4), Tanh(), sigmoid, Linear(4, 1))"
    assert len(net) == 4
    assert net[1] is list(net)[1]
    scopes = {node.scope for node in ag.ordered(net(np.ones((3, 2)))) if node.op is not None}
    assert scopes == {("1 Linear",), ("2 Tanh",), ("3 sigmoid",), ("4 Linear",)}
    named = nn.Linear(2, 2)
    named.W.name = "mine"
    assert nn.Sequential(named)[0].W.name == "mine"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.Linear(0, 3), "n_in is 0: give a whole number from 1 on"),
        (lambda: nn.Linear(2, 2.5), "n_out is 2.5"),
        (lambda: nn.Linear(2, True), "n_out is True"),
        (
            lambda: nn.Linear(2, 3, init=lambda i, o, s: np.ones((o, i))),
            r"init gave shape \(3, 2\)",
        ),
        (lambda: nn.Linear(2, 3, seed=-1), "seed is -1: give an int from 0 on"),
        (lambda: nn.Linear(2, 3, seed="x"), "seed is 'x'"),
        (lambda: nn.Linear(2, 3, seed=1.5), "seed is 1.5"),
        (lambda: nn.SigmoidNet(sizes="453"), "give the widths of all layers"),
        (lambda: nn.SigmoidNet(sizes=4), "sizes is 4"),
        (lambda: nn.TestNet(sizes=(4,)), "give input and output at least"),
        (lambda: nn.TestNet(sizes=(4, 0)), r"sizes\[1\] is 0"),
    ],
)
def test_bad_sizes_and_seeds(make, text):
    with pytest.raises(ValueError, match=text):
        make()


@pytest.mark.parametrize("layer", [3, nn.Linear, None])
def test_sequential_refuses_what_is_no_layer(layer):
    with pytest.raises(TypeError, match="layer 1 is"):
        nn.Sequential(nn.Tanh(), layer)


@given(n_in=st.integers(1, 40), n_out=st.integers(1, 40), seed=st.integers(0, 2**32))
def test_initial_weights_have_the_promised_scale(n_in, n_out, seed):
    limit = np.sqrt(6.0 / (n_in + n_out))
    W = init.xavier(n_in, n_out, seed)
    assert W.shape == (n_in, n_out)
    assert np.abs(W).max() <= limit
    np.testing.assert_array_equal(init.xavier(n_in, n_out, seed, gain=4.0), 4.0 * W)
    np.testing.assert_array_equal(init.xavier(n_in, n_out, np.random.default_rng(seed)), W)
    assert init.he(n_in, n_out, seed).shape == (n_in, n_out)


def test_the_spread_of_initial_weights():
    assert init.xavier(300, 200, 0).std() == pytest.approx(np.sqrt(2.0 / 500), rel=0.01)
    assert init.xavier(300, 200, 0).max() == pytest.approx(np.sqrt(6.0 / 500), rel=0.01)
    assert init.he(300, 200, 0).std() == pytest.approx(np.sqrt(2.0 / 300), rel=0.01)


def test_importing_nn_needs_numpy_alone():
    code = (
        "import sys; before = set(sys.modules); import nn; "
        "print({m.split('.')[0] for m in set(sys.modules) - before} "
        "& {'rich', 'matplotlib', 'graphviz', 'viz', 'hypothesis', 'gradproof'})"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"
