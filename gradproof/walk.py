"""`gradproof walk`: a page that steps through the passes over an expression or a network."""

from __future__ import annotations

import argparse
from typing import Any

from . import subject


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "walk",
        help="write a page that steps through the backward pass",
        description="Write one HTML file that steps through the forward and the backward pass, "
        "of an expression or of one of the documents' networks.",
    )
    subject.add_to(command)
    command.add_argument("-o", "--output", metavar="FILE", default="walk.html",
                         help="the page (default: walk.html)")  # fmt: skip
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    loss, names = subject.of(options)
    import viz

    title = f"The backward pass of {options.expression or options.net}"
    page = viz.page(loss, options.output, names=names, title=title)
    print(f"wrote {page}: open it in a browser")
    return 0
