"""The engine's gradients against complex steps through the forward pass, without its rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...check.complex_step import STEP, replayed
from ...errors import GradientError
from ...node import Node, ordered
from ..formula.tree import Derivative, Expr
from .points import Points

ROUNDING = 1e-9  # of the largest sum of what adds up to an entry
DIFFERENCE = 1e-6  # the step where an op is not analytic
ROUGH = 1e-5


def confirmed(points: Points) -> tuple[int, int]:
    """How many gradients were confirmed by complex steps, and how many by differences.

    Of every loss and quantity that a judged line differentiated, in one direction each.  Raises
    GradientError if one is not confirmed, since no verdict could then be trusted.
    """
    exact = rough = 0
    done: set[tuple[Expr, Expr]] = set()
    for world in points.kept.values():
        for of, wrt, _ in list(world.slopes):
            if len(wrt) != 1 or (of, wrt[0]) in done:
                continue
            y, x = (world.nodes.get(getattr(e, "name", "")) for e in (of, wrt[0]))
            if y is None or x is None or y.size != 1:
                continue
            slope = world.differentiated(Derivative(of, wrt), {})
            if not (np.isfinite(y.data).all() and np.isfinite(slope.data).all()):
                continue  # outside of its domain, where nothing is judged
            done.add((of, wrt[0]))
            if analytic := along(y, x, slope.data):
                exact += 1
            elif analytic is not None:
                rough += 1
    return exact, rough


def along(y: Any, x: Any, slope: np.ndarray[Any, Any]) -> bool | None:
    """True: confirmed by a complex step; False: by a difference; None: y does not depend on x."""
    reached: set[Node] = {x}
    behind: list[Any] = []
    for node in ordered(y):
        if node.op is not None and node is not x and any(a in reached for a in node.parents()):
            reached.add(node)
            behind.append(node)
    if y not in reached or y is x:
        return None
    direction = np.random.default_rng(0).normal(size=x.shape)
    parts = np.asarray(slope).reshape(x.shape) * direction
    told, scale = float(parts.sum()), float(np.abs(parts).sum())
    analytic = all(node.op.analytic for node in behind)
    if analytic:
        found = float(np.imag(run(behind, x, x.data + 1j * STEP * direction, y))) / STEP
    else:
        ends = (run(behind, x, x.data + s * DIFFERENCE * direction, y) for s in (1, -1))
        found = float(np.real(next(ends) - next(ends))) / (2 * DIFFERENCE)
    if not abs(found - told) <= (ROUNDING if analytic else ROUGH) * max(scale, 1e-3):
        name = f"∂{y.name or 'loss'}/∂{x.name}"
        raise GradientError(
            f"proofread: the engine's {name} is {told:.9g} along a random direction, and "
            f"{'a complex step' if analytic else 'a difference'} gives {found:.9g}: no line is "
            "judged by it; please report this"
        )
    return analytic


def run(behind: list[Any], x: Any, moved: Any, y: Any) -> Any:
    """The result with other numbers in one node."""
    known: dict[Node, Any] = {x: moved}
    with np.errstate(all="ignore"):
        for node in behind:
            known[node] = replayed(node, known)
    return np.sum(known[y])
