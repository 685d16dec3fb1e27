"""Optimisers: against recurrences written out, on Tensors and Values; state; misuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor, Value
from nn import SGD, Adam, GradientDescent

TARGET = np.array([[1.0, -2.0], [0.5, 4.0]])
MAKERS = [
    lambda p: GradientDescent(p, lr=0.1),
    lambda p: SGD(p, lr=0.1, momentum=0.9),
    lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    lambda p: SGD(p),
    lambda p: Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-6),
]


def steps(optimizer, parameters, loss, n):
    for _ in range(n):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    return [np.array(p.data) for p in parameters]


def run(make, n=5):
    W, b = Tensor(np.ones((2, 2))), Tensor(0.3)
    optimizer = make([W, b])
    return optimizer, steps(optimizer, [W, b], lambda: ((W * b - TARGET) ** 2).sum(), n)


def reference(kind, n=5):
    """The same in plain numpy."""
    W, b = np.ones((2, 2)), 0.3
    memory = {"W": [0.0, 0.0], "b": [0.0, 0.0]}
    for t in range(1, n + 1):
        d = 2 * (W * b - TARGET)
        for key, g in (("W", d * b), ("b", (d * W).sum())):
            m, v = memory[key]
            if kind == "gd":
                change = 0.1 * g
            elif kind in ("momentum", "nesterov"):
                m = 0.9 * m + g
                change = 0.1 * (m if kind == "momentum" else g + 0.9 * m)
            else:
                m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
                change = 0.05 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-6)
            memory[key] = [m, v]
            W, b = (W - change, b) if key == "W" else (W, b - change)
    return W, b


@pytest.mark.parametrize(
    ("make", "kind"),
    [(MAKERS[0], "gd"), (MAKERS[1], "momentum"), (MAKERS[2], "nesterov"), (MAKERS[4], "adam")],
)
def test_the_updates_are_the_published_ones(make, kind):
    _, (W, b) = run(make)
    expected = reference(kind)
    np.testing.assert_allclose(W, expected[0], rtol=1e-13)
    np.testing.assert_allclose(b, expected[1], rtol=1e-13)


@pytest.mark.parametrize("make", MAKERS)
@given(start=st.floats(-3, 3), n=st.integers(1, 6))
def test_values_move_as_tensors_do(make, start, n):
    v, t = Value(start), Tensor(start)
    a = steps(make([v]), [v], lambda: (v - 1.5) ** 2 + v.sin(), n)
    b = steps(make([t]), [t], lambda: (t - 1.5) ** 2 + t.sin(), n)
    np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("make", MAKERS)
def test_going_on_from_a_state_gives_the_same_bits(make):
    _, whole = run(make, 7)
    W, b = Tensor(np.ones((2, 2))), Tensor(0.3)
    first = make([W, b])
    loss = lambda: ((W * b - TARGET) ** 2).sum()
    steps(first, [W, b], loss, 4)
    state = first.state_dict()
    second = make([W, b])
    second.lr = 77.0
    second.load_state_dict(state)
    assert repr(second) == repr(first)
    for a in state["memory"].values():  # the state is a copy
        for slot in a:
            slot[...] = np.nan
    for x, y in zip(whole, steps(second, [W, b], loss, 3), strict=True):
        np.testing.assert_array_equal(x, y)


def test_float32_stays():
    W = Tensor(np.ones(3, np.float32))
    for make in MAKERS:
        optimizer = make([W])
        steps(optimizer, [W], lambda: (W * W).sum(), 2)
        state = optimizer.state_dict()
        optimizer.load_state_dict(state)
        steps(optimizer, [W], lambda: (W * W).sum(), 1)
        assert W.dtype == np.float32


def test_parameters_without_a_gradient():
    used, unused = Tensor([1.0]), Tensor([2.0])
    for make in MAKERS:
        optimizer = make([used, unused])
        with pytest.raises(RuntimeError, match=r"no parameter has a gradient; call loss\.backward"):
            optimizer.step()
        before = used.data
        (used * used).sum().backward()
        optimizer.step()
        assert used.data < before
        assert unused.data == [2.0]
        optimizer.zero_grad()
        assert used.grad is None


def test_lr_can_change_between_steps():
    W = Tensor([1.0])
    optimizer = GradientDescent([W], lr=0.5)
    W.sum().backward()
    optimizer.lr = 0.25
    optimizer.step()
    assert W.data == [0.75]
    assert repr(optimizer) == "GradientDescent(1 parameter, lr=0.25)"
    with pytest.raises(ValueError, match="lr is 0: give one finite number above 0"):
        optimizer.lr = 0


W = Tensor([1.0])


@pytest.mark.parametrize(
    ("make", "kind", "text"),
    [
        (lambda: Adam([W], lr=-1), ValueError, "lr is -1"),
        (lambda: Adam([W], lr=math.nan), ValueError, "lr is nan"),
        (lambda: Adam([W], lr=math.inf), ValueError, "lr is inf"),
        (lambda: Adam([W], lr="1"), ValueError, "lr is '1'"),
        (lambda: Adam([W], lr=True), ValueError, "lr is True"),
        (lambda: Adam([W], betas=(0.9, 1.0)), ValueError, r"betas\[1\] is 1.0: .* below 1"),
        (lambda: Adam([W], betas=0.9), ValueError, "betas is 0.9: give two numbers"),
        (lambda: Adam([W], eps=0), ValueError, "eps is 0"),
        (lambda: SGD([W], momentum=-0.1), ValueError, "momentum is -0.1"),
        (lambda: SGD([W], nesterov=True), ValueError, "nesterov needs a momentum"),
        (lambda: SGD(W), TypeError, r"SGD takes a list of parameters: give net\.parameters"),
        (lambda: SGD(3), TypeError, "SGD takes a list"),
        (lambda: SGD([]), ValueError, "no parameters"),
        (lambda: SGD([W, W]), ValueError, "listed twice"),
        (lambda: SGD([W, np.ones(3)]), TypeError, "parameter 1 is a ndarray"),
        (lambda: SGD([W * 2]), ValueError, r"parameter 0 was computed \(by mul\)"),
    ],
)
def test_misuse(make, kind, text):
    with pytest.raises(kind, match=text):
        make()


def test_states_that_do_not_fit():
    adam = Adam([Tensor([1.0, 2.0])])
    state = adam.state_dict()
    for wrong, text in (
        ({}, "no optimiser's state"),
        (GradientDescent([W]).state_dict(), "the state of GradientDescent"),
        ({**state, "steps": -1}, "steps is -1"),
        ({**state, "steps": True}, "steps is True"),
        ({**state, "memory": {"m": [np.ones(3)], "v": [np.ones(3)]}}, "memory 'm' has shapes"),
        ({**state, "memory": {"m": []}}, r"the memory is \['m'\]"),
        ({**state, "memory": None}, "no optimiser's state"),
        ({**state, "options": {"lr": 1.0}}, r"the options are \['lr'\]"),
        ({**state, "options": {**state["options"], "lr": -1.0}}, "lr is -1.0"),
    ):
        with pytest.raises(ValueError, match=text):
            adam.load_state_dict(wrong)
        assert repr(adam) == repr(Adam([Tensor([1.0, 2.0])]))


def test_subclasses_define_the_change():
    own = nn.Optimizer([W], lr=0.1)
    W.sum().backward()
    with pytest.raises(NotImplementedError):
        own.step()
    W.zero_grad()


def test_one_is_no_plural():
    assert repr(nn.SGD([Tensor([1.0])], lr=0.5)).startswith("SGD(1 parameter, lr=0.5")
    with pytest.raises(ValueError, match="takes 1 number; got 2"):
        nn.Neuron(1)([1.0, 2.0])
