"""The page of a graph: its pictures, and what happens at each step of the two passes."""

import math
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from autograd import Node, gradients, ordered

from .. import health, label, local, text
from ..errors import GraphTooLargeError
from ..fold import layers, neurons
from ..names import Names
from ..picture import Picture
from ..render import render
from ..writer import View, Writer, is_wide
from .formulas import Formulas
from .html import filled

MAX_NODES = 2000
Record = dict[str, Any]


def written(
    root: Node, names: Mapping[str, Any] | None, title: str | None, time_limit: float
) -> str:
    """The page of a graph as text."""
    nodes = ordered(root)
    if len(nodes) > MAX_NODES:
        raise GraphTooLargeError(
            f"a page steps through at most {MAX_NODES:,} nodes; the graph has {len(nodes):,}: take "
            "a node nearer to the leaves or a smaller batch, or draw it folded with viz.draw"
        )
    called = Names(named(nodes, Names(names)) | dict(names or {}))
    grads = dict(zip(nodes, gradients(root, nodes, seed=seed(root)), strict=True))
    found = views(Picture.of(root, called), grads, time_limit)
    return filled(
        "walk.html.j2",
        title=title or f"The backward pass of {called(root) or 'a graph'}",
        pictures=[(view["title"], view.pop("svg")) for view in found],
        data={"nodes": records(root, nodes, grads, called), "root": len(nodes) - 1, "views": found},
    )


def named(nodes: Sequence[Node], names: Names) -> dict[str, Node]:
    """v1, v2, … for the nodes that have no name: recorded ones, and arrays."""
    known = {names(node) for node in nodes}
    free = (f"v{i}" for i in count(1) if text.pretty(f"v{i}") not in known)
    return {next(free): node for node in nodes
            if not names(node) and (node.op is not None or not node.is_scalar)}  # fmt: skip


def seed(root: Node) -> Any:
    """1 for a single number; for an array, ones: the gradient of its sum."""
    return None if root.is_scalar or np.size(root.data) == 1 else np.ones(np.shape(root.data))


def records(
    root: Node, nodes: Sequence[Node], grads: Mapping[Node, Any], names: Names
) -> list[Record]:
    """What the page knows of each node, in order of computation; arguments by position."""
    place = {node: i for i, node in enumerate(nodes)}
    formulas = Formulas(nodes, names)
    found = []
    for node in nodes:
        sends = []
        for i, arg in enumerate(() if node.op is None else node.args):
            if isinstance(arg, Node):
                g = local.pull(node, i, grads[node])
                sends.append({
                    "to": place[arg], "place": i, "tex": formulas.sent(root, node, i, grads[node]),
                    "amount": text.summary(g), "sum": None, "value": g,
                    "slope": finite(local.slope(node, i)),
                })  # fmt: skip
        found.append({
            "name": names(node) or text.summary(node.data),
            "op": label.operation(node), "leaf": node.op is None,
            "scope": [text.visible(s) for s in node.scope],
            "shape": text.shape(np.shape(node.data)),
            "data": text.summary(node.data), "grad": text.summary(grads[node]),
            "tex": formulas.forward(node), "gradTex": formulas.gradient(root, node, grads[node]),
            "sends": sends,
            "exact": finite(grads[node]) if node.is_scalar else None,
            "warning": health.complaint(node, grads[node]),
        })  # fmt: skip
    accumulated(found, nodes)
    return found


def finite(x: float | None) -> float | None:
    """A number as JSON knows it."""
    return x if x is not None and math.isfinite(x) else None


def accumulated(found: list[Record], nodes: Sequence[Node]) -> None:
    """Write into each contribution what its receiver has by then, in the order of the pass."""
    so_far: dict[int, Any] = {}
    for i in reversed(range(len(nodes))):
        for send in found[i]["sends"]:
            to, g = send["to"], send.pop("value")
            so_far[to] = g if to not in so_far else so_far[to] + g
            send["sum"] = text.summary(so_far[to])


def views(picture: Picture, grads: Mapping[Node, Any], time_limit: float) -> list[Record]:
    """The graph drawn whole, by neuron and by layer, with the box that each node is in."""
    wanted: list[tuple[str, Picture]] = [("all nodes", picture)]
    if picture.root.is_scalar and len(picture.boxes) > 30:
        wanted.append(("by neuron", neurons(picture)))
    if any(node.scope for box in picture.boxes for node in box.nodes):
        wanted.append(("by layer", layers(picture)))
    place = {box.node: i for i, box in enumerate(picture.boxes)}
    found = []
    for k, (title, folded) in enumerate(wanted):
        view = View(
            direction="backward", grads=grads,
            vertical=is_wide(place), local=True, color="kind", legend=False, theme="light",
            depth=None, ids=f"view{k}",
        )  # fmt: skip
        writer = Writer(folded, view)
        svg = render(writer.written().source, "svg", time_limit).decode()
        boxes = {place[node]: writer.ids[box] for box in folded.boxes for node in box.nodes}
        found.append({
            "title": title, "svg": svg[svg.index("<svg"):],
            "boxes": [f"view{k}-{boxes[i]}" for i in range(len(boxes))],
            "edges": {f"{place[node]}-{i}": id for (node, i), id in writer.edges.items()},
        })  # fmt: skip
    return found
