"""`python -m benchmarks COMMAND`: measure, show, and write down what was measured."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import checker, environments, floor, footprint, goals, growth, report, tables
from .cases import CASES, Case, chosen
from .grid import Grid, rich
from .measure import Plan, last_cpu, run_case
from .peer import Peer, home, own, peers
from .results import KEPT, Results

console = Console(highlight=False)
NAMES = ", ".join(peer.name for peer in peers())


@contextmanager
def progress(total: int) -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    """A bar of `total` parts on a terminal: (what is done now, one part is done)."""
    terminal = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(
        *columns, console=terminal, transient=True, disable=not terminal.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda text: bar.update(task, description=text), lambda: bar.advance(task)


def show(grids: list[Grid]) -> None:
    for grid in grids:
        if grid:
            console.print(rich(grid), "", sep="\n")


def measured(cases: list[Case], among: list[Peer], plan: Plan, results: Results) -> Iterator[Case]:
    """Measure case after case into `results`, and give each when it is done."""
    with progress(len(cases)) as (tell, advance):
        for case in cases:
            run_case(case, among, plan, results, tell)
            advance()
            done(case)
            yield case


def done(case: Case) -> None:
    """A line for each case, where no bar tells how far the run is."""
    if not sys.stderr.isatty():
        print(f"{case.name} measured", file=sys.stderr, flush=True)


def plan_of(options: argparse.Namespace) -> Plan:
    return Plan(options.rounds, options.seconds, options.cpu)


def measure(options: argparse.Namespace) -> None:
    """Measure and print, keeping nothing: ours beside numpy by hand, or the peers named."""
    among = peers(options.peers) if options.peers else own()
    results = Results.of_this_machine()
    for _ in measured(chosen(options.cases), among, plan_of(options), results):
        pass
    results.footprint = {} if options.cases else footprint.footprints(among, lambda _: None)
    show([*tables.times(results, among), tables.chain(results, among), tables.imports(results)])
    show([tables.first_calls(results, among), tables.failures(results, among)])


def side_by_side(options: argparse.Namespace) -> None:
    """Measure every peer, keep the results, and write them into the documentation.

    An interrupted run goes on after the last finished case, unless --fresh is given.
    """
    among, cases, plan = peers(), chosen(options.cases), plan_of(options)
    with progress(0) as (tell, _):
        failed = environments.create(among, tell)
    for name, reason in failed.items():
        console.print(f"no environment {name}: {reason}", style="yellow", markup=False)
    unfinished = home() / "unfinished.json"
    results = begun(unfinished, options.fresh)
    rest = [case for case in cases if case.name not in results.cases]
    for _ in measured(rest, among, plan, results):
        results.save(unfinished)
    with progress(0) as (tell, _):
        results.footprint = footprint.footprints(among, tell)
    finish(results, unfinished, KEPT)
    write(options)


def begun(unfinished: Path, fresh: bool) -> Results:
    """What an interrupted run has measured, or nothing yet."""
    if fresh or not unfinished.exists():
        return Results.of_this_machine()
    results = Results.load_from(unfinished)
    console.print(f"going on after {', '.join(results.cases)} (--fresh starts anew)")
    return results


def finish(results: Results, unfinished: Path, kept: Path) -> None:
    """Put a finished run into what is kept: its cases replace those of the same names."""
    if kept.exists():
        before = Results.load_from(kept)
        if (before.machine, before.python) == (results.machine, results.python):
            results = before.with_newer(results)
    results.save(kept)
    unfinished.unlink(missing_ok=True)


def show_kept(options: argparse.Namespace) -> None:
    """Print the tables of the results that are kept."""
    results, among = Results.load_from(KEPT), peers(options.peers)
    show([*tables.times(results, among), tables.chain(results, among), tables.imports(results)])
    show([tables.first_calls(results, among), *goals.goals(results)])
    if options.all:
        show([tables.spreads(results, among)])
    show([tables.failures(results, among)])


def write(options: argparse.Namespace) -> None:
    """Write the kept results into docs/speed.md and its pictures."""
    kept = [Results.load_from(p) if p.exists() else None for p in (KEPT, growth.KEPT)]
    for path in report.write(peers(), *kept):
        console.print("wrote", str(path))


def show_floors(options: argparse.Namespace) -> None:
    """Print how near the barest tapes come to programs by hand, and how long T3's products take."""
    show(floor.floors(options.rounds, options.seconds, options.cpu))


