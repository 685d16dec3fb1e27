"""A C++ type that records each operation on a tape, anew in every step."""

from ..native.library import Library

TITLE = "C++ tape"
TOOLS = ["g++"]
library = Library("tape.cpp")


def s1(d):
    """recorded anew in every step"""
    return library.s1(d)


def s2(d):
    """recorded anew in every step"""
    return library.s2(d)


def s3(d):
    """recorded anew in every step"""
    return library.s3(d)
