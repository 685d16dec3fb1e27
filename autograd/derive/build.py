"""The derivation of a tensor graph: forward definitions, and one backward line per quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..backward import gradients
from ..node import Node
from ..tensor import Tensor
from ..value import Value
from . import layouts, remarks
from .algebra import negated, plus, power, times, transposed
from .arrays import Arrays
from .convert import Converter, NotMatrices, shape_of
from .matrices import Matrices
from .plan import Plan
from .remarks import Remark
from .simplify import simplified
from .sweep import pulled
from .tree import ONE, Call, Expr, Num, Ones, Shape, Sum, Sym, Total, children, symbols


@dataclass(frozen=True)
class Line:
    """`left = members[0] = members[1] = …`, and the rule that it uses."""

    left: Expr
    members: tuple[Expr, ...]
    remark: Remark | None = None
    target: Any = None  # the node whose gradient it is; None for a forward definition


def same(a: Any, b: Any) -> bool:
    return bool(np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True))


@dataclass
class Work:
    """All that is known of a derivation, as it was recorded, before a style is chosen."""

    plan: Plan
    columns: bool
    matrices: bool = True
    upright: bool = False  # whether vectors are seen as columns
    symbols: dict[Node, Sym] = field(default_factory=dict)
    values: dict[Sym, Any] = field(default_factory=dict)
    samples: int | None = None
    numbers: dict[Sym, float] = field(default_factory=dict)
    onehot: Sym | None = None
    facts: dict[Sym, int] = field(default_factory=dict)
    constants: dict[int, tuple[Any, Expr]] = field(default_factory=dict)
    forward: list[Line] = field(default_factory=list)
    backward: list[Line] = field(default_factory=list)
    made: set[Sym] = field(default_factory=set)  # constants that got a name of ours

    @property
    def converter(self) -> type[Converter]:
        return Matrices if self.matrices else Arrays

    def shown(self, shape: Shape) -> Shape:
        return self.fresh({}).shown(shape)

    def fresh(self, known: dict[Node, Expr]) -> Converter:
        return self.converter(known, self.constant, self.upright, self.share)

    def present(self, x: Any) -> Any:
        """An array as it is seen."""
        return np.reshape(x, self.shown(np.shape(x)))

    def gradient(self, node: Node) -> Sym:
        symbol = self.symbols[node]
        return Sym(symbol.name, symbol.shape, "gradient")

    def constant(self, array: Any, shape: Shape) -> Expr:
        """The symbol of an array that is no node, or its formula by that of another one."""
        known = self.constants.get(id(array))
        if known is not None:
            return known[1]
        names = self.plan.names
        text = names.of_array(array)
        found = self.copied(array) or (None if text else self.related(array, shape))
        if found is None and text is None and array.dtype.kind in "iu":
            found = self.remembered(array, Sym(names.fresh("I"), shape), True)
        elif found is None:
            name = names.claim(text) if text else names.fresh("C" if array.ndim > 1 else "c")
            found = self.remembered(array, Sym(name, shape), text is None)
        self.constants[id(array)] = array, found
        return found

    def copied(self, array: Any) -> Expr | None:
        """The symbol of an array with the same entries: each use may have a copy of its own."""
        return next((e for other, e in self.constants.values() if same(other, array)), None)

    def related(self, array: Any, shape: Shape) -> Expr | None:
        """The transpose of an array that has a symbol, or 1 minus it."""
        for other, e in list(self.constants.values()):
            if other.dtype.kind in "iu" or not isinstance(e, Sym):
                continue
            if array.ndim == 2 and same(other.T, array):
                return transposed(e)
            if same(1.0 - other, array):
                return plus(ONE, negated(e))
        for other in self.plan.names.arrays.values():
            if array.ndim and (same(1.0 - other, array) or same(other.T, array)):
                self.constant(other, self.shown(other.shape))
                return self.related(array, shape)
        return None

    def remembered(self, array: Any, symbol: Sym, ours: bool) -> Sym:
        self.constants[id(array)] = array, symbol
        if ours:
            self.made.add(symbol)
        self.values[symbol] = np.reshape(np.asarray(array), symbol.shape)
        if array.dtype.kind in "bf" and len(symbol.shape) == 2 and array.size:
            for axis in (1, 0):
                if array.ndim == 2 and np.all(np.abs(np.sum(array, axis=axis) - 1.0) < 1e-12):
                    self.facts[symbol] = axis
        return symbol

    def labels(self, array: Any) -> None:
        """Name a matrix of one-hot targets 1(y=j), if the user has no name for it."""
        if id(array) in self.constants or self.plan.names.of_array(array) or self.onehot:
            return
        data = np.asarray(array)
        axis = 0 if self.columns else 1
        if data.ndim == 2 and data.shape[axis] > 1 and ((data == 0) | (data == 1)).all() and (
            data.sum(axis=axis) == 1
        ).all():  # fmt: skip
            symbol = Sym(self.plan.names.claim("1(y=j)"), self.shown(data.shape), "onehot")
            self.onehot = self.remembered(array, symbol, False)

    def share(self, n: int, shape: Shape) -> Expr:
        """1/n, as 1/m where n counts the samples."""
        m = self.samples
        if not m or m == 1 or (shape and m not in shape) or (n != m and not shape):
            return Num(1.0 / n)
        if n % m:
            return Num(1.0 / n)
        return times(power(self.number("m", float(m)), -1.0), Num(m / n))

    def number(self, letter: str, value: float) -> Sym:
        for symbol, known in self.numbers.items():
            if known == value and symbol.name.base == letter:
                return symbol
        symbol = Sym(self.plan.names.claim(letter, False), kind="number")
        self.numbers[symbol] = value
        self.values[symbol] = value
        return symbol


def worked_out(
    loss: Any, wrt: Sequence[Node] | None, names: Mapping[str, Any], columns: bool | None
) -> Work:
    """The derivation in matrices, or where that cannot be, in arrays."""
    for matrices in (True, False):
        plan = Plan(loss, wrt, names)
        recorded = layouts.columns_recorded(plan.order) if columns is None else columns
        work = Work(plan, recorded, matrices, recorded or layouts.vectors_upright(plan.order))
        try:
            fill(work)
            return work
        except NotMatrices:
            if not matrices:
                raise
    raise AssertionError


def fill(work: Work) -> None:
    plan = work.plan
    for node in plan.kept:
        symbol = Sym(plan.name[node], work.shown(shape_of(node)))
        work.symbols[node] = symbol
        work.values[symbol] = work.present(node._raw)
    work.samples = None if plan.scalar else samples(plan, work.columns)
    for node in plan.order:
        if node.op is not None and node.op.name in ("where", "mul"):
            for a in node.args:
                if isinstance(a, np.ndarray) and any(is_log(b) for b in node.args):
                    work.labels(a)
    known: dict[Node, Expr] = dict(work.symbols)
    converter = work.fresh(known)
    probabilities(work, converter)
    for node in plan.kept:
        if node.op is not None:
            work.forward.append(Line(work.symbols[node], (definition(converter, node),)))
    work.forward.sort(key=lambda line: place(work, line))
    backward(work, known)


def is_log(node: Any) -> bool:
    return isinstance(node, Node) and node.op is not None and node.op.name in (
        "log_softmax", "log")  # fmt: skip


def definition(converter: Converter, node: Node) -> Expr:
    """The formula of a node that has a symbol itself."""
    kept = converter.known.pop(node)
    try:
        return simplified(converter.expr(node), {})
    finally:
        converter.known[node] = kept


def probabilities(work: Work, converter: Converter) -> None:
    """p = softmax(a) for each ln softmax(a) that is recorded as one op."""
    for node, name in work.plan.softmax.items():
        log = converter.converted_log(node)
        scale = log.args[0]
        assert isinstance(scale, Call)
        p = Sym(name, scale.shape)
        work.values[p] = np.exp(work.present(node._raw))
        converter.known[node] = Call(log.op, (p,), p.shape)
        work.forward.append(Line(p, (scale,), target=None))


def place(work: Work, line: Line) -> int:
    """Definitions in order of computation."""
    for node, symbol in work.symbols.items():
        if symbol == line.left:
            return node.serial
    return next(n.serial for n, name in work.plan.softmax.items() if name == line.left.name)  # type: ignore[attr-defined]


def samples(plan: Plan, columns: bool) -> int | None:
    """How many samples there are: the size of the first product along the layout's axis."""
    for node in plan.order:
        if node.op is not None and node.op.name == "matmul" and node in plan.leading:
            shape = shape_of(node)
            if len(shape) == 2:
                return shape[1 if columns else 0]
            if len(shape) == 1 and len(shape_of(node.args[0])) == 2 and not columns:
                return shape[0]
    return None


