"""`gradproof exercise`: a derivation with mistakes to find or blanks to fill in, and its key."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from nn.errors import printable
from viz import output as viz_output

from . import worksheet
from .check import content, readers
from .conventions import from_file, sidecar
from .errors import UsageError

FORMATS = ("md", "markdown", "txt", "tex")
SUFFIXES = tuple(f".{name}" for name in FORMATS)


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "exercise",
        help="make a derivation with mistakes to find, or with blanks to fill in",
        description="A network's derivation, or your own page of notes, with mistakes planted into "
        "its lines or with formulas left out.  The answers go into a file of their own, and "
        "`gradproof check` marks what comes back.",
    )
    add = command.add_argument
    add("--net", choices=worksheet.NETS, help="a document's network")
    add("--from", dest="source", metavar="FILE", help="or a page of notes, all of it right")
    add("--layout", choices=("rows", "columns"),
        help="what a sample of the network is; by default as in the document")  # fmt: skip
    add("--style", choices=worksheet.STYLES,
        help="line by line, by residuals, or one formula each")  # fmt: skip
    add("--mistakes", type=int, metavar="N", help="how many to plant (1)")
    add("--blanks", type=int, metavar="N", help="how many formulas to leave out instead")
    add("--seed", type=int, default=0, help="which exercise of many (0)")
    add("-o", "--output", required=True, metavar="FILE", help="the exercise")
    add("--key", metavar="FILE", help="the answers (exercise.key.md for exercise.md)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    refuse(options)
    from autograd.proofread.planting.exercises import task, with_blanks, with_mistakes

    kind = "mistakes" if options.blanks is None else "blanks"
    count = options.blanks or options.mistakes or 1
    output = Path(options.output)
    key = Path(options.key) if options.key else output.with_suffix(".key.md")
    for path in (output, key):
        viz_output.target(path, FORMATS)
    page, config = source(options, task(kind, count), output)
    make = with_mistakes if kind == "mistakes" else with_blanks
    exercise = make(page, count, options.seed)
    write(output, exercise.page.text)
    if config is not None:
        write(output.with_suffix(config.suffix), content(config))
    write(key, exercise.key(output.name))
    print(f"to mark it: gradproof check {printable(str(output))}")
    return 0


def refuse(options: argparse.Namespace) -> None:
    """Say at once what cannot be."""
    readers()
    if (options.net is None) == (options.source is None):
        raise UsageError("exercise takes --net sigmoidnet|testnet or --from FILE, one of the two")
    if options.source and (options.layout or options.style):
        raise UsageError("--layout and --style are for --net: a page of notes has its own")
    if options.mistakes is not None and options.blanks is not None:
        raise UsageError("--mistakes and --blanks are two kinds of exercise: give one of them")
    for name in ("mistakes", "blanks"):
        if (getattr(options, name) or 1) < 1 or getattr(options, name) == 0:
            raise UsageError(f"--{name}: at least 1, not {getattr(options, name)}")
    if options.seed < 0:
        raise UsageError(f"--seed: a whole number from 0, not {options.seed}")
    written = [Path(p) for p in (options.output, options.key) if p is not None]
    if options.source and any(p.resolve() == Path(options.source).resolve() for p in written):
        raise UsageError("the exercise must not overwrite the page it is made from")
    if len({p.resolve() for p in written}) < len(written):
        raise UsageError("-o and --key are two files")


def source(options: argparse.Namespace, task: str, output: Path) -> tuple[Any, Path | None]:
    """The page that the exercise is made from, and the file of its configuration, if any."""
    from autograd.proofread.planting.text import Page

    if options.net is not None:
        if output.suffix.lower() not in (".md", ".markdown"):
            raise UsageError(f"-o {output}: a network's exercise is Markdown: give it .md")
        layout = options.layout or worksheet.OWN_LAYOUT[options.net]
        text = worksheet.page(options.net, layout, options.style or "steps", task=task)
        return Page(output.name, text), None
    file = Path(options.source)
    if file.suffix.lower() not in SUFFIXES or output.suffix.lower() != file.suffix.lower():
        raise UsageError(f"--from takes {', '.join(SUFFIXES)}, and -o the same ending; got "
                         f"{file} and {output}")  # fmt: skip
    text = content(file)
    if file.suffix.lower() != ".tex":  # where an end of the document would come before it
        text = f"{text.rstrip()}\n\n{task}\n"
    return Page(file.name, text, from_file(file, None)), sidecar(file)


def write(path: Path, text: str) -> None:
    viz_output.write(path, text.encode())
    print(f"wrote {printable(str(path))}")
