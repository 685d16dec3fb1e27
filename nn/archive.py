"""Reading and writing .npz files that others may have damaged or forged.

A model file is an uncompressed zip of .npy arrays, readable by `numpy.load(path)`; the entry
"header" holds JSON.  Everything declared in it is checked against the bytes that are there before
any memory is taken: since nothing is compressed, a file can never grow.  No pickle is ever read.
"""

from __future__ import annotations

import io
import json
import math
import os
import secrets
import stat
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from .errors import ModelFileError, printable
from .writable import check_writable, kind_of, possible, users_terms

Array = NDArray[Any]

DTYPES = ("<f8", "<f4", "|u1")  # what a model consists of
LOCAL_HEADER = 30  # bytes that precede each entry of a zip at least


def write(path: str | os.PathLike[str], header: dict[str, Any], arrays: dict[str, Array]) -> None:
    """Write the file as a whole or not at all: the old one is replaced in a single step.

    Raises OSError for a path that cannot be written; then the old file is as it was.
    """
    text = json.dumps(header, ensure_ascii=True, allow_nan=False).encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, array in {"header": np.frombuffer(text, np.uint8), **arrays}.items():
            entry = io.BytesIO()
            little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
            npy.write_array(entry, little.reshape(array.shape), allow_pickle=False)
            # ZipInfo's fixed date: the same model gives the same bytes
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), entry.getvalue())
    replace(path, content.getvalue())


def replace(path: str | os.PathLike[str], content: Any) -> None:
    """Write `content` beside the file, to the disk, and only then in its place."""
    check_writable(path)
    target = Path(os.path.realpath(path))  # through links, which stay
    beside = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.tmp")
    with users_terms(path):
        try:
            write_beside(beside, content)
            if target.exists():
                os.chmod(beside, target.stat().st_mode & 0o777)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
        flush_directory(target.parent)


def write_beside(beside: Path, content: Any) -> None:
    """The content under a new name; on Linux it gets the name when it is whole, so that a kill
    leaves no part of it behind."""
    unnamed = nameless(beside.parent)
    if unnamed is not None:
        with unnamed as file:
            to_disk(file, content)
            with suppress(OSError):  # no /proc, say: then the other way
                own = file.fileno()
                # given a directory, `link` follows /proc's link to the file itself
                os.link(f"/proc/self/fd/{own}", beside, src_dir_fd=own)
                return
    with open(beside, "xb") as file:
        to_disk(file, content)


def nameless(folder: Path) -> Any:
    """A file without a name; None where the system or the file system has no such thing."""
    try:
        return open(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666), "wb")
    except (AttributeError, OSError):
        return None


def to_disk(file: Any, content: Any) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def flush_directory(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can (POSIX)."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Array]]:
    """(header, arrays by name); the arrays are read-only.

    Raises ModelFileError for anything that `write` would not have written, OSError for a file that
    cannot be read.
    """
    name = printable(Path(path).name)
    with possible(path):
        there = kind_of(Path(path))
    if there not in (None, stat.S_IFREG, stat.S_IFDIR):  # a pipe or device may have no end
        raise ModelFileError(f"{name} is no ordinary file")
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                size = os.fstat(file.fileno()).st_size
                arrays = entries(archive, size, name)
            text = arrays.pop("header").tobytes().decode()
            header = json.loads(text, parse_constant=refused, parse_float=finite)
        except (ModelFileError, MemoryError):  # nothing takes more memory than the file has bytes
            raise
        # zipfile and the header's parser raise these and more for bytes that they cannot make
        # sense of; nothing of the user's runs in here, so whatever it is, the file is at fault.
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise ModelFileError(f"{name} is damaged or no model file ({reason})") from None
    if not isinstance(header, dict):
        raise ModelFileError(f"{name}: the header is {type(header).__name__}, no JSON object")
    return header, arrays


def entries(archive: zipfile.ZipFile, size: int, name: str) -> dict[str, Array]:
    """Every array, once it is sure that all of them together fit into the file."""
    infos = archive.infolist()
    total = 0
    for info in infos:
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise ModelFileError(f"{name}: {info.filename!r} is compressed; models are not")
        total += info.file_size + LOCAL_HEADER
    if total > size:
        raise ModelFileError(f"{name}: it declares {total} bytes and has {size}")
    arrays: dict[str, Array] = {}
    for info in infos:
        key = info.filename.removesuffix(".npy")
        if key in arrays or key == info.filename:
            raise ModelFileError(f"{name}: unexpected entry {info.filename!r}")
        arrays[key] = array(archive.read(info), f"{name}: {key!r}")
    if "header" not in arrays or arrays["header"].dtype != np.uint8:
        raise ModelFileError(f"{name} has no header: it was not written by nn.save")
    return arrays


def array(content: bytes, what: str) -> Array:
    """The array of one .npy entry, whose declared shape has to be the bytes that follow."""
    stream = io.BytesIO(content)
    if npy.read_magic(stream) != (1, 0):
        raise ModelFileError(f"{what} has an .npy format other than 1.0")
    shape, fortran, dtype = npy.read_array_header_1_0(stream)
    if dtype.str not in DTYPES:
        raise ModelFileError(f"{what} has dtype {dtype}; models hold float64 or float32")
    count = math.prod(shape)
    rest = len(content) - stream.tell()
    if min(shape, default=0) < 0 or count * dtype.itemsize != rest:
        raise ModelFileError(f"{what} declares shape {shape} of {dtype}, and has {rest} bytes")
    flat = np.frombuffer(content, dtype, offset=stream.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


def refused(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def finite(text: str) -> float:
    return x if math.isfinite(x := float(text)) else refused(text)
