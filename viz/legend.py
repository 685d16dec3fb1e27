"""What stands below a picture: the meaning of its shapes, fills and arrows."""

from collections.abc import Set

from . import health
from .theme import Theme

ARROWS = {"LR": "→", "RL": "←", "TB": "↓", "BT": "↑"}
VALUES = "values flow from the leaves to the result"
GRADIENTS = "gradients flow from the result to the leaves"


def shapes(theme: Theme, kinds: Set[str]) -> str:
    """The kinds of boxes that there are."""
    looks = theme.looks
    return "   ".join(f"{looks[k].glyph} {looks[k].meaning}" for k in looks if k in kinds)


def fills(steps: Set[int]) -> str:
    """The sizes of gradients that there are."""
    scale = [f"{mark} {size}" for i, (_, mark, size) in enumerate(health.SCALE) if i in steps]
    return "largest |gradient|:   " + "   ".join(scale)


def edges(scalar: bool, constants: bool) -> str:
    """How a gradient is changed by what is written on an edge."""
    if scalar:
        return ", times what is on the edge"
    last = ", C a constant" if constants else ""
    return (
        "; edges say what becomes of them: · is what comes in, y the result, x its argument" + last
    )


def flow(direction: str, rank: str, numbers: str) -> str:
    """Which way things go, in a graph that runs as `rank` says."""
    arrow = ARROWS[rank]
    back = dict(zip("→←↓↑", "←→↑↓", strict=True))[arrow]
    return {
        "forward": f"{arrow} {VALUES}",
        "backward": f"{arrow} {GRADIENTS}{numbers}",
        "both": f"{arrow} {VALUES}   {back} {GRADIENTS}{numbers}",
    }[direction]
