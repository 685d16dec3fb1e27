"""Three ways to tell the same derivation: step by step, by residuals δ, or one formula each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import layouts, remarks
from .algebra import power, scaled, times
from .plan import INLINE
from .remarks import Remark, joined
from .rewrite import substituted
from .simplify import mentions, simplified, with_numbers
from .tree import ONE, Expr, Name, Prod, Sum, Sym, Total, parts, size, symbols
from .work import Line, Work

STYLES = ("steps", "delta", "final")
LONGEST = 2000  # symbols in one formula: nobody reads more
PLAIN = (0.0, 0.5, 1.0, 2.0)
FUSED = {"softmax", "log_softmax", "sigmoid", "log", "exp", "sqrt"}


def fused(work: Work) -> None:
    """Two steps as one where that is shorter: softmax or σ with its cross-entropy."""
    for line in list(work.backward):
        op = line.target.op
        symbol = line.left
        assert isinstance(symbol, Sym)
        if op is None or op.name not in FUSED or line.target in work.plan.asked:
            continue
        users = [x for x in work.backward if symbol in symbols(x.members[0])]
        if len(users) != 1:
            continue
        (user,) = users
        e = simplified(substituted(user.members[0], {symbol: line.members[0]}), work.facts)
        if mentions(e) < mentions(user.members[0]):
            remark = remarks.CROSS_ENTROPY if op.name != "sigmoid" else remarks.BINARY
            work.backward[work.backward.index(user)] = replace(user, members=(e,), remark=remark)
            work.backward.remove(line)


def decayed(work: Work) -> None:
    """λ for what penalties of squared norms in the loss are multiplied by."""
    loss = next((x for x in work.forward if x.left == work.symbols.get(work.plan.loss)), None)
    given = {n: v for n, v in work.plan.names.numbers.items() if v not in PLAIN and v != int(v)}
    for name, number in given.items():
        work.number(name, number)
    if loss is not None and not given:
        for number in penalties(work, loss.members[0]):
            if number not in PLAIN and 2.0 * number not in PLAIN:
                work.number("λ", 2.0 * number)
                break
    named = {s: v for s, v in work.numbers.items() if s.name.base != "m"}
    if named:
        work.forward = [named_line(line, named) for line in work.forward]
        work.backward = [named_line(line, named) for line in work.backward]


def named_line(line: Line, named: dict[Sym, float]) -> Line:
    return replace(line, members=tuple(with_numbers(e, named) for e in line.members))


def penalties(work: Work, e: Expr) -> list[float]:
    """The coefficients of ‖W‖² in a loss, W being leaves."""
    leaves = {s for node, s in work.symbols.items() if node.op is None}
    found = []
    for t in e.terms if isinstance(e, Sum) else ():
        c, factors = parts(t)
        inside = [x for f, _ in factors for x in (f.terms if isinstance(f, Sum) else (f,))]
        if (
            inside
            and all(squared_leaf(x, leaves) for x in inside)
            and factors[0][1] == 1.0 == len(factors)
        ):
            found.append(c)
    return found


def squared_leaf(e: Expr, leaves: set[Sym]) -> bool:
    if not isinstance(e, Total):
        return False
    of = e.of
    return (
        isinstance(of, Prod)
        and of.coef == 1.0
        and len(of.factors) == 1
        and (of.factors[0][1] == 2.0 and of.factors[0][0] in leaves)
    )


def steps(work: Work) -> list[Line]:
    """Each quantity's gradient from those of what it went into."""
    return work.backward


def final(work: Work) -> list[Line]:
    """One closed formula for each gradient that is wanted."""
    table: dict[Sym, Expr] = {}
    lines = {}
    for line in work.backward:
        e = substituted(line.members[0], table)
        if size(e) > LONGEST:
            raise ValueError(
                f"derive: the closed formula for {line.left!r} has more than {LONGEST} symbols; "
                'take style="steps", or name quantities in between and ask for theirs'
            )
        assert isinstance(line.left, Sym)
        table[line.left] = e
        lines[line.target] = replace(line, members=(e,), remark=None)
    return [x for node, x in lines.items() if node in work.plan.asked]


