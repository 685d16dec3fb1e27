"""The documents' networks and nn's optimisers, compiled: equal to the formulas and to eager."""

from typing import Any

import numpy as np
import pytest
from alike import alike

import autograd as ag
import nn
from autograd import compile
from nn import SGD, Adam, GradientDescent, SigmoidNet, TestNet, formulas

SIZES = {"document": None, "deep": (4, 8, 5, 3), "thin": (1, 1, 1)}


def network(kind: str, sizes: Any) -> Any:
    make = SigmoidNet if kind == "sigmoid" else TestNet
    return make(seed=1) if sizes is None else make(sizes=sizes, seed=1)


def data(net: Any, n: int, seed: int = 0) -> Any:
    """Inputs and targets in the layout of the network."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, net.sizes[0]))
    if isinstance(net, SigmoidNet):
        return x, rng.uniform(size=(n, net.sizes[-1]))
    return x.T.copy(), np.eye(net.sizes[-1])[rng.integers(net.sizes[-1], size=n)].T.copy()


def by_hand(net: Any, params: Any, x: Any, t: Any, decay: float = 0.0) -> Any:
    if isinstance(net, SigmoidNet):
        loss = formulas.sigmoid_net_loss(params, x, t, decay)
        return loss, formulas.sigmoid_net_gradients(params, x, t, decay)
    return formulas.testnet_loss(params, x, t, decay), formulas.testnet_gradients(
        params, x, t, decay
    )


@pytest.mark.parametrize("n", [1, 3, 32, 1000])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("kind", ["sigmoid", "testnet"])
def test_gradients_are_the_documents(kind: str, sizes: str, n: int) -> None:
    net = network(kind, SIZES[sizes])

    def loss(p: Any, x: Any, t: Any) -> Any:
        return net.with_parameters(p).loss(x, t)

    program = compile(ag.value_and_grad(loss, argnums=(0, 1)))
    start = net.arrays()
    for seed in (0, 1):
        x, t = data(net, n, seed)
        p = {k: v + 0.1 * seed for k, v in start.items()}
        value, (slopes, dx) = program(p, x, t)
        want, known = by_hand(net, p, x, t)
        alike(value, np.float64(want))
        for name in p:
            alike(slopes[name], known[name], 1e-11)
        alike(dx, known["z0" if kind == "sigmoid" else "a0"], 1e-11)
    assert program.cache_info().traces == 1


@pytest.mark.parametrize("kind", ["sigmoid", "testnet"])
def test_weight_decay_and_labels(kind: str) -> None:
    """λ as a fixed option; labels as a fixed argument, one-hot targets as data."""
    net = network(kind, None)

    def loss(p: Any, x: Any, y: Any, decay: float) -> Any:
        return net.with_parameters(p).loss(x, y, decay)

    program = compile(ag.value_and_grad(loss), static=("y", "decay"))
    x, _ = data(net, 7)
    for labels, decay in ((np.array([0, 1, 0, 1, 1, 0, 1]), 0.1), (np.array([1] * 7), 0.0)):
        value, slopes = program(net.arrays(), x, labels, decay)
        want, known = by_hand(net, net.arrays(), x, labels, decay)
        alike(value, np.float64(want))
        for name in slopes:
            alike(slopes[name], known[name], 1e-11)


@pytest.mark.parametrize("kind", ["sigmoid", "testnet"])
def test_captured_networks_learn(kind: str) -> None:
    """Parameters that the function reaches by itself are those of the moment, at every call."""
    net, twin = network(kind, None), network(kind, None)

    @compile
    def slopes(x: Any, t: Any) -> Any:
        loss = net.loss(x, t)
        return loss, ag.gradients(loss, net.parameters())

    optimiser = SGD(net.parameters(), lr=0.1, momentum=0.9)
    other = SGD(twin.parameters(), lr=0.1, momentum=0.9)
    for seed in range(5):
        x, t = data(net, 8, seed)
        loss, grads = slopes(x, t)
        want = twin.loss(x, t)
        alike(loss, want.data)
        twin.zero_grad()
        want.backward()
        for p, g in zip(net.parameters(), grads, strict=True):
            p.grad = g
        optimiser.step()
        other.step()
        alike(net.arrays(), twin.arrays(), 1e-10)
    assert slopes.cache_info().traces == 1


OPTIMISERS: dict[str, Any] = {
    "gradient descent": lambda ps: GradientDescent(ps, lr=0.3),
    "momentum": lambda ps: SGD(ps, lr=0.1, momentum=0.9),
    "nesterov": lambda ps: SGD(ps, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda ps: Adam(ps, lr=0.05),
}


@pytest.mark.parametrize("donate", [(), ("params", "memory")], ids=["new arrays", "in place"])
@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("kind", ["sigmoid", "testnet"])
def test_whole_training_steps(kind: str, name: str, donate: Any) -> None:
    """Loss, gradients and the optimiser's arithmetic in one program; t is an argument."""
    net = network(kind, None)
    rule = OPTIMISERS[name](net.parameters())

    def step(params: Any, memory: Any, t: Any, x: Any, y: Any) -> Any:
        loss, grads = ag.value_and_grad(lambda p: net.with_parameters(p).loss(x, y))(params)
        new, kept = {}, {}
        for k, g in grads.items():
            change, *kept[k] = rule.change(g, t, *memory[k])
            new[k] = params[k] - change
        return loss, new, kept

    program = compile(step, donate=donate)
    params = {k: v.copy() for k, v in net.arrays().items()}
    memory: Any = {k: [np.zeros_like(v) for _ in rule.slots] for k, v in params.items()}
    twin = network(kind, None)
    eager = OPTIMISERS[name](twin.parameters())
    for t in range(1, 7):
        x, y = data(net, 6, t)
        loss, params, memory = program(params, memory, t, x, y)
        twin.zero_grad()
        want = twin.loss(x, y)
        want.backward()
        eager.step()
        alike(loss, want.data, 1e-10)
        alike(params, twin.arrays(), 1e-10)
    assert program.cache_info().traces == 1


