"""The record that a graph is made of, and the one walk over it.

A node points at its arguments and at nothing else: no closures, no links back.  Dropping the
result therefore frees the whole graph at once, without the cycle collector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .op import Op

# Nodes are numbered as they are made, so sorting by number is a topological order.  A leaf that is
# assigned anew takes a new number: a consumer with a smaller one was recorded with the old data.
serials = count(1)
tick: Callable[[], int] = serials.__next__  # next(serials) is faster, where that counts


class Node:
    """What `Value` and `Tensor` share: data, the op that made it, its arguments, a name."""

    __slots__ = ("__weakref__", "_raw", "_tag", "grad", "op", "serial")

    is_scalar: ClassVar[bool]  # a number (Value) or an array (Tensor)

    _raw: Any  # not `_data`: numpy.ma takes an attribute of that name from anything it meets
    # Name and scope, in one slot since most nodes have neither: every slot costs a scalar graph
    # 8 bytes per op, and time when it is recorded, when the collector visits it and when it dies.
    # Inside detect_anomaly a third entry says which line recorded the node.
    _tag: tuple[Any, ...] | None
    grad: Any
    op: Op | None  # None on a leaf
    serial: int

    # What `Value` and `Tensor` add:
    data: Any
    args: tuple[Any, ...]  # the op's arguments in order, repeated if repeated: nodes and constants
    inputs: tuple[Any, ...]  # the same as plain numbers or arrays, as they were when recorded
    _parents: tuple[Node | None, ...]  # those of args that are nodes; a Tensor has None between

    @property
    def name(self) -> str | None:
        """The name that drawings and formulas show; it can be set at any time."""
        name: str | None = None if self._tag is None else self._tag[0]
        return name

    @name.setter
    def name(self, name: str | None) -> None:
        self._tag = (name, ()) if self._tag is None else (name, *self._tag[1:])

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the `scope` blocks that it was recorded in, outermost first."""
        scope: tuple[str, ...] = () if self._tag is None else self._tag[1]
        return scope

    @property
    def site(self) -> Any:
        """The line of code that recorded it, if that was inside `detect_anomaly`; else None."""
        return self._tag[2] if self._tag is not None and len(self._tag) > 2 else None

    def parents(self) -> tuple[Node, ...]:
        """The arguments that are nodes, in order, repeated if repeated."""
        return tuple([node for node in self._parents if node is not None])

    @property
    def _prev(self) -> tuple[Node, ...]:
        """The arguments that are nodes (micrograd's name for them)."""
        return self.parents()

    @property
    def _op(self) -> str:
        """A short label of the op, micrograd's where it has one; empty on a leaf."""
        return "" if self.op is None else self.op.label(self.args)

    __hash__ = object.__hash__


serial = attrgetter("serial")  # the key to sort nodes by


def ordered(*roots: Node) -> list[Node]:
    """Every node that `roots` were computed from, arguments before results.

    Leaves are included and come first, by their first use; constants are not nodes.  One loop, no
    recursion, so the depth of a graph is bounded by memory only.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> [node.data for node in ordered(x * x + 1)]
    [3.0, 9.0, 10.0]
    """
    _, recorded = walked(roots)
    leaves = dict.fromkeys(root for root in roots if root.op is None)
    for node in recorded:
        for arg in node._parents:
            if arg is not None and arg.op is None:
                leaves[arg] = None
    return [*leaves, *recorded]


def walked(roots: Iterable[Node]) -> tuple[set[Node], list[Node]]:
    """The leaves and the recorded nodes of `ordered`; the leaves in no order."""
    leaves: set[Node] = set()
    recorded: list[Node] = []
    seen = set(roots)
    for root in seen:
        if root.op is None:
            leaves.add(root)
        else:
            recorded.append(root)
    for node in recorded:  # which grows meanwhile
        for arg in node._parents:
            if arg is None:
                continue
            if arg.op is None:
                leaves.add(arg)
            elif arg not in seen:
                seen.add(arg)
                recorded.append(arg)
    recorded.sort(key=serial)
    return leaves, recorded
