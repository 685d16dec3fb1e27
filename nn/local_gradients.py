"""The local gradients that document 2 lists (004:267–306, 004:348–387), one function each."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.formulas import sigmoid, softmax

Array = NDArray[np.float64]


def d_plus(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """∂(x+y)/∂x, ∂(x+y)/∂y = 1, 1 (004:268)."""
    return _ones(x), _ones(y)


def d_minus(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """∂(x−y)/∂x, ∂(x−y)/∂y = 1, −1 (004:268)."""
    return _ones(x), -_ones(y)


def d_scaled(a: ArrayLike, x: ArrayLike) -> Array:
    """d(ax)/dx = a (004:269), a held constant."""
    return np.asarray(a, np.float64) * _ones(x)


def d_reciprocal(x: ArrayLike) -> Array:
    """d(1/x)/dx = −1/x² (004:270), x ≠ 0."""
    return -1.0 / np.asarray(x, np.float64) ** 2


def d_exp(x: ArrayLike) -> Array:
    """d(eˣ)/dx = eˣ (004:271)."""
    return np.exp(np.asarray(x, np.float64))


def d_maximum(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """∂max(x, y)/∂x, ∂max(x, y)/∂y: 1 for the larger, 0 for the other, ½ each at a tie.

    004:272 gives both 1 at a tie: moving x and y together would then change the maximum twice as
    fast as it does. The two shares must sum to 1.

    >>> print(*d_maximum([3.0, 2.0], [1.0, 2.0]))
    [1.  0.5] [0.  0.5]
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    to_x = np.heaviside(x - y, 0.5)
    return to_x, 1.0 - to_x


def d_sigmoid(x: ArrayLike) -> Array:
    """dσ/dx = σ(x)(1−σ(x)) (004:295); 1−σ(x) = σ(−x) keeps its digits where σ(x) ≈ 1."""
    return sigmoid(x) * sigmoid(np.negative(x))


def neuron(w0: float, w1: float, w2: float, x1: float, x2: float) -> float:
    """f = σ(w0 + w1x1 + w2x2) (004:282)."""
    return float(sigmoid(w0 + w1 * x1 + w2 * x2))


def neuron_gradients(w0: float, w1: float, w2: float, x1: float, x2: float) -> dict[str, float]:
    """∂f/∂ each argument of `neuron`: f(1−f) times w1, w2 for the inputs (004:302–303), and in the
    same way times x1, x2 for their weights (004:306) and times 1 for w0, which the document omits.

    >>> d = neuron_gradients(w0=-3.0, w1=2.0, w2=-3.0, x1=-1.0, x2=-2.0)
    >>> print(" ".join(f"{name} {value:.4f}" for name, value in d.items()))
    w0 0.1966 w1 -0.1966 w2 -0.3932 x1 0.3932 x2 -0.5898
    """
    slope = float(d_sigmoid(w0 + w1 * x1 + w2 * x2))
    factors = {"w0": 1.0, "w1": x1, "w2": x2, "x1": w1, "x2": w2}
    return {name: slope * factor for name, factor in factors.items()}


def softmax_jacobian(a: ArrayLike) -> Array:
    """∂pⱼ/∂aₖ = pⱼ(1(j=k) − pₖ) in row j, column k (004:363, 004:384, for any number of classes).

    The matrix is symmetric, so the document's columns ∂p(y=j)/∂a are its rows and its columns.
    """
    p = softmax(np.ravel(a))
    return np.diag(p) - np.outer(p, p)


def _ones(x: ArrayLike) -> Array:
    return np.ones_like(np.asarray(x, np.float64))
