"""What was measured is written down the same way every time, and says what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import growth, plots, report, tables
from benchmarks.__main__ import main
from benchmarks.goals import COMPILED_GOALS, EAGER_GOALS, Goal, ratio, to_best
from benchmarks.grid import number
from benchmarks.peer import peers
from benchmarks.results import KEPT, Footprint, Outcome, Results, Spread, Turns


def timed(seconds: float, **facts: object) -> Outcome:
    return Outcome(
        prepare=0.5, error_found=1e-15, step=Spread(seconds, seconds, seconds, 9), **facts
    )


@pytest.fixture
def results() -> Results:
    found = Results("a machine", "CPython 3.11")
    found.turns = {c: Turns("2026-01-02", 5, 0.3, 0.1) for c in ("S1", "T1/1")}
    found.cases = {
        "S1": {
            "ours": timed(0.1, memory=20_000_000, forward=Spread(0.04, 0.04, 0.04, 3)),
            "micrograd": timed(1.6),
        },
        "T1/1": {
            "ours": timed(40e-6),
            "ours_compiled": timed(18e-6),
            "numpy_by_hand": timed(20e-6),
            "jax_jit": timed(24e-6),
            "tinygrad": Outcome(error="ValueError: wrong values"),
            "mygrad": Outcome(skipped="no environment mygrad"),
        },
    }
    found.versions = {"ours": {"numpy": "2.4.6"}}
    found.footprint = {
        s: Footprint("", s, t, t, t, None, {})
        for s, t in (("import autograd", 0.06), ("import numpy", 0.05))
    }
    return found


def test_results_come_back_from_their_file(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path / "r.json")
    assert Results.load_from(tmp_path / "r.json") == results
    with pytest.raises(FileNotFoundError, match="no run is kept there"):
        Results.load_from(tmp_path / "none.json")


def test_newer_cases_replace_older_ones(results: Results) -> None:
    newer = Results(results.machine, results.python, cases={"S1": {"ours": timed(0.05)}})
    both = results.with_newer(newer)
    assert both.seconds_of("S1", "ours") == 0.05
    assert both.seconds_of("T1/1", "ours") == 40e-6
    assert both.footprint == results.footprint


def test_the_report_says_the_same_every_time(results: Results) -> None:
    text = report.measured(results, peers())
    assert text == report.measured(results, peers())
    assert "| gradproof | 1,000 (16×) |" in text
    assert "| gradproof | 40 (2×) |" in text
    assert "| numpy by hand | 20 |" in text
    assert "| tinygrad | error |" in text
    assert "| T1/1 | tinygrad | error: ValueError: wrong values |" in text
    assert "| T1/1 | MyGrad | skipped: no environment mygrad |" in text
    assert "| gradproof | 400 | 600 | 1,000 | 200 |" in text


def test_goals_are_worked_out_from_the_run(results: Results) -> None:
    text = report.measured(results, peers())
    assert "| S1 | ≥ 12 × faster than micrograd | 16 | yes |" in text
    assert "| S1, memory | ≤ 250 bytes/op | 200 | yes |" in text
    assert "| T1/1 | ≤ 1.6 × numpy by hand | 2 | **no** |" in text
    assert "| T1/1 | ≤ 0.71 × numpy by hand | 0.9 | **no** |" in text
    assert "| T1/1 | ≤ 1 × the fastest library | 0.75 | yes |" in text
    assert "| `import autograd` | ≤ 15 ms beyond `import numpy` | 10 | yes |" in text
    assert "| S2 | ≥ 15 × faster than micrograd | – | not measured |" in text


def test_a_goal_on_its_limit_is_reached(results: Results) -> None:
    measure = ratio("T1/1", "ours", "numpy_by_hand")
    assert Goal("", measure, 2.0, "").row(results)[-1] == "yes"
    assert Goal("", measure, 2.0 - 1e-9, "").row(results)[-1] == "**no**"
    assert Goal("", measure, 2.0, "", at_least=True).row(results)[-1] == "yes"
    assert to_best("S2", "ours")(results) is None


def test_every_goal_of_both_tables_names_a_case_and_peers_that_exist() -> None:
    full = Results("m", "p")
    names = [peer.name for peer in peers()]
    full.cases = {c: {n: timed(1e-3, memory=1) for n in names} for c in tables.CASES}
    full.footprint = {
        s: Footprint("", s, 1, 1, 1, 1, {}) for s in ("import autograd", "import numpy")
    }
    for goal in (*EAGER_GOALS, *COMPILED_GOALS):
        assert goal.measure(full) is not None, goal


def test_only_what_stands_between_the_markers_changes() -> None:
    page = "before\n<!-- begin: a -->\nold\n<!-- end: a -->\nafter\n"
    once = report.put(page, "a", "new")
    assert once == "before\n<!-- begin: a -->\n\nnew\n\n<!-- end: a -->\nafter\n"
    assert report.put(once, "a", "new") == once
    with pytest.raises(ValueError, match="lacks the markers <!-- begin: b -->"):
        report.put(page, "b", "new")


@pytest.mark.parametrize("kept", [KEPT, growth.KEPT], ids=lambda path: path.stem)
def test_the_page_shows_what_is_kept(kept: Path) -> None:
    page, results = report.PAGE.read_text(encoding="utf-8"), Results.load_from(kept)
    name, write = ("peers", report.measured) if kept == KEPT else ("growth", report.grown)
    assert report.put(page, name, write(results, peers())) == page, "python -m benchmarks write"


def test_pictures_are_the_same_every_time(results: Results, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    drawn = [
        plots.save(plots.beside_peers(results, peers()), tmp_path / f"{i}.png").read_bytes()
        for i in range(2)
    ]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) > 5_000


def test_growth_is_per_unit_and_leaves_out_what_is_noise() -> None:
    found = Results("m", "p")
    found.cases = {
        "S1/1000": {"ours": timed(1e-3, memory=4096)},
        "S1/100000": {"ours": timed(0.2, memory=30_000_000)},
    }
    ours = peers(["ours"])[0]
    assert growth.series(found, growth.CHAIN, ours, growth.both) == ([1000, 100_000], [1e-6, 2e-6])
    assert growth.series(found, growth.CHAIN, ours, growth.memory) == ([100_000], [300.0])
    (table, *_) = growth.tables(found, [ours])
    assert table.rows[0] == ["gradproof, ns", "1,000", "–", "2,000", "–", "–"]


def test_a_size_without_room_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "free_memory", lambda: 2**30)
    ours, compiled = peers(["ours", "ours_compiled"])
    assert growth.left_out(growth.CHAIN, 10**5, ours) == ""
    assert "1.0 GiB are free" in growth.left_out(growth.CHAIN, 10**7, ours)
    assert "not attempted" in growth.left_out(growth.CHAIN, 10**7, compiled)


def test_numbers_have_three_digits() -> None:
    shown = [number(x) for x in (0.01234, 1.234, 12.34, 123.4, 1234.5)]
    assert shown == ["0.0123", "1.23", "12.3", "123", "1,234"]


def test_a_wrong_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", "--cases", "T9"]) == 2
    assert capsys.readouterr().err.startswith("benchmarks: no case T9; there are S1")
    assert main(["measure", "--peers", "nobody"]) == 2
    assert capsys.readouterr().err.startswith("benchmarks: no peer nobody; there are ours")
