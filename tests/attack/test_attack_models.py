"""Forged model files, checksums and all: a named error, or a network that can be used and saved."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import hostile
import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from numpy.lib import format as npy

import nn
from nn import ModelFileError

MAKERS: dict[str, Any] = {
    "sigmoid": lambda: nn.SigmoidNet((2, 3, 2), seed=0),
    "values": lambda: nn.TestNet((2, 2, 2), seed=0).as_values(),
    "mlp": lambda: nn.MLP(2, [2, 1]),
    "sequential": lambda: nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Softmax()),
}
numbers = st.one_of(
    st.integers(-2, 5), st.sampled_from([2**31, 2**63, 2**64, -(2**63), 10**30, 10**400]),
    st.floats(), st.sampled_from([1e308, 5e-324, -0.0]),
)  # fmt: skip
leaves = st.one_of(
    st.none(), st.booleans(), numbers, hostile.anything,
    st.sampled_from(["SigmoidNet", "Sequential", "MLP", "Linear", "Adam", "SGD", "float32",
                     "x" * 10**6]),
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from("ab"), v),
    max_leaves=4,
)


def saved(path: Path, maker: str) -> dict[str, bytes]:
    """The entries of a good file, as bytes by name."""
    net = MAKERS[maker]()
    nn.save(net, path, nn.Adam(net.parameters()), epoch=3, about={"classes": ["p", "q"]})
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def written(path: Path, entries: list[tuple[str, bytes]]) -> Path:
    """A zip with right checksums; names may repeat."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, entry in entries:
            info = zipfile.ZipInfo("e")
            info.filename = name
            archive.NameToInfo.clear()  # zipfile warns of names that repeat
            archive.writestr(info, entry)
    path.write_bytes(content.getvalue())
    return path


def header_entry(header: Any) -> bytes:
    entry = io.BytesIO()
    npy.write_array(entry, np.frombuffer(json.dumps(header).encode(), np.uint8))
    return entry.getvalue()


