"""Tokens of a registration: made from its random key and a secret outside the database, which keeps their hashes alone."""

import base64
import hashlib
import hmac
import secrets
from typing import Final, Literal

from flask import current_app

from surveyapp.core.secret_files import secret
from surveyapp.settings import Settings

KEY_BYTES: Final = 16
_TOKEN_BYTES: Final = 20
Purpose = Literal["link", "check-in"]


def new_key() -> bytes:
    """Return the random key of a new registration."""
    return secrets.token_bytes(KEY_BYTES)


def token(key: bytes, purpose: Purpose) -> str:
    """Return the token of *key* for *purpose*: 160 bits as 32 letters and digits; the same whenever it is asked for.

    No sign among them: programs that make links of addresses in a letter leave out a dash at the end.
    """
    settings: Settings = current_app.extensions["settings"]
    made = hmac.digest(secret(settings.data_dir, "registration"), purpose.encode() + b"\0" + key, "sha256")
    return base64.b32encode(made[:_TOKEN_BYTES]).decode().lower()


def hashed(text: str) -> bytes:
    """Return what the database keeps of a token or of a form's mark."""
    return hashlib.sha256(text.encode()).digest()
