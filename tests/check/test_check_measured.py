"""A short run of `python -m benchmarks checker`: faults are caught, right rules are not refused."""

import numpy as np
import pytest

from autograd import Tensor, gradients
from benchmarks import checker

ROWS = checker.formulas()


def tick() -> None:
    pass


@pytest.mark.parametrize("name", checker.FAULTS)
def test_faults_are_caught(name: str) -> None:
    tally = checker.detections(name, tick, ROWS[::9])
    assert tally.total >= len(ROWS) // 9
    assert tally.examples == []


def test_right_rules_are_not_refused() -> None:
    tally = checker.false_alarms(80, tick, ROWS[3::5])
    assert tally.verdicts == {"agree": 80}


def test_the_faults_are_as_small_as_they_say() -> None:
    at = np.array([0.5, -2.0, 3.0])
    for faulty, wanted in (
        (checker.first_order((3,), 1), [1.0, 1.001, 1.0]),
        (checker.second_order((3,), 1), [1.0, 1.0, 1.0]),
        (checker.one_point(at, 1), [1.0, 1.0, 1.0]),
    ):
        x = Tensor(at)
        np.testing.assert_allclose(gradients(faulty(x).sum(), x), wanted, rtol=1e-15)
    x = Tensor(at)
    (g,) = gradients(checker.second_order((3,), 1)(x).sum(), [x], graph=True)
    assert gradients(g.sum(), x).tolist() == [0.0, checker.SHARE, 0.0]


def test_the_table_says_what_was_not_caught() -> None:
    tally = checker.Tally("a fault")
    tally.add("wrong", "wrong", "one")
    tally.add("agree", "wrong", "two")
    alarms = checker.Tally("right")
    alarms.add("agree", "agree", "three")
    grid = checker.table([tally], alarms)
    assert grid.rows[0] == ["a fault", "2", "1", "agree 1"]
    assert grid.rows[1][1:] == ["1", "0", "–"]
    assert tally.examples == ["agree: two"]
