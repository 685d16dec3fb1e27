"""The run: each case is prepared by all its peers, who then take turns on one cpu."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from .cases import Case
from .peer import Peer
from .remote import Worker, WorkerError
from .results import Outcome, Results, Spread, turns
from .worker import ANY

SLOW = 1.0  # seconds: a peer whose one call takes longer sits out the rounds after the second
SLOW_ROUNDS = 2
Report = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How long, and on which cpu ."""

    rounds: int = 5
    seconds: float = 0.3
    cpu: str = ANY
    memory: bool = False  # also in cases other than S1


def last_cpu() -> str:
    """The last cpu that this process may use, or "any" where a process can't be pinned."""
    if not hasattr(os, "sched_getaffinity"):
        return ANY
    return str(max(os.sched_getaffinity(0)))


class Turn:
    """One peer's worker, what it has answered so far, and whether it still takes part."""

    def __init__(self, peer: Peer, worker: Worker, memory: int | None) -> None:
        self.peer, self.worker = peer, worker
        self.facts = {**worker.answer(), "memory": memory}
        self.versions: dict[str, str] = self.facts.pop("versions")
        self.samples: dict[str, list[float]] = {"step": []}
        if self.facts.pop("forward"):
            self.samples["forward"] = []

    def take(self, seconds: float, number: int) -> None:
        for what, samples in self.samples.items():
            if number >= SLOW_ROUNDS and samples[-1] > SLOW:
                continue
            samples += self.worker.ask(f"time {what} {seconds}")

    def outcome(self) -> Outcome:
        self.worker.ask("check")
        outcome = Outcome(**self.facts, step=Spread.of(self.samples["step"]))
        if "forward" in self.samples:
            outcome.forward = Spread.of(self.samples["forward"])
        return outcome


class Run:
    """One case: its workers, and what became of each peer."""

    def __init__(self, case: Case, plan: Plan, report: Report) -> None:
        self.case, self.plan, self.report = case, plan, report
        self.outcomes: dict[str, Outcome] = {}
        self.turns: dict[str, Turn] = {}
        self.workers = ExitStack()

    @contextmanager
    def failing(self, peer: Peer) -> Iterator[None]:
        """What fails in here is the peer's outcome, and it takes no further turns."""
        try:
            yield
        except (WorkerError, OSError) as error:
            self.outcomes[peer.name] = Outcome(error=str(error))
            self.turns.pop(peer.name, None)

    def prepare(self, peer: Peer) -> None:
        lacking = peer.missing() or ""
        self.outcomes[peer.name] = Outcome(skipped=lacking)
        if lacking:
            return
        self.report(f"{self.case.name}: {peer.title} prepares")
        with self.failing(peer):
            memory = None
            if self.plan.memory or self.case.program == "s1":
                with closing(Worker(peer, self.case, self.plan.cpu, "memory")) as worker:
                    memory = worker.answer()
            worker = self.workers.enter_context(closing(Worker(peer, self.case, self.plan.cpu)))
            self.turns[peer.name] = Turn(peer, worker, memory)

    def take(self, number: int) -> None:
        for turn in list(self.turns.values()):
            where = f"{self.case.name}: round {number + 1} of {self.plan.rounds}"
            self.report(f"{where}, {turn.peer.title}")
            with self.failing(turn.peer):
                turn.take(self.plan.seconds, number)

    def finish(self) -> None:
        for turn in list(self.turns.values()):
            with self.failing(turn.peer):
                self.outcomes[turn.peer.name] = turn.outcome()


def run_case(case: Case, peers: list[Peer], plan: Plan, results: Results, report: Report) -> None:
    """Measure one case and put its outcomes into `results`, in the order of the peers."""
    run = Run(case, plan, report)
    how = turns(plan.rounds, plan.seconds)
    with run.workers:
        for peer in (p for p in peers if p.runs(case)):
            run.prepare(peer)
        for number in range(plan.rounds):
            run.take(number)
        run.finish()
    results.turns[case.name], results.cases[case.name] = how, run.outcomes
    for name, turn in run.turns.items():
        results.versions[name] = turn.versions
