"""From recorded nodes to formulas.

Where everything is a matrix, a vector or a number, vectors are rows or columns as the layout says,
and what numpy broadcasts is written as a product with a column of ones: z = h W + 𝟏 b.  Other
graphs are written in numpy's sense, entry by entry and with named functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..elementwise import TABLE
from ..node import Node
from ..op import Op
from ..softmaxes import SOFTMAX
from .algebra import negated, plus, power, times
from .tree import ONE, Call, Expr, Num, Raw, Shape, size

LONGEST = 1000  # symbols in one formula: nobody reads more


class NotMatrices(Exception):
    """Something in the graph is no matrix, or is not done to matrices."""


class Converter:
    """Formulas of nodes, down to those that `known` has a symbol for.

    `constant(array)` gives the symbol of an array that is no node.
    """

    def __init__(self, known: dict[Node, Expr], constant: Callable[[Any, Shape], Expr],
                 columns: bool, count: Callable[[int, Shape], Expr]) -> None:  # fmt: skip
        self.known = known
        self.constant = constant
        self.columns = columns  # how a vector is seen
        self.count = count  # a number of entries, as 1/m if it is that of the samples

    def shown(self, shape: Shape) -> Shape:
        """The shape in which an array is seen."""
        return shape

    def expr(self, root: Any) -> Expr:
        """The formula of a node or constant; nodes that are passed are remembered."""
        if not isinstance(root, Node):
            return self.plain(root)
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self.known:
                stack.pop()
                continue
            source = centred(node)
            needs = node.parents() if source is None else (source,)
            waiting = [a for a in needs if a not in self.known]
            if waiting:
                stack.extend(waiting)
                continue
            e = self.converted(node) if source is None else self.centred(node, source)
            if size(e) > LONGEST:
                raise ValueError(
                    f"derive: a formula around {node.op} has more than {LONGEST} symbols; give "
                    "quantities in between a name, so that they get lines of their own"
                )
            self.known[node] = e
            stack.pop()
        return self.known[root]

    def plain(self, x: Any) -> Expr:
        if isinstance(x, np.ndarray) and (x.ndim or x.dtype.kind not in "biuf"):
            return self.constant(x, self.shown(x.shape))
        return Num(float(x))

    def converted(self, node: Node) -> Expr:
        op: Any = node.op
        if op is None:  # a leaf that nobody named: a number or an array made by a rule
            return self.leaf(node._raw)
        handler = getattr(self, f"op_{op.name}", None)
        known = op is getattr(TABLE.get(op.name), "op", None) or not op.elementwise
        if handler is not None and known and op.name in HANDLED:
            found: Expr = handler(node, *node.args)
            return found
        return self.other(node)

    def leaf(self, raw: Any) -> Expr:
        array = np.asarray(raw)
        if array.size and (array == array.flat[0]).all():
            return Num(float(array.flat[0]))
        return self.constant(array, self.shown(array.shape))

    def full(self, e: Expr, shape: Shape) -> Expr:
        """`e` in that shape: a scalar stands for equal entries until a product needs them all."""
        if e.shape == shape or not shape:
            return e
        if not e.shape:
            return times(e, self.ones(shape))
        return self.widened(e, shape)

    def whole(self, x: Any) -> Expr:
        """The formula of an argument in its own shape."""
        return self.full(self.expr(x), self.shown(shape_of(x)))

    def operands(self, node: Node, *args: Any) -> list[Expr]:
        """Arguments of an elementwise op, each in the result's shape or a scalar."""
        shape = self.shown(shape_of(node))
        found = []
        for a in args:
            e = self.expr(a)
            if e.shape and e.shape != shape:
                e = self.broadcast(e, shape_of(a), shape_of(node))
            found.append(e)
        return found

    # ── elementwise ─────────────────────────────────────────────────────────────────────────────
    def op_add(self, node: Node, a: Any, b: Any) -> Expr:
        return plus(*self.operands(node, a, b))

    def op_sub(self, node: Node, a: Any, b: Any) -> Expr:
        x, y = self.operands(node, a, b)
        return plus(x, negated(y))

    def op_mul(self, node: Node, a: Any, b: Any) -> Expr:
        return times(*self.operands(node, a, b))

    def op_div(self, node: Node, a: Any, b: Any) -> Expr:
        x, y = self.operands(node, a, b)
        if isinstance(y, Num) and y.value and float(y.value).is_integer():
            return times(x, self.count(int(y.value), ()))
        return times(x, power(y, -1.0)) if y != Num(0.0) else self.other(node)

    def op_neg(self, node: Node, x: Any) -> Expr:
        return negated(self.expr(x))

    def op_identity(self, node: Node, x: Any) -> Expr:
        return self.expr(x)

    op_detached = op_identity

    def op_square(self, node: Node, x: Any) -> Expr:
        return power(self.expr(x), 2.0)

    def op_sqrt(self, node: Node, x: Any) -> Expr:
        return power(self.expr(x), 0.5)

    def op_power(self, node: Node, a: Any, b: Any) -> Expr:
        if not isinstance(b, Node) and not np.ndim(b):
            return power(self.expr(a), float(b))
        base, exponent = self.operands(node, a, b)
        if isinstance(exponent, Num):
            return power(base, exponent.value)
        return Call(TABLE["power"].op, (base, exponent), self.wide(base, exponent))

    def op_exp(self, node: Node, x: Any) -> Expr:
        e = self.expr(x)
        if isinstance(e, Call) and e.op.name == "log" and isinstance(e.args[0], Expr):
            return e.args[0]  # exp(ln p)
        return Call(TABLE["exp"].op, (e,), e.shape)

    def op_expm1(self, node: Node, x: Any) -> Expr:
        e = self.expr(x)
        return plus(Call(TABLE["exp"].op, (e,), e.shape), Num(-1.0))

    def op_log1p(self, node: Node, x: Any) -> Expr:
        e = plus(ONE, self.expr(x))
        return Call(TABLE["log"].op, (e,), e.shape)

    def op_share(self, node: Node, a: Any, b: Any) -> Expr:
        """1 for the larger, ½ each at a tie."""
        pair = tuple(self.operands(node, a, b))
        shape = self.wide(*pair)
        more = Call(TABLE["greater"].op, pair, shape)
        return plus(more, times(Num(0.5), Call(TABLE["same"].op, pair, shape)))

    def op_within(self, node: Node, x: Any, lo: Any, hi: Any) -> Expr:
        """1(lo ≤ x ≤ hi), with the bounds that there are."""
        if lo is not None and hi is not None:
            return self.call(node)
        found: Expr = ONE
        for pair in ((x, lo), (hi, x)):
            if pair[0] is not None and pair[1] is not None:
                es = self.operands(node, *pair)
                found = times(found, Call(TABLE["at_least"].op, tuple(es), self.wide(*es)))
        return found

    def op_clip(self, node: Node, x: Any, lo: Any, hi: Any) -> Expr:
        """max(x, lo) or min(x, hi) where there is one bound alone."""
        if (lo is None) == (hi is None):
            return self.call(node) if lo is not None else self.expr(x)
        es = self.operands(node, x, hi if lo is None else lo)
        op = TABLE["minimum" if lo is None else "maximum"].op
        return Call(op, tuple(es), self.wide(*es))

    def op_where(self, node: Node, c: Any, a: Any, b: Any) -> Expr:
        x, y = self.operands(node, a, b)
        if x == ONE and guards(c):
            return y  # a guard at single points, which no textbook writes
        mask = self.mask(node, c)
        if mask is None:
            return self.other(node)
        return plus(times(mask, x), times(plus(ONE, negated(mask)), y))

    def mask(self, node: Node, c: Any) -> Expr | None:
        """A condition as 1 and 0, if that is what it consists of."""
        data = np.asarray(c._raw if isinstance(c, Node) else c)
        if not ((data == 0) | (data == 1)).all():
            return None
        return self.operands(node, c)[0]

    def wide(self, *es: Expr) -> Shape:
        return np.broadcast_shapes(*(e.shape for e in es))

    def centred(self, node: Node, x: Any) -> Expr:
        """x − mean(x)."""
        _, axes, _ = node.args[1].args
        mean = self.averaged(x, axes, True)
        if mean.shape and mean.shape != self.shown(shape_of(node)):
            mean = self.broadcast(mean, shape_of(node.args[1]), shape_of(node))
        return plus(self.expr(x), negated(mean))

    def averaged(self, x: Any, axes: Any, keepdims: bool) -> Expr:
        shape = shape_of(x)
        n = math.prod(shape if axes is None else [shape[a] for a in axes])
        return times(self.count(n, shape), self.summed(x, axes, keepdims))

    def op_mean(self, node: Node, x: Any, axes: Any, keepdims: bool) -> Expr:
        return self.averaged(x, axes, keepdims)

    def op_sum(self, node: Node, x: Any, axes: Any, keepdims: bool) -> Expr:
        return self.summed(x, axes, keepdims)

    def op_norm(self, node: Node, x: Any, axes: Any, keepdims: bool) -> Expr:
        """√Σx²."""
        return power(self.summed(x, axes, keepdims, 2.0), 0.5)

    def op_broadcast_to(self, node: Node, x: Any, shape: Shape) -> Expr:
        e = self.expr(x)
        return self.broadcast(e, shape_of(x), shape_of(node)) if e.shape else e

    def op_softmax(self, node: Node, x: Any, axes: Any) -> Expr:
        e = self.whole(x)
        return Call(SOFTMAX, (e, raw(self.axes(axes, x))), e.shape)

    def converted_log(self, node: Node) -> Call:
        """ln softmax(x), x written out or by its name."""
        self.expr(node.args[0])
        found = self.op_log_softmax(node, *node.args)
        assert isinstance(found, Call)
        return found

    def op_log_softmax(self, node: Node, x: Any, axes: Any) -> Expr:
        e = self.op_softmax(node, x, axes)
        return Call(TABLE["log"].op, (e,), e.shape)

    def op_ties(self, node: Node, x: Any, y: Any, axes: Any) -> Expr:
        """1 for entries that are the extreme y, shared where several are."""
        pair = tuple(self.operands(node, x, y))
        same = Call(TABLE["same"].op, pair, self.wide(*pair))
        count = self.reduced(same, shape_of(x), axes, True)
        if count.shape and count.shape != same.shape:
            kept = tuple(1 if axes is None or a in axes else n for a, n in enumerate(shape_of(x)))
            count = self.broadcast(count, kept, shape_of(x))
        return times(same, power(count, -1.0))

    def summed(self, x: Any, axes: Any, keepdims: bool, p: float = 1.0) -> Expr:
        """Σ xᵖ along axes."""
        shape = shape_of(x)
        e = self.expr(x)
        if not e.shape and math.prod(shape) != 1:
            n = math.prod(shape if axes is None else [shape[a] for a in axes])
            return times(Num(float(n)), power(e, p))
        return self.reduced(power(self.full(e, self.shown(shape)), p), shape, axes, keepdims)

    # ── what both kinds of formulas do their own way ────────────────────────────────────────────
    def ones(self, shape: Shape) -> Expr:
        raise NotImplementedError

    def widened(self, e: Expr, shape: Shape) -> Expr:
        raise NotImplementedError

    def broadcast(self, e: Expr, old: Shape, new: Shape) -> Expr:
        raise NotImplementedError

    def reduced(self, e: Expr, shape: Shape, axes: Any, keepdims: bool) -> Expr:
        """Σ of a formula along axes of the array of that shape."""
        raise NotImplementedError

    def axes(self, axes: Any, x: Any) -> Any:
        """Axes of an argument, as they are counted where it is shown."""
        return axes

    def other(self, node: Node) -> Expr:
        raise NotImplementedError

    def call(self, node: Node, op: Op | None = None) -> Expr:
        """An elementwise op without a sign of its own."""
        args = [None if a is None else a for a in node.args]
        es = iter(self.operands(node, *[a for a in args if a is not None]))
        inside: list[Expr | Raw] = [Raw("None") if a is None else next(es) for a in args]
        shape = self.wide(*(e for e in inside if isinstance(e, Expr)))
        made: Any = op or node.op
        return Call(made, tuple(inside), shape)


