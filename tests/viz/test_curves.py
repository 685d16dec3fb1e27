"""Loss and accuracy curves."""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import viz
from viz.errors import MissingExtraError

module = importlib.import_module("viz.curves")
HISTORY = {
    "loss": [1.0, 0.5, 0.001],
    "accuracy": [0.3, 0.6, 0.9],
    "val_loss": [1.1, 0.7, 0.4],
    "val_accuracy": [0.2, 0.5, 0.8],
}


@pytest.mark.parametrize(
    ("name", "start"), [("c.png", b"\x89PNG"), ("c.svg", b"<?xml"), ("c.pdf", b"%PDF")]
)
def test_a_dict_of_lists(tmp_path: Path, name: str, start: bytes) -> None:
    assert viz.curves(HISTORY, tmp_path / name) == tmp_path / name
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_history_object_without_validation(tmp_path: Path) -> None:
    history = SimpleNamespace(loss=[2.0], accuracy=[0.5], val_loss=[], val_accuracy=None)
    file = viz.curves(history, tmp_path / "c.svg")
    assert b"epoch" in file.read_bytes() or file.stat().st_size > 1000


def test_the_same_history_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (viz.curves(HISTORY, tmp_path / f"{i}.svg").read_bytes() for i in (1, 2))
    assert first == second


def test_panels_and_styles() -> None:
    figure = module._figure(module.series(HISTORY))
    loss, accuracy = figure.axes
    assert [line.get_linestyle() for line in loss.lines] == ["-", "--"]
    assert loss.get_yscale() == "log"
    assert accuracy.get_yscale() == "linear"
    np.testing.assert_array_equal(loss.lines[0].get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(accuracy.lines[1].get_ydata(), HISTORY["val_accuracy"])


def test_one_panel_without_accuracy_and_no_logarithm_of_nothing() -> None:
    figure = module._figure(module.series({"loss": [0.0, 5.0], "accuracy": []}))
    (panel,) = figure.axes
    assert panel.get_yscale() == "linear"
    assert panel.get_legend() is None


def test_any_names_and_gaps(tmp_path: Path) -> None:
    odd = {"_hidden": [1.0, None, 2.0], "$broken": [float("nan")] * 2, "中文": [1.0, float("inf")]}
    viz.curves(odd, tmp_path / "c.png")
    (panel,) = module._figure(module.series(odd)).axes
    shown = [entry.get_text() for entry in panel.get_legend().get_texts()]
    assert shown == ["\u200b_hidden", r"\$broken", "中文"]


@pytest.mark.parametrize("empty", [{}, {"loss": []}, SimpleNamespace(loss=[])])
def test_nothing_to_draw(tmp_path: Path, empty: object) -> None:
    with pytest.raises(ValueError, match=r"nothing to draw.*nn\.fit"):
        viz.curves(empty, tmp_path / "c.png")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [None, [1.0, 2.0], 3])
def test_what_is_no_history(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(TypeError, match=r"nn\.fit.*got (NoneType|list|int)"):
        viz.curves(wrong, tmp_path / "c.png")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", ["abc", 3.0, [[1.0], [2.0]], [1.0, "x"]])
def test_no_list_of_numbers(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(ValueError, match=r"history\['loss'\] has to be a list of numbers"):
        viz.curves({"loss": wrong}, tmp_path / "c.png")  # type: ignore[dict-item]


def test_paths_are_checked(tmp_path: Path) -> None:
    with pytest.raises(viz.FormatError, match=r"\.dot"):
        viz.curves(HISTORY, tmp_path / "c.dot")
    with pytest.raises(FileNotFoundError):
        viz.curves(HISTORY, tmp_path / "no" / "c.png")


def test_without_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'gradproof\[plot\]'"):
        viz.curves(HISTORY, tmp_path / "c.png")
    assert issubclass(MissingExtraError, ImportError)
