"""File names and labels from outside: a whole file where it was asked for, or a named error."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import hostile
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

import nn
import viz
from autograd import Value, primitive
from gradproof import demo
from gradproof.cli import main

NET = nn.TestNet((1, 1, 2), seed=0)
WRITERS: dict[str, Callable[[str], Any]] = {
    "draw": lambda name: viz.draw(Value(1.0, name="x") * 2, name),
    "save": lambda name: nn.save(NET, name),
    "check": nn.io.check_writable,
    "command": lambda name: command("draw", "x*2", "--at=x=1", f"--output={name}"),
    "train": lambda name: command("train", "t.csv", "--target=y", "--epochs=1", f"-o{name}"),
}
READERS: dict[str, Callable[[str], Any]] = {
    "load": nn.load,
    "read_csv": lambda name: nn.data.read_csv(name, target="y"),
    "table": lambda name: command("train", "--target=y", "--", name),
}
TABLE = "a,y\n" + "1,p\n2,q\n" * 5
SUFFIXES = [
    "",
    ".dot",
    ".DOT",
    ".npz",
    ".dot/",
    ".dot/.",
    ".dot ",
    ".dot.dot",
    ".dot\0.txt",
    ".gif",
]
PLACES = ["", "./", "../", "inner/", "inner/../", "missing/", "missing/../", "t.csv/", "/dev/",
          "/proc/", "/no/such/place/", "link/", "~/", "//", "inner//./"]  # fmt: skip
names = st.tuples(
    st.sampled_from(PLACES), hostile.anything.map(lambda s: s.replace("/", "_")),
    st.sampled_from(SUFFIXES),
).map("".join)  # fmt: skip


class Refused(Exception):
    """The command's exit code 2, with its message."""


def command(*arguments: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    assert all(hostile.harmless(line, 2100) for line in out.getvalue().splitlines())
    if code:
        assert code == 2
        raise Refused(err.getvalue().rstrip("\n").replace("\ntry: ", " try: "))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        os.fsdecode(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a" / "inner").mkdir(parents=True)
    (tmp_path / "a" / "link").symlink_to("inner")
    monkeypatch.chdir(tmp_path / "a")
    Path("t.csv").write_text(TABLE)
    return tmp_path


def attempt(call: Callable[[str], Any], name: str) -> str:
    """What was said; empty if it worked."""
    said = ""
    try:
        call(name)
    except (OSError, viz.FormatError, nn.ModelFileError, nn.DataError, Refused) as error:
        said = str(error)
    event("refused" if said else "done")
    # an OSError shows the name as Python spells it, which may be long
    assert not said or hostile.harmless(said, 1000 + 12 * len(name))
    return said


@pytest.mark.parametrize("writer", WRITERS)
@hostile.attacks(40)
@given(name=names)
def test_a_file_is_written_whole_or_not_at_all(here: Path, writer: str, name: str) -> None:
    if name.startswith(("/dev/", "//", "/proc/")) and writer != "check":
        name = name.lstrip("/")  # tests may run as root
    before = tree(here)
    refused = attempt(WRITERS[writer], name)
    after = tree(here)
    new = {path: content for path, content in after.items() if before.get(path) != content}
    if refused or writer == "check":
        assert not new
        return
    (path,) = new
    assert os.path.realpath(here / path) == os.path.realpath(name or "t.model.npz")
    assert path != "a/t.csv"
    os.unlink(here / path)


@pytest.mark.parametrize("reader", READERS)
@hostile.attacks(40)
@given(name=names)
def test_what_cannot_be_read_is_named(here: Path, reader: str, name: str) -> None:
    assert attempt(READERS[reader], name) or os.path.realpath(name) == os.path.realpath("t.csv")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "\0", "x\ud800.dot", "a\0.png", "\0.npz"])
