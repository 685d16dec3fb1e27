"""A proof-reading for its readers: in the terminal, as Markdown, as JSON, as a marked page."""

import json
import os
from pathlib import Path
from typing import Any

from .. import output

FORMATS = ("html", "md", "json", "txt")


def marked(report: Any, path: str | os.PathLike[str]) -> Path:
    """Write what a proof-reading found, and return the path; its suffix decides how.

    .html: the document with marks in its margin, one file that opens in any browser and needs no
    network.  .md: the outcome, every mistake in full, and a table of all lines.  .json: the
    report's `to_dict()`.  .txt: what `print(report)` shows.

    report: what `autograd.proofread` returned, or `gradproof check` shows.

    Raises TypeError for anything else, FormatError (a ValueError) for another suffix,
    FileNotFoundError for a missing folder, and MissingExtraError where a page is wanted without the
    extra `page`.

    >>> marked(report, "notes.html")  # doctest: +SKIP
    PosixPath('notes.html')
    """
    file, format = output.target(path, FORMATS)
    return output.write(file, written(report, format).encode("utf-8", "backslashreplace"))


def check(path: str | os.PathLike[str]) -> None:
    """Raise now what `marked` would raise for this path, before the document is judged."""
    _, format = output.target(path, FORMATS)
    if format == "html":
        from . import page  # noqa: F401  raises MissingExtraError


def written(report: Any, format: str, brief: bool = False) -> str:
    """A report as text in one of the formats; `brief` leaves out right lines of plain text."""
    if not (hasattr(report, "marks") and hasattr(report, "to_dict")):
        raise TypeError(f"a report of a proof-reading is wanted; got {type(report).__name__}")
    if format == "html":
        from .page import page

        return page(report)
    if format == "json":
        return json.dumps(report.to_dict(), ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    if format == "md":
        from .markdown import markdown

        return markdown(report)
    from .terminal import plain

    return plain(report, brief) + "\n"
