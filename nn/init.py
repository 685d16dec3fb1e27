"""How weights start: random, from a seeded numpy Generator, at the scale that the layer needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LARGEST = 10**9  # numbers in one network: 8 GB, and as much again for each state of an optimiser
Seed = int | Sequence[int] | np.random.Generator | None


def generator(seed: Seed = None) -> np.random.Generator:
    """A numpy Generator: the one given, one seeded by an int ≥ 0 (or several), or a fresh one.

    Raises ValueError for anything else.
    """
    try:
        if isinstance(seed, bool | float | str):
            raise TypeError
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(
            f"seed is {seed!r}: give an int from 0 on, a numpy Generator, or None"
        ) from None


def xavier(n_in: int, n_out: int, seed: Seed = None, gain: float = 1.0) -> Array:
    """Uniform on ±gain·√(6/(n_in + n_out)), shape (n_in, n_out): for tanh, σ and linear layers.

    Keeps the variance of activations and gradients about equal from layer to layer (Glorot &
    Bengio 2010, equation 16; they advise gain 4 for σ, whose slope is at most ¼).

    >>> xavier(2, 3, seed=0).shape
    (2, 3)
    """
    limit = gain * math.sqrt(6.0 / (n_in + n_out))
    return generator(seed).uniform(-limit, limit, size=(n_in, n_out))


def he(n_in: int, n_out: int, seed: Seed = None) -> Array:
    """Normal with standard deviation √(2/n_in), shape (n_in, n_out): for layers followed by ReLU.

    He, Zhang, Ren & Sun 2015, equation 10.
    """
    return generator(seed).normal(0.0, math.sqrt(2.0 / n_in), size=(n_in, n_out))


def whole(name: str, n: Any) -> int:
    """`n` as a layer's width: a whole number from 1 on."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"{name} is {n!r}: give a whole number from 1 on")
    return int(n)


def chained(widths: Sequence[int]) -> int:
    """How many numbers linear layers of these widths hold."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(widths))


def reasonable(who: str, count: int) -> None:
    """Raise ValueError for parameters that would not fit into a machine's memory."""
    if count > LARGEST:
        raise ValueError(
            f"{who} would hold {count:,} numbers, more than {LARGEST:,}: give smaller sizes"
        )


def layer_sizes(sizes: Any, example: str) -> tuple[int, ...]:
    """`sizes` as widths from the input to the output: two or more whole numbers from 1 on."""
    if isinstance(sizes, str) or not hasattr(sizes, "__iter__"):
        raise ValueError(f"sizes is {sizes!r}: give the widths of all layers, such as {example}")
    widths = tuple(whole(f"sizes[{i}]", n) for i, n in enumerate(sizes))
    if len(widths) < 2:
        raise ValueError(f"sizes is {widths}: give input and output at least, such as {example}")
    return widths
