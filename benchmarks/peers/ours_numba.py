"""This repository, scalar programs compiled to machine code by numba."""

from .ours_compiled import chain, entropy, hinge

TITLE = "gradproof numba"
COMPILES = True
ENVIRONMENT = "numba"
REQUIRES = ["numba==0.68.1"]
OURS = True


def s1(d):
    """machine code"""
    return chain(d, "numba")


def s2(d):
    """machine code; update in the program"""
    return hinge(d, "numba")


def s3(d):
    """machine code; update in the program"""
    return entropy(d, "numba")
