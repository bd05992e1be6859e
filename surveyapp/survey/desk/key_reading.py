"""Reading the key that a steward hands in on a page: from its file, or typed and scanned back from the recovery sheet."""

import base64
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveyapp.core.passphrases import passphrase_bytes
from surveyapp.survey import key_text
from surveyapp.survey.key_files import public_bytes
from surveyapp.survey.wave_store import WaveFacts

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_TEXT: Final = 0x04
_NAME: Final = 0x06
_LONG: Final = 0x80
_PBES2: Final = bytes.fromhex("2a864886f70d01050d")
_PBKDF2: Final = bytes.fromhex("2a864886f70d01050c")
MOST_ROUNDS: Final = 1_000_000
"""Of a passphrase's stretching: a key file names their number itself, and two thousand million would keep a worker busy."""


class KeyProblem(StrEnum):
    """Why what was handed in does not open the wave."""

    DAMAGED = "damaged"  # no key, or characters of it are missing or wrong
    LOCKED = "locked"  # it has a passphrase, and none was typed
    NOT_UNLOCKED = (
        "not_unlocked"  # the passphrase is wrong; also if a character of the key itself was changed: the two look alike
    )
    OTHER_KEY = "other_key"  # a sound key, but not this wave's


def read(content: str, passphrase: str, wave: WaveFacts) -> X25519PrivateKey | KeyProblem:
    """Return the wave's private key from PEM text, or why it is not; line ends and the frame may be missing."""
    for pem in key_text.as_pems(content):
        key = _load(pem, passphrase)
        if isinstance(key, X25519PrivateKey):
            return key if public_bytes(key) == wave.public_key else KeyProblem.OTHER_KEY
        if key is not KeyProblem.DAMAGED:
            return key
    return KeyProblem.DAMAGED


def _load(pem: bytes, passphrase: str) -> X25519PrivateKey | KeyProblem:
    locked = b"ENCRYPTED" in pem
    if locked and not _affordable(pem):
        return KeyProblem.DAMAGED
    if locked and not passphrase:
        return KeyProblem.LOCKED
    try:
        key = serialization.load_pem_private_key(pem, passphrase_bytes(passphrase) if locked else None)
    except ValueError:
        # One wrong passphrase in 256 seems to unlock something that is no key: it is still the passphrase that is wrong.
        return KeyProblem.NOT_UNLOCKED if locked else KeyProblem.DAMAGED
    except TypeError:
        return KeyProblem.DAMAGED
    return key if isinstance(key, X25519PrivateKey) else KeyProblem.OTHER_KEY


def _affordable(pem: bytes) -> bool:
    """Say whether a locked key is stretched as ours are (PBES2 with PBKDF2, RFC 8018, appendix A), with no more rounds."""
    try:
        info, _ = _part(base64.b64decode(b"".join(pem.splitlines()[1:-1])), _SEQUENCE)
        rounds = _rounds(_part(info, _SEQUENCE)[0])
    except ValueError:
        return False
    return 1 <= rounds <= MOST_ROUNDS


def _rounds(algorithm: bytes) -> int:
    """Return the rounds that an algorithm asks for; ValueError if it is another than ours."""
    name, rest = _part(algorithm, _NAME)
    stretching, _ = _part(_part(rest, _SEQUENCE)[0], _SEQUENCE)
    function, rest = _part(stretching, _NAME)
    if (name, function) != (_PBES2, _PBKDF2):
        raise ValueError("another algorithm")
    _salt, rest = _part(_part(rest, _SEQUENCE)[0], _TEXT)
    return int.from_bytes(_part(rest, _INTEGER)[0], signed=True)


def _part(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the value that *der* (X.690) begins with, and what follows; ValueError unless it has that tag."""
    if len(der) < 2 or der[0] != tag or der[1] == _LONG:  # noqa: PLR2004 - tag and length
        raise ValueError("another structure")
    start = 2 + max(0, der[1] - _LONG)
    length = int.from_bytes(der[2:start]) if der[1] > _LONG else der[1]
    if len(der) < start + length:
        raise ValueError("the value is cut")
    return der[start : start + length], der[start + length :]
