"""Compiled peers, and a compiler for one that needs clang."""
