"""Document 2's closing claim, measured: are gradients ≥ 1000 times larger if the inputs are?

004:662 says that they do. The first layer's gradient is ∂J/∂W¹ = δ¹ (a⁰)ᵀ, so it would be exactly
1000 times larger *if δ¹ stayed the same*; here is what it does in four networks, over many seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn import formulas

Array = NDArray[np.float64]
Gradient = Callable[[float], Array]

TIMES = 1000
PER_DECADE = 10  # points; three decades, a factor of 1000, are a whole number of them
BATCH = 100


@dataclass(frozen=True)
class Scaling:
    """`norms[network][seed, i]` is ‖∂J/∂W1‖ with every input multiplied by `scales[i]`."""

    scales: Array
    norms: dict[str, Array]

    @property
    def starts(self) -> Array:
        """The scales s for which 1000 s was measured too."""
        return self.scales[: -3 * PER_DECADE]

    def saturated_from(self, network: str) -> float:
        """The scale past its peak where the median gradient is down to a tenth of that peak."""
        median = np.median(self.norms[network], axis=0)
        peak = int(median.argmax())
        fallen = np.flatnonzero(median[peak:] < 0.1 * median[peak])
        return float(self.scales[peak + fallen[0]]) if fallen.size else float("inf")

    def factors(self, network: str) -> Array:
        """‖∂J/∂W1‖ at 1000 s over the same at s, in row `seed` and column s of `starts`."""
        norm = self.norms[network]
        with np.errstate(divide="ignore", invalid="ignore"):
            return norm[:, 3 * PER_DECADE :] / norm[:, : -3 * PER_DECADE]

    def factor_at(self, network: str, start: float) -> Array:
        """The factors of every seed from the starting scale nearest to `start`."""
        nearest = int(np.argmin(np.abs(np.log(self.starts / start))))
        return np.asarray(self.factors(network)[:, nearest])


def measure(seeds: Iterable[int] = range(100), decades: tuple[int, int] = (-6, 4)) -> Scaling:
    """‖∂J/∂W1‖ against the scale of the inputs, for each of `NETWORKS` and each seed."""
    first, last = decades
    seeds = list(seeds)
    scales = np.logspace(first, last, (last - first) * PER_DECADE + 1)
    norms = {
        name: np.array(
            [
                [float(np.linalg.norm(gradient(s))) for s in scales]
                for gradient in map(network, map(np.random.default_rng, seeds))
            ]
        )
        for name, network in NETWORKS.items()
    }
    return Scaling(scales, norms)


def softmax_net(
    rng: np.random.Generator, sizes: tuple[int, ...] = (2, 3, 2), m: int = 1
) -> Gradient:
    """s ↦ ∂J/∂W1 of a TestNet with normal weights and biases, on m normal inputs times s."""
    params = {}
    for l in range(1, len(sizes)):
        params[f"W{l}"] = rng.normal(size=(sizes[l], sizes[l - 1]))
        params[f"b{l}"] = rng.normal(size=(sizes[l], 1))
    x, y = rng.normal(size=(sizes[0], m)), rng.integers(0, sizes[-1], m)
    return lambda s: formulas.testnet_gradients(params, s * x, y)["W1"]


def linear_regression(rng: np.random.Generator, m: int = BATCH) -> Gradient:
    """s ↦ ∂J/∂w of J = (1/2m) Σᵢ (w·s xᵢ + b − tᵢ)², with w, b, x and t normal."""
    w, b, x, t = rng.normal(size=(1, 2)), rng.normal(), rng.normal(size=(2, m)), rng.normal(size=m)
    return lambda s: (w @ (s * x) + b - t) @ (s * x).T / m


NETWORKS: dict[str, Callable[[np.random.Generator], Gradient]] = {
    "TestNet 2-3-2, one sample": softmax_net,
    f"TestNet 2-3-2, batch of {BATCH}": lambda rng: softmax_net(rng, m=BATCH),
    f"softmax regression, batch of {BATCH}": lambda rng: softmax_net(rng, (2, 2), BATCH),
    f"linear regression, batch of {BATCH}": linear_regression,
}


def table(result: Scaling, starts: Iterable[float] = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)) -> str:
    """A Markdown table of the growth from s to 1000 s: median [lowest … highest] over the seeds."""
    starts = list(starts)
    lines = [["inputs grow from scale", *map(_number, starts)], ["---"] * (len(starts) + 1)]
    for name in result.norms:
        factors = [result.factor_at(name, s) for s in starts]
        spread = [f"{_number(f.min())} … {_number(f.max())}" for f in factors]
        lines.append([name, *map(_number, (float(np.median(f)) for f in factors))])
        lines.append(["lowest … highest", *spread])
        lines.append(
            ["seeds with × 1000 or more", *(f"{np.mean(f >= TIMES):.0%}" for f in factors)]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _number(x: float) -> str:
    """Three digits; below 1e-6 rounding differs between machines, and it is nothing anyway."""
    if x >= 1000:
        return f"{float(f'{x:.3g}'):,.0f}"
    return "< 1e-6" if x < 1e-6 else f"{x:.3g}"
