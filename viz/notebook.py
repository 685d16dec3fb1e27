"""What nodes show of themselves in a notebook: a picture, or a page to step through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any, Unpack

from autograd import Node, ordered

from .dot import Kind, Options, to_dot
from .errors import GraphTooLargeError
from .page import written
from .render import render

MAX_NODES = 150
FOLDED = 20_000  # nodes; a larger graph would take seconds at each look
FOLDS: tuple[tuple[Kind, ...], ...] = (("layer",), ("neuron",), ("neuron", "repeat"))
TIME_LIMIT = 10.0
TITLE = "The page of a backward pass or a training run"


def picture(node: Node) -> str | None:
    """The node's graph as SVG text, folded if it is large; None where nothing here can draw it.

    It never raises: a notebook shows the text of the node instead.

    >>> from autograd import Value
    >>> svg = picture(Value(1.0) + 2)  # '<svg …' with a renderer, None without
    """
    try:
        return _svg(_source(node))
    except Exception:
        return None


def _source(node: Node) -> str:
    """The graph whole, or by the first fold that makes it small enough."""
    nodes = ordered(node)
    folds: list[tuple[Kind, ...]] = [()] if len(nodes) <= MAX_NODES else []
    if not folds and len(nodes) <= FOLDED:
        folds = [fold for fold in FOLDS if fold != ("layer",) or any(n.scope for n in nodes)]
    for fold in folds:
        try:
            source: str = to_dot(node, fold=fold, legend=False, max_nodes=MAX_NODES).source
            return source
        except GraphTooLargeError:
            continue
    raise GraphTooLargeError(f"{len(nodes):,} nodes are too many to look at in passing")


@lru_cache(maxsize=32)
def _svg(dot: str, time_limit: float = TIME_LIMIT) -> str:
    """Rendered once per text: showing a cell again costs nothing."""
    text = render(dot, "svg", time_limit).decode()
    return text[text.index("<svg") :]


class Svg(str):
    """SVG text that a notebook shows as a picture."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<svg of {len(self):,} characters>"


def svg(node: Node, *, time_limit: float = TIME_LIMIT, **options: Unpack[Options]) -> Svg:
    """The drawing of `viz.draw` as SVG text; as the value of a notebook's cell, a picture.

    Takes the options of `to_dot`, and raises its errors and those of rendering.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> svg(x * x, direction="both")[:4]  # doctest: +SKIP
    '<svg'
    """
    return Svg(_svg(to_dot(node, **options).source, time_limit))


@dataclass(frozen=True)
class Inline:
    """A page inside a notebook's cell; it can reach nothing outside of its frame."""

    page: str = field(repr=False)
    height: int
    title: str = field(default=TITLE, repr=False)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.page)}" sandbox="allow-scripts" title="{self.title}" '
            f'style="width:100%;height:{self.height}px;border:1px solid #d0d7de"></iframe>'
        )


def walk(
    what: Any,
    *,
    names: Mapping[str, Any] | None = None,
    title: str | None = None,
    height: int = 560,
    time_limit: float = 60.0,
) -> Inline:
    """The page of `viz.page` inside a notebook, as the value of a cell.

    It needs no widgets and no network, and is part of the notebook's file (about 0.4 MB).  `height`
    is in pixels; the other arguments are those of `page`, and so are the errors, path's excepted.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> walk(x * x)  # doctest: +SKIP
    Inline(height=560)
    """
    return Inline(written(what, names, title, time_limit), height)
