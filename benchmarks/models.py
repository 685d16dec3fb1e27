"""S1, S2 and S3 written once over any kind of number.  An adapter gives the functions they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .cases import Columns, Moons

Function = Callable[[Any], Any]


def chain(
    parameters: Sequence[Any], k: float, n: int, tanh: Function, sigmoid: Function, exp: Function
) -> Any:
    """S1: n/10 blocks of 4 products, 3 sums, tanh, sigmoid and exp."""
    x, a, b, c, d = parameters
    for _ in range(n // 10):
        u = tanh(a * x + b)
        s = sigmoid(c * u + x)
        x = x * exp(s * k) + d
    return x


def score(parameters: Sequence[Any], x: Sequence[Any], relu: Function) -> Any:
    """The MLP 2-16-16-1 on one sample, neuron by neuron, as micrograd.nn sums."""
    rest = iter(parameters)
    for inputs, outputs in ((2, 16), (16, 16), (16, 1)):
        layer = []
        for _ in range(outputs):
            weights = [next(rest) for _ in range(inputs)]
            z = next(rest)
            for w, v in zip(weights, x, strict=True):
                z = z + w * v
            layer.append(relu(z) if outputs > 1 else z)
        x = layer
    return x[0]


def hinge_loss(
    parameters: Sequence[Any], d: Moons, relu: Function, number: Function = float
) -> Any:
    """S2: the mean hinge loss of all samples + alpha·Σp², as in micrograd's notebook.

    `number` makes an input of a pixel: micrograd's notebook wraps each in a Value.
    """
    losses = []
    for x, y in zip(d.x.tolist(), d.y.tolist(), strict=True):
        losses.append(relu(1 + -y * score(parameters, [number(v) for v in x], relu)))
    return sum(losses) * (1.0 / len(losses)) + d.alpha * sum(p * p for p in parameters)


def exponentials(
    parameters: Sequence[Any], x0: Any, x1: Any, sigmoid: Function, exp: Function
) -> list[Any]:
    """The two exponentials of the softmax of the net 2-3-2 on one sample."""
    W1, b1, W2, b2 = parameters[:6], parameters[6:9], parameters[9:15], parameters[15:]
    a = [sigmoid(W1[2 * i] * x0 + W1[2 * i + 1] * x1 + b1[i]) for i in range(3)]
    return [
        exp(W2[3 * i] * a[0] + W2[3 * i + 1] * a[1] + W2[3 * i + 2] * a[2] + b2[i])
        for i in range(2)
    ]


def penalty(parameters: Sequence[Any]) -> Any:
    """Σ w² over the weights of the net 2-3-2."""
    return sum(w * w for w in (*parameters[:6], *parameters[9:15]))


def cross_entropy(
    parameters: Sequence[Any],
    d: Columns,
    sigmoid: Function,
    exp: Function,
    log: Function,
    number: Function = float,
) -> Any:
    """S3: the mean cross-entropy of all samples + (weight_decay/2)·Σw²."""
    total: Any = 0.0
    for (x0, x1), label in zip(d.x.T.tolist(), d.labels.tolist(), strict=True):
        e = exponentials(parameters, number(x0), number(x1), sigmoid, exp)
        total = total - log(e[label] / (e[0] + e[1]))
    return total * (1.0 / d.n) + (d.weight_decay / 2) * penalty(parameters)
