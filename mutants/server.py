"""Starts pytest in a child of a process that has imported what every run needs: half of its time.

Run as a script, from outside of any tree: it must not import a module of ours.  A request is a line
of JSON; the answers are the child's process group, and, when it has ended, its status.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from typing import Any

import hypothesis.extra.numpy
import numpy
import pytest

LOADED = hypothesis.extra.numpy, numpy


def tests(request: dict[str, Any]) -> int:
    """The child: becomes a run of pytest in the tree."""
    for target, path in ((0, os.devnull), (1, request["log"]), (2, request["log"])):
        os.dup2(os.open(path, os.O_RDWR | os.O_APPEND), target)
    resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
    os.environ.update(request["environment"])
    sys.dont_write_bytecode = bool(os.environ["PYTHONDONTWRITEBYTECODE"])
    os.chdir(request["tree"])
    sys.path.insert(0, request["tree"])
    return int(pytest.main(request["arguments"]))


def ended(child: int, limit: float) -> int | None:
    """The child's status; None if it had to be killed after `limit` seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def serve() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            status = 3  # pytest's for an internal error
            try:
                status = tests(request)
                sys.stdout.flush()
            finally:
                os._exit(status)
        print(child, flush=True)
        known = ended(child, request["limit"])
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # and what the tests started
        if known is None:
            os.waitpid(child, 0)
        print(json.dumps(known), flush=True)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file
    gc.collect()
    gc.freeze()  # so that children do not copy what they never touch
    serve()
