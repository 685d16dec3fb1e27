"""Document 2, lines 656–662: what becomes of its gradients when the inputs grow (T14, T15)."""

from __future__ import annotations

from functools import cache

import numpy as np
from judge import Evidence, digits
from point_004 import A0, W1, W2, Y, b1, b2

from nn import formulas, scaling


@cache
def measured() -> scaling.Scaling:
    return scaling.measure()


def norms(s: float) -> dict[str, float]:
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    gradients = formulas.testnet_gradients(params, s * A0, Y)
    return {name: float(np.linalg.norm(gradients[name])) for name in params}


def growth_of_each_gradient() -> str:
    before, after = norms(1e-3), norms(1.0)
    factors = ", ".join(f"{name} ×{digits(after[name] / before[name])}" for name in before)
    far, farther = norms(1e3)["W1"], norms(1e4)["W1"]
    return (
        f"this network, inputs ×1000 from a scale of 0.001: {factors}; "
        f"‖∂J/∂W1‖ at scales 1, 1000, 10000: {after['W1']:.3g}, {far:.3g}, {farther:.3g}"
    )


def thousand_times() -> str:
    one, batch = list(measured().norms)[:2]
    factor = measured().factor_at
    highest, middle = factor(one, 1).max(), np.median(factor(batch, 1))
    return (
        f"100 seeds, inputs from scale 1 to 1000: one sample ×{digits(highest)} at most, "
        f"a batch of 100 ×{digits(middle)} in the median; from 0.0001 to 0.1: "
        f"×1000 or more in {np.mean(factor(one, 1e-4) >= 1000):.0%} of the seeds"
    )


EVIDENCE: Evidence = {
    "T14": growth_of_each_gradient,
    "T15": thousand_times,
}
