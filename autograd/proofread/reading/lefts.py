"""The names that a document's equations define on their left sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import trees
from .configuration import defaults
from .configuration.config import Config, Settings
from .known import Known, declared
from .layers import assignments
from .macros import indices
from .ranges import about_indices, ranging
from .tex.raw import (
    Group,
    Letter,
    Raw,
    RawEquation,
    Scripted,
)  # fmt: skip

TextOf = Callable[[Raw], str]  # what the author wrote for a raw formula


def defined(equations: Sequence[RawEquation], config: Config, text: TextOf) -> Known:
    """The names of the configuration and of the equations' left sides."""
    known = declared(config)
    for equation in equations:
        if equation.continues or len(equation.members) < 2 or equation.members[0].value is None:
            continue
        settings = config.at(equation.at.line)
        left = equation.members[0].value
        if about_indices(equation.members, settings, known):
            known.ranges |= ranging(equation.members, known)
            continue
        if defaults.RELATIONS.get(equation.members[1].sign, "=") == "=":
            for name in names_on_left(left, settings, known, text):
                _take(name, settings, known)
    return known


def _take(name: str, settings: Settings, known: Known) -> None:
    """A name of a left side; δ2 is the residual of z2 where there is one, and no new name."""
    layer = name.removeprefix("delta")
    if name == layer or not settings.losses or f"z{layer}" not in known.names:
        known.names.add(name)


def layer_name(raw: Raw, letters: dict[str, int]) -> str:
    """The name δ1 of a left side δ^{(l)}, for l = 1; "" for anything else."""
    if not isinstance(raw, Scripted) or not isinstance(raw.base, Letter):
        return ""
    script = raw.sub if raw.sup is None else raw.sup if raw.sub is None else None
    n = trees.integer(script, letters)
    return "" if n is None else f"{trees.name_of(raw.base)}{n}"


def names_on_left(left: Raw, settings: Settings, known: Known, text: TextOf) -> list[str]:
    """The names that an equation with this left side would define."""
    parts = trees.factors(left)
    if len(parts) == 2 and isinstance(parts[1], Group) and parts[1].kind == "(":
        name = trees.name_of(parts[0]) or declared_name(parts[0], known)
        if not name or settings.functions.get(name) or _is_function(name, settings):
            return []
        items = parts[1].items
        known.functions_of.setdefault(name, {})[tuple(text(x) for x in items)] = items
        return [name]
    if len(parts) != 1:
        return []
    if isinstance(left, Letter):
        name = trees.name_of(left)
        taken = name in known.sizes or left.accent == "bar" or name in settings.aliases
        return [] if taken or name in defaults.ONES else [name]
    if not isinstance(left, Scripted) or not isinstance(left.base, Letter) or left.primes:
        return []
    return _scripted_names(left, settings, known)


def declared_name(left: Raw, known: Known) -> str:
    """The name Jlambda that the configuration has for J_λ; "" if it has none."""
    if not isinstance(left, Scripted) or left.sub is None or left.sup is not None:
        return ""
    letters = [trees.name_of(x) for x in indices(left.sub)]
    full = trees.name_of(left.base) + "".join(x or " " for x in letters)
    return full if full in known.names and not all(x.isdecimal() for x in letters) else ""


def _is_function(name: str, settings: Settings) -> bool:
    return name in defaults.FUNCTIONS and name not in settings.losses


def _scripted_names(left: Scripted, settings: Settings, known: Known) -> list[str]:
    name = trees.name_of(left.base)
    if not name or (isinstance(left.base, Letter) and left.base.accent == "bar"):
        return []
    if full := declared_name(left, known):
        return [full]
    if left.sup is not None and left.sub is None:
        tags = _values(left.sup, settings)
    elif left.sub is not None and left.sup is None and name not in known.names:
        tags = _values(left.sub, settings)
    else:
        return []
    if not tags and left.sup is None and _is_entry(left.sub, name, settings, known):
        return [name]
    names = [f"{name}{k}" for k in tags]
    return [n for n in names if n not in known.sizes]


def _is_entry(sub: Raw | None, name: str, settings: Settings, known: Known) -> bool:
    """Whether a subscript is made of index letters: μ_j = … defines μ by its entries."""
    taken = known.names | known.sizes | set(settings.layers)
    letters = [trees.name_of(x) for x in indices(sub)]
    free = [x for x in letters if len(x) == 1 and x.isalpha() and x not in taken]
    return bool(letters) and free == letters and len(set(letters)) == len(letters)


def _values(script: Raw, settings: Settings) -> list[int]:
    """The layers that a script names: 2; all those of a general letter."""
    if isinstance(script, Group) and len(script.items) == 1:
        script = script.items[0]
    found = []
    for letters in assignments(trees.letters_in(script), settings):
        n = trees.integer(script, letters)
        if n is not None:
            found.append(n)
    return found
