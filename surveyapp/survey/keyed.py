"""Hashes that only who has the key can make: how they are taken, and the mark on a sealed box."""

import hmac
from collections.abc import Iterable


def keyed(key: bytes, *parts: bytes) -> bytes:
    """Return the 32-byte hash of *parts* under *key* (HMAC with SHA-256); no other parts give the same text to hash."""
    return hmac.digest(key, b"".join(_with_length(parts)), "sha256")


def box_mark(mark_key: bytes, wave_id: int, box_key: bytes, ciphertext: bytes) -> bytes:
    """Return the mark of a box: a function of its own row alone, so that it tells no order, moment or code."""
    return keyed(mark_key, str(wave_id).encode(), box_key, ciphertext)


def _with_length(parts: Iterable[bytes]) -> Iterable[bytes]:
    for part in parts:
        yield len(part).to_bytes(4, "big")
        yield part
