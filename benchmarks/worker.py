"""Runs one peer on one case, in the peer's own Python, on the commands of `benchmarks.remote`.

    python -P worker.py ADAPTER CASE CPU memory    answers the bytes that the first step needs, or
    python -P worker.py ADAPTER CASE CPU time      answers when the case is prepared and checked,

each with one line of JSON; after "time", for each line read:

    time step SECONDS | time forward SECONDS   the seconds of one call, several times
    check                                      the values are still right after the timing

An answer with "error" means a wrong value or an exception; nothing of this peer is reported then.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.cases import Case

HERE = Path(__file__).parent
LONGEST_BATCH = 1e-3  # seconds; shorter calls are timed in batches of about this length
MOST_SAMPLES = 2000  # of one turn
ANY = "any"  # cpu: pinned to none
STATUS = Path("/proc/self/status")
clock = time.process_time  # what others do on the machine does not count


def imported(name: str, path: Path, **options: Any) -> Any:
    """The file at `path` as the module `name`, wherever it lies."""
    spec = importlib.util.spec_from_file_location(name, path, **options)
    assert spec, path
    assert spec.loader, path
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_package() -> None:
    """Make `benchmarks` importable without its parent folder, where a second `autograd` lies."""
    imported("benchmarks", HERE / "__init__.py", submodule_search_locations=[str(HERE)])


def pair(built: Any) -> tuple[Callable[[], Any], Callable[[], Any] | None]:
    """(step, forward) of what an adapter returned: a step alone, or both."""
    return built if isinstance(built, tuple) else (built, None)


def settle_allocator() -> None:
    """Let malloc keep what is freed, as it does in a program that has run for a while.

    glibc gives memory back to the system above a threshold that grows with the largest block freed
    so far, up to 32 MiB.  Where that threshold happens to be decides whether every large array
    costs page faults: T1/65536 by hand took 6 or 14 ms, depending on what had been freed before.
    """
    import numpy as np

    np.ones(31 * 2**20, np.uint8)


def relative_error(got: Any, expected: Any) -> float:
    """The largest difference over the largest expected entry; inf where shapes or nans differ."""
    import numpy as np

    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.shape != expected.shape:
        return float("inf")
    difference = np.abs(got - expected).max(initial=0.0)
    scale = np.abs(expected).max(initial=0.0) or 1.0
    return float(difference / scale) if np.isfinite(difference) else float("inf")


class Prepared:
    """A case as one peer does it: built, called once and compared with the truth by hand."""

    def __init__(self, adapter: Any, case: Case) -> None:
        self.case = case
        self.plain = getattr(adapter, "to_numpy", lambda v: v)
        self.build = getattr(adapter, case.program)
        self.facts: dict[str, Any] = {"note": (self.build.__doc__ or "").strip().split("\n")[0]}
        data = case.data()
        start = time.perf_counter()  # compilers may run in processes of their own
        self.step, self.forward = pair(self.build(data))
        first = self.step()
        self.facts["prepare"] = time.perf_counter() - start
        self.compare_first(first, data)

    def compare_first(self, first: Any, data: Any) -> None:
        """Check the first step, and the step after the first update where the case trains."""
        from benchmarks import by_hand

        truth, _ = pair(getattr(by_hand, self.case.program)(data))
        self.expected = truth()
        error = self.compared(first, self.expected)
        if self.case.trains:
            error = max(error, self.compared(self.step(), truth()))
        self.facts["error_found"] = error

    def compared(self, result: Any, expected: Any) -> float:
        """The worst relative error of the loss and of each gradient.

        Raises ValueError where it is beyond the case's tolerance.
        """
        loss, gradients = result
        truth = [expected[0], *expected[1]]
        got = [self.plain(loss), *(self.plain(g) for g in gradients)]
        if len(got) != len(truth):
            raise ValueError(f"{len(got) - 1} gradients, expected {len(truth) - 1}")
        errors = [relative_error(a, b) for a, b in zip(got, truth, strict=True)]
        if not max(errors) <= self.case.tolerance:
            listed = " ".join(f"{e:.1e}" for e in errors)
            raise ValueError(f"wrong values: relative errors of loss and gradients {listed}")
        return max(errors)

    def check_again(self) -> None:
        """After the timing: the same values, or where the case trains a finite loss that fell."""
        result = self.step()
        if not self.case.trains:
            self.compared(result, self.expected)
        elif not float(self.plain(result[0])) < self.expected[0]:
            start = float(self.expected[0])
            raise ValueError(
                f"loss {float(self.plain(result[0])):g} after the timing, {start:g} before"
            )


def kernel(key: str) -> int:
    """A line of the kernel's account of this process, in bytes."""
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


