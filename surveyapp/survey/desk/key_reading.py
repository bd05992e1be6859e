"""Reading the key that a steward hands in on a page: from its file, or typed and scanned back from the recovery sheet."""

import base64
import binascii
import re
import unicodedata
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveyapp.survey.key_files import public_bytes
from surveyapp.survey.wave_store import WaveFacts

_FRAME: Final = re.compile(r"-----BEGIN ((?:ENCRYPTED )?PRIVATE KEY)-----(.*?)-----END \1-----", re.DOTALL)
_BETWEEN: Final = re.compile(r"[A-Za-z0-9+/=\s]+")
_LINE: Final = 64


class KeyProblem(StrEnum):
    """Why what was handed in does not open the wave."""

    DAMAGED = "damaged"  # no key, or characters of it are missing or wrong
    LOCKED = "locked"  # it has a passphrase, and none was typed
    NOT_UNLOCKED = (
        "not_unlocked"  # the passphrase is wrong; also if a character of the key itself was changed: the two look alike
    )
    OTHER_KEY = "other_key"  # a sound key, but not this wave's


def passphrase_bytes(typed: str) -> bytes:
    """Return a passphrase as bytes, the same however a keyboard puts its marks on letters; spaces count."""
    return unicodedata.normalize("NFC", typed).encode()


def read(content: str, passphrase: str, wave: WaveFacts) -> X25519PrivateKey | KeyProblem:
    """Return the wave's private key from PEM text, or why it is not; line ends and the frame may be missing."""
    for pem in _candidates(content):
        key = _load(pem, passphrase)
        if isinstance(key, X25519PrivateKey):
            return key if public_bytes(key) == wave.public_key else KeyProblem.OTHER_KEY
        if key is not KeyProblem.DAMAGED:
            return key
    return KeyProblem.DAMAGED


def _candidates(content: str) -> list[bytes]:
    """Return the text as well-formed PEM; without its frame it may be a key with or without a passphrase."""
    framed = _FRAME.search(content)
    kinds = [framed[1]] if framed else ["ENCRYPTED PRIVATE KEY", "PRIVATE KEY"]
    between = framed[2] if framed else content
    if not _BETWEEN.fullmatch(between):
        return []
    try:
        inside = base64.b64encode(base64.b64decode("".join(between.split()), validate=True)).decode()
    except binascii.Error:
        return []
    lines = "\n".join(inside[start : start + _LINE] for start in range(0, len(inside), _LINE))
    return [f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n".encode() for kind in kinds]


def _load(pem: bytes, passphrase: str) -> X25519PrivateKey | KeyProblem:
    locked = b"ENCRYPTED" in pem
    if locked and not passphrase:
        return KeyProblem.LOCKED
    try:
        key = serialization.load_pem_private_key(pem, passphrase_bytes(passphrase) if locked else None)
    except ValueError as error:
        # OpenSSL's own word for it; nothing of the key or the passphrase stands in the message.
        return KeyProblem.NOT_UNLOCKED if "password" in str(error) else KeyProblem.DAMAGED
    except TypeError:
        return KeyProblem.DAMAGED
    return key if isinstance(key, X25519PrivateKey) else KeyProblem.OTHER_KEY
