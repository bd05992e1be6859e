"""New files for their owner alone (mode 0600), safe on the disk: whole, or none at all."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from surveyapp.core.command import RefusedError


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """Give a new file to write into; its bytes are on the disk afterwards.

    Raises:
        FileExistsError: it is there already.
        OSError: it cannot be written; what was written stays.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def named_file(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that somebody named, as ``private_file``.

    Raises:
        RefusedError: the file exists already, or cannot be written; nothing is left behind, whatever happens inside.
    """
    made = False
    try:
        with private_file(path) as file:
            made = True
            yield file
    except BaseException as error:
        if made:
            path.unlink(missing_ok=True)
        elif isinstance(error, FileExistsError):
            raise RefusedError(f"{path} exists already and is not overwritten; name a new file.") from error
        if isinstance(error, OSError):
            raise RefusedError(f"{path} cannot be written: {error.strerror}.") from error
        raise


def write_note(path: Path, told: object) -> None:
    """Write a small note in JSON for its owner alone, whole or not at all."""
    draft = path.with_name(f"{path.name}.part")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(told), encoding="ascii")
    draft.replace(path)


def keep_names(folder: Path) -> None:
    """Have the names of what was just put into *folder* survive a power cut; what a file holds does with its own sync."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