def backward(work: Work, known: dict[Node, Expr]) -> None:
    """A line for each named quantity between the loss and what is wanted, nearest first."""
    plan = work.plan
    stops = {n for n in plan.kept if n in plan.leading}
    if plan.loss not in plan.leading:
        stops.add(plan.loss)
    path = sorted((n for n in stops if n.op is not None), key=lambda n: -n.serial)
    data = dict(zip(path, gradients(plan.loss, path), strict=True))
    sums: dict[Node, list[tuple[Expr, Any]]] = {}
    for v in path:
        if v is not plan.loss and v not in sums:
            continue
        start = np.ones_like(v._raw) if v is plan.loss else data[v]
        g: Node = Value(float(start)) if plan.scalar else Tensor(start)
        scope: dict[Node, Expr] = dict(known)
        scope[g] = ONE if v is plan.loss else work.gradient(v)
        converter = work.fresh(scope)
        if (
            v.op is not None and v.op.name == "div"
        ):  # its rule is written with the quotient itself, −y/b for −a/b²
            scope[v] = definition(converter, v)
        for target, step in pulled(v, g, stops, plan.leading).items():
            e = whole(converter, step.cotangent, target)
            sums.setdefault(target, []).append((simplified(e, work.facts), step))
    for target in sorted(sums, key=lambda n: turn(work, n, sums[n])):
        contributions = sorted(sums[target], key=lambda x: decay(work, target, x[0]))
        e = simplified(plus(*(x for x, _ in contributions)), work.facts)
        if isinstance(e, Sum):  # penalties last
            e = Sum(tuple(sorted(e.terms, key=lambda t: decay(work, target, t))), e.shape)
        e = converter.full(e, work.shown(shape_of(target)))
        work.values[work.gradient(target)] = None
        work.backward.append(
            Line(work.gradient(target), (e,), said(work, target, e, contributions), target)
        )
    found = [line.target for line in work.backward]
    for node, g in zip(found, gradients(plan.loss, found), strict=True):
        work.values[work.gradient(node)] = work.present(g)
    reached = set(found)
    for node in plan.wanted:
        if node not in reached and node is not plan.loss:
            zero(work, node)


