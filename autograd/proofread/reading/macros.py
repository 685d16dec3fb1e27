"""Patterns of LaTeX that stand for a formula: `p(y=j)` is entry(p, j, 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from . import trees
from .configuration.config import Meaning
from .tex.raw import Group, Letter, List, Numeral, Raw, Scripted, Sequence

PLACEHOLDERS = ("i", "j", "k", "l")
Binding = dict[str, Raw]


@dataclass(frozen=True)
class Macro:
    """A pattern, as it is parsed; `letters` are its placeholders."""

    pattern: Raw
    letters: frozenset[str]
    meaning: Meaning

    @property
    def weight(self) -> int:
        """How much it says: the fullest pattern that fits is the one that is meant."""
        return _weight(self.pattern, self.letters)


@dataclass(frozen=True)
class Matched:
    """A macro that fits some factors, what its letters are, and the scripts that it leaves."""

    macro: Macro
    binding: Binding
    used: int
    sub: Raw | None = None
    sup: Raw | None = None
    primes: int = 0


def macro(meaning: Meaning, parse: Callable[[str], Raw], layers: Iterable[str]) -> Macro:
    """The macro of a pattern; letters of indices and layers in it fit anything."""
    pattern = parse(meaning.pattern)
    letters = {*PLACEHOLDERS, *layers} & trees.letters_in(pattern)
    alone = isinstance(pattern, Letter)  # i stands for itself
    return Macro(pattern, frozenset() if alone else frozenset(letters), meaning)


def _weight(raw: Raw, letters: frozenset[str]) -> int:
    own = 0 if isinstance(raw, Letter) and raw.name in letters else 1
    return own + sum(_weight(part, letters) for part in trees.parts(raw))


def matched(factors: tuple[Raw, ...], macros: Iterable[Macro]) -> Matched | None:
    """The fullest macro that fits at the beginning of a product."""
    best: Matched | None = None
    for one in macros:
        found = _at_start(one, factors)
        if found and (best is None or one.weight > best.macro.weight):
            best = found
    return best


def _at_start(one: Macro, factors: tuple[Raw, ...]) -> Matched | None:
    wanted = trees.factors(one.pattern)
    if len(factors) < len(wanted):
        return None
    binding: Binding = {}
    *head, last = wanted
    if not all(_fits(p, r, one.letters, binding) for p, r in zip(head, factors, strict=False)):
        return None
    found = factors[len(head)]
    if _fits(last, found, one.letters, binding):
        return Matched(one, binding, len(wanted))
    return _with_scripts_left(one, last, found, binding, len(wanted))


def _with_scripts_left(
    one: Macro, pattern: Raw, raw: Raw, binding: Binding, used: int
) -> Matched | None:
    """A pattern that fits but for scripts that it doesn't have."""
    if not isinstance(raw, Scripted):
        return None
    base, sub, sup, primes = pattern, None, None, 0
    if isinstance(pattern, Scripted):
        base, sub, sup, primes = pattern.base, pattern.sub, pattern.sup, pattern.primes
    if isinstance(base, Letter) and base.name in one.letters:
        return None
    if not _fits(base, raw.base, one.letters, binding):
        return None
    if sub is not None and not (raw.sub and _scripts_fit(sub, raw.sub, one.letters, binding)):
        return None
    if sup is None and not _is_power(raw.sup):
        return None
    if sup is not None and not (raw.sup and _scripts_fit(sup, raw.sup, one.letters, binding)):
        return None
    return Matched(
        one, binding, used,
        sub=raw.sub if sub is None else None, sup=raw.sup if sup is None else None,
        primes=raw.primes - primes,
    )  # fmt: skip


def _is_power(sup: Raw | None) -> bool:
    """Whether a superscript says nothing of which quantity it is: 2, T, none."""
    rest, _ = trees.without_transpose(sup)
    return rest is None or isinstance(rest, Numeral)


def _fits(pattern: Raw, raw: Raw, letters: frozenset[str], binding: Binding) -> bool:
    if isinstance(pattern, Letter) and pattern.name in letters:
        if pattern.name in binding:
            return trees.same(binding[pattern.name], raw)
        binding[pattern.name] = raw
        return True
    if isinstance(pattern, Scripted) and isinstance(raw, Scripted):
        return (
            _fits(pattern.base, raw.base, letters, binding)
            and _scripts_fit(pattern.sub, raw.sub, letters, binding)
            and _scripts_fit(pattern.sup, raw.sup, letters, binding)
            and pattern.primes == raw.primes
        )
    if type(pattern) is not type(raw):
        return False
    return _parts_fit(vars(pattern), vars(raw), letters, binding)


def _parts_fit(
    pattern: Mapping[str, object], raw: Mapping[str, object], letters: frozenset[str], b: Binding
) -> bool:
    return all(
        k in ("at", "text", "font") or _value_fits(p, raw[k], letters, b)
        for k, p in pattern.items()
    )


def _value_fits(p: object, r: object, letters: frozenset[str], b: Binding) -> bool:
    if isinstance(p, Raw) and isinstance(r, Raw):
        return _fits(p, r, letters, b)
    if isinstance(p, tuple) and isinstance(r, tuple):
        return len(p) == len(r) and all(
            _value_fits(x, y, letters, b) for x, y in zip(p, r, strict=True)
        )
    return p == r


def _scripts_fit(p: Raw | None, r: Raw | None, letters: frozenset[str], b: Binding) -> bool:
    """Whether subscripts ij, 11 and i,j, superscripts (l) and l are alike."""
    if p is None or r is None:
        return p is r
    if isinstance(p, Group) and len(p.items) == 1 and p.kind == "(":
        if isinstance(r, Group) and len(r.items) == 1:
            return _fits(p.items[0], r.items[0], letters, b)
        return not isinstance(r, Numeral) and _fits(p.items[0], r, letters, b)
    several = indices(p)
    if len(several) < 2:
        return _fits(p, r, letters, b)
    found = indices(r, len(several))
    return len(found) == len(several) and all(
        _fits(x, y, letters, b) for x, y in zip(several, found, strict=True)
    )


def indices(raw: Raw | None, wanted: int = 0) -> tuple[Raw, ...]:
    """The single indices of a subscript: of i,j and ij; of 12 where two are wanted."""
    if raw is None:
        return ()
    if isinstance(raw, List):
        return tuple(x for item in raw.items for x in indices(item) or (item,))
    if isinstance(raw, Sequence) and not any(raw.signs):
        return tuple(x for f in raw.factors for x in indices(f, len(raw.factors)))
    if isinstance(raw, Numeral) and wanted > 1 and len(raw.text) == wanted:
        return digits(raw)
    return (raw,)


def digits(raw: Numeral) -> tuple[Numeral, ...]:
    """A number's digits as numbers of their own."""
    return tuple(Numeral(raw.at, float(c), c) for c in raw.text if c.isdecimal())
