"""`gradproof check`: proof-read the derivations of a document, line by line."""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from nn.errors import printable

from .console import terminal
from .conventions import config
from .errors import UsageError

SUFFIXES = (".md", ".markdown", ".txt", ".tex", ".ipynb")
MOST = 2_000_000  # characters of a document
EPILOG = """exit codes: 0 no mistake, 1 mistakes, 2 something could not be read.

Two commands from a page of notes to a report:
  gradproof check --init notes.md       drafts notes.yaml: what the notes leave unsaid
  gradproof check notes.md              reads notes.md with notes.yaml"""


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "check",
        help="proof-read the derivations of a document",
        description="Judge every equation of a Markdown or LaTeX document, or of a notebook: "
        "right, wrong (why, and the smallest fix), right but resting on a wrong line, …",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("files", nargs="+", metavar="FILE", help=".md, .txt, .tex or .ipynb")
    add("--init", action="store_true", help="draft FILE.yaml instead: symbols, sizes, questions")
    add("--config", metavar="FILE.yaml", help="what is left unsaid (NAME.yaml beside NAME.md)")
    add("--set", action="append", default=[], metavar="KEY=VALUE",
        help="an entry of the configuration: loss=J, sizes.n=7")  # fmt: skip
    add("--loose", action="append", default=[], metavar="LINES",
        help="lines whose products are meant up to order: 34-56, or all")  # fmt: skip
    add("-o", "--output", action="append", default=[], metavar="OUT",
        help="also write the report: .html, .md, .json or .txt")  # fmt: skip
    add("--format", choices=("terminal", "md", "json", "txt"), default="terminal",
        help="what is printed")  # fmt: skip
    add("--brief", action="store_true", help="print no right lines")
    add("--seed", type=int, default=0, help="of the random points (0)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    files = [Path(name) for name in options.files]
    refuse(options, files)
    if options.init:
        return max(drafted(file, options) for file in files)
    from viz.proof import check

    for path in options.output:
        check(path)
    codes: list[int] = []
    found = []
    for file in files:
        report = proofread(file, options)
        codes.append(report.exit_code)
        found.append(report)
        if options.format != "json":
            shown(report, options)
    if options.format == "json":
        dicts = [report.to_dict() for report in found]
        print(json.dumps(dicts[0] if len(dicts) == 1 else dicts, ensure_ascii=False,
                         allow_nan=False, indent=2))  # fmt: skip
    saved(found[0], options)
    return max(codes)


def refuse(options: argparse.Namespace, files: list[Path]) -> None:
    """Say at once what cannot be."""
    readers()
    if len(files) > 1 and options.output:
        raise UsageError(f"-o is for one document, and there are {len(files)}\n"
                         "take them one at a time, or print --format json")  # fmt: skip
    if options.init and (options.config or options.set or options.loose):
        raise UsageError("--init writes a configuration; it takes none")
    for file in files:
        if file.suffix.lower() not in SUFFIXES:
            raise UsageError(f"{file}: this is no document that can be read; it takes "
                             f"{', '.join(SUFFIXES)}")  # fmt: skip
    for path in map(Path, options.output):
        if any(path.exists() and file.exists() and path.samefile(file) for file in files):
            raise UsageError(f"-o {path} is the document itself: give another name")


def readers() -> None:
    """Raise UsageError where the packages that read documents are missing."""
    if importlib.util.find_spec("lark") is None or importlib.util.find_spec("yaml") is None:
        raise UsageError("reading documents needs two more packages: pip install "
                         "'gradproof[proof]' (in a checkout: pip install '.[proof]')")  # fmt: skip


def proofread(file: Path, options: argparse.Namespace) -> Any:
    """The report on a file."""
    from autograd.proofread.planting.marking import points
    from autograd.proofread.reading import document

    text = content(file)
    said = config(file, text, options.config, options.set, options.loose)
    report = document.proofread(text, file.name, said, options.seed)
    return replace(report, advice=(*report.advice, *points(text, report)))


def content(file: Path) -> str:
    """A file as text; raises UsageError for what is none."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: byte {error.start} is not UTF-8: save it as UTF-8") from None
    if len(text) > MOST:
        raise UsageError(f"{file}: {len(text):,} characters; at most {MOST:,} are read")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(report: Any, options: argparse.Namespace) -> None:
    """Print a report: in a terminal with its width and colours, else as it is wanted."""
    console = terminal()
    if options.format == "terminal" and console.is_terminal:
        from viz.proof.terminal import rich

        console.print(rich(report, options.brief))
        return
    from viz.proof import written

    format = "txt" if options.format == "terminal" else options.format
    print(written(report, format, options.brief), end="")


def saved(report: Any, options: argparse.Namespace) -> None:
    """Write the files of -o, and say so on stderr where stdout is a report in some format."""
    import viz

    for path in options.output:
        file = viz.marked(report, path)
        said = f"wrote {printable(str(file))}"
        print(said, file=sys.stdout if options.format == "terminal" else sys.stderr)


def drafted(file: Path, options: argparse.Namespace) -> int:
    """Write a first configuration beside the document, or where -o says."""
    from autograd.proofread.reading.drafting.draft import draft
    from viz import output

    path = Path(options.output[0]) if options.output else file.with_suffix(".yaml")
    if path.exists():
        raise UsageError(f"{path} is there already, and is not overwritten\n"
                         f"give another name: -o OTHER.yaml, then --config OTHER.yaml")  # fmt: skip
    output.target(path, ("yaml", "yml"))
    text = draft(content(file), file.name)
    output.write(path, text.encode())
    print(f"wrote {printable(str(path))}: look through it, then: gradproof check {file}")
    return 0
