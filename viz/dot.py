"""Graph -> DOT text.  Pure: it reads the graph and returns a Digraph, runs nothing, writes nothing.

User text never becomes an id (ids are positions in `ordered(root)`) and labels are plain strings:
HTML-like ones are dropped without a word by Graphviz builds that lack an XML parser.  The roles of
a label's lines travel in the node's `class`, for `polish` to colour them in the SVG.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, Literal

import graphviz
import numpy as np

from autograd import Node, ordered

from . import label
from .errors import GraphTooLargeError
from .theme import LIGHT, Theme

Direction = Literal["forward", "backward"]
MAX_NODES = 1500
MANY_USES, NEAR = 8, 3  # a leaf used more often is drawn again where it is used further away
EXACT_LAYOUT = 150  # nodes; larger graphs get a layout that is found sooner (50 s become 1 s)
ARROWS = {"LR": "→", "RL": "←", "TB": "↓", "BT": "↑"}


def to_dot(
    node: Node,
    *,
    direction: Direction | None = None,
    vertical: bool | None = None,
    legend: bool = True,
    max_nodes: int | None = MAX_NODES,
) -> graphviz.Digraph:
    """The graph that `node` was computed from, as a `graphviz.Digraph`.

    Every node shows its name, op, shape, data and gradient: a number as it is, an array of more
    than four entries by its range and mean.  The same graph gives the same text on every run.

    `direction` is the way that the arrows point: "forward" (leaves to result), "backward" (result
    to leaves, as the gradients flow), or None: backward once `node` itself was differentiated, and
    only then gradients are shown: a leaf may hold those of another result.  `vertical` lets the
    graph run from top to bottom; None does so for Tensors, whose boxes are wide.  `legend`
    explains shapes and colours below the graph.

    Raises TypeError for what is not a Value or Tensor, ValueError for an unknown direction, and
    GraphTooLargeError for more than `max_nodes` nodes (None: no limit).

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(to_dot(y, legend=False).source.count("n1 -> n0"))  # both factors are drawn
    2
    """
    if not isinstance(node, Node):
        raise TypeError(f"draw takes a Value or a Tensor, got {type(node).__name__}")
    if direction not in ("forward", "backward", None):
        raise ValueError(f'direction is "forward", "backward" or None, got {direction!r}')
    nodes = ordered(node)
    _check_size(len(nodes), max_nodes)
    gradients = _was_differentiated(node)
    backward = gradients if direction is None else direction == "backward"
    tall = np.ndim(node.data) > 0 or any(np.ndim(n.data) > 0 for n in nodes)
    graph = _canvas(backward, tall if vertical is None else vertical, LIGHT)
    if len(nodes) > EXACT_LAYOUT:
        graph.graph_attr.update(nslimit="1", nslimit1="1")
    _fill(graph, nodes, node, gradients, backward, LIGHT)
    if legend:
        _explain(graph, nodes, node, backward, LIGHT)
    return graph


def _check_size(size: int, max_nodes: int | None) -> None:
    if max_nodes is not None and size > max_nodes:
        raise GraphTooLargeError(
            f"the graph has {size:,} nodes, more than max_nodes={max_nodes:,}: draw a node nearer "
            "to the leaves, use Tensors in place of many Values, or raise max_nodes"
        )


def _was_differentiated(root: Node) -> bool:
    """Whether the gradients in this graph are this root's: those of another root would mislead.

    `backward` sets the gradient of each recorded node that it starts from or comes by afresh;
    before that a Value's is 0 and a Tensor's None.
    """
    return root.grad is not None and (not isinstance(root.grad, float) or root.grad != 0.0)


def _canvas(backward: bool, vertical: bool, theme: Theme) -> graphviz.Digraph:
    """The empty graph.  Leaves lie left (or on top) in either direction: only the arrows turn."""
    graph = graphviz.Digraph("gradproof")
    rank = ("BT" if backward else "TB") if vertical else ("RL" if backward else "LR")
    graph.graph_attr.update(
        rankdir=rank, bgcolor=theme.background, pad="0.2", nodesep="0.22", ranksep="0.42"
    )
    graph.graph_attr.update(fontname=theme.font, fontsize="11", fontcolor=theme.muted)
    graph.attr("node", fontname=theme.font, fontsize="13", fontcolor=theme.ink, margin="0.15,0.09")
    graph.attr("edge", fontname=theme.font, fontsize="11", penwidth="1.3", arrowsize="0.7")
    graph.attr("edge", color=theme.gradient if backward else theme.flow)
    return graph


def _fill(
    graph: graphviz.Digraph,
    nodes: Sequence[Node],
    root: Node,
    gradients: bool,
    backward: bool,
    theme: Theme,
) -> None:
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    far = far_uses(nodes)
    constants, copies = count(), count()
    for node in nodes:
        _box(graph, ids[node], label.kind(node, root), label.lines(node, gradients), theme)
    for node in nodes:
        copied: dict[Node, str] = {}
        for arg in () if node.op is None else node.args:
            if isinstance(arg, Node) and (arg, node) in far:
                if arg not in copied:
                    copied[arg] = f"r{next(copies)}"
                    _box(graph, copied[arg], "copy", label.copy(arg), theme)
                _edge(graph, copied[arg], ids[node], backward, weight="6")
            elif isinstance(arg, Node):
                _edge(graph, ids[arg], ids[node], backward, weight="1" if arg.op is None else "6")
            elif label.has_node(arg):
                constant = f"c{next(constants)}"
                _box(graph, constant, "constant", label.constant(arg), theme)
                _edge(graph, constant, ids[node], backward, style="dashed", arrowhead="none")


def far_uses(nodes: Sequence[Node]) -> set[tuple[Node, Node]]:
    """(leaf, consumer) pairs whose edge would cross the page: the consumer gets a small copy.

    These are the uses of a leaf with many consumers that lie several steps behind its first one.
    """
    depth: dict[Node, int] = {}
    consumers: dict[Node, list[Node]] = {}
    for node in nodes:
        parents = dict.fromkeys(node.parents())
        depth[node] = 1 + max((depth[p] for p in parents), default=-1)
        for parent in parents:
            if parent.op is None:
                consumers.setdefault(parent, []).append(node)
    many = {leaf: users for leaf, users in consumers.items() if len(users) > MANY_USES}
    first = {leaf: min(depth[user] for user in users) for leaf, users in many.items()}
    return {(a, u) for a, users in many.items() for u in users if depth[u] > first[a] + NEAR}


def _box(
    graph: graphviz.Digraph, id: str, kind: str, lines: Sequence[label.Line], theme: Theme
) -> None:
    look = theme.looks[kind]
    roles = "-".join(role for role, _ in lines)
    graph.node(
        id,
        quoted(*(text for _, text in lines)),
        shape=look.shape,
        style=look.style,
        fillcolor=look.fill,
        color=look.line,
        penwidth=look.width,
        peripheries=look.outlines,
        fontsize=look.size,
        **{"class": f"{kind} {roles}"},
    )


def _edge(
    graph: graphviz.Digraph, arg: str, result: str, backward: bool, **attributes: str
) -> None:
    """One edge per use of an argument; a constant's has no arrow, since nothing flows to it."""
    tail, head = (result, arg) if backward else (arg, result)
    if backward and "arrowhead" in attributes:
        attributes["color"] = LIGHT.muted
    graph.edge(tail, head, **attributes)


def quoted(*lines: str) -> Any:
    """Lines as a DOT label in which nothing is an escape, an entity or HTML."""
    safe = (line.replace("&", "&amp;").replace("\\", "\\\\") for line in lines)
    return graphviz.nohtml("\\n".join(safe))


def _explain(
    graph: graphviz.Digraph, nodes: Sequence[Node], root: Node, backward: bool, theme: Theme
) -> None:
    present = {label.kind(n, root) for n in nodes} | ({"copy"} if far_uses(nodes) else set())
    if any(label.has_node(arg) for n in nodes if n.op is not None for arg in n.args):
        present.add("constant")
    key = [f"{look.glyph} {look.meaning}" for k, look in theme.looks.items() if k in present]
    arrow = ARROWS[graph.graph_attr["rankdir"]]
    flow = (
        "gradients flow from the result to the leaves"
        if backward
        else "values flow from the leaves to the result"
    )
    graph.attr(label=quoted(" ", "   ".join(key), f"{arrow} {flow}"), labelloc="b")
