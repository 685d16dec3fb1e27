"""Ones and identities, as long as their neighbour wants them: 𝟏, 𝟏ᵀ, I, and formulas of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...shaping import transpose

Value = Any


@dataclass(frozen=True)
class Stretch:
    """What a formula is for every size; `word` is what it is called where no size is known."""

    fitted: Callable[[int], Value]
    word: str

    @property
    def transposed(self) -> Stretch:
        return self.then(transpose)

    def like(self, shape: tuple[int, ...]) -> Value:
        """In the size that has this shape, if there is one."""
        fits = (x for x in map(self.fitted, shape) if x.shape == shape)
        return next(fits, self)

    def then(self, f: Callable[[Value], Value]) -> Stretch:
        return Stretch(lambda n: f(self.fitted(n)), self.word)


def stretch(kind: str) -> Stretch:
    """A column of ones, or an identity ("eye")."""
    if kind == "eye":
        return Stretch(lambda n: np.eye(n), "an identity matrix")
    return Stretch(lambda n: np.ones((n, 1)), "a column of ones")


def together(a: Value, b: Value, f: Callable[[Value, Value], Value]) -> Stretch:
    """f(a, b) of two, at least one of which has no size yet: 𝟏𝟏ᵀ, λI, I − 𝟏𝟏ᵀ/n."""
    word = a.word if isinstance(a, Stretch) else b.word

    def fitted(n: int) -> Value:
        return f(*(x.fitted(n) if isinstance(x, Stretch) else x for x in (a, b)))

    return Stretch(fitted, word)
