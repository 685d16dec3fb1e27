"""The pictures of docs/speed.md: what peers need, and how time and memory grow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import growth
from .peer import Peer
from .results import Results
from .tables import HAND, MICROGRAD, SCALAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind readers too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY = "#8a8f98"
ARRAYS = ("S2b", "T1/1", "T1/32", "T1/1024", "T1/65536", "T2/1", "T2/1024", "T2/65536", "T3/f32")


def beside_peers(results: Results, peers: list[Peer]) -> Figure:
    """Times over the base's, a panel for each case, fastest on top; ours in colour."""
    from matplotlib.figure import Figure

    cases = [case for case in (*SCALAR, *ARRAYS) if case in results.cases]
    columns = 4
    lines = -(-len(cases) // columns)
    figure = Figure(figsize=(13, 3.2 * lines), layout="constrained")
    panels = list(figure.subplots(lines, columns, squeeze=False).flat)
    for axes, case in zip(panels, cases, strict=False):
        ranking(axes, results, peers, case)
    for axes in panels[len(cases) :]:
        axes.set_axis_off()
    return figure


def ranking(axes: Axes, results: Results, peers: list[Peer], case: str) -> None:
    """Bars from the base's time: to the left what is faster, to the right what is slower."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    base = results.seconds_of(case, MICROGRAD if case in SCALAR else HAND)
    times = [(results.seconds_of(case, p.name), p) for p in peers]
    known = sorted([(t / base, p) for t, p in times if t and base], key=lambda x: -x[0])
    colours = [COLOURS[0] if p.ours else GREY for _, p in known]
    widths = [ratio - 1 for ratio, _ in known]
    axes.barh([p.title for _, p in known], widths, left=1, color=colours, height=0.72)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    wide = bool(known) and known[0][0] / known[-1][0] > 50
    apart = (
        LogLocator(subs=(1,), numticks=4) if wide else LogLocator(subs=(0.2, 0.5, 1), numticks=5)
    )
    axes.xaxis.set_major_locator(apart)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}×"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    than = "micrograd" if case in SCALAR else "numpy by hand"
    axes.set_title(f"{case} ({than} = 1×)", fontsize=10, loc="right")
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def growing(results: Results, peers: list[Peer]) -> Figure:
    """Time and memory for each unit of work against the size, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8), layout="constrained")
    panels = figure.subplots(2, 2)
    for column, family in enumerate(growth.FAMILIES):
        for line, (what, unit) in enumerate((("ns", "ns"), ("bytes", "bytes"))):
            axes = panels[line][column]
            curves(axes, results, family, peers, what)
            axes.set_xlabel(f"{family.unit}s of {family.name}")
            axes.set_ylabel(f"{unit} per {family.unit}")
    panels[0][0].set_title("a chain of scalar operations (dashed: forward alone)", fontsize=11)
    panels[0][1].set_title("a network on arrays", fontsize=11)
    return figure


def curves(
    axes: Axes, results: Results, family: growth.Family, peers: list[Peer], what: str
) -> None:
    """A line for each peer; forward alone is dashed."""
    styles = {"ns": [("ns", "-", "o"), ("ns forward", "--", "")]}.get(what, [(what, "-", "o")])
    for colour, peer in zip(COLOURS, peers, strict=False):
        for name, line, marker in styles:
            value, scale = growth.QUANTITIES[name]
            sizes, values = growth.series(results, family, peer, value)
            if sizes:
                label = peer.title if line == "-" else None
                drawn = [scale * v for v in values]
                axes.plot(sizes, drawn, line, marker=marker, ms=4, color=colour, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(family.sizes[0] * family.width / 2, family.sizes[-1] * family.width * 2)
    low, high = axes.get_ylim()
    axes.set_ylim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high)))  # whole decades
    axes.grid(alpha=0.25)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8)


def save(figure: Figure, path: Path) -> Path:
    """Write a PNG that depends on what is drawn alone."""
    import matplotlib

    style: Any = {"font.family": "DejaVu Sans"}
    with matplotlib.rc_context(style):
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110, metadata={"Software": None})
    return path
