"""Raw LaTeX by its form: what several readers of it ask."""

from __future__ import annotations

from .configuration import defaults
from .tex.raw import Group, Letter, List, Numeral, Raw, Scripted, Sequence, Terms


def name_of(raw: Raw) -> str:
    """The name of a letter in our formula language: \\lambda is lam, \\hat y is yhat."""
    if not isinstance(raw, Letter):
        return ""
    name = defaults.NAMES.get(raw.name, raw.name)
    return name + defaults.ACCENTS.get(raw.accent, raw.accent)


def is_letter(raw: Raw, *names: str) -> bool:
    return isinstance(raw, Letter) and raw.name in names


def integer(raw: Raw | None, letters: dict[str, int]) -> int | None:
    """The value of 3, l, l + 1, (L − 1); None if it isn't a whole number that is known."""
    match raw:
        case Numeral(value=v):
            return int(v) if v == int(v) else None
        case Letter(name=name, accent="") if name in letters:
            return letters[name]
        case Group(kind="(" | "[" | "{", items=(inside,)):
            return integer(inside, letters)
        case Terms(terms=terms):
            found = [(sign, integer(term, letters)) for sign, term in terms]
            if any(n is None or sign not in ("+", "-") for sign, n in found):
                return None
            return sum((-1 if sign == "-" else 1) * (n or 0) for sign, n in found)
        case Sequence(factors=(only,)):
            return integer(only, letters)
    return None


def letters_in(raw: Raw | None) -> set[str]:
    """The plain letters of a formula, wherever they are."""
    if raw is None:
        return set()
    found = {raw.name} if isinstance(raw, Letter) else set()
    return found.union(*(letters_in(part) for part in parts(raw)))


def parts(raw: Raw) -> list[Raw]:
    """The raw formulas directly inside one."""
    found: list[Raw] = []

    def collect(x: object) -> None:
        if isinstance(x, Raw):
            found.append(x)
        elif isinstance(x, tuple):
            for item in x:
                collect(item)

    for value in vars(raw).values():
        collect(value)
    return found


def factors(raw: Raw) -> tuple[Raw, ...]:
    """The parts of a product without signs; anything else alone."""
    if isinstance(raw, Sequence) and not any(raw.signs):
        return raw.factors
    return (raw,)


def items(raw: Raw | None) -> tuple[Raw, ...]:
    """The formulas of a list, with or without brackets; one alone."""
    if raw is None:
        return ()
    if isinstance(raw, List):
        return raw.items
    return (raw,)


def is_transposing(raw: Raw | None) -> bool:
    return isinstance(raw, Letter) and raw.name in defaults.TRANSPOSED


def without_transpose(sup: Raw | None) -> tuple[Raw | None, bool]:
    """A superscript without its T: `T`, `(2)T`, `{(2), T}`."""
    if is_transposing(sup):
        return None, True
    inside = (
        sup.factors if isinstance(sup, Sequence) else sup.items if isinstance(sup, List) else ()
    )
    if sup is not None and len(inside) > 1 and is_transposing(inside[-1]):
        rest = inside[:-1]
        signs = sup.signs[:-1] if isinstance(sup, Sequence) else ("",) * (len(rest) - 1)
        return (rest[0] if len(rest) == 1 else Sequence(sup.at, rest, signs)), True
    if isinstance(sup, Group) and len(sup.items) == 1 and is_transposing(sup.items[0]):
        return None, True
    return sup, False


def base_of(raw: Raw) -> Raw:
    """What scripts hang on."""
    return raw.base if isinstance(raw, Scripted) else raw


def same(a: Raw | None, b: Raw | None) -> bool:
    """Whether two formulas are written alike, wherever they stand."""
    if a is None or b is None:
        return a is b
    return type(a) is type(b) and _alike(vars(a), vars(b))


def _alike(a: object, b: object) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return all(k == "at" or k == "text" or _alike(v, b[k]) for k, v in a.items())
    if isinstance(a, Raw) and isinstance(b, Raw):
        return same(a, b)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_alike, a, b))
    return a == b
