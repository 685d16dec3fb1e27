"""Reading formulas from documents.

text -> source (what positions count in) -> segments (where formulas are) -> tokens -> brackets
that match -> equations and their members (splitting) -> trees (latex, by the grammar in
formula.lark).  Nothing here is loaded before the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .tex.raw import Raw, RawEquation


def equations(text: str, kind: str = "md") -> list[RawEquation]:
    """The equations of a document, in order, with their places.

    kind: "md", "txt", "tex" or "ipynb".  A formula that cannot be read is an equation with a
    `reason`.  Raises ValueError for another kind.
    """
    from .tex.displays import read

    return read(text, kind)


def formula(text: str) -> Raw:
    """One formula, without dollars around it.  Raises Unreadable."""
    from .tex.displays import single

    return single(text)
