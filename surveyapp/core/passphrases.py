"""Passphrases as they come from a file or a keyboard."""

import unicodedata
from pathlib import Path

from surveyapp.core.command import RefusedError


def read_passphrase(path: Path | None) -> bytes | None:
    """Return the first line of the passphrase file as a page would take it; None if none was named.

    Raises:
        RefusedError: the file cannot be read, or its first line is empty or no text.
    """
    if path is None:
        return None
    try:
        line = path.read_bytes().split(b"\n")[0].rstrip(b"\r")
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}.") from error
    if not line:
        raise RefusedError(f"The first line of {path} is empty; write the passphrase there.")
    try:
        return passphrase_bytes(line.decode())
    except UnicodeDecodeError:
        raise RefusedError(f"The first line of {path} is no UTF-8 text; save the file as UTF-8.") from None


def passphrase_bytes(typed: str) -> bytes:
    """Return a passphrase as bytes, the same however a keyboard puts its marks on letters; spaces count."""
    return unicodedata.normalize("NFC", typed).encode()
