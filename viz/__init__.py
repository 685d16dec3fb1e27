"""Pictures of graphs and of training.

>>> import viz
>>> viz.draw(loss, "graph.png")  # doctest: +SKIP
"""

from .curves import curves
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

__all__ = [
    "FormatError",
    "GraphTooLargeError",
    "MissingExtraError",
    "PictureTooLargeError",
    "RenderError",
    "RenderTimeoutError",
    "RendererMissingError",
    "curves",
    "doctor",
    "draw",
    "to_dot",
]
