"""`gradproof demo`, the main job, and `doctor`."""

from pathlib import Path

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
    assert "All 45 gradients agree" in done.stdout.replace("\n", " ")


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
    assert err.startswith("gradproof: taken: ")
    assert len(err.splitlines()) == 1


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
