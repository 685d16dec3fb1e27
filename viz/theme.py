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
    danger: str  # nan, inf, saturated
    scale: tuple[str, ...]  # fills for each step of |gradient| (health.py), small to large
    looks: Mapping[str, Look]


KINDS = {
    "parameter": ("box", "filled", "■", "named leaf (parameter, input)"),
    "copy": ("box", "filled,dashed", "↗", "the same leaf again"),
    "leaf": ("ellipse", "filled", "●", "leaf without a name"),
    "op": ("box", "filled,rounded", "▬", "operation"),
    "loss": ("box", "filled,rounded", "▣", "result"),
    "constant": ("box", "dashed,rounded", "▫", "constant"),
    "fold": ("tab", "filled", "❏", "several nodes in one"),
}
SMALL = {"copy", "constant"}


def looks(colours: Mapping[str, tuple[str, str]]) -> dict[str, Look]:
    """Every kind with its (fill, line)."""
    return {
        kind: Look(
            shape, style, *colours[kind], glyph, meaning,
            outlines="2" if kind == "loss" else "1", size="11" if kind in SMALL else "13",
        )
        for kind, (shape, style, glyph, meaning) in KINDS.items()
    }  # fmt: skip


LIGHT = Theme(
    font="DejaVu Sans",
    background="#ffffff",
    ink="#1b1f24",
    muted="#57606a",
    gradient="#8a1c63",
    flow="#57606a",
    danger="#b3001b",
    scale=("#eceef0", "#c9e2f5", "#e6f2fb", "#ffffff", "#fdeadb", "#fbd3b4"),
    looks=looks({
        "parameter": ("#fff3d6", "#b97700"),
        "copy": ("#fffaf0", "#a06800"),
        "leaf": ("#f3f4f6", "#6e7781"),
        "op": ("#e8f2fb", "#0072b2"),
        "loss": ("#fde9df", "#c44e00"),
        "constant": ("#ffffff", "#8b949e"),
        "fold": ("#e6f5ef", "#00795c"),
    }),
)  # fmt: skip

DARK = Theme(
    font="DejaVu Sans",
    background="#14171c",
    ink="#eef1f4",
    muted="#aab2bd",
    gradient="#f2a6d4",
    flow="#aab2bd",
    danger="#ff8f8f",
    scale=("#2a2e35", "#123a58", "#1d2f3f", "#1b1f26", "#3f2c1d", "#5a3312"),
    looks=looks({
        "parameter": ("#3a2f12", "#e6a400"),
        "copy": ("#2b2614", "#b98600"),
        "leaf": ("#262a31", "#8b949e"),
        "op": ("#14293a", "#56b4e9"),
        "loss": ("#43260f", "#f08a3c"),
        "constant": ("#14171c", "#7d8590"),
        "fold": ("#12332a", "#2fc79a"),
    }),
)  # fmt: skip

THEMES = {"light": LIGHT, "dark": DARK}
