"""One edge of a graph as a formula: what an op makes of a cotangent on its way to an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import kind_of
from ..node import Node
from ..reductions import sum as total
from .build import worked_out
from .document import sizes
from .latex import Tex
from .rewrite import substituted
from .text import Plain
from .tree import ONE, Name, Sym

HOLE = "□"  # the cotangent that comes in, on its way to a ·
TWIN = "◇"  # other uses of the same argument by this op, on their way to its name
STAND_INS = ("x", "w", "v", "u")  # for arguments without a name


@dataclass(frozen=True)
class LocalDerivative:
    """A use of an argument: `text` is `· ⊙ h ⊙ (1 − h)`, `latex` the line ∂L/∂z += …"""

    text: str
    latex: str

    def __str__(self) -> str:
        return self.text


def local(
    node: Any,
    place: int,
    loss: Node | None,
    names: Mapping[Node, str],
    arrays: Mapping[str, Any],
) -> LocalDerivative | None:
    if not isinstance(node, Node) or node.op is None:
        raise TypeError(f"local_derivative takes a recorded Value or Tensor; got {kind_of(node)}")
    if not -len(node.args) <= place < len(node.args) or not isinstance(node.args[place], Node):
        raise IndexError(
            f"local_derivative: argument {place} of {node.op.name} is no node; it has "
            f"{len(node.args)} arguments"
        )
    step = Step(node, place % len(node.args), names)
    if step.op.rule(place)(step.one, step.y, *step.y.args) is None:
        return None
    top = "L" if loss is None else names.get(loss) or loss.name or "L"
    return step.written(top, loss is node, arrays)


class Step:
    """An op on leaves of its own, so that nothing but this one use is written."""

    def __init__(self, node: Any, place: int, names: Mapping[Node, str]) -> None:
        self.op = node.op
        kind: Any = type(node)
        known: dict[Node, Any] = {}
        free = iter(STAND_INS)
        for arg, data in zip(node.args, node.inputs, strict=True):
            if isinstance(arg, Node) and arg not in known:
                known[arg] = kind(data, name=called(arg, names) or next(free, "t"))
        used = node.args[place]
        self.leaf, self.twin = known[used], kind(node.inputs[place], name=TWIN)
        args = tuple([
            (self.twin if a is used and i != place else known[a]) if isinstance(a, Node) else a
            for i, a in enumerate(node.args)
        ])  # fmt: skip
        self.y = kind.record(node.op, args)
        self.y.name = called(node, names) or "y"
        self.one = kind(np.ones(np.shape(node._raw)) if np.ndim(node._raw) else 1.0)
        self.root = total(self.y * self.one) if np.ndim(node._raw) else self.y * self.one

    def written(self, loss: str, first: bool, arrays: Mapping[str, Any]) -> LocalDerivative:
        """The formula; `first`: of the loss itself, where the cotangent is 1."""
        if first:
            self.y.name = None
        self.root.name = loss
        work = worked_out(self.root, [self.leaf, self.y], arrays, None)
        line = next(line for line in work.backward if line.target is self.leaf)
        (e,) = line.members
        if self.twin in work.symbols:
            e = substituted(e, {work.symbols[self.twin]: work.symbols[self.leaf]})
        came = work.gradient(self.y)
        dot = substituted(e, {came: Sym(Name(HOLE), came.shape)})
        if first:
            e = substituted(e, {came: ONE})
        name = work.plan.name[self.root]
        sized = sizes(work, [line])
        tex = Tex(name, False, sized)
        return LocalDerivative(
            dotted(Plain(name, False, sized).write(dot)),
            rf"{tex.write(line.left)} \mathrel{{+}}= {tex.write(e)}",
        )


def dotted(text: str) -> str:
    """`□ W` as `· W`; a number's product sign beside it would be a second dot."""
    return text.replace(f"{HOLE} · ", "· ").replace(f" · {HOLE}", " ·").replace(HOLE, "·")


def called(node: Node, names: Mapping[Node, str]) -> str:
    """A node's name, unless it is that of a logarithm: ln p is no letter."""
    name = names.get(node) or node.name or ""
    return "" if name.startswith("ln ") else name
