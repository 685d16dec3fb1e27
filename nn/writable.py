"""Where a file can be written: asked before a long computation, and said in the user's terms."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PathLike = str | os.PathLike[str]

# The path itself is in the error's `filename`; programs may print these in lower case.
REASONS = {
    errno.ENOENT: "its folder takes no files",
    errno.EACCES: "its folder is read-only for you",
    errno.EPERM: "its folder is read-only for you",
    errno.EROFS: "its folder is read-only",
}


def check_writable(path: PathLike) -> None:
    """Raise the OSError that `save` would raise for `path`; nothing there changes.

    FileNotFoundError or NotADirectoryError for a missing folder, IsADirectoryError for a folder,
    PermissionError or OSError for one that takes no files.  `.filename` is the path as given.

    >>> check_writable("no/such/folder/net.npz")
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] its folder does not exist: make it, or give another path: \
'no/such/folder/net.npz'
    """
    with possible(path):
        target = Path(os.path.realpath(path))
    with users_terms(path):
        there = kind_of(target)
    if there == stat.S_IFDIR or os.fspath(path).endswith(("/", os.sep)):  # which `Path` drops
        raise refusal(errno.EISDIR, "is a directory: give the name of a file", path)
    if there not in (None, stat.S_IFREG):
        raise refusal(errno.EINVAL, "is no ordinary file: give another path", path)
    folder = kind_of(target.parent)
    if folder is None:
        reason = "its folder does not exist: make it, or give another path"
        raise refusal(errno.ENOENT, reason, path)
    if folder != stat.S_IFDIR:
        raise refusal(errno.ENOTDIR, "its folder is a file: give another path", path)
    with users_terms(path):  # a file without a name, or one that is gone at once
        tempfile.TemporaryFile(dir=target.parent).close()


def kind_of(path: Path) -> int | None:
    """The type of what is there; None where nothing is."""
    try:
        return stat.S_IFMT(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None


def refusal(number: int, reason: str, path: PathLike) -> OSError:
    """The subclass of OSError that belongs to the number."""
    return OSError(number, reason, os.fspath(path))


@contextmanager
def possible(path: PathLike) -> Iterator[None]:
    """A name that no file can have (a nul byte, half a character) is an OSError like any other."""
    try:
        yield
    except ValueError:
        reason = "no file can have this name: give another path"
        raise refusal(errno.EINVAL, reason, path) from None


@contextmanager
def users_terms(path: PathLike) -> Iterator[None]:
    """Errors of the system about a file of our own become errors about the user's path."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        reason = REASONS.get(error.errno, error.strerror)
        raise refusal(error.errno, f"{reason}: give another path", path) from None
