"""One-time codes (TOTP, RFC 6238) and recovery codes: making and checking them; the database has neither in clear."""

import base64
import binascii
import os
import re
import secrets
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RECOVERY_CODES: Final = 8
WINDOW: Final = 1
"""How many periods of 30 seconds a telephone's clock may be behind or ahead."""
_PERIOD: Final = 30
_LETTERS: Final = "ABCDEFGHJKMNPQRTUVWXY346789"
_GROUPS: Final = 3
_GROUP: Final = 4
_NONCE: Final = 12


class LostKeyError(Exception):
    """A secret cannot be read: the key that it was locked with is not the one of this installation."""


def _pyotp() -> Any:  # noqa: ANN401 - the library, loaded with the first code: a worker that serves respondents never needs it
    return import_module("pyotp")


def new_secret() -> str:
    """Return a new secret of 160 random bits in base 32, as people type it."""
    return str(_pyotp().random_base32())


def address(secret: str, email: str, issuer: str) -> str:
    """Return what the square code for an app holds (otpauth URI)."""
    return str(_pyotp().TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))


def code(secret: str, moment: datetime) -> str:
    """Return the code of a moment."""
    return str(_pyotp().TOTP(secret).generate_otp(_step(moment)))


def matching_step(secret: str, typed: str, moment: datetime) -> int | None:
    """Return the period whose code was typed, looked for around *moment*; None if it is no code of these."""
    digits = re.sub(r"\s", "", typed)
    now = _step(moment)
    maker = _pyotp().TOTP(secret)
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):  # all of them, whichever fits: it takes as long
        if secrets.compare_digest(maker.generate_otp(step).encode(), digits.encode()):
            found = step
    return found


def lock(key: bytes, account_id: int, secret: str) -> str:
    """Return *secret* encrypted (AES-256-GCM) so that it opens for that account alone."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, secret.encode(), _label(account_id))).decode()


def unlock(key: bytes, account_id: int, locked: str) -> str:
    """Return the secret that was locked.

    Raises:
        LostKeyError: it was locked with another key, for another account, or changed.
    """
    try:
        raw = base64.b64decode(locked, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _label(account_id)).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise LostKeyError from error


def new_recovery_codes() -> list[str]:
    """Return new recovery codes of 57 random bits each, in groups of four letters that are not mistaken for others."""

    def group() -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(_GROUP))

    return ["-".join(group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]


def plain(typed: str) -> str:
    """Return a recovery code as it was made, however it was typed."""
    letters = re.sub(r"[^A-Z0-9]", "", typed.upper())[:64]
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def is_recovery(typed: str) -> bool:
    """Say whether what was typed has the shape of a recovery code, wherever it was typed: no one-time code is as long."""
    return len(re.sub(r"[^A-Z0-9]", "", typed.upper())) == _GROUPS * _GROUP


def grouped(secret: str) -> str:
    """Return a secret in groups of four, as people type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // _PERIOD


def _label(account_id: int) -> bytes:
    return f"one-time codes of account {account_id}".encode()
