"""Writers that are killed, or run out of room, in the middle: the previous file stays whole.

`python tests/attack/kills.py` does the same 100 times for each writer, the whole demo included.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import kills
import pytest

import viz
from autograd import Value

LINUX = pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="needs files without a name")


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("writer", ["save", "draw", "curves"])
def test_a_kill_leaves_whole_files(writer: str) -> None:
    tally = kills.attack(kills.WRITERS[writer][1], times=6)
    assert (tally.kills, tally.wrong) == (6, [])


def test_a_writer_that_is_not_careful_is_caught() -> None:
    def careless(folder: Path, which: int) -> None:
        with open(folder / "file", "wb", buffering=0) as file:
            for _ in range(200):
                file.write(bytes([which]) * 1000)

    tally = kills.attack(careless, times=50)
    assert tally.wrong


def limited(write: Callable[[Path, int], object], folder: Path, size: int) -> str:
    """The error of a write in a process whose files may have no more than `size` bytes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            write(folder, 1)
        except OSError as error:
            said = f"{type(error).__name__} {error.errno} {error.filename}"
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.parametrize("writer", ["save", "draw", "curves", "scaling"])
def test_a_full_disk_leaves_the_previous_file(tmp_path: Path, writer: str) -> None:
    write = kills.WRITERS[writer][1]
    write(tmp_path, 0)
    before = kills.contents(tmp_path)
    (name,) = before
    assert limited(write, tmp_path, 5000) == f"OSError 27 {tmp_path / name}"
    assert kills.contents(tmp_path) == before


def test_a_picture_keeps_the_rights_of_the_file_that_it_replaces(tmp_path: Path) -> None:
    viz.draw(Value(1.0), tmp_path / "g.dot")
    (tmp_path / "g.dot").chmod(0o640)
    viz.draw(Value(2.0), tmp_path / "g.dot")
    assert (tmp_path / "g.dot").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["g.dot"]


@pytest.mark.parametrize("lacking", ["O_TMPFILE", "link"])
def test_systems_without_nameless_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    if lacking == "link":
        monkeypatch.setattr(os, "link", lambda *args, **kwargs: os.stat("/nowhere/at/all"))
    else:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    viz.draw(Value(1.0), tmp_path / "g.dot")
    assert os.listdir(tmp_path) == ["g.dot"]
