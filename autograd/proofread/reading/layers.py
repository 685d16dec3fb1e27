"""General letters: which values they take, and what stands for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from . import trees
from .configuration.config import Settings
from .tex.raw import BigOperator, Letter, Raw

LAYERED = re.compile(r"\b([A-Za-z_]\w*)\[([A-Za-z])(?:\s*([+-])\s*(\d+))?\]")


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
