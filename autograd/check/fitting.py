"""Rules that fail, or whose cotangent does not fit its argument: which one, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrival import arrived
from ..cotangents import leading_to
from ..errors import NoDerivativeError, ShapeError
from ..node import Node, ordered
from .subject import Run

Array = np.ndarray[Any, Any]

STEP = 2.0**-18  # of the difference quotient that tells a transpose from another array of its shape


@dataclass(frozen=True)
class Misfit:
    """What a rule did, and what that looks like."""

    message: str
    looks_like: str = ""


def misfit(run: Run, c: Array, names: dict[Node, str]) -> Misfit | None:
    """The first rule, from the result back, that fails or gives what its argument cannot take."""
    order: list[Any] = ordered(*run.outputs)
    needed = leading_to(set(run.wrt), order)
    cotangents: dict[Any, Any] = {}
    for y, seed in zip(run.outputs, run.seeds(c), strict=True):
        cotangents[y] = cotangents[y] + seed if y in cotangents else seed
    for node in reversed(order):
        g = cotangents.get(node)
        if node.op is None or g is None:
            continue
        for i, arg in enumerate(node.args):
            if not isinstance(arg, Node) or (needed is not None and arg not in needed):
                continue
            try:
                h = node.op.rule(i)(g, node._raw, *node.inputs)
                fit = None if h is None else arrived(np.asarray(h), np.shape(arg._raw), node.op, i)
            except NoDerivativeError:
                return None
            except ShapeError as error:
                called = f"the argument {names[arg]} has" if arg in names else "the argument has"
                return Misfit(str(error).replace("the argument has", called), turned(node, i, g, h))
            except (TypeError, ValueError, IndexError) as error:
                return Misfit(failed(node, i, g, error))
            if fit is not None:
                whole = np.broadcast_to(fit, np.shape(arg._raw))
                cotangents[arg] = cotangents[arg] + whole if arg in cotangents else whole
    return None


def failed(node: Any, i: int, g: Any, error: Exception) -> str:
    shapes = " and ".join(str(np.shape(x)) for x in node.inputs)
    return (
        f"the rule of {node.op.name} for argument {i} failed, given a cotangent of shape "
        f"{np.shape(g)} and arguments of shape {shapes}: {error}"
    )


def turned(node: Any, i: int, g: Any, h: Any) -> str:
    """Whether the cotangent h of argument `i` is the transpose of the right one."""
    inputs = [np.asarray(x, np.float64) if k == i else x for k, x in enumerate(node.inputs)]
    x = inputs[i]
    if np.ndim(h) != 2 or np.shape(h) != x.shape[::-1]:
        return ""
    d = np.random.default_rng(0).uniform(0.5, 1.5, x.shape)

    def value(t: float) -> float:
        moved = [x + t * d if k == i else a for k, a in enumerate(inputs)]
        return float(np.sum(g * np.asarray(node.op.compute(*moved))))

    slope = (value(STEP) - value(-STEP)) / (2.0 * STEP)
    return "transposed" if np.isclose(float(np.sum(h.T * d)), slope, rtol=1e-5) else ""
