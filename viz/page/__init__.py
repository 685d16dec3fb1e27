"""Pages that step through a backward pass, or through a training run: one file each, no network."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograd import Node

from .. import output
from . import training


def page(
    what: Any,
    path: str | os.PathLike[str],
    *,
    names: Mapping[str, Any] | None = None,
    title: str | None = None,
    time_limit: float = 60.0,
) -> Path:
    """Write a page that opens in any browser, and return its path.

    Of a Value or Tensor: its graph, with the forward and the backward pass one step at a time: the
    node at work, its formula with numbers, what it sends to each argument, and which consumers a
    node still waits for.  Of what `nn.fit` returned: curves over the epochs, and if the run was
    recorded (`record=True`) the sizes of weights and gradients and, for two features, the decision
    boundary.  The file holds all that it needs.  `names` gives names to nodes that have none:
    `names=locals()`.

    Raises TypeError for what is neither, FormatError (a ValueError) for a suffix other than .html,
    FileNotFoundError for a missing folder, GraphTooLargeError for more than 2,000 nodes, ValueError
    for a run without an epoch, RendererMissingError where nothing on this machine can lay out a
    graph, and MissingExtraError without the extra `page`.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> page(x * x, "walk.html")  # doctest: +SKIP
    PosixPath('walk.html')
    """
    file, _ = output.target(path, training.FORMATS)
    return output.write(file, written(what, names, title, time_limit).encode())


def written(
    what: Any, names: Mapping[str, Any] | None, title: str | None, time_limit: float
) -> str:
    """The page as text."""
    if isinstance(what, Node):
        from . import walk

        return walk.written(what, names, title, time_limit)
    if training.is_run(what):
        return training.written(what, title)
    raise TypeError(f"page takes a Value, a Tensor or a History; got {type(what).__name__}")
