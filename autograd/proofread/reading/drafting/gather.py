"""What letters a document uses, and as what: the raw material of a draft configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .. import macros, trees
from ..configuration import defaults
from ..tex.raw import (
    Array,
    BigOperator,
    Comparison,
    Fraction,
    Group,
    Letter,
    Numeral,
    Raw,
    RawEquation,
    Scripted,
    Terms,
)
from ..tex.raw import Sequence as Product

SAMPLES = (*defaults.INDICES, "n")
RESERVED = {*defaults.PARTIAL, "nabla", "e", "pi", "T", "I", "R", *defaults.INDICES, "1", "pm"}


Names = tuple[str, ...]  # of the letters of a subscript


@dataclass
class Use:
    """How a letter occurs."""

    bare: int = 0
    called: int = 0  # with brackets behind it
    layers: set[int] = field(default_factory=set)
    general: set[str] = field(default_factory=set)  # letters for a layer
    numbers: set[int] = field(default_factory=set)  # subscripts 1, 2, …
    indices: set[int] = field(default_factory=set)  # how many indices it has
    subscripts: dict[Names, tuple[Letter, ...]] = field(default_factory=dict)  # of letters alone
    mixed: set[int] = field(default_factory=set)  # the 1 of z_{1,i}
    shifts: set[int] = field(default_factory=set)  # the −1 of h_{t-1}
    samples: set[str] = field(default_factory=set)  # the i of x^{(i)}


@dataclass
class Gathered:
    uses: dict[str, Use] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)
    differentiated: Counter[str] = field(default_factory=Counter)  # the L of ∂L/∂x
    variables: dict[str, None] = field(default_factory=dict)  # the x, as written
    compared: set[str] = field(default_factory=set)  # the y of 1(y = j)
    left: dict[str, tuple[str, ...]] = field(default_factory=dict)  # f -> (x, y) of f(x, y) = …
    bound: set[str] = field(default_factory=set)
    defined: set[tuple[str, Names]] = field(default_factory=set)  # on left sides
    steps: set[str] = field(default_factory=set)  # the t of h_{t-1}
    neighbours: list[tuple[str, str]] = field(default_factory=list)  # factors side by side
    signs: set[str] = field(default_factory=set)  # of products
    ends: dict[str, str] = field(default_factory=dict)  # how far a sum's letter goes

    def use(self, name: str) -> Use:
        return self.uses.setdefault(name, Use())


def gathered(equations: Sequence[RawEquation]) -> Gathered:
    """The letters of all equations."""
    found = Gathered()
    for e in equations:
        for k, member in enumerate(e.members):
            if member.value is None:
                continue
            if defaults.RELATIONS.get(member.sign) == "in":
                _space(member.value, found)
                continue
            if k == 0 and len(e.members) > 1:
                _left(member.value, found)
            _visit(member.value, found)
    return found


def _left(raw: Raw, found: Gathered) -> None:
    parts = trees.factors(raw)
    if len(parts) == 2 and isinstance(parts[0], Letter) and isinstance(parts[1], Group):
        found.left.setdefault(trees.name_of(parts[0]), ())
    if isinstance(parts[0], Scripted) and parts[0].sub is not None and parts[0].sup is None:
        found.defined.add((trees.name_of(parts[0].base), _letters(parts[0].sub)))


def _letters(sub: Raw) -> Names:
    """The names of a subscript's letters."""
    return tuple(trees.name_of(x) for x in macros.indices(sub) if isinstance(x, Letter))


def _space(raw: Raw, found: Gathered) -> None:
    """The sizes in R^{m × n}."""
    if isinstance(raw, Scripted) and raw.sup is not None:
        _sizes(raw.sup, found)


def _sizes(raw: Raw, found: Gathered) -> None:
    """Every size in m × n_1."""
    if isinstance(raw, Scripted) and isinstance(raw.base, Letter):
        n = trees.integer(raw.sup if raw.sub is None else raw.sub, {})
        if n is not None:
            found.sizes[f"{trees.name_of(raw.base)}{n}"] = None
    elif isinstance(raw, Letter):
        found.sizes[trees.name_of(raw)] = None
    else:
        for part in trees.parts(raw):
            _sizes(part, found)


