"""The naive orders, run step by step on a graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import modes
from ..backward import gradients
from ..data import kind_of
from ..node import Node, ordered
from .story import OrderReport, Pass, forwards, named, reason, told

MOST = 10_000  # visits that plain recursion may make
ROUNDING = 1e-9  # of the terms that are added up; another order rounds their sum differently


def compared(root: Any) -> OrderReport:
    """The report on the first naive order that goes wrong, or on why none does."""
    if not isinstance(root, Node):
        raise TypeError(f"order_matters takes a Value or a Tensor; got {kind_of(root)}")
    order = ordered(root)
    leaves = [node for node in order if node.op is None]
    right = dict(zip(order, gradients(root, order), strict=True))
    size = sizes(order, right[root])
    names = named(order)

    def agrees(node: Any, g: Any) -> bool:
        atol = ROUNDING * np.nan_to_num(size[node])
        return np.allclose(g, right[node], rtol=ROUNDING, atol=atol, equal_nan=True)

    for name, run in ORDERS.items():
        if name == "recursive" and visits(order) > MOST:
            continue
        for arguments in (forwards, backwards):
            steps = list(run(root, right[root], arguments))
            found = last_gradients(root, right[root], steps)
            for node in (*order[: len(leaves) - 1 : -1], *leaves):
                if not agrees(node, found.get(node, 0.0)):
                    return told(name, node, steps, right, found.get(node, 0.0), names, agrees)
    return OrderReport(reason(order, names))


def sizes(order: list[Node], start: Any) -> dict[Any, Any]:
    """The sizes of the terms that each gradient is the sum of, were there no signs to cancel."""
    found = dict.fromkeys(order, 0.0) | {order[-1]: start}
    for node in reversed(order):
        if node.op is not None:
            for arg, h in shares(node, found[node]):
                found[arg] = found[arg] + abs(h)
    return found


Arguments = Callable[[Any], list[Any]]


def backwards(node: Any) -> list[Any]:
    return forwards(node)[::-1]


def recursive(root: Any, start: Any, arguments: Arguments) -> Iterator[Pass]:
    """`pass_on(v); for a in v.args: go(a)`, without asking whether v was there before."""
    grads, stack = {root: start}, [root]
    while stack:
        node = stack.pop()
        if node.op is not None:
            yield passed_on(node, grads)
            stack += arguments(node)[::-1]


def depth_first(root: Any, start: Any, arguments: Arguments) -> Iterator[Pass]:
    """The same with a set of visited nodes."""
    grads, stack, seen = {root: start}, [root], set[Any]()
    while stack:
        node = stack.pop()
        if node.op is not None and node not in seen:
            seen.add(node)
            yield passed_on(node, grads)
            stack += arguments(node)[::-1]


def breadth_first(root: Any, start: Any, arguments: Arguments) -> Iterator[Pass]:
    """Level by level from the root, each node when it is first met."""
    grads, queue, seen = {root: start}, deque([root]), {root}
    while queue:
        node = queue.popleft()
        if node.op is not None:
            yield passed_on(node, grads)
            new = [a for a in arguments(node) if a not in seen]
            seen.update(new)
            queue += new


ORDERS: dict[str, Callable[[Any, Any, Arguments], Iterator[Pass]]] = {
    "recursive": recursive,
    "depth first": depth_first,
    "breadth first": breadth_first,
}


def passed_on(node: Any, grads: dict[Any, Any]) -> Pass:
    sent: dict[Any, Any] = {}
    g = grads.get(node, 0.0)
    for arg, h in shares(node, g):
        sent[arg] = sent[arg] + h if arg in sent else h
    for arg, h in sent.items():
        grads[arg] = grads[arg] + h if arg in grads else h
    return Pass(node, g, sent, {arg: grads[arg] for arg in sent})


def shares(node: Any, g: Any) -> list[tuple[Any, Any]]:
    """What node sends to each of its arguments, by the chain rule over this one op."""
    if node.is_scalar:
        pairs = zip(node.args, node.locals(), strict=True)
        return [(arg, g * slope) for arg, slope in pairs if slope is not None]
    with modes.entered(modes.NONE):
        args, kind = node.args, type(node)
        inputs = zip(args, node.inputs, strict=True)
        copies = [kind(x) if isinstance(a, Node) else a for a, x in inputs]
        alone = kind.record(node.op, tuple(copies))
        places = [i for i, a in enumerate(args) if isinstance(a, Node)]
        found = gradients(alone, [copies[i] for i in places], seed=g)
    return list(zip([args[i] for i in places], found, strict=True))


def last_gradients(root: Any, start: Any, steps: list[Pass]) -> dict[Any, Any]:
    found = {root: start}
    for step in steps:
        found.update(step.after)
    return found


def visits(order: list[Node]) -> int:
    """How many nodes plain recursion would call: one for each way from the root."""
    ways = dict.fromkeys(order, 0)
    ways[order[-1]] = 1
    for node in reversed(order):
        for arg in forwards(node):
            ways[arg] += ways[node]
    return sum(ways.values())
