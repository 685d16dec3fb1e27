"""What importing a library costs in a fresh process, and how much disk it takes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

from .peer import Peer
from .remote import variables
from .results import Footprint, Spread

ROUNDS = 7  # in turns, after one that only brings the files into memory
TIMED = "import time; t = time.process_time(); {}; print(time.process_time() - t)"
SIZED = """
import json, re, sys
from importlib import metadata
seen, todo, size = {}, sys.argv[1:], 0
while todo:
    name = re.sub("[-_.]+", "-", todo.pop()).lower()
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        continue
    if name in seen:
        continue
    seen[name] = found.version
    size += sum(p.stat().st_size for f in found.files or () if (p := f.locate()).is_file())
    todo += [re.match("[\\\\w.-]+", r).group() for r in found.requires or () if "extra ==" not in r]
print(json.dumps([size, seen]))
"""


def output(peer: Peer, code: str, *arguments: str) -> str:
    """What the peer's Python prints when it runs `code`.  Raises CalledProcessError."""
    command = [str(peer.python), "-P", "-c", code, *arguments]
    done = subprocess.run(command, env=variables(peer), capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def importable(peers: list[Peer]) -> dict[str, Peer]:
    """One peer for each statement that begins a program; those that can't run here are left out."""
    return {
        str(peer.constants["IMPORT"]): peer
        for peer in peers
        if "IMPORT" in peer.constants and peer.missing() is None
    }


def footprints(peers: list[Peer], report: Callable[[str], None]) -> dict[str, Footprint]:
    """Import times (seconds of the processor, in turns) and sizes, by import statement."""
    chosen = importable(peers)
    seconds: dict[str, list[float]] = {statement: [] for statement in chosen}
    for number in range(ROUNDS + 1):
        for statement, peer in chosen.items():
            report(f"import times: round {number} of {ROUNDS}, {peer.title}")
            taken = float(output(peer, TIMED.format(statement)))
            if number:
                seconds[statement].append(taken)
    found = {}
    for statement, peer in chosen.items():
        spread = Spread.of(seconds[statement])
        names = [line.split("==")[0] for line in peer.requires[:1]]
        size, versions = json.loads(output(peer, SIZED, *names)) if names else (None, {})
        found[statement] = Footprint(
            peer.title, statement, spread.low, spread.median, spread.high, size, versions
        )
    return found
