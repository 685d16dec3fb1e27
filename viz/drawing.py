"""`draw`: check the path, describe the graph, render it, write the file."""

import os
from pathlib import Path
from typing import Unpack

from autograd import Node

from . import output
from .dot import Options, to_dot
from .errors import RendererMissingError
from .render import FORMATS, TIME_LIMIT, render


def draw(
    node: Node,
    path: str | os.PathLike[str],
    *,
    time_limit: float = TIME_LIMIT,
    **options: Unpack[Options],
) -> Path:
    """Draw the graph that `node` was computed from into a file, and return its path.

    The suffix decides the format: .png, .svg, .pdf (with system Graphviz) or .dot.  The file is
    written whole or not at all.  `time_limit` is in seconds; see `to_dot` for the other options.

    Raises FormatError (a ValueError) for another suffix, FileNotFoundError for a missing folder,
    GraphTooLargeError for more than `max_nodes` nodes, RenderTimeoutError past the time limit, and
    RendererMissingError where nothing on this machine can draw: then the graph's text lies beside
    the wanted file, with the suffix .dot.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> draw(x * x, "square.png")  # doctest: +SKIP
    PosixPath('square.png')
    """
    file, format = output.target(path, FORMATS)
    graph = to_dot(node, **options)
    if format == "dot":
        return output.write(file, graph.source.encode())
    try:
        picture = render(graph.source, format, time_limit)
    except RendererMissingError as error:
        text = output.write(*_beside(file, graph.source.encode()))
        raise RendererMissingError(f"{error} (the graph's text is in {str(text)!r})") from None
    return output.write(file, picture)


def _beside(file: Path, content: bytes) -> tuple[Path, bytes]:
    """Where the text goes: to `g.dot`, or `g.1.dot` … where another text lies already."""
    text = file.with_suffix(".dot")
    number = 0
    while os.path.lexists(text) and not (text.is_file() and text.read_bytes() == content):
        number += 1
        text = file.with_suffix(f".{number}.dot")
    return text, content
