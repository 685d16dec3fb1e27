"""`show`: a graph, a module or a report as lines of text; and how each shows itself elsewhere.

The lines are a view's (`viz`), which is loaded when something is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def show(
    what: Any,
    *,
    depth: int = 12,
    width: int = 8,
    lines: int = 60,
    names: Mapping[str, Any] | None = None,
) -> Any:
    """What prints as a tree, for a Value or Tensor, or as a table, for a module or a report.

    The tree begins with the result.  Each line holds a node's name, op and shape, its data and,
    once the result was differentiated, its gradient.  What is used several times is written out
    once and has a number, `#1`, by which the other places refer to it.  At most `depth` levels,
    `width` arguments of a node and `lines` lines are written; what is left out is said.  `names`
    gives names to nodes that have none: `names=locals()`.

    The result has `str()`, and shows itself in notebooks and through `rich`.

    Raises TypeError for what can be shown as neither, ValueError for a limit below 1.

    >>> from autograd import Value
    >>> x, w = Value(-1.0, name="x"), Value(2.0, name="w")
    >>> y = (w * x + 1).sigmoid()
    >>> y.backward()
    >>> print(show(y))
    sigmoid  data 0.2689  grad 1
    └─ + 1  data -1  grad 0.1966
       └─ ×  data -2  grad 0.1966
          ├─ w  data 2  grad -0.1966
          └─ x  data -1  grad 0.3932
    """
    from viz.show import shown

    return shown(what, depth, width, lines, names)


class Shown:
    """For classes that show themselves as a table: in notebooks, and through `rich`.

    A subclass defines `_table_()`, which returns the rows (tuples of texts, the header first) and a
    closing line, which may be empty.

    >>> class Scores(Shown):
    ...     def _table_(self):
    ...         return [("team", "points"), ("red", "3")], ""
    >>> print(show(Scores()))
    team  points
    red        3
    """

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """The table for a notebook; None, and so the text, where it cannot be made."""
        try:
            html: str = show(self)._repr_html_()
        except Exception:  # nothing is raised from a repr
            return None
        return html

    def __rich__(self) -> Any:
        """The table for `rich.print`; the text where it cannot be made."""
        try:
            return show(self).__rich__()
        except Exception:
            return repr(self)
