"""The marks of a large answer file, looked at all at once: what parts its columns, how often, and how cells are quoted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_BLOCK: Final = 1 << 20
_QUOTE: Final = ord('"')
_ENDS: Final = (ord("\n"), ord("\r"))


def separators(path: Path) -> tuple[str, int] | None:
    """Return what parts the columns of the file at *path* and how many of these marks part cells; None if it is not plain.

    Plain are cells without quotation marks, and cells that stand in a pair of them from end to end with no other and no end of
    line between: every reader of CSV understands these alike.
    """
    with path.open("rb") as stream:
        first_line = stream.readline()
    between = b";" if first_line.count(b";") > first_line.count(b",") else b","
    number = 0
    for lines in _blocks(path):
        found = None if b"\0" in lines else _parting(lines, between) if b'"' in lines else lines.count(between)
        if found is None:
            return None
        number += found
    return between.decode(), number


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield some whole lines at a time, without the byte order mark before the first."""
    with path.open("rb") as stream:
        lines = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
        while lines := lines + stream.readline():
            yield lines
            lines = stream.read(_BLOCK)


def _parting(lines: bytes, between: bytes) -> int | None:
    """Return how many of the marks part cells and do not stand in a quoted one; None if the quotation marks are not plain."""
    marks: NDArray[np.uint8] = np.frombuffer(b"\n" + lines + b"\n", np.uint8)
    quoting = marks == _QUOTE
    quotes = np.flatnonzero(quoting)
    edge = np.isin(np.arange(256), [*_ENDS, ord(between)])
    opening, closing = quotes[::2], quotes[1::2]
    if opening.size != closing.size or not edge[marks[opening - 1]].all() or not edge[marks[closing + 1]].all():
        return None
    quoted = np.logical_xor.accumulate(quoting)
    if any((quoted & (marks == end)).any() for end in _ENDS):
        return None
    return int(np.count_nonzero((marks == ord(between)) & ~quoted))
