"""Formulas and claims that are written in Python."""