HANDLED = {
    "add", "sub", "mul", "div", "neg", "identity", "detached", "square", "sqrt", "power", "exp",
    "expm1", "log1p", "share", "where", "within", "clip",
    "matmul", "transpose", "reshape", "broadcast_to", "sum", "mean", "log_softmax", "softmax",
    "ties", "norm",
}  # fmt: skip


def shape_of(x: Any) -> Shape:
    return np.shape(x._raw if isinstance(x, Node) else x)


def guards(c: Any) -> bool:
    """Whether a condition holds at single points alone: x = 0, and such products."""
    if not isinstance(c, Node) or c.op is None:
        return False
    if c.op.name == "mul":
        return all(guards(a) for a in c.args)
    return c.op.name == "zero"


def centred(node: Node) -> Any:
    """x, if the node is x − mean(x) as `var` works it out; else None."""
    args = node.args
    if node.op is None or node.op.name != "sub" or not all(isinstance(a, Node) for a in args):
        return None
    d, m = args
    if m.op is None or m.op.name != "mean" or m.args[0] is not d or d.op is None:
        return None
    if d.op.name != "sub" or not isinstance(d.args[1], Node):
        return None
    first = d.args[1]
    if first.op is None or first.op.name != "detached":
        return None
    source = first.args[0]
    ok = isinstance(source, Node) and source.op is not None and source.op.name == "getitem"
    return d.args[0] if ok and source.args[0] is d.args[0] else None


def raw(value: Any, text: str | None = None) -> Raw:
    return Raw(repr(value) if text is None else text, value)
