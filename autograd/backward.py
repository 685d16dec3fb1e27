"""Reverse mode: the chain rule over `ordered(root)`, from the result back to the arguments.

A node is visited when all of its consumers have been, so its cotangent is complete: the sum of what
each consumer sent.  Cotangents live in a dict owned by the call, so calling twice is safe.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from sys import getrefcount
from threading import RLock
from typing import Any

import numpy as np
from numpy import ndarray

from . import modes
from .arrival import HELD
from .cotangents import arrays_pulled_back, nodes_pulled_back
from .data import as_array, as_float, kind_of
from .errors import ShapeError
from .node import Node, ordered, walked
from .scalar_sweep import scalar_backward, scalars_pulled_back
from .shaping import shape_of

# Leaves may be shared between threads.  numpy lets another one in between reading a gradient and
# storing the sum; a sum of floats is interrupted only where Python has no global lock.
STORING = RLock()
FREE_THREADED = not getattr(sys, "_is_gil_enabled", lambda: True)()


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
    listed = not single and (type(wrt) is list or isinstance(wrt, Iterable))
    nodes = tuple(wrt) if listed else (wrt,)
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(f"gradients: wrt is a node, or nodes; got {kind_of(node)}")
    graph = graph or isinstance(seed, Node) or (modes.active > 0 and modes.is_tracing())
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
    watch = modes.current().watch if modes.active else None
    if root.is_scalar and watch is None:
        if FREE_THREADED:
            with STORING:
                return scalar_backward(root, start)
        return scalar_backward(root, start)
    leaves, recorded = walked((root,))
    order = [*leaves, *recorded]
    if watch is not None:
        found = watch.pulled_back((root,), (start,), order, False)
    else:
        found = arrays_pulled_back((root,), (start,), order, leaves, recorded)
    results = finished(order, found, False)
    with STORING:
        for node, grad in zip(order, results, strict=True):
            node.grad = grad if node.op is not None or node.grad is None else node.grad + grad
    return None


def seeded(root: Any, seed: Any, who: str) -> Any:
    """The cotangent that a sweep starts from, checked against the root."""
    if not isinstance(root, Node):
        raise TypeError(
            f"{who} starts from a Value or a Tensor; got {kind_of(root)}: was it computed from "
            "nodes, and outside no_grad()?"
        )
    if root.is_scalar:
        return seed if isinstance(seed, Node) else 1.0 if seed is None else as_float(seed, "seed")
    raw = root._raw
    if seed is None and type(raw) is not ndarray:  # numpy's number
        return UNIT[raw.itemsize]
    shape = raw.shape
    if seed is None:
        if raw.size != 1:
            raise ShapeError(
                f"{who} of a Tensor of shape {shape} needs to know which entry: pass seed= (of "
                "that shape), reduce it first, for example with .sum(), or use jacobian"
            )
        return frozen_full(shape, 1.0, raw.dtype)
    if isinstance(seed, int | float):
        return frozen_full(shape, float(seed), raw.dtype)
    start = seed if isinstance(seed, Node) else as_array(seed, "seed")
    if shape_of(start) != shape:
        raise ShapeError(
            f"{who}: seed has shape {shape_of(start)}, the root {shape}; they have to agree"
        )
    return start


def frozen_full(shape: tuple[int, ...], value: float, dtype: Any) -> Any:
    array = np.full(shape, value, dtype)
    array.setflags(write=False)
    return array


def pulled_back(
    roots: Sequence[Node],
    seeds: Sequence[Any],
    wrt: Collection[Node],
    graph: bool,
) -> dict[Node, Any]:
    """The cotangents of `wrt` (those that are reached) for the given cotangents of `roots`."""
    if modes.active and (watch := modes.current().watch) is not None:
        return watch.pulled_back(roots, seeds, wrt, graph)
    if not graph and roots[0].is_scalar:
        return scalars_pulled_back(roots, seeds, wrt)
    if graph:
        return nodes_pulled_back(roots, seeds, wrt, ordered(*roots))
    return arrays_pulled_back(roots, seeds, wrt, *walked(roots))


def finished(nodes: Sequence[Node], found: dict[Node, Any], graph: bool) -> list[Any]:
    """Results as promised: nodes, or floats and arrays that alias nothing."""
    if graph:
        return [as_node(node, found.get(node)) for node in nodes]
    results: list[Any] = []
    for node in nodes:
        g: Any = found.get(node)
        raw = node._raw
        if type(g) is ndarray:
            if g.dtype is not raw.dtype:
                g = g.astype(raw.dtype)
            if g.base is not None or getrefcount(g) > HELD:
                g = g.copy()
            else:
                g.setflags(True)  # by keyword it takes longer
        elif node.is_scalar:
            g = 0.0 if g is None else float(g)
        else:
            g = np.zeros_like(raw) if g is None else np.full(raw.shape, g, raw.dtype)
        results.append(g)
    return results


def as_node(node: Node, g: Any) -> Node:
    if isinstance(g, Node):
        return g
    make: Any = type(node)
    plain: Node = make(np.zeros_like(node._raw) if g is None else g)
    return plain


UNIT = {np.dtype(t).itemsize: t(1.0) for t in (np.float64, np.float32)}
