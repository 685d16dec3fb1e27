"""What a configuration says, in sentences for the report: the conventions that are judged by."""

from __future__ import annotations

from collections.abc import Iterator

from .configuration import defaults
from .configuration.config import Config, Section, Settings

KINDS = {
    "matrix": "a matrix product",
    "entrywise": "entry by entry",
    "loose": "right up to order, transposes and ⊙",
}


def told(config: Config) -> tuple[str, ...]:
    """For the whole document, then for its sections."""
    found = []
    if config.forward:
        found.append("given: " + "; ".join(f.text for f in config.forward))
    if whole := "; ".join(said(config.settings)):
        found.append(whole)
    for section in config.sections:
        if words := "; ".join(said(section.settings)):
            found.append(f"{place(section)}: {words}")
    return tuple(found)


def place(section: Section) -> str:
    spans = ", ".join(f"{a}–{b}" if a != b else f"{a}" for a, b in section.lines)
    return f"line{'s' * (not spans.isdecimal())} {spans}"


def said(settings: Settings) -> Iterator[str]:
    """What some settings say, a phrase for each."""
    for name, f in settings.functions.items():
        yield f"{name} is {f}" if f else f"{name} is no function"
    for name, meant in settings.aliases.items():
        yield f"{name} is read as {meant}"
    kinds = settings.products
    if len(set(kinds.values())) == 1 and len(kinds) == len(defaults.PRODUCTS):
        yield f"all products are {KINDS[next(iter(kinds.values()))]}"
    else:
        for sign, kind in kinds.items():
            yield f"{sign} is {KINDS[kind]}"
    for letter, values in settings.layers.items():
        yield f"{letter} = {', '.join(map(str, values))}"
    if settings.samples:
        yield f"samples are {settings.samples}"
    for pattern, meaning in settings.symbols.items():
        yield f"{pattern} is " + ", or ".join(
            formula + (f" ({name})" if name else "") for name, formula in meaning.readings
        )
