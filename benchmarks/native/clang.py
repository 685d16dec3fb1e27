#!/usr/bin/env python3
"""`clang` for tinygrad's cpu backend: zig's C compiler, called the way tinygrad calls clang.

Source on stdin, object file on stdout, as `clang … - -o -` does; zig writes to a file only.  The
debug sections, which tinygrad's loader does not know, are removed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

STRIPPED = ("--strip-debug", "--remove-section=.eh_frame", "--remove-section=.rela.eh_frame")
OWN = ("-fno-sanitize=all", "-fno-stack-protector", "-g0")  # zig's defaults are for debugging


def translated(arguments: list[str]) -> list[str]:
    """clang's arguments as zig takes them: its own target's name, and no output file."""
    kept = [a for a in arguments if not a.startswith("--target=")]
    at = kept.index("-o")
    return ["--target=x86_64-linux-gnu", *kept[:at], *kept[at + 2 :]]


def main() -> None:
    python = Path(os.environ["PEERS_HOME"]) / "tinygrad" / "bin" / "python"
    with tempfile.NamedTemporaryFile(suffix=".o") as object_file:
        compiler = [str(python), "-m", "ziglang", "cc", *translated(sys.argv[1:]), *OWN]
        subprocess.run([*compiler, "-o", object_file.name], check=True)
        subprocess.run(["objcopy", *STRIPPED, object_file.name], check=True)
        sys.stdout.buffer.write(Path(object_file.name).read_bytes())


if __name__ == "__main__":
    main()
