"""A pytest plugin for the run against a mutant: says what failed, and that the mutant was run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

STRANGE = 70  # the exit status when a module of ours came from elsewhere
PACKAGES = {"autograd", "gradproof", "nn", "viz"}
failed: list[str] = []


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        failed.append(report.nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        failed.append(report.nodeid)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    word = os.environ.get("MUTANTS_WORD")
    if word:
        items[:] = [item for item in items if word in item.name]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if strangers(Path.cwd()):
        session.exitstatus = STRANGE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in failed[:1]:
        terminalreporter.write_line(f"caught by {name}")
    for path in strangers(Path.cwd())[:1]:
        terminalreporter.write_line(f"imported from elsewhere: {path}")


def strangers(root: Path) -> list[str]:
    """The files of loaded modules of ours that are not below `root`."""
    files = [
        str(module.__file__)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in PACKAGES and getattr(module, "__file__", None)
    ]
    return sorted(file for file in files if not Path(file).is_relative_to(root))
