"""The progress bar of a terminal: `epoch 3/300 ━━━╸━━━━━ loss 0.1234, accuracy 97% 0:00:02`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.constrain import Constrain
from rich.progress import BarColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.table import Table

WIDE = 76  # columns from which on there is room for a bar beside the numbers
ROOM = 4  # columns left free: the terminal writes ^C there, and a line that wraps stays behind
COUNTER, NUMBERS = "epoch {task.completed}/{task.total}", "{task.description}"


class Bar(Progress):
    """Counter, bar, numbers and time; in a narrow terminal counter and numbers alone."""

    def __init__(self) -> None:
        self.wide = (TextColumn(COUNTER), BarColumn(), TextColumn(NUMBERS), TimeRemainingColumn())
        self.narrow = (TextColumn(f"{COUNTER} {NUMBERS}"),)
        self.terminal = Console(stderr=True)
        super().__init__(console=self.terminal)

    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        """The columns that the terminal has room for at this moment."""
        self.columns = self.wide if self.terminal.width >= WIDE else self.narrow
        return super().make_tasks_table(tasks)

    def get_renderable(self) -> RenderableType:
        """The line, with room behind it."""
        return Constrain(super().get_renderable(), max(self.terminal.width - ROOM, 1))
