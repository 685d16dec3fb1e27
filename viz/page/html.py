"""Templates and the libraries beside them -> one HTML file that loads nothing."""

import base64
import re
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import MissingExtraError

try:
    import jinja2
    from markupsafe import Markup
except ImportError:
    raise MissingExtraError(
        "viz.page needs the package jinja2: `pip install 'gradproof[page]'`"
    ) from None

HERE = Path(__file__).parent
ASSETS = HERE.parent / "assets"
KATEX = ASSETS / "katex"


def filled(template: str, **values: Any) -> str:
    """A template of this folder with its values; every text among them is escaped."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["own"] = lambda name: _safe(HERE / "templates" / name)
    environment.globals["panzoom"] = lambda: _safe(ASSETS / "panzoom" / "panzoom.min.js")
    environment.globals["katex"] = lambda: _safe(KATEX / "katex.min.js")
    environment.globals["katex_css"] = lambda: Markup(katex_css())
    environment.globals["hand_css"] = lambda: Markup(hand_css())
    return environment


def safe(html: str) -> Markup:
    """HTML that is to stand in a template as it is."""
    return Markup(html)


def _safe(path: Path) -> Markup:
    """A script or style sheet of ours, as it is."""
    return Markup(path.read_text(encoding="utf-8"))


@cache
def katex_css() -> str:
    """KaTeX's style sheet with the fonts that formulas here use written into it."""

    def face(rule: re.Match[str]) -> str:
        font = re.search(r"fonts/KaTeX_([\w-]+)\.woff2", rule[0])
        file = KATEX / f"{font[1]}.woff2" if font else None
        if file is None or not file.exists():
            return ""
        return re.sub(r"src:[^}]*", _source(file), rule[0])

    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    return re.sub(r"@font-face\{[^}]*\}", face, css)


@cache
def hand_css() -> str:
    """The font of a red pen."""
    source = _source(ASSETS / "klee" / "KleeOne-SemiBold.woff2")
    return f"@font-face{{font-family:Klee;font-weight:600;{source}}}"


def _source(font: Path) -> str:
    """A font written into its rule."""
    content = base64.b64encode(font.read_bytes()).decode()
    return f"src:url(data:font/woff2;base64,{content}) format('woff2')"
