"""All that is known of a derivation: its quantities, their symbols and values, its lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..node import Node
from .algebra import negated, plus, power, times, transposed
from .arrays import Arrays
from .convert import Converter
from .matrices import Matrices
from .plan import Plan
from .remarks import Remark
from .tree import ONE, Expr, Num, Shape, Sym


@dataclass(frozen=True)
class Line:
    """`left = members[0] = members[1] = …`, and the rule that it uses."""

    left: Expr
    members: tuple[Expr, ...]
    remark: Remark | None = None
    target: Any = None  # the node whose gradient it is; None for a forward definition


def same(a: Any, b: Any) -> bool:
    return bool(np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True))


@dataclass
class Work:
    """All that is known of a derivation, as it was recorded, before a style is chosen."""

    plan: Plan
    columns: bool
    matrices: bool = True
    upright: bool = False  # whether vectors are seen as columns
    symbols: dict[Node, Sym] = field(default_factory=dict)
    values: dict[Sym, Any] = field(default_factory=dict)
    samples: int | None = None
    numbers: dict[Sym, float] = field(default_factory=dict)
    onehot: Sym | None = None
    facts: dict[Sym, int] = field(default_factory=dict)
    constants: dict[int, tuple[Any, Expr]] = field(default_factory=dict)
    forward: list[Line] = field(default_factory=list)
    backward: list[Line] = field(default_factory=list)
    made: set[Sym] = field(default_factory=set)  # constants that got a name of ours
    counted: set[int] = field(default_factory=set)  # numbers of entries that means were taken of

    @property
    def converter(self) -> type[Converter]:
        return Matrices if self.matrices else Arrays

    def shown(self, shape: Shape) -> Shape:
        return self.fresh({}).shown(shape)

    def fresh(self, known: dict[Node, Expr]) -> Converter:
        return self.converter(known, self.constant, self.upright, self.share)

    def present(self, x: Any) -> Any:
        """An array as it is seen."""
        return np.reshape(x, self.shown(np.shape(x)))

    def gradient(self, node: Node) -> Sym:
        symbol = self.symbols[node]
        return Sym(symbol.name, symbol.shape, "gradient")

    def constant(self, array: Any, shape: Shape) -> Expr:
        """The symbol of an array that is no node, or its formula by that of another one."""
        known = self.constants.get(id(array))
        if known is not None:
            return known[1]
        names = self.plan.names
        text = names.of_array(array)
        found = self.copied(array) or (None if text else self.related(array, shape))
        if found is None and text is None and array.dtype.kind in "iu":
            found = self.remembered(array, Sym(names.fresh("I"), shape), True)
        elif found is None:
            name = names.claim(text) if text else names.fresh("C" if array.ndim > 1 else "c")
            found = self.remembered(array, Sym(name, shape), text is None)
        self.constants[id(array)] = array, found
        return found

    def copied(self, array: Any) -> Expr | None:
        """The symbol of an array with the same entries: each use may have a copy of its own."""
        return next((e for other, e in self.constants.values() if same(other, array)), None)

    def related(self, array: Any, shape: Shape) -> Expr | None:
        """The transpose of an array that has a symbol, or 1 minus it."""
        for other, e in list(self.constants.values()):
            if other.dtype.kind in "iu" or not isinstance(e, Sym):
                continue
            if array.ndim == 2 and same(other.T, array):
                return transposed(e)
            if same(1.0 - other, array):
                return plus(ONE, negated(e))
        for other in self.plan.names.arrays.values():
            if array.ndim and (same(1.0 - other, array) or same(other.T, array)):
                self.constant(other, self.shown(other.shape))
                return self.related(array, shape)
        return None

    def remembered(self, array: Any, symbol: Sym, ours: bool) -> Sym:
        self.constants[id(array)] = array, symbol
        if ours:
            self.made.add(symbol)
        self.values[symbol] = np.reshape(np.asarray(array), symbol.shape)
        if array.dtype.kind in "bf" and len(symbol.shape) == 2 and array.size:
            for axis in (1, 0):
                if array.ndim == 2 and np.all(np.abs(np.sum(array, axis=axis) - 1.0) < 1e-12):
                    self.facts[symbol] = axis
        return symbol

    def labels(self, array: Any) -> None:
        """Name a matrix of one-hot targets 1(y=j), if the user has no name for it."""
        if id(array) in self.constants or self.plan.names.of_array(array) or self.onehot:
            return
        data = np.asarray(array)
        axis = 0 if self.columns else 1
        if data.ndim == 2 and data.shape[axis] > 1 and ((data == 0) | (data == 1)).all() and (
            data.sum(axis=axis) == 1
        ).all():  # fmt: skip
            symbol = Sym(self.plan.names.claim("1(y=j)"), self.shown(data.shape), "onehot")
            self.onehot = self.remembered(array, symbol, False)

    def share(self, n: int, shape: Shape) -> Expr:
        """1/n, as 1/m where n counts the samples."""
        m = self.samples
        if not m or m == 1 or (shape and m not in shape) or n % m:
            return Num(1.0 / n)
        if shape:
            self.counted.add(n)
        elif n != m and n not in self.counted:
            return Num(1.0 / n)
        return times(power(self.number("m", float(m)), -1.0), Num(m / n))

    def number(self, letter: str, value: float) -> Sym:
        for symbol, known in self.numbers.items():
            if known == value and symbol.name.base == letter:
                return symbol
        symbol = Sym(self.plan.names.claim(letter, False), kind="number")
        self.numbers[symbol] = value
        self.values[symbol] = value
        return symbol
