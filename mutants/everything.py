"""All mutants of a tree: those made from the code, and those listed by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from . import by_hand
from .equivalents import EQUIVALENT
from .mutant import ROOT, GoneError, Mutant
from .regions import FUNCTIONS, TABLES
from .systematic import of_functions, of_table


def every(root: Path = ROOT) -> list[Mutant]:
    """Every mutant, each name once; GoneError names all that have lost their target."""
    found, gone = list[Mutant](), list[str]()
    for path in TABLES:
        found += of_table(path, read(root, path))
    for path, names in FUNCTIONS.items():
        try:
            found += of_functions(path, read(root, path), set(names.split()))
        except GoneError as error:
            gone.append(str(error))
    for fault in by_hand.FAULTS:
        try:
            found.append(fault.located(read(root, fault.path)))
        except GoneError as error:
            gone.append(str(error))
    times = Counter(mutant.name for mutant in found)
    gone += [f"equivalents.py: there is no mutant {n!r}" for n in EQUIVALENT if n not in times]
    gone += [f"two mutants are called {name!r}" for name, n in times.items() if n > 1]
    if gone:
        raise GoneError("the code has changed; bring mutants/ up to date:\n  " + "\n  ".join(gone))
    return found


def read(root: Path, path: str) -> str:
    try:
        return (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise GoneError(f"{path} is no file any more") from None
