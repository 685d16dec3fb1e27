"""Faults that are ideas and no patterns, listed by hand."""

from __future__ import annotations

from .mutant import Fault

FAULTS: list[Fault] = []
