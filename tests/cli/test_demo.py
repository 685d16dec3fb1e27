"""`gradproof demo`, the main job, and `doctor`."""

from pathlib import Path
from typing import Any

import pytest
from commands import Run, shell

import nn
from gradproof import demo
from nn import formulas

PICTURES = {
    "sigmoidnet-curves.png", "sigmoidnet-graph.png", "testnet-curves.png", "testnet-graph.png",
    "scaling.png",
}  # fmt: skip


def test_it_trains_checks_and_draws(tmp_path: Path) -> None:
    done = shell("demo", "--out", "pictures", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    written = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert written == PICTURES
    for name in PICTURES:
        assert (tmp_path / "pictures" / name).read_bytes().startswith(b"\x89PNG")
    assert done.stdout.count("it never saw") == 2
    for quantity in ("W1", "b1", "W2", "b2", "z0", "h0", "z1", "h1", "z2", "h2", "a0", "a1", "a2"):
        assert f"│ {quantity} " in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last == "All 45 gradients agree: engine = by hand = scalar graph = differences."


def test_a_wrong_formula_makes_it_fail(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    right = formulas.sigmoid_net_gradients

    def wrong(*args: object, **kwargs: object) -> dict[str, object]:
        gradients = right(*args, **kwargs)
        return {**gradients, "W2": gradients["W2"] * 1.000001}

    monkeypatch.setattr(formulas, "sigmoid_net_gradients", wrong)
    monkeypatch.setattr(demo, "scaling", lambda folder: folder / "scaling.png")
    monkeypatch.setattr(demo, "drawn", lambda *args: Path("graph.png"))
    monkeypatch.setattr(demo, "EPOCHS", 3)
    code, out, _ = run("demo")
    assert code == 1
    assert "1 of 10 DISAGREE: W2" in out
    assert "gradients agree:" not in out


def test_a_folder_that_cannot_be_made_is_one_line(run: Run) -> None:
    Path("taken").write_text("a file")
    code, _, err = run("demo", "--out", "taken")
    assert code == 2
    assert err == "gradproof: --out is a folder for the pictures; 'taken' is none\n"
    assert run("demo", "--out", "")[0] == 2


def test_without_the_extras_nothing_is_trained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, out, err = run("demo")
    assert (code, out) == (2, "")
    assert "pip install 'gradproof[png,plot]'" in err
    assert not Path("out").exists()


def test_ctrl_c_in_training_ends_the_demo(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = nn.fit

    def cut_short(*args: Any, **kwargs: Any) -> nn.History:
        history = fit(*args, **{**kwargs, "epochs": 3})
        history.interrupted = True
        return history

    monkeypatch.setattr(nn, "fit", cut_short)
    code, out, err = run("demo")
    assert (code, err) == (130, "gradproof: interrupted after 3 of 300 epochs\n")
    assert "wrote" not in out
    assert list(Path("out").iterdir()) == []


def test_a_narrow_terminal_cuts_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(demo, "EPOCHS", 2)
    monkeypatch.setattr(demo, "drawn", lambda *args: Path("graph.png"))
    monkeypatch.setattr(demo, "scaling", lambda folder: folder / "a[b]c[/x].png")
    code, out, _ = run("demo", "--out", "a[b]c[/x]")
    assert code == 0
    assert "…" not in out
    assert "wrote a[b]c[/x]/a[b]c[/x].png" in out  # a path is no markup
    assert "\nAll 45 gradients agree: engine = by hand = scalar graph = differences.\n" in out


def test_ctrl_c_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> nn.data.Table:
        raise KeyboardInterrupt

    monkeypatch.setattr(nn.data, "iris", interrupted)
    assert run("demo") == (130, "", "gradproof: interrupted\n")


def test_doctor_says_what_can_be_drawn(run: Run) -> None:
    code, out, _ = run("doctor")
    assert code == 0
    assert "can draw PNG" in out


def test_doctor_without_a_renderer_exits_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        ok = False

        def __str__(self) -> str:
            return "gradproof cannot draw PNG"

    monkeypatch.setattr("viz.doctor", Nothing)
    assert run("doctor") == (1, "gradproof cannot draw PNG\n", "")


def test_help_lists_the_commands(tmp_path: Path) -> None:
    done = shell("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in ("demo", "train", "draw", "doctor"):
        assert command in done.stdout
