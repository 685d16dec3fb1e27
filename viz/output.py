"""Where pictures go: the wanted path is checked before any work and written all at once."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from .errors import FormatError


def target(path: str | os.PathLike[str], formats: tuple[str, ...]) -> tuple[Path, str]:
    """The path and the format that its suffix names; raises where it cannot become a file."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"a picture goes to a path, such as 'graph.png'; got {path!r}")
    if not os.fspath(path):
        raise FormatError("the path is empty: give a file name, like graph.png")
    wanted = Path(path)
    format = wanted.suffix[1:].lower()
    if wanted.name in {f".{f}" for f in formats}:
        raise FormatError(f"{str(path)!r} has no name before its suffix: give one, like graph.png")
    if wanted.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder: give a file name, like graph.png")
    if format not in formats:
        known = ", ".join(f".{f}" for f in formats)
        raise FormatError(f"{str(path)!r} does not end in a known format: use one of {known}")
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


def write(path: Path, content: bytes) -> Path:
    """Put `content` at `path` whole: a failure leaves the previous file as it was."""
    final = Path(os.path.realpath(path))  # a link stays a link
    draft = final.with_name(f".gradproof-{secrets.token_hex(6)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, final)
    except OSError as error:  # in the user's terms: the draft is ours
        raise type(error)(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return path
