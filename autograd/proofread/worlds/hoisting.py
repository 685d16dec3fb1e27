"""A name given late to what an earlier line wrote out: h = σ(xW + b), "with z = xW + b"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..formula.tree import Expr, Number, Symbol, mapped, walk
from .quantity import Definition


def hoisted(definitions: Sequence[Definition]) -> tuple[Definition, ...]:
    """The definitions, where each is used wherever its formula stands.

    So the quantity lies on the way to the loss, and there is a derivative for it.
    """
    found = list(definitions)
    for late in definitions:
        if isinstance(late.expr, Symbol | Number):
            continue
        for k, d in enumerate(found):
            if d.name == late.name:
                break
            if any(e == late.expr for e in walk(d.expr)):
                found.remove(next(x for x in found if x.name == late.name))
                found.insert(k, late)
                found[k + 1 :] = [
                    x if x.name == late.name else replace(x, expr=replaced(x.expr, late))
                    for x in found[k + 1 :]
                ]
                break
    return tuple(found)


def replaced(e: Expr, by: Definition) -> Expr:
    if e == by.expr:
        return Symbol(by.name)
    return mapped(e, lambda x: replaced(x, by))
