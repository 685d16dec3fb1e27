"""`make bench`: what recording and differentiating cost, beside the same work by hand in numpy.

Each pair of programs computes the same loss and gradients (checked first) and takes turns, so that
the ratio holds when the machine's speed drifts.  Times are medians of processor time; the garbage
collector stays on, as users have it.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one thread for both programs
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

import nn
from autograd import Tensor, gradients, ordered, sigmoid, sum

ROUNDS = 15
Step = Callable[[], list[np.ndarray]]


def sigmoid_net(n: int) -> tuple[Step, Step]:
    """The 4-5-3 network on n rows: loss and all gradients, by the engine and by hand."""
    rng = np.random.default_rng(7)
    arrays = [rng.standard_normal(s) for s in ((n, 4), (4, 5), 5, (5, 3), 3)]
    t = rng.uniform(0, 1, (n, 3))
    nodes = [Tensor(a) for a in arrays]

    def engine() -> list[np.ndarray]:
        z0, W1, b1, W2, b2 = nodes
        e = t - sigmoid(sigmoid(sigmoid(z0) @ W1 + b1) @ W2 + b2)
        return gradients(0.5 * sum(e * e), nodes)

    def squashed(z: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(-z))

    def by_hand() -> list[np.ndarray]:
        z0, W1, b1, W2, b2 = arrays
        h0 = squashed(z0)
        h1 = squashed(h0 @ W1 + b1)
        h2 = squashed(h1 @ W2 + b2)
        e = h2 - t
        0.5 * (e * e).sum()  # the engine works the loss out too
        d2 = e * h2 * (1 - h2)
        d1 = (d2 @ W2.T) * h1 * (1 - h1)
        d0 = (d1 @ W1.T) * h0 * (1 - h0)
        return [d0, h0.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0)]

    return engine, by_hand


def seconds(step: Callable[[], object], calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        step()
    return (time.process_time() - start) / calls


def rounds(what: str) -> Iterable[int]:
    """The rounds of one measurement, with progress in a terminal."""
    return track(range(ROUNDS), what, transient=True, disable=not sys.stdout.isatty())


def scalar_step() -> tuple[float, int]:
    """Seconds and operations of one step of an MLP 2-16-16-1 of Values on 100 points."""
    random.seed(1)
    table = nn.data.moons(100, seed=1)
    net = nn.MLP(2, [16, 16, 1])

    def loss() -> object:
        return nn.hinge(np.array([net(x) for x in table.x]), 2 * table.y - 1)

    operations = len(ordered(loss()))
    times = [seconds(lambda: loss().backward(), 1) for _ in rounds("scalar graph")]
    return median(times), operations


def main() -> None:
    console = Console(highlight=False)
    table = Table("work", "engine", "by hand in numpy", "ratio")
    for n in (1, 32, 1024, 65536):
        engine, by_hand = sigmoid_net(n)
        for a, b in zip(engine(), by_hand(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
        calls = max(1, 20_000 // (n + 100))
        pairs = [
            (seconds(engine, calls), seconds(by_hand, calls))
            for _ in rounds(f"SigmoidNet, {n} rows")
        ]
        a, b = median(p[0] for p in pairs), median(p[1] for p in pairs)
        ratio = median(p[0] / p[1] for p in pairs)
        name = f"SigmoidNet 4-5-3, {n} rows"
        table.add_row(name, f"{a * 1e6:.0f} µs", f"{b * 1e6:.0f} µs", f"{ratio:.2f}")
    step, operations = scalar_step()
    name = f"MLP 2-16-16-1 of Values, {operations:,} nodes"
    table.add_row(name, f"{step * 1e3:.0f} ms", "–", f"{step / operations * 1e9:.0f} ns/node")
    console.print(table)
    console.print(
        f"loss and all gradients; medians of {ROUNDS} rounds in turns, processor time, one thread"
    )


if __name__ == "__main__":
    main()
