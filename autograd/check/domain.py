"""Which op made the first nan or infinity: going forward, or in the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backward import pulled_back
from ..cotangents import leading_to
from ..node import Node, ordered
from .subject import Run

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Origin:
    """The op, the numbers that it was given, and what it made of them."""

    op: str
    operands: tuple[Any, ...]
    made: float
    backward: bool

    @property
    def message(self) -> str:
        given = ", ".join(f"{x:.6g}" if isinstance(x, float) else repr(x) for x in self.operands)
        if self.backward:
            return f"the derivative of {self.op}({given}) is {self.made}"
        return f"{self.op}({given}) is {self.made}"


def finite(x: Any) -> bool:
    return bool(np.all(np.isfinite(x)))


def forward(run: Run) -> Origin | None:
    """The first op whose result is not finite."""
    for node in ordered(*run.outputs) if run.outputs else []:
        if node.op is not None and not finite(node._raw):
            return origin(node, np.asarray(node._raw), False)
    return None


def backward(run: Run, c: Array) -> Origin | None:
    """The first op, from the result back, whose rule makes a cotangent that is not finite."""
    order: list[Any] = ordered(*run.outputs)
    needed = leading_to(set(run.wrt), order)
    with np.errstate(all="ignore"):
        found = pulled_back(run.outputs, run.seeds(c), order, False)
        for node in reversed(order):
            g = found.get(node)
            if node.op is None or g is None or not finite(g):
                continue
            for i, arg in enumerate(node.args):
                if isinstance(arg, Node) and (needed is None or arg in needed):
                    h = node.op.rule(i)(g, node._raw, *node.inputs)
                    if h is not None and not finite(h):
                        return origin(node, np.asarray(h), True)
    return None


def origin(node: Any, made: Array, backward: bool) -> Origin:
    """The op's operands at the first entry that is not finite; whole ones where shapes differ."""
    bad = np.argwhere(~np.isfinite(made))[0]
    operands: list[Any] = []
    for x in node.inputs:
        if isinstance(x, np.ndarray):
            same = x.shape == made.shape
            operands.append(float(x[tuple(bad)]) if same else float(x) if not x.ndim else x)
        elif isinstance(x, float | int) and not isinstance(x, bool):
            operands.append(float(x))
    value = float(made[tuple(bad)])
    if backward:
        value = abs(value)  # its sign is the random cotangent's
    return Origin(node.op.name, tuple(operands), value, backward)