def turn(work: Work, target: Node, contributions: list[tuple[Expr, Any]]) -> tuple[int, int, int]:
    """Where a line stands: from the loss on, leaves after what they went into, data last."""
    if target.op is not None:
        return -target.serial, 0, 0
    shape = shape_of(target)
    data = len(shape) == 2 and shape[work.columns] == work.samples
    return -min(step.source.serial for _, step in contributions), 1 + data, target.serial


def zero(work: Work, node: Node) -> None:
    """What the loss does not depend on."""
    if node not in work.symbols:
        name = work.plan.names.claim(node.name or "x")
        work.symbols[node] = Sym(name, work.shown(shape_of(node)))
    symbol = work.gradient(node)
    work.values[symbol] = np.zeros(symbol.shape)
    remark = remarks.words("the loss does not depend on it")
    work.backward.append(Line(symbol, (Num(0.0),), remark, node))


def whole(converter: Converter, cotangent: Any, target: Node) -> Expr:
    e = converter.expr(cotangent)
    shape, goal = shape_of(cotangent), shape_of(target)
    if shape != goal and e.shape:
        e = converter.broadcast(e, shape, goal)
    return e


def said(work: Work, target: Node, e: Expr, contributions: list[tuple[Expr, Any]]) -> Remark:
    """The rules that a line uses."""
    ops = {name: None for _, step in contributions for name in step.ops}
    from_loss = all(step.source is work.plan.loss for _, step in contributions)
    found = []
    if "log_softmax" in ops and work.facts.keys() & symbols(e).keys():
        found.append(remarks.CROSS_ENTROPY)
    elif from_loss and not set(ops) & remarks.DERIVATIVES.keys():
        found.append(remarks.LOSS)
    else:
        found.append(remarks.CHAIN)
    found += [remarks.DERIVATIVES[name] for name in ops if name in remarks.DERIVATIVES]
    if isinstance(e, Sum) and len(contributions) == 1:
        found += [remarks.DECAY] if decay(work, target, e.terms[-1]) else []
    if len(contributions) > 1:
        decayed = [x for x, step in contributions if decay(work, target, x)]
        paths = len(contributions) - len(decayed)
        found += [remarks.DECAY] if decayed else []
        found += [remarks.words(f"sum over {paths} paths")] if paths > 1 else []
    if work.matrices and target.op is None and sums_up(e):
        found.append(remarks.BATCH)
    return remarks.joined(found)


def decay(work: Work, target: Node, e: Expr) -> bool:
    """λW."""
    symbol = work.symbols[target]
    rest = times(e, power(symbol, -1.0))
    return target.op is None and not rest.shape and e != ONE


def sums_up(e: Expr) -> bool:
    """Whether a product with ones adds rows or columns up."""
    if isinstance(e, Ones):
        return True
    return not isinstance(e, Total) and any(sums_up(c) for c in children(e))
