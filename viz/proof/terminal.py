"""A report in the terminal, as a teacher writes below a pupil's work."""

import io

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .. import text
from . import words
from .places import Mark, Places, Report, spaced
from .words import LOOKS

WIDTH = 100
LONGEST = 400  # characters of a claim; a matrix written out would fill the screen
LONGEST_NAME = 24  # of a file; then its lines are named without it
INDENT, LABELS = 4, 10


def rich(report: Report, brief: bool = False) -> RenderableType:
    """The report for a rich console; `brief` leaves out what is right."""
    places = Places(report)
    blocks: list[RenderableType] = [head(report, places), Text()]
    after_block = False
    for marks in words.by_line(report):
        for mark in marks:
            quiet = words.quiet(mark)
            if brief and words.fine(mark):
                continue
            if len(blocks) > 2 and (after_block or not quiet):
                blocks.append(Text())
            blocks.append(line(report, mark, len(marks), places))
            if not quiet:
                blocks.append(block(mark, places))
            after_block = not quiet
    return Group(*blocks, *tail(report))


def plain(report: Report, brief: bool = False, width: int = WIDTH) -> str:
    """The same as text without colour."""
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, emoji=False,
                      force_terminal=False, legacy_windows=False)  # fmt: skip
    console.print(rich(report, brief))
    return "\n".join(row.rstrip() for row in out.getvalue().splitlines()).strip("\n")


def head(report: Report, places: Places) -> RenderableType:
    """What it was judged by."""
    rows = [("loss", places.said(report.loss)), ("sizes", words.sizes(report))]
    rows += [("judged by" if i == 0 else "", spaced(sentence))
             for i, sentence in enumerate(report.conventions)]  # fmt: skip
    return Group(
        Rule(Text(words.title(report), "bold"), align="left", style="dim"),
        Padding(pairs([(label, Text(said)) for label, said in rows if said]), (0, 0, 0, INDENT)),
    )


def pairs(rows: list[tuple[str, Text]]) -> RenderableType:
    """Labels beside sentences."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True, width=LABELS)
    grid.add_column(overflow="fold")
    for label, said in rows:
        grid.add_row(label, said)
    return grid


def line(report: Report, mark: Mark, parts: int, places: Places) -> Text:
    """One line: sign, verdict, number, place, and for what needs no more words the claim."""
    look = LOOKS[mark.verdict]
    called = f"{mark.line}.{mark.part}" if parts > 1 else str(mark.line)
    row = Text(no_wrap=True, overflow="ellipsis")
    row.append(f"{look.sign} {mark.verdict:<12}", look.style)
    row.append(f" {called:>4}", "bold" if look.loud else "")
    place = places.coordinates(mark)
    name = spaced(report.name)
    row.append(f"  {name}:{place}" if place and 0 < len(name) <= LONGEST_NAME else f"  {place}",
               "dim")  # fmt: skip
    if words.quiet(mark):
        if aside := words.aside(mark, places):
            row.append(f"  {aside}:", look.style)
        row.append(f"  {words.claim(mark)}", "dim")
    return row


def block(mark: Mark, places: Places) -> RenderableType:
    """A claim and all that there is to say about it."""
    look = LOOKS[mark.verdict]
    claim = text.shorten(words.claim(mark), LONGEST)
    rows = [("written", Text(claim, "bold" if look.loud else ""))]
    for remark in words.remarks(mark, places):
        said = Text(remark.formula, "bold green")
        aside = f"  ({remark.words})" if remark.formula and remark.words else remark.words
        rows.append((remark.label, said.append(aside, "default")))
    return Padding(pairs(rows), (0, 0, 0, INDENT))


def tail(report: Report) -> list[RenderableType]:
    """The count, where to start, advice, and how it was judged."""
    style = "bold red" if report.first else "bold green" if report.ok else "bold"
    found: list[RenderableType] = [
        Rule(style="dim"),
        Text(words.summary(report), "bold"),
        Text(words.outcome(report), style),
    ]
    found += [Text(f"Advice: {spaced(advice)}") for advice in report.advice]
    found += [Text(spaced(sentence), "dim") for sentence in report.method]
    return found
