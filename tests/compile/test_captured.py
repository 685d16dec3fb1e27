"""What a compiled function reaches by itself: parameters are read anew, the rest is constant."""

from typing import Any

import numpy as np
from alike import alike, normal

import autograd as ag
from autograd import Tensor, Value, compile


def test_captured_tensors_are_read_anew() -> None:
    w, b = Tensor([1.0, 2.0], "w"), Tensor(0.5)
    program = compile(ag.value_and_grad(lambda x: ag.sum(x * w) + b))
    x = np.array([1.0, 1.0])
    for value in ([1.0, 2.0], [5.0, -1.0], [0.0, 0.0]):
        w.data = np.array(value)
        b.data = b.data + 1.0
        y, g = program(x)
        assert y == sum(value) + b.data
        assert g.tolist() == value
    assert program.cache_info().traces == 1


def test_captured_values_are_read_anew() -> None:
    v = Value(3.0)
    program = compile(ag.grad(lambda x: x * x * v))
    assert program(2.0) == 12.0
    v.data -= 1.0
    assert program(2.0) == 8.0
    assert program.cache_info() == (1, 1, 1, 64)


class Net:
    """Two layers of Tensors."""

    def __init__(self) -> None:
        W1, b1, W2 = normal((4, 5), (5,), (5, 3), seed=7)
        self.W1, self.b1, self.W2 = Tensor(W1, "W1"), Tensor(b1, "b1"), Tensor(W2, "W2")

    def parameters(self) -> list[Tensor]:
        return [self.W1, self.b1, self.W2]

    def loss(self, x: Any, t: Any) -> Any:
        return ag.mean((ag.tanh(x @ self.W1 + self.b1) @ self.W2 - t) ** 2)


def test_gradients_of_captured_parameters() -> None:
    """Inside the compiled function, `gradients`; outside, the parameters change."""
    net, twin = Net(), Net()

    @compile
    def slopes(x: Any, t: Any) -> Any:
        loss = net.loss(x, t)
        return loss, ag.gradients(loss, net.parameters())

    for seed in range(4):
        x, t = normal((8, 4), (8, 3), seed=seed)
        loss, grads = slopes(x, t)
        want = twin.loss(x, t)
        alike(loss, want.data)
        alike(grads, ag.gradients(want, twin.parameters()))
        for n in (net, twin):
            for p, g in zip(n.parameters(), grads, strict=True):
                p.data = p.data - 0.1 * g
    assert slopes.cache_info().traces == 1
    assert all(p.grad is None for p in net.parameters())


def test_a_captured_parameter_that_is_also_an_argument() -> None:
    w = Tensor([1.0, 2.0])
    program = compile(lambda x, w2: ag.sum(x * w) + ag.sum(w2 * w))
    assert program(np.ones(2), w.data) == 8.0
    w.data = np.array([0.0, 1.0])
    assert program(np.ones(2), w.data) == 2.0


def test_what_was_recorded_before_stays_what_it_is() -> None:
    w = Tensor([1.0, 2.0])
    with_graph = w * 3.0  # its data is that of now, in eager use too
    program = compile(lambda x: x * with_graph)
    assert program(np.ones(2)).tolist() == [3.0, 6.0]
    w.data = np.array([9.0, 9.0])
    assert program(np.ones(2)).tolist() == [3.0, 6.0]


def test_constant_arrays_are_those_of_the_trace() -> None:
    table = np.array([1.0, 2.0])
    program = compile(lambda x: x * table)
    program(np.ones(2))
    table[:] = 5.0
    assert program(np.ones(2)).tolist() == [1.0, 2.0]
