"""What a block of detect_anomaly costs: `python -m benchmarks.anomalies`, in seconds.

The same steps inside and outside the block, in turns; the fastest of each counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, Value, detect_anomaly, gradients

ROUNDS = 9
Step = Callable[[], object]


def scalar_step() -> None:
    """200 neurons of one input, one after the other: 600 ops forward and backward."""
    w = [Value(0.1 * i) for i in range(20)]
    t: Any = w[0]
    for _ in range(10):
        for v in w:
            t = (t * v + 0.5).tanh()
    t.backward()


def network(samples: int, units: int) -> Step:
    """Two layers of sigmoids, and the gradients of their weights."""
    rng = np.random.default_rng(0)
    W1: Any
    W1, b1, W2 = (Tensor(rng.normal(size=s)) for s in ((units, units), (units,), (units, 3)))
    X: Any = rng.normal(size=(samples, units))
    X.setflags(write=False)

    def step() -> object:
        y = ((X @ W1 + b1).sigmoid() @ W2).sigmoid()
        return gradients((y * y).sum(), [W1, b1, W2])

    return step


STEPS: dict[str, tuple[Step, int]] = {
    "600 scalar ops": (scalar_step, 5),
    "a network of 5 units, 8 samples": (network(8, 5), 50),
    "a network of 300 units, 1,000 samples": (network(1000, 300), 3),
}


def seconds(step: Step, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - start) / times


def main() -> None:
    print("| step | outside, µs | inside, µs | times |\n|---|---|---|---|")
    for name, (step, times) in STEPS.items():
        outside, inside = [], []
        for _ in range(ROUNDS):
            outside.append(seconds(step, times))
            with detect_anomaly():
                inside.append(seconds(step, times))
        a, b = min(outside), min(inside)
        print(f"| {name} | {a * 1e6:,.0f} | {b * 1e6:,.0f} | {b / a:.1f} |")


if __name__ == "__main__":
    main()
