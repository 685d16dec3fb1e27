"""First-order reverse mode on `Value`s: one multiplication and one addition per edge.

The derivatives were stored when the graph was recorded, so no rule is called here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .cotangents import leading_to
from .node import Node, serial, walked


def scalar_backward(root: Any, start: float) -> None:
    """Store start · ∂root/∂node as `.grad`: added on leaves, set afresh on recorded nodes.

    No dict and no set: a node that was reached is known by its gradient, which is `zero` itself.
    """
    zero = float("0.0")  # an object of its own, so that `is` tells it from any other 0.0
    leaves: list[tuple[Any, float]] = []  # with the gradients that they had before
    try:
        nodes = reached(root, zero, leaves)
        nodes.sort(key=serial, reverse=True)
        root.grad += start
        for node in nodes:
            g = node.grad
            slope = node._da
            if slope is not None:
                node._a.grad += g * slope
            slope = node._db
            if slope is not None:
                arg = node._b
                if arg is not None:
                    arg.grad += g * slope
                else:
                    for arg, part in zip(node._a, slope, strict=True):
                        if part is not None:
                            arg.grad += g * part
    except BaseException:  # no rule, or ctrl-C: no leaf keeps half a gradient
        for leaf, before in leaves:
            leaf.grad = before
        raise
    for leaf, before in leaves:
        leaf.grad += before


def reached(root: Any, zero: float, leaves: list[tuple[Any, float]]) -> list[Any]:
    """The recorded nodes that root was computed from; their gradients and those of leaves reset.

    Depth first, the second argument before the first: nearly the order of recording backwards.
    """
    nodes: list[Any] = []  # grows while it is walked, so most nodes never enter a stack
    aside: list[Any] = []
    reach(root, zero, leaves, nodes)
    for node in nodes:
        if node._db is not None:
            arg = node._b
            if arg is None:
                for each in node._parents:
                    reach(each, zero, leaves, aside)
            elif arg.grad is not zero:  # `reach` written out, which takes a third off this loop
                if arg.op is not None:
                    arg.grad = zero
                    nodes.append(arg)
                    if node._da is not None:
                        arg = node._a
                        if arg.grad is not zero:
                            if arg.op is not None:
                                arg.grad = zero
                                aside.append(arg)
                            else:
                                before, arg.grad = arg.grad, zero
                                leaves.append((arg, before or 0.0))
                    continue
                before, arg.grad = arg.grad, zero
                leaves.append((arg, before or 0.0))
        if node._da is not None:
            arg = node._a
            if arg.grad is not zero:
                if arg.op is not None:
                    arg.grad = zero
                    nodes.append(arg)
                    continue
                before, arg.grad = arg.grad, zero
                leaves.append((arg, before or 0.0))
        if aside:
            nodes.append(aside.pop())
    return nodes


def reach(node: Any, zero: float, leaves: list[tuple[Any, float]], found: list[Any]) -> None:
    if node.grad is not zero:
        before, node.grad = node.grad, zero
        if node.op is not None:
            found.append(node)
        else:
            leaves.append((node, before or 0.0))


def scalars_pulled_back(
    roots: Sequence[Node], seeds: Sequence[Any], wrt: Collection[Node]
) -> dict[Node, Any]:
    """`pulled_back` for Values and numbers: the same in a dict, storing nothing."""
    leaves, recorded = walked(roots)
    needed: Collection[Node] | None = None
    cotangents: dict[Node, Any] = dict.fromkeys([*leaves, *recorded], 0.0)
    for root, seed in zip(roots, seeds, strict=True):
        cotangents[root] += seed
    node: Any
    for node in reversed(recorded):
        g = cotangents[node]
        da, db = node._da, node._db
        if (da is None or type(da) is float) and (db is None or type(db) is float):
            if da is not None:
                cotangents[node._a] += g * da
            if db is not None:
                cotangents[node._b] += g * db
            continue
        for arg, slope in zip(node.args, node.locals(), strict=True):
            if slope is None:
                continue
            if not isinstance(slope, float):  # no rule: an error, if the way leads to one of wrt
                if needed is None:
                    needed = leading_to(set(wrt), [*cotangents]) or cotangents.keys()
                if arg not in needed:
                    continue
            cotangents[arg] += g * slope
    return cotangents
