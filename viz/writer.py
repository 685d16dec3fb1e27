"""A picture as DOT text.

User text never becomes an id (ids are positions in the picture) and labels are plain strings:
HTML-like ones are dropped without a word by Graphviz builds that lack an XML parser.  The roles of
a label's lines travel in the node's `class`, for `polish` to colour them in the SVG.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import graphviz
import numpy as np

from autograd import Node

from . import health, label, legend, local, text
from .picture import Box, Link, Picture, consumers
from .theme import THEMES, Theme

MANY_USES, NEAR = 8, 3  # a leaf used more often is drawn again where it is used further away
EXACT_LAYOUT = 150  # boxes; larger graphs get a layout that is found sooner (50 s become 1 s)
MANY_LABELS = 120  # edges; beyond, local derivatives would be too small to read


@dataclass(frozen=True)
class View:
    """How a picture is to be drawn."""

    direction: str  # "forward", "backward" or "both"
    grads: label.Grads | None  # the root's gradients, where they are known
    vertical: bool
    local: bool
    color: str  # what fills mean: "kind" or "gradient"
    legend: bool
    theme: str
    depth: int | None  # how many levels of scopes are drawn as frames; None for all
    notes: tuple[str, ...] = ()  # lines below the graph
    ids: str | None = None  # what the ids of the SVG's elements begin with, if they get any


class Writer:
    def __init__(self, picture: Picture, view: View) -> None:
        self.picture, self.view = picture, view
        self.theme: Theme = THEMES[view.theme]
        self.home = picture.homes()
        self.links = picture.links()
        self.users: dict[Node, list[tuple[Node, int]]] = {}
        for link in self.links:
            for arg, consumer, place in link.uses:
                self.users.setdefault(arg, []).append((consumer, place))
        self.ids = {box: f"n{i}" for i, box in enumerate(picture.boxes)}
        self.labelled = view.local and len(self.links) <= MANY_LABELS
        self.numbered = False  # whether some edge says by what it multiplies
        self.edges: dict[tuple[Node, int], str] = {}  # the id of each use's edge in the SVG
        self.kinds: set[str] = set()
        self.steps: set[int] = set()
        self.graph = self.canvas()

    def canvas(self) -> graphviz.Digraph:
        """The empty graph.  Leaves lie left (or on top) in each direction: only the arrows turn."""
        view, theme = self.view, self.theme
        backward = view.direction == "backward"
        rank = ("BT" if backward else "TB") if view.vertical else ("RL" if backward else "LR")
        graph = graphviz.Digraph("gradproof")
        graph.graph_attr.update(
            rankdir=rank, bgcolor=theme.background, pad="0.2", nodesep="0.22", ranksep="0.42",
            fontname=theme.font, fontsize="11", fontcolor=theme.muted,
        )  # fmt: skip
        if view.theme != "light":
            graph.graph_attr["class"] = view.theme
        graph.attr(
            "node", fontname=theme.font, fontsize="13", fontcolor=theme.ink, margin="0.15,0.09"
        )
        graph.attr("edge", fontname=theme.font, fontsize="11", penwidth="1.3", arrowsize="0.7")
        graph.attr(
            "edge",
            color=theme.gradient if backward else theme.flow,
            fontcolor=theme.gradient,
        )
        if any(box.folded for box in self.picture.boxes):  # many edges between tall neighbours
            graph.graph_attr["ranksep"] = "0.6" if view.vertical else "1.0"
        if len(self.picture.boxes) > EXACT_LAYOUT:
            graph.graph_attr.update(nslimit="1", nslimit1="1")
        return graph

    def written(self) -> graphviz.Digraph:
        self.write_boxes()
        self.write_links()
        if self.view.legend:
            self.write_legend()
        return self.graph

    # ── boxes ───────────────────────────────────────────────────────────────────────────────────
    def write_boxes(self) -> None:
        frames = self.frames()
        for box in self.picture.boxes:
            if box not in frames:
                self.write_box(self.graph, box)
        self.write_frames(self.graph, (), frames, count())

    def frames(self) -> dict[Box, tuple[str, ...]]:
        """The scopes in whose frames each box is drawn; leaves stand beside their only users."""
        view, found = self.view, dict[Box, tuple[str, ...]]()
        users = consumers(self.picture.boxes, self.home)
        for box in reversed(self.picture.boxes):
            scopes = {node.scope for node in box.nodes if node.op is not None}
            if box.kind == "layer":
                scopes = {s[: len(box.title.split(" › ")) - 1] for s in scopes}
            if box.node.op is None and not box.folded:
                scopes = {found.get(user, ()) for user in users[box]}
            if len(scopes) == 1:
                (scope,) = scopes
                if scope[: view.depth]:
                    found[box] = scope[: view.depth]
        return found

    def write_frames(
        self,
        graph: graphviz.Digraph,
        outer: tuple[str, ...],
        frames: dict[Box, tuple[str, ...]],
        numbers: Iterator[int],
    ) -> None:
        n = len(outer)
        inner: dict[tuple[str, ...], list[Box]] = {}
        for box in self.picture.boxes:
            scope = frames.get(box, ())
            if scope[:n] == outer and len(scope) > n:
                inner.setdefault(scope[: n + 1], []).append(box)
        for scope, boxes in inner.items():
            i = next(numbers)
            with graph.subgraph(name=f"cluster_{i}") as frame:
                frame.attr(style="rounded", color=self.theme.muted, margin="10")
                # a node, not the frame's label: edges run around nodes and across labels
                title = quoted(text.shorten(text.visible(scope[-1])))
                frame.node(f"s{i}", title, shape="plaintext", fontsize="12", margin="0.02",
                           fontcolor=self.theme.muted, **{"class": "scope name"})  # fmt: skip
                for box in boxes:
                    if frames[box] == scope:
                        self.write_box(frame, box)
                self.write_frames(frame, scope, frames, numbers)

    def write_box(self, graph: graphviz.Digraph, box: Box) -> None:
        view = self.view
        kind = label.kind(box, self.picture.root, self.picture.names)
        if box.folded:
            lines = label.folded(box, self.outputs(box), view.grads, self.picture.names)
        else:
            lines = label.lines(box.node, view.grads, self.picture.names)
            if view.grads is not None and (total := self.sum_of(box.node)):
                lines.insert(-1 if lines[-1][0] == "warn" else len(lines), ("sum", total))
        look = {}
        if any(role == "warn" for role, _ in lines):
            look = {"color": self.theme.danger, "penwidth": "2.2"}
        if view.color == "gradient" and view.grads is not None:
            size = health.size(view.grads.get(node) for node in self.outputs(box))
            if size is not None:
                self.steps.add(health.step(size))
                look["fillcolor"] = self.theme.scale[health.step(size)]
        self.write_node(graph, self.ids[box], kind, lines, **look)

    def outputs(self, box: Box) -> list[Node]:
        """The nodes of a box that others look into."""
        inside = set(box.nodes)
        seen = [
            node
            for node in box.nodes
            if node is self.picture.root
            or any(user not in inside for user, _ in self.users.get(node, []))
        ]
        return seen or [box.node]

    def sum_of(self, node: Node) -> str:
        """The gradient as a sum over the node's uses, where nothing between is folded."""
        users = self.users.get(node, [])
        if any(self.home[user].folded for user, _ in users):
            return ""
        return local.contributions(node, users, self.view.grads or {}, self.picture.names)

    def write_node(
        self,
        graph: graphviz.Digraph,
        id: str,
        kind: str,
        lines: Sequence[label.Line],
        **attributes: str,
    ) -> None:
        self.kinds.add(kind)
        look = self.theme.looks[kind]
        roles = "-".join(role for role, _ in lines)
        drawn = {
            "shape": look.shape, "style": look.style, "fillcolor": look.fill, "color": look.line,
            "penwidth": look.width, "peripheries": look.outlines, "fontsize": look.size,
        } | attributes  # fmt: skip
        words = quoted(*(line for _, line in lines))
        if self.view.ids is not None:
            drawn["id"] = f"{self.view.ids}-{id}"
        graph.node(id, words, **drawn, **{"class": f"{kind} {roles}"})

    # ── links ───────────────────────────────────────────────────────────────────────────────────
    def write_links(self) -> None:
        far = far_uses(self.picture.boxes, self.links)
        copies: dict[tuple[Box, Box], str] = {}
        numbers = count()
        by_result: dict[Box, list[Link]] = {}
        for link in self.links:
            by_result.setdefault(link.result, []).append(link)
        constants = count()
        for box in self.picture.boxes:
            for link in by_result.get(box, []):
                tail = self.ids[link.arg]
                if (link.arg, link.result) in far:
                    pair = (link.arg, link.result)
                    if pair not in copies:
                        copies[pair] = f"r{next(numbers)}"
                        lines = label.copy(link.arg.node, self.picture.names)
                        self.write_node(self.graph, copies[pair], "copy", lines)
                    tail = copies[pair]
                leaf = link.arg.node.op is None and tail == self.ids[link.arg]
                self.write_link(link, tail, self.ids[box], "1" if leaf else "6")
            for arg in () if box.folded or box.node.op is None else box.node.args:
                if label.has_node(arg):
                    constant = f"c{next(constants)}"
                    self.write_node(
                        self.graph, constant, "constant", label.constant(arg, self.picture.names)
                    )
                    self.write_constant(constant, self.ids[box])

    def write_link(self, link: Link, arg: str, result: str, weight: str) -> None:
        """One arrow for each way that is drawn; gradients' carry the local derivative."""
        view, look = self.view, {"weight": weight}
        factor = self.on_edge(link)
        if view.ids is not None:
            look["id"] = f"{view.ids}-{result}-{arg}-{link.uses[0][2]}"
            self.edges |= {(consumer, place): look["id"] for _, consumer, place in link.uses}
        if any(self.spreads(arg, consumer) for arg, consumer, _ in link.uses):
            look |= {"color": self.theme.danger, "penwidth": "2.2"}
        if view.direction != "backward":
            shown = view.direction == "forward" and factor
            self.graph.edge(arg, result, **look, **({"label": padded(factor)} if shown else {}))
        if view.direction != "forward":
            if factor:
                look["label"] = padded(factor)
            if view.direction == "backward":
                self.graph.edge(result, arg, **look)
            else:  # laid out along with the other arrow
                self.graph.edge(arg, result, dir="back", **({"color": self.theme.gradient} | look))

    def on_edge(self, link: Link) -> str:
        if link.arg.folded or link.result.folded:
            return f"{len(link.uses):,} uses" if len(link.uses) > 1 and self.labelled else ""
        ((_, consumer, place),) = link.uses
        factor = local.factor(consumer, place, self.picture.names) if self.labelled else ""
        self.numbered |= bool(factor)
        return factor

    def spreads(self, arg: Node, consumer: Node) -> bool:
        """Whether a nan or infinity went this way: forwards in data, or backwards in gradients."""
        if health.broken(consumer.data) and health.broken(arg.data):
            return True
        grads = self.view.grads or {}
        return health.broken(grads.get(consumer)) and health.broken(grads.get(arg))

    def write_constant(self, constant: str, result: str) -> None:
        """A constant's edge has no arrow, since nothing flows to it."""
        ends = (result, constant) if self.view.direction == "backward" else (constant, result)
        self.graph.edge(*ends, style="dashed", arrowhead="none", color=self.theme.muted)

    # ── the legend ──────────────────────────────────────────────────────────────────────────────
    def write_legend(self) -> None:
        rows = [legend.shapes(self.theme, self.kinds)]
        if self.steps:
            rows.append(legend.fills(self.steps))
        scalar, constants = self.picture.root.is_scalar, "constant" in self.kinds
        numbers = legend.edges(scalar, constants) if self.numbered else ""
        rank = self.graph.graph_attr["rankdir"]
        rows.append(legend.flow(self.view.direction, rank, numbers))
        self.graph.attr(label=quoted(" ", *rows, *self.view.notes), labelloc="b")


