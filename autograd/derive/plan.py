"""Which quantities of a graph get a name, and so a line of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..node import Node, ordered
from ..softmaxes import LOG_SOFTMAX
from .names import Names
from .sweep import leads
from .tree import Name

# Arithmetic, and what has the shortest derivative: written where it is used.
INLINE = {
    "add", "sub", "mul", "div", "neg", "identity", "detached", "square", "power", "transpose",
    "reshape", "broadcast_to", "sum", "mean", "matmul", "getitem", "log", "abs", "log_softmax",
    "softplus", "logsumexp", "where", "norm", "concatenate", "scatter",
}  # fmt: skip
# Never worth a name, however often they are used.
TRIVIAL = {"neg", "transpose", "reshape", "broadcast_to", "identity", "detached"}


class Plan:
    """Nodes and their names: what is asked for, and what lies between."""

    def __init__(self, loss: Any, wrt: Sequence[Node] | None, names: Mapping[str, Any]) -> None:
        self.loss = loss
        self.scalar: bool = loss.is_scalar
        self.order = ordered(loss)
        self.names = Names(names, self.scalar)
        self.wanted = self.chosen(wrt)
        self.asked = set(self.wanted)
        self.leading = leads(self.order, self.asked)
        self.consumers: dict[Node, set[Node]] = {}
        for node in self.order:
            for arg in node.parents():
                self.consumers.setdefault(arg, set()).add(node)
        self.name: dict[Node, Name] = {}
        self.softmax: dict[Node, Name] = {}  # log_softmax nodes, with the name of their softmax
        self.give_names()

    def chosen(self, wrt: Sequence[Node] | None) -> list[Node]:
        """What the gradient is wanted for: all leaves with a name, or all leaves."""
        if wrt is not None:
            return list(dict.fromkeys(wrt))
        leaves = [node for node in self.order if node.op is None]
        named = [leaf for leaf in leaves if self.names.of_node(leaf)]
        return named or leaves

    def give_names(self) -> None:
        own: dict[Node, str] = {}
        for node in self.order:
            text = self.names.of_node(node)
            if text and not self.is_log_softmax(node, text):
                own[node] = text
        if self.loss not in own:
            own[self.loss] = next((n for n in "LJEf" if n not in own.values()), "L")
        for node, text in own.items():
            array = not self.scalar and np.ndim(node._raw) > 0
            self.name[node] = self.names.claim(text, array)
        for node in self.order:
            if node not in self.name and self.deserves(node):
                letter = "u" if node.op is not None else "x"
                self.name[node] = self.names.fresh(letter)
        for node in self.order:
            if node.op is LOG_SOFTMAX and node not in self.name:
                text = (node.name or "ln p").removeprefix("ln ").strip() or "p"
                self.softmax[node] = self.names.claim(text)

    def is_log_softmax(self, node: Node, text: str) -> bool:
        """Whether the node is a logarithm of probabilities that is called so."""
        return node.op is LOG_SOFTMAX and text.startswith("ln ")

    def deserves(self, node: Node) -> bool:
        """Whether an unnamed node is worth a name of its own."""
        op = node.op
        if op is None or node in self.asked:
            return True
        if node not in self.leading or op.name in TRIVIAL:
            return False
        readers = self.consumers.get(node, set())
        if op.name == "log_softmax":
            return False
        if len(readers) > 1 and not self.simple(node):
            return True
        if self.scalar:
            return op.name not in INLINE
        if op.name not in INLINE:
            return True
        nonlinear = any(r.op is not None and r.op.name not in INLINE for r in readers)
        softmaxed = any(r.op is LOG_SOFTMAX for r in readers)
        return (nonlinear or softmaxed) and not self.simple(node)

    def simple(self, node: Node) -> bool:
        """Whether writing it out is as short as a name: −x, 2x, xᵀ."""
        if node.op is not None and node.op.name in ("mul", "div", "add", "sub", "power", "square"):
            nodes = [a for a in node.args if isinstance(a, Node)]
            constants = [a for a in node.args if not isinstance(a, Node)]
            if len(nodes) == 1 and all(np.ndim(c) == 0 for c in constants):
                return nodes[0] in self.name or nodes[0].op is None
        return node.op is not None and node.op.name in TRIVIAL

    @property
    def kept(self) -> list[Node]:
        """Nodes with a name, in order of computation."""
        return [node for node in self.order if node in self.name]
