"""Every way to multiply some factors: orders, transposes, ⊙ or the matrix product, brackets.

Found by dynamic programming over subsets of the factors.  Two ways with the same value for random
factors are the same formula, and the one nearest to what was written is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..formula.shapes import Shape
from ..formula.tree import Expr, Mul, Transpose
from ..problem import Array

MOST_FACTORS = 8
MOST_WAYS = 48  # that are kept for each subset
SWAPPED, TURNED, OTHER_KIND, BRACKET = 1.0, 0.9, 0.3, 0.4  # what a step away from the text costs


@dataclass(frozen=True)
class Way:
    """One product of a subset of the factors."""

    value: Array
    cost: float
    parts: tuple[Way, Way] | None = None
    leaf: int = -1
    turned: bool = False
    entrywise: bool = False

    def expr(self, factors: Sequence[Expr], sign: str) -> Expr:
        if self.parts is None:
            e = factors[self.leaf]
            return Transpose(e) if self.turned else e
        a, b = (part.expr(factors, sign) for part in self.parts)
        return Mul(a, b, "entrywise", "\\odot") if self.entrywise else Mul(a, b, "matrix", sign)


def arrangements(shapes: Sequence[Shape], turned: Sequence[bool]) -> list[Way]:
    """All products of factors of these shapes, the nearest to the order given first.

    turned: which of them the author transposed; `shapes` are those without the transposes.
    """
    if len(shapes) > MOST_FACTORS or any(len(s) != 2 for s in shapes):
        return []
    rng = np.random.default_rng(0)
    table: dict[int, list[Way]] = {}
    for k, shape in enumerate(shapes):
        x = rng.normal(size=shape)
        ways = [Way(x, TURNED * turned[k], leaf=k)]
        if shape != (1, 1):
            ways.append(Way(x.T, TURNED * (not turned[k]), leaf=k, turned=True))
        table[1 << k] = ways
    full = (1 << len(shapes)) - 1
    for chosen in sorted(range(1, full + 1), key=int.bit_count):
        if chosen not in table:
            table[chosen] = joined(chosen, table)
    return table[full]


def joined(chosen: int, table: dict[int, list[Way]]) -> list[Way]:
    """The products of a subset from those of two parts of it."""
    best: dict[tuple[Shape, str], Way] = {}
    left = (chosen - 1) & chosen
    while left:
        right = chosen ^ left
        moved = SWAPPED * inversions(left, right)
        for a in table[left]:
            for b in table[right]:
                for way in products(a, b, moved, left < right):
                    key = way.value.shape, fingerprint(way.value)
                    if key not in best or way.cost < best[key].cost:
                        best[key] = way
        left = (left - 1) & chosen
    return sorted(best.values(), key=lambda way: way.cost)[:MOST_WAYS]


def products(a: Way, b: Way, moved: float, first: bool) -> Iterator[Way]:
    """a b where shapes fit, and a ⊙ b."""
    cost = a.cost + b.cost + BRACKET * (b.parts is not None)
    if a.value.shape[1] == b.value.shape[0]:
        yield Way(a.value @ b.value, cost + moved + loosened(a) + loosened(b), (a, b))
    elif a.value.shape == (1, 1) or b.value.shape == (1, 1):
        yield Way(a.value.item() * b.value if a.value.size == 1 else a.value * b.value.item(),
                  cost + moved, (a, b))  # fmt: skip
    if a.value.shape == b.value.shape and a.value.size > 1:
        yield Way(a.value * b.value, cost + moved + OTHER_KIND, (a, b), entrywise=True)


def loosened(way: Way) -> float:
    return BRACKET * way.entrywise


def inversions(left: int, right: int) -> int:
    """How many pairs of factors stand the other way round."""
    return sum(
        int.bit_count(right & ((1 << k) - 1)) for k in range(left.bit_length()) if left >> k & 1
    )


def fingerprint(x: Array) -> str:
    weights = np.cos(np.arange(1.0, x.size + 1)).reshape(x.shape)
    return f"{float(np.sum(x * weights)):.7e}"
