"""What several tests of the pictures share: hostile names, tiny files, reading an SVG."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

SVG = (
    '<svg width="30pt" height="20pt" viewBox="0 0 30 20" xmlns="http://www.w3.org/2000/svg">'
    "<g id='graph0' class='graph'><title>gradproof</title>"
    "<g id='node1' class='node op name-data'><title>n0</title>"
    "<text x='3' y='9'>x</text><text x='3' y='18'>data 3</text></g></g></svg>"
)
PNG = b"\x89PNG\r\n\x1a\n"

FakeDot = Callable[[str], Path]

HOSTILE = [
    "a:b:c", '"', '"quoted"', "<b>bold</b>", "<", ">", "<>", "\\", "back\\", "\\\\",
    "\\N\\G", '\\"', "{a|b}", "a|b", "&amp;", "&lt;", "&#0;", "&nosuch;", "]]>", "--",
    "->", ";", "//", "%s", "$x$", "中文名字", "вес", "😀", "x\u0301", "new\nline", "tab\t",
    "\0", "\x7f", "\x85", "\ud800", "\uffff", "\u202e", "\u2028", "digraph", "strict", "",
    " ", "   ", "x" * 500, "<script>alert(1)</script>",
]  # fmt: skip


def texts(svg: bytes) -> list[str]:
    """What is written in a picture, element by element."""
    found = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(element.itertext()) for element in found]


def data_of(page: Path) -> dict[str, Any]:
    """The data that a page carries for its script."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def outside_scripts(page: Path) -> str:
    """A page without what is in its script elements."""
    return re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.S)
