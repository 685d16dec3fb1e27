"""`Value` is a drop-in for micrograd's: its tests' expressions and its demo's training loop.

micrograd compares with PyTorch; here the same expressions are computed with plain Python numbers,
and differentiated by a complex step where they are analytic, else by hand at the given point.
"""

import random
from itertools import pairwise
from typing import Any

import pytest

from autograd import Value, ordered


def test_sanity_check() -> None:
    def expression(x: Any, relu: Any) -> tuple[Any, Any]:
        z = 2 * x + 2 + x
        q = relu(z) + z * x
        h = relu(z * z)
        return q, h + q + q * x

    x = Value(-4.0)
    q, y = expression(x, lambda v: v.relu())
    y.backward()
    # z = −10: relu(z) = 0 on both sides, relu(z²) = z², so the rest is a polynomial
    step = complex(-4.0, 1e-30)
    _, exact = expression(step, lambda v: v if v.real > 0 else 0.0)
    assert y.data == exact.real == -20.0
    assert x.grad == exact.imag / 1e-30 == 46.0
    assert q.data == 40.0


def expression(a: Any, b: Any, relu: Any) -> Any:
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def test_more_ops() -> None:
    a, b = Value(-4.0), Value(2.0)
    g = expression(a, b, lambda v: v.relu())
    g.backward()
    relu = lambda v: v if v.real > 0 else 0.0 * v
    assert abs(g.data - 24.70408163265306) < 1e-13
    for leaf, at in ((a, (complex(-4.0, 1e-30), 2.0)), (b, (-4.0, complex(2.0, 1e-30)))):
        exact = expression(*at, relu)
        assert abs(g.data - exact.real) < 1e-13
        assert abs(leaf.grad - exact.imag / 1e-30) < 1e-11
    assert abs(a.grad - 138.83381924198252) < 1e-11  # micrograd's README
    assert abs(b.grad - 645.5772594752186) < 1e-11


def test_the_spellings_of_micrograds_engine() -> None:
    x = Value(2.0)
    assert (x - 1).data == 1.0
    assert (1 - x).data == -1.0
    assert (x / 4).data == 0.5
    assert (1 / x).data == 0.5
    assert (-x).data == -2.0
    assert (x**-1).data == 0.5
    assert (1 + x).data == (x + 1).data == 3.0
    assert (3 * x).data == 6.0
    assert x.relu().data == 2.0
    assert repr(x) == "Value(data=2.0, grad=0.0)"
    assert x.grad == 0.0
    assert sum([x, x]).data == 4.0  # starts from the int 0
    x.data -= 0.5
    x.data += -0.1 * x.grad
    assert x.data == 1.5
    x.grad = 0
    y = x * x
    y.backward()
    assert x.grad == 3.0
    assert len(ordered(y)) == 2


class Neuron:
    """micrograd's nn.Neuron, with its own spellings."""

    def __init__(self, nin: int, rng: random.Random, nonlin: bool = True) -> None:
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x: Any) -> Any:
        act = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        return act.relu() if self.nonlin else act

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]


class Net:
    def __init__(self, sizes: list[int], rng: random.Random) -> None:
        last = len(sizes) - 2
        self.layers = [
            [Neuron(n, rng, nonlin=i != last) for _ in range(m)]
            for i, (n, m) in enumerate(pairwise(sizes))
        ]

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0]

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]


def points(n: int, rng: random.Random) -> tuple[list[list[float]], list[int]]:
    """Two half circles, as in micrograd's demo."""
    from math import cos, pi, sin

    xs, ys = [], []
    for i in range(n):
        t = pi * rng.random()
        side = i % 2
        x = [1 - cos(t), 0.5 - sin(t)] if side else [cos(t), sin(t)]
        xs.append([v + rng.gauss(0, 0.1) for v in x])
        ys.append(2 * side - 1)
    return xs, ys


def test_the_demos_training_loop() -> None:
    rng = random.Random(1337)
    xs, ys = points(40, rng)
    model = Net([2, 8, 8, 1], rng)

    def loss() -> tuple[Any, float]:
        inputs = [list(map(Value, row)) for row in xs]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * si).relu() for yi, si in zip(ys, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        accuracy = [(yi > 0) == (si.data > 0) for yi, si in zip(ys, scores, strict=True)]
        return data_loss + reg_loss, sum(accuracy) / len(accuracy)

    seen = []
    for k in range(40):
        total, accuracy = loss()
        for p in model.parameters():
            p.grad = 0
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 40) * 0.5 * p.grad
        seen.append((total.data, accuracy))
    assert seen[-1][0] < 0.5 * seen[0][0]
    assert seen[-1][1] >= 0.85


def test_the_demos_model_from_nn() -> None:
    nn = pytest.importorskip("nn")
    if not hasattr(nn, "MLP"):
        pytest.skip("nn has no MLP")
    random.seed(1337)
    model = nn.MLP(2, [16, 16, 1])
    assert len(model.parameters()) == 337
    random.seed(1337)
    known = [random.uniform(-1, 1) for _ in range(2)]
    assert [p.data for p in model.parameters()[:2]] == known
    score = model([1.0, -2.0])
    assert isinstance(score, Value)
    model.zero_grad()
    (1 + -score).relu().backward()
    assert any(p.grad for p in model.parameters())
