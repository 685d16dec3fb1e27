"""Mutants that no test can catch, because what they change makes no difference: each with why."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
