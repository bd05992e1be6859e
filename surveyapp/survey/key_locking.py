"""Locking a private key with a passphrase (PKCS #8 with PBES2, RFC 8018), stretched so that a stolen file is dear to guess at.

The library's own way stretches a passphrase 2048 times, which a graphics card tries millions of times in a second.
"""

import base64
import hashlib
import os
from typing import Final

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

ROUNDS: Final = 600_000
"""Of PBKDF2 with HMAC-SHA-256, about a tenth of a second; what OWASP's cheat sheet on storing passwords asks for."""
_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_BYTES: Final = 0x04
_NAME: Final = 0x06
_NULL: Final = b"\x05\x00"
_PBES2: Final = bytes.fromhex("2a864886f70d01050d")
_PBKDF2: Final = bytes.fromhex("2a864886f70d01050c")
_HMAC_SHA256: Final = bytes.fromhex("2a864886f70d0209")
_AES256_CBC: Final = bytes.fromhex("60864801650304012a")
_KEY_BYTES: Final = 32
_BLOCK_BYTES: Final = 16
_SHORT: Final = 0x80
_PEM_LINE: Final = 64


def locked(pkcs8: bytes, passphrase: bytes) -> bytes:
    """Return a private key in DER as PEM that only *passphrase* unlocks; OpenSSL and what builds on it can read it."""
    salt, first = os.urandom(_BLOCK_BYTES), os.urandom(_BLOCK_BYTES)
    key = hashlib.pbkdf2_hmac("sha256", passphrase, salt, ROUNDS, _KEY_BYTES)
    filler, cipher = padding.PKCS7(8 * _BLOCK_BYTES).padder(), Cipher(AES(key), CBC(first)).encryptor()
    sealed = cipher.update(filler.update(pkcs8) + filler.finalize()) + cipher.finalize()
    rounds = ROUNDS.to_bytes(ROUNDS.bit_length() // 8 + 1)
    hashed = _value(_SEQUENCE, _value(_NAME, _HMAC_SHA256), _NULL)
    stretching = _value(_SEQUENCE, _value(_BYTES, salt), _value(_INTEGER, rounds), hashed)
    how = _value(
        _SEQUENCE,
        _value(_SEQUENCE, _value(_NAME, _PBKDF2), stretching),
        _value(_SEQUENCE, _value(_NAME, _AES256_CBC), _value(_BYTES, first)),
    )
    algorithm = _value(_SEQUENCE, _value(_NAME, _PBES2), how)
    return _pem(_value(_SEQUENCE, algorithm, _value(_BYTES, sealed)))


def _value(tag: int, *parts: bytes) -> bytes:
    """Return one value in DER (X.690); up to 255 bytes, more than any part of a key has."""
    content = b"".join(parts)
    length = bytes([len(content)] if len(content) < _SHORT else [_SHORT + 1, len(content)])
    return bytes([tag]) + length + content


def _pem(der: bytes) -> bytes:
    text = base64.b64encode(der).decode()
    lines = [text[start : start + _PEM_LINE] for start in range(0, len(text), _PEM_LINE)]
    return "\n".join(["-----BEGIN ENCRYPTED PRIVATE KEY-----", *lines, "-----END ENCRYPTED PRIVATE KEY-----", ""]).encode()
