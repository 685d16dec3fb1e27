"""The picture of the 1000× claim: all of it or nothing, in the wanted format."""

from __future__ import annotations

import sys

import pytest

from nn.scaling import measure
from viz.scaling import scaling


@pytest.fixture(scope="module")
def result():
    return measure(seeds=range(3))


@pytest.mark.parametrize(
    ("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_the_suffix_decides_the_format(result, tmp_path, suffix, start):
    path = tmp_path / f"scaling.{suffix}"
    assert scaling(result, path) == path
    assert path.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [path]
    first = path.read_bytes()
    assert scaling(result, path).read_bytes() == first


def test_a_failure_leaves_the_old_picture_and_nothing_else(result, tmp_path, monkeypatch):
    path = tmp_path / "scaling.png"
    path.write_text("old")
    monkeypatch.setattr("viz.scaling._figure", lambda result: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scaling(result, path)
    with pytest.raises(ValueError, match=r"does not end in a known format"):
        scaling(result, tmp_path / "scaling.nonsense")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_without_saturation_there_is_nothing_to_mark(tmp_path):
    assert scaling(measure(seeds=range(2), decades=(-6, -2)), str(tmp_path / "a.svg")).exists()


def test_without_matplotlib_the_error_says_what_to_install(result, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"gradproof\[plot\]"):
        scaling(result, tmp_path / "scaling.png")
