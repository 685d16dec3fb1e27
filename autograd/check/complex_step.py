"""Derivatives by complex steps: f(x + ih) = f(x) + ih·f′(x) + O(h²), so Im f / h has no rounding.

The recorded graph is run again on complex numbers, with h = 2⁻¹⁰⁰ of the entry's size.  W. Squire
and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40,
1998.  It holds where every op on the way is analytic, as its declaration says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..node import Node, ordered
from ..op import ZERO
from .subject import Run

Array = np.ndarray[Any, Any]

STEP = 2.0**-100
ROUNDING = 1e-12  # of what is summed up to an entry


def peak(x: Array, axes: Any) -> Array:
    """The largest real part, real: taking it out changes neither softmax nor logsumexp."""
    return np.asarray(np.max(x.real, axis=axes, keepdims=True))


def logsumexp(x: Array, axes: Any, keepdims: bool) -> Array:
    m = peak(x, axes)
    y = np.log(np.sum(np.exp(x - m), axis=axes, keepdims=True)) + m
    return (
        np.asarray(y) if keepdims else np.squeeze(y, tuple(range(x.ndim)) if axes is None else axes)
    )


def softmax(x: Array, axes: Any) -> Array:
    e = np.exp(x - peak(x, axes))
    return np.asarray(e / np.sum(e, axis=axes, keepdims=True))


def sigmoid(x: Array) -> Array:
    e = np.exp(np.where(x.real > 0, -x, x))
    return np.where(x.real > 0, 1.0, e) / (1.0 + e)


def softplus(x: Array) -> Array:
    return np.asarray(np.where(x.real > 0, x, 0.0) + np.log1p(np.exp(np.where(x.real > 0, -x, x))))


def var(x: Array, axes: Any, ddof: float, keepdims: bool) -> Array:
    d = x - np.mean(x, axis=axes, keepdims=True)
    n = x.size if axes is None else np.prod([x.shape[a] for a in axes])
    return np.asarray(np.sum(d * d, axis=axes, keepdims=keepdims) / (n - ddof))


# The analytic ops whose own `compute` takes real numbers only.
FORMS: dict[str, Callable[..., Any]] = {
    "logsumexp": logsumexp,
    "mean": lambda x, axes, keepdims: np.mean(x, axis=axes, keepdims=keepdims),
    "log_softmax": lambda x, axes: x - logsumexp(x, axes, True),
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
    "softmax": softmax,
    "softplus": softplus,
    "sum": lambda x, axes, keepdims: np.sum(x, axis=axes, keepdims=keepdims),
    "var": var,
}  # fmt: skip


class Replay:
    """The graph of one run, to be run again with one leaf complex."""

    def __init__(self, run: Run, c: Array) -> None:
        self.run, self.c = run, c
        self.order = ordered(*run.outputs) if run.outputs else []

    def behind(self, leaf: Node) -> list[Any] | None:
        """The recorded nodes that depend on `leaf`, in order; None if one is not analytic."""
        reached: set[Node] = {leaf}
        found = []
        for node in self.order:
            if node.op is not None and any(a in reached for a in node.parents()):
                if not node.op.analytic:
                    return None
                reached.add(node)
                found.append(node)
        return found

    def slopes(self, leaf: Node) -> tuple[Array, Array] | None:
        """Σ c · ∂results/∂entry for each entry of the leaf, and its error bar."""
        nodes = self.behind(leaf)
        if nodes is None:
            return None
        data = np.asarray(leaf._raw, np.float64)
        value, bar = np.empty(data.size), np.empty(data.size)
        for i in range(data.size):
            moved = data.astype(complex)
            h = STEP * (abs(float(data.flat[i])) or 1.0)
            moved.flat[i] += 1j * h
            with np.errstate(all="ignore"):
                terms = self.c * self.imaginary(leaf, moved, nodes) / h
            if not np.all(np.isfinite(terms)):
                return None
            value[i], bar[i] = terms.sum(), ROUNDING * np.abs(terms).sum()
        return value, bar

    def imaginary(self, leaf: Node, moved: Array, nodes: list[Any]) -> Array:
        """The imaginary parts of the results."""
        known: dict[Node, Any] = {leaf: moved}
        for node in nodes:
            known[node] = replayed(node, known)
        parts = [np.ravel(np.imag(known.get(y, y._raw))) for y in self.run.outputs]
        return np.concatenate(parts)


def replayed(node: Any, known: dict[Node, Any]) -> Any:
    """What the node's op makes of complex operands."""
    op, rules = node.op, node.op.rules
    operands = []
    for i, (a, x) in enumerate(zip(node.args, node.inputs, strict=True)):
        z = known.get(a, x) if isinstance(a, Node) else x
        flat = type(rules) is tuple and rules[i] is ZERO  # a condition: no derivative in it
        operands.append(np.real(z) if flat and z is not x else z)
    return FORMS.get(op.name, op.compute)(*operands)
