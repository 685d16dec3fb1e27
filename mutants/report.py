"""The score, as a table on a terminal and as a page of the docs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table

from .equivalents import EQUIVALENT
from .mutant import ROOT, Mutant, module
from .trial import CAUGHT, SURVIVED, TIMEOUT, Outcome

Result = tuple[Mutant, Outcome]
PAGE = ROOT / "docs" / "mutants.md"
WHOLE = "whole"  # the stage of an outcome that all tests were asked for
COLUMNS = ("mutants", "caught", "timeout", "equivalent", "survived")

HEAD = """\
# Mutants: can the suite fail?

A test that cannot fail proves nothing. `make mutants` puts one fault after the other into a copy of
the tree and runs the tests against it: first those nearest to the fault, then, if none failed, all
of them. The faults are made from the code itself (each derivative rule with the wrong sign, a
factor 2, a factor or a term missing, arguments exchanged, one value taken for another, a sum or a
transposition left out, another function, a constant or a comparison shifted; and rules that are
right at first order only), and listed by hand where a fault is an idea and no pattern (a wrong
order of the graph, an assignment in place of an addition, an array that two own, a mode that is not
reset, an identity that does not hold at infinity).

An endless loop is ended after a time limit and counts as caught. An *equivalent* mutant computes
the same as the code, but for time, memory or rounding, so no test can tell them apart; each one is
listed below with the reason. One that a test does catch is reported as wrongly listed.

This page is written by `make mutants`, which goes on where an earlier run ended;
`python -m mutants --help` says how to run a few, list them, or see one as a difference.
"""


def verdict(mutant: Mutant, outcome: Outcome) -> str:
    """The column that a mutant counts in."""
    equivalent = outcome.verdict == SURVIVED and mutant.name in EQUIVALENT
    return "equivalent" if equivalent else outcome.verdict


def wrongly_listed(results: Iterable[Result]) -> list[Result]:
    """Caught, though they are said to be equivalent."""
    return [(m, o) for m, o in results if m.name in EQUIVALENT and o.verdict != SURVIVED]


def survivors(results: Iterable[Result]) -> list[Mutant]:
    return [m for m, o in results if verdict(m, o) == SURVIVED]


def counts(results: Sequence[Result], by: str) -> list[tuple[str, list[int]]]:
    """(name, one number per column) for each module or kind, and the sum of all."""
    total = dict[str, Counter[str]]()
    for mutant, outcome in results:
        name = module(mutant.path) if by == "module" else mutant.kind
        for row in (name, "all"):
            total.setdefault(row, Counter()).update(["mutants", verdict(mutant, outcome)])
    names = sorted(total.keys() - {"all"})
    return [(name, [total[name][c] for c in COLUMNS]) for name in [*names, "all"] if name in total]


def score(results: Sequence[Result]) -> str:
    """`812 of 815 mutants caught (99.6 %)`, equivalent ones left out."""
    found = Counter(verdict(*result) for result in results)
    caught, asked = found[CAUGHT] + found[TIMEOUT], len(results) - found["equivalent"]
    share = 100.0 * caught / asked if asked else 100.0
    return f"{caught} of {asked} mutants that make a difference are caught ({share:.1f} %)"


def grid(results: Sequence[Result], by: str) -> Table:
    table = Table(by, *COLUMNS, box=None, header_style="bold", padding=(0, 1))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, row in counts(results, by):
        table.add_row(name, *(str(n) if n else "·" for n in row), end_section=name == "all")
    return table


def markdown(results: Sequence[Result], by: str) -> str:
    lines = [f"| {by} | {' | '.join(COLUMNS)} |", f"|---|{'---:|' * len(COLUMNS)}"]
    for name, row in counts(results, by):
        shown = f"`{name}`" if by == "module" and name != "all" else name
        lines.append(f"| {shown} | {' | '.join(str(n) if n else '' for n in row)} |")
    return "\n".join(lines)


def quoted(name: str) -> str:
    """A mutant's name as code in Markdown."""
    mark = "``" if "`" in name else "`"
    return f"{mark}{name}{mark}"


def asked(results: Sequence[Result], total: int) -> str:
    """Which tests were asked, and about how many of the mutants that there are."""
    outcomes = [outcome for _, outcome in results]
    whole = [o for o in outcomes if o.stage == WHOLE]
    near = sum(o.verdict != SURVIVED for o in outcomes if o.stage != WHOLE)
    text = f"Of {total} mutants, {len(outcomes)} were run."
    if len(outcomes) < total:
        text += f" Among the other {total - len(outcomes)} there may be survivors."
    text += f" The nearest tests caught {near}."
    if whole:
        found = sum(o.verdict != SURVIVED for o in whole)
        text += f" The whole suite was asked about {len(whole)} more and caught {found}."
    else:
        text += " The whole suite was not asked."
    return text


def page(results: Sequence[Result], total: int) -> str:
    """The text of docs/mutants.md, for the outcomes of some of `total` mutants."""
    lost = [f"- {quoted(m.name)}" for m in survivors(results)]
    same = [
        f"- {quoted(m.name)}: {EQUIVALENT[m.name]}"
        for m, o in results
        if verdict(m, o) == "equivalent"
    ]
    return "\n\n".join([
        HEAD + f"\n**{score(results)}.** {asked(results, total)}",
        "## By module", markdown(results, "module"),
        "## By kind of fault", markdown(results, "kind"),
        "## Survivors", "\n".join(lost) or "None.",
        "## Equivalent mutants", "\n".join(same) or "None.",
    ]) + "\n"  # fmt: skip


def write(results: Sequence[Result], total: int, path: Path = PAGE) -> None:
    path.write_text(page(results, total), encoding="utf-8")
