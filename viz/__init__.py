"""Pictures of graphs and of training.

>>> import viz
>>> viz.draw(loss, "graph.png")  # doctest: +SKIP
"""

from .curves import curves
from .diff import Diff, diff
from .doctor import doctor
from .dot import to_dot
from .drawing import draw
from .errors import (
    FormatError,
    GraphTooLargeError,
    MissingExtraError,
    PictureTooLargeError,
    RendererMissingError,
    RenderError,
    RenderTimeoutError,
)
from .focus import Paths, paths
from .notebook import svg, walk
from .page import page
from .proof import marked

__all__ = [
    "Diff",
    "FormatError",
    "GraphTooLargeError",
    "MissingExtraError",
    "Paths",
    "PictureTooLargeError",
    "RenderError",
    "RenderTimeoutError",
    "RendererMissingError",
    "curves",
    "diff",
    "doctor",
    "draw",
    "marked",
    "page",
    "paths",
    "svg",
    "to_dot",
    "walk",
]
