"""A document and its configuration to what can be judged."""

from __future__ import annotations

from ...errors import ProofreadError
from ..lines import Line
from ..worlds.world import Setup
from .configuration import settings
from .configuration.config import Config
from .elaborate import lines
from .tex.raw import Raw
from .tex.source import Unreadable, source


def read(text: str, name: str, config: Config | None = None) -> tuple[Setup, list[Line], Config]:
    """The setup, the lines and the configuration of a document.

    text: the whole document.  name: its file, for messages; the suffix says its kind (`.md`,
    `.tex`, `.txt`, `.ipynb`).  config: from a file beside; without one the document's own front
    matter is taken, if it has one.  Raises ProofreadError for a configuration that cannot be.
    """
    from . import equations

    if config is None:
        config = settings.front_matter(text, name)[0] or Config(file=name)
    kind = name.rpartition(".")[2].lower() or "md"
    try:
        said = source(text, kind).text  # of a notebook, that of its cells
    except Unreadable:  # one equation, with the reason
        said = text
    setup, found = lines(equations(text, kind), config, said, pattern)
    return setup, found, config


def pattern(text: str) -> Raw:
    """One LaTeX formula of a configuration.  Raises ProofreadError."""
    from . import formula
    from .tex.source import Unreadable

    try:
        return formula(text)
    except Unreadable as error:
        raise ProofreadError(f"symbols: {text!r} is not one formula: {error}") from None
