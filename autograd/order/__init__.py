"""`order_matters`: why gradients are passed on in reversed topological order.

Naive orders are run on the user's graph as people first write them, and compared with `gradients`.
Nothing in the engine uses this, and nothing here is loaded before the first use: runs.py has the
orders, story.py tells what went wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .story import OrderReport


def order_matters(root: Any) -> OrderReport:
    """Run the backward pass of your graph in the wrong orders, and tell what goes wrong first.

    Three orders are tried, with arguments from left to right and from right to left: *recursive* (a
    node passes its gradient on and then calls its arguments, each time it is reached), *depth
    first* (the same, each node once) and *breadth first* (level by level, each node once).  The
    report tells of the first node that gets a wrong gradient: who passed what on to it, at which
    step, and what was still to come.  Where every order is right it says why.  Nothing is stored
    on the nodes.

    `root` is a Value, or a Tensor with one entry.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> h = x * 2
    >>> h.name = "h"
    >>> report = order_matters(h * (h + 1))
    >>> report.order, report.node.name, report.wrong, report.right
    ('recursive', 'x', 40.0, 26.0)
    """
    from .runs import compared

    return compared(root)
