"""A document's network as a page of notes: its derivation, with the front matter to check it by."""

from __future__ import annotations

import re

NETS = ("sigmoidnet", "testnet")
OWN_LAYOUT = {"sigmoidnet": "rows", "testnet": "columns"}
STYLES = ("steps", "delta", "final")

# The leaves, in the layout of rows; in columns every matrix is transposed.
SHAPES = {
    "sigmoidnet": {
        "z0": ("n", "n0"), "W1": ("n0", "n1"), "b1": ("1", "n1"), "W2": ("n1", "n2"),
        "b2": ("1", "n2"), "t": ("n", "n2"),
    },
    "testnet": {
        "a0": ("m", "n0"), "W1": ("n0", "n1"), "b1": ("1", "n1"), "W2": ("n1", "n2"),
        "b2": ("1", "n2"),
    },
}  # fmt: skip
SIZES = {
    "sigmoidnet": "{n: 5, n0: 4, n1: 5, n2: 3}",
    "testnet": "{m: 5, n0: 2, n1: 3, n2: 2}",
}
LOSS = {"sigmoidnet": "L", "testnet": "J"}
NAMES = {"sigmoidnet": "SigmoidNet", "testnet": "TestNet"}


def page(net: str, layout: str, style: str, hints: bool = False, task: str = "") -> str:
    """The derivation in Markdown, under front matter that says all that it leaves unsaid.

    hints: with the rule beside each line, and the remarks at the end, as `derive` prints them.
    task: a paragraph above it.
    """
    import autograd as ag

    from .subject import network

    loss, names = network(net)
    body = str(ag.derive(loss, layout=layout, style=style, format="markdown", names=names))
    if not hints:
        body = re.sub(r" &&\\quad .*?(?=( \\\\)?$)", "", body, flags=re.MULTILINE)
        body = body[: body.index("where ")].rstrip() + "\n"
    if task:
        body = f"# {NAMES[net]}, samples in {layout}\n\n{task}\n\n{body}"
    head = front_matter(net, layout, style)
    if hints:  # a number for λ and m says nothing about the formulas
        line = f"---\n{head}skip:\n  0:\n---\n\n{body}".split("where ")[0].count("\n") + 1
        head += f"skip:\n  {line}: the numbers of the example\n"
    return f"---\n{head}---\n\n{body}"


def front_matter(net: str, layout: str, style: str) -> str:
    """The configuration, without the lines around it."""
    shapes = dict(SHAPES[net])
    if layout == "columns":
        shapes = {name: shape[::-1] for name, shape in shapes.items()}
    lines = [
        f"title: {NAMES[net]}, samples in {layout}",
        f"loss: {LOSS[net]}",
        f"samples: {layout}",
        f"sizes: {SIZES[net]}",
        "parameters: [W1, b1, W2, b2]",
        "shapes:",
        *(f"  {name}: [{', '.join(shape)}]" for name, shape in shapes.items()),
    ]
    symbols = {}
    if net == "testnet":
        rows = layout == "rows"
        shape, axis = ("[m, n2]", 1) if rows else ("[n2, m]", 0)
        lines += [
            f"  T: {{shape: {shape}, kind: onehot, axis: {axis}}}",
            "  lam: {shape: [], kind: positive}",
        ]
        symbols[r"\mathbb{1}(y = j)"] = "T"
        symbols[r"\mathbb{1}(y_i = j)"] = "entry(T, i, j)" if rows else "entry(T, j, i)"
    if style == "delta":
        scale = ", scale=m" if net == "testnet" else ""
        outputs = ("z1", "a2") if net == "testnet" else ("z1", "z2")
        for layer, name in enumerate(outputs, 1):
            symbols[rf"\delta^{{({layer})}}"] = f"d({LOSS[net]}, {name}{scale})"
    if symbols:
        lines += ["symbols:", *(f"  '{pattern}': {text}" for pattern, text in symbols.items())]
    return "\n".join(lines) + "\n"
