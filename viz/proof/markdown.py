"""A report as Markdown: the mistakes in full, and a table of every line."""

import re

from . import words
from .places import Mark, Places, Report, spaced
from .words import LOOKS

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&^])")
TICKS = re.compile(r"`+")


def markdown(report: Report) -> str:
    """The whole report."""
    places = Places(report)
    parts = [f"# {escaped(words.title(report))}", *head(report, places)]
    loud = [m for m in report.marks if not words.quiet(m)]
    if loud:
        parts.append("## What to look at")
        parts += [block(report, mark, places) for mark in loud]
    parts += ["## Every line", table(report, places)]
    if report.advice:
        parts += ["## Advice", bullets(report.advice)]
    parts += ["## How it was judged", bullets(report.method)] if report.method else []
    return "\n\n".join(parts) + "\n"


def head(report: Report, places: Places) -> list[str]:
    """The outcome, and what it was judged by."""
    rows = [("Loss", places.said(report.loss)), ("Sizes", words.sizes(report))]
    said = [f"{label}: {escaped(what)}" for label, what in rows if what]
    said += [escaped(spaced(sentence)) for sentence in report.conventions]
    return [
        f"**{words.outcome(report)}** {words.summary(report)}.",
        *(["Judged by:", "\n".join(f"- {sentence}" for sentence in said)] if said else []),
    ]


def bullets(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"- {escaped(spaced(sentence))}" for sentence in sentences)


def block(report: Report, mark: Mark, places: Places) -> str:
    """One mark in full."""
    heading = f"### {LOOKS[mark.verdict].sign} {places.of(mark)}: {mark.verdict}"
    lines = [heading, "", formula(report, words.claim(mark)), ""]
    for remark in words.remarks(mark, places):
        written = formula(report, remark.formula) if remark.formula else ""
        aside = escaped(remark.words)
        said = f"{written} ({aside})" if written and aside else written or aside
        lines.append(f"- **{remark.label}**: {said}")
    return "\n".join(lines).rstrip()


def table(report: Report, places: Places) -> str:
    rows = ["| | equation | place | verdict | claim |", "| --- | --- | --- | --- | --- |"]
    for marks in words.by_line(report):
        for mark in marks:
            number = f"{mark.line}.{mark.part}" if len(marks) > 1 else str(mark.line)
            claim = formula(report, words.claim(mark)).replace("|", r"\|")
            rows.append(f"| {LOOKS[mark.verdict].sign} | {number} | {places.coordinates(mark)} "
                        f"| {mark.verdict} | {claim} |")  # fmt: skip
    return "\n".join(rows)


def formula(report: Report, written: str) -> str:
    """LaTeX between dollars, anything else as code."""
    if words.is_tex(report, written) and "$" not in written and "`" not in written:
        # < begins a tag for a reader of Markdown that knows no maths
        return f"${words.tex(written).strip().replace('<', chr(92) + 'lt ')}$"
    fence = "`" * (1 + max((len(run) for run in TICKS.findall(written)), default=0))
    space = " " if written.startswith("`") or written.endswith("`") else ""
    return f"{fence}{space}{written}{space}{fence}"


def escaped(words: str) -> str:
    """A sentence whose signs mean themselves."""
    return SPECIAL.sub(r"\\\1", words)
