"""A virtual environment for each library, under PEERS_HOME: made once, checked at each run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .peer import Peer, home

NUMPY = "numpy==2.4.6"  # the same for all, so that it is not numpy that is compared


def needed(peers: list[Peer]) -> dict[str, list[str]]:
    """What each environment holds: numpy and what the adapters that share it require."""
    wanted: dict[str, set[str]] = {}
    for peer in peers:
        if peer.environment is not None:
            wanted.setdefault(peer.environment, {NUMPY}).update(peer.requires)
    return {name: sorted(packages) for name, packages in wanted.items()}


def create(peers: list[Peer], report: Callable[[str], None]) -> dict[str, str]:
    """Make the environments that are not there yet; returns why for those that can't be made."""
    failed = {}
    for name, packages in needed(peers).items():
        folder, done = home() / name, home() / name / "installed.txt"
        listed = "\n".join(packages) + "\n"
        if done.exists() and done.read_text(encoding="utf-8") == listed:
            continue
        report(f"installing {name}: {', '.join(packages)}")
        if reason := installed(folder, packages):
            failed[name] = reason
        else:
            done.write_text(listed, encoding="utf-8")
    return failed


def installed(folder: Path, packages: list[str]) -> str:
    """Install into `folder`; returns the last line of what went wrong, or nothing."""
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    commands = [[*pip, *packages]]
    if not python.exists():
        commands.insert(0, [sys.executable, "-m", "venv", str(folder)])
    for command in commands:
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            lines = (result.stderr or result.stdout).strip().splitlines()
            return lines[-1] if lines else f"exit status {result.returncode}"
    return ""
