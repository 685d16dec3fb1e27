"""Which names a document has: those of its configuration, and those that it defines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from ...errors import ProofreadError
from ..pythonic import expression
from ..tree import Derivative
from ..worlds import Definition, Quantity, Setup
from . import defaults, trees
from .checked import ConfigError
from .config import Config, Settings
from .macros import indices
from .meanings import stripped
from .raw import (
    BigOperator,
    Dots,
    Group,
    Letter,
    List,
    Numeral,
    Raw,
    RawEquation,
    RawMember,
    Scripted,
    Terms,
)
from .raw import Sequence as Product

TextOf = Callable[[Raw], str]  # what the author wrote for a raw formula
LAYERED = re.compile(r"\b([A-Za-z_]\w*)\[([A-Za-z])(?:\s*([+-])\s*(\d+))?\]")


@dataclass
class Known:
    """Names so far; `functions_of` are the arguments that a definition f(x, y) = … has."""

    names: set[str]
    sizes: set[str]
    functions_of: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    abbreviations: dict[str, Derivative] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=dict)  # sizes, as the document says them
    ranges: dict[str, int | str] = field(default_factory=dict)  # of letters: i = 1, …, n


def setup(config: Config, known: Known, uses_sign: bool) -> Setup:
    """What the lines are judged by."""
    leaves = config.quantities
    if uses_sign:
        leaves = (*leaves, Quantity("pm", (), "sign"))
    return Setup(
        quantities=leaves,
        definitions=definitions(config, known),
        losses=losses(config),
        sizes={**known.stated, **config.sizes},
        numerator=config.numerator,
        zero_padded=config.zero_padded,
        ranges=known.ranges,
    )


def losses(config: Config) -> tuple[str, ...]:
    found = dict.fromkeys(config.settings.losses)
    for section in config.sections:
        found |= dict.fromkeys(section.settings.losses)
    return tuple(found)


def declared(config: Config) -> Known:
    """The names of a configuration."""
    sizes = {n for q in config.quantities for n in (*q.shape, q.classes) if isinstance(n, str)}
    names = {q.name for q in config.quantities}
    names |= {left for left, _, _ in forward(config)}
    for settings in (config.settings, *(s.settings for s in config.sections)):
        readings = (r for m in settings.symbols.values() for r in m.readings)
        names |= {formula for _, formula in readings if formula.isidentifier()}
    names -= sizes | set(config.sizes)
    return Known(names, sizes | set(config.sizes))


def forward(config: Config) -> list[tuple[str, str, str]]:
    """The forward formulas, those of general layers once for each: (left, right, where)."""
    found = []
    for formula in config.forward:
        for letters in choices(formula.text, config.settings.layers):
            left, _, right = layered(formula.text, letters).partition("=")
            if not left.strip().isidentifier():
                raise ConfigError(
                    f"{formula.where}: forward: {formula.text!r} defines no quantity: on the left "
                    "stands a name, such as z1, or z[l] for all layers l"
                )
            found.append((left.strip(), right.strip(), formula.where))
    return found


def choices(text: str, layers: Mapping[str, tuple[int, ...]]) -> Iterable[dict[str, int]]:
    """Each choice of values for the layer letters of a formula in our language."""
    used = [x for x in layers if any(m[2] == x for m in LAYERED.finditer(text))]
    for values in product(*(layers[x] for x in used)):
        yield dict(zip(used, values, strict=True))


def layered(text: str, letters: Mapping[str, int]) -> str:
    """z[l - 1] -> z1, for l = 2."""

    def put(m: re.Match[str]) -> str:
        if m[2] not in letters:
            return m[0]
        shift = int(m[4] or 0) * (-1 if m[3] == "-" else 1)
        return f"{m[1]}{letters[m[2]] + shift}"

    return LAYERED.sub(put, text)


def definitions(config: Config, known: Known) -> tuple[Definition, ...]:
    names = known.names | known.sizes
    loss = config.settings.losses[0] if config.settings.losses else ""
    found = []
    for left, right, where in forward(config):
        try:
            e = stripped(expression(right, names, loss=loss))
        except ProofreadError as error:
            raise ConfigError(f"{where}: forward: {left} = {right}: {error}") from None
        found.append(Definition(left, e))
    return tuple(found)


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
        name = trees.name_of(parts[0])
        if not name or settings.functions.get(name) or _is_function(name, settings):
            return []
        known.functions_of.setdefault(name, set()).add(tuple(text(x) for x in parts[1].items))
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


def _is_function(name: str, settings: Settings) -> bool:
    return name in defaults.FUNCTIONS and name not in settings.losses


def _scripted_names(left: Scripted, settings: Settings, known: Known) -> list[str]:
    name = trees.name_of(left.base)
    if not name or (isinstance(left.base, Letter) and left.base.accent == "bar"):
        return []
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


def assignments(letters: Iterable[str], settings: Settings) -> list[dict[str, int]]:
    """Each choice of values for the general letters among these, single ones always."""
    used = {x: v for x, v in settings.layers.items() if x in set(letters) or len(v) == 1}
    return [dict(zip(used, values, strict=True)) for values in product(*used.values())]


def free_letters(raw: Raw | None) -> set[str]:
    """The letters of a formula but for those that a sum inside it binds."""
    if raw is None:
        return set()
    if isinstance(raw, BigOperator):
        bound = trees.letters_in(raw.low)
        return (free_letters(raw.high) | free_letters(raw.body)) - bound
    own = {raw.name} if isinstance(raw, Letter) else set()
    return own.union(*(free_letters(part) for part in trees.parts(raw)))


def renamed(raw: Raw, aliases: Mapping[str, str]) -> Raw:
    """The formula with the letters that aliases mean."""
    if not aliases:
        return raw
    if isinstance(raw, Letter) and raw.name in aliases:
        return replace(raw, name=aliases[raw.name])

    def put(x: object) -> object:
        if isinstance(x, Raw):
            return renamed(x, aliases)
        return tuple(map(put, x)) if isinstance(x, tuple) else x

    changed: dict[str, Any] = {k: put(v) for k, v in vars(raw).items() if k != "at"}
    return replace(raw, **changed)


def about_indices(members: Sequence[RawMember], settings: Settings, known: Known) -> bool:
    """j ≠ k, k = j − i + 1, l = 1, 2: which entries or layers are meant, and no claim."""
    letters = {*defaults.INDICES, *settings.layers} - known.names
    left = members[0].value
    if not isinstance(left, Letter) or left.name not in letters:
        return False
    return all(m.value is not None and _counts(m.value, letters | known.sizes) for m in members[1:])


def ranging(members: Sequence[RawMember], known: Known) -> dict[str, int | str]:
    """The letter of i = 1, …, n with the size or number that it goes to."""
    left, right = members[0].value, members[1].value
    items = trees.items(right)
    if len(items) < 2 or not isinstance(left, Letter) or not isinstance(items[0], Numeral):
        return {}
    if items[0].value != 1:
        return {}
    last = items[-1]
    if isinstance(last, Numeral):
        return {left.name: int(last.value)}
    return {left.name: trees.name_of(last)} if trees.name_of(last) in known.sizes else {}


def _counts(raw: Raw, letters: set[str]) -> bool:
    """Whether a formula is made of such letters and numbers alone."""
    if isinstance(raw, Letter):
        return trees.name_of(raw) in letters
    if not isinstance(raw, Numeral | Dots | Group | List | Terms | Product):
        return False
    return all(_counts(part, letters) for part in trees.parts(raw))
