"""A run: what is wrong is an error and never a time; what can't run is skipped with the reason."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.cases import CASES, named
from benchmarks.measure import Plan, run_case
from benchmarks.peer import ROOT, Peer, own, peers
from benchmarks.results import Outcome, Results
from benchmarks.worker import relative_error

PROGRAMS = {case.program for case in CASES.values()}
QUICK = Plan(rounds=2, seconds=0.002)
RIGHT = """
from .. import by_hand
TITLE = "right"
def t1(d):
    '''as by hand'''
    return by_hand.t1(d)
"""
WRONG = """
from .. import by_hand
def t1(d):
    right = by_hand.t1(d)
    def step():
        loss, g = right()
        g[2] = g[2] * (1 + 1e-6)
        return loss, g
    return step
"""
LATER = """
from .. import by_hand
calls = 0
def t1(d):
    right = by_hand.t1(d)
    def step():
        global calls
        calls += 1
        loss, g = right()
        return (loss, g) if calls < 3 else (loss * 1.001, g)
    return step
"""
TOO_FEW = RIGHT.replace(
    "return by_hand.t1(d)", "s = by_hand.t1(d); return lambda: (s()[0], s()[1][:2])"
)
RAISING = "def t1(d):\n    raise KeyError('no such thing')\n"
DYING = "import os\ndef t1(d):\n    os._exit(3)\n"
TALKING = RIGHT.replace("TITLE", "print('hello', flush=True)\nTITLE")
HEAVY = "import numpy as np\nnp.ones(200 * 2**20, np.uint8)\n" + RIGHT  # and freed at once
STUMBLING = LATER.replace("loss * 1.001", "loss / None")
FLAT = """
def s2b(d):
    from .. import by_hand
    right, losses = by_hand.s2b(d), []
    def step():
        loss, g = right()
        losses.append(loss)
        return (loss if len(losses) < 3 else losses[0]), g
    return step
"""


@pytest.fixture
def outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Runs the text of an adapter on a case."""
    monkeypatch.setenv("PEERS_HOME", str(tmp_path))

    def run(text: str, case: str = "T1/3", plan: Plan = QUICK) -> Outcome:
        path = tmp_path / "adapter.py"
        path.write_text(text, encoding="utf-8")
        results = Results.of_this_machine()
        run_case(named(case), [Peer(path)], plan, results, lambda text: None)
        return results.cases[case]["adapter"]

    return run


def test_a_right_adapter_has_times(outcome) -> None:
    found = outcome(RIGHT)
    assert (found.error, found.skipped, found.note) == ("", "", "as by hand")
    assert found.step.samples >= 2
    assert 0 < found.step.low <= found.step.median <= found.step.high
    assert found.error_found == 0.0
    assert found.memory is None


def test_what_an_adapter_prints_is_no_answer(outcome) -> None:
    assert outcome(TALKING).step is not None


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no memory")
def test_memory_is_measured_in_a_process_of_its_own(outcome) -> None:
    found = outcome(HEAVY, "T1/20000", Plan(rounds=1, seconds=0.002, memory=True))
    elements = 20_000 * 4 * 8
    assert 3 * elements < found.memory < 30 * elements


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WRONG, r"^ValueError: wrong values: .* 0\.0e\+00 1\.0e-06"),
        (LATER, "^ValueError: wrong values"),
        (TOO_FEW, "^ValueError: 2 gradients, expected 5"),
        (RAISING, "^KeyError: 'no such thing'"),
        (STUMBLING, "^TypeError: unsupported operand"),
        (DYING, "ended with status 3"),
    ],
    ids=["wrong", "wrong-later", "too-few", "raising", "raising-later", "dying"],
)
def test_what_is_wrong_is_an_error_and_no_time(outcome, text: str, message: str) -> None:
    import re

    found = outcome(text)
    assert found.step is None
    assert re.search(message, found.error), found.error


def test_training_has_to_lower_the_loss(outcome) -> None:
    found = outcome(FLAT, "S2b")
    assert found.step is None
    assert "after the timing" in found.error


def test_a_missing_environment_or_tool_is_skipped(outcome) -> None:
    assert outcome("ENVIRONMENT = 'nowhere'\n" + RIGHT).skipped.startswith("no environment nowhere")
    assert outcome("TOOLS = ['no-such-compiler']\n" + RIGHT).skipped == (
        "needs no-such-compiler on the PATH"
    )


def test_one_failure_leaves_the_other_peers_their_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERS_HOME", str(tmp_path))
    for name, text in (("a", LATER), ("b", RIGHT)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    results = Results.of_this_machine()
    among = [Peer(tmp_path / f"{name}.py") for name in "ab"]
    run_case(named("T1/3"), among, QUICK, results, lambda text: None)
    assert results.cases["T1/3"]["a"].error
    assert results.cases["T1/3"]["b"].step is not None


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's malloc has the threshold")
def test_large_arrays_cost_no_page_faults_once_the_allocator_is_settled() -> None:
    code = (
        "import resource, sys\n"
        "import numpy as np\n"
        "from benchmarks.worker import settle_allocator\n"
        "if sys.argv[1:]: settle_allocator()\n"
        "def faults():\n"
        "    for _ in range(4): np.ones(2_600_000, np.uint8), np.ones(2_600_000, np.uint8)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "faults()\n"
        "print(-faults() + faults())\n"
    )
    settled, fresh = (
        int(subprocess.check_output([sys.executable, "-c", code, *given], cwd=ROOT))
        for given in (["settled"], [])
    )
    assert settled < 50
    assert settled < fresh


def test_relative_error_sees_shapes_and_nans() -> None:
    assert relative_error([1.0, 2.0], [1.0, 2.0]) == 0.0
    assert relative_error([1.0, 2.5], [1.0, 2.0]) == 0.25
    assert relative_error([1.0], [[1.0]]) == float("inf")
    assert relative_error([float("nan")], [1.0]) == float("inf")
    assert relative_error(0.5, 0.0) == 0.5


def test_every_adapter_is_complete() -> None:
    for peer in peers():
        assert peer.programs & PROGRAMS, peer.name
        assert peer.constants["TITLE"], peer.name
        for line in peer.requires:
            assert "==" in line or line in ("numpy", "setuptools"), f"{peer.name}: pin {line}"
    assert {peer.name for peer in own()} >= {"ours", "ours_compiled", "numpy_by_hand"}
    with pytest.raises(ValueError, match="no peer nobody; there are ours"):
        peers(["nobody"])


def test_a_worker_loads_neither_the_engine_nor_what_peers_lack() -> None:
    code = (
        "import sys\n"
        "from benchmarks import by_hand, cases, models, worker\n"
        "print(*{'autograd', 'rich', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "", done.stderr
    assert done.returncode == 0
