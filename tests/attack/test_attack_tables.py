"""Any bytes as a table: a named error, or the numbers that an independent reader finds there."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path
from typing import Any

import hostile
import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import nn
from gradproof.cli import main
from nn import DataError

good = st.floats(allow_nan=False, allow_infinity=False).map(repr)
label = st.sampled_from("pqr")
names = st.lists(hostile.anything, min_size=3, max_size=3)


@st.composite
def tables(draw: Any) -> bytes:
    """Four columns, mostly; any separator, quoting, line end, encoding; damaged bytes."""

    def at_times(strange: Any, usual: Any, among: int = 12) -> Any:
        return draw(strange if draw(st.integers(1, among)) == among else usual)

    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=at_times(st.sampled_from(";\t"), st.just(",")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )  # fmt: skip
    writer.writerow([*at_times(names, st.just("abc")), "y"])
    for _ in range(draw(st.integers(1, 6))):
        row = [draw(good), draw(good), at_times(hostile.anything, good),
               at_times(hostile.anything, label)]  # fmt: skip
        writer.writerow(row[: at_times(st.integers(0, 3), st.just(4), 30)])
    code = at_times(st.sampled_from(["utf-8-sig", "utf-16", "latin-1", "utf-7"]), st.just("utf-8"))
    content = bytearray(text.getvalue().encode(code, "surrogatepass" if "8" in code else "replace"))
    for _ in range(at_times(st.integers(1, 3), st.just(0), 6)):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        content[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(content)


def independent(content: bytes) -> list[list[str]]:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [row for row in reader if row and (len(row) > 1 or row[0].strip())]


@hostile.attacks(150)
@given(content=tables())
def test_a_table_is_read_rightly_or_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    said, table = "", None
    try:
        table = nn.data.read_csv(tmp_path / "t.csv", target="y")
    except DataError as error:
        said = str(error)
    event("refused" if said else "read")
    if table is None:
        assert hostile.harmless(said)
        return
    header, *rows = independent(content)
    at = [name.strip() for name in header].index("y")
    assert hostile.harmless(repr(table))
    assert np.isfinite(table.x).all()
    assert table.x.tolist() == [[float(c) for i, c in enumerate(row) if i != at] for row in rows]
    assert [table.class_names[k] for k in table.y] == [row[at].strip() for row in rows]


@hostile.attacks(40)
@given(content=st.one_of(tables(), st.binary(max_size=80).map(lambda b: b"a,y\n" + b)))
def test_train_ends_in_a_model_or_in_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("t.csv", "t.model.npz"):
        Path(name).unlink(missing_ok=True)
    Path("t.csv").write_bytes(content)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["train", "t.csv", "--target", "y", "--epochs", "1", "--test", "0.5"])
    said = (out.getvalue() + err.getvalue()).splitlines()
    assert all(hostile.harmless(line, 2100) for line in said)
    event(f"exit code {code}")
    assert code == (0 if Path("t.model.npz").exists() else 2)
    assert bool(err.getvalue()) == (code == 2)
    if code == 0:
        assert nn.load("t.model.npz")


def test_numbers_that_python_alone_would_read_are_refused(tmp_path: Path) -> None:
    for text in ("1_0", "nan", "-inf", "1e999", "infinity", "0x10", "1j", "True", "1 0", "\0", "½"):
        (tmp_path / "t.csv").write_text(f"a,y\n1,p\n{text},q\n", encoding="utf-8")
        with pytest.raises(DataError, match=r"line 3, column 'a': .* is no (finite )?number"):
            nn.data.read_csv(tmp_path / "t.csv", target="y")


def test_a_table_of_endless_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.table.LARGEST", 10**6)
    with pytest.raises(DataError, match="zero has more than 1,000,000 bytes"):
        nn.data.read_csv("/dev/zero", target="y")


def test_a_class_for_nearly_each_row_is_refused_before_it_takes_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"1,{i // 3}\n" for i in range(30_000))
    (tmp_path / "t.csv").write_text("a,y\n" + rows)
    assert main(["train", str(tmp_path / "t.csv"), "--target", "y"]) == 2
    assert "column 'y' has 10,000 classes in 30,000 rows" in capsys.readouterr().err


def test_escape_sequences_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"{i % 2},\x1b]0;owned\x07{i % 2}\n" for i in range(10))
    (tmp_path / "\x1b[2J.csv").write_text("a,y\n" + rows)
    assert main(["train", str(tmp_path / "\x1b[2J.csv"), "--target", "y", "--epochs", "1"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert r"\x1b[2J.csv" in said
    assert r"\x1b]0;owned\x070" in said
