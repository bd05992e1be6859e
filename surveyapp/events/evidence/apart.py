"""Evidence files judged in a process of their own: what they hold, and pictures without their metadata."""

from typing import Final

from surveyapp.core import apart
from surveyapp.events.evidence import kinds
from surveyapp.events.evidence.kinds import FileRefusedError, Prepared, Wrong

_WRONG: Final[tuple[Wrong, ...]] = ("empty", "too_large", "unknown", "damaged", "macros")


def prepare(content: bytes) -> Prepared:
    """Return what is kept of a file.

    Raises FileRefusedError.
    """
    try:
        word, _, kept = apart.run(_prepared, content, "").partition(b"\n")
    except apart.TooHardError:
        raise FileRefusedError("damaged") from None
    found = word.decode()
    for wrong in _WRONG:
        if found == f"wrong {wrong}":
            raise FileRefusedError(wrong)
    return next(Prepared(kind, kept) for kind in kinds.KINDS if kind == found)


def _prepared(content: bytes, _name: str) -> bytes:
    try:
        found = kinds.prepare(content)
    except FileRefusedError as refused:
        return f"wrong {refused.wrong}\n".encode()
    return found.kind.encode() + b"\n" + found.content
