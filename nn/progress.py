"""How `fit` tells how far it is: a bar in a terminal, silence elsewhere, or a function of yours."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .history import History

Report = Callable[[History], None]
Progress = bool | Report | None


@contextmanager
def reporter(progress: Progress, epochs: int) -> Iterator[Report]:
    """The function to call after each epoch."""
    if callable(progress):
        yield progress
    elif progress or (progress is None and sys.stderr.isatty()):
        with bar(epochs) as report:
            yield report
    else:
        yield lambda history: None


@contextmanager
def bar(epochs: int) -> Iterator[Report]:
    """A bar of rich's on stderr, with loss and accuracy beside it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("epoch"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("", total=epochs)

        def report(history: History) -> None:
            shown.update(task, completed=len(history), description=described(history))

        yield report


def described(history: History) -> str:
    """`loss 0.1234, accuracy 97 %`, of the validation part where there is one."""
    loss, accuracy = history.val_loss or history.loss, history.val_accuracy or history.accuracy
    text = f"{'val_loss' if history.val_loss else 'loss'} {loss[-1]:.4f}"
    return text + (f", accuracy {accuracy[-1]:.0%}" if accuracy else "")
