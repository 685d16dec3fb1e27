"""All mutants of a tree: those made from the code, and those listed by hand."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from . import by_hand
from .equivalents import EQUIVALENT
from .mutant import ROOT, Fault, GoneError, Mutant, module
from .regions import FUNCTIONS, TABLES
from .systematic import of_functions, of_table


def every(root: Path = ROOT) -> tuple[list[Mutant], list[str]]:
    """Every mutant, each name once; and a line for each that lost its target, its name first."""
    found, gone = list[Mutant](), list[str]()
    for path in TABLES:
        found += of_table(path, read(root, path))
    for path, names in FUNCTIONS.items():
        mutants, missing = of_functions(path, read(root, path), names.split())
        found += mutants
        gone += [
            f"{module(path)}.{name}: regions.py: there is no such function" for name in missing
        ]
    for fault in by_hand.FAULTS:
        try:
            found.append(located(root, fault))
        except GoneError as error:
            gone.append(str(error))
    times = Counter(mutant.name for mutant in found)
    gone += [f"{n}: equivalents.py: there is no such mutant" for n in EQUIVALENT if n not in times]
    gone += [f"{name}: there are two of that name" for name, n in times.items() if n > 1]
    return found, gone


def located(root: Path, fault: Fault) -> Mutant:
    """The fault where it is listed, or in the one module beside it that its code moved to."""
    try:
        return fault.located(read(root, fault.path))
    except GoneError:
        moved = []
        for file in sorted((root / fault.path).parent.glob("*.py")):
            path = file.relative_to(root).as_posix()
            if fault.old in read(root, path):
                with suppress(GoneError):
                    moved.append(replace(fault, path=path).located(read(root, path)))
        if len(moved) != 1:
            raise
        return moved[0]


def chosen(root: Path, pattern: str) -> list[Mutant]:
    """The mutants whose name or kind matches; GoneError if one of them lost its target."""
    mutants, gone = every(root)
    lost = [line for line in gone if re.search(pattern, line)]
    if lost:
        raise GoneError("the code has changed; bring mutants/ up to date:\n  " + "\n  ".join(lost))
    found = [m for m in mutants if re.search(pattern, m.name) or re.fullmatch(pattern, m.kind)]
    if not found:
        raise GoneError(f"no mutant matches {pattern!r}: --list shows their names")
    return found


def read(root: Path, path: str) -> str:
    """A module's source; empty if there is none, so that whoever looks for something misses it."""
    file = root / path
    return file.read_text(encoding="utf-8") if file.exists() else ""
