"""Right derivations to measure the proof-reader on: the tests' own, and the pages of `derive`."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Protocol

from autograd.proofread.entrance import claimed, declared, forward_lines, with_definitions
from autograd.proofread.lines import Line
from autograd.proofread.planting.plant import Planted
from autograd.proofread.planting.text import Page, replaced
from autograd.proofread.reading.configuration.settings import config
from autograd.proofread.worlds.world import Setup
from gradproof import worksheet

from .peer import ROOT

CORPUS = ROOT / "tests" / "derivations"
DOCUMENTS = (".md", ".tex", ".txt", ".ipynb")


class Derivation(Protocol):
    """Something that can be read, and read again with mistakes in it."""

    @property
    def name(self) -> str: ...

    def read(self) -> tuple[Setup, list[Line]]: ...

    def changed(self, planted: Iterable[Planted]) -> Derivation: ...


@dataclass(frozen=True)
class Listing:
    """A derivation in lines of Python."""

    name: str
    loss: str
    shapes: dict[str, tuple[str, ...]]
    forward: tuple[str, ...]
    claims: tuple[str, ...]

    def read(self) -> tuple[Setup, list[Line]]:
        setup = declared(self.shapes)
        lines = forward_lines(self.forward, setup, None)
        known = with_definitions(setup, lines).known()
        read = claimed(self.claims, len(lines), known, self.loss, None)
        return replace(setup, losses=(self.loss,)), [*lines, *read]

    def changed(self, planted: Iterable[Planted]) -> Listing:
        claims = list(self.claims)
        for p in planted:
            if p.at is not None:
                k = p.line - len(self.forward) - 1
                claims[k] = replaced(claims[k], [(p.at, p.wrong)])
        return replace(self, claims=tuple(claims))


def listing(path: Path) -> Listing:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Listing(
        path.name, module.LOSS, module.SHAPES, tuple(module.FORWARD), tuple(module.CLAIMS)
    )


def document(path: Path, beside: Path | None = None) -> Page:
    """A document with the configuration beside it, if there is one."""
    beside = beside or path.with_suffix(".yaml")
    settings = config(beside.read_text(encoding="utf-8"), beside.name) if beside.exists() else None
    return Page(path.name, path.read_text(encoding="utf-8"), settings)


def corpus() -> Iterator[Derivation]:
    """The tests' derivations, in the order of their names."""
    for path in sorted(CORPUS.iterdir()):
        if path.suffix == ".py":
            yield listing(path)
        elif path.suffix in DOCUMENTS:
            yield document(path)


def derived() -> Iterator[Derivation]:
    """Both networks as `derive` prints them, in every layout and style."""
    for net in worksheet.NETS:
        for layout in ("rows", "columns"):
            for style in worksheet.STYLES:
                text = worksheet.page(net, layout, style, hints=True)
                yield Page(f"{net}_{layout}_{style}.md", text)