def grow(options: argparse.Namespace) -> None:
    """Measure time and memory against the size of the program, and write that down.

    An interrupted run goes on after the last finished size, unless --fresh is given.
    """
    among, unfinished = peers(growth.PEERS), home() / "unfinished-growth.json"
    results = begun(unfinished, options.fresh)
    sizes = [
        (family, size)
        for family in growth.FAMILIES
        for size in family.sizes
        if family.name in (options.cases or family.name)
        and family.case(size).name not in results.cases
    ]
    with progress(len(sizes)) as (tell, advance):
        for family, size in sizes:
            growth.measure(family, size, among, results, tell)
            results.save(unfinished)
            advance()
            done(family.case(size))
    finish(results, unfinished, growth.KEPT)
    write(options)


def judge(options: argparse.Namespace) -> None:
    """Measure check_grad: faults that it catches, false alarms on right rules; into its page.

    Every formula of the tests' catalogue; --cases fewer than its default keeps nothing.
    """
    rows = checker.formulas()
    with progress(len(rows) * len(checker.FAULTS) + options.cases) as (tell, advance):
        tallies = []
        for name in checker.FAULTS:
            tell(name)
            tallies.append(checker.detections(name, advance, rows))
        tell("right rules")
        alarms = checker.false_alarms(options.cases, advance, rows)
    show([checker.table(tallies, alarms)])
    for example in [e for tally in (*tallies, alarms) for e in tally.examples]:
        console.print(example, markup=False)
    if options.cases >= checker.CASES:
        checker.write(tallies, alarms)
        console.print("wrote", str(checker.PAGE))


def proofread(options: argparse.Namespace) -> None:
    """Measure the proof-reader: right derivations, and mistakes planted in them.

    Every right derivation, and one, two and three mistakes of both kinds in each of them.
    """
    from . import derivations, proofreading  # need the extra "proof"

    everything = proofreading.grounds(proofreading.everything())
    with progress(8) as (tell, advance):
        cleans = []
        for title, which in (("tests/derivations", derivations.corpus),
                             ("as derive prints them", derivations.derived)):  # fmt: skip
            tell(title)
            cleans.append(proofreading.clean(title, which(), options.seeds))
            advance()
        found = list(proofreading.harvests(everything, options.sowings, lambda _: advance()))
    seconds = proofreading.documents(Path(options.documents)) if options.documents else None
    for complaint in proofreading.complaints(cleans, found):
        console.print(complaint, markup=False, soft_wrap=True)
    show(proofreading.tables(cleans, found))
    console.print(proofreading.timing(seconds), markup=False)
    if options.write:
        proofreading.write(cleans, found, seconds)
        console.print("wrote", str(proofreading.PAGE))


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        doc = (run.__doc__ or "").strip()
        added = commands.add_parser(name, help=doc.split("\n")[0], description=doc)
        added.set_defaults(run=run)
        return added

    timing = [command("measure", measure), command("peers", side_by_side)]
    for added in timing:
        added.add_argument("--cases", nargs="+", metavar="CASE", help=", ".join(CASES))
    for added in (*timing, command("floor", show_floors)):
        added.add_argument("--rounds", type=int, default=5, help="turns of each peer (5)")
        added.add_argument("--seconds", type=float, default=0.3, help="length of a turn (0.3)")
        added.add_argument(
            "--cpu", default=last_cpu(), help="the cpu they share, or any (the last)"
        )
        if added.prog.endswith("measure"):
            added.add_argument("--peers", nargs="+", metavar="PEER", default=[], help=NAMES)
        elif added.prog.endswith("peers"):
            added.add_argument("--fresh", action="store_true", help="forget an interrupted run")
    shown = command("show", show_kept)
    shown.add_argument("--peers", nargs="+", metavar="PEER", default=[], help=NAMES)
    shown.add_argument("--all", action="store_true", help="lowest, median and highest samples, too")
    command("write", write)
    judged = command("checker", judge)
    judged.add_argument("--cases", type=int, default=checker.CASES, help="right rules to try")
    proofed = command("proofreading", proofread)
    proofed.add_argument("--seeds", type=int, default=10, help="of points, for right lines (10)")
    proofed.add_argument("--sowings", type=int, default=1, help="of each kind in each (1)")
    proofed.add_argument("--documents", metavar="FOLDER", help="where both documents are")
    proofed.add_argument("--write", action="store_true", help="put the tables into their page")
    families = [family.name for family in growth.FAMILIES]
    grown = command("growth", grow)
    grown.add_argument("--cases", nargs="+", choices=families)
    grown.add_argument("--fresh", action="store_true", help="forget an interrupted run")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; a failure is one line on stderr and exit code 2."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
