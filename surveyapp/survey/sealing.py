"""Sealing boxes to a wave's public key with HPKE (RFC 9180), and opening them with the steward's private key."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class DamagedBoxError(ValueError):
    """A box cannot be opened with this key, or was not sealed for this place; the message says no more."""


@dataclass(frozen=True, slots=True)
class WaveKey:
    """The public half of a wave's key pair: what the server has."""

    wave_id: int
    public: bytes


def seal(key: WaveKey, box_key: bytes, packed: bytes) -> bytes:
    """Return *packed* sealed for the wave and for the place *box_key*; 32 + 16 + len(box_key) bytes longer."""
    return _SUITE.encrypt(box_key + packed, _public(key.public), info=_info(key.wave_id))


def unseal(private: X25519PrivateKey, wave_id: int, box_key: bytes, ciphertext: bytes) -> bytes:
    """Return what was sealed for the place *box_key* of the wave.

    Raises:
        DamagedBoxError: sealed with another key, for another wave or place, or changed since.
    """
    try:
        plain = _SUITE.decrypt(ciphertext, private, info=_info(wave_id))
    except (InvalidTag, ValueError):
        raise DamagedBoxError("The box cannot be opened.") from None
    if not plain.startswith(box_key):
        raise DamagedBoxError("The box was sealed for another place.")
    return plain[len(box_key) :]


def _info(wave_id: int) -> bytes:
    return f"surveyapp wave {wave_id}".encode()


@lru_cache(maxsize=64)
def _public(raw: bytes) -> X25519PublicKey:
    # Parsed once a process: parsing anew costs more than sealing.
    return X25519PublicKey.from_public_bytes(raw)
