"""What pages of one undertaking hand on to one another: sealed in the form, so that nothing is kept on the server meanwhile."""

import base64
import binascii
import os
import zlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_NONCE_BYTES: Final = 12


def seal(plain: bytes, purpose: str, account_id: int) -> str:
    """Return *plain* as text that this installation alone can read, for the same *purpose* and account."""
    nonce = os.urandom(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _cipher(purpose).encrypt(nonce, zlib.compress(plain), _owner(account_id))).decode()


def unseal(text: str, purpose: str, account_id: int) -> bytes | None:
    """Return what was sealed in *text*; None if that was not here, for this purpose and account, or it was altered."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode())
        packed = _cipher(purpose).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _owner(account_id))
    except (binascii.Error, ValueError, InvalidTag):
        return None
    # Only what was sealed here is unpacked, so that no sender can make it grow.
    return zlib.decompress(packed)


def _cipher(purpose: str) -> AESGCM:
    secret: bytes = current_app.config["SECRET_KEY"]
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=f"surveyapp {purpose} parcel 1".encode()).derive(secret))


def _owner(account_id: int) -> bytes:
    return str(account_id).encode()
