"""Formulas back to text: LaTeX, Python, short Unicode."""
