"""A document's configuration from YAML, checked key by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ...worlds.quantity import Quantity
from . import values
from .checked import Given, parsed
from .config import Config, Formula, Section, Settings

# keys of other tools that a document's front matter may have beside ours
FOREIGN = (
    "title", "author", "authors", "date", "tags", "categories", "category", "abbrlink", "layout",
    "permalink", "slug", "draft", "description", "lang", "toc", "math", "mathjax", "keywords",
    "abstract", "output", "bibliography", "subtitle", "updated", "cover", "comments", "weight",
)  # fmt: skip
SECTION = (
    "lines", "loss", "functions", "symbols", "aliases", "products", "layers", "samples", "prime",
    "batch", "shapes", "forward", "parameters",
)  # fmt: skip
KEYS = (
    "title", "sizes", "jacobian", "indices", "sections", "claims", "skip",
    *(k for k in SECTION if k != "lines"),
)  # fmt: skip


def config(text: str, file: str, before: int = 0) -> Config:
    """The configuration that a YAML text is.  Raises ConfigError."""
    given = parsed(text, file, before)
    return _config(given.known("the configuration", KEYS), file) if given else Config(file=file)


def front_matter(text: str, file: str) -> tuple[Config | None, int]:
    """The configuration between `---` lines at a document's top, and how many lines that takes.

    It is a `gradproof:` table among others' keys, or our own keys beside those of other tools
    (title, tags, date, …).  Front matter with none of our keys is somebody else's: None.
    """
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return None, 0
    end = next((k for k, x in enumerate(lines[1:], 1) if x.strip() in ("---", "...")), 0)
    if not end:
        return None, 0
    inside = "\n".join(lines[1:end])
    if not _ours(lines[1:end]):
        return None, end + 1
    given = parsed(inside, file, 1)
    entries = given.entries("the front matter") if given else {}
    if "gradproof" in entries:
        return _config(entries["gradproof"].known("gradproof", KEYS), file), end + 1
    assert given is not None
    allowed = {*KEYS, *FOREIGN}
    own = {k: v for k, v in given.known("", allowed).items() if k in KEYS}
    return _config(own, file), end + 1


def _ours(lines: list[str]) -> bool:
    """Whether a key of ours (not merely a title) is at the left margin."""
    keys = {x.split(":")[0].strip("\"' ") for x in lines if ":" in x and x[:1].strip()}
    return bool(keys & {"gradproof", *KEYS} - {"title"})


@dataclass
class Gathered:
    """What the whole document has, though a section may say it."""

    quantities: dict[str, tuple[Quantity, Given]] = field(default_factory=dict)
    parameters: dict[str, Given] = field(default_factory=dict)
    forward: list[Formula] = field(default_factory=list)

    def take(self, entries: dict[str, Given]) -> None:
        for name, given in _get(entries, "shapes", _entries, {}).items():
            q = values.quantity(name, given)
            if name in self.quantities and self.quantities[name][0] != q:
                raise given.error(
                    f"the shape of {name} is given differently in line "
                    f"{self.quantities[name][1].line}; one name is one quantity in the whole "
                    "document: give this one another name, and say so under symbols"
                )
            self.quantities[name] = q, given
        if "parameters" in entries:
            for part in entries["parameters"].items("parameters"):
                self.parameters[part.text("parameters")] = part
        if "forward" in entries:
            for part in entries["forward"].items("forward"):
                text = part.text("forward", "a formula such as z1 = W1 @ x + b1")
                if "=" not in text:
                    raise part.expected("a formula such as z1 = W1 @ x + b1", "forward")
                self.forward.append(Formula(text, f"{part.file}:{part.line}"))

    def leaves(self) -> tuple[Quantity, ...]:
        for name, given in self.parameters.items():
            if name not in self.quantities:
                raise given.error(f"parameters: {name} has no shape under shapes")
        return tuple(
            _with_kind(q, "parameter" if name in self.parameters else "data")
            for name, (q, _) in self.quantities.items()
        )


def _with_kind(q: Quantity, kind: str) -> Quantity:
    return replace(q, kind=kind) if q.kind == "" else q


def _config(entries: dict[str, Given], file: str) -> Config:
    gathered = Gathered()
    gathered.take(entries)
    sections = []
    for part in entries["sections"].items("sections") if "sections" in entries else ():
        sections.append(_section(part, gathered))
    return Config(
        title=_get(entries, "title", Given.text, ""),
        settings=_settings(entries),
        sizes=_get(entries, "sizes", values.sizes, {}),
        quantities=gathered.leaves(),
        forward=tuple(gathered.forward),
        numerator=_choice(entries, "jacobian", ("numerator", "denominator")) != "denominator",
        zero_padded=_choice(entries, "indices", ("exact", "zero-padded")) == "zero-padded",
        sections=tuple(sections),
        claims=tuple(_get(entries, "claims", _claims, [])),
        skip=_get(entries, "skip", _skip, {}),
        file=file,
    )


def _section(given: Given, gathered: Gathered) -> Section:
    entries = given.known("a section", SECTION)
    if "lines" not in entries:
        raise given.error("a section needs lines: 34 or lines: 34-56")
    gathered.take(entries)
    lines = tuple(part.span("lines") for part in entries["lines"].items("lines"))
    return Section(lines, _settings(entries), frozenset(entries))


def _settings(entries: dict[str, Given]) -> Settings:
    return Settings(
        losses=tuple(
            part.text("loss")
            for part in (entries["loss"].items("loss") if "loss" in entries else ())
        ),
        functions=_get(entries, "functions", values.functions, {}),
        symbols=_get(entries, "symbols", values.symbols, {}),
        aliases=_get(entries, "aliases", values.aliases, {}),
        products=_get(entries, "products", values.products, {}),
        layers=_get(entries, "layers", values.layers, {}),
        samples=_choice(entries, "samples", ("rows", "columns")),
        batch=_get(entries, "batch", Given.text, ""),
        prime=_choice(entries, "prime", ("derivative", "transpose")) or "derivative",
    )


def _get(entries: dict[str, Given], key: str, read: Callable[[Given, str], Any], none: Any) -> Any:
    return read(entries[key], key) if key in entries else none


def _choice(entries: dict[str, Given], key: str, allowed: tuple[str, ...]) -> str:
    return entries[key].choice(key, allowed) if key in entries else ""


def _entries(given: Given, key: str) -> dict[str, Given]:
    return given.entries(key)


def _claims(given: Given, key: str) -> list[tuple[int, Formula]]:
    found = []
    for line, x in given.entries(key).items():
        number = _line(line, x, key)
        for part in x.items(f"{key}: {line}"):
            text = part.text(f"{key}: {line}", "a formula or a list of formulas")
            found.append((number, Formula(text, f"{part.file}:{part.line}")))
    return found


def _skip(given: Given, key: str) -> dict[int, str]:
    return {_line(line, x, key): x.text(f"{key}: {line}") for line, x in given.entries(key).items()}


def _line(text: str, given: Given, key: str) -> int:
    if not text.isdecimal():
        raise given.error(f"{key}: {text!r} is no line number")
    return int(text)