def far_uses(boxes: Sequence[Box], links: Sequence[Link]) -> set[tuple[Box, Box]]:
    """(leaf, consumer) pairs whose edge would cross the page: the consumer gets a small copy.

    These are the uses of a leaf with many consumers that lie several steps behind its first one.
    """
    args: dict[Box, dict[Box, None]] = {box: {} for box in boxes}
    users: dict[Box, dict[Box, None]] = {}
    for link in links:
        args[link.result][link.arg] = None
        if link.arg.node.op is None and not link.arg.folded:
            users.setdefault(link.arg, {})[link.result] = None
    depth: dict[Box, int] = {}
    for box in boxes:
        depth[box] = 1 + max((depth.get(a, -1) for a in args[box]), default=-1)
    many = {leaf: found for leaf, found in users.items() if len(found) > MANY_USES}
    first = {leaf: min(depth[user] for user in found) for leaf, found in many.items()}
    return {(a, u) for a, found in many.items() for u in found if depth[u] > first[a] + NEAR}


def quoted(*lines: str) -> Any:
    """Lines as a DOT label in which nothing is an escape, an entity or HTML."""
    safe = (line.replace("&", "&amp;").replace("\\", "\\\\") for line in lines)
    return graphviz.nohtml("\\n".join(safe))


def padded(factor: str) -> Any:
    """The text of an edge, a little away from its line."""
    return quoted(f"\N{NO-BREAK SPACE}{factor}\N{NO-BREAK SPACE}")


def is_wide(nodes: Iterable[Node]) -> bool:
    """Whether boxes will be wide, as those of arrays are."""
    return any(np.ndim(node.data) > 0 for node in nodes)
