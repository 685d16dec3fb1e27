"""Where something was recorded: the line of the user's code, or the derivative that it is part of.

A node keeps its site in its tag, so it goes when the node does.
"""

from __future__ import annotations

import linecache
import os
import sys
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    *(f"{ROOT / package}{os.sep}" for package in ("autograd", "nn", "viz", "gradproof")),
    f"{Path(np.__file__).parent}{os.sep}",
)


class Site(NamedTuple):
    """An instruction in the user's code."""

    code: CodeType
    instruction: int
    line: int

    @property
    def file(self) -> str:
        return self.code.co_filename

    def shown(self) -> str:
        """As in a traceback: file, line, function, source, and which part of it."""
        lines = [f'  File "{self.file}", line {self.line}, in {self.code.co_name}']
        source = linecache.getline(self.file, self.line).rstrip("\n")
        if source.strip():
            lines.append(f"    {source.strip()}")
            span = self.span(source)
            if span is not None and source[slice(*span)] != source.strip():
                begin = span[0] - (len(source) - len(source.lstrip()))
                lines.append(f"    {' ' * begin}{'^' * (span[1] - span[0])}")
        return "\n".join(lines)

    def span(self, source: str) -> tuple[int, int] | None:
        """The columns of the expression, if Python kept them and it is on one line."""
        found = islice(self.code.co_positions(), self.instruction // 2, None)
        first, last, begin, end = next(found, (None, None, None, None))
        if first != last or first != self.line or begin is None or end is None:
            return None
        text = source.encode()  # columns count bytes
        return len(text[:begin].decode()), len(text[:end].decode())


class Part(NamedTuple):
    """Inside the derivative of an op, which was recorded at `site`."""

    op: str
    argument: str
    site: Site | Part | None

    @property
    def file(self) -> str | None:
        return None if self.site is None else self.site.file

    @property
    def line(self) -> int | None:
        return None if self.site is None else self.site.line

    def shown(self) -> str:
        text = f"  it is part of the derivative of {self.op} in {self.argument}, recorded at"
        return f"{text}\n{UNKNOWN if self.site is None else self.site.shown()}"


UNKNOWN = (
    "  recorded outside detect_anomaly, where results are not checked and lines not noted:\n"
    "  compute it inside the block, too"
)


@cache
def is_library(file: str, module: str | None) -> bool:
    """Whether code is ours or numpy's; ours is also what we wrote and compiled, of no module."""
    return module is None or file.startswith(LIBRARIES)


def caller() -> Site | None:
    """The innermost call of the user's own code."""
    frame = sys._getframe(1)
    while is_library(frame.f_code.co_filename, frame.f_globals.get("__name__")):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return Site(frame.f_code, frame.f_lasti, frame.f_lineno)
