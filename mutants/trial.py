"""One mutant's trial: a copy of the tree with the fault in it, and the tests run there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .mutant import ROOT, Mutant
from .nearest import Stage
from .watch import STRANGE

CAUGHT, TIMEOUT, SURVIVED = "caught", "timeout", "survived"
NO_TESTS = 5  # pytest's status when no test had the word in its name
MEMORY = 6 << 30  # bytes that a mutant may take: a fault can grow without end
LEFT_OUT = (".*", "__pycache__", "*.egg-info", "out", "build", "dist")
WHOLE = Stage(("tests",))
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class HarnessError(RuntimeError):
    """The trial says nothing about the mutant: the suite was red before, or another tree ran."""


@dataclass(frozen=True)
class Outcome:
    verdict: str  # CAUGHT, TIMEOUT or SURVIVED
    by: str  # the test that failed first
    stage: str  # "nearest", or "whole" once the whole suite was asked
    seconds: float


class Trees:
    """A snapshot of the working tree, and copies of it that are used once.

    The snapshot is taken at the beginning, so that work on the tree during a run changes nothing;
    compiled modules in it are taken along, which halves the time of a trial.
    """

    def __init__(self, home: Path, root: Path = ROOT) -> None:
        self.home, self.base = home, home / "base"
        self.servers: list[Server] = []
        self.idle: list[Server] = []
        self.over = False
        shutil.copytree(root, self.base, ignore=shutil.ignore_patterns(*LEFT_OUT))

    def server(self) -> Server:
        """One that does nothing at the moment; `free` hands it back."""
        if self.over:
            raise HarnessError("the run is over")
        try:
            return self.idle.pop()
        except IndexError:
            self.servers.append(Server())
            return self.servers[-1]

    def free(self, server: Server) -> None:
        self.idle.append(server)

    def end(self) -> None:
        """End whatever runs, and let nothing begin."""
        self.over = True
        for server in self.servers:
            server.end()

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[Path]:
        """A copy with the fault in it."""
        copy = Path(tempfile.mkdtemp(dir=self.home)) / "tree"
        try:
            shutil.copytree(self.base, copy)
            target = copy / mutant.path
            for compiled in (target.parent / "__pycache__").glob(f"{target.stem}.*"):
                compiled.unlink()  # it could pass for the mutant's: same size, same second
            source = (self.base / mutant.path).read_text(encoding="utf-8")
            target.write_text(mutant.applied(source), encoding="utf-8")
            yield copy
        finally:
            shutil.rmtree(copy.parent, ignore_errors=True)


def environment(tree: Path, word: str, compiled: bool) -> dict[str, str]:
    """The copy first wherever Python looks, in subprocesses too."""
    return {
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "" if compiled else "1",
        "GRADPROOF_TESTS": "mutants",
        "MUTANTS_WORD": word,
    }


class Server:
    """A process that starts the tests (server.py), with one thread for arithmetic and one seed."""

    def __init__(self) -> None:
        fixed = {"PYTHONHASHSEED": "0", **dict.fromkeys(THREADS, "1")}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("server.py"))],
            env=os.environ | fixed, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,  # ctrl-C is ours to handle
        )  # fmt: skip
        self.child = 0

    def run(self, **request: Any) -> int | None:
        """The status of the tests; None for too long."""
        assert self.process.stdin is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        self.child = int(self.line())
        status: int | None = json.loads(self.line())
        self.child = 0
        return status

    def line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise HarnessError("the process that starts the tests has ended")
        return line

    def end(self) -> None:
        """End it, and the tests that run."""
        for group in (self.process.pid, self.child):
            with suppress(ProcessLookupError):
                if group:
                    os.killpg(group, signal.SIGKILL)
        with self.process:  # closes its pipes and waits
            pass


def run_tests(
    trees: Trees, tree: Path, stage: Stage, limit: float, compiled: bool = False
) -> tuple[int | None, str]:
    """pytest's status (None after `limit` seconds), and what it wrote."""
    arguments = [*stage.files, "-x", "-q", "--no-header",
                 "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest_cov",
                 "-p", "mutants.watch", "--ignore=tests/mutants",
                 "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning",
                 f"--tb={'short' if compiled else 'no'}"]  # fmt: skip
    with tempfile.NamedTemporaryFile("r", errors="replace") as log:
        server = trees.server()
        status = server.run(
            tree=str(tree), arguments=arguments, log=log.name, limit=limit, memory=MEMORY,
            environment=environment(tree, stage.word, compiled),
        )  # fmt: skip
        trees.free(server)
        return status, log.read()


def judged(status: int | None, text: str) -> tuple[str, str]:
    """Verdict, and what says so."""
    if status is None:
        return TIMEOUT, "the time limit"
    if status == STRANGE:
        raise HarnessError(f"the copy was not what was imported: {text.strip()[-500:]}")
    if status in (0, NO_TESTS):
        return SURVIVED, ""
    lines = [line.removeprefix("caught by ") for line in text.splitlines() if "caught by " in line]
    return CAUGHT, lines[-1] if lines else f"the tests could not start (status {status})"


def tried(trees: Trees, mutant: Mutant, stages: Sequence[Stage], limit: float) -> Outcome:
    """The tests against a mutant, stage by stage until one fails; `limit` seconds for each."""
    start = time.monotonic()
    verdict, by = SURVIVED, ""
    with trees.mutated(mutant) as tree:
        for stage in stages:
            verdict, by = judged(*run_tests(trees, tree, stage, limit))
            if verdict != SURVIVED:
                break
    asked = "whole" if WHOLE in stages else "nearest"
    return Outcome(verdict, by, asked, round(time.monotonic() - start, 1))


def check_green(trees: Trees, stage: Stage, limit: float) -> float:
    """The seconds that the tests take without a fault; HarnessError if they are red as it is.

    Compiled modules are written on the way, into the snapshot.
    """
    start = time.monotonic()
    status, text = run_tests(trees, trees.base, stage, limit, compiled=True)
    if status != 0:
        what = "took too long" if status is None else "failed"
        raise HarnessError(f"without any fault the tests {what}, so they prove nothing: "
                           f"{text.strip()[-2000:]}")  # fmt: skip
    return time.monotonic() - start
