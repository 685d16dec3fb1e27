"""Documents to raw formulas: where they stand, and LaTeX's grammar."""
