"""The barest tapes compute what the programs by hand do, or their times are not shown."""

import pytest

from benchmarks import bare, floor
from benchmarks.cases import named


@pytest.mark.parametrize("table", floor.TABLES)
def test_all_columns_agree_with_the_programs_by_hand(table: str) -> None:
    columns, names = floor.TABLES[table]
    cells = floor.row(named(names[0]), columns, rounds=1, seconds=0.0)
    assert len(cells) == 1 + len(columns)


def test_a_wrong_tape_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bare, "pull_squashed", bare.pull_same)
    for case in ("T1/1", "T2/32"):
        with pytest.raises(ValueError, match=case):
            floor.row(named(case), floor.ARRAYS, rounds=1, seconds=0.0)


@pytest.mark.parametrize("case", ["T1/1", "T2/32"])
def test_the_parts_of_a_step_are_timed(case: str) -> None:
    name, *cells = floor.parts(named(case), rounds=1, seconds=0.0)
    assert name.startswith(case)
    assert len(cells) == len(floor.PARTS)
    assert all(float(cell.replace(",", "")) > 0 for cell in cells)
