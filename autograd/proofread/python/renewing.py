"""Names that a line of Python gives a new value: r /= n, after r = 2 * (h - t)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..formula.tree import Expr, Symbol, mapped
from ..lines import Line

AGAIN = "#"  # after a name that has a new value


@dataclass
class Renewing:
    """What each of the author's own names is called from here on, for each new value another."""

    own: set[str] = field(default_factory=set)
    now: dict[str, str] = field(default_factory=dict)

    def line(self, line: Line, known: set[str]) -> Line:
        """The line, with the names that are meant; a new value of an own name defines a name."""
        if not line.instances:
            return line
        (instance,) = line.instances
        members = tuple(replace(m, expr=renamed(m.expr, self.now)) for m in instance.members)
        left = instance.members[0].expr
        if isinstance(left, Symbol) and left.name in self.own and line.kind == "assignment":
            self.now[left.name] = name = f"{self.now.get(left.name, left.name)}{AGAIN}"
            first = replace(members[0], expr=replace(left, name=name, text=left.name))
            members, line = (first, *members[1:]), replace(line, kind="equation")
        elif isinstance(left, Symbol) and left.name not in known:
            self.own.add(left.name)
        return replace(line, instances=(replace(instance, members=members),))


def renamed(e: Expr, names: dict[str, str]) -> Expr:
    """The formula with other names, spelled as before."""
    if not names:
        return e
    if isinstance(e, Symbol):
        return replace(e, name=names.get(e.name, e.name), text=e.text or e.name)
    return mapped(e, lambda x: renamed(x, names))
