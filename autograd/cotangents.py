"""Reverse mode: one loop over arrays, and the same loop over nodes for higher derivatives.

What happens at a node of the first is written out for each op (`kernels`).  A cotangent that nobody
asked for is dropped as soon as it was used.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from . import kernels, modes
from .arrival import arrived, expanded, sent
from .errors import StaleGraphError
from .node import Node
from .op import Op, Pull
from .shaping import broadcast_to, shape_of


def arrays_pulled_back(
    roots: Sequence[Node],
    seeds: Sequence[Any],
    wrt: Collection[Node],
    leaves: Collection[Node],
    recorded: Sequence[Any],
) -> dict[Node, Any]:
    """The cotangents of those of `wrt` that are reached, for the given cotangents of `roots`."""
    wanted = set(wrt)
    needed = None if wanted.issuperset(leaves) else leading_to(wanted, [*leaves, *recorded])
    kept = wanted.difference(leaves) if needed or len(wanted) > len(leaves) else None
    found: dict[Node, Any] = {}
    cotangents: dict[Node, Any] = {}
    small: set[Node] = set()  # the nodes whose cotangents are of a smaller shape
    for k, root in enumerate(roots):
        seed = seeds[k]
        cotangents[root] = np.asarray(cotangents[root] + seed) if root in cotangents else seed
    for node in reversed(recorded):
        g = cotangents.pop(node, None)
        if g is None:
            continue
        if kept is not None and node in kept:
            found[node] = g
        pull = node.op.pull or written(node.op)
        pull(node, g, cotangents, small, needed)
    found = found | cotangents if found else cotangents
    for node in small:
        if node in found:
            found[node] = expanded(found[node], node._raw.shape)
    return found


def written(op: Op) -> Pull:
    """What is called at a node of the op, made when the first one is met."""
    op.pull = kernels.pull(op) if type(op.rules) is tuple else pulled_jointly
    return op.pull


def pulled_jointly(
    node: Any,
    g: Any,
    cotangents: dict[Node, Any],
    small: set[Node],
    needed: set[Node] | None,
) -> None:
    """What happens at a node whose op has one function for the rules of all its arguments."""
    op, shape = node.op, node._raw.shape
    rules = op.rules(expanded(g, shape), node._raw, *node._inputs)
    for i, arg in enumerate(node._parents):
        if arg is not None and (needed is None or arg in needed):
            h = (rules[i] or op.asked(rules, i))()
            if h is not None:  # piecewise constant: nothing flows
                h = h if type(h) is ndarray else np.asarray(h)
                sent(arg, arg._raw.shape, h, shape, op, i, cotangents, small)


def nodes_pulled_back(
    roots: Sequence[Node],
    seeds: Sequence[Any],
    wrt: Collection[Node],
    order: Sequence[Any],
) -> dict[Node, Any]:
    """The same as nodes: the rules run on nodes and grow the graph of the gradient."""
    wanted = set(wrt)
    needed = leading_to(wanted, order)
    cotangents: dict[Node, Any] = {}
    tracing = modes.is_tracing()
    for root, seed in zip(roots, seeds, strict=True):
        cotangents[root] = cotangents[root] + seed if root in cotangents else seed
    for node in reversed(order):
        if node not in cotangents:
            continue
        if tracing and node.name:
            name_cotangent(cotangents[node], node.name)
        if node.op is None:
            continue
        g = cotangents[node] if node in wanted else cotangents.pop(node)
        op: Any = node.op
        inputs = current(node)
        each = type(op.rules) is tuple  # one rule per argument, or one for all of them
        rules: Any = op.rules if each else op.rules(g, node, *inputs)
        for i, arg in enumerate(inputs):
            if not isinstance(arg, Node) or (needed is not None and arg not in needed):
                continue
            rule = rules[i] if i < len(rules) and rules[i] is not None else op.asked(rules, i)
            try:
                h = rule(g, node, *inputs) if each else rule()
            except ArithmeticError:  # plain numbers, as of x / 0.0: a node knows IEEE's answer
                if not node.is_scalar or isinstance(g, Node) or not each:
                    raise
                h = rule(type(node)(g), node, *inputs)
            if h is None:  # piecewise constant: nothing flows
                continue
            if not arg.is_scalar:
                h = arrived(h, arg._raw.shape, op, i)
                if shape_of(h) != arg._raw.shape:
                    h = broadcast_to(h, arg._raw.shape)
            cotangents[arg] = cotangents[arg] + h if arg in cotangents else h
    return cotangents


def name_cotangent(g: Any, name: str) -> None:
    """What a compiled program calls ∂L/∂z: dz."""
    if isinstance(g, Node) and g.op is not None and g.name is None:
        g.name = f"d{name}"


def current(node: Node) -> tuple[Any, ...]:
    """The arguments as nodes, for rules that record; refuses leaves that changed since."""
    for arg in node.parents():
        if arg.op is None and arg.serial > node.serial:
            name = "a leaf" if arg.name is None else f"the leaf {arg.name!r}"
            raise StaleGraphError(
                f"{name} was assigned after this graph was recorded, so its derivatives as nodes "
                "would be taken at the wrong point: compute the result anew, then differentiate"
            )
    return node.args


def leading_to(wanted: set[Node], nodes: Sequence[Node]) -> set[Node] | None:
    """The nodes through which a cotangent has to pass to reach one of `wanted`; None for all."""
    for node in nodes:
        if node.op is not None:
            return None  # all leaves are asked for, so nothing can be left out
        if node not in wanted:
            break
    needed = wanted.intersection(nodes)
    for node in nodes:
        if node not in needed and any(arg in needed for arg in node.parents()):
            needed.add(node)
    return needed
