"""Derivatives by numbers alone, and the two comparisons that every rule has to pass.

The function that is differentiated numerically is numpy's, never the engine's, so an engine that is
wrong forwards and backwards in the same way is caught as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, gradients

Array = np.ndarray[Any, Any]

# Sixth-order central differences.  Truncation is h⁶/140 · f⁷, 1e-20 · f⁷; rounding is the rest.
STEP = 1e-3
STENCIL = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
ROUNDING = 2e-15  # a few units in the last place of what is summed, divided by the step
COMPLEX_STEP = 1e-30


def along(f: Callable[..., Any], args: Sequence[Array], directions: Sequence[Array]) -> Any:
    """d/dt f(args + t · directions) at t = 0, by central differences."""

    def at(t: float) -> Any:
        return f(*(a + t * v for a, v in zip(args, directions, strict=True)))

    slope: Any = 0.0
    for k, weight in STENCIL.items():
        slope = slope + weight * (at(k * STEP) - at(-k * STEP))
    return slope / STEP


def complex_step(f: Callable[..., Any], args: Sequence[Array], seed: Array) -> list[Array]:
    """∂ Σ seed · f / ∂ each entry, exact to rounding, for an f that is analytic in numpy."""
    found = []
    for i, arg in enumerate(args):
        slopes = np.empty(arg.shape)
        for entry in np.ndindex(arg.shape):
            moved = [np.array(a, dtype=complex) for a in args]
            moved[i][entry] += COMPLEX_STEP * 1j
            slopes[entry] = np.sum(seed * f(*moved)).imag / COMPLEX_STEP
        found.append(slopes)
    return found


def directions_like(rng: np.random.Generator, args: Sequence[Array]) -> list[Array]:
    """Random directions, no entry longer than 1, none close to 0: an entry cannot hide."""
    return [rng.uniform(0.3, 1.0, a.shape) * rng.choice([-1.0, 1.0], a.shape) for a in args]


def seed_like(rng: np.random.Generator, y: Any) -> Array:
    """A random cotangent: with ones, a missing or transposed factor could cancel."""
    return np.asarray(directions_like(rng, [np.asarray(y)])[0])


def agree(given: Any, expected: Any, rtol: float, scale: float = 0.0) -> None:
    """Equal up to `rtol` of the largest entry (or of `scale`), nan and inf in the same places."""
    given, expected = np.asarray(given, float), np.asarray(expected, float)
    assert given.shape == expected.shape, f"shape {given.shape}, expected {expected.shape}"
    finite = np.isfinite(expected)
    assert np.array_equal(given[~finite], expected[~finite], equal_nan=True), (given, expected)
    size = max(scale, float(np.max(np.abs(expected), where=finite, initial=1.0)))
    assert np.all(np.isfinite(given[finite])), f"{given} where {expected} is finite"
    error = float(np.max(np.abs(given[finite] - expected[finite]), initial=0.0))
    assert error <= rtol * size, f"{given} differs from {expected} by {error:.3g}, size {size:.3g}"


def check_first_order(
    f: Callable[..., Any],
    reference: Callable[..., Any],
    args: Sequence[Array],
    rng: np.random.Generator,
    rtol: float = 1e-10,
    analytic: bool = False,
) -> None:
    """The engine's gradients of Σ seed · f against numpy's, along a direction and per entry."""
    xs = [Tensor(a) for a in args]
    y = f(*xs)
    seed = seed_like(rng, y.data)
    grads = gradients(y, xs, seed=seed)
    for g, a in zip(grads, args, strict=True):
        assert g.shape == a.shape, f"gradient of shape {g.shape} for an argument of {a.shape}"
    v = directions_like(rng, args)
    products = [g * d for g, d in zip(grads, v, strict=True)]
    given = float(sum(np.sum(p) for p in products))
    expected = along(lambda *at: np.sum(seed * reference(*at)), args, v)
    magnitude = 1.0 + float(sum(np.sum(np.abs(p)) for p in products))
    noise = ROUNDING / STEP * float(np.sum(np.abs(seed * y.data)))
    assert abs(given - expected) <= rtol * magnitude + noise, (
        f"along a direction: rules give {given!r}, central differences {expected!r}"
    )
    if analytic:
        for g, exact in zip(grads, complex_step(reference, args, seed), strict=True):
            agree(g, exact, rtol=1e-12 * 10)


def check_second_order(
    f: Callable[..., Any],
    args: Sequence[Array],
    rng: np.random.Generator,
    rtol: float = 1e-8,
) -> None:
    """∂/∂x of Σ v · ∂(seed · f)/∂x against central differences of the first-order gradients."""
    xs = [Tensor(a) for a in args]
    y = f(*xs)
    seed, v = seed_like(rng, y.data), directions_like(rng, args)
    first = gradients(y, xs, seed=seed, graph=True)
    total: Any = 0.0
    for g, d in zip(first, v, strict=True):
        assert isinstance(g, Tensor)
        total = total + (g * d).sum()
    given = gradients(total, xs)

    def slopes(i: int) -> Callable[..., Array]:
        def at(*moved: Array) -> Array:
            ts = [Tensor(m) for m in moved]
            result: Array = gradients(f(*ts), ts[i], seed=seed)
            return result

        return at

    for i, g in enumerate(given):
        noise = ROUNDING / STEP * float(np.max(np.abs(first[i].data), initial=1.0)) / rtol
        agree(g, along(slopes(i), args, v), rtol, scale=noise)
