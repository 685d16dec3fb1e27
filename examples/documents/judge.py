"""How a document's formula is judged: by relative error against complex step, in plain numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Evidence = dict[str, Callable[[], str]]


def sigma(z):
    """σ, for complex z too: a complex step goes through it."""
    return 1 / (1 + np.exp(-z))


def derivative(f: Callable, x: np.ndarray) -> np.ndarray:
    """∂f/∂x entry by entry, Im f(x + ih)/h with h = 1e-30: exact to rounding."""
    d = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-30j
        d[index] = f(moved).imag / 1e-30
    return d


def error(claim: np.ndarray, truth: np.ndarray) -> float:
    """‖claim − truth‖ / ‖truth‖, for arrays of the same shape."""
    claim, truth = np.asarray(claim), np.asarray(truth)
    assert claim.shape == truth.shape, (claim.shape, truth.shape)
    return float(np.linalg.norm(claim - truth) / np.linalg.norm(truth))


def off(claim: np.ndarray, truth: np.ndarray) -> str:
    return f"relative error {digits(error(claim, truth))}"


def agrees(claim: np.ndarray, truth: np.ndarray) -> str:
    assert error(claim, truth) < 1e-12, error(claim, truth)
    return "relative error < 1e-12"


def cannot_multiply(a: np.ndarray, b: np.ndarray) -> str:
    try:
        a @ b
    except ValueError:
        return f"{size(a)} times {size(b)} is not defined"
    raise AssertionError(f"{size(a)} times {size(b)} is defined")


def size(a: np.ndarray) -> str:
    return "×".join(map(str, a.shape))


def digits(x: float) -> str:
    return f"{float(f'{x:.3g}'):,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def listed(values: np.ndarray) -> str:
    return "(" + ", ".join(digits(x) for x in np.ravel(values)) + ")"
