"""A document and its configuration to what can be judged, and to a report."""

from __future__ import annotations

from dataclasses import replace

from ...errors import ProofreadError
from ..judge import judge
from ..lines import Line
from ..report import Report
from ..worlds.world import Setup
from .configuration import settings
from .configuration.config import Config
from .elaborate import lines
from .tex.raw import Raw
from .tex.segments import passages
from .tex.source import Source, Unreadable, source


def read(text: str, name: str, config: Config | None = None) -> tuple[Setup, list[Line], Config]:
    """The setup, the lines and the configuration of a document.

    text: the whole document.  name: its file, for messages; the suffix says its kind (`.md`,
    `.tex`, `.txt`, `.ipynb`).  config: from a file beside; without one the document's own front
    matter is taken, if it has one.  Raises ProofreadError for a configuration that cannot be.
    """
    from . import equations

    if config is None:
        config = settings.front_matter(text, name)[0] or Config(file=name)
    said = shown(text, name)
    setup, found = lines(equations(text, said.kind), config, said.text, pattern)
    return setup, found, config


def proofread(text: str, name: str, config: Config | None = None, seed: int = 0) -> Report:
    """The report on a document, given as to `read`, with its text and what of it is no prose."""
    setup, found, used = read(text, name, config)
    report = judge(setup, found, seed)
    said = shown(text, name)
    parts = passages(said)
    blocks = tuple(
        f"the code in lines {p.at.line}–{p.at.end_line} was not read: `autograd.proofread` takes "
        "lines of Python"
        for p in parts
        if p.kind == "code" and not p.inline and "=" in p.text and said.kind != "ipynb"
    )
    return replace(
        report, advice=(*report.advice, *blocks), title=used.title, source=said.text, name=name,
        passages=parts,
    )  # fmt: skip


def shown(text: str, name: str) -> Source:
    """What positions count in: of a notebook its cells; of one that is none, its text."""
    kind = name.rpartition(".")[2].lower() or "md"
    try:
        return source(text, kind)
    except Unreadable:  # which is said by the one equation that is read
        return Source(text, kind)


def pattern(text: str) -> Raw:
    """One LaTeX formula of a configuration.  Raises ProofreadError."""
    from . import formula
    from .tex.source import Unreadable

    try:
        return formula(text)
    except Unreadable as error:
        raise ProofreadError(f"symbols: {text!r} is not one formula: {error}") from None
