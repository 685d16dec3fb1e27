"""An equation for one value of its general letters, and what kind of claim it is."""

from __future__ import annotations

from collections.abc import Sequence

from ..formula.tree import Derivative, Each, Entry, Expr, Number, Relation, Symbol, children
from ..lines import Instance, Member
from . import layers, statements
from .configuration import defaults
from .scope import Missing, Scope, Unread
from .tex.raw import RawMember

ARROWS = ("\\leftarrow", "←")
SIGNS = ("=", "!=", "<", "<=", ">", ">=", "in", *ARROWS)


def instance(
    members: Sequence[RawMember],
    scope: Scope,
    letters: tuple[tuple[str, int], ...],
    condition: Relation | None = None,
) -> Instance:
    """The members as they are read; trouble where a layer has no such quantity.  Raises Unread."""
    done: list[Member] = []
    trouble = ""
    for k, m in enumerate(members):
        assert m.value is not None
        sign = defaults.RELATIONS.get(m.sign, m.sign) if k else ""
        try:  # the sizes of a space are read as a shape
            expr: Expr = Number(0.0) if sign == "in" else scope.read(m.value)
        except Missing as error:
            trouble = trouble or error.message
            if not done or not isinstance(done[0].expr, Symbol):  # which it would define
                done.append(Member(sign, Symbol("?", text=m.text), m.text, m.at))
            continue
        if k and sign not in SIGNS:
            raise Unread(f"what the sign {m.sign} means is not known", m.at)
        done.append(Member("=" if sign in ARROWS else sign, expr, m.text, m.at))
    return Instance(statements.for_every(done, condition), letters, trouble)


def used(members: Sequence[RawMember]) -> set[str]:
    """The letters of an equation that no sum in it binds."""
    return set().union(*(layers.free_letters(m.value) for m in members))


def kind_of(members: Sequence[RawMember], instances: Sequence[Instance]) -> str:
    """ "shape" for ∈, "assignment" where the left side is used on the right, else "equation"."""
    signs = {defaults.RELATIONS.get(m.sign, m.sign) for m in members[1:]}
    if "in" in signs:
        return "shape"
    for instance in instances:
        if len(instance.members) != 2:
            continue
        left, right = (
            m.expr.body if isinstance(m.expr, Each) else m.expr for m in instance.members
        )
        if isinstance(left, Symbol | Entry) and right != left and speaks_of(right, left):
            return "assignment"
    return "equation"


def speaks_of(e: Expr, what: Expr) -> bool:
    """Whether a formula has a quantity in it, not only its entries or a derivative for it."""
    if e == what:
        return True
    return not isinstance(e, Entry | Derivative) and any(speaks_of(x, what) for x in children(e))
