"""Which lines define what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .formula.slips import mended
from .formula.tree import Derivative, Each, Entry, Expr, Symbol, walk
from .lines import Instance, Line
from .worlds.by_entries import defined_by_entries, whole
from .worlds.hoisting import hoisted
from .worlds.quantity import Definition
from .worlds.world import Setup


class Definitions:
    """Each symbol's first line, or the preferred one, defines it.

    setup: the given one with the forward quantities that lines define.  auxiliary: what else they
    define, with derivatives in it.  defined: which line each name is from, None if it was given.
    defining: an instance of a line -> which of its equalities defines.  rivals: names that a later
    line defines otherwise, and which.
    """

    def __init__(self, setup: Setup, lines: Sequence[Line], preferred: Mapping[str, int]) -> None:
        self.preferred = preferred
        self.defined: dict[str, int | None] = {d.name: d.line for d in setup.definitions}
        self.auxiliary: dict[str, Expr] = {}
        self.defining: dict[tuple[int, int], int] = {}
        self.rivals: dict[str, int] = {}
        self.known = set(setup.known())
        self.forward = list(setup.definitions)
        for line in lines:
            for k, instance in enumerate(line.instances):
                part = defining_part(instance) if line.kind == "equation" else 0
                if part:
                    self.take(line, k, instance, part)
        self.setup = replace(setup, definitions=hoisted(self.forward))

    def take(self, line: Line, k: int, instance: Instance, part: int) -> None:
        """Let an instance of a line define its left side, if nothing does so yet."""
        left = instance.members[0].expr
        symbol = defined_by_entries(left) or left
        expr, slips = mended(whole(left, instance.members[part].expr))
        assert isinstance(symbol, Symbol)
        name = symbol.name
        if name in self.known or self.preferred.get(name, line.number) != line.number:
            differs = all(d != Definition(name, expr, d.line) for d in self.forward)
            if symbol is left and self.defined.get(name) is not None and differs:
                self.rivals.setdefault(name, line.number)
            return
        self.known.add(name)
        self.defined[name] = line.number
        if not slips:
            self.defining[line.number, k] = part
        if any(isinstance(e, Derivative) or name_of(e) in self.auxiliary for e in walk(expr)):
            self.auxiliary[name] = expr
        else:
            self.forward.append(Definition(name, expr, line.number))


def defining_part(instance: Instance) -> int:
    """Which side of x = [x_1, x_2] = W y + b defines x: the first without x; 0 if none does."""
    left, *members = instance.members
    symbol = defined_by_entries(left.expr) or left.expr
    if not isinstance(symbol, Symbol) or instance.trouble:
        return 0
    for part, member in enumerate(members, 1):
        if member.sign == "=" and not any(name_of(e) == symbol.name for e in insides(member.expr)):
            return part
    return 0


def insides(e: Expr) -> Iterator[Expr]:
    """What a side speaks of, without what its free letters range over."""
    return walk(stripped(e))


def of_entries(e: Expr) -> Expr:
    """z for z_i, for every i."""
    e = stripped(e)
    return e.of if isinstance(e, Entry) else e


def name_of(e: Expr) -> str:
    return e.name if isinstance(e, Symbol) else ""


def stripped(e: Expr) -> Expr:
    return e.body if isinstance(e, Each) else e
