"""Where pictures go: the wanted path is checked before any work and written all at once."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import FormatError


def target(path: str | os.PathLike[str], formats: tuple[str, ...]) -> tuple[Path, str]:
    """The path and the format that its suffix names; raises where it cannot become a file."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"a picture goes to a path, such as 'graph.png'; got {path!r}")
    if not os.fspath(path):
        raise FormatError("the path is empty: give a file name, like graph.png")
    if not possible(os.fspath(path)):
        raise FormatError(f"no file can have the name {str(path)!r}: give another, like graph.png")
    wanted = Path(path)
    format = wanted.suffix[1:].lower()
    if wanted.name in {f".{f}" for f in formats}:
        raise FormatError(f"{str(path)!r} has no name before its suffix: give one, like graph.png")
    if wanted.is_dir() or os.fspath(path).endswith(("/", os.sep)):  # which `Path` drops
        raise IsADirectoryError(f"{str(path)!r} is a folder: give a file name, like graph.png")
    if format not in formats:
        known = ", ".join(f".{f}" for f in formats)
        raise FormatError(f"{str(path)!r} does not end in a known format: use one of {known}")
    if wanted.exists() and not wanted.is_file():
        raise OSError(errno.EINVAL, "is no ordinary file: give another path", str(path))
    if not wanted.parent.is_dir():
        raise FileNotFoundError(
            f"{str(path)!r} cannot be written: there is no folder "
            f"{str(wanted.parent)!r}; create it first"
        )
    if not os.access(wanted.parent, os.W_OK):
        raise PermissionError(
            f"{str(path)!r} cannot be written: the folder is read-only; choose another one"
        )
    return wanted, format


def possible(name: str) -> bool:
    """Whether the system can have a file of that name: no nul byte, no half of a character."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


def write(path: Path, content: bytes) -> Path:
    """Put `content` at `path` whole: a failure leaves the previous file as it was."""
    final = Path(os.path.realpath(path))  # a link stays a link
    draft = final.with_name(f".gradproof-{secrets.token_hex(6)}")
    try:
        write_beside(draft, content)
        with suppress(FileNotFoundError):
            os.chmod(draft, final.stat().st_mode & 0o777)
        os.replace(draft, final)
    except OSError as error:  # in the user's terms: the draft is ours
        raise type(error)(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return path


def write_beside(draft: Path, content: bytes) -> None:
    """The content under a new name; on Linux it gets the name when it is whole, so that a kill
    leaves no part of it behind."""
    unnamed = nameless(draft.parent)
    if unnamed is not None:
        with unnamed as file:
            to_disk(file, content)
            with suppress(OSError):  # no /proc, say: then the other way
                own = file.fileno()
                # given a directory, `link` follows /proc's link to the file itself
                os.link(f"/proc/self/fd/{own}", draft, src_dir_fd=own)
                return
    with open(draft, "xb") as file:
        to_disk(file, content)


def nameless(folder: Path) -> Any:
    """A file without a name; None where the system or the file system has no such thing."""
    try:
        return open(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666), "wb")
    except (AttributeError, OSError):
        return None


def to_disk(file: Any, content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
