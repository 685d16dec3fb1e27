"""docs/speed.md: the part between its markers, written from the kept results."""

from __future__ import annotations

from pathlib import Path

from . import growth, plots, tables
from .goals import goals
from .grid import Grid, markdown
from .peer import ROOT, Peer
from .results import Results

PAGE = ROOT / "docs" / "speed.md"
PICTURES = ROOT / "docs" / "img"
BEGIN, END = "<!-- begin: {} -->", "<!-- end: {} -->"


def span(values: set[str]) -> str:
    """A sorted set as text: "a", or "a to z"."""
    ordered = sorted(values)
    return " to ".join(dict.fromkeys((ordered[0], ordered[-1]))) if ordered else "never"


def circumstances(results: Results) -> str:
    """Machine, Python, versions, date and turns."""
    turns = results.turns.values()
    versions = {f"{n} {v}" for held in results.versions.values() for n, v in held.items()}
    rounds = span({str(t.rounds) for t in turns})
    seconds = span({f"{t.seconds:g}" for t in turns})
    load = max((t.load for t in turns), default=0.0)
    return (
        f"{results.machine}; {results.python}; {', '.join(sorted(versions))}. Measured "
        f"{span({t.when for t in turns})}: {rounds} rounds of {seconds} s for each peer and case, "
        f"medians, one thread, one cpu; the load before a case was {load:.2f} at most.\n"
    )


def measured(results: Results, peers: list[Peer]) -> str:
    """The tables of the side-by-side run."""
    grids: list[Grid] = [
        *goals(results),
        *tables.times(results, peers),
        tables.chain(results, peers),
        tables.first_calls(results, peers),
        tables.imports(results),
        tables.failures(results, peers),
    ]
    return "\n".join([circumstances(results), *(markdown(grid) for grid in grids if grid)])


def grown(results: Results, peers: list[Peer]) -> str:
    """The tables of growth."""
    among = [peer for peer in peers if peer.name in growth.PEERS]
    grids = [*growth.tables(results, among), tables.failures(results, among)]
    return "\n".join(markdown(grid) for grid in grids if grid)


def put(text: str, name: str, content: str) -> str:
    """`text` with what stands between the markers of `name` replaced.

    Raises ValueError where the markers are missing.
    """
    begin, end = BEGIN.format(name), END.format(name)
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{PAGE.name} lacks the markers {begin} and {end}")
    return f"{before}{begin}\n\n{content.strip()}\n\n{end}{after}"


def write(peers: list[Peer], results: Results | None, sizes: Results | None) -> list[Path]:
    """Write the page's tables and the pictures; returns what was written."""
    text, written = PAGE.read_text(encoding="utf-8"), [PAGE]
    if results is not None:
        text = put(text, "peers", measured(results, peers))
        picture = plots.beside_peers(results, peers)
        written.append(plots.save(picture, PICTURES / "speed-peers.png"))
    if sizes is not None:
        text = put(text, "growth", grown(sizes, peers))
        picture = plots.growing(sizes, [p for p in peers if p.name in growth.PEERS])
        written.append(plots.save(picture, PICTURES / "speed-growth.png"))
    PAGE.write_text(text, encoding="utf-8")
    return written
