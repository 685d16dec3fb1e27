"""Single changes of what a formula speaks of: another quantity, layer, derivative or index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..formula.tree import (
    Add,
    Call,
    Derivative,
    Entry,
    Expr,
    Index,
    Matrix,
    Mul,
    Number,
    Quotient,
    Symbol,
    Total,
    mapped,
    walk,
)
from .words import Edit, Vocabulary, key, respelled


def distance(a: str, b: str) -> float:
    """How likely a slip is: z2 for h2, h1 for h2 and t for h2 in this order."""
    x, y = (re.fullmatch(r"([^\d]*)(\d*)", name) for name in (a, b))
    if x and y and x[2] == y[2] and x[2]:
        return 1.0
    return 1.1 if x and y and x[1] == y[1] else 1.3


def quantities(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """Another quantity, or a derivative, for one."""
    if not isinstance(e, Symbol):
        return
    size = any(e == n for n in v.sizes)
    for q in v.sizes if size else (*v.quantities, *v.numbers):
        if q != e:
            far = 0.0 if v.shapes.get(q.name) == v.shapes.get(e.name) else 0.3
            words = (q, "instead of", e)
            yield Edit(q, "variable", words, distance(e.name, q.name) + far)
    for d in () if size or isinstance(parent, Entry) else v.derivatives:
        yield Edit(d, "variable", (d, "instead of", e), 1.4)


def everywhere(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """Another quantity wherever one stands in a product or matrix: h(1−h) for z(1−z)."""
    if not isinstance(e, Mul | Add | Matrix | Total | Quotient):
        return
    seen = [x for x in walk(e) if isinstance(x, Symbol)]
    for old in dict.fromkeys(seen):
        if seen.count(old) < 2 or old in v.sizes or old in v.numbers:
            continue
        for q in v.quantities:
            if q != old:
                far = 0.0 if v.shapes.get(q.name) == v.shapes.get(old.name) else 0.3
                words = (q, "instead of", old)
                cost = distance(old.name, q.name) + far
                yield Edit(renamed(e, old, q), "variable", words, cost)


def renamed(e: Expr, old: Symbol, new: Symbol) -> Expr:
    """The formula with one quantity for another, outside derivatives; the texts follow."""
    if e == old:
        return new
    if isinstance(e, Derivative):
        return e
    found = mapped(e, lambda x: renamed(x, old, new))
    if found is not e and isinstance(found, Entry | Call) and found.text:
        spelled = respelled(found.text, old.text, new.text)
        return found if isinstance(found, Call) else replace(found, text=spelled)
    return found


def entries(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """Another quantity whose entry it is; another index."""
    if not isinstance(e, Entry):
        return
    if isinstance(e.of, Symbol):
        for edit in quantities(e.of, e, v):
            if isinstance(edit.expr, Symbol):
                new = replace(e, of=edit.expr, text=respelled(e.text, e.of.text, edit.expr.text))
                yield replace(edit, expr=new)
    for index in _indices(e):
        new = replace(e, index=index, text="")
        yield Edit(new, "index", (new, "instead of", e), 1.0)


def _indices(e: Entry) -> Iterator[tuple[Expr, ...]]:
    if len(e.index) == 2:
        yield e.index[::-1]
    letters = list(dict.fromkeys(x for x in walk(e) if isinstance(x, Index)))
    for k, i in enumerate(e.index):
        others: list[Expr] = []
        if isinstance(i, Number):
            others = [Number(i.value + 1), Number(i.value - 1)]
            others += [Number(i.value + 2), Number(i.value - 2)]
        elif isinstance(i, Index):
            others += [Index(x) for x in "ijkl" if x != i.name] + [x for x in letters if x != i]
        for new in dict.fromkeys(others):
            if not isinstance(new, Number) or new.value >= e.base:
                yield (*e.index[:k], new, *e.index[k + 1 :])


def derivatives(e: Expr, parent: Expr | None, v: Vocabulary) -> Iterator[Edit]:
    """A derivative by another variable, of another quantity, or an author's other one."""
    if not isinstance(e, Derivative):
        return
    for d in v.derivatives:
        if d != e:
            names = zip(key(d), key(e), strict=False)
            far = min((distance(a, b) for a, b in names if a != b), default=1.0)
            yield Edit(d, "variable", (d, "instead of", e), far)
    for q in v.quantities:
        yield Edit(q, "variable", (q, "instead of", e), 1.6)
    for k, w in enumerate(e.wrt):
        if isinstance(w, Entry):
            for index in _indices(w):
                wrt = (*e.wrt[:k], replace(w, index=index, text=""), *e.wrt[k + 1 :])
                new = replace(e, wrt=wrt, text="")
                yield Edit(new, "index", (new, "instead of", e), 1.0)
    yield from _links(e, v)


def _links(e: Derivative, v: Vocabulary) -> Iterator[Edit]:
    """∂a2/∂b2 for ∂b2/∂W2: another link of a chain."""
    if len(e.wrt) > 1 or not isinstance(e.of, Symbol) or not v.shapes.get(e.of.name):
        return
    w, target = e.wrt[0], key(v.target)
    ends = [q for d in v.derivatives for q in d.wrt]  # where another link could go on
    links: list[tuple[Expr, Expr]] = [(of, w) for of in v.quantities]
    links += [(e.of, wrt) for wrt in v.quantities]
    links += [(of, wrt) for of in ends for wrt in v.quantities if wrt.name == v.wrt]
    for of, wrt in dict.fromkeys(links):
        changed = (of != e.of) + (wrt != w)
        near = of in ends or wrt in ends or key(wrt) == (v.wrt,)  # a chain goes on from there
        if changed and near and of != wrt and key(of) + key(wrt) != target:
            new = replace(e, of=of, wrt=(wrt,), text="")
            yield Edit(new, "variable", (new, "instead of", e), 0.8 + 0.2 * changed)


RULES = (quantities, everywhere, entries, derivatives)
