"""Faults that are ideas and no patterns, listed by hand."""

from __future__ import annotations

from . import faults_of_arrays, faults_of_networks, faults_of_programs, faults_of_the_engine

FAULTS = [
    *faults_of_the_engine.FAULTS,
    *faults_of_arrays.FAULTS,
    *faults_of_programs.FAULTS,
    *faults_of_networks.FAULTS,
]
