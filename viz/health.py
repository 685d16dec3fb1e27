"""What goes wrong in a graph: numbers that are none, units that are stuck, gradients that vanish.

Saturation is judged by the local derivative: a sigmoid or tanh whose slope is below a thousandth
lets next to nothing through.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Node

FLAT = 1e-3
STUCK: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda y: y * (1 - y) < FLAT,
    "tanh": lambda y: 1 - y * y < FLAT,
}


def broken(x: Any) -> bool:
    """Whether a number or array holds a nan or an infinity."""
    return x is not None and not np.all(np.isfinite(x))


def complaint(node: Node, grad: Any) -> str:
    """What is to be said of a node and its gradient in red; nothing of a healthy one."""
    y = np.asarray(node.data)
    for what, x in (("data", y), ("grad", grad)):
        if broken(x):
            kind = "nan" if np.isnan(x).any() else "inf"
            return f"{kind} in {what}{share(~np.isfinite(x))}"
    if node.op is None:
        return ""
    if node.op.name in STUCK:
        stuck = np.asarray(STUCK[node.op.name](y))
        if 2 * stuck.sum() >= stuck.size > 0:
            return f"saturated{share(stuck)}"
    if node.op.name == "relu" and y.size > 1 and not y.any():
        return "dead: all entries are 0"
    return ""


def share(mask: Any) -> str:
    """`: 3 of 12 entries`; nothing for a single number."""
    mask = np.asarray(mask)
    return "" if mask.size == 1 else f": {int(mask.sum())} of {mask.size} entries"


def size(gradients: Iterable[Any]) -> float | None:
    """The largest finite |entry| of some gradients; None if there are none."""
    sizes = [float(np.max(np.abs(g), where=np.isfinite(g), initial=0.0))
             for g in gradients if g is not None]  # fmt: skip
    return max(sizes, default=None)


# Where each step of the scale of |gradient| begins, its mark in the legend, and its meaning.
SCALE = (
    (0.0, "▁", "0"),
    (0.0, "▂", "< 1e-6: vanishing"),
    (1e-6, "▃", "< 1e-3"),
    (1e-3, "▅", "< 10"),
    (1e1, "▆", "< 1e3"),
    (1e3, "▇", "≥ 1e3: exploding"),
)


def step(magnitude: float) -> int:
    """The step of the scale that a magnitude is on."""
    return sum(magnitude >= start for start, _, _ in SCALE[2:]) + 1 if magnitude else 0
