"""Lists of byte strings as one piece, and such pieces through a pipe: nothing in them is ever executed."""

import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import BinaryIO, Final

_NUMBER: Final = 8


def join(strings: Sequence[bytes]) -> bytes:
    """Return *strings* as one: how many there are, how long each is, and they themselves."""
    lengths = array("Q", [len(strings), *map(len, strings)])
    return lengths.tobytes() + b"".join(strings)


def split(joined: bytes) -> list[bytes]:
    """Return the strings that ``join`` put together on this machine."""
    number = int.from_bytes(joined[:_NUMBER], sys.byteorder)
    begin = _NUMBER * (number + 1)
    lengths = array("Q", joined[_NUMBER:begin])
    return [joined[start:end] for start, end in pairwise(accumulate(lengths, initial=begin))]


def send(target: BinaryIO, strings: Sequence[bytes]) -> None:
    """Write *strings* into a pipe."""
    joined = join(strings)
    target.write(len(joined).to_bytes(_NUMBER, "little"))
    target.write(joined)
    target.flush()


def receive(source: BinaryIO) -> list[bytes] | None:
    """Return the next strings out of a pipe, None at its end; EOFError if it ends in the middle."""
    length = source.read(_NUMBER)
    if not length:
        return None
    joined = source.read(int.from_bytes(length, "little"))
    if len(joined) != int.from_bytes(length, "little"):
        raise EOFError("The other end broke off.")
    return split(joined)
