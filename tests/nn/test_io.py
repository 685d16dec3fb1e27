"""save, load, checkpoint: the same bits again, damaged and forged files, writes cut short."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import random
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor
from nn import ModelFileError, archive

IRIS = nn.data.iris()
X, Y = IRIS.x, IRIS.y
NETS = {
    "sigmoid": lambda: nn.SigmoidNet((4, 6, 5, 3), seed=0),
    "test": lambda: nn.TestNet((4, 5, 3), seed=0),
    "values": lambda: nn.TestNet((4, 3, 3), seed=0).as_values(),
    "sequential": lambda: nn.Sequential(
        nn.Linear(4, 5, seed=0), nn.Sequential(nn.Tanh(), nn.ReLU()), nn.Linear(5, 3, seed=1)
    ),
}
OPTIMIZERS = {
    "gd": lambda p: nn.GradientDescent(p, lr=0.01),
    "nesterov": lambda p: nn.SGD(p, lr=0.001, momentum=0.9, nesterov=True),
    "adam": lambda p: nn.Adam(p, lr=0.01, betas=(0.8, 0.99)),
}


def same(a, b):
    pairs = zip(a.parameters(), b.parameters(), strict=True)
    return all(np.array_equal(p.data, q.data) and type(p) is type(q) for p, q in pairs)


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_goes_on_to_the_same_bits(tmp_path, net, optimizer):
    kwargs = {"batch_size": 64, "seed": 3, "weight_decay": 0.01, "validation": 0.2}
    whole = NETS[net]()
    first = nn.fit(whole, X, Y, epochs=4, optimizer=OPTIMIZERS[optimizer], **kwargs)
    half = NETS[net]()
    used = OPTIMIZERS[optimizer](half.parameters())
    nn.fit(half, X, Y, epochs=2, optimizer=used, **kwargs)
    nn.save(half, tmp_path / "m.npz", used, epoch=2)
    run = nn.checkpoint(tmp_path / "m.npz")
    assert (run.epoch, repr(run.net)) == (2, repr(half))
    assert repr(run.optimizer) == repr(used)
    second = nn.fit(run.net, X, Y, epochs=2, optimizer=run.optimizer, start=run.epoch, **kwargs)
    assert same(run.net, whole)
    assert (second.loss, second.val_loss) == (first.loss[2:], first.val_loss[2:])
    assert second.epochs == 4


@pytest.mark.parametrize("net", [*NETS, "mlp", "layer", "neuron"])
def test_load_builds_the_network(tmp_path, net):
    random.seed(0)
    more = {"mlp": lambda: nn.MLP(2, [3, 1]), "layer": lambda: nn.Layer(2, 3),
            "neuron": lambda: nn.Neuron(2, nonlin=False)}  # fmt: skip
    saved = (NETS | more)[net]()
    nn.save(saved, str(tmp_path / "m"))
    loaded = nn.load(tmp_path / "m")
    assert same(saved, loaded)
    assert repr(saved) == repr(loaded)
    assert nn.checkpoint(tmp_path / "m").optimizer is None
    assert nn.checkpoint(tmp_path / "m").epoch is None
    assert os.listdir(tmp_path) == ["m"]
    before = (tmp_path / "m").read_bytes()
    nn.save(saved, tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == before  # the same model gives the same bytes


class Own(nn.Module):
    def __init__(self):
        self.scale, self.parts = Tensor(np.float32([1.5, 2.5])), {"a": nn.Linear(2, 2, seed=0)}


def test_own_classes_load_into_one(tmp_path):
    path, net = tmp_path / "own.npz", Own()
    nn.save(net, path, nn.Adam(net.parameters()))
    with pytest.raises(ModelFileError, match=r"class 'Own', .* load\(path, into=net\)"):
        nn.load(path)
    other = Own()
    other.scale.data = np.float32([0, 0])
    assert nn.load(path, into=other) is other
    assert same(net, other)
    assert nn.checkpoint(path, into=other).optimizer.parameters == other.parameters()
    nn.save(nn.Sequential(np.tanh, nn.Linear(2, 2, seed=0)), path)
    with pytest.raises(ModelFileError, match="class 'ufunc'"):
        nn.load(path)


def test_numpy_reads_the_file(tmp_path):
    net = nn.TestNet(seed=0)
    nn.save(net, tmp_path / "m.npz", epoch=3)
    with np.load(tmp_path / "m.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["parameters/W1"], net.W1.data)
        header = json.loads(bytes(file["header"]))
    assert (header["version"], header["epoch"]) == (1, 3)
    assert header["net"] == {"class": "TestNet", "arguments": {"sizes": [2, 3, 2]}}


def test_save_misuse(tmp_path):
    net, path = nn.TestNet(seed=0), tmp_path / "m.npz"
    with pytest.raises(ValueError, match="the optimiser holds other parameters"):
        nn.save(net, path, nn.Adam(nn.TestNet(seed=0).parameters()))
    with pytest.raises(ValueError, match="epoch is -1"):
        nn.save(net, path, epoch=-1)
    with pytest.raises(ValueError, match="has no parameters"):
        nn.save(net.as_arrays(), path)
    with pytest.raises(IsADirectoryError, match="is a directory: give the name of a file"):
        nn.save(net, tmp_path)
    with pytest.raises(FileNotFoundError):
        nn.save(net, tmp_path / "none" / "m.npz")
    with pytest.raises(FileNotFoundError):
        nn.load(path)
    assert os.listdir(tmp_path) == []


def test_save_wants_a_network(tmp_path):
    with pytest.raises(TypeError, match=r"save: \[1\] is a list; give a network, a Module such as"):
        nn.save([1], tmp_path / "q.npz")
    with pytest.raises(TypeError, match=r"save: .*SigmoidNet.* is a class; give"):
        nn.save(nn.SigmoidNet, tmp_path / "q.npz")
    assert os.listdir(tmp_path) == []


def refusing(number):
    def refuse(*args, **kwargs):
        raise OSError(number, os.strerror(number), "/some/.internal.tmp")

    return refuse


def no_folder(tmp_path, monkeypatch):
    return tmp_path / "none" / "m.npz"


def a_file_as_folder(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "m.npz"


def a_folder_as_file(tmp_path, monkeypatch):
    (tmp_path / "m.npz").mkdir()
    return tmp_path / "m.npz"


def a_pipe(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "m.npz")
    return tmp_path / "m.npz"


def a_long_name(tmp_path, monkeypatch):
    return tmp_path / ("m" * 300)


def a_folder_of_others(tmp_path, monkeypatch):  # by hand: tests may run as root
    monkeypatch.setattr(archive.os, "open", refusing(errno.EACCES))
    return tmp_path / "m.npz"


def a_read_only_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(archive.os, "open", refusing(errno.EROFS))
    return tmp_path / "m.npz"


def a_folder_of_the_system(tmp_path, monkeypatch):
    monkeypatch.setattr(archive.os, "open", refusing(errno.ENOENT))
    return tmp_path / "m.npz"


@pytest.mark.parametrize(
    ("place", "kind", "text"),
    [
        (no_folder, FileNotFoundError, "its folder does not exist: make it, or"),
        (a_file_as_folder, NotADirectoryError, "its folder is a file: give another"),
        (a_folder_as_file, IsADirectoryError, "is a directory: give the name of a file"),
        (a_pipe, OSError, "is no ordinary file: give another"),
        (a_long_name, OSError, "File name too long: give another"),
        (a_folder_of_others, PermissionError, "its folder is read-only for you: give another"),
        (a_read_only_disk, OSError, "its folder is read-only: give another"),
        (a_folder_of_the_system, FileNotFoundError, "its folder takes no files: give another"),
    ],
)
def test_errors_name_the_users_path(tmp_path, monkeypatch, place, kind, text):
    path = place(tmp_path, monkeypatch)
    before = sorted(tmp_path.rglob("*"))
    for call in (nn.io.check_writable, lambda path: nn.save(nn.TestNet(seed=0), path)):
        with pytest.raises(kind, match=text) as caught:
            call(path)
        assert caught.value.filename == str(path)
        assert caught.value.errno
        assert ".tmp" not in str(caught.value)
        assert sorted(tmp_path.rglob("*")) == before


def test_a_path_that_can_be_written_passes_and_stays_as_it_was(tmp_path):
    nn.io.check_writable(tmp_path / "m.npz")
    assert os.listdir(tmp_path) == []
    (tmp_path / "m.npz").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "m.npz")
    for name in ("m.npz", "link"):
        nn.io.check_writable(str(tmp_path / name))
    assert (tmp_path / "m.npz").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["link", "m.npz"]


def test_nothing_changes_in_a_network_that_does_not_fit(tmp_path):
    path = tmp_path / "m.npz"
    nn.save(nn.SigmoidNet((4, 5, 3), seed=0), path)
    for other, text in (
        (nn.SigmoidNet((4, 6, 3), seed=1), r"W1 is \[4, 5\] float64 there, \[4, 6\] float64 in"),
        (nn.TestNet((4, 5, 3), seed=1), r"W1 is \[4, 5\]"),
        (nn.SigmoidNet((4, 5, 4, 3), seed=1), r"it lacks \['W3', 'b3'\]"),
        (nn.SigmoidNet((4, 3), seed=1), r"it has \['W2', 'b2'\] besides"),
        (nn.Linear(4, 5, seed=1), r"it lacks \['W', 'b'\]"),
    ):
        before = [p.data for p in other.parameters()]
        with pytest.raises(ModelFileError, match=text):
            nn.load(path, into=other)
        assert all(a is p.data for a, p in zip(before, other.parameters(), strict=True))


# ── damaged and forged files ────────────────────────────────────────────────────────────────────
def model(tmp_path):
    net = nn.SigmoidNet((2, 3, 2), seed=0)
    path = tmp_path / "model.npz"
    nn.save(net, path, nn.Adam(net.parameters()), epoch=1)
    return net, path


@given(data=st.data())
def test_truncated_files(tmp_path, data):
    _, path = model(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ModelFileError, match=r"model\.npz"):
        nn.load(path)


@given(data=st.data())
def test_flipped_bits_give_a_named_error_or_the_same_model(tmp_path, data):
    net, path = model(tmp_path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    try:
        loaded = nn.load(path)
    except ModelFileError:
        return
    assert same(net, loaded)


@given(content=st.binary(max_size=200))
def test_any_bytes(tmp_path, content):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"x\.npz is damaged or no model file"):
        nn.load(path)


def forged(path, compress=zipfile.ZIP_STORED, **entries):
    """A zip of these entries, header given as JSON or bytes."""
    with zipfile.ZipFile(path, "w", compress) as file:
        for name, content in entries.items():
            if isinstance(content, dict | list):
                content = np.frombuffer(json.dumps(content).encode(), np.uint8)
            if isinstance(content, np.ndarray):
                stream = io.BytesIO()
                np.lib.format.write_array(stream, content, allow_pickle=True)
                content = stream.getvalue()
            file.writestr(name.replace("__", "/") + ".npy", content)
    return path


def npy(shape, dtype="<f8", body=b"", version=(1, 0)):
    stream = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    write = {(1, 0): np.lib.format.write_array_header_1_0}.get(
        version, np.lib.format.write_array_header_2_0
    )
    write(stream, header)
    return stream.getvalue() + body


def header(**changes):
    text = {
        "format": "gradproof model",
        "version": 1,
        "net": {"class": "Linear", "arguments": {"n_in": 1, "n_out": 1}},
        "parameters": [["W", [1, 1], "float64"], ["b", [1], "float64"]],
    }
    return {k: v for k, v in (text | changes).items() if v is not None}


GOOD = {"parameters__W": np.ones((1, 1)), "parameters__b": np.ones(1)}


class Evil:
    def __reduce__(self):
        return os.system, ("touch executed",)


def linear(n_in, n_out):
    return {"class": "Linear", "arguments": {"n_in": n_in, "n_out": n_out}}


def nested(depth):
    text = linear(1, 1)
    for _ in range(depth):
        text = {"class": "Sequential", "layers": [text]}
    return text


ADAM = {"class": "Adam", "options": {"lr": 0.1, "betas": [0.9, 0.99], "eps": 1e-8}, "steps": 1}


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ({"header": header(), **GOOD, "extra": np.ones(2)}, "unexpected entry 'extra'"),
        ({"header": header(), "parameters__W": np.ones((1, 1))}, "the file holds 1"),
        ({"header": header(), **GOOD, "parameters__c": np.ones(1)}, "the file holds 3"),
        ({"header": header(format="else"), **GOOD}, "was not written by nn.save"),
        ({"header": header(version=2), **GOOD}, "has version 2; this program reads 1"),
        ({"header": [1, 2], **GOOD}, "the header is list, no JSON object"),
        ({"header": header(net=None), **GOOD}, r"the header makes no sense \('net'\)"),
        ({"header": header(net="Linear"), **GOOD}, "makes no sense"),
        ({"header": header(net=linear(10**9, 10**9)), **GOOD}, "network has 1000000001000000000 "),
        ({"header": header(net=linear(-1, 1)), **GOOD}, "makes no sense .*give a whole number"),
        ({"header": header(net=linear([], 1)), **GOOD}, "makes no sense"),
        ({"header": header(net={"class": "os.system", "arguments": {}}), **GOOD}, "'os.system'"),
        ({"header": header(net={"class": ["x"]}), **GOOD}, "makes no sense"),
        (
            {
                "header": header(net={"class": "Neuron", "arguments": {"nin": 1, "nonlin": 1}}),
                **GOOD,
            },
            "nonlin is 1",
        ),
        (
            {
                "header": header(
                    net={"class": "Linear", "arguments": {"n_in": 1, "n_out": 1, "init": 0}}
                ),
                **GOOD,
            },
            "makes no sense",
        ),
        ({"header": header(net=nested(60)), **GOOD}, "nested more than 50 deep"),
        (
            {
                "header": header(parameters=[["W", [1, 1], "float32"], ["b", [1], "float64"]]),
                **GOOD,
            },
            "W is .* float32 there",
        ),
        (
            {
                "header": header(parameters=[["b", [1], "float64"], ["W", [1, 1], "float64"]]),
                **GOOD,
            },
            "has another order",
        ),
        ({"header": header(parameters=[]), **GOOD}, "it lacks"),
        ({"header": header(parameters=7), **GOOD}, "makes no sense"),
        ({"header": header(epoch=-1), **GOOD}, "the epoch is -1"),
        ({"header": header(epoch="x"), **GOOD}, "the epoch is 'x'"),
        ({"header": header(optimizer={"class": "Evil"}), **GOOD}, "unknown optimiser 'Evil'"),
        ({"header": header(optimizer=ADAM), **GOOD}, "'optimizer/m/W' is missing"),
        (
            {
                "header": header(optimizer={**ADAM, "options": {}}),
                **GOOD,
                **{f"optimizer__{s}__{k[12:]}": v for s in "mv" for k, v in GOOD.items()},
            },
            "the options",
        ),
        (
            {"header": header(), **GOOD, "parameters__W": np.ones((1, 1), np.float32)},
            "float32, and",
        ),
        (
            {"header": header(), **GOOD, "parameters__W": np.ones((1, 1), np.int64)},
            "has dtype int64",
        ),
        (
            {"header": header(), **GOOD, "parameters__W": np.array([[Evil()]], object)},
            "has dtype object",
        ),
        ({"header": pickle.dumps(Evil()), **GOOD}, "damaged or no model file"),
        ({"header": np.array(Evil(), object), **GOOD}, "dtype object"),
        ({"header": b"", **GOOD}, "damaged or no model file"),
        ({"header": np.ones(3), **GOOD}, "has no header"),
        (GOOD, "has no header"),
        (
            {"header": header(), **GOOD, "parameters__W": npy((10**12,))},
            r"declares shape \(1000000000000,\) of float64, and has 0 bytes",
        ),
        (
            {"header": header(), **GOOD, "parameters__W": npy((-1, -1), body=b"12345678")},
            "declares",
        ),
        ({"header": header(), **GOOD, "parameters__W": npy((1, 1), body=b"0" * 16)}, "16 bytes"),
        (
            {"header": header(), **GOOD, "parameters__W": npy((1, 1), version=(2, 0))},
            "other than 1.0",
        ),
        (
            {"header": header(), **GOOD, "parameters__W": npy((1,) * 99, body=b"12345678")},
            "damaged",
        ),
        ({"header": b"\x93NUMPY\x01\x00\x0a\x00__import__", **GOOD}, "damaged"),
        ({"header": npy((9,), "|u1", b'{"a":NaN}'), **GOOD}, "NaN is no JSON"),
        ({"header": npy((99999,), "|u1", b"[" * 99999), **GOOD}, "damaged or no model file"),
    ],
)
def test_forged_files(tmp_path, monkeypatch, entries, text):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelFileError, match=text):
        nn.load(forged(tmp_path / "f.npz", **entries))
    assert os.listdir(tmp_path) == ["f.npz"]  # nothing was executed


def test_the_forger_can_write_a_good_one(tmp_path):
    """So the errors above come from what was changed."""
    net = nn.load(forged(tmp_path / "f.npz", header=header(), **GOOD))
    assert (repr(net), net.W.data.tolist()) == ("Linear(1, 1)", [[1.0]])
    flipped = {**GOOD, "parameters__W": np.asfortranarray(np.ones((1, 1)))}
    assert nn.load(forged(tmp_path / "f.npz", header=header(epoch=4), **flipped)) is not None


def test_bombs(tmp_path):
    bomb = forged(tmp_path / "bomb.npz", zipfile.ZIP_DEFLATED, header=header(), **GOOD,
                  big=npy((10**6,), body=bytes(8 * 10**6)))  # fmt: skip
    with pytest.raises(ModelFileError, match=r"'header\.npy' is compressed; models are not"):
        nn.load(bomb)
    stored = forged(tmp_path / "stored.npz", header=header(), **GOOD)
    content = bytearray(stored.read_bytes())
    for at in [i for i in range(len(content)) if content[i : i + 4] == b"PK\x01\x02"]:
        content[at + 20 : at + 28] = (2**31).to_bytes(4, "little") * 2  # both sizes: 2 GiB
    stored.write_bytes(content)
    with pytest.raises(ModelFileError, match="it declares 6442451034 bytes and has"):
        nn.load(stored)
    with zipfile.ZipFile(stored, "w") as file:
        file.writestr("header.npy", npy((0,), "|u1"))
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("header.npy", npy((0,), "|u1"))
    with pytest.raises(ModelFileError, match=r"unexpected entry 'header\.npy'"):
        nn.load(stored)
    with zipfile.ZipFile(stored, "w") as file:
        file.writestr("../evil", b"")
    with pytest.raises(ModelFileError, match="unexpected entry"):
        nn.load(stored)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch, call):
    _, path = model(tmp_path)
    before = path.read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.os, call, full)
    with pytest.raises(OSError, match="No space left") as caught:
        nn.save(nn.TestNet(), path)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


def test_links_stay_and_modes_are_kept(tmp_path):
    _, path = model(tmp_path)
    path.chmod(0o640)
    link = tmp_path / "link.npz"
    link.symlink_to(path)
    nn.save(nn.TestNet(seed=1), link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert repr(nn.load(path)) == "TestNet(sizes=(2, 3, 2))"


@pytest.mark.parametrize("name", ["O_DIRECTORY", "O_TMPFILE", "link"])
def test_systems_that_lack_what_linux_has(tmp_path, monkeypatch, name):
    if name == "link":
        monkeypatch.setattr(os, name, lambda *args, **kwargs: os.stat("/nowhere/at/all"))
    else:
        monkeypatch.delattr(os, name, raising=False)
        monkeypatch.setattr("tempfile._O_TMPFILE_WORKS", False, raising=False)
    _, path = model(tmp_path)
    assert nn.load(path)
    assert os.listdir(tmp_path) == ["model.npz"]


KILLED = """
import os, sys
import nn
from nn import archive
step = int(sys.argv[2])
names = ["fsync", "chmod", "replace"]
real = getattr(os, names[step])
def die(*args, **kwargs):
    os.kill(os.getpid(), 9)
