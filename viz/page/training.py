"""The page of a training run: its curves, its boundary and its gradients, epoch by epoch."""

import base64
import math
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import health, output, text
from ..curves import COLOURS, NAMES, series, spans_decades

FORMATS = ("html",)
NUMBERS = 100_000  # on one page, at most; longer runs are shown at every second epoch, or tenth, …
FEWEST = 50  # epochs shown of any run
POINTS = 500  # samples drawn, at most
CLASSES = 16  # that colour and shape keep apart
LAYERS = ("#5b2a86", "#0072b2", "#00785a", "#8a6d00", "#c44e00", "#b3001b")  # first to last
DASHES = ("", "6 4", "2 3", "8 3 2 3")  # the parameters of one layer
Record = dict[str, Any]


def is_run(what: Any) -> bool:
    """Whether it is what `nn.fit` returned, or a dict of lists with one number per epoch."""
    return isinstance(what, Mapping) or any(hasattr(what, name) for name in NAMES)


def check(path: str | os.PathLike[str]) -> None:
    """Raise now what `page` would raise for this path, before a long training."""
    from . import html  # noqa: F401  raises MissingExtraError

    output.target(path, FORMATS)


def written(history: Any, title: str | None) -> str:
    """The page of a run as text."""
    from .html import filled

    data = records(history)
    shown = [panel["title"] for panel in data["panels"]]
    return filled(
        "training.html.j2", title=text.visible(title or "A training run"), data=data, shown=shown
    )


def records(history: Any) -> Record:
    """What the page knows, as JSON has it: nan and infinities are None."""
    curves = series(history)
    weights, gradients = norms(history, "weight_norms"), norms(history, "gradient_norms")
    count = max(y.size for y in curves.values())
    start = int(getattr(history, "start", 0))
    picked = chosen(count, len(curves) + len(weights) + len(gradients))
    looks = layered(weights or gradients)
    return {
        "epochs": [start + i + 1 for i in picked],
        "last": start + count,
        "best": getattr(history, "best_epoch", None),
        "panels": [
            *curve_panels(curves, picked),
            *(panel(key, title, [line(name, y, picked, *looks[name], digits=6)
                                 for name, y in some.items()], log=True)
              for key, title, some in (("gradients", "Gradients ‖∂L/∂W‖", gradients),
                                       ("weights", "Weights ‖W‖", weights)) if some),
        ],
        "boundary": boundary(getattr(history, "boundary", None)),
        "recorded": bool(weights or gradients),
        "exploding": health.SCALE[-1][0],
    }  # fmt: skip


def norms(history: Any, name: str) -> dict[str, np.ndarray]:
    """One kind of sizes, by parameter; nothing of a run without `record=True`."""
    found: Mapping[str, Sequence[float]] = getattr(history, name, None) or {}
    return {key: np.array(y, dtype=float) for key, y in found.items() if len(y)}


def chosen(count: int, lines: int) -> list[int]:
    """The epochs to show, counted from 0: all, or as many as fit, the first and the last too."""
    most = max(NUMBERS // lines, FEWEST)
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, most))})


def curve_panels(curves: Mapping[str, np.ndarray], picked: Sequence[int]) -> list[Record]:
    accuracy = {name: y for name, y in curves.items() if "accuracy" in name}
    loss = {name: y for name, y in curves.items() if name not in accuracy}
    return [
        panel(key, title, [
            line(name, y, picked, COLOURS[i % len(COLOURS)],
                 DASHES[1] if name.startswith("val_") else "")
            for i, (name, y) in enumerate(some.items())
        ], log=key == "loss" and spans_decades(some))
        for key, title, some in (("loss", "Loss", loss), ("accuracy", "Accuracy", accuracy)) if some
    ]  # fmt: skip


def panel(key: str, title: str, lines: list[Record], log: bool) -> Record:
    return {"key": key, "title": title, "lines": lines, "log": log}


def line(
    name: str, y: np.ndarray, picked: Sequence[int], colour: str, dash: str, digits: int = 17
) -> Record:
    values = [float(f"{y[i]:.{digits}g}") if i < y.size else math.nan for i in picked]
    return {
        "name": called(name),
        "values": [v if math.isfinite(v) else None for v in values],
        "colour": colour,
        "dash": dash,
    }


def called(name: str) -> str:
    """A curve's or a parameter's name as readers see it."""
    if name in NAMES:
        return name.replace("val_", "validation ")
    return text.shorten(text.pretty(text.visible(name)))


def layered(names: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """A colour for each layer, first to last, and a dash for each of its parameters."""
    layers: dict[str, list[str]] = {}
    for name in names:
        number = re.search(r"\d+", name)
        layers.setdefault(number[0] if number else name, []).append(name)
    steps = max(len(layers) - 1, 1)
    return {
        name: (between(i / steps), DASHES[j % len(DASHES)])
        for i, members in enumerate(layers.values())
        for j, name in enumerate(members)
    }


def between(t: float) -> str:
    """The colour at t from 0 to 1 along the scale of layers."""
    place = t * (len(LAYERS) - 1)
    i = min(int(place), len(LAYERS) - 2)
    ends = ([int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in LAYERS[i : i + 2])
    mixed = (round(a + (b - a) * (place - i)) for a, b in zip(*ends, strict=True))
    return "#" + "".join(f"{c:02x}" for c in mixed)


def boundary(found: Any) -> Record | None:
    """The snapshots in one byte per point: class, and how far from another class."""
    if found is None or not found.epochs:
        return None
    count = max(len(found.classes), 1 + max(found.labels, default=0))
    record = {
        "epochs": list(found.epochs),
        "features": [text.shorten(text.visible(f)) for f in found.features],
        "classes": [text.shorten(text.visible(c)) for c in found.classes],
    }
    if count > CLASSES:
        return record | {"refused": f"{count} classes; a picture keeps {CLASSES} apart."}
    levels = 256 // count
    margin = np.abs(np.array(found.margin, dtype=float))
    tops = margin.max(axis=(1, 2))
    # the root: fine steps near the boundary, where they decide where it runs
    near = np.sqrt(margin / np.where(tops > 0, tops, 1.0)[:, None, None])
    cells = np.array(found.predicted) * levels + np.round(near * (levels - 1)).astype(int)
    every = slice(None, None, -(-len(found.points) // POINTS) or 1)
    return record | {
        "x": [found.x[0], found.x[-1]],
        "y": [found.y[0], found.y[-1]],
        "columns": len(found.x),
        "rows": len(found.y),
        "levels": levels,
        "tops": [float(f"{top / (tops.max() or 1.0):.4g}") for top in tops],
        "cells": base64.b64encode(cells.astype(np.uint8).tobytes()).decode(),
        "points": [[float(f"{v:.6g}") for v in point] for point in found.points[every]],
        "labels": found.labels[every],
        "samples": found.samples,
    }
