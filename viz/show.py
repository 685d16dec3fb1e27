"""What `autograd.show` returns: a graph as a tree of lines; for a module or a report, a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from autograd import Node, ordered

from . import label
from .dot import was_differentiated
from .names import Names
from .table import Table
from .theme import LIGHT

Line = list[label.Line]  # (role, text); the role decides the colour
RICH = {"name": "bold", "op": "dim", "grad": "magenta", "warn": "bold red", "rule": "dim"}
HTML = {"name": LIGHT.ink + ";font-weight:bold", "grad": LIGHT.gradient, "warn": LIGHT.danger,
        "op": LIGHT.muted, "rule": LIGHT.muted}  # fmt: skip


def shown(
    what: Any, depth: int, width: int, lines: int, names: Mapping[str, Any] | None
) -> "Tree | Table":
    """A Value or Tensor as a tree, what has `_table_` as a table."""
    for name, limit in (("depth", depth), ("width", width), ("lines", lines)):
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise ValueError(f"{name} is a whole number, at least 1; got {limit!r}")
    if isinstance(what, Node):
        return Tree(Grower(what, Names(names), depth, width, lines).grown())
    if hasattr(what, "_table_") and not isinstance(what, type):
        rows, note = what._table_()
        return Table(rows, note)
    raise TypeError(
        "show takes a Value, a Tensor, a module, or a report of this library; got "
        f"{type(what).__name__}"
    )


@dataclass(frozen=True)
class Tree:
    """Lines that print themselves, with colours where there are any."""

    lines: Sequence[Line]

    def __str__(self) -> str:
        return "\n".join("".join(words for _, words in line) for line in self.lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = (
            "".join(f'<span style="color:{HTML[role]}">{escape(words)}</span>' if role in HTML
                    else escape(words) for role, words in line)
            for line in self.lines
        )  # fmt: skip
        style = f"background:{LIGHT.background};color:{LIGHT.ink};line-height:1.35;padding:0.5em"
        body = "\n".join(rows)
        return f'<pre style="{style}">{body}</pre>'

    def __rich__(self) -> Any:
        from rich.text import Text

        rows = [Text.assemble(*((words, RICH.get(role, "")) for role, words in line))
                for line in self.lines]  # fmt: skip
        return Text("\n").join(rows)


@dataclass(frozen=True)
class Place:
    """Where something stands: below which rules, and how deep."""

    before: str = ""  # what its own line begins with
    below: str = ""  # what the lines of its arguments begin with
    depth: int = 1


class Grower:
    """Writes a graph from its root on; what comes by again is referred to."""

    def __init__(self, root: Node, names: Names, depth: int, width: int, lines: int) -> None:
        self.root, self.names = root, names
        self.depth, self.width, self.limit = depth, width, lines
        self.nodes = ordered(root)
        self.uses = Counter(arg for node in self.nodes for arg in node.parents())
        self.grads = (
            {n: n.grad for n in self.nodes if n.grad is not None} if was_differentiated(root)
            else None
        )  # fmt: skip
        self.numbers: dict[Node, int] = {}
        self.complete: set[Node] = set()  # written with their arguments
        self.cut = False

    def grown(self) -> list[Line]:
        """The lines, and what was left out."""
        lines: list[Line] = []
        waiting: list[tuple[Node | Line, Place]] = [(self.root, Place())]
        while waiting and len(lines) < self.limit:
            what, place = waiting.pop()
            if not isinstance(what, Node):
                lines.append([("rule", place.before), *what])
                continue
            again = what in self.complete
            lines.append([("rule", place.before), *self.line(what, again)])
            if not again:
                waiting += reversed(self.below(what, place))
        if self.cut or waiting:
            lines.append([("rule", self.left_out())])
        return lines

    def below(self, node: Node, place: Place) -> list[tuple[Node | Line, Place]]:
        """The arguments of a node, each with its place."""
        found: list[Node | Line] = [
            arg if isinstance(arg, Node) else spaced(label.constant(arg, self.names))
            for arg in (() if node.op is None else node.args)
            if isinstance(arg, Node) or label.has_node(arg)
        ]
        if found and place.depth >= self.depth:
            self.cut = True
            return [([("rule", "…")], Place(place.below + "└─ "))]
        self.complete.add(node)
        if len(found) > self.width:
            self.cut = True
            rest: Line = [("rule", f"… {len(found) - self.width:,} more arguments")]
            found = [*found[: self.width], rest]
        last = len(found) - 1
        return [
            (arg, Place(place.below + ("├─ " if i < last else "└─ "),
                        place.below + ("│  " if i < last else "   "), place.depth + 1))
            for i, arg in enumerate(found)
        ]  # fmt: skip

    def line(self, node: Node, again: bool) -> Line:
        """A node in full, or its name and number if it is written out above."""
        found = label.lines(node, self.grads, self.names)
        if self.uses[node] > 1:
            number = self.numbers.setdefault(node, len(self.numbers) + 1)
            title = (found[0][0], f"{found[0][1]} #{number}")
            found = [title, ("rule", "see above")] if again else [title, *found[1:]]
        return spaced(found)

    def left_out(self) -> str:
        return (
            f"… not all of the {len(self.nodes):,} nodes are shown: "
            f"depth={self.depth}, width={self.width}, lines={self.limit}"
        )


def spaced(parts: Sequence[label.Line]) -> Line:
    """The parts of a line with space between them."""
    return [(role, words if i == 0 else f"  {words}") for i, (role, words) in enumerate(parts)]
