"""What the writers of source share: names, the return expression, and loading the text."""

from __future__ import annotations

import builtins
import keyword
import linecache
import re
import weakref
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from ..tree import leaves, rebuilt
from .trace import Block, Place

_numbers = count(1)
RESERVED = ("np", "math", "rebuilt", "structure")


class Names:
    """Distinct identifiers: the user's names where there are any, numbered when they repeat."""

    def __init__(self, taken: Iterable[str] = (), outer: Names | None = None) -> None:
        self.taken = {*keyword.kwlist, *dir(builtins), *RESERVED, *taken}
        self.outer = outer
        self.inside: set[str] = set()  # taken in functions
        self.following: dict[str, int] = {}

    def scope(self) -> Names:
        """Names of a function's own: never those of the module, which keeps off them as well."""
        return Names(outer=self)

    def is_taken(self, name: str) -> bool:
        outer = self.outer is not None and name in self.outer.taken
        return outer or name in self.taken or name in self.inside

    def new(self, wish: str | None) -> str:
        """`wish` as an identifier, with a number if it is taken; v1, v2, … without a wish."""
        base = re.sub(r"\W", "_", wish) if wish else "v"
        base = base if base.isidentifier() else f"v_{base}"
        name = base if wish else "v1"
        while self.is_taken(name):
            number = self.following.get(base, 1 if not wish else 2)
            self.following[base] = number + 1
            name = f"{base}{number}" if not base[-1].isdigit() else f"{base}_{number}"
        self.taken.add(name)
        if self.outer is not None:
            self.outer.inside.add(name)
        return name


def returned(structure: Any, texts: list[str], namespace: dict[str, Any]) -> str:
    """The expression that puts the outputs, written as `texts`, into the result's structure."""
    if isinstance(structure, Place):
        return texts[structure]
    if isinstance(structure, Block):
        entries = texts[structure.first : structure.first + _size(structure.shape)]
        return f"np.reshape(np.array([{', '.join(entries)}], dtype=float), {structure.shape})"
    if structure is None:
        return "None"
    if type(structure) is dict and all(isinstance(k, str | int) for k in structure):
        pairs = [f"{k!r}: {returned(v, texts, namespace)}" for k, v in structure.items()]
        return f"{{{', '.join(pairs)}}}"
    if type(structure) in (list, tuple):
        inner = ", ".join(returned(v, texts, namespace) for v in structure)
        if type(structure) is list:
            return f"[{inner}]"
        return f"({inner}{',' if len(structure) == 1 else ''})"
    namespace["rebuilt"] = rebuilt
    classes = namespace.setdefault("structure", [])  # the user's
    classes.append(structure)
    inner = ", ".join(returned(leaf, texts, namespace) for leaf in leaves(structure))
    return f"rebuilt(structure[{len(classes) - 1}], iter([{inner}]))"


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size


def loaded(name: str, text: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` of a program's text; tracebacks and debuggers show its lines."""
    filename = f"<compiled {name} {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace.pop(name)  # or it would hold itself, in a cycle
    weakref.finalize(function, linecache.cache.pop, filename, None)
    return function
