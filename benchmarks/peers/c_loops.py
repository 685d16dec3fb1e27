"""Hand-derived gradients in plain C++ loops, no tape: the lower bound."""

from ..native.library import Library

TITLE = "C loops"
TOOLS = ["g++"]
library = Library("loops.cpp")


def s1(d):
    """derived by hand"""
    return library.s1(d)


def s2(d):
    """derived by hand"""
    return library.s2(d)


def s3(d):
    """derived by hand"""
    return library.s3(d)
