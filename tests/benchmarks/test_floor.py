"""The barest tapes compute what the programs by hand do, or their times are not shown."""

import pytest

from benchmarks import bare, floor
from benchmarks.cases import named


@pytest.mark.parametrize("case", ["S3", "T1/32", "T2/32"])
def test_tapes_agree_with_the_programs_by_hand(case: str) -> None:
    assert len(floor.row(named(case), rounds=1, seconds=0.0)) == 4


def test_a_wrong_tape_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bare, "pull_squashed", bare.pull_same)
    with pytest.raises(ValueError, match="T1/1"):
        floor.row(named("T1/1"), rounds=1, seconds=0.0)
