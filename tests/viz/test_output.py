"""Paths that cannot be written are refused before any work; files appear whole or not at all."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

import viz
from autograd import Value
from viz import drawing, output


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at the graph at all would be too late."""
    monkeypatch.setattr(drawing, "to_dot", None)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", ["g.gif", "g", "g.", "png", "g.png.txt", "g.jpg"])
def test_an_unknown_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(viz.FormatError, match=r"use one of \.png, \.svg, \.pdf, \.dot") as caught:
        viz.draw(Value(1.0), tmp_path / name)
    assert name in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("path", "text"),
    [(".png", "no name before its suffix"), ("", "the path is empty"), (None, "goes to a path")],
)
def test_what_names_no_file(path: Any, text: str) -> None:
    with pytest.raises((viz.FormatError, TypeError), match=text):
        viz.draw(Value(1.0), path)


@pytest.mark.usefixtures("untouched")
def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no folder '.*nowhere'; create it first"):
        viz.draw(Value(1.0), tmp_path / "nowhere" / "g.png")
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("untouched")
def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "g.png").mkdir()
    for path in (tmp_path, tmp_path / "g.png"):
        with pytest.raises(IsADirectoryError, match="is a folder: give a file name"):
            viz.draw(Value(1.0), path)


@pytest.mark.usefixtures("untouched")
def test_a_read_only_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(PermissionError, match="read-only"):
        viz.draw(Value(1.0), tmp_path / "g.png")


def test_a_file_name_alone_means_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert viz.draw(Value(1.0), "g.dot") == Path("g.dot")
    assert (tmp_path / "g.dot").exists()


def test_a_failed_write_leaves_the_previous_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "a name of ours")

    file = tmp_path / "g.dot"
    file.write_text("previous")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"No space.*g\.dot"):
        viz.draw(Value(1.0), file)
    assert file.read_text() == "previous"
    assert os.listdir(tmp_path) == ["g.dot"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.dot").write_text("old")
    (tmp_path / "link.dot").symlink_to("real.dot")
    output.write(tmp_path / "link.dot", b"new")
    assert (tmp_path / "link.dot").is_symlink()
    assert (tmp_path / "real.dot").read_text() == "new"
