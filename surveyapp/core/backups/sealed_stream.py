"""Sealing a stream for a passphrase or a public key, piece by piece, so that nothing changed, moved or cut off is ever taken.

The form, in words for whoever has to open such a file without this program:

1. the line ``surveyapp sealed file 1``;
2. one line of JSON: ``ways``, a list of how the file's own random 32-byte key is wrapped; bytes are in base64.
   ``{"kind": "passphrase", "salt", "memory_kib", "passes", "lanes", "key"}``: Argon2id (RFC 9106) of the passphrase (UTF-8,
   NFC) gives a key that unwraps ``key`` with AES-256-GCM, nonce twelve zero bytes, no further data.
   ``{"kind": "recipient", "public", "key"}``: HPKE (RFC 9180; X25519, HKDF-SHA-256, AES-256-GCM), info
   ``surveyapp sealed file 1``;
3. pieces: AES-256-GCM under HKDF-SHA-256 (RFC 5869) of the file's key, salt SHA-256 of both lines, info ``pieces``. Each holds
   65 536 bytes, the last one fewer or none, and 16 bytes of tag. The nonce is the number of the piece in eleven bytes, big end
   first, and one byte: 1 for the last piece, 0 otherwise (STREAM: Hoang, Reyhanitabar, Rogaway, Vizar 2015).
"""

import base64
import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FIRST_LINE: Final = b"surveyapp sealed file 1\n"
PIECE: Final = 65_536
_TAG: Final = 16
_KEY: Final = 32
_LONGEST_HEAD: Final = 16_384
_MEMORY_KIB: Final = 65_536
_PASSES: Final = 3
_LANES: Final = 4
# A file from elsewhere must not make the machine work for hours or take all its memory.
_MOST_MEMORY_KIB: Final = 1_048_576
_MOST_PASSES: Final = 20
_MOST_LANES: Final = 16
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO: Final = FIRST_LINE.strip()
_NO_NONCE: Final = bytes(12)


class SealedError(ValueError):
    """A sealed file cannot be opened; the message says whether what opens it is missing or wrong, or the file is damaged."""


@dataclass(frozen=True, slots=True)
class Lock:
    """For whom a file is sealed: a passphrase, recipients' public keys (32 bytes each), or both; each opens it alone."""

    passphrase: bytes | None = None
    recipients: Sequence[bytes] = ()

    def __bool__(self) -> bool:
        """Whether anything is locked by it."""
        return bool(self.passphrase or self.recipients)


@dataclass(frozen=True, slots=True)
class Unlock:
    """What a sealed file is opened with."""

    passphrase: bytes | None = None
    private: X25519PrivateKey | None = None


