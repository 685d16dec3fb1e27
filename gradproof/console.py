"""The terminal: texts of the user's are printed as they are, never read as markup."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text


class Terminal(Console):
    """rich's console, which lets a closed pipe be seen by the caller."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError

    def say(self, text: str, style: str = "") -> None:
        """One line, however long: the terminal wraps it, not we."""
        self.print(Text(text, style=style), soft_wrap=True)


def terminal() -> Terminal:
    return Terminal(highlight=False, emoji=False)
