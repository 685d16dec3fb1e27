"""Reverse mode: the chain rule over `ordered(root)`, from the result back to the arguments.

A node is visited when all of its consumers have been, so its cotangent is complete: the sum of what
each consumer sent.  Cotangents live in a dict owned by the call, so calling twice is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from . import modes
from .data import as_array, as_float, kind_of
from .errors import ShapeError, StaleGraphError
from .node import Node, ordered
from .op import Op
from .reductions import sum
from .shaping import broadcast_to, reshape, shape_of


def gradients(root: Any, wrt: Any, seed: Any = None, graph: bool = False) -> Any:
    """∂root/∂node for each node of `wrt`: one node gives one result, a sequence gives a list.

    `root` has exactly one element, or `seed` (of root's shape) is the cotangent to start from, and
    the results are Σ seed · ∂root/∂node.  A node that root does not depend on gets zeros.  Results
    are floats or arrays in the node's shape and dtype; with `graph=True`, nodes, which can be
    differentiated again.  Nothing is stored.

    Raises ShapeError for a root with several elements and no seed, NoDerivativeError when an op on
    the way has no rule, StaleGraphError for `graph=True` after a leaf of the graph changed.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> gradients(x**3, x)
    27.0
    """
    single = isinstance(wrt, Node)
    nodes = (wrt,) if single else tuple(wrt) if isinstance(wrt, Iterable) else (wrt,)
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(f"gradients: wrt is a node, or nodes; got {kind_of(node)}")
    graph = graph or isinstance(seed, Node) or modes.is_tracing()
    found = pulled_back([root], [seeded(root, seed, "gradients")], nodes, graph)
    results = finished(nodes, found, graph)
    return results[0] if single else results


def backward(root: Node, seed: Any = None) -> None:
    """Store ∂root/∂node as `.grad` on every node that root was computed from.

    On leaves it is added to what is there, until `zero_grad`; on recorded nodes it is set afresh.
    `seed` is the cotangent to start from, 1 for a root with exactly one element.
    """
    modes.side_effect("backward(), which stores .grad,")
    start = seeded(root, seed, "backward")
    if isinstance(start, Node):
        raise TypeError("backward: seed is plain data; use gradients(…, graph=True) for nodes")
    if root.is_scalar:
        return scalar_backward(root, start)
    order = ordered(root)
    found = pulled_back([root], [start], order, False, order)
    for node, grad in zip(order, finished(order, found, False), strict=True):
        node.grad = grad if node.op is not None or node.grad is None else node.grad + grad
    return None


def scalar_backward(root: Any, start: float) -> None:
    """The same for Values, adding straight to `.grad`: faster than by a dict of cotangents."""
    order: list[Any] = ordered(root)
    before = [(node, node.grad or 0.0) for node in order if node.op is None]
    try:
        for node in order:
            if node.op is not None:
                node.grad = 0.0
        for leaf, grad in before:
            leaf.grad = grad
        root.grad += start
        for node in reversed(order):
            g = node.grad
            slope = node._da
            if slope is not None:
                node._a.grad += g * slope
            slope = node._db
            if slope is None:
                continue
            if type(slope) is not tuple:
                node._b.grad += g * slope
                continue
            for arg, part in zip(node._a, slope, strict=True):
                if part is not None:
                    arg.grad += g * part
    except BaseException:  # no rule, or ctrl-C: no leaf keeps half a gradient
        for leaf, grad in before:
            leaf.grad = grad
        raise


def seeded(root: Any, seed: Any, who: str) -> Any:
    """The cotangent that a sweep starts from, checked against the root."""
    if not is_node(root):
        raise TypeError(
            f"{who} starts from a Value or a Tensor; got {kind_of(root)}: was it computed from "
            "nodes, and outside no_grad()?"
        )
    if root.is_scalar:
        return seed if isinstance(seed, Node) else 1.0 if seed is None else as_float(seed, "seed")
    shape = shape_of(root)
    if seed is None:
        if root.size != 1:
            raise ShapeError(
                f"{who} of a Tensor of shape {shape} needs to know which entry: pass seed= (of "
                "that shape), reduce it first, for example with .sum(), or use jacobian"
            )
        return frozen_full(shape, 1.0, root.dtype)
    if isinstance(seed, int | float):
        return frozen_full(shape, float(seed), root.dtype)
    start = seed if isinstance(seed, Node) else as_array(seed, "seed")
    if shape_of(start) != shape:
        raise ShapeError(
            f"{who}: seed has shape {shape_of(start)}, the root {shape}; they have to agree"
        )
    return start


def is_node(x: Any) -> bool:
    return isinstance(x, Node)


def frozen_full(shape: tuple[int, ...], value: float, dtype: Any) -> Any:
    array = np.full(shape, value, dtype)
    array.setflags(write=False)
    return array


def pulled_back(
    roots: Sequence[Node],
    seeds: Sequence[Any],
    wrt: Sequence[Node],
    graph: bool,
    order: list[Node] | None = None,
) -> dict[Node, Any]:
    """The cotangents of `wrt` (those that are reached) for the given cotangents of `roots`."""
    if not graph and roots[0].is_scalar:
        return scalars_pulled_back(roots, seeds, wrt)
    order = ordered(*roots) if order is None else order
    wanted = set(wrt)
    needed = leading_to(wanted, order)
    cotangents: dict[Node, Any] = {}
    for root, seed in zip(roots, seeds, strict=True):
        cotangents[root] = cotangents[root] + seed if root in cotangents else seed
    for node in reversed(order):
        if node not in cotangents or node.op is None:
            continue
        g = cotangents[node] if node in wanted else cotangents.pop(node)
        op: Any = node.op
        y, inputs = (node, current(node)) if graph else (node._raw, node.inputs)
        rules = op.rules if type(op.rules) is tuple else op.rules(g, y, *inputs)
        each = type(op.rules) is tuple  # one rule per argument, or one for all of them
        for i, arg in enumerate(node.args):
            if not isinstance(arg, Node) or arg not in needed:
                continue
            rule = rules[i] if i < len(rules) and rules[i] is not None else op.asked(rules, i)
            h = rule(g, y, *inputs) if each else rule()
            if h is None:  # piecewise constant: nothing flows
                continue
            if type(h) is not np.ndarray or h.shape != arg._raw.shape:
                h = arrived(h, arg, op, i)
            cotangents[arg] = cotangents[arg] + h if arg in cotangents else h
    return cotangents


def scalars_pulled_back(
    roots: Sequence[Node], seeds: Sequence[Any], wrt: Sequence[Node]
) -> dict[Node, Any]:
    """`pulled_back` for Values and numbers: one multiplication per edge."""
    order: list[Any] = ordered(*roots)
    needed: set[Node] | None = None
    cotangents: dict[Node, Any] = dict.fromkeys(order, 0.0)
    for root, seed in zip(roots, seeds, strict=True):
        cotangents[root] += seed
    for node in reversed(order):
        if node.op is None:
            continue
        g = cotangents[node]
        for arg, slope in zip(node.args, node.locals(), strict=True):
            if slope is None:
                continue
            if not isinstance(slope, float):  # no rule: an error, if the way leads to one of wrt
                needed = leading_to(set(wrt), order) if needed is None else needed
                if arg not in needed:
                    continue
            cotangents[arg] += g * slope
    return cotangents


def leading_to(wanted: set[Node], order: list[Node]) -> set[Node]:
    """The nodes through which a cotangent has to pass to reach one of `wanted`."""
    if all(node.op is not None or node in wanted for node in order):
        return set(order)  # all leaves are asked for, so nothing can be left out
    needed = wanted.intersection(order)
    for node in order:
        if node not in needed and any(arg in needed for arg in node.parents()):
            needed.add(node)
    return needed


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


def arrived(h: Any, arg: Node, op: Op, i: int) -> Any:
    """A cotangent in the shape of its argument: broadcasting is undone here and nowhere else."""
    if arg.is_scalar:
        return h
    shape = arg._raw.shape
    given = shape_of(h)
    if given == shape:
        return h
    lead = len(given) - len(shape)
    if all(n in (1, m) for n, m in zip(shape[::-1], given[::-1], strict=False)) and lead >= 0:
        axes = (*range(lead), *(a + lead for a, n in enumerate(shape) if n != given[a + lead]))
        if isinstance(h, Node):
            return reshape(sum(h, axes), shape)
        return np.add.reduce(h, axis=axes).reshape(shape)
    if all(m in (1, n) for n, m in zip(shape[::-1], given[::-1], strict=False)) and lead <= 0:
        return expanded(h, shape)
    raise ShapeError(
        f"the rule of {op.name} for argument {i} gave a cotangent of shape {given}; the argument "
        f"has shape {shape}"
    )


def expanded(h: Any, shape: tuple[int, ...]) -> Any:
    """A cotangent that is the same along some axes, written out."""
    if isinstance(h, Node):
        return broadcast_to(h, shape)
    out = np.empty(shape, getattr(h, "dtype", np.float64))
    out[...] = h
    return out


def finished(nodes: Sequence[Node], found: dict[Node, Any], graph: bool) -> list[Any]:
    """Results as promised: nodes, or floats and arrays that alias nothing."""
    if graph:
        return [as_node(node, found.get(node)) for node in nodes]
    results, handed_out = [], set()
    for node in nodes:
        g = found.get(node)
        if node.is_scalar:
            g = 0.0 if g is None else float(g)
        elif g is None:
            g = np.zeros_like(node._raw)
        else:
            g = np.asarray(g, dtype=node._raw.dtype)
            if not g.flags.writeable or g.base is not None or id(g) in handed_out:
                g = g.copy()
            handed_out.add(id(g))
        results.append(g)
    return results


def as_node(node: Node, g: Any) -> Node:
    if isinstance(g, Node):
        return g
    make: Any = type(node)
    plain: Node = make(np.zeros_like(node._raw) if g is None else g)
    return plain
