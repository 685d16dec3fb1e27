"""What notes leave unsaid by habit: names with letters below, samples, steps of time, signs."""

from __future__ import annotations

import re
from collections import Counter

from ..configuration import defaults
from ..tex import commands
from ..tex.raw import Letter
from .gather import Gathered, Names, Use

DATA = ("X", "x", "A", "a", "H", "h", "Z", "z")
WEIGHTS = ("W", "V", "U", "w", "theta", "Theta", "beta")
SIZES = ("n", "m", "N", "M", "K", "D")
ENTRIES = (*defaults.INDICES, *SIZES, "l", "t", "c")
LAST = 3  # step of time
ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus")
FORMS = {  # of f(z) = …
    "softplus": r"^\s*\\(ln|log)",
    "sigmoid": r"1\s*\+\s*(e\s*\^\s*\{?\s*-|\\exp)",
    "tanh": r"^\s*\\tanh",
    "relu": r"\\max",
}


def names(seen: Gathered, losses: tuple[str, ...]) -> dict[str, dict[Names, str]]:
    """Subscripts that are part of a name, as W_{xh}: for each letter, what it is then called.

    Letters that a sum binds, and those that count entries by habit, are indices.
    """
    found: dict[str, dict[Names, str]] = {}
    for name, use in seen.uses.items():
        for letters in use.subscripts:
            if _is_name(name, letters, use, seen, name in losses):
                found.setdefault(name, {})[letters] = name + "".join(letters)
    return found


def _is_name(name: str, plain: Names, use: Use, seen: Gathered, is_loss: bool) -> bool:
    if any(x in seen.bound or x in seen.steps for x in plain):
        return False
    if any(len(x.name) > 1 and x.font for x in use.subscripts[plain][1:]):
        return True  # \text{in}
    if len(plain) == 1 and is_loss:
        return plain[0] not in defaults.INDICES
    if any(x in ENTRIES for x in plain):
        return False
    if len(plain) > 1:
        return len(plain) > 2 or all(x in seen.uses for x in plain)
    alone = not (use.bare or use.indices or len(use.subscripts) > len(_of_one(use, seen)))
    return alone and plain[0] in seen.uses


def _of_one(use: Use, seen: Gathered) -> list[Names]:
    """Subscripts made of quantities: the h and y of b_h, b_y."""
    return [s for s in use.subscripts if all(x in seen.uses for x in s)]


def latex(base: Letter, *letters: Letter) -> str:
    """The pattern of a name with letters below."""
    head = spelt(base)
    if base.accent:
        head = f"\\{base.accent}{{{head}}}"
    return f"{head}_{{{' '.join(map(spelt, letters))}}}"


def spelt(letter: Letter) -> str:
    if len(letter.name) == 1:
        return letter.name
    return f"\\{letter.name}" if letter.name in commands.LETTERS else f"\\text{{{letter.name}}}"


def samples(seen: Gathered, text: str) -> str:
    """ "rows" or "columns", where a page needs it: from the side on which weights stand."""
    softmax = "softmax" in text
    bold = any(is_bold_sample(use, seen) for use in seen.uses.values())
    if not softmax and not bold and not any(use.samples for use in seen.uses.values()):
        return ""
    if bold and any(pairs(use) for use in seen.uses.values()):
        return "rows"  # the x_{ij} of \\mathbf x_i
    votes: Counter[str] = Counter()
    for left, right in seen.neighbours:
        if left in WEIGHTS and right in DATA:
            votes["columns"] += 1 + right.isupper()  # x alone may be one sample
        elif left in DATA and right in WEIGHTS:
            votes["rows"] += 1 + left.isupper()
    return max(("columns", "rows"), key=votes.__getitem__)


def pairs(use: Use) -> set[Names]:
    """The i, j of x_{ij}, where x_i is in bold."""
    first = {letters[0] for letters, spelt in use.subscripts.items()
             if len(letters) == 1 and spelt[0].font in defaults.BOLD}  # fmt: skip
    return {letters for letters in use.subscripts if len(letters) == 2 and letters[0] in first}


def is_bold_sample(use: Use, seen: Gathered) -> bool:
    """Whether a small bold letter has an index that a sum binds: \\mathbf x_n."""
    return any(
        len(letters) == 1 and letters[0] in seen.bound and spelt[0].font in defaults.BOLD
        and spelt[0].name.islower()
        for letters, spelt in use.subscripts.items()
    )  # fmt: skip


def aliases(seen: Gathered) -> dict[str, str]:
    """x^{(i)} is a sample of X, where x is nothing else."""
    return {
        name: name.upper()
        for name, use in seen.uses.items()
        if use.samples and len(name) == 1 and name.islower() and name.upper() in seen.uses
        and not use.bare
    }  # fmt: skip


def products(seen: Gathered) -> dict[str, str]:
    """Where matrices stand side by side, * goes entry by entry."""
    return {"*": "entrywise"} if "" in seen.signs and seen.signs & {"*", "\\ast"} else {}


def function(name: str, text: str) -> str:
    """What f is, where a page says f(z) = 1/(1 + e^{-z}), or names a function in words."""
    head = re.escape(name) if len(name) == 1 else rf"\\{name}"
    said = re.search(rf"(?<![A-Za-z\\]){head}\s*\(\s*\w+\s*\)\s*=\s*([^\n$]*)", text)
    if said:
        return next((kind for kind, form in FORMS.items() if re.search(form, said[1])), "")
    return next((kind for kind in ACTIVATIONS if kind in text.lower()), "")


def per_sample(seen: Gathered, text: str) -> tuple[str, list[str]]:
    """The m of 1/m dZ A^T, and the Z: gradients that are kept without the mean's 1/m."""
    shown = r"\\frac\s*\{?\s*1\s*\}?\s*\{?\s*([mnN])\s*\}?\s*"
    between = r"(?:\\,|(?:\\text\{)?np\.sum\}?\s*\(|\\sum(?:_\{?\w+\}?)?|\s)*"
    found = re.findall(rf"{shown}{between}d([A-Z])(?![A-Za-z])", text)
    sizes = {size for size, _ in found if size in seen.uses}
    if len(sizes) != 1:
        return "", []
    return sizes.pop(), sorted({letter for _, letter in found})


def is_kronecker(use: Use) -> bool:
    """Whether a δ is only ever δ_{ij}."""
    only = not (use.bare or use.layers or use.numbers or use.indices or use.general)
    return only and {len(letters) for letters in use.subscripts} == {2}


def of_time(seen: Gathered) -> set[str]:
    """The t of h_{t-1}."""
    return {x for x in seen.steps if x not in (*defaults.INDICES, *SIZES)}
