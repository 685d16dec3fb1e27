"""The cases: what is computed, and its data, drawn with fixed seeds.

S1          a chain of 100,000 scalar operations, each needing the one before
S2          micrograd's demo: a step of an MLP 2-16-16-1 on 100 points, scalar by scalar
S2b         the same step with arrays
S3          a step of the net 2-3-2 (sigmoid, softmax, cross-entropy), 100 samples, by scalars
T1/n        the net 4-5-3, n samples as rows: gradients of the parameters and of the input
T2/n        the net of S3, n samples as columns: gradients of the parameters
T3/f32 f64  a step of an MLP 784-128-64-10 on a batch of 128, in single or double precision
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ROWS = (1, 32, 1024, 65536)
OPERATIONS = {"S1": 100_000, "S2": 65_075, "S3": 3_326}  # scalar operations of one forward pass


@dataclass
class Chain:
    """x ← x·exp(k·σ(c·tanh(a·x + b) + x)) + d, n/10 times; parameters x, a, b, c, d.

    k is small and negative, so each Jacobian is near 1 and no gradient dies on the long way.
    """

    n: int
    parameters: list[float]
    k: float = -1e-4


@dataclass
class Moons:
    """Two moons, classes ±1, and an MLP 2-16-16-1; the loss is hinge + alpha·‖parameters‖²."""

    x: Array
    y: Array
    W: list[Array]  # (inputs, outputs)
    b: list[Array]
    alpha: float = 1e-4
    lr: float = 0.05

    @property
    def parameters(self) -> list[float]:
        """All of them in micrograd's order: neuron by neuron, weights and then the bias."""
        return by_neuron(self.W, self.b)


@dataclass
class Columns:
    """The net 2-3-2 with samples as columns; the loss has (weight_decay/2)·(‖W1‖² + ‖W2‖²)."""

    x: Array
    labels: Array
    one_hot: Array
    W1: Array
    b1: Array
    W2: Array
    b2: Array
    weight_decay: float = 1e-3
    lr: float = 0.1

    @property
    def n(self) -> int:
        return len(self.labels)

    @property
    def parameters(self) -> list[float]:
        """W1, b1, W2, b2, row by row."""
        return [float(v) for p in (self.W1, self.b1, self.W2, self.b2) for v in p.ravel()]


@dataclass
class Rows:
    """The net 4-5-3 with samples as rows and a sigmoid on its input z0, too."""

    z0: Array
    t: Array
    W1: Array
    b1: Array
    W2: Array
    b2: Array


@dataclass
class Digits:
    """Images of 784 pixels in 10 classes, and an MLP 784-128-64-10."""

    x: Array
    labels: Array
    one_hot: Array
    W: list[Array]
    b: list[Array]
    lr: float = 0.05


def by_neuron(W: list[Array], b: list[Array]) -> list[float]:
    """Weights and biases of all layers as one list, each neuron's weights before its bias."""
    return [float(v) for w, c in zip(W, b, strict=True) for v in np.vstack([w, c]).T.ravel()]


def chain(n: int = OPERATIONS["S1"]) -> Chain:
    return Chain(n, [0.7, 0.9, 0.3, 1.1, 5e-5])


def moons() -> Moons:
    rng = np.random.default_rng(7)
    angle = np.linspace(0, np.pi, 50)
    upper = np.c_[np.cos(angle), np.sin(angle)]
    lower = np.c_[1 - np.cos(angle), 0.5 - np.sin(angle)]
    x = np.r_[upper, lower] + 0.1 * rng.standard_normal((100, 2))
    W = [rng.uniform(-1, 1, shape) for shape in ((2, 16), (16, 16), (16, 1))]
    return Moons(x, np.repeat([-1.0, 1.0], 50), W, [np.zeros(m) for m in (16, 16, 1)])


def columns(n: int) -> Columns:
    rng = np.random.default_rng(7)
    W1, b1, W2, b2 = (rng.standard_normal(shape) for shape in ((3, 2), (3, 1), (2, 3), (2, 1)))
    x = rng.standard_normal((2, n))
    labels = (x[0] * x[1] > 0).astype(np.int64)
    return Columns(x, labels, np.eye(2)[:, labels], W1, b1, W2, b2)


def rows(n: int) -> Rows:
    rng = np.random.default_rng(7)
    z0, t = rng.standard_normal((n, 4)), rng.uniform(0, 1, (n, 3))
    return Rows(z0, t, *(rng.standard_normal(shape) for shape in ((4, 5), 5, (5, 3), 3)))


def digits(dtype: type[np.floating[Any]]) -> Digits:
    rng = np.random.default_rng(7)
    x = rng.uniform(0, 1, (128, 784)).astype(dtype)
    labels = rng.integers(0, 10, 128)
    sizes = ((784, 128), (128, 64), (64, 10))
    W = [(rng.standard_normal(s) * math.sqrt(2 / s[0])).astype(dtype) for s in sizes]
    return Digits(
        x, labels, np.eye(10, dtype=dtype)[labels], W, [np.zeros(s[1], dtype) for s in sizes]
    )


@dataclass(frozen=True)
class Case:
    """A program on data of one size.  An adapter writes it as the function named `program`."""

    name: str
    program: str
    data: Callable[[], Any]
    unit: str
    size: int = 1  # what the unit is per: operations of S1
    trains: bool = False  # a step updates the parameters
    tolerance: float = 1e-9  # relative, of the loss and of each gradient


def scalar_chain(name: str, n: int) -> Case:
    return Case(name, "s1", lambda: chain(n), "ns/op", size=n)


def with_rows(n: int) -> Case:
    return Case(f"T1/{n}", "t1", lambda: rows(n), "µs")


def with_columns(n: int) -> Case:
    return Case(f"T2/{n}", "t2", lambda: columns(n), "µs")


SIZED = {"S1": lambda n: scalar_chain(f"S1/{n}", n), "T1": with_rows, "T2": with_columns}
CASES = {
    case.name: case
    for case in (
        scalar_chain("S1", OPERATIONS["S1"]),
        Case("S2", "s2", moons, "ms", trains=True),
        Case("S3", "s3", lambda: columns(100), "ms", trains=True),
        Case("S2b", "s2b", moons, "µs", trains=True),
        *(with_rows(n) for n in ROWS),
        *(with_columns(n) for n in ROWS),
        Case("T3/f32", "t3", lambda: digits(np.float32), "µs", trains=True, tolerance=1e-4),
        Case("T3/f64", "t3", lambda: digits(np.float64), "µs", trains=True),
    )
}


def named(name: str) -> Case:
    """The case with this name: one of CASES, or a size of S1, T1, T2 as in "S1/1000".

    Raises ValueError for a name that is neither.
    """
    if name in CASES:
        return CASES[name]
    family, _, size = name.partition("/")
    if family not in SIZED or not size.isdecimal() or int(size) < 1:
        raise ValueError(f"no case {name}; there are {', '.join(CASES)}, and S1/n, T1/n, T2/n")
    return SIZED[family](int(size))


def chosen(names: list[str] | None) -> list[Case]:
    """The cases with these names; T1 is all of T1/1 … T1/65536, nothing is everything."""
    found: dict[str, Case] = {}
    for name in names or CASES:
        family = {k: c for k, c in CASES.items() if name in (k, k.split("/")[0])}
        found |= family or {name: named(name)}
    return list(found.values())
