"""Measuring the proof-reader: its tables, and the figures of its page."""

import re
from pathlib import Path

import pytest

from benchmarks import proofreading
from benchmarks.derivations import corpus
from benchmarks.sowing import Harvest, Outcome, ground_of, reaped

CORPUS = {d.name: d for d in corpus()}


@pytest.fixture(scope="module")
def harvest() -> Harvest:
    return reaped([ground_of(CORPUS["ridge.py"])], 2, True, range(2))


def test_the_tables_add_up(harvest: Harvest) -> None:
    clean = proofreading.clean("two", [CORPUS["ridge.py"], CORPUS["lasso.md"]], seeds=2)
    right, planted = proofreading.tables([clean], [harvest])
    assert (clean.derivations, clean.wrong) == (2, 0)
    assert right.rows == [["two", "2", f"{clean.total}", "0", "0"]]
    assert harvest.total == 4
    (row,) = planted.rows
    assert row[:4] == ["two mistakes", "4", "4 = 100.0 %", "0"]


def test_what_goes_wrong_is_told(harvest: Harvest) -> None:
    planted = harvest.outcomes[0].planted
    missed = Harvest("", True, outcomes=[Outcome("ridge.py", planted, "right")])
    otherwise = Harvest(
        "", True, outcomes=[Outcome("ridge.py", planted, "wrong", "wrong", "2 * E")]
    )
    assert (missed.found, otherwise.found, otherwise.mended) == (0, 1, 0)
    (line,) = proofreading.complaints([], [missed])
    assert line.startswith("not found (right): ridge.py")
    (line,) = proofreading.complaints([], [otherwise])
    assert line.startswith("mended otherwise (2 * E): ridge.py")


def test_the_page_is_written_between_its_markers(
    harvest: Harvest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(proofreading, "PAGE", page)
    page.write_text(f"a\n{proofreading.BEGIN}\nold\n{proofreading.END}\nz\n", encoding="utf-8")
    proofreading.write([], [harvest], 3.21)
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert "| two mistakes | 4 |" in text
    assert "takes 3.2 times as long" in text
    assert text.startswith("a\n")
    assert text.endswith("\nz\n")
    page.write_text("a\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the markers"):
        proofreading.write([], [harvest], None)


def test_the_figures_of_the_page_reach_the_goals() -> None:
    text = proofreading.PAGE.read_text(encoding="utf-8")
    body = text.split(proofreading.BEGIN)[1].split(proofreading.END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines()]
    right = [row for row in rows if row[0] in ("tests/derivations", "as derive prints them")]
    assert [row[3] for row in right] == ["0", "0"]
    planted = [row for row in rows if re.match(r"(one|two|three) mistake", row[0])]
    assert len(planted) == 6
    for row in planted:
        assert share(row[2]) >= 99.0
    known = [row for row in planted if "unknown" not in row[0]]
    counts = [int(row[4].split("=")[0].replace(",", "")) for row in known]
    totals = [int(row[1].replace(",", "")) for row in known]
    assert sum(counts) >= 0.9 * sum(totals)


def share(cell: str) -> float:
    return float(cell.split("=")[1].split("%")[0])
