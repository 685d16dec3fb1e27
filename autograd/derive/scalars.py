"""A graph of numbers: the chain rule with values filled in.

∂L/∂w₁ = ∂L/∂f · ∂f/∂p · ∂p/∂w₁ = 1 · 0.1966 · (−1) = −0.1966; several paths are summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..backward import gradients
from ..node import Node, ordered
from ..value import Value
from . import remarks
from .algebra import plus, times
from .arrays import Arrays
from .build import definition
from .names import as_tex, as_text
from .plan import Plan
from .remarks import Remark
from .rewrite import substituted
from .simplify import simplified
from .sweep import pulled
from .tree import ONE, Chain, Expr, Filled, Num, Sym, size
from .work import Line, Work

MOST_PATHS, LONGEST_PATH = 4, 6  # beyond that a line goes one step at a time
LONGEST = 300

Edge = tuple[Node, Node]


class Chains:
    """Named numbers, their local derivatives, and the gradients that these make."""

    def __init__(self, loss: Value, wrt: Sequence[Node] | None, names: dict[str, Any]) -> None:
        self.plan = Plan(loss, wrt, names)
        self.work = Work(self.plan, False, False)
        self.local: dict[Edge, Expr] = {}
        self.remark: dict[Edge, Remark | None] = {}
        self.sources: dict[Node, list[Node]] = {}
        self.several: set[Edge] = set()
        self.under: dict[Node, set[Node]] = {}
        for node in self.plan.kept:
            self.work.symbols[node] = Sym(self.plan.name[node])
            self.work.values[self.work.symbols[node]] = node.data
        known: dict[Node, Expr] = dict(self.work.symbols)
        self.converter = Arrays(known, self.work.constant, False, lambda n, shape: Num(1.0 / n))
        self.sweep(known)
        self.wanted = [n for n in self.plan.wanted if n in self.sources]
        reached = list(self.sources)
        for node, g in zip(reached, gradients(loss, reached), strict=True):
            self.work.values[self.total(node)] = g

    def total(self, node: Node) -> Sym:
        return Sym(self.plan.name[node], kind="gradient")

    def partial(self, edge: Edge) -> Sym:
        """∂v/∂a, or ∂⁺v/∂a where v depends on a in other ways, too."""
        v, a = edge
        kind = "direct" if edge in self.several else "gradient"
        return Sym(self.plan.name[a], kind=kind, of=self.plan.name[v])

    def sweep(self, known: dict[Node, Expr]) -> None:
        plan = self.plan
        stops = {n for n in plan.kept if n in plan.leading} | {plan.loss}
        path = sorted((n for n in stops if n.op is not None), key=lambda n: -n.serial)
        for v in path:
            if v is not plan.loss and v not in self.sources:
                continue
            g = Value(1.0)
            self.converter.known = {**known, g: ONE}
            if v.op is not None and v.op.name == "div":  # as in build.py
                self.converter.known[v] = definition(self.converter, v)
            found = pulled(v, g, stops, plan.leading)
            for a, step in sorted(found.items(), key=lambda item: item[0].serial):
                edge = (v, a)
                if any(a is not b and a in self.below(b) for b in found):
                    self.several.add(edge)
                self.local[edge] = simplified(self.converter.expr(step.cotangent), {})
                named = [remarks.DERIVATIVES[n] for n in step.ops if n in remarks.DERIVATIVES]
                self.remark[edge] = remarks.joined(named) if named else None
                h = step.cotangent
                self.work.values[self.partial(edge)] = h.data if isinstance(h, Node) else float(h)
                self.sources.setdefault(a, []).append(v)
        self.converter.known = dict(known)

    def below(self, node: Node) -> set[Node]:
        """What a quantity was computed from."""
        if node not in self.under:
            self.under[node] = set(ordered(node))
        return self.under[node]

    def forward(self) -> list[Line]:
        found = []
        for node in self.plan.kept:
            if node.op is not None:
                symbol = self.work.symbols[node]
                e = definition(self.converter, node)
                number = Filled(((node.data,),))
                members = (number,) if e == Num(node.data) else (e, number)
                found.append(Line(symbol, members))
        return found

    def point(self) -> list[tuple[str, str]]:
        """The numbers at which all was worked out."""
        leaves = [n for n in self.plan.kept if n.op is None]
        text = ", ".join(f"{as_text(self.plan.name[n])} = {n.data:.6g}" for n in leaves)
        tex = r",\ ".join(f"{as_tex(self.plan.name[n])} = {n.data:.6g}" for n in leaves)
        found = [(text.replace("-", "−"), tex)] if leaves else []
        if self.several:
            text = " is the derivative along the direct way alone"
            found.append((f"∂⁺{text}", rf"\partial^{{+}} \text{{{text}}}"))
        return found

    def locals(self) -> list[Line]:
        """∂v/∂a = its formula = its number, for each v and what it is made of."""
        found = []
        for edge, e in self.local.items():
            number = Filled(((float(self.work.values[self.partial(edge)]),),))
            members = (number,) if isinstance(e, Num) else (e, number)
            found.append(Line(self.partial(edge), members, self.remark[edge], edge[1]))
        return found

    def backward(self) -> list[Line]:
        """A line for each quantity that the loss does not depend on directly, and all wanted."""
        order = sorted(
            self.sources,
            key=lambda n: (n.op is None, -n.serial if n.op is not None else n.serial),
        )
        found = []
        for node in order:
            paths = self.paths(node)
            direct = len(paths) == 1 and len(paths[0]) == 1
            if not direct:
                found.append(self.line(node, paths))
        return found

    def paths(self, node: Node) -> list[list[Sym]]:
        """The paths from the loss if they are few and short; else those of one step."""
        if node in self.plan.asked:
            whole = self.whole_paths(node)
            if whole is not None:
                return whole
        found = []
        for v in self.sources[node]:
            step = [self.partial((v, node))]
            found.append(step if v is self.plan.loss else [self.total(v), *step])
        return found

    def whole_paths(self, node: Node) -> list[list[Sym]] | None:
        done: list[list[Sym]] = []
        waiting: list[tuple[Node, list[Sym]]] = [(node, [])]
        while waiting:
            a, tail = waiting.pop(0)
            if a is self.plan.loss:
                done.append(tail)
                continue
            if len(tail) >= LONGEST_PATH or len(done) + len(waiting) > MOST_PATHS:
                return None
            waiting += [(v, [self.partial((v, a)), *tail]) for v in self.sources[a]]
        return done if len(done) <= MOST_PATHS else None

    def line(self, node: Node, paths: list[list[Sym]]) -> Line:
        values = self.work.values
        numbers = tuple(tuple(float(values[s]) for s in path) for path in paths)
        g = float(values[self.total(node)])
        remark = remarks.words(f"sum over {len(paths)} paths") if len(paths) > 1 else remarks.CHAIN
        chain = Chain(tuple(map(tuple, paths)))
        return Line(self.total(node), (chain, Filled(numbers), Filled(((g,),))), remark, node)

    def final(self) -> list[Line]:
        """Each gradient in one formula, and its number."""
        table: dict[Sym, Expr] = {}
        found = []
        for node in sorted(self.sources, key=lambda n: (n.op is None, -n.serial)):
            e: Expr = Num(0.0)
            for v in self.sources[node]:
                g = ONE if v is self.plan.loss else table[self.total(v)]
                e = plus(e, times(g, self.local[v, node]))
            if size(e) > LONGEST:
                raise ValueError(
                    f'derive: a closed formula has more than {LONGEST} symbols; take style="steps"'
                )
            table[self.total(node)] = e
        for node in self.wanted:
            symbol = self.total(node)
            number = Filled(((float(self.work.values[symbol]),),))
            e = substituted(table[symbol], {})
            members = (number,) if isinstance(e, Num) else (simplified(e, {}), number)
            found.append(Line(symbol, members, None, node))
        return found
