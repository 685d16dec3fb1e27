"""What a name in a line of Python stands for: a quantity, a derivative, an index, a number."""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..formula.tree import Derivative, Expr, Index, Number, Symbol

INDICES = ("i", "j", "k", "l")  # are index letters wherever they are no quantity
MODULES = ("np", "numpy", "ag", "autograd", "math")  # whose functions are the library's
CONSTANTS = {"pi": math.pi}


@dataclass(frozen=True)
class Names:
    """The quantities, losses, index letters and functions that a formula may speak of.

    `known` None lets every name be a quantity, and then none is a derivative.
    """

    known: Collection[str] | None = None
    loss: str = ""
    functions: Mapping[str, str] = field(default_factory=dict)  # the author's name -> the library's
    letters: frozenset[str] = frozenset()

    def find(self, name: str) -> Expr | None:
        """The formula that a name stands for, or None."""
        if name in self.letters:
            return Index(name)
        if self.has(name):
            return Symbol(name)
        if (derivative := self.derivative(name)) is not None:
            return derivative
        if name in CONSTANTS:
            return Number(CONSTANTS[name])
        if name in INDICES:
            return Index(name)
        return Symbol(name) if self.known is None else None

    def has(self, name: str) -> bool:
        return self.known is not None and name in self.known

    def is_module(self, name: str) -> bool:
        return name in MODULES and not self.has(name)

    def derivative(self, name: str) -> Derivative | None:
        """dz2, dL_dz2, grad_z2 -> ∂L/∂z2, where z2 is known."""
        for of, wrt in self.readings(name):
            if self.has(wrt) and (of == self.loss or self.has(of)):
                return Derivative(Symbol(of), (Symbol(wrt),), text=name)
        return None

    def readings(self, name: str) -> Iterator[tuple[str, str]]:
        if self.loss and name.startswith("grad_"):
            yield self.loss, name[5:]
        if name[:1] != "d":
            return
        if self.loss:
            yield self.loss, name[1:]
        for i in range(2, len(name) - 2):
            if name[i : i + 2] == "_d":
                yield name[1:i], name[i + 2 :]

    def suggestion(self, name: str) -> str:
        """A question after the name that was probably meant, or what there is."""
        known = sorted(self.known or ())
        if self.loss:
            known += [f"d{q}" for q in known]
        return did_you_mean(name, known) or f"; there are {listed(sorted(self.known or ()))}"

    def within(self, letters: Collection[str]) -> Names:
        """The same where some letters are indices."""
        return replace(self, letters=self.letters | frozenset(letters))


def index_letters(tree: ast.AST, names: Names) -> set[str]:
    """Letters that stand where an index does, and for no quantity."""
    found: set[str] = set()
    for node in ast.walk(tree):
        places: list[ast.expr] = []
        if isinstance(node, ast.Subscript):
            places = [node.slice]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "entry":
            places = node.args[1:]
        found |= {
            part.id
            for place in places
            for part in ast.walk(place)
            if isinstance(part, ast.Name) and len(part.id) == 1 and not names.has(part.id)
        }
    return found


def did_you_mean(name: str, known: Collection[str]) -> str:
    """ "; did you mean h2?", or "" where nothing is close."""
    close = difflib.get_close_matches(name, list(known), n=2, cutoff=0.6)
    if not close and len(name) < 3:  # one letter of two is another
        close = [k for k in known if k.lower() == name.lower() or (len(k) == 2 and k[0] == name[0])]
    return f"; did you mean {' or '.join(close[:2])}?" if close else ""


def listed(names: Collection[str], limit: int = 12) -> str:
    """The names with commas, at most so many."""
    shown = [*names][:limit]
    return ", ".join(shown) + (", …" if len(names) > limit else "") if shown else "none"