setattr(archive.os, names[step], die)
nn.save(nn.TestNet((9, 9, 9), seed=1), sys.argv[1])
"""


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path, step):
    net, path = model(tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(step)], check=False)
    assert done.returncode == -9
    assert same(nn.load(path), net)
    for name in os.listdir(tmp_path):  # whatever is left is a whole model
        assert nn.load(tmp_path / name)


def test_what_a_user_has_to_know_is_kept_with_the_model(tmp_path):
    about = {"classes": ["äpfel", "pears"], "mean": [0.1, -1e-300], "nested": {"n": None}}
    nn.save(nn.TestNet(seed=0), tmp_path / "m.npz", about=about)
    assert nn.checkpoint(tmp_path / "m.npz").about == about
    nn.save(nn.TestNet(seed=0), tmp_path / "m.npz")
    assert nn.checkpoint(tmp_path / "m.npz").about == {}


@pytest.mark.parametrize("about", [{"x": float("nan")}, {"x": np.zeros(2)}, ["a"]])
def test_what_json_cannot_hold_is_refused_and_the_old_file_stays(tmp_path, about):
    nn.save(nn.TestNet(seed=0), tmp_path / "m.npz")
    before = (tmp_path / "m.npz").read_bytes()
    with pytest.raises(ValueError, match="about"):
        nn.save(nn.TestNet(seed=1), tmp_path / "m.npz", about=about)
    assert (tmp_path / "m.npz").read_bytes() == before