def _visit(raw: Raw, found: Gathered) -> None:
    match raw:
        case Letter():
            found.use(trees.name_of(raw)).bare += 1
            return
        case Scripted(base=Letter() as base):
            _scripted(raw, trees.name_of(base), found)
            return
        case Scripted(base=Array(), sub=Raw() as sub):
            _sizes(sub, found)
            _visit(raw.base, found)
            return
        case Fraction():
            _derivative(raw, found)
        case BigOperator(low=low, high=high):
            bound = trees.letters_in(low if not isinstance(low, Comparison) else low.left)
            found.bound |= bound
            if high is not None:
                _sizes(high, found)
                found.ends |= dict.fromkeys(bound, trees.name_of(high))
            _visit(raw.body, found)
            return
        case Product():
            _product(raw, found)
            return
        case Comparison(left=Letter(name="axis" | "keepdims")):
            return
        case Comparison(left=left):
            found.compared.add(trees.name_of(trees.base_of(left)))
    for part in trees.parts(raw):
        _visit(part, found)


def _product(raw: Product, found: Gathered) -> None:
    found.signs |= set(raw.signs)
    names = [trees.name_of(trees.base_of(f)) for f in raw.factors]
    for (left, right), sign in zip(pairwise(names), raw.signs, strict=True):
        if left and right and not sign:
            found.neighbours.append((left, right))
    for k, part in enumerate(raw.factors):
        after = raw.factors[k + 1] if k + 1 < len(raw.factors) and raw.signs[k] == "" else None
        base = trees.base_of(after) if after is not None else None
        if isinstance(part, Letter) and isinstance(base, Group) and base.kind == "(":
            found.use(trees.name_of(part)).called += 1
        else:
            _visit(part, found)


def _scripted(raw: Scripted, name: str, found: Gathered) -> None:
    use = found.use(name)
    sup, _ = trees.without_transpose(raw.sup)
    sup, sample = _sampled(sup)
    use.samples |= {sample} - {""}
    n = trees.integer(sup, {})
    if isinstance(sup, Group) and n is not None:
        use.layers.add(n)
    elif sup is not None and n is None and name != "e":
        letters = trees.letters_in(sup)
        use.general |= letters if len(letters) == 1 else set()
    elif sup is not None and name == "e":
        _visit(sup, found)
    if raw.sub is None:
        use.bare += not sample
        return
    index = macros.indices(raw.sub)
    if len(index) == 1 and isinstance(index[0], Numeral):
        wide = len(index[0].text) == 2
        use.numbers.add(int(index[0].value))
        if wide:
            use.indices.add(2)
    elif len(_letters(raw.sub)) == len(index):
        spelt = tuple(x for x in (raw.base, *index) if isinstance(x, Letter))
        use.subscripts.setdefault(_letters(raw.sub), spelt)
    elif len(index) == 1 and isinstance(index[0], Terms) and len(trees.letters_in(index[0])) == 1:
        (letter,) = trees.letters_in(index[0])
        found.steps.add(letter)
        use.shifts |= {trees.integer(index[0], {letter: 0}) or 0}
    elif isinstance(index[0], Numeral):
        use.mixed.add(int(index[0].value))
    else:
        use.indices.add(len(index))


def _sampled(sup: Raw | None) -> tuple[Raw | None, str]:
    """A superscript without the (i) of a sample, and its letter: [2](i), (i)."""
    *rest, last = sup.factors if isinstance(sup, Product) else (sup,)
    if isinstance(last, Group) and last.kind == "(" and len(last.items) == 1 and len(rest) < 2:
        letter = trees.name_of(last.items[0])
        if letter in SAMPLES:
            return (rest[0] if rest else None), letter
    return sup, ""


def _derivative(raw: Fraction, found: Gathered) -> None:
    top, bottom = trees.factors(raw.top), trees.factors(raw.bottom)
    if not trees.is_letter(trees.base_of(top[0]), *defaults.PARTIAL) or len(top) < 2:
        return
    found.differentiated[trees.name_of(trees.base_of(top[1]))] += 1
    if len(bottom) > 1:
        found.variables[trees.name_of(trees.base_of(bottom[1]))] = None
