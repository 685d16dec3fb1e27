"""What a derivation starts from, and what it defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formula.tree import Expr

Array = np.ndarray[Any, Any]

KINDS = (
    "parameter", "data", "labels", "positive", "probability", "number", "onehot", "sign",
)  # fmt: skip
DISCRETE = ("labels", "onehot", "sign")


@dataclass(frozen=True)
class Quantity:
    """A leaf: its sizes by name or number, and which numbers it may have.

    kind: "parameter" and "data" are normal; "positive"; "probability" in (0, 1); "labels" are
    1 … `classes` (`first` … in Python); "onehot" columns or rows along `axis`; "sign" is ±1.
    """

    name: str
    shape: tuple[int | str, ...] = ()
    kind: str = "parameter"
    classes: int | str = 0
    first: int = 1
    axis: int = 0


@dataclass(frozen=True)
class Definition:
    """A forward quantity: `name` is `expr`; `line` is the number of the author's line, if any."""

    name: str
    expr: Expr
    line: int | None = None


def drawn(q: Quantity, sizes: Mapping[str, int], rng: np.random.Generator) -> Array:
    """Numbers of the kind, in the quantity's shape."""

    def size(n: int | str) -> int:
        return n if isinstance(n, int) else sizes[n]

    shape = tuple(map(size, q.shape))
    if q.kind == "labels":
        return rng.integers(q.first, q.first + size(q.classes), shape).astype(float)
    if q.kind == "onehot":
        places = [n for axis, n in enumerate(shape) if axis != q.axis % len(shape)]
        hot = rng.integers(0, shape[q.axis], places)
        return np.moveaxis(np.eye(shape[q.axis])[hot], -1, q.axis)
    if q.kind == "sign":
        return rng.choice([-1.0, 1.0], shape)
    if q.kind == "positive":
        return rng.uniform(0.3, 2.0, shape)
    if q.kind == "probability":
        return rng.uniform(0.1, 0.9, shape)
    return rng.normal(size=shape)
