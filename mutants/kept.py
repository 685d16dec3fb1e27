"""What earlier runs found, kept in a file: a rerun does only what changed or was not done."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from .mutant import Mutant
from .nearest import Stage
from .trial import SURVIVED, Outcome


def digest(parts: Iterable[str | bytes]) -> str:
    """A hash of texts; where one ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:24]


class Kept:
    """Outcomes by mutant, each with the hash of what it was found for.

    That is the mutated module and the tests that caught it; for a survivor, since any new test
    might catch it, all tests.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self.texts: dict[Path, bytes] = {}
        tests = (root / "tests").rglob("*.py")
        self.tests = sorted(p for p in tests if p.parent.name != "mutants")
        self.found: dict[str, dict[str, object]] = {}
        if path.exists():
            self.found = json.loads(path.read_text(encoding="utf-8"))

    def text(self, path: Path) -> bytes:
        if path not in self.texts:
            self.texts[path] = path.read_bytes()
        return self.texts[path]

    def key(self, mutant: Mutant, near: Sequence[Stage], outcome: Outcome) -> str:
        source = self.text(self.root / mutant.path).decode()
        files = self.concerned(near, outcome)
        return digest([mutant.name, mutant.applied(source), *map(self.text, files)])

    def concerned(self, near: Sequence[Stage], outcome: Outcome) -> list[Path]:
        """The tests that a change of can make another outcome of this one."""
        if outcome.verdict == SURVIVED:
            return self.tests
        caught_by = self.root / outcome.by.partition("::")[0]
        files = [self.root / name for stage in near for name in stage.files]
        if caught_by in self.tests:
            files = [caught_by]
        folders = {self.root / "tests", *(file.parent for file in files)}
        helpers = [p for p in self.tests if p.parent in folders and not p.name.startswith("test_")]
        return helpers + files

    def get(self, mutant: Mutant, near: Sequence[Stage], whole: bool) -> Outcome | None:
        """The kept outcome, if it still holds and answers what is asked."""
        known = dict(self.found.get(mutant.name, {}))
        key = known.pop("key", None)
        if not known:
            return None
        outcome = Outcome(**known)  # type: ignore[arg-type]  # as `put` wrote it
        if key != self.key(mutant, near, outcome):
            return None
        return (
            None if whole and outcome.verdict == SURVIVED and outcome.stage != "whole" else outcome
        )

    def put(self, mutant: Mutant, near: Sequence[Stage], outcome: Outcome) -> None:
        """Keep an outcome; the file is written at once, so an interrupted run loses nothing."""
        key = self.key(mutant, near, outcome)
        self.found[mutant.name] = {"key": key, **asdict(outcome)}
        beside = self.path.with_suffix(".tmp")
        beside.write_text(json.dumps(self.found, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(beside, self.path)