@pytest.mark.parametrize("writer", [*WRITERS, *READERS, "curves", "demo"])
def test_names_that_no_file_can_have(
    here: Path, monkeypatch: pytest.MonkeyPatch, writer: str, name: str
) -> None:
    ready = SimpleNamespace(ok=True)
    monkeypatch.setattr(viz, "doctor", lambda: ready)  # it would draw, which takes a second
    more: dict[str, Callable[[str], Any]] = {
        "curves": lambda name: viz.curves({"loss": [1.0]}, f"{name}.png"),
        "demo": demo.output_folder,
    }
    kinds = (OSError, viz.FormatError, Refused)
    with pytest.raises(kinds, match=r"no file can have|known format"):
        (WRITERS | READERS | more)[writer](name)


def test_a_pipe_is_no_place_for_a_picture(here: Path) -> None:
    os.mkfifo("pipe.dot")
    with pytest.raises(OSError, match="is no ordinary file: give another path"):
        viz.draw(Value(1.0), "pipe.dot")
    assert not Path("pipe.dot").is_file()


# ── labels ──────────────────────────────────────────────────────────────────────────────────────
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|->|[\[\]{}=;,]|[A-Za-z_0-9.]+|\s+', re.DOTALL)


def structure(source: str) -> list[str]:
    """The tokens of a DOT text by Graphviz's rules, with every string the same."""
    tokens, at = [], 0
    while at < len(source):
        found = TOKEN.match(source, at)
        assert found, source[at : at + 40]
        at = found.end()
        tokens.append('""' if found[0].startswith('"') else found[0])
    return [token for token in tokens if token.strip()]


def graph(name: str) -> Value:
    """The name on a leaf, on a result and on an op."""
    x = Value(2.0, name=name or "x")
    op = primitive(name or "f", lambda v: v * 2.0, [lambda g, y, v: 2.0 * g])
    y = op(x) + x
    y.name = name or "y"
    return y


@hostile.attacks(150)
@given(name=st.one_of(hostile.anything, st.text(alphabet='\\"<>{}|&;#nNGlr[]-> \n', max_size=12)))
@example(name="**")
def test_no_label_becomes_a_part_of_the_graph(name: str) -> None:
    quoted = [token for token in structure(viz.to_dot(graph(name)).source) if token != '""']
    plain = [token for token in structure(viz.to_dot(graph("w")).source) if token != '""']
    count = {token: quoted.count(token) for token in ("->", "[", "]", "{", "}")}
    assert count == {token: plain.count(token) for token in count}


def test_random_labels_through_a_renderer(tmp_path: Path) -> None:
    rng = random.Random(0)
    marks = '\\"<>{}|&;#nNGlr[]->$%\x00\x1b\u202e\ud800😀é '
    total = Value(0.0)
    for _ in range(60):
        total = total + Value(1.0, name="".join(rng.choices(marks, k=rng.randint(1, 9))))
    root = ET.fromstring(viz.draw(total, tmp_path / "g.svg").read_bytes())
    known = {"svg", "g", "title", "text", "tspan", "polygon", "path", "ellipse", "polyline", "a"}
    assert {element.tag.rsplit("}", 1)[1] for element in root.iter()} <= known
    leaves = [g for g in root.iter() if " parameter " in f" {g.get('class', '')} "]
    assert len(leaves) == 60


# ── curves ──────────────────────────────────────────────────────────────────────────────────────
numbers = st.lists(
    st.one_of(st.floats(), st.none(), st.sampled_from([1e308, -1e308, 5e-324, 10**400, True])),
    max_size=4,
)


@hostile.attacks(10)
@given(history=st.dictionaries(hostile.anything, numbers, max_size=3))
def test_any_history_is_drawn_or_refused(tmp_path: Path, history: dict[str, Any]) -> None:
    said = ""
    try:
        viz.curves(history, tmp_path / "c.png")
    except ValueError as error:
        said = str(error)
    assert "history" in said or not said
    assert os.listdir(tmp_path) == ([] if said else ["c.png"])
    (tmp_path / "c.png").unlink(missing_ok=True)
