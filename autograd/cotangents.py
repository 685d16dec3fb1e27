"""First-order reverse mode on arrays: one loop, with as few and as small arrays as it can.

A cotangent may be kept *small*: of a shape that broadcasts against its node's, as the cotangent of
`sum` is one number.  It is written out when an op needs it whole.  A cotangent that nobody else can
see is added to in place, and one that nobody asked for is dropped as soon as it was used.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from sys import getrefcount
from typing import Any

import numpy as np
from numpy import ndarray

from . import modes
from .errors import ShapeError, StaleGraphError
from .kernels import kernels
from .node import Node
from .op import Op, apply
from .reductions import SUM, sum_array
from .shaping import Shape, broadcast_to, shape_of


def arrays_pulled_back(
    roots: Sequence[Node], seeds: Sequence[Any], wrt: Collection[Node], order: Sequence[Any]
) -> dict[Node, Any]:
    """The cotangents of those of `wrt` that are reached, for the given cotangents of `roots`."""
    wanted = set(wrt)
    needed = leading_to(wanted, order)
    kept = {node for node in wanted if node.op is not None}
    found: dict[Node, Any] = {}
    cotangents: dict[Node, Any] = {}
    small: set[Node] = set()  # the nodes whose cotangents are of a smaller shape
    for root, seed in zip(roots, seeds, strict=True):
        cotangents[root] = np.asarray(cotangents[root] + seed) if root in cotangents else seed
    for node in reversed(order):
        op = node.op
        if op is None:
            break  # leaves come first, so only leaves are left
        g = cotangents.pop(node, None)
        if g is None:
            continue
        if kept and node in kept:
            found[node] = g
        y, args = node._raw, node._args
        each = type(op.rules) is tuple  # one rule per argument, or one for all of them
        if small and node in small and not (each and op.elementwise):
            g = expanded(g, y.shape)
        operands = (g, y, *node._inputs)
        if not each:
            pulls = op.rules(*operands)
        elif y.ndim and (node._parents is args or not op.elementwise):
            pulls = kernels(op, y.itemsize)
        else:
            pulls = op.rules
        for i, arg in enumerate(args):
            if not isinstance(arg, Node) or (needed is not None and arg not in needed):
                continue
            pull = pulls[i] or op.asked(pulls, i)
            h = pull(*operands) if each else pull()
            if h is None:  # piecewise constant: nothing flows
                continue
            if type(h) is not ndarray:
                h = np.asarray(h)
            shape = arg._raw.shape
            if h.shape != shape or (op.elementwise and shape != y.shape):
                if op.elementwise and h.shape != y.shape != shape:
                    h = expanded(h, y.shape)  # summed next, over all that it stands for
                h = np.asarray(arrived(h, shape, op, i))
                if h.shape != shape and arg not in cotangents:
                    small.add(arg)
            if arg in cotangents:
                before = cotangents.pop(arg)
                if getrefcount(before) == SOLE and writable(before, h):  # nobody else sees it
                    h = np.add(before, h, before)
                else:
                    h = np.asarray(before + h)
                if arg in small and h.shape == shape:
                    small.remove(arg)
            cotangents[arg] = h
    found.update(cotangents)
    return found


def references() -> int:
    array = np.empty(0)
    return getrefcount(array)


SOLE = references()  # of an array that one local variable holds: 2, or 1 since Python 3.14


def writable(before: Any, h: Any) -> bool:
    """Whether `before` has room for before + h, and is no view of what others see."""
    return (
        before.base is None
        and before.flags.writeable
        and before.ndim > 0
        and before.dtype == h.dtype
        and (before.shape == h.shape or np.broadcast(before, h).shape == before.shape)
    )


def nodes_pulled_back(
    roots: Sequence[Node], seeds: Sequence[Any], wrt: Collection[Node], order: Sequence[Any]
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


def expanded(h: Any, shape: Shape) -> Any:
    """A cotangent that is the same along some axes, written out."""
    if h.shape == shape:
        return h
    out = np.empty(shape, h.dtype)
    out[...] = h
    return out


def arrived(h: Any, shape: Shape, op: Op, i: int) -> Any:
    """A cotangent in the shape of its argument: broadcasting is undone here and nowhere else.

    One that is smaller than the shape, the same along some axes, stays small.
    """
    given = shape_of(h)
    if given == shape or not given:
        return h
    column = len(given) == 2 and shape == (given[0], 1)
    if column or given[1:] == shape:  # as biases are
        axes = (1,) if column else (0,)
        if isinstance(h, Node):
            return apply(SUM, h, axes, column)
        return sum_array(h, axes, column)
    lead = len(given) - len(shape)
    if lead >= 0 and all(n in (1, m) for n, m in zip(shape[::-1], given[::-1], strict=False)):
        axes = (*range(lead), *[a + lead for a, n in enumerate(shape) if n != given[a + lead]])
        summed = apply(SUM, h, axes, False) if isinstance(h, Node) else sum_array(h, axes, False)
        return summed.reshape(shape)
    if lead <= 0 and all(m in (1, n) for n, m in zip(shape[::-1], given[::-1], strict=False)):
        return h
    raise ShapeError(
        f"the rule of {op.name} for argument {i} gave a cotangent of shape {given}; the argument "
        f"has shape {shape}"
    )
