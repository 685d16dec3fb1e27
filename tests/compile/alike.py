"""What the tests of array programs share: the comparison with the eager result, and samples."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.tree import leaves

EXACT = 1e-12  # sums in another order, x·x·x for x³: some units in the last place
SINGLE = 2e-5  # the same in float32


def alike(got: Any, want: Any, rtol: float = EXACT, dtypes: bool = True) -> None:
    """Equal structure, shapes and dtypes; equal entries up to `rtol` of the largest one."""
    assert skeleton(got) == skeleton(want)
    for g, w in zip(leaves(got), leaves(want), strict=True):
        g, w = np.asarray(g), np.asarray(w)
        assert g.shape == w.shape, f"shape {g.shape}, expected {w.shape}"
        if dtypes:
            assert g.dtype == w.dtype, f"dtype {g.dtype}, expected {w.dtype}"
        finite = np.isfinite(w)
        assert np.array_equal(g[~finite], w[~finite], equal_nan=True), f"{g}, expected {w}"
        assert np.isfinite(g[finite]).all(), f"{g} where {w} is finite"
        g, w = g[finite].astype(float), w[finite].astype(float)
        size = max(float(np.max(np.abs(w), initial=0.0)), 1e-3)
        error = float(np.max(np.abs(g - w), initial=0.0))
        assert error <= rtol * size, f"{g} differs from {w} by {error:.3g}, size {size:.3g}"


def skeleton(tree: Any) -> Any:
    """The structure of a result: types of containers, keys, places of the leaves."""
    if isinstance(tree, dict):
        return type(tree), [(k, skeleton(v)) for k, v in tree.items()]
    if isinstance(tree, list | tuple):
        return type(tree), [skeleton(v) for v in tree]
    return None if tree is None else "leaf"


def normal(*shapes: tuple[int, ...], seed: int = 0) -> list[Any]:
    """One array of normal numbers for each shape."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def affine(x: Any, w: Any) -> Any:
    """A function of two arguments, numbers or arrays."""
    return ag.tanh(x * w) + w