class Sealing(io.RawIOBase):
    """A stream to write into; ``finish()`` writes the last piece, without which the file does not open."""

    def __init__(self, file: BinaryIO, lock: Lock) -> None:
        super().__init__()
        key = os.urandom(_KEY)
        head = FIRST_LINE + json.dumps({"ways": _wrapped(key, lock)}).encode("ascii") + b"\n"
        file.write(head)
        self._file, self._cipher, self._number, self._waiting = file, _cipher(key, head), 0, bytearray()

    def writable(self) -> bool:
        """Say that it is written to."""
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer, as the standard library's streams take it
        """Seal every whole piece; what is left waits for more."""
        given = bytes(data)
        self._waiting += given
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(given)

    def finish(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class Opening(io.RawIOBase):
    """A stream to read from; every byte that it returns is one that was sealed.

    Raises:
        SealedError: when it is made or read: it is no sealed file, what opens it is missing or wrong, or it is damaged.
    """

    def __init__(self, file: BinaryIO, unlock: Unlock) -> None:
        super().__init__()
        head = _read_head(file)
        key = _unwrapped(_ways(head), unlock)
        self._file, self._cipher, self._number, self._left = file, _cipher(key, head), 0, b""
        self._next = file.read(PIECE + _TAG)
        self._ended = False

    def readable(self) -> bool:
        """Say that it is read from."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - the standard library's signature
        """Fill *buffer* as far as one piece goes; 0 at the end."""
        while not self._left and not self._ended:
            self._left = self._piece()
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _piece(self) -> bytes:
        sealed, self._next = self._next, self._file.read(PIECE + _TAG)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._number, last=self._ended), sealed, None)
        except (InvalidTag, ValueError):
            raise SealedError(
                "The file is damaged or cut off: a part of it is not what was sealed. Use another copy."
            ) from None
        self._number += 1
        return plain


def is_sealed(file: BinaryIO) -> bool:
    """Say whether *file*, read from its beginning, is a sealed one; it stands at its beginning again afterwards."""
    found = file.read(len(FIRST_LINE)) == FIRST_LINE
    file.seek(0)
    return found


def seal(plain: bytes, lock: Lock) -> bytes:
    """Return *plain* as the bytes of a sealed file."""
    file = io.BytesIO()
    sealing = Sealing(file, lock)
    sealing.write(plain)
    sealing.finish()
    return file.getvalue()


def unseal(sealed: bytes, unlock: Unlock) -> bytes:
    """Return what the bytes of a sealed file hold.

    Raises:
        SealedError: as Opening.
    """
    return Opening(io.BytesIO(sealed), unlock).readall()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _cipher(key: bytes, head: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY, hashlib.sha256(head).digest(), b"pieces").derive(key))


def _wrapped(key: bytes, lock: Lock) -> list[dict[str, str | int]]:
    ways: list[dict[str, str | int]] = []
    if lock.passphrase:
        salt = os.urandom(_TAG)
        how = {"memory_kib": _MEMORY_KIB, "passes": _PASSES, "lanes": _LANES}
        wrapped = AESGCM(_stretched(lock.passphrase, salt, how)).encrypt(_NO_NONCE, key, None)
        ways.append({"kind": "passphrase", "salt": _text(salt), **how, "key": _text(wrapped)})
    for public in lock.recipients:
        wrapped = _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), info=_INFO)
        ways.append({"kind": "recipient", "public": _text(public), "key": _text(wrapped)})
    if not ways:
        raise ValueError("A file must be sealed for somebody.")
    return ways


def _stretched(passphrase: bytes, salt: bytes, how: Mapping[str, int]) -> bytes:
    return hash_secret_raw(passphrase, salt, how["passes"], how["memory_kib"], how["lanes"], _KEY, Type.ID)


def _read_head(file: BinaryIO) -> bytes:
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise SealedError("This is no sealed file.")
    line = file.readline(_LONGEST_HEAD)
    if not line.endswith(b"\n"):
        raise SealedError("The file is damaged: its second line is not what was written. Use another copy.")
    return FIRST_LINE + line


def _ways(head: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(head[len(FIRST_LINE) :])["ways"]
        return [dict(way) for way in found]
    except (ValueError, KeyError, TypeError):
        raise SealedError("The file is damaged: its second line is not what was written. Use another copy.") from None


def _unwrapped(ways: Sequence[Mapping[str, Any]], unlock: Unlock) -> bytes:
    """Return the file's key, by whichever way it can be had."""
    keys: dict[str, Callable[[Mapping[str, Any]], bytes]] = {}
    if unlock.passphrase:
        keys["passphrase"] = lambda way: _by_passphrase(way, cast("bytes", unlock.passphrase))
    if unlock.private:
        keys["recipient"] = lambda way: _by_key(way, cast("X25519PrivateKey", unlock.private))
    for way in ways:
        try:
            if way.get("kind") in keys:
                return keys[way["kind"]](way)
        except (InvalidTag, ValueError, KeyError, TypeError):
            continue
    kinds = sorted({str(way.get("kind")) for way in ways})
    wanted = " or ".join({"passphrase": "a passphrase", "recipient": "a private key"}.get(kind, kind) for kind in kinds)
    if not keys.keys() & set(kinds):
        raise SealedError(f"The file is sealed; it opens with {wanted}. Name the file with it.")
    raise SealedError(f"The file is sealed for another passphrase or key ({wanted}), or damaged.")


def _by_passphrase(way: Mapping[str, Any], passphrase: bytes) -> bytes:
    most = {"memory_kib": _MOST_MEMORY_KIB, "passes": _MOST_PASSES, "lanes": _MOST_LANES}
    how = {name: int(way[name]) for name in most}
    if any(not 0 < how[name] <= most[name] for name in most):
        raise ValueError("stretched beyond reason")
    return AESGCM(_stretched(passphrase, _bytes(way["salt"]), how)).decrypt(_NO_NONCE, _bytes(way["key"]), None)


def _by_key(way: Mapping[str, Any], private: X25519PrivateKey) -> bytes:
    return _SUITE.decrypt(_bytes(way["key"]), private, info=_INFO)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
