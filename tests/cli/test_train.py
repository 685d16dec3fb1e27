"""`gradproof train` on good tables and on bad ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import Run

import nn


def table(path: str, rows: int = 40, bad: str | None = None) -> None:
    """Two classes of points, apart from each other; `bad` replaces the first number."""
    rng = np.random.default_rng(0)
    lines = ["width,height,kind"]
    for i in range(rows):
        x, y = rng.normal(2.0 * (i % 2), 0.3, 2)
        lines.append(f"{x:.3f},{y:.3f},{'cat' if i % 2 else 'dog'}")
    if bad is not None:
        lines[1] = f"{bad}," + lines[1].split(",", 1)[1]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("net", ["sigmoid", "test"])
def test_it_trains_and_saves(run: Run, net: str) -> None:
    table("pets.csv")
    code, out, err = run(
        "train", "pets.csv", "--target", "kind", "--hidden", "4", "3", "--net", net
    )
    assert (code, err) == (0, "")
    assert "sizes=(2, 4, 3, 2)" in out
    assert "100.0%" in out
    assert out.endswith("wrote pets.model.npz\n")
    saved = nn.checkpoint("pets.model.npz")
    assert saved.net.sizes == (2, 4, 3, 2)
    assert saved.about["classes"] == ["cat", "dog"]
    assert saved.about["features"] == ["width", "height"]
    x = (np.array([[2.0, 2.0], [0.0, 0.0]]) - saved.about["mean"]) / saved.about["scale"]
    assert saved.net.predict(x).tolist() == [0, 1]


def test_page_steps_through_the_training(run: Run) -> None:
    table("pets.csv")
    code, out, err = run("train", "pets.csv", "--target", "kind", "--epochs", "5",
                         "--page", "pets.html")  # fmt: skip
    assert (code, err) == (0, "")
    assert out.endswith("wrote pets.model.npz\nwrote pets.html\n")
    page = Path("pets.html").read_text(encoding="utf-8")
    assert '"classes": ["cat", "dog"]' in page
    assert '"features": ["width, standardised", "height, standardised"]' in page
    assert '"gradients"' in page


@pytest.mark.parametrize("page", ["pets.png", "no/pets.html"])
def test_a_page_that_cannot_be_is_told_before_the_training(run: Run, page: str) -> None:
    table("pets.csv")
    code, out, err = run("train", "pets.csv", "--target", "kind", "--page", page)
    assert (code, out) == (2, "")
    assert page in err
    assert not Path("pets.model.npz").exists()


def test_without_o_the_model_lies_beside_the_table(run: Run) -> None:
    Path("data").mkdir()
    table("data/pets.csv")
    code, out, _ = run("train", "data/pets.csv", "--target", "kind", "--epochs", "1")
    assert code == 0
    assert out.endswith("wrote data/pets.model.npz\n")
    assert Path("data/pets.model.npz").exists()


def test_all_options_are_heard(run: Run) -> None:
    table("pets.csv")
    code, out, _ = run(
        "train", "pets.csv", "--target", "kind", "--epochs", "7", "--lr", "0.01", "--batch-size",
        "8", "--weight-decay", "0.1", "--test", "0.25", "--seed", "3", "-o", "m.npz",
    )  # fmt: skip
    assert code == 0
    assert "epochs: 7," in out
    assert "10 it never saw" in out
    assert Path("m.npz").exists()


BAD = [
    (("none.csv", "--target", "kind"), "none.csv: no such file"),
    (("pets.csv", "--target", "kin"), "did you mean 'kind'?"),
    (("pets.csv",), "--target"),
    (("bad.csv", "--target", "kind"), "line 2, column 'width'"),
    (("empty.csv", "--target", "kind"), "empty"),
    (("pets.csv", "--target", "kind", "--epochs", "0"), "epochs"),
    (("pets.csv", "--target", "kind", "--lr", "-1"), "lr"),
    (("pets.csv", "--target", "kind", "--lr", "nan"), "lr"),
    (("pets.csv", "--target", "kind", "--hidden", "0"), "0"),
    (("pets.csv", "--target", "kind", "--hidden", "x"), "not a whole number"),
    (("pets.csv", "--target", "kind", "--batch-size", "0"), "--batch-size"),
    (("pets.csv", "--target", "kind", "--weight-decay", "-1"), "--weight-decay"),
    (("pets.csv", "--target", "kind", "--test", "1.5"), "1.5"),
    (("pets.csv", "--target", "kind", "--seed", "-1"), "seed"),
    (("pets.csv", "--target", "kind", "--net", "resnet"), "invalid choice"),
    (("pets.csv", "--target", "kind", "-o", "no/folder/m.npz"), "no/folder"),
    (("pets.csv", "--target", "kind", "-o", "pets.csv"), "is the table itself"),
    (("pets.csv", "--target", "kind", "--hidden", "99999999999"), "numbers"),
    ((".", "--target", "kind"), "directory"),
]


@pytest.mark.parametrize(("arguments", "text"), BAD, ids=lambda p: str(p)[:50])
def test_bad_input_is_one_line_and_no_model(
    run: Run, arguments: tuple[str, ...], text: str
) -> None:
    table("pets.csv")
    table("bad.csv", bad="wide")
    Path("empty.csv").write_text("")
    before = set(Path().iterdir())
    code, _, err = run("train", *arguments)
    assert code == 2
    assert err.startswith("gradproof: ")
    assert text in err
    assert len(err.splitlines()) <= 2
    assert set(Path().iterdir()) == before


def test_ctrl_c_before_the_first_epoch_saves_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    table("pets.csv")
    monkeypatch.setattr(nn, "fit", lambda *args, **kwargs: nn.History(interrupted=True))
    code, out, err = run("train", "pets.csv", "--target", "kind")
    assert (code, out) == (130, "")
    assert err == "gradproof: interrupted before the first epoch ended; nothing was saved\n"
    assert not Path("pets.model.npz").exists()


def test_ctrl_c_later_keeps_what_was_learnt(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    table("pets.csv")
    fit = nn.fit

    def cut_short(*args: Any, **kwargs: Any) -> nn.History:
        history = fit(*args, **{**kwargs, "epochs": 4})
        history.interrupted = True
        return history

    monkeypatch.setattr(nn, "fit", cut_short)
    code, out, err = run("train", "pets.csv", "--target", "kind", "--epochs", "50")
    assert code == 130
    assert out.endswith("wrote pets.model.npz\n")
    assert err.startswith("gradproof: interrupted after 4 of 50 epochs; pets.model.npz holds")
    assert nn.load("pets.model.npz").sizes == (2, 5, 2)
