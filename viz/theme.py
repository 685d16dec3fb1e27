"""Colours, shapes and fonts: the one place that decides how each kind of node looks.

The hues are Okabe and Ito's, which stay apart for colour-blind readers; shape says the same again,
so that a picture printed in grey still reads.  Text has a contrast of 4.5 or more on its fill.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How one kind of node is drawn, and how the legend explains it."""

    shape: str
    style: str
    fill: str
    line: str
    glyph: str
    meaning: str
    width: str = "1.4"
    outlines: str = "1"
    size: str = "13"


@dataclass(frozen=True)
class Theme:
    """A complete set of colours and fonts."""

    font: str
    background: str
    ink: str
    muted: str
    gradient: str
    flow: str
    looks: Mapping[str, Look]


LIGHT = Theme(
    font="DejaVu Sans",
    background="#ffffff",
    ink="#1b1f24",
    muted="#57606a",
    gradient="#8a1c63",
    flow="#57606a",
    looks={
        "parameter": Look(
            "box", "filled", "#fff3d6", "#b97700", "■", "named leaf (parameter, input)"
        ),
        "copy": Look(
            "box", "filled,dashed", "#fffaf0", "#a06800", "↗", "the same leaf again", size="11"
        ),
        "leaf": Look("ellipse", "filled", "#f3f4f6", "#6e7781", "●", "leaf without a name"),
        "op": Look("box", "filled,rounded", "#e8f2fb", "#0072b2", "▬", "operation"),
        "loss": Look("box", "filled,rounded", "#fde9df", "#c44e00", "▣", "result", outlines="2"),
        "constant": Look("box", "dashed,rounded", "#ffffff", "#8b949e", "▫", "constant", size="11"),
    },
)