LOSSES: dict[str, Any] = {
    "half_squared_error": nn.half_squared_error, "mse": nn.mse,
    "cross_entropy": nn.cross_entropy, "binary_cross_entropy": nn.binary_cross_entropy,
    "hinge": nn.hinge,
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_losses_with_targets_as_data(name: str) -> None:
    f = LOSSES[name]
    program = compile(ag.value_and_grad(f))
    rng = np.random.default_rng(0)
    for _ in range(3):
        x = rng.normal(size=(6, 3)) * 3.0
        t = {
            "cross_entropy": np.eye(3)[rng.integers(3, size=6)],
            "binary_cross_entropy": rng.uniform(size=(6, 3)),
            "hinge": rng.choice([-1.0, 1.0], (6, 3)),
        }.get(name, rng.normal(size=(6, 3)))
        alike(program(x, t), ag.value_and_grad(lambda x, t=t: f(x, t))(x))
    assert program.cache_info().traces == 1


def test_modules_as_functions() -> None:
    net = nn.Sequential(nn.Linear(3, 4, seed=0), nn.Tanh(), nn.Linear(4, 2, seed=1), nn.Softmax())
    program = compile(net)
    for seed in (1, 2):
        x = np.random.default_rng(seed).normal(size=(5, 3))
        alike(program(x), net(x).data)
    for p in net.parameters():
        p.data = p.data * 0.5
    alike(program(x), net(x).data)
    assert program.cache_info().traces == 1


def test_scalar_networks() -> None:
    """micrograd's MLP of Values: captured, and compiled as straight-line code on floats."""
    net = nn.MLP(2, [3, 1])

    @compile
    def slopes(a: float, b: float) -> Any:
        y = net([a, b])
        return y, ag.gradients(y, net.parameters())

    for a, b in ((0.5, -1.0), (2.0, 3.0)):
        y = net([ag.Value(a), ag.Value(b)])
        got = slopes(a, b)
        alike(got, (y.data, ag.gradients(y, net.parameters())))
        for p in net.parameters():
            p.data -= 0.1
