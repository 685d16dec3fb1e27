"""What a document leaves unsaid: sizes, shapes, what letters and signs mean, where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...worlds.quantity import Quantity
from . import defaults


@dataclass(frozen=True)
class Meaning:
    """What a LaTeX pattern stands for: one formula, or several readings by name."""

    pattern: str
    readings: tuple[tuple[str, str], ...]  # (its name, "" for the only one; the formula)
    where: str = ""  # file:line, for messages


@dataclass(frozen=True)
class Settings:
    """What can differ from line to line."""

    losses: tuple[str, ...] = ()
    functions: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, Meaning] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)  # a letter -> the letter meant
    products: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    samples: str = ""  # "rows", "columns": what the axes of a matrix of samples are
    prime: str = "derivative"  # or "transpose"
    batch: str = ""  # the size that counts the samples

    def product(self, sign: str) -> str:
        """How a sign multiplies: "matrix", "entrywise", "loose" or "unread"."""
        name = defaults.SIGNS.get(sign, sign)
        return self.products.get(name) or defaults.PRODUCTS.get(name, "unread")


@dataclass(frozen=True)
class Section:
    """The same, for some lines; what is None or empty there stays as it is."""

    lines: tuple[tuple[int, int], ...]
    settings: Settings
    given: frozenset[str]  # the keys that it has

    def covers(self, line: int) -> bool:
        return any(low <= line <= high for low, high in self.lines)

    def over(self, outer: Settings) -> Settings:
        """The outer settings with this section's put over them."""
        own = self.settings
        return replace(
            outer,
            losses=own.losses or outer.losses,
            functions={**outer.functions, **own.functions},
            symbols={**outer.symbols, **own.symbols},
            aliases={**outer.aliases, **own.aliases},
            products={**outer.products, **own.products},
            layers={**outer.layers, **own.layers},
            samples=own.samples or outer.samples,
            batch=own.batch or outer.batch,
            prime=own.prime if "prime" in self.given else outer.prime,
        )


@dataclass(frozen=True)
class Formula:
    """A formula of the configuration, in our language, and where it stands there."""

    text: str
    where: str


@dataclass(frozen=True)
class Config:
    """A document's configuration; `Config()` is that of a document without one."""

    title: str = ""
    settings: Settings = Settings()
    sizes: Mapping[str, int] = field(default_factory=dict)
    quantities: tuple[Quantity, ...] = ()
    forward: tuple[Formula, ...] = ()
    numerator: bool = True
    zero_padded: bool = False
    sections: tuple[Section, ...] = ()
    claims: tuple[tuple[int, Formula], ...] = ()
    skip: Mapping[int, str] = field(default_factory=dict)
    file: str = ""

    def at(self, line: int) -> Settings:
        """The settings of a line."""
        found = self.settings
        for section in self.sections:
            if section.covers(line):
                found = section.over(found)
        return found
