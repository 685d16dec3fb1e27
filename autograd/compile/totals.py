"""Writes the sums and means over the samples of a batch: dot products, many at a time."""

from __future__ import annotations

from typing import Any

from .pack import Total
from .program import Step
from .rows import Rows, Spot

Pair = tuple[Spot, Spot | None]


class Totals:
    """`texts` are the outputs as numbers, from lines that are added to those of `rows`."""

    def __init__(self, rows: Rows, outputs: list[Any], reduce: str) -> None:
        self.rows = rows
        self.mean = reduce == "mean"
        pairs: dict[tuple[str, str | None], set[Pair]] = {}
        for y in outputs:
            if isinstance(y, Total):
                for _, a, b in y.terms:
                    pair = self.pair(a, b)
                    key = (pair[0][0], pair[1] and pair[1][0])
                    pairs.setdefault(key, set()).add(pair)
        self.found: dict[Pair, str] = {}
        for key in pairs:
            self.write(sorted(pairs[key], key=lambda p: (p[0][1], p[1][1] if p[1] else 0)))
        self.texts = [self.text(y) for y in outputs]

    def pair(self, a: Step, b: Step | None) -> Pair:
        one = self.rows.spots[a]
        if b is None:
            return one, None
        other = self.rows.spots[b]
        return (one, other) if one <= other else (other, one)

    def write(self, pairs: list[Pair]) -> None:
        """The sums of rows of one pack, or of products of the rows of two."""
        left = sorted({a for a, _ in pairs})
        right = sorted({b for _, b in pairs if b is not None})
        if not right and len(left) > 1:
            self.keep(pairs, f"{self.rows.call('sum')}({self.slice(left)}, 1)",
                      [a[1] - left[0][1] for a, _ in pairs])  # fmt: skip
        elif len(pairs) > 1 and 4 * len(pairs) >= width(left) * width(right):
            places = [
                (a[1] - left[0][1]) * width(right) + b[1] - right[0][1] for a, b in pairs if b
            ]
            self.keep(pairs, f"{self.slice(left)} @ {self.slice(right)}.T", places)
        else:
            for a, b in pairs:
                row = self.rows.row(a)
                text = (f"{self.rows.call('sum')}({row})" if b is None
                        else f"{self.rows.call('dot')}({row}, {self.rows.row(b)})")  # fmt: skip
                name = self.rows.names.new("s")
                self.rows.lines.append(f"{name} = float({text}{' / n' * self.mean})")
                self.found[a, b] = name

    def keep(self, pairs: list[Pair], text: str, places: list[int]) -> None:
        name = self.rows.names.new("s")
        text = f"({text}{' / n' * self.mean})"
        self.rows.lines.append(f"{name} = {text}.ravel().tolist()")
        self.found.update((pair, f"{name}[{i}]") for pair, i in zip(pairs, places, strict=True))

    def slice(self, spots: list[Spot]) -> str:
        """From the first to the last of these rows of one pack; one row alone has one axis."""
        name, first = spots[0]
        size = width(spots)
        if size == 1:
            return self.rows.row(spots[0])
        return name if size == self.rows.size[name] else f"{name}[{first}:{first + size}]"

    def text(self, y: Any) -> str:
        """An output: Σ coefficient·sum + constant."""
        if not isinstance(y, Total):
            return self.shared(y)
        parts = []
        for factor, a, b in y.terms:
            found = self.found[self.pair(a, b)]
            if type(factor) is float and factor == 1.0:
                parts.append(found)
            else:
                parts.append(f"{self.rows.number(factor)} * {found}")
        if y.constant is not None:
            parts.append(self.shared(y.constant))
        return " + ".join(parts)

    def shared(self, x: Any) -> str:
        number = self.rows.number(x)
        return number if self.mean else f"n * {number}"


def width(spots: list[Spot]) -> int:
    return spots[-1][1] - spots[0][1] + 1
