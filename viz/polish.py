"""The last touch on Graphviz's SVG: fonts that exist, a colour for each line's role, valid XML.

A plain DOT label has one colour and one size for all of its lines; in the SVG every line is an
element of its own.  Lines only ever get smaller here, so the box that was laid out still fits.
"""

import re
from xml.etree import ElementTree as ET

from .errors import RenderError
from .health import SCALE
from .theme import THEMES, Theme

SVG = "http://www.w3.org/2000/svg"
FAMILIES = "DejaVu Sans, Verdana, sans-serif"
SMALL = "11.5"

ET.register_namespace("", SVG)
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def polish(svg: bytes) -> bytes:
    """A renderer's SVG, recoloured line by line.  Raises RenderError where it is no SVG."""
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise RenderError(f"the renderer's SVG is not valid XML: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise RenderError(f"the renderer wrote no SVG but <{root.tag}>")
    root.set("role", "img")
    theme = next((THEMES[name] for name in THEMES if _is_graph(root, name)), THEMES["light"])
    for element in root.iter(f"{{{SVG}}}text"):
        element.set("font-family", FAMILIES)
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("class", "").startswith("node "):
            _node(group, theme)
        elif group.get("class", "").split()[:1] == ["graph"]:
            _graph(root, group, theme)
    result: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return result


def _is_graph(root: ET.Element, theme: str) -> bool:
    return any(g.get("class") == f"graph {theme}" for g in root.iter(f"{{{SVG}}}g"))


def _node(group: ET.Element, theme: Theme) -> None:
    texts = group.findall(f"{{{SVG}}}text")
    kind, roles = group.get("class", "").split()[-2:]
    title = group.find(f"{{{SVG}}}title")
    if title is not None:  # the tooltip
        title.text = "\n".join(text.text or "" for text in texts)
    for i, (role, text) in enumerate(zip(roles.split("-"), texts, strict=False)):
        text.set("class", f"role-{role}")
        if kind in ("constant", "scope"):
            text.set("fill", theme.muted)
        elif i == 0:
            _embolden(text, theme.ink)
        else:
            text.set("font-size", SMALL)
            text.set(
                "fill",
                {
                    "op": theme.muted,
                    "grad": theme.gradient,
                    "sum": theme.gradient,
                    "warn": theme.danger,
                }.get(role, theme.ink),
            )
        if role in ("data", "grad") and " " in (text.text or ""):
            _split_key(text, theme)


def _embolden(text: ET.Element, colour: str) -> None:
    """Bold by outline: one bundled font is enough, and the width stays as laid out."""
    text.set("fill", colour)
    text.set("stroke", colour)
    text.set("stroke-width", "0.35")


def _split_key(text: ET.Element, theme: Theme) -> None:
    """Mute the word in front of a value."""
    key, value = (text.text or "").split(" ", 1)
    if key in ("data", "grad"):
        part = ET.SubElement(text, f"{{{SVG}}}tspan", fill=theme.muted)
        text.text, part.text, part.tail = None, key + " ", value


def _graph(root: ET.Element, group: ET.Element, theme: Theme) -> None:
    """Name the picture, and give each of the legend's marks the colour of its kind."""
    title = group.find(f"{{{SVG}}}title")
    if title is not None:
        group.remove(title)  # it would be the tooltip of the whole picture
    root.set("aria-label", "computation graph")
    colours = {look.glyph: look.line for look in theme.looks.values()}
    colours |= dict.fromkeys("←↑", theme.gradient)
    fills = {mark: fill for (_, mark, _), fill in zip(SCALE, theme.scale, strict=True)}
    colours |= fills
    for text in group.findall(f"{{{SVG}}}text"):
        parts = re.split(f"([{''.join(colours)}])", text.text or "")
        text.text = parts[0]
        for mark, rest in zip(parts[1::2], parts[2::2], strict=True):
            span = ET.SubElement(text, f"{{{SVG}}}tspan", fill=colours[mark])
            span.text, span.tail = mark, rest
            if mark in fills:  # as pale as the boxes are
                span.set("stroke", theme.muted)
                span.set("stroke-width", "0.6")