def places(text: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    if not isinstance(text, dict | list):
        return []
    keys = list(text) if isinstance(text, dict) else list(range(len(text)))
    return [(text, k) for k in keys] + [place for k in keys for place in places(text[k])]


def judged(path: Path, folder: Path) -> None:
    """Load the file: a named and readable error, or a network that can be saved and loaded."""
    said, run = "", None
    try:
        run = nn.checkpoint(path)
    except ModelFileError as error:
        said = str(error)
    event("refused" if said else "loaded")
    if run is None:
        assert hostile.harmless(said), ascii(said)
        return
    repr(run.net), repr(run.optimizer)
    nn.save(run.net, folder / "again.npz", run.optimizer, run.epoch, run.about)
    again = nn.checkpoint(folder / "again.npz")
    assert (again.epoch, again.about, repr(again.net)) == (run.epoch, run.about, repr(run.net))
    for p, q in zip(again.net.parameters(), run.net.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


@hostile.attacks(120)
@given(data=st.data(), maker=st.sampled_from(list(MAKERS)))
def test_a_header_that_says_anything(tmp_path: Path, data: Any, maker: str) -> None:
    entries = saved(tmp_path / "m.npz", maker)
    header = json.loads(npy.read_array(io.BytesIO(entries.pop("header.npy"))).tobytes())
    for _ in range(data.draw(st.integers(0, 2))):
        container, key = data.draw(st.sampled_from(places(header)))
        match data.draw(st.sampled_from(["replace", "replace", "remove", "repeat", "swap"])):
            case "replace":
                container[key] = data.draw(values)
            case "remove":
                del container[key]
            case "repeat" if isinstance(container, list):
                container.append(container[key])
            case _:
                other, at = data.draw(st.sampled_from(places(header)))
                container[key] = json.loads(json.dumps(other[at]))
        if not places(header):
            break
    forged = written(tmp_path / "f.npz", [("header.npy", header_entry(header)), *entries.items()])
    judged(forged, tmp_path)


def entry(shape: Any, dtype: Any, fortran: Any, body: bytes, version: tuple[int, int]) -> bytes:
    """An .npy file whose header says anything."""
    text = repr({"descr": dtype, "fortran_order": fortran, "shape": shape}).encode() + b"\n"
    size = len(text).to_bytes(2 if version == (1, 0) else 4, "little")
    return b"\x93NUMPY" + bytes(version) + size + text + body


shapes = st.one_of(
    st.lists(st.sampled_from([0, 1, 2, 3, -1, 2**31, 2**40, 2**62, 2**64, True, 1.5, "2", None]),
             max_size=4).map(tuple),
    st.sampled_from([(1,) * 40, 3, None, "()", [2, 3]]),
)  # fmt: skip
dtypes = st.sampled_from(
    ["<f8", "<f4", "|u1", ">f8", "|O", "<U9", "<c16", "|V8", "<m8", "|S0", "<i8", "O", "<f8,<f8", 7,
     [("a", "<f8")], [("a", "|O")], ("<f8", (2,)), "<f8\0", "no such"]
)  # fmt: skip


@hostile.attacks(120)
@given(data=st.data(), maker=st.sampled_from(list(MAKERS)))
def test_entries_that_hold_anything(tmp_path: Path, data: Any, maker: str) -> None:
    entries = list(saved(tmp_path / "m.npz", maker).items())
    at = data.draw(st.integers(0, len(entries) - 1))
    name, content = entries[at]
    match data.draw(st.sampled_from(["npy", "bytes", "cut", "name", "twice", "gone", "flags"])):
        case "npy":
            body = data.draw(st.sampled_from([content[128:], b"", bytes(8), bytes(48)]))
            version = data.draw(st.sampled_from([(1, 0), (1, 0), (2, 0), (3, 0), (9, 9)]))
            fortran = data.draw(st.sampled_from([False, True, 0, None, "no"]))
            entries[at] = (
                name,
                entry(data.draw(shapes), data.draw(dtypes), fortran, body, version),
            )
        case "bytes":
            where = data.draw(st.integers(0, len(content) - 1))
            new = data.draw(st.binary(min_size=1, max_size=4))
            entries[at] = (name, content[:where] + new + content[where + len(new) :])
        case "cut":
            entries[at] = (name, content[: data.draw(st.integers(0, len(content) - 1))])
        case "name":
            names = hostile.anything.map(lambda s: s.encode(errors="replace").decode()[:60000])
            entries[at] = (data.draw(names) + data.draw(st.sampled_from(["", ".npy"])), content)
        case "twice":
            entries.insert(data.draw(st.integers(0, len(entries))), entries[at])
        case "gone":
            del entries[at]
        case _:
            forged = written(tmp_path / "f.npz", entries)
            raw = bytearray(forged.read_bytes())
            found = raw.find(b"PK\x01\x02")
            field = data.draw(
                st.sampled_from([4, 6, 8, 10, 12, 16, 20, 24, 28, 30, 32, 34, 36, 38, 42])
            )
            raw[found + field : found + field + 2] = data.draw(st.binary(min_size=2, max_size=2))
            forged.write_bytes(raw)
            return judged(forged, tmp_path)
    return judged(written(tmp_path / "f.npz", entries), tmp_path)


class Evil:
    def __init__(self, marker: str) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return os.mkdir, (self.marker,)


@pytest.mark.parametrize("dtype", ["|O", "<f8", "|u1", [("a", "|O")]], ids=str)
def test_a_pickle_in_any_entry_is_never_read(tmp_path: Path, dtype: Any) -> None:
    marker = tmp_path / "executed"
    pickled = pickle.dumps(Evil(str(marker)))
    for shape in ((), (1,), (len(pickled),), (len(pickled) // 8,)):
        bodies = [pickled, entry(shape, dtype, False, pickled, (1, 0))]
        good = saved(tmp_path / "m.npz", "sigmoid")
        for name in [*good, "extra.npy"]:
            for body in bodies:
                forged = written(tmp_path / "f.npz", list((good | {name: body}).items()))
                with pytest.raises(ModelFileError):
                    nn.load(forged)
    (tmp_path / "f.npz").write_bytes(pickled)
    with pytest.raises(ModelFileError):
        nn.load(tmp_path / "f.npz")
    assert not marker.exists()
    pickle.loads(pickled)  # it would have done it
    assert marker.exists()


def test_numbers_that_no_float_holds_are_refused(tmp_path: Path) -> None:
    entries = saved(tmp_path / "m.npz", "sigmoid")
    header = npy.read_array(io.BytesIO(entries["header.npy"])).tobytes()
    changed = header.replace(b'"classes": ["p", "q"]', b'"mean": 1e999')
    assert changed != header
    content = entry((len(changed),), "|u1", False, changed, (1, 0))
    with pytest.raises(ModelFileError, match="1e999 is no JSON"):
        nn.load(written(tmp_path / "f.npz", list((entries | {"header.npy": content}).items())))


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    for path in (tmp_path / "pipe.npz", "/dev/zero", "/dev/full"):
        with pytest.raises(ModelFileError, match="is no ordinary file"):
            nn.load(path)
