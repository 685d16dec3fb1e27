"""What a run measured, and its file."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

KEPT = Path(__file__).with_name("results.json")  # the run that docs/speed.md shows


@dataclass
class Spread:
    """Samples of the seconds of one call."""

    low: float
    median: float
    high: float
    samples: int

    @classmethod
    def of(cls, samples: list[float]) -> Spread:
        return cls(min(samples), median(samples), max(samples), len(samples))


@dataclass
class Outcome:
    """One peer on one case: its times, or why there are none.

    `skipped` says what this machine lacks; `error` is a wrong value, an exception or a lost
    process.  `prepare` are the seconds of the first call, `memory` the bytes it needs at most.
    """

    note: str = ""
    skipped: str = ""
    error: str = ""
    prepare: float | None = None
    memory: int | None = None
    error_found: float | None = None
    step: Spread | None = None
    forward: Spread | None = None

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Outcome:
        spreads = {k: Spread(**kept[k]) for k in ("step", "forward") if kept.get(k)}
        return cls(**{**kept, **spreads})


@dataclass
class Footprint:
    """What `import` costs in a fresh process (seconds), and the size of what is installed."""

    title: str
    statement: str
    low: float
    median: float
    high: float
    bytes: int | None
    versions: dict[str, str]


@dataclass
class Turns:
    """How and when one case was measured: all its peers in turns, so its ratios hold."""

    when: str
    rounds: int
    seconds: float
    load: float  # of the machine, one minute's mean before the first turn


@dataclass
class Results:
    """What was measured on one machine: for each case its turns and each peer's outcome."""

    machine: str
    python: str
    turns: dict[str, Turns] = field(default_factory=dict)
    cases: dict[str, dict[str, Outcome]] = field(default_factory=dict)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    footprint: dict[str, Footprint] = field(default_factory=dict)

    @classmethod
    def of_this_machine(cls) -> Results:
        """Results with nothing measured yet."""
        return cls(machine(), f"{platform.python_implementation()} {platform.python_version()}")

    def with_newer(self, new: Results) -> Results:
        """These results with the cases, versions and footprint of `new` in place of their own."""
        return Results(
            self.machine,
            self.python,
            {**self.turns, **new.turns},
            {**self.cases, **new.cases},
            {**self.versions, **new.versions},
            new.footprint or self.footprint,
        )

    def seconds_of(self, case: str, peer: str) -> float | None:
        """The median step, or None where there is none."""
        outcome = self.cases.get(case, {}).get(peer)
        return outcome.step.median if outcome and outcome.step else None

    def save(self, path: Path) -> None:
        """Write the file in one go, so that an interrupted run leaves the file before."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)

    @classmethod
    def load_from(cls, path: Path) -> Results:
        """Read what `save` wrote.  Raises FileNotFoundError with advice where there is nothing."""
        if not path.exists():
            raise FileNotFoundError(f"{path}: no run is kept there; measure first (--help)")
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["turns"] = {case: Turns(**t) for case, t in kept["turns"].items()}
        kept["cases"] = {
            case: {peer: Outcome.of(o) for peer, o in outcomes.items()}
            for case, outcomes in kept["cases"].items()
        }
        kept["footprint"] = {k: Footprint(**v) for k, v in kept["footprint"].items()}
        return cls(**kept)


def machine() -> str:
    """Processor, cores and system, as a reader needs them to place the numbers."""
    info = Path("/proc/cpuinfo")
    models = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    name = next(
        (line.split(":")[1].strip() for line in models if line.startswith("model name")), ""
    )
    return f"{name or platform.processor() or '?'}, {os.cpu_count()} cores, {platform.system()}"


def turns(rounds: int, seconds: float) -> Turns:
    return Turns(time.strftime("%Y-%m-%d"), rounds, seconds, round(os.getloadavg()[0], 2))
