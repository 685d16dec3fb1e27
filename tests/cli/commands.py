"""Running the command line as a user would."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def shell(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m gradproof` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gradproof", *arguments], cwd=cwd, capture_output=True, text=True,
        check=False, timeout=300, env={**os.environ, **environment},
    )  # fmt: skip
