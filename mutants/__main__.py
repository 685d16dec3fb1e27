"""`python -m mutants`: seed faults, run the tests against each, print and write down the score."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import report
from .everything import chosen, every, read
from .mutant import ROOT, GoneError, Mutant
from .run import Limits, known, results
from .trial import SURVIVED, HarnessError

KEPT = ROOT / ".mutants.json"
console = Console(highlight=False, markup=False)


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m mutants", description=__doc__)
    parser.add_argument(
        "--only", metavar="PATTERN", help="those whose name or kind matches (regex)"
    )
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    parser.add_argument("--show", metavar="NAME", help="print the difference that a mutant makes")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at once (2)")
    parser.add_argument("--nearest", action="store_true", help="leave the whole suite out")
    parser.add_argument("--known", action="store_true", help="run nothing, report what is known")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--limit", type=float, default=Limits.near,
                        help="seconds for each stage of nearest tests (%(default)g)")  # fmt: skip
    parser.add_argument("--kept", type=Path, default=KEPT, help="where outcomes are kept")
    return parser.parse_args(given)


def print_some(options: argparse.Namespace) -> None:
    """The names that --only chooses, or the difference that --show asks for."""
    mutants, gone = every(ROOT)
    if options.show:
        found = [mutant for mutant in mutants if options.show in mutant.name]
        if not found:
            raise GoneError(f"no mutant's name holds {options.show!r}: --list shows them")
        console.print("\n\n".join(map(difference, found)), soft_wrap=True)
        return
    for mutant in mutants:
        if re.search(options.only or "", mutant.name):
            console.print(f"{mutant.kind:20} {mutant.name}", soft_wrap=True)
    for line in gone:
        print(f"gone: {line}", file=sys.stderr)


def difference(mutant: Mutant) -> str:
    before = read(ROOT, mutant.path)
    after = mutant.applied(before)
    files = mutant.path, mutant.name
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *files, lineterm="", n=2)
    return "\n".join(lines)


def run(mutants: list[Mutant], options: argparse.Namespace) -> list[report.Result]:
    if options.fresh:
        options.kept.unlink(missing_ok=True)
    limits = Limits(options.limit, 0.0 if options.nearest else Limits.whole)
    terminal = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    found = []
    with Progress(*columns, console=terminal, disable=not terminal.is_terminal) as bar:
        task = bar.add_task("", total=len(mutants))

        def tell(text: str) -> None:
            bar.update(task, description=text.replace("[", r"\[")[:60])

        for mutant, outcome in results(mutants, options.kept, limits, options.jobs, tell):
            found.append((mutant, outcome))
            bar.advance(task)
            if report.verdict(mutant, outcome) == SURVIVED:
                bar.console.print(f"survived: {mutant.name}", markup=False, highlight=False)
    order = {mutant.name: i for i, mutant in enumerate(mutants)}
    return sorted(found, key=lambda result: order[result[0].name])


def main(given: list[str] | None = None) -> int:
    """0 if every mutant that makes a difference is caught, 1 if not, 2 for errors."""
    options = arguments(given)
    try:
        if options.list or options.show:
            print_some(options)
            return 0
        mutants = chosen(ROOT, options.only or "")
        start = time.monotonic()
        found = known(mutants, options.kept) if options.known else run(mutants, options)
    except (GoneError, HarnessError, LookupError) as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 2
    for by in ("kind", "module"):
        console.print(report.grid(found, by), "")
    wrong = report.wrongly_listed(found)
    for mutant, outcome in wrong:
        console.print(f"listed as equivalent, and caught by {outcome.by}: {mutant.name}")
    lost = report.survivors(found)
    for mutant in lost:
        console.print(f"survived: {mutant.name}", soft_wrap=True)
    console.print(report.score(found), f"in {time.monotonic() - start:.0f} s")
    if options.only is None:
        report.write(found, len(mutants))
    return 1 if lost or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
