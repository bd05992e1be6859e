"""Tokens of a registration: made from its random key and a secret outside the database, which keeps their hashes alone."""

import base64
import hashlib
import hmac
import secrets
from typing import Final, Literal

from surveyapp.core.secret_files import secret
from surveyapp.settings import current_settings

KEY_BYTES: Final = 16
_TOKEN_BYTES: Final = 20
_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRTUVWXY346789"
_CODE_LENGTH: Final = 16
Purpose = Literal["link", "check-in", "certificate"]


def new_key() -> bytes:
    """Return the random key of a new registration."""
    return secrets.token_bytes(KEY_BYTES)


def token(key: bytes, purpose: Purpose) -> str:
    """Return the token of *key* for *purpose*: 160 bits as 32 letters and digits; the same whenever it is asked for.

    No sign among them: programs that make links of addresses in a letter leave out a dash at the end.
    """
    return base64.b32encode(_made(key, purpose)[:_TOKEN_BYTES]).decode().lower()


def code(key: bytes) -> str:
    """Return the code of a certificate: 16 signs that are not mistaken for each other, 76 bits; the same whenever asked for."""
    number, letters = int.from_bytes(_made(key, "certificate")), ""
    for _ in range(_CODE_LENGTH):
        number, place = divmod(number, len(_CODE_LETTERS))
        letters += _CODE_LETTERS[place]
    return letters


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed, without spaces and dashes; None if it cannot be one."""
    letters = "".join(typed.split()).replace("-", "").upper()
    return letters if len(letters) == _CODE_LENGTH and set(letters) <= set(_CODE_LETTERS) else None


def shown(code: str) -> str:
    """Return a code in groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def hashed(text: str) -> bytes:
    """Return what the database keeps of a token or of a form's mark."""
    return hashlib.sha256(text.encode()).digest()


def make_secret() -> bytes:
    """Return the secret outside the database under which tokens are made; every start sees to it that it is there."""
    return secret(current_settings().data_dir, "registration")


def _made(key: bytes, purpose: Purpose) -> bytes:
    return hmac.digest(make_secret(), purpose.encode() + b"\0" + key, "sha256")
