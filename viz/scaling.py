"""The picture of the 1000× claim: a first layer's gradient against the scale of its inputs."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from . import output
from .errors import MissingExtraError

Array = NDArray[np.float64]

# Okabe and Ito's colours, told apart by colour-blind readers too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY = "#666666"
FORMATS = ("png", "svg", "pdf")


class Scaling(Protocol):
    """What is drawn: `nn.scaling.Scaling`, or anything with the same arrays."""

    @property
    def scales(self) -> Array: ...
    @property
    def starts(self) -> Array: ...
    @property
    def norms(self) -> Mapping[str, Array]: ...
    def factors(self, network: str) -> Array: ...
    def saturated_from(self, network: str) -> float: ...


def scaling(result: Scaling, path: str | os.PathLike[str]) -> Path:
    """Draw `result` into a .png, .svg or .pdf file, and return its path.

    Above, ‖∂J/∂W1‖ against the inputs' scale; below, its growth when the inputs grow 1000 times,
    with the claimed minimum as a line. Lines are medians over the seeds, bands hold 8 seeds in 10.

    Raises MissingExtraError without matplotlib and the errors of `draw` for a path that cannot be
    written.
    """
    file, format = output.target(path, FORMATS)
    try:
        import matplotlib
    except ImportError:
        raise MissingExtraError("scaling needs matplotlib: pip install 'gradproof[plot]'") from None
    content = io.BytesIO()
    style: Any = {"svg.hashsalt": "gradproof", "font.family": "DejaVu Sans"}
    with matplotlib.rc_context(style):
        metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format]
        _figure(result).savefig(content, format=format, dpi=120, metadata=metadata)
    return output.write(file, content.getvalue())


def _figure(result: Scaling) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 9.2), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    for colour, (name, norm) in zip(COLOURS, result.norms.items(), strict=False):
        _curve(above, result.scales, norm, colour, name)
        _curve(below, result.starts, result.factors(name), colour, name)
    _finish_norms(above, result)
    _finish_factors(below, result)
    return figure


def _curve(axes: Any, x: Array, values: Array, colour: str, label: str) -> None:
    drawn = np.maximum(np.nan_to_num(values), 1e-300)  # zero has no place on a logarithmic axis
    low, median, high = np.percentile(drawn, (10, 50, 90), axis=0)
    axes.fill_between(x, low, high, color=colour, alpha=0.13, linewidth=0)
    axes.plot(x, median, color=colour, linewidth=2.2, label=label)


def _finish_norms(axes: Any, result: Scaling) -> None:
    scale = result.scales[len(result.scales) // 7]
    axes.plot(result.scales, 0.03 * result.scales, "--", color=GREY, linewidth=1, zorder=1)
    axes.annotate(
        "exactly proportional\n(δ held fixed)",
        (scale, 0.03 * scale),
        xytext=(14, -30),
        textcoords="offset points",
        color=GREY,
    )
    first = next(iter(result.norms))
    start = result.saturated_from(first)
    if np.isfinite(start):
        axes.axvspan(start, result.scales[-1], color=COLOURS[0], alpha=0.07, linewidth=0)
        text = "saturated:\none sample's\nσ′(z) ≈ 0"
        axes.text(start * 8, 3e-9, text, color=COLOURS[0], va="bottom")
    axes.set(xscale="log", yscale="log", ylim=(1e-9, 1e8), ylabel="‖∂J/∂W1‖")
    seeds = len(result.norms[first])
    title = "The first layer's gradient against the scale of the inputs"
    axes.set_title(f"{title}\nmedian and middle 80 % of {seeds} seeds", loc="left")
    axes.legend(loc="upper left", frameon=False)
    _frame(axes)


def _finish_factors(axes: Any, result: Scaling) -> None:
    axes.axhline(1000, color="black", linewidth=1.2, linestyle="--")
    axes.text(result.scales[-1], 1150, "claimed: at least 1000", ha="right", va="bottom")
    axes.axhspan(1e-4, 1000, color="black", alpha=0.035, linewidth=0)
    axes.text(result.scales[-1], 2e-4, "the claim fails", ha="right", color=GREY, va="bottom")
    axes.set(yscale="log", ylim=(1e-4, 1e7), xlim=(result.scales[0], result.scales[-1]))
    axes.set_xlabel("scale s of the inputs (below: the scale that they start from)")
    axes.set_ylabel("‖∂J/∂W1‖ at 1000·s  /  ‖∂J/∂W1‖ at s")
    axes.set_title("How many times it grows when the inputs grow 1000 times", loc="left")
    _frame(axes)


def _frame(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, which="major", color="black", alpha=0.08)
    axes.set_axisbelow(True)
