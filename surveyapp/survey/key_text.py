"""A private key as text: on paper in short groups with a check for each line, and back from a file or from what was typed."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

_FRAME: Final = re.compile(r"-----BEGIN ((?:ENCRYPTED )?PRIVATE KEY)-----")
_KINDS: Final = ("ENCRYPTED PRIVATE KEY", "PRIVATE KEY")
_BETWEEN: Final = re.compile(r"[A-Za-z0-9+/=\s]+")
_NUMBERED: Final = re.compile(r"^\s*\d{1,2}\.\s+")
_CHECKED: Final = re.compile(r"^(?P<content>.*?)\s*:\s*(?P<check>\w{2})\s*$")
_PEM_LINE: Final = 64
_LINE: Final = 32
_GROUP: Final = 4
_LETTERS: Final = "ABCDEFGHJKMNPQRTUVWXY346789"
"""Of checks: the alphabet of codes, without look-alikes."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of a key on paper: its characters in groups, and the check that the reader compares."""

    groups: str
    check: str


def for_paper(pem: bytes) -> list[PaperLine]:
    """Return the lines in which the key is printed, to be typed back one by one."""
    inside = "".join(line for line in pem.decode("ascii").splitlines() if not line.startswith("-"))
    chunks = [inside[start : start + _LINE] for start in range(0, len(inside), _LINE)]
    return [PaperLine(_grouped(chunk), _check(number, chunk)) for number, chunk in enumerate(chunks, 1)]


def wrong_line(typed: str) -> int | None:
    """Return the number of the first line that is not what its check says, None if all are or none has a check."""
    checked = [found for line in _typed_lines(typed) if (found := _CHECKED.match(line))]
    for number, found in enumerate(checked, 1):
        if _check(number, "".join(found["content"].split())) != found["check"].upper():
            return number
    return None


def as_pems(content: str) -> list[bytes]:
    """Return what *content* may be as well-formed PEM: without its frame, a key with or without a passphrase.

    Line ends, spaces, numbers and checks of lines do not matter, nor does what is wrong in the frame. Nothing if it is no key.
    """
    framed = _FRAME.search(content)
    kinds = [framed[1]] if framed else _KINDS
    lines = [found["content"] if (found := _CHECKED.match(line)) else line for line in _typed_lines(content)]
    between = "\n".join(lines)
    if not _BETWEEN.fullmatch(between):
        return []
    try:
        inside = base64.b64encode(base64.b64decode("".join(between.split()), validate=True)).decode()
    except binascii.Error:
        return []
    whole = "\n".join(inside[start : start + _PEM_LINE] for start in range(0, len(inside), _PEM_LINE))
    return [f"-----BEGIN {kind}-----\n{whole}\n-----END {kind}-----\n".encode() for kind in kinds]


def _typed_lines(content: str) -> list[str]:
    """Return the lines between the frame, without their numbers; a frame may stand on the same line as the rest."""
    unframed = re.sub(r"-{2,}[^-\n]*-{2,}", "\n", content)
    return [_NUMBERED.sub("", line) for line in unframed.splitlines() if line.strip(" \t-")]


def _grouped(chunk: str) -> str:
    return " ".join(chunk[start : start + _GROUP] for start in range(0, len(chunk), _GROUP))


def _check(number: int, chunk: str) -> str:
    """Return two characters that depend on every character of a line and on its place."""
    first, second, *_ = hashlib.sha256(f"{number}:{chunk}".encode()).digest()
    return _LETTERS[first % len(_LETTERS)] + _LETTERS[second % len(_LETTERS)]
