"""From a result to one of its nodes: what lies between, and every path with its product.

The gradient of a node is the sum over all paths from the result to it, of the product of the local
derivatives along each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node, Shown, ordered

from . import label, local, text
from .names import Names

SHOWN = 8  # paths that are listed one by one
WAYS = 64  # ways through different layers that are told apart


def between(root: Node, focus: Node) -> list[Node]:
    """The nodes on the paths from `root` to `focus`, both included, arguments first."""
    if not isinstance(focus, Node):
        raise TypeError(f"focus is a Value or a Tensor; got {type(focus).__name__}")
    reached = {focus}
    for node in ordered(root):
        if any(arg in reached for arg in node.parents()):
            reached.add(node)
    if root not in reached:
        raise ValueError("the result does not depend on the focus: there is no path between them")
    return [node for node in ordered(root) if node in reached]


@dataclass(frozen=True)
class Path:
    """One path from the result to a node, or all those that lead through the same places."""

    steps: tuple[str, ...]  # names or ops, the result first
    product: Any  # a float, or an array of the node's shape
    count: int = 1

    def __str__(self) -> str:
        paths = f"{self.count:,} paths " if self.count > 1 else ""
        return f"{paths}{' → '.join(self.steps)}: {text.summary(self.product)}"


@dataclass(frozen=True)
class Paths(Shown):
    """The paths from a result to a node; their products add up to the gradient."""

    paths: tuple[Path, ...]
    total: Any

    def __str__(self) -> str:
        rows = [str(path) for path in self.paths]
        if len(rows) > 1:
            rows.append(f"sum: {text.summary(self.total)}")
        return "\n".join(rows)

    def _table_(self) -> tuple[list[tuple[str, ...]], str]:
        rows: list[tuple[str, ...]] = [("path", "paths", "product")]
        rows += [(" → ".join(p.steps), f"{p.count:,}", text.summary(p.product)) for p in self.paths]
        return rows, f"sum: {text.summary(self.total)}"


def paths(root: Node, node: Node, names: Any = None) -> Paths:
    """Every path from `root` to `node`, with the product of the local derivatives along it.

    More than eight paths are put together by the scopes (layers) that they lead through; `count`
    says how many.  Products are floats for Values; for Tensors what each path adds to the gradient.

    Raises TypeError for what is no node, ValueError where `root` does not depend on `node`.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> print(paths(x * x + x, x))
    + → x: 1
    + → × → x: 3
    + → × → x: 3
    sum: 7
    """
    called = names if isinstance(names, Names) else Names(names)
    nodes = between(root, node)
    counts = {root: 1}
    inside = set(nodes)
    uses: dict[Node, list[tuple[Node, int]]] = {n: [] for n in nodes}
    for consumer in reversed(nodes):
        for place, arg in enumerate(() if consumer.op is None else consumer.args):
            if isinstance(arg, Node) and arg in inside:
                uses[arg].append((consumer, place))
                counts[arg] = counts.get(arg, 0) + counts[consumer]
    single = counts[node] <= SHOWN
    found = pushed(root, nodes, uses, called, single)
    total = sum(path.product for path in found[1:]) + found[0].product
    return Paths(tuple(found), total)


def pushed(
    root: Node,
    nodes: Sequence[Node],
    uses: dict[Node, list[tuple[Node, int]]],
    names: Names,
    single: bool,
) -> list[Path]:
    """The paths to the first of `nodes`, carried down from the result one use at a time."""
    seed: Any = 1.0 if root.is_scalar else np.ones(np.shape(root.data))
    arriving: dict[Node, list[Path]] = {root: [Path(place(root, names, single), seed)]}
    for node in reversed(nodes):
        for consumer, i in uses[node]:
            for path in arriving[consumer]:
                steps = path.steps + place(node, names, single or node is nodes[0])
                pulled = local.pull(consumer, i, path.product)
                arriving.setdefault(node, []).append(Path(steps, pulled, path.count))
        if not single:
            arriving[node] = merged(arriving[node])
    return arriving[nodes[0]]


def place(node: Node, names: Names, single: bool) -> tuple[str, ...]:
    """What a path says of a node: its name or op; where paths are put together, its scope."""
    if single:
        return (names(node) or label.operation(node) or "leaf",)
    return (" › ".join(text.visible(s) for s in node.scope),) if node.scope else ()


def merged(paths: Sequence[Path]) -> list[Path]:
    """Paths through the same places as one."""
    found: dict[tuple[str, ...], Path] = {}
    for path in paths:
        steps = tuple([s for i, s in enumerate(path.steps) if i == 0 or s != path.steps[i - 1]])
        known = found.get(steps)
        if known is None and len(found) >= WAYS:
            steps, known = ("…",), found.get(("…",))
        count = path.count + (known.count if known else 0)
        product = path.product + (known.product if known else 0.0)
        found[steps] = Path(steps, product, count)
    return list(found.values())


def notes(root: Node, focus: Node, names: Names) -> tuple[str, ...]:
    """The lines that a drawing with a focus carries below."""
    rows = str(paths(root, focus, names)).splitlines()
    title = f"paths to {names(focus) or 'the focus'}, each with its product of local derivatives:"
    return (" ", title, *rows)
