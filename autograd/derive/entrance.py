"""What `derive` does: check what is given, work the derivation out, write it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..backward import seeded
from ..data import kind_of
from ..node import Node
from .build import worked_out
from .document import FORMATS, Derivation, written
from .layouts import LAYOUTS
from .scalars import Chains
from .styles import STYLES, decayed, fused, told


def derivation(
    loss: Any, wrt: Any, layout: str | None, style: str, format: str, shapes: bool,
    names: dict[str, Any],
) -> Derivation:  # fmt: skip
    for what, given, known in (
        ("layout", layout, LAYOUTS), ("style", style, STYLES), ("format", format, FORMATS),
    ):  # fmt: skip
        if given not in known and not (what == "layout" and given is None):
            raise ValueError(f"derive: {what} is one of {', '.join(known)}; got {given!r}")
    seeded(loss, None, "derive")
    if loss.op is None:
        raise ValueError("derive: the loss is a leaf, so there is nothing to derive: was it "
                         "recorded outside no_grad()?")  # fmt: skip
    nodes = asked(wrt)
    if loss.is_scalar:
        return numbers(Chains(loss, nodes, names), style, format)
    work = worked_out(loss, nodes, names, None)
    columns = work.columns if layout is None else layout == "columns"
    if not work.matrices and columns != work.columns:
        raise ValueError(
            f"derive: layout={layout!r} transposes matrices, and this graph is more than matrices "
            "(more than two axes, indexing, reshaping): leave layout out"
        )
    fused(work)
    decayed(work)
    forward, backward = told(work, style, columns)
    return written(work, {"Forward": forward, "Backward": backward}, columns, format, shapes)


def numbers(chains: Chains, style: str, format: str) -> Derivation:
    """The derivation of a graph of numbers."""
    parts = {"Forward": chains.forward()}
    if style == "final":
        parts["Backward"] = chains.final()
    else:
        parts |= {"Local derivatives": chains.locals(), "Backward": chains.backward()}
    return written(chains.work, parts, False, format, False, chains.point())


def asked(wrt: Any) -> list[Node] | None:
    """`wrt` as a list of nodes."""
    if wrt is None:
        return None
    nodes = [wrt] if isinstance(wrt, Node) else list(wrt) if isinstance(wrt, Iterable) else [wrt]
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(f"derive: wrt is a node, or nodes; got {kind_of(node)}")
    return nodes
