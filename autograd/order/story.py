"""What a naive order did wrong, told with the names and numbers of the graph."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..node import Node


class Pass(NamedTuple):
    """One step: a node passes on what it has, to its arguments."""

    node: Any
    g: Any  # its gradient at that time
    sent: dict[Any, Any]  # argument -> what it was sent
    after: dict[Any, Any]  # argument -> its gradient then


class OrderReport:
    """What `order_matters` found; it prints itself, and is true if some order goes wrong.

    `.order` names the naive order, `.node` is the first node whose gradient it gets wrong,
    `.consumer` the node that passed on at the wrong time, `.wrong` and `.right` the gradients; all
    None if every order is right.
    """

    def __init__(
        self,
        text: str,
        order: str | None = None,
        node: Any = None,
        consumer: Any = None,
        wrong: Any = None,
        right: Any = None,
    ) -> None:
        self.text, self.order = text, order
        self.node, self.consumer, self.wrong, self.right = node, consumer, wrong, right

    def __bool__(self) -> bool:
        return self.order is not None

    def __repr__(self) -> str:
        return self.text


def forwards(node: Any) -> list[Any]:
    return list(dict.fromkeys(node.parents()))


def told(
    order: str,
    node: Any,
    steps: list[Pass],
    right: dict[Any, Any],
    wrong: Any,
    names: dict[Any, str],
    agrees: Callable[[Any, Any], bool],
) -> OrderReport:
    """The steps that concern `node`, whose consumers all have the right gradient in the end.

    `agrees(node, g)`: whether g is the node's gradient.
    """
    passes = [s for s in steps if node in s.sent]
    culprit = next(
        s.node
        for s in passes
        if not agrees(s.node, s.g) or sum(p.node is s.node for p in passes) > 1
    )
    name, early, correct = names[node], names[culprit], shown(right[node])
    givers = [n for n in right if any(arg is culprit for arg in n.parents())]
    lines = [
        f"{HOW[order]}, this graph goes wrong at {name}:",
        f"its gradient comes out as {shown(wrong)}; it is {correct}.",
        "",
        f"{name} is used in {formula(culprit, names)}, and {early} has {consumers(givers, names)}.",
    ]
    count, last = 0, right[culprit]
    for k, step in enumerate(steps, 1):
        for arg in (culprit, node):
            if arg not in step.sent or (arg is node and step.node is not culprit):
                continue
            line = (
                f"  step {k}: {names[step.node]} passes {shown(step.sent[arg])} on to {names[arg]},"
                f" which now has {shown(step.after[arg])}"
            )
            if arg is node:
                count += 1
                last = step.g
                complete = None if agrees(culprit, last) else right[culprit]
                line += remark(step, complete, early, count)
            lines.append(line)
    if not agrees(culprit, last):
        lines.append(
            f"          ({early} is not visited again, so the rest never arrives at {name})"
        )
    lines += [
        "",
        f"In reversed topological order {early} waits for all of its consumers: it has "
        f"{shown(right[culprit])}",
        f"before it passes anything on, once, and {name} gets {correct}.",
    ]
    return OrderReport("\n".join(lines), order, node, culprit, wrong, right[node])


HOW = {
    "recursive": "When each node passes its gradient on as soon as it is reached",
    "depth first": "When each node passes its gradient on once, depth first",
    "breadth first": "When each node passes its gradient on once, level by level",
}


def remark(step: Pass, complete: Any | None, name: str, count: int) -> str:
    if count > 1:
        return f"\n          (again: {name} had passed part of it on before)"
    if complete is not None:
        return f"\n          (too early: {name} has {shown(step.g)} of its {shown(complete)})"
    return ""


def consumers(nodes: list[Any], names: dict[Any, str]) -> str:
    """How many consumers a node has, and which."""
    if len(nodes) == 1:
        return f"one consumer, {formula(nodes[0], names)}"
    return f"{len(nodes)} consumers: {listed([formula(n, names) for n in nodes])}"


def formula(node: Any, names: dict[Any, str]) -> str:
    """How a node with a name is computed: `h = x * w`."""
    text = expression(node, names)
    return f"{names[node]} = {text}" if text and text != names[node] else names[node]


def reason(order: list[Node], names: dict[Any, str]) -> str:
    """Why every order is right on this graph."""
    uses: dict[Any, int] = dict.fromkeys(order, 0)
    for node in order:
        for arg in forwards(node):
            uses[arg] += 1
    shared = [node for node in order if uses[node] > 1]
    if not shared:
        return (
            "Every order is right on this graph: it is a tree.  Each node has one consumer, so\n"
            "its gradient is complete as soon as it is reached."
        )
    which = listed([names[n] for n in shared])
    if all(node.op is None for node in shared):
        return (
            f"Every order is right on this graph: only leaves are shared ({which}).\n"
            "A leaf passes nothing on, so it does no harm that it is reached early: adding up\n"
            "(+=) is enough."
        )
    return (
        f"No order goes wrong on this graph with these numbers, though {which} has several\n"
        "consumers: what it passed on too early, or twice, was 0."
    )


def listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def shown(x: Any) -> str:
    """A number, or a small array; of a large one the shape and the sum."""
    if np.ndim(x) == 0:
        return f"{float(x) + 0.0:.4g}"  # −0 as 0
    if np.size(x) <= 6:
        return " ".join(np.array2string(np.asarray(x), precision=4, separator=", ").split())
    return f"an array {np.shape(x)} with sum {np.sum(x):.4g}"


def named(order: list[Node]) -> dict[Any, str]:
    """What each node is called: its name, a leaf's number, or how it is computed, cut short."""
    names: dict[Any, str] = {}
    for k, node in enumerate(order):
        if node.name is not None:
            names[node] = node.name
        elif node.op is None:
            names[node] = shown(node._raw) if node.is_scalar else f"leaf {k}"
        else:
            names[node] = expression(node, names) or f"{node.op.name}{k}"
    return names


DEFAULTS = re.compile(r"(, (None|False))+\)$")  # axis and keepdims, in mean(h, None, False)


def expression(node: Any, names: dict[Any, str]) -> str:
    """How a node is computed, if that is short."""
    bare = callable(node.op.python) or "(" in node.op.python
    text: str = node.op.write(node.op.python, *[written(a, names, bare) for a in node.args])
    text = DEFAULTS.sub(")", text)
    return text if len(text) <= 24 else ""


def written(arg: Any, names: dict[Any, str], bare: bool) -> str:
    if not isinstance(arg, Node):
        return f"{arg:g}" if isinstance(arg, float) else str(arg)
    text = names[arg]
    return f"({text})" if " " in text and not bare and arg.name is None else text
