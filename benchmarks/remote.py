"""A worker process as the run sees it: commands out, answers in, and a limit on its silence."""

from __future__ import annotations

import json
import os
import select
import subprocess
from pathlib import Path
from typing import Any

from .cases import Case
from .peer import ROOT, Peer, home

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 600.0  # seconds without an answer; jax compiles S2 for half a minute
THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS", "TORCHINDUCTOR_COMPILE_THREADS", "NPROC",
)  # fmt: skip
COLD = {  # the first call compiles, every time: "prepare" must not depend on earlier runs
    "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1",
    "CACHELEVEL": "0",  # tinygrad's
}


def variables(peer: Peer) -> dict[str, str]:
    """The environment of a peer's process: one thread, no caches, and for ours this repository."""
    outer = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    one = dict.fromkeys(THREADS, "1")
    xla = {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
    source = {"PYTHONPATH": str(ROOT)} if peer.ours else {}
    place = {"PEERS_HOME": str(home())}
    return {**outer, **one, **xla, **COLD, **place, **source}


class WorkerError(Exception):
    """A wrong value, an exception or a lost process; the text is what gets printed."""


class Worker:
    """One peer on one case in a process of its own; a context manager that ends the process."""

    def __init__(self, peer: Peer, case: Case, cpu: str, mode: str = "time") -> None:
        self.log = home() / "logs" / f"{case.name.replace('/', '-')}.{peer.name}.txt"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [str(peer.python), "-P", str(WORKER), str(peer.path), case.name, cpu, mode]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                env=variables(peer),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=home(),
                text=True,
            )

    def answer(self) -> Any:
        """The next answer.  Raises WorkerError for an error, silence, or an end without one."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        if not ready:
            self.process.kill()
            raise WorkerError(f"no answer for {PATIENCE:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            status = self.process.wait()
            raise WorkerError(
                f"the process ended with status {status}; see logs/{self.log.name} under PEERS_HOME"
            )
        content = json.loads(line)
        if isinstance(content, dict) and "error" in content:
            raise WorkerError(content["error"])
        return content

    def ask(self, command: str) -> Any:
        """Send a command and wait for its answer."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: `answer` says how
        return self.answer()

    def close(self) -> None:
        """End the process: nothing more to read is its sign to stop."""
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