def memory_of_first_step(adapter: Any, case: Case) -> int | None:
    """Bytes by which the process grows at most while a step is built and done, its data aside.

    A small step goes before, so that what a library loads at its first call does not count.
    None where the system does not tell.
    """
    if not STATUS.exists():
        return None
    from benchmarks.cases import named

    build, data = getattr(adapter, case.program), case.data()
    small, _ = pair(build(named(f"{case.name.split('/')[0]}/100").data()))
    small(), small()
    gc.collect()
    before = kernel("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak
    step, _ = pair(build(data))
    step()
    return kernel("VmHWM") - before


def timed(f: Callable[[], object], seconds: float) -> list[float]:
    """Seconds of one call of f, sampled for `seconds`; at least one sample.

    The garbage collector stays on and is never run between samples: a step pays for what the steps
    before it left behind, as it does in a user's loop.
    """
    start = clock()
    f()
    once = clock() - start
    if once > seconds:
        return [once]
    calls = max(1, int(LONGEST_BATCH / max(once, 1e-9)))
    samples: list[float] = []
    end = start + seconds
    while not samples or (clock() < end and len(samples) < MOST_SAMPLES):
        start = clock()
        for _ in range(calls):
            f()
        samples.append((clock() - start) / calls)
    return samples


def versions(requires: list[str]) -> dict[str, str]:
    """The versions of numpy and of what the adapter requires, as installed here."""
    names = {"numpy", *(line.split("==")[0] for line in requires)}
    return {name: metadata.version(name) for name in sorted(names)}


def answers(prepared: Prepared, command: list[str]) -> Any:
    match command:
        case ["time", "step", seconds]:
            return timed(prepared.step, float(seconds))
        case ["time", "forward", seconds]:
            assert prepared.forward is not None
            return timed(prepared.forward, float(seconds))
        case ["check"]:
            return prepared.check_again()
    raise ValueError(f"no such command: {command}")


def failure(error: BaseException) -> dict[str, str]:
    """An exception as an answer: its kind and the first line of its text."""
    text = f"{type(error).__name__}: {error}".strip().split("\n")[0]
    text = text.replace(f"{HERE.parent}{os.sep}", "")  # where this machine keeps the repository
    return {"error": text[:300]}


def main() -> None:
    """Answer, and then obey the commands until there are none."""
    path, name, cpu, mode = sys.argv[1:]
    answer = os.fdopen(os.dup(1), "w")  # the pipe is ours; what libraries print goes to stderr
    os.dup2(2, 1)
    if cpu != ANY:
        os.sched_setaffinity(0, {int(cpu)})

    def reply(content: Any) -> None:
        print(json.dumps(content), file=answer, flush=True)

    try:
        load_package()
        from benchmarks.cases import named

        adapter = imported(f"benchmarks.peers.{Path(path).stem}", Path(path))
        case = named(name)
        if mode == "memory":
            return reply(memory_of_first_step(adapter, case))
        settle_allocator()
        prepared = Prepared(adapter, case)
        installed = versions(getattr(adapter, "REQUIRES", []))
        reply({**prepared.facts, "forward": bool(prepared.forward), "versions": installed})
        for line in sys.stdin:
            reply(answers(prepared, line.split()))
    except BaseException as error:
        reply(failure(error))
        raise


if __name__ == "__main__":
    main()
