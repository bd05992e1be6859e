"""Files that come over the web are read in a process of their own, which may take so much time and memory and no more.

The readers have limits of their own against floods of cells, entities and packed bytes; this is for what nobody thought of.
The process knows the file and its name, nothing of the settings or the database, and hands back bytes that are never executed.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import abort, has_request_context

from surveyapp.core import apart_child

Reader = Callable[[bytes, str], bytes]
"""A function at the top of a module: what is to be read and its name in, what was found out."""
CPU_SECONDS: Final = 15
MEMORY_BYTES: Final = 1_200_000_000
"""Of addresses, which is more than is touched: the largest workbook that is taken needs about half of it."""
_BUSY: Final = 3
"""How many times as long may pass on a machine that has other things to do."""
_AT_ONCE: Final = 2
_PATIENCE_S: Final = 20
_turns: Final = threading.BoundedSemaphore(_AT_ONCE)


class TooHardError(Exception):
    """The file takes more time or memory than any file that people make."""


def run(reader: Reader, content: bytes, name: str, seconds: int = CPU_SECONDS) -> bytes:
    """Return what *reader* makes of *content*, which came with this request; without a request it is read right here.

    Raises TooHardError if the process broke off, and 503 if too many files are being read already.
    """
    if not has_request_context():
        return reader(content, name)
    if not _turns.acquire(timeout=_PATIENCE_S):
        abort(503)
    try:
        return _elsewhere(reader, content, name, seconds)
    finally:
        _turns.release()


def _elsewhere(reader: Reader, content: bytes, name: str, seconds: int) -> bytes:
    words = f"{reader.__module__}:{reader.__qualname__}", str(seconds), str(MEMORY_BYTES)
    command = [sys.executable, "-I", str(Path(apart_child.__file__).resolve()), *words]
    surroundings = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    # Whoever is on the machine reads command lines, and the name of a file may be that of a person.
    told = name.replace("\0", "").encode(errors="replace") + b"\0" + content
    try:
        done = subprocess.run(  # noqa: S603 - our own script and fixed words
            command, input=told, capture_output=True, check=False, timeout=_BUSY * seconds, env=surroundings
        )
    except subprocess.TimeoutExpired:
        raise TooHardError from None
    if done.returncode != 0:
        raise TooHardError
    return done.stdout
