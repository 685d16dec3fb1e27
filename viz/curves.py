"""Training curves: loss and accuracy over the epochs.  Needs matplotlib, imported when used."""

import io
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from . import output, text
from .errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
LARGEST = 1e300  # what matplotlib can compute ticks for, with room
NAMES = ("loss", "accuracy", "val_loss", "val_accuracy")
COLOURS = ("#0072b2", "#c44e00", "#00785a", "#8a1c63", "#8a6d00", "#57606a")
Curves = Mapping[str, Sequence[float]]


class Recorded(Protocol):
    """What `nn.fit` returns: one number per epoch in each list."""

    loss: Any
    accuracy: Any
    val_loss: Any
    val_accuracy: Any


def curves(history: Recorded | Curves, path: str | os.PathLike[str]) -> Path:
    """Draw loss and accuracy over the epochs into a .png, .svg or .pdf file, and return its path.

    `history` is what `nn.fit` returned, or a dict of lists with one number per epoch.  Names that
    contain "accuracy" go into the lower panel, all others into the upper one; `val_…` is dashed.

    Raises MissingExtraError without matplotlib, ValueError where there is nothing to draw and for
    numbers beyond ±1e300, and the errors of `draw` for a path that cannot be written.

    >>> curves({"loss": [1.0, 0.5, 0.3]}, "loss.png")  # doctest: +SKIP
    PosixPath('loss.png')
    """
    file, format = output.target(path, FORMATS)
    lines = series(history)
    try:
        import matplotlib
    except ImportError:
        raise MissingExtraError("curves needs matplotlib: pip install 'gradproof[plot]'") from None
    content = io.BytesIO()
    style: Any = {"svg.hashsalt": "gradproof", "font.family": "DejaVu Sans"}
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in another script
        warnings.filterwarnings("ignore", message="constrained_layout not")  # many, long names
        metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format]
        _figure(lines).savefig(content, format=format, dpi=144, metadata=metadata)
    return output.write(file, content.getvalue())


def series(history: Recorded | Curves) -> dict[str, np.ndarray]:
    """The curves that have at least one point."""
    if isinstance(history, Mapping):
        given = dict(history)
    elif not any(hasattr(history, name) for name in NAMES):
        raise TypeError(
            "curves takes what nn.fit returned, or a dict of lists like {'loss': [1.0, 0.5]}; got "
            f"{type(history).__name__}"
        )
    else:
        given = {name: getattr(history, name, None) or [] for name in NAMES}
    lines = {str(name): _numbers(name, values) for name, values in given.items()}
    lines = {name: values for name, values in lines.items() if values.size}
    if not lines:
        raise ValueError(
            "there is nothing to draw: history is what nn.fit returned, or a dict of lists like "
            f"{{'loss': [1.0, 0.5]}}; got {type(history).__name__} without a single epoch"
        )
    return lines


def _numbers(name: str, values: Any) -> np.ndarray:
    try:
        array = np.array([np.nan if v is None else v for v in values], dtype=float)
    except (TypeError, ValueError, OverflowError):
        array = np.empty((0, 0))
    if array.ndim != 1:
        raise ValueError(f"history[{name!r}] has to be a list of numbers, one per epoch")
    size = np.abs(array)
    far = array[np.isfinite(array) & (size > LARGEST)]
    if far.size:
        raise ValueError(f"history[{name!r}] holds {far[0]:g}: no axis can show such a number")
    return np.where(size < 1 / LARGEST, 0.0, array)  # nor tell this from 0


def _figure(lines: dict[str, np.ndarray]) -> "Figure":
    from matplotlib.figure import Figure

    accuracy = {name: y for name, y in lines.items() if "accuracy" in name}
    loss = {name: y for name, y in lines.items() if name not in accuracy}
    panels = [(title, some) for title, some in (("loss", loss), ("accuracy", accuracy)) if some]
    figure = Figure(figsize=(6.4, 2.9 * len(panels)), layout="constrained")
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for panel, (title, some) in zip(axes, panels, strict=True):
        _panel(panel, title, some)
    axes[-1].set_xlabel("epoch")
    axes[-1].xaxis.get_major_locator().set_params(integer=True)
    return figure


def _panel(panel: "Axes", title: str, lines: dict[str, np.ndarray]) -> None:
    for i, (name, y) in enumerate(lines.items()):
        colour = COLOURS[i % len(COLOURS)]
        style = "--" if name.startswith("val_") else "-"
        marker = "o" if y.size == 1 else None
        label = text.shorten(text.visible(name)).replace("$", r"\$")
        if label.startswith("_") or not label:  # matplotlib would leave it out of the legend
            label = "\u200b" + label
        panel.plot(np.arange(1, y.size + 1), y, style, color=colour, marker=marker, label=label)
    panel.set_ylabel(title)
    panel.grid(alpha=0.25)
    panel.spines[["top", "right"]].set_visible(False)
    if title == "loss" and spans_decades(lines):
        panel.set_yscale("log")
    if title == "accuracy":
        panel.set_ylim(-0.03, 1.03)
    if len(lines) > 1 or title not in lines:
        panel.legend(frameon=False)


def spans_decades(lines: dict[str, np.ndarray]) -> bool:
    """Whether a logarithmic axis shows more: all positive, and a factor of 100 from end to end."""
    y = np.concatenate(list(lines.values()))
    y = y[np.isfinite(y)]
    return bool(y.size and y.min() > 0 and y.max() / 100 > y.min())
