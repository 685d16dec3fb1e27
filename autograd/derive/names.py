"""What quantities are called: the user's names, read for letters, layers and indices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..node import Node
from .tree import Name

GREEK = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
    "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega",
]  # fmt: skip
LETTERS = dict(zip(GREEK, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
LETTERS |= {name.capitalize(): letter.upper() for name, letter in LETTERS.items()}
TEX = {letter: "\\" + name for name, letter in LETTERS.items()} | {
    "ε": r"\varepsilon", "φ": r"\varphi", "ο": "o",
    **{c.upper(): r"\mathrm{" + l + "}" for c, l in zip(
        "αβεζηικμνορτχ", "ABEZHIKMNOPTX", strict=True)},
    "Υ": r"\Upsilon",
}  # fmt: skip
LETTERS |= {"lam": "λ", "lmbda": "λ"}  # `lambda` is a word of Python's own
NUMBERED = re.compile(r"([^\W\d_]+)(\d+)(.*)", re.DOTALL)
ENTRY = re.compile(r"\[([\d,\s]+)\]")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
INDICES = re.compile("[₀-₉]+")
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
ESCAPES = {c: "\\" + c for c in "#$%&_{}"} | {
    "\\": r"\textbackslash ", "^": r"\textasciicircum ", "~": r"\textasciitilde ", "<": "{<}",
    ">": "{>}",
}  # fmt: skip


def read(text: str, scalar: bool) -> Name:
    """`W1` is W⁽¹⁾ among arrays and W₁ among numbers; `sigma_x` is σ with index x."""
    text = "".join(shown(c) for c in text) or "␣"
    known = NUMBERED.fullmatch(text)
    if known and (not known[3] or ENTRY.fullmatch(known[3])):
        base, number, entry = known.groups()
        inside = entry.strip("[]").replace(" ", "")
        if scalar and not entry:
            return Name(greek(base), index=number)
        return Name(greek(base), layer=number, index=inside)
    entry = ENTRY.search(text)
    if entry and entry.end() == len(text) and entry.start():
        return Name(greek(text[: entry.start()]), index=entry[1].replace(" ", ""))
    base, _, index = text.partition("_")
    if base and index and base.isalpha() and index.isalnum():
        return Name(greek(base), index=greek(index))
    return Name(greek(text))


def greek(word: str) -> str:
    return LETTERS.get(word, word)


def shown(c: str) -> str:
    """A character that can be printed: symbols in place of control characters."""
    if ord(c) < 0x20:
        return chr(0x2400 + ord(c))
    broken = unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")
    return "\N{REPLACEMENT CHARACTER}" if broken else c


def as_text(name: Name, entry: str = "") -> str:
    """W⁽¹⁾, w₁, W⁽¹⁾[0,2]."""
    layer = f"⁽{name.layer.translate(SUPERSCRIPTS)}⁾" if name.layer.isdigit() else ""
    if name.layer and not layer:
        layer = f"^({name.layer})"
    index = name.index
    if index.isdigit():
        index = index.translate(SUBSCRIPTS)
    elif index:
        index = f"[{index}]" if index[0].isdigit() else f"_{index}"
    return f"{name.base}{layer}{index}{entry}"


def as_tex(name: Name, entry: str = "") -> str:
    """W^{(1)}, w_{1}, W^{(1)}_{0,2}; words upright, anything else as text."""
    layer = f"^{{({name.layer})}}" if name.layer else ""
    index = ",".join(part for part in (tex_word(name.index), entry) if part)
    return tex_word(name.base) + layer + (f"_{{{index}}}" if index else "")


def tex_word(word: str) -> str:
    primes = len(word) - len(word.rstrip("′"))
    word = word[: len(word) - primes]
    if word in TEX:
        tex = TEX[word]
    elif re.fullmatch(r"[A-Za-z]|[\d,ij]+", word):
        tex = word
    elif word.isascii() and word.isalnum():
        tex = rf"\mathrm{{{word}}}"
    elif word in SPECIAL:
        tex = SPECIAL[word]
    else:
        tex = rf"\text{{{escaped(word)}}}" if word else ""
    return tex + "'" * primes


SPECIAL = {"∂": r"\partial"}


def escaped(text: str) -> str:
    """Any text inside \\text{…}."""
    return INDICES.sub(tex_index, "".join(ESCAPES.get(c, c) for c in text))


def tex_index(found: re.Match[str]) -> str:
    """₁ as $_{1}$, since fonts for text lack it."""
    return f"$_{{{found[0].translate(DIGITS)}}}$"


class Names:
    """The names given so far: no two quantities share one."""

    def __init__(self, given: Mapping[str, Any], scalar: bool) -> None:
        self.scalar = scalar
        self.taken: set[Name] = set()
        self.nodes = {id(x): name for name, x in given.items() if isinstance(x, Node)}
        arrays = {n: x for n, x in given.items() if isinstance(x, np.ndarray | list)}
        self.arrays = {n: a for n, x in arrays.items() if (a := plain(x)) is not None}
        self.numbers = {
            n: float(x) for n, x in given.items()
            if isinstance(x, int | float | np.number) and not isinstance(x, bool)
        }  # fmt: skip

    def of_node(self, node: Node) -> str | None:
        """The user's name for a node; the node's own wins."""
        return node.name or self.nodes.get(id(node))

    def of_array(self, array: Any) -> str | None:
        """The user's name for an array with these entries."""
        for name, known in self.arrays.items():
            if known is array or (
                known.shape == np.shape(array) and np.array_equal(known, array, equal_nan=True)
            ):
                return name
        return None

    def claim(self, text: str, layered: bool = True) -> Name:
        """`text` as a name; with primes where it is taken."""
        name = read(text, self.scalar or not layered)
        while name in self.taken:
            name = Name(name.base + "′", name.layer, name.index)
        self.taken.add(name)
        return name

    def fresh(self, letter: str) -> Name:
        """u₁, u₂, …: a name that nobody has."""
        k = 1
        while Name(letter, index=str(k)) in self.taken:
            k += 1
        name = Name(letter, index=str(k))
        self.taken.add(name)
        return name


def plain(x: Any) -> Any:
    """A list or array of numbers as an array; None for anything else."""
    try:
        array = np.asarray(x)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None
