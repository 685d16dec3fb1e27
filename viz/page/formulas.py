"""The formula of each step of a walk, as LaTeX for KaTeX."""

import re
from collections.abc import Sequence
from typing import Any

from autograd import Node, local_derivative

from .. import label, local, text
from ..names import Names

GREEK = {letter: name for name, letter in text.GREEK.items()}
SPECIAL = {c: f"\\{c}" for c in "#$%&_{}"} | {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim "}


def symbol(name: str) -> str:
    """A name as mathematics: `W₁` is W_{1}, `z₁[0,2]` is z_{1}[0,2]; longer words stand upright."""
    found = re.fullmatch(r"([^\W\d_₀-₉]+)([₀-₉]*)(\[[\d,]*\])?", name)
    if found is None or not (len(found[1]) == 1 or found[1].isascii()):
        return rf"\text{{{escaped(name)}}}"
    stem, digits, index = found.groups("")
    letter = f"\\{GREEK[stem]}" if stem in GREEK and stem.islower() else stem
    letter = letter if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    place = index.strip("[]")
    lower = ",".join(part for part in (digits.translate(NORMAL), place) if part)
    return f"{letter}_{{{lower}}}" if lower else letter


# How `local_derivative` writes a name that `text.pretty` has spelled, and its index.
PRETTY = re.compile(r"\\text\{([^{}$]+)\$_\{(\d+)\}\$\}(?:_\{([\d,]+)\})?")
NORMAL = {v: k for k, v in text.SUBSCRIPTS.items()}


def escaped(name: str) -> str:
    return "".join(SPECIAL.get(c, c) for c in name)


def respelled(found: re.Match[str]) -> str:
    """A name within a formula, as it is written in the other formulas of the page."""
    stem, number, place = found.groups()
    return symbol(f"{stem}{number.translate(text.SUBSCRIPTS)}" + (f"[{place}]" if place else ""))


class Formulas:
    """The texts of a graph's steps; every node that is no unnamed leaf has to have a name."""

    def __init__(self, nodes: Sequence[Node], names: Names) -> None:
        self.shown = names
        self.names = {
            node: symbol(names(node)) if names(node) else number(node.data) for node in nodes
        }

    def forward(self, node: Node) -> str:
        """What a node is computed as: h = \\sigma(z)."""
        if node.op is None:
            return self.names[node]
        # in braces, since a template may add a subscript or an exponent
        args = [f"{{{self.names[a]}}}" if isinstance(a, Node) else self.constant(a)
                for a in node.args]  # fmt: skip
        value = f" = {number(node.data)}" if node.is_scalar else ""
        return f"{self.names[node]} = {node.op.write(node.op.tex, *args)}{value}"

    def constant(self, value: Any) -> str:
        called = self.shown.of_constant(value) if label.has_node(value) else ""
        return symbol(called) if called else constant(value)

    def gradient(self, root: Node, node: Node, g: Any) -> str:
        """A node's gradient, with its number if it is one."""
        value = f" = {number(g)}" if node.is_scalar else ""
        return rf"\frac{{\partial {self.names[root]}}}{{\partial {self.names[node]}}}{value}"

    def rule(self, root: Node, node: Node, place: int) -> str:
        """The same between arrays: the op's rule with the nodes' names."""
        nodes = [root, node, *(a for a in node.args if isinstance(a, Node))]
        found = local_derivative(node, place, root, {n: self.shown(n) for n in nodes},
                                 self.shown.arrays)  # fmt: skip
        if found is None:
            return rf"\text{{nothing flows to }} {self.names[node.args[place]]}"
        return PRETTY.sub(respelled, found.latex)

    def sent(self, root: Node, node: Node, place: int, g: Any) -> str:
        """What a node adds to the gradient of an argument, with numbers."""
        arg = self.names[node.args[place]]
        top, mid = self.names[root], self.names[node]
        chain = (
            rf"\frac{{\partial {top}}}{{\partial {arg}}} \mathrel{{+}}="
            rf" \frac{{\partial {top}}}{{\partial {mid}}}"
        )
        slope = local.slope(node, place)
        if slope is None:
            return self.rule(root, node, place)
        step = (
            rf" \cdot \frac{{\partial {mid}}}{{\partial {arg}}} = {number(g)} \cdot {factor(slope)}"
        )
        return f"{chain}{step} = {number(g * slope)}"


def number(x: Any) -> str:
    shown = text.number(float(x))
    mantissa, e, exponent = shown.partition("e")
    shown = rf"{mantissa} \cdot 10^{{{exponent}}}" if e else shown
    return {"nan": r"\text{nan}", "inf": r"\infty", "-inf": r"-\infty"}.get(shown, shown)


def factor(x: float) -> str:
    return f"({number(x)})" if x < 0 else number(x)


def constant(value: Any) -> str:
    """A constant argument: a number as it is, anything else as a word."""
    if isinstance(value, bool) or value is None:
        return rf"\text{{{value}}}"
    if isinstance(value, int | float):
        return number(value)
    shape = getattr(value, "shape", None)
    if shape is not None:
        return number(value) if shape == () else rf"C_{{{'×'.join(map(str, shape))}}}"
    return rf"\text{{{escaped(text.shorten(str(value)))}}}"