def delta(work: Work) -> list[Line]:
    """δ⁽ˡ⁾, the gradient of each layer's input, and all others by these."""
    residuals = [x for x in work.backward if is_residual(work, x)]
    if not residuals:
        return work.backward
    share = common_share(work, residuals)
    table: dict[Sym, Expr] = {}
    found = []
    for line in work.backward:
        symbol = line.left
        assert isinstance(symbol, Sym)
        e = substituted(line.members[0], table)
        if line in residuals:
            name = delta_name(work, symbol.name, len(residuals))
            d = Sym(name, symbol.shape)
            table[symbol] = times(share, d)
            per_sample = power(share, -1.0)
            e = times(per_sample, e)
            whole = times(per_sample, symbol)
            work.values[d] = work.values[symbol] / scale(work, share)
            found.append(replace(line, left=d, members=(whole, e), remark=remark_of(line, e)))
        elif line.target.op is not None and line.target not in work.plan.asked:
            table[symbol] = e
        else:
            table.setdefault(symbol, symbol)
            found.append(replace(line, members=(e,)))
    return found


def is_residual(work: Work, line: Line) -> bool:
    """Whether it is a layer's input, as z = h W + b is, and not an activation."""
    op = line.target.op
    return op is not None and op.name in INLINE and line.target is not work.plan.loss


def common_share(work: Work, residuals: list[Line]) -> Expr:
    """1/m if the loss is a mean over the samples: δ is then of each sample's own loss."""
    table: dict[Sym, Expr] = {}
    first = []
    for line in work.backward:
        assert isinstance(line.left, Sym)
        e = substituted(line.members[0], table)
        if not any(s.kind == "gradient" for s in symbols(e)):
            if line in residuals:
                first.append(e)
            elif line.target.op is not None:
                table[line.left] = e
        elif line in residuals and any(s.kind == "gradient" for s in symbols(e)):
            if isinstance(e, Sum) and not all(
                any(s.kind == "gradient" for s in symbols(t)) for t in e.terms
            ):
                return ONE
        elif line.target.op is not None:
            table[line.left] = e
    shares = {m_power(scaled(e)[0]) for e in first}
    return shares.pop() if len(shares) == 1 and first else ONE


def m_power(e: Expr) -> Expr:
    for f, p in parts(e)[1]:
        if isinstance(f, Sym) and f.name.base == "m" and p == -1.0:
            return power(f, p)
    return ONE


def scale(work: Work, share: Expr) -> float:
    from .evaluate import value

    return float(value(share, work.values))


def delta_name(work: Work, name: Name, count: int) -> Name:
    taken = work.plan.names.taken
    for wanted in (Name("δ", name.layer, name.index if not name.layer else ""),
                   Name("δ", index=f"{name.base}{name.layer}{name.index}")):  # fmt: skip
        if wanted not in taken and (wanted.layer or wanted.index or count == 1):
            taken.add(wanted)
            return wanted
    return work.plan.names.fresh("δ")


def remark_of(line: Line, e: Expr) -> Remark | None:
    if line.remark is None or not any(s.name.base == "δ" for s in symbols(e)):
        return line.remark
    kept = [r for r in remarks.DERIVATIVES.values() if r.text in line.remark.text]
    return joined([remarks.CHAIN, *kept])


def told(work: Work, style: str, columns: bool) -> tuple[list[Line], list[Line]]:
    """Forward and backward lines in a style and a layout."""
    backward = {"steps": steps, "delta": delta, "final": final}[style](work)
    forward = work.forward
    if columns != work.columns:
        work.values = {layouts.transposed_symbol(s): flipped(s, x) for s, x in work.values.items()}
        forward, backward = ([turned(x) for x in lines] for lines in (forward, backward))
    return forward, backward


def flipped(symbol: Sym, x: Any) -> Any:
    return x.T if symbol.shape else x


def turned(line: Line) -> Line:
    return replace(
        line, left=layouts.turned(line.left), members=tuple(map(layouts.turned, line.members))
    )
