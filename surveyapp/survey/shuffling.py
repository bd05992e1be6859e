"""Putting any number of records into a random order in little memory: what does not fit lies sealed in a file without a name.

Every record gets a random key, and they come back in the order of the keys: any order of all of them is as likely as another.
The file has no name in any folder, so that nothing is left of it however the process ends, and what is in it was sealed with a
key that is in memory alone: nobody reads from the disk in which order records came, or what they say.
"""

import secrets
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveyapp.survey import frames

KEY_BYTES: Final = 16
_TOGETHER: Final = 1 << 14
"""Records that are sorted at once, more or less."""
_WAITING: Final = 128
"""Records of one part that wait in memory until they are sealed."""
_IN_MEMORY: Final = 1 << 23
"""Bytes of sealed records for which no file is made."""
_MOST_BITS: Final = 16
_NONCE_BYTES: Final = 12


class Shuffled:
    """Records in a random order; with many more than *expected*, more of them are in memory at once."""

    def __init__(self, folder: Path, expected: int) -> None:
        bits = min(_MOST_BITS, (expected // _TOGETHER).bit_length())
        self._beyond = _MOST_BITS - bits
        self._waiting: list[list[bytes]] = [[] for _ in range(1 << bits)]
        self._pieces = [array("Q") for _ in self._waiting]  # where each begins and how long it is
        self._sealer, self._sealed = AESGCM(AESGCM.generate_key(256)), 0
        self._file = SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115 - closed by __exit__
        self.number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, records: Sequence[bytes]) -> None:
        """Take *records*, each of them under a random key of its own."""
        keys = secrets.token_bytes(KEY_BYTES * len(records))
        for place, record in enumerate(records):
            key = keys[KEY_BYTES * place : KEY_BYTES * (place + 1)]
            part = (key[0] << 8 | key[1]) >> self._beyond
            waiting = self._waiting[part]
            waiting.append(key + record)
            if len(waiting) == _WAITING:
                self._put_away(part)
        self.number += len(records)

    def in_order(self) -> Iterator[list[bytes]]:
        """Yield all records in the order of their keys, each behind its key of ``KEY_BYTES``, a part after the other."""
        for part, waiting in enumerate(self._waiting):
            pieces = self._pieces[part]
            records = [
                record for start, length in zip(pieces[::2], pieces[1::2], strict=True) for record in self._fetch(start, length)
            ] + waiting
            records.sort()
            yield records

    def _put_away(self, part: int) -> None:
        nonce = self._sealed.to_bytes(_NONCE_BYTES, "big")  # never the same twice under one key
        self._sealed += 1
        sealed = nonce + self._sealer.encrypt(nonce, frames.join(self._waiting[part]), None)
        self._pieces[part].extend((self._file.seek(0, 2), len(sealed)))
        self._file.write(sealed)
        self._waiting[part].clear()

    def _fetch(self, start: int, length: int) -> list[bytes]:
        self._file.seek(start)
        sealed = self._file.read(length)
        return frames.split(self._sealer.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None))
