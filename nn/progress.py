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
    from .bar import Bar

    with Bar() as shown:
        task = shown.add_task("", total=epochs)

        def report(history: History) -> None:
            shown.update(task, completed=len(history), description=described(history))

        yield report


def described(history: History) -> str:
    """`loss 0.1234, accuracy 97%`, of the validation part where there is one."""
    held = "val_" if history.val_loss else ""
    text = f"{held}loss {(history.val_loss or history.loss)[-1]:.4f}"
    accuracy = history.val_accuracy if held else history.accuracy
    return text + (f", {held}accuracy {accuracy[-1]:.0%}" if accuracy else "")
