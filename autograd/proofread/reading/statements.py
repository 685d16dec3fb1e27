"""What a document states without computing: sizes, and the spaces that quantities are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..formula.tree import Each, Expr, Index, Relation, walk
from ..lines import Line, Member
from ..mending.factors import free
from . import matrices, trees
from .configuration import defaults
from .configuration.config import Settings
from .known import Known
from .scope import Scope, Unread
from .tex.raw import Group, Letter, List, Numeral, Raw, RawMember, Scripted

REALS = ("R", "ℝ", "reals", "Reals")


def is_membership(members: Sequence[RawMember]) -> bool:
    return any(defaults.RELATIONS.get(m.sign) == "in" for m in members[1:])


def separated(members: Sequence[RawMember]) -> list[tuple[RawMember, ...]]:
    """x, y ∈ R^n as two statements; anything else as it is."""
    left = members[0]
    if is_membership(members) and isinstance(left.value, List):
        return [(replace(left, value=x), *members[1:]) for x in left.value.items]
    return [tuple(members)]


def shape(line: Line, members: Sequence[RawMember], scope: Scope) -> Line:
    """The line x ∈ R^{m×n}.  Raises Unread for any other set."""
    if len(members) != 2:
        raise Unread("a statement about a set in a chain of equations", members[0].at)
    stated = space(members[1].value, scope)
    if stated is None:
        raise Unread("it says that something is in a set, and the set is not R^n", members[1].at)
    instances = tuple(replace(i, members=i.members[:1]) for i in line.instances)
    return replace(line, shape=stated, instances=instances)


def space(raw: Raw | None, scope: Scope) -> tuple[Expr, ...] | None:
    """The sizes of R^{m×n}; () for R itself."""
    if isinstance(raw, Letter) and raw.name in REALS:
        return ()
    if isinstance(raw, Scripted) and isinstance(raw.base, Letter) and raw.base.name in REALS:
        return matrices.size_of(raw.sup, scope) if raw.sup is not None else ()
    return None


def for_every(members: Sequence[Member], condition: Relation | None = None) -> tuple[Member, ...]:
    """z_i = Σ_j W_ij a_j + b_i is said of every i: the letters that are free on the left."""
    left = members[0].expr
    letters = tuple(free(left))
    if not letters:
        return tuple(members)
    named = {i.name for i in walk(condition) if isinstance(i, Index)} if condition else set()
    only = condition if named <= set(letters) else None
    return tuple(replace(m, expr=Each(letters, m.expr, left, only, at=m.expr.at)) for m in members)


def declares_index(members: Sequence[RawMember], scope: Scope) -> bool:
    """i ∈ {1, …, n}: about a letter, and no claim."""
    left = members[0].value
    return is_membership(members) and isinstance(left, Letter) and scope.is_index(left.name)


def stated_size(
    members: Sequence[RawMember], settings: Settings, known: Known
) -> tuple[str, int] | None:
    """n^{(1)} = 3, L = 2: a size or a number of layers and its value."""
    if len(members) != 2 or members[1].sign != "=":
        return None
    left, right = members[0].value, members[1].value
    if not isinstance(right, Numeral) or right.value != int(right.value):
        return None
    if isinstance(left, Letter):
        name = trees.name_of(left)
        if name in settings.layers and name not in known.names and len(settings.layers[name]) == 1:
            return name, int(right.value)
    elif isinstance(left, Scripted) and isinstance(left.base, Letter):
        script = left.sub if left.sup is None else left.sup
        if isinstance(script, Group) and len(script.items) == 1:
            script = script.items[0]
        single = {x: v[0] for x, v in settings.layers.items() if len(v) == 1}
        name = f"{trees.name_of(left.base)}{trees.integer(script, single)}"
    else:
        return None
    return (name, int(right.value)) if name in known.sizes else None
