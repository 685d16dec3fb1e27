"""Seeded faults: proof that the suite can fail.  `python -m mutants --help` says what it takes.

Each mutant is the tree with one fault in it.  The tests nearest to the fault run against a copy,
then, if nothing failed, the whole suite.  A mutant that no test notices is a survivor: a test is
missing, or the fault makes no difference, which `equivalents.py` then says why.
"""
