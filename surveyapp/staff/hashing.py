"""How secrets of people are kept: passwords stretched, random tokens hashed."""

import hashlib
import secrets
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# Argon2id with 64 MiB and three passes, the first recommendation for limited memory of RFC 9106.
_hasher = PasswordHasher()
# Checked when no such account exists, so that both answers take as long.
_NOBODY: Final = _hasher.hash(secrets.token_hex(16))
# Each check takes 64 MiB: a burst of them must not use up the memory.
_checking: Final = threading.BoundedSemaphore(2)


def stretched(secret: str, salt: bytes | None = None) -> str:
    """Return what is kept of a secret that people choose or type: slow to guess, with a salt of its own unless one is given."""
    with _checking:
        return _hasher.hash(secret, salt=salt)


def fits(stored: str | None, secret: str) -> bool:
    """Say whether *secret* is the one of which *stored* is kept; nothing stored takes as long and never fits."""
    try:
        with _checking:
            return _hasher.verify(stored or _NOBODY, secret) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def new_token() -> str:
    """Return a token of 256 random bits for an address or a cookie."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what the database keeps of a token that nobody can guess."""
    return hashlib.sha256(token.encode()).hexdigest()
