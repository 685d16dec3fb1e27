"""Faults are caught, what changes nothing survives, and a red suite proves nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mutants import run
from mutants.mutant import Mutant
from mutants.trial import CAUGHT, SURVIVED, TIMEOUT, HarnessError, Outcome

Make = Callable[..., Mutant]
TESTS = "tests/engine/test_primitive.py"


def outcomes(
    tree: Path, mutants: list[Mutant], limits: run.Limits | None = None, jobs: int = 1
) -> dict[str, Outcome]:
    limits = limits or run.Limits(60.0, 60.0)
    kept = tree.parent / "kept.json"
    found = run.results(mutants, kept, limits, jobs, lambda text: None, tree)
    return {mutant.title: outcome for mutant, outcome in found}


def test_a_fault_is_caught_and_a_changed_comment_survives_the_whole_suite(
    tree: Path, mutant: Make
) -> None:
    fault, comment = mutant("2 * x", "3 * x"), mutant("twice x", "two x")
    found = outcomes(tree, [fault, comment], jobs=2)
    assert found[fault.title].verdict == CAUGHT
    assert found[fault.title].by == f"{TESTS}::test_double"
    assert found[fault.title].stage == "nearest"
    assert (found[comment.title].verdict, found[comment.title].stage) == (SURVIVED, "whole")
    assert "return 2 * x" in (tree / "autograd/primitive.py").read_text()  # the tree is as it was


def test_a_test_far_away_catches_too(tree: Path, mutant: Make) -> None:
    (tree / TESTS).write_text("def test_nothing():\n    pass\n")
    far = tree / "tests/test_far.py"
    far.write_text("from autograd.primitive import double\n\ndef test_far():\n"
                   "    assert double(1) == 2\n")  # fmt: skip
    fault = mutant("2 * x", "3 * x")
    outcome = outcomes(tree, [fault])[fault.title]
    assert (outcome.verdict, outcome.by, outcome.stage) == (
        CAUGHT, "tests/test_far.py::test_far", "whole")  # fmt: skip


def test_an_endless_loop_is_caught_by_the_time_limit(tree: Path, mutant: Make) -> None:
    fault = mutant("n -= 1", "pass")
    outcome = outcomes(tree, [fault], run.Limits(2.0, 60.0))[fault.title]
    assert (outcome.verdict, outcome.by) == (TIMEOUT, "the time limit")


def test_a_fault_that_breaks_the_import_is_caught(tree: Path, mutant: Make) -> None:
    fault = mutant("return 2 * x", "return (")
    assert outcomes(tree, [fault])[fault.title].verdict == CAUGHT


def test_a_rerun_does_what_changed_and_nothing_else(
    tree: Path, mutant: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, comment = mutant("2 * x", "3 * x"), mutant("twice x", "two x")
    first = outcomes(tree, [fault, comment])
    asked: list[str] = []
    tried = run.tried

    def counted(trees: object, mutant: Mutant, *rest: object) -> Outcome:
        asked.append(mutant.title)
        return tried(trees, mutant, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "tried", counted)
    assert outcomes(tree, [fault, comment]) == first
    assert asked == []
    (tree / "tests/test_new.py").write_text("def test_nothing():\n    pass\n")
    assert outcomes(tree, [fault, comment])[comment.title].verdict == SURVIVED
    assert set(asked) == {comment.title}  # any new test might catch a survivor
    asked.clear()
    (tree / TESTS).write_text((tree / TESTS).read_text() + "\n# changed\n")
    outcomes(tree, [fault, comment])
    assert set(asked) == {fault.title, comment.title}


def test_after_the_nearest_tests_alone_the_whole_suite_is_still_to_be_asked(
    tree: Path, mutant: Make
) -> None:
    comment = mutant("twice x", "two x")
    near = outcomes(tree, [comment], run.Limits(60.0, 0.0))[comment.title]
    assert (near.verdict, near.stage) == (SURVIVED, "nearest")
    assert outcomes(tree, [comment])[comment.title].stage == "whole"


def test_what_was_done_before_an_interrupt_is_kept(tree: Path, mutant: Make) -> None:
    faults = [mutant("2 * x", "3 * x"), mutant("2 * x", "4 * x")]
    kept = tree.parent / "kept.json"
    started = run.results(faults, kept, run.Limits(60.0, 0.0), 1, lambda text: None, tree)
    first, _ = next(started)
    started.close()  # as ctrl-C does
    assert first.title in kept.read_text(encoding="utf-8")


def test_what_is_known_is_told_without_a_run(tree: Path, mutant: Make) -> None:
    fault, other = mutant("2 * x", "3 * x"), mutant("2 * x", "4 * x")
    first = outcomes(tree, [fault])
    kept = tree.parent / "kept.json"
    assert run.known([fault, other], kept, tree) == [(fault, first[fault.title])]
    (tree / TESTS).write_text((tree / TESTS).read_text() + "\n# changed\n")
    assert run.known([fault, other], kept, tree) == []


def test_a_suite_that_is_red_without_a_fault_proves_nothing(tree: Path, mutant: Make) -> None:
    (tree / TESTS).write_text("def test_wrong():\n    assert False\n")
    with pytest.raises(HarnessError, match=r"(?s)without any fault.*test_wrong"):
        outcomes(tree, [mutant("2 * x", "3 * x")])


def test_the_copy_has_to_be_what_is_imported(tree: Path, mutant: Make) -> None:
    """Another tree's modules, as from an installation, would let every mutant survive."""
    other = tree.parent / "other" / "autograd"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("")
    (other / "primitive.py").write_text((tree / "autograd/primitive.py").read_text())
    (tree / "conftest.py").write_text(f"import sys\nsys.path.insert(0, {str(other.parent)!r})\n")
    with pytest.raises(HarnessError, match="other/autograd"):
        outcomes(tree, [mutant("2 * x", "3 * x")])
