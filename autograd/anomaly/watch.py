"""`Watch`: sees each result when it is recorded and each cotangent when it is passed on.

The sweep here is the chain rule as it is told, one argument after the other, for numbers, arrays
and nodes alike: slower than the others, with the same results, and it can say where it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import isfinite
from typing import Any

import numpy as np

from .. import modes
from ..arrival import arrived
from ..cotangents import current
from ..node import Node, ordered
from ..op import Op
from ..shaping import broadcast_to, shape_of
from . import report
from .report import Index, amount, called, label, listed, number, operands, place, shown
from .site import Part, Site, caller


class Watch:
    """What is watched for; `part` is the derivative that is being recorded just now, if any.

    While a derivative is recorded, its result counts and not the steps on the way, as for an op.
    """

    def __init__(self, infinities: bool, part: Part | None = None) -> None:
        self.infinities = infinities
        self.part = part

    def bad(self, x: Any) -> Any:
        """Which entries of a number, an array or a node are what is watched for."""
        x = x._raw if isinstance(x, Node) else x
        return np.logical_not(np.isfinite(x)) if self.infinities else np.isnan(x)

    def first(self, x: Any) -> Index | None:
        """The index of the first such entry, () for a number; None if there is none."""
        if type(x) is float and isfinite(x):
            return None
        bad = self.bad(x)
        return tuple(map(int, np.argwhere(bad)[0])) if bad.any() else None

    def unparted(self) -> Watch:
        """The same outside any derivative, for a checkpoint that runs its function again."""
        return Watch(self.infinities)

    # ── forward ─────────────────────────────────────────────────────────────────────────────────
    def tag(
        self, op: Op, args: Sequence[Any], inputs: Sequence[Any], y: Any, scope: tuple[str, ...]
    ) -> tuple[None, tuple[str, ...], Site | Part | None]:
        """What the node for y = op(*inputs) carries: no name, the scope, and where it belongs.

        Raises AnomalyError if y is bad, by its operands' fault or the op's own.
        """
        site = self.part or caller()
        if self.part is not None or (at := self.first(y)) is None:
            return None, scope, site
        shape = np.shape(y)
        lines = [self.blamed(op, args, inputs, at, shape), *listed(op, args, inputs, at, shape)]
        if not lines[0]:
            value = number(np.asarray(y)[at])
            lines[0] = f"{op.name} gave {value}{place(at)}{amount(self.bad(y))}"
        raise report.error(lines, site, op, at, scope=scope)

    def blamed(
        self, op: Op, args: Sequence[Any], inputs: Sequence[Any], at: Index, shape: Index
    ) -> str:
        """What is said if an operand is bad already where the result is; else nothing."""
        for i, arg, x in operands(op, args, inputs):
            here = report.matched(op, at, x, shape) if op.elementwise else self.first(x)
            if here is None or not self.bad(np.asarray(x)[here]):
                continue
            value, name = f"{number(np.asarray(x)[here])}{place(here)}", label(arg, i)
            verb = "has" if here else "is"
            if not isinstance(arg, Node):
                return f"{name} of {op.name} {verb} {value}: it came in from outside"
            if arg.op is None:
                return f"the input {name} {verb} {value}, before {op.name} was computed"
            known = "" if arg.site is None else f"\n{arg.site.shown()}"
            return f"{name} {verb} {value}, made by {arg.op.name} where nothing watched{known}"
        return ""

    # ── backward ────────────────────────────────────────────────────────────────────────────────
    def pulled_back(
        self,
        roots: Sequence[Any],
        seeds: Sequence[Any],
        wrt: Collection[Node],
        graph: bool,
        order: Sequence[Any] | None = None,
    ) -> dict[Node, Any]:
        """The cotangents of all nodes that lead to `wrt`, each checked as it arrives."""
        order = ordered(*roots) if order is None else order
        needed = set(wrt)
        for node in order:
            if any(arg in needed for arg in node.parents()):
                needed.add(node)
        cotangents: dict[Node, Any] = {}
        for root, seed in zip(roots, seeds, strict=True):
            start = type(root)(seed) if graph and not isinstance(seed, Node) else seed
            if (at := self.first(seed)) is not None:
                lines = ["the seed of the backward pass is not finite", shown("seed", seed, at)]
                raise report.error(lines, root.site, index=at)
            self.add(cotangents, root, start)
        for node in reversed(order):
            if node.op is None or node not in cotangents:
                continue
            g = cotangents[node]
            for i, arg, h in self.contributions(node, g, needed, graph):
                self.check(node, i, arg, g, h)
                if h is None:  # piecewise constant: nothing flows
                    continue
                if not arg.is_scalar:
                    with modes.watching(self.inside(node, i)):
                        h = self.arrived(h, arg, node.op, i)
                self.add(cotangents, arg, h, node)
        return cotangents

    def inside(self, node: Any, i: int) -> Watch:
        return Watch(self.infinities, Part(node.op.name, label(node.args[i], i), node.site))

    def contributions(
        self, node: Any, g: Any, needed: set[Node], graph: bool
    ) -> Iterator[tuple[int, Any, Any]]:
        """What node passes on to each argument: its position, the argument, the cotangent."""
        wanted = [
            (i, arg) for i, arg in enumerate(node.args) if isinstance(arg, Node) and arg in needed
        ]
        if node.is_scalar and not graph:
            slopes = node.locals()
            yield from [(i, arg, g * slopes[i]) for i, arg in wanted if slopes[i] is not None]
            return
        op = node.op
        operands = (g, node, *current(node)) if graph else (g, node._raw, *node.inputs)
        each = isinstance(op.rules, tuple)
        with modes.watching(self.inside(node, wanted[0][0]) if graph and wanted else self):
            rules = op.rules if each else op.rules(*operands)
        for i, arg in wanted:
            rule = op.asked(rules, i)
            with modes.watching(self.inside(node, i) if graph else self):
                h = rule(*operands) if each else rule()
            yield i, arg, h

    def arrived(self, h: Any, arg: Any, op: Op, i: int) -> Any:
        """A cotangent in the shape of its argument."""
        if arg.is_scalar:
            return h
        shape = arg._raw.shape
        h = arrived(h if isinstance(h, Node) else np.asarray(h), shape, op, i)
        return h if shape_of(h) == shape else broadcast_to(h, shape)

    def add(self, cotangents: dict[Node, Any], node: Any, h: Any, sender: Any = None) -> None:
        """Add to what other consumers sent; finite terms may overflow in their sum."""
        before = cotangents.get(node)
        if before is None:
            cotangents[node] = h
            return
        if isinstance(h, Node):
            with modes.watching(Watch(self.infinities, Part("a sum", called(node), node.site))):
                total = before + h
        else:
            total = before + h
        cotangents[node] = total
        if (at := self.first(total)) is not None:
            lines = [
                f"the cotangents that arrive at {called(node)} add up to "
                f"{number(np.asarray(raw(total))[at])}{place(at)}",
                shown("so far", raw(before), at),
                shown("the next", raw(h), at),
            ]
            made = node if node.op is not None or sender is None else sender  # leaves have no line
            raise report.error(lines, made.site, node.op, at, scope=made.scope)

    def check(self, node: Any, i: int, arg: Any, g: Any, h: Any) -> None:
        """Raise AnomalyError if what node passes on to its argument i is bad."""
        at = None if h is None else self.first(h)
        if at is None:
            return
        op, y, shape = node.op, node._raw, np.shape(raw(h))
        value, slots = np.asarray(raw(h))[at], report.matched(op, at, raw(g), shape)
        arrives = np.asarray(raw(g))[slots] if slots is not None else None
        lines = [
            f"the derivative of {op.name} in {label(arg, i)} gave {number(value)}{place(at)}"
            f"{amount(self.bad(h))}",
            shown("cotangent that came in", raw(g), slots),
            *listed(op, node.args, node.inputs, at, shape, i),
            shown("result", y, report.matched(op, at, y, shape)),
        ]
        if np.isnan(value) and arrives is not None and arrives == 0:
            lines.append(report.ZERO_TIMES_INF)
        raise report.error(lines, node.site, op, at, i, node.scope)


def raw(x: Any) -> Any:
    return x._raw if isinstance(x, Node) else x
