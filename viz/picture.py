"""What a drawing shows of a graph: boxes, of one node each or of a folded part, and links.

A picture reads the graph and never changes it.  Folds (fold.py) join boxes; dot.py draws what is
left.  Boxes are in the order of their first nodes, arguments before results.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from autograd import Node, ordered

from .names import Names


@dataclass(eq=False)
class Box:
    """A node, or several that are drawn as one."""

    nodes: list[Node]
    kind: str = "node"  # or the fold that joined it
    title: str = ""
    times: int = 1  # how many like parts it stands for

    @property
    def node(self) -> Node:
        """The last of its nodes: the one that the others were for."""
        return self.nodes[-1]

    @property
    def folded(self) -> bool:
        return len(self.nodes) > 1


@dataclass(eq=False)
class Link:
    """The use of one box's results by another: one use of a node, or all of a folded part's."""

    arg: Box
    result: Box
    uses: list[tuple[Node, Node, int]] = field(default_factory=list)  # (argument, consumer, place)


@dataclass(eq=False)
class Picture:
    """The boxes of a drawing, and what its nodes are called."""

    root: Node
    boxes: list[Box]
    names: Names

    @classmethod
    def of(cls, root: Node, names: Names, nodes: Iterable[Node] | None = None) -> "Picture":
        """Every node of the graph (or each of `nodes`) in a box of its own."""
        chosen = ordered(root) if nodes is None else nodes
        return cls(root, [Box([node]) for node in chosen], names)

    def homes(self) -> dict[Node, Box]:
        """The box that each node is in."""
        return {node: box for box in self.boxes for node in box.nodes}

    def links(self) -> list[Link]:
        """Between single nodes one link per use; from or to a folded part one for all uses.

        Uses inside a folded part are not drawn, except those that make a loop of a repetition.
        """
        home = self.homes()
        found: dict[object, Link] = {}
        for result in self.boxes:
            for node in result.nodes:
                for place, arg in enumerate(() if node.op is None else node.args):
                    if not isinstance(arg, Node) or arg not in home:
                        continue
                    box = home[arg]
                    if box is result and result.kind != "repeat":
                        continue
                    single = not (box.folded or result.folded)
                    key = (arg, node, place) if single else (box, result)
                    link = found.setdefault(key, Link(box, result))
                    link.uses.append((arg, node, place))
        return list(found.values())

    def joined(self, parts: Sequence[Sequence[Box]], kind: str, titles: Sequence[str]) -> "Picture":
        """The picture with each of these parts (lists of boxes) as one box."""
        owner: dict[Box, Box] = {}
        for boxes, title in zip(parts, titles, strict=True):
            if len(boxes) > 1 or (boxes and kind == "layer"):
                nodes = [node for box in boxes for node in box.nodes]
                times = len(boxes) if kind == "repeat" else 1
                owner |= dict.fromkeys(boxes, Box(nodes, kind, title, times))
        return replace(self, boxes=list(dict.fromkeys(owner.get(box, box) for box in self.boxes)))


def consumers(boxes: Iterable[Box], home: dict[Node, Box]) -> dict[Box, list[Box]]:
    """For each box the boxes that use it, each once, in order."""
    found: dict[Box, dict[Box, None]] = {box: {} for box in boxes}
    for box in found:
        for node in box.nodes:
            for arg in node.parents():
                if arg in home and home[arg] is not box:
                    found[home[arg]][box] = None
    return {box: list(users) for box, users in found.items()}
