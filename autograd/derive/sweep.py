"""The chain rule from one quantity to those it was computed from, as nodes.

The engine's own rules are run on nodes, from a stand-in for the quantity's cotangent down to the
nearest quantities that have a name: what they record is the formula of one step.
"""

from __future__ import annotations

from collections.abc import Set
from heapq import heappop, heappush
from typing import Any

import numpy as np

from .. import modes
from ..arrival import arrived
from ..cotangents import current
from ..node import Node
from ..reductions import PROD, kept
from ..shaping import broadcast_to, shape_of


class Step:
    """What one quantity contributes to the gradient of another."""

    def __init__(self, source: Node) -> None:
        self.source = source
        self.cotangent: Any = None
        self.ops: dict[str, None] = {}  # passed on the way, the source's own first


def pulled(v: Node, g: Any, stops: Set[Node], leading: Set[Node]) -> dict[Node, Step]:
    """Contributions of v, whose cotangent is g, to those of `stops` that are next to it."""
    found: dict[Node, Step] = {}
    waiting: dict[Node, Step] = {v: Step(v)}
    waiting[v].cotangent = g
    heap = [(-v.serial, v)]
    with modes.entered(modes.NONE):
        while heap:
            node = heappop(heap)[1]
            step = waiting.pop(node)
            for arg, h in contributions(node, step.cotangent, leading):
                place = found if arg in stops else waiting
                if arg not in place:
                    place[arg] = Step(v)
                    if place is waiting:
                        heappush(heap, (-arg.serial, arg))
                into = place[arg]
                into.cotangent = h if into.cotangent is None else into.cotangent + h
                into.ops |= step.ops | {node.op.name: None}  # type: ignore[union-attr]
    return found


def contributions(node: Node, g: Any, leading: Set[Node]) -> list[tuple[Node, Any]]:
    """The cotangent of each argument that leads to what is asked for, by the op's own rules."""
    op: Any = node.op
    args: tuple[Any, ...] = current(node)
    if op is PROD and np.all(args[0]._raw):
        x, axes, keepdims = args
        return [(x, kept(g * node, x, axes, keepdims) / x)]  # the engine's rule is right at 0, too
    found = []
    for i, arg in enumerate(args):
        if not isinstance(arg, Node) or arg not in leading:
            continue
        h = op.rule(i)(g, node, *args)
        if h is None:  # piecewise constant: nothing flows
            continue
        if not arg.is_scalar:
            shape = np.shape(arg._raw)
            h = arrived(h, shape, op, i)
            h = h if shape_of(h) == shape else broadcast_to(h, shape)
        found.append((arg, h))
    return found


def leads(order: list[Node], wanted: Set[Node]) -> set[Node]:
    """The nodes that depend on one of `wanted`, and these themselves."""
    found = {node for node in order if node in wanted}
    for node in order:
        if node not in found and any(arg in found for arg in node.parents()):
            found.add(node)
    return found
