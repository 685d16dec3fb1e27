"""The derivation of a tensor graph: forward definitions, and one backward line per quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..backward import gradients
from ..node import Node
from ..tensor import Tensor
from ..value import Value
from . import layouts, remarks
from .algebra import plus, power, times
from .convert import Converter, NotMatrices, shape_of
from .plan import Plan
from .remarks import Remark
from .simplify import simplified
from .sweep import pulled
from .tree import ONE, Call, Expr, Num, Ones, Sum, Sym, Total, children, symbols
from .work import Line, Work


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
        work.values[symbol] = work.present(node.data)
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
