"""Reverse mode in twenty lines: the engine that `GraphMachine` measures the real one by.

A list holds every number in the order in which it was made, so an argument comes before what is
computed from it, and the list read backwards is an order for the chain rule: nothing has to be
sorted, and no link leads from one number to another but a place in the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class Tape:
    """Numbers (or arrays), each with the places of its arguments and its derivatives in them.

    `data`, `args`, `slopes` and `grad` are lists with one entry per number.  Slopes are numbers:
    they were worked out when the number was made, and no later change of a leaf touches them.

    >>> tape = Tape()
    >>> x = tape.add(3.0)
    >>> y = tape.add(9.0, args=[x, x], slopes=[3.0, 3.0])  # x · x
    >>> tape.backward(y, 1.0)
    >>> tape.grad[x], tape.grad[y]
    (6.0, 1.0)
    """

    def __init__(self) -> None:
        self.data: list[Any] = []
        self.args: list[Sequence[int]] = []
        self.slopes: list[Sequence[Any]] = []
        self.grad: list[Any] = []

    def add(self, data: Any, args: Sequence[int] = (), slopes: Sequence[Any] = ()) -> int:
        """Write a number down; the result is its place."""
        self.data.append(data)
        self.args.append(args)
        self.slopes.append(slopes)
        self.grad.append(None)
        return len(self.data) - 1

    def cotangents(self, root: int, seed: Any) -> dict[int, Any]:
        """seed · ∂root/∂x for every x that root was computed from, by place."""
        g: dict[int, Any] = {root: seed}
        for y in range(root, -1, -1):
            if y in g:
                for x, slope in zip(self.args[y], self.slopes[y], strict=True):
                    g[x] = g.get(x, 0.0) + summed_to(np.shape(self.data[x]), g[y] * slope)
        return g

    def backward(self, root: int, seed: Any) -> None:
        """Store them: added to what a leaf has, in place of what a computed number had."""
        for x, g in self.cotangents(root, seed).items():
            leaf = not self.args[x]
            self.grad[x] = g if not leaf or self.grad[x] is None else self.grad[x] + g


def summed_to(shape: tuple[int, ...], g: Any) -> Any:
    """A number that was used in every entry of an array has the sum of their cotangents."""
    return g if np.shape(g) == shape else np.sum(g)
