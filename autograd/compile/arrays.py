"""The backend of array programs: numpy's calls into planned memory."""

from __future__ import annotations

from typing import Any

from .built import Built
from .chunks import split
from .pieces import in_pieces
from .program import Program
from .text import loaded
from .writer import Text, Writer, pooled

CACHE = 12 << 20  # bytes of workspace up to which whole arrays were measured to be faster


def build(program: Program, structure: Any, donated: frozenset[int] = frozenset()) -> Built:
    """The program's source, and the function that runs it, each call in a workspace of its own."""
    module = Text({program.name, f"{program.name}_workspace"})
    writer = Writer(module, program, structure, donated)
    if writer.plan.bytes() > CACHE:
        pieces = split(program)
        if pieces:
            return in_pieces(pieces, structure)
    writer.write()
    source = str(module)
    return Built(source, pooled(loaded(program.name, source, module.namespace), writer))
