"""Random networks as plain functions of their parameters, with data to try them on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..elementwise import TABLE, relu, square, where
from ..linalg import matmul
from ..reductions import sum as sum_of
from ..softmaxes import log_softmax
from .arrays import PRIMES, Array

SMOOTH = ("identity", "sigmoid", "tanh", "silu", "softplus", "sin")
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x,
    "relu": relu,
    **{name: TABLE[name] for name in SMOOTH if name != "identity"},
}
LOSSES = ("half squared error", "cross-entropy")


@dataclass(frozen=True)
class Network:
    """A network without state: its fields say all about it, and `repr` can be pasted.

    `net(params, x)` gives the scores, `net.loss(params, x, t)` one number.  `params` is a dict of
    W1, b1, W2, b2, …; it may hold arrays, Tensors or arrays of Values.  Samples are the rows of x,
    or its columns, as the fields say; the layout of W and b follows.

    >>> net = Network(sizes=(2, 3, 5), activations=("tanh", "identity"), samples=7)
    >>> {name: p.shape for name, p in net.parameters().items()}
    {'W1': (2, 3), 'b1': (3,), 'W2': (3, 5), 'b2': (5,)}
    >>> net(net.parameters(), net.inputs()).shape
    (7, 5)
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    samples: int
    columns: bool = False
    cost: str = LOSSES[0]
    seed: int = 0

    def __call__(self, params: dict[str, Any], x: Any) -> Any:
        for l, activation in enumerate(self.activations, 1):
            W, b = params[f"W{l}"], params[f"b{l}"]
            x = FUNCTIONS[activation]((matmul(W, x) if self.columns else matmul(x, W)) + b)
        return x

    def loss(self, params: dict[str, Any], x: Any, t: Any) -> Any:
        """½ Σ (t − scores)², or −(1/m) Σ ln softmax(scores) at the 1s of one-hot targets."""
        scores = self(params, x)
        if self.cost == LOSSES[0]:
            return 0.5 * sum_of(square(t - scores))
        ln_p = log_softmax(scores, axis=0 if self.columns else -1)
        return -sum_of(where(t > 0, ln_p, 0.0)) / self.samples

    def parameters(self) -> dict[str, Array]:
        """Weights and biases, moderate and none of them 0, by the network's seed."""
        rng = np.random.default_rng(self.seed)
        params = {}
        for l, (n, m) in enumerate(pairwise(self.sizes), 1):
            params[f"W{l}"] = moderate(rng, (m, n) if self.columns else (n, m)) * 2.0 / np.sqrt(n)
            params[f"b{l}"] = moderate(rng, (m, 1) if self.columns else (m,))
        return params

    def inputs(self) -> Array:
        """A batch of inputs."""
        shape = (self.samples, self.sizes[0])
        rng = np.random.default_rng([self.seed, 1])
        return moderate(rng, shape[::-1] if self.columns else shape) * 2.0

    def targets(self) -> Array:
        """A target for each sample of the batch: numbers, or one-hot for cross-entropy."""
        rng = np.random.default_rng([self.seed, 2])
        if self.cost == LOSSES[0]:
            rows = moderate(rng, (self.samples, self.sizes[-1]))
        else:
            rows = np.eye(self.sizes[-1])[rng.integers(self.sizes[-1], size=self.samples)]
        return np.ascontiguousarray(rows.T) if self.columns else rows


def moderate(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers from ±0.2 to ±1."""
    return np.asarray(rng.uniform(0.2, 1.0, shape) * rng.choice([-1.0, 1.0], shape))


@st.composite
def networks(
    draw: st.DrawFn,
    activations: Sequence[str] = SMOOTH,
    *,
    max_layers: int = 3,
    sizes: Sequence[int] = PRIMES[:5],
) -> Network:
    """Random networks: layers, activations, layout, loss; a batch comes with each.

    Widths and the number of samples are distinct, so a missing transpose does not fit.  "relu" may
    be added to `activations`; it has a kink.
    """
    layers = draw(st.integers(1, min(max_layers, len(sizes) - 2)))
    chosen = draw(st.permutations(sizes))
    return Network(
        sizes=tuple(chosen[: layers + 1]),
        activations=tuple(draw(st.sampled_from(list(activations))) for _ in range(layers)),
        samples=chosen[layers + 1],
        columns=draw(st.booleans()),
        cost=draw(st.sampled_from(LOSSES)),
        seed=draw(st.integers(0, 2**16)),
    )
