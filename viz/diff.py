"""What differs between two graphs: two runs of a program, or two models.

Nodes are paired by what they are and where they stand: op, name, shape and paired arguments, in the
order of recording.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from autograd import Node, Shown, ordered

from . import health, label, text
from .names import Names

COMPARED = 4000  # nodes


@dataclass(frozen=True)
class Change:
    """A node in both graphs whose data or gradient differs."""

    a: Node
    b: Node
    title: str
    data: float  # largest |difference|; nan where shapes differ
    ratio: float | None  # size of b's gradient by a's; None where one has none

    def __str__(self) -> str:
        cells = zip(("data", "|grad|"), self.cells(), strict=True)
        return f"~ {self.title}: {', '.join(f'{what} {said}' for what, said in cells if said)}"

    def cells(self) -> tuple[str, str]:
        """How the data changed, and the gradient; nothing where it did not."""
        data = f"{text.summary(self.a.data)} → {text.summary(self.b.data)}" if self.data else ""
        if self.ratio is None or self.ratio == 1.0:
            return data, ""
        sizes = [text.number(health.size([n.grad]) or 0.0, 3) for n in (self.a, self.b)]
        return data, f"{' → '.join(sizes)} (×{text.number(self.ratio, 3)})"


@dataclass(frozen=True)
class Diff(Shown):
    """What `diff` found; prints itself."""

    added: tuple[Node, ...]  # only in the second graph
    removed: tuple[Node, ...]  # only in the first
    changed: tuple[Change, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        names = Names()
        rows = [f"- {title(node, names)}" for node in self.removed]
        rows += [f"+ {title(node, names)}" for node in self.added]
        rows += map(str, self.changed)
        return "\n".join([*rows, self.counts()])

    def counts(self) -> str:
        """The closing line."""
        counts = (len(self.removed), len(self.added), len(self.changed), self.same)
        return "{} removed, {} added, {} changed, {} the same".format(*counts)

    def _table_(self) -> tuple[list[tuple[str, ...]], str]:
        names = Names()
        rows: list[tuple[str, ...]] = [("", "node", "data", "|grad|")]
        rows += [("−", title(n, names), text.summary(n.data), "") for n in self.removed]
        rows += [("+", title(n, names), text.summary(n.data), "") for n in self.added]
        rows += [("~", c.title, *c.cells()) for c in self.changed]
        return rows, self.counts()


def diff(graph_a: Node, graph_b: Node) -> Diff:
    """What changed from one graph to another: nodes added and removed, data and gradients changed.

    Gradients are compared by their largest |entry|.  Data counts as changed from the first bit on.

    Raises TypeError for what is no node.

    >>> from autograd import Value
    >>> x, y = Value(2.0, name="x"), Value(3.0, name="x")
    >>> print(diff(x * x, (y * y).relu()))
    + ReLU
    ~ x: data 2 → 3
    ~ ×: data 4 → 9
    0 removed, 1 added, 2 changed, 0 the same
    """
    for node in (graph_a, graph_b):
        if not isinstance(node, Node):
            raise TypeError(f"diff takes two nodes, Values or Tensors; got {type(node).__name__}")
    names = Names()
    a, b = ordered(graph_a), ordered(graph_b)
    pairs = list(paired(a, b, names))
    seen_a, seen_b = {p for p, _ in pairs}, {q for _, q in pairs}
    changes = [change(p, q, names) for p, q in pairs]
    changed = tuple(c for c in changes if c.data or (c.ratio is not None and c.ratio != 1.0))
    return Diff(
        added=tuple(n for n in b if n not in seen_b),
        removed=tuple(n for n in a if n not in seen_a),
        changed=changed,
        same=len(pairs) - len(changed),
    )


def paired(a: Sequence[Node], b: Sequence[Node], names: Names) -> Iterator[tuple[Node, Node]]:
    """Nodes that stand for each other: in the longest common runs of like nodes.

    Finding these takes the product of the sizes; in larger graphs the k-th node of a kind stands
    for the k-th.
    """
    kinds_a, kinds_b = [kind(n, names) for n in a], [kind(n, names) for n in b]
    if kinds_a == kinds_b:
        yield from zip(a, b, strict=True)
    elif len(a) + len(b) <= COMPARED:
        for i, j, n in SequenceMatcher(None, kinds_a, kinds_b, False).get_matching_blocks():
            yield from zip(a[i : i + n], b[j : j + n], strict=True)
    else:
        waiting: dict[Any, list[Node]] = {}
        for node, what in zip(reversed(b), reversed(kinds_b), strict=True):
            waiting.setdefault(what, []).append(node)
        for node, what in zip(a, kinds_a, strict=True):
            if waiting.get(what):
                yield node, waiting[what].pop()


def kind(node: Node, names: Names) -> tuple[Any, ...]:
    """What a node is, apart from its numbers."""
    return names(node), label.operation(node), np.shape(node.data), node.scope


def change(a: Node, b: Node, names: Names) -> Change:
    x, y = np.asarray(a.data), np.asarray(b.data)
    same = np.array_equal(x, y, equal_nan=True)
    with np.errstate(all="ignore"):
        difference = 0.0 if same else float(np.nanmax(np.abs(y - x), initial=0.0)) or np.nan
    before, after = health.size([a.grad]), health.size([b.grad])
    ratio = None
    if before is not None and after is not None and (before or after):
        ratio = after / before if before else np.inf
    return Change(a, b, title(a, names), difference, ratio)


def title(node: Node, names: Names) -> str:
    """The name of a node, or its op; of an unnamed leaf its data."""
    return names(node) or label.operation(node) or f"leaf {text.summary(node.data)}"
