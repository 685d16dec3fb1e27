"""Formulas as trees, and what they come to."""
