"""The small picture by which a node shows itself in a notebook."""

from functools import lru_cache

from autograd import Node

from .dot import to_dot
from .errors import GraphTooLargeError, RenderError
from .render import render

MAX_NODES = 150
TIME_LIMIT = 10.0


def picture(node: Node) -> str | None:
    """The node's graph as SVG text, or None where it is too large or nothing here can draw it.

    >>> from autograd import Value
    >>> svg = picture(Value(1.0) + 2)  # '<svg …' with a renderer, None without
    """
    try:
        graph = to_dot(node, legend=False, max_nodes=MAX_NODES)
        return _svg(graph.source)
    except (GraphTooLargeError, RenderError):
        return None


@lru_cache(maxsize=32)
def _svg(dot: str) -> str:
    """Rendered once per text: showing a cell again costs nothing."""
    svg = render(dot, "svg", TIME_LIMIT).decode()
    return svg[svg.index("<svg") :]
