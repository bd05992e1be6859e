"""The steward's files: keys and codes, written once, readable to their owner alone, never kept in the database."""

import itertools
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveyapp.core.command import RefusedError
from surveyapp.core.secret_files import write_secret
from surveyapp.survey import key_locking, key_text


def as_pem(private: X25519PrivateKey, passphrase: bytes | None) -> bytes:
    """Return the key as PKCS #8 PEM, encrypted if there is a passphrase."""
    form = serialization.PrivateFormat.PKCS8
    if passphrase:
        return key_locking.locked(
            private.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption()), passphrase
        )
    return private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def public_bytes(private: X25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public half."""
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


class NewFiles:
    """Secret files that come together with a change of the database: if that fails after them, they vanish again."""

    def __init__(self) -> None:
        self._written: list[Path] = []

    def __enter__(self) -> Self:
        """Start with no file."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Take the files back if anything failed."""
        if kind:
            for path in self._written:
                path.unlink(missing_ok=True)

    def write(self, path: Path, content: bytes) -> None:
        """Write one file as ``write_secret`` does."""
        write_secret(path, content)
        self._written.append(path)


def read_key(path: Path, passphrase: bytes | None) -> X25519PrivateKey:
    """Return the private key in the file, as it was saved or as it was typed back from the recovery sheet.

    Raises:
        RefusedError: no such file, no such key, or the passphrase is missing, wrong or not needed.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}.") from error
    text = content.decode("ascii", "replace")
    if line := key_text.wrong_line(text):
        raise RefusedError(f"Line {line} in {path} is not what its check says. Compare it with the recovery sheet.")
    try:
        key = _loaded(key_text.as_pems(text), passphrase)
    except TypeError as error:
        hint = "has no passphrase; leave it out" if passphrase else "is locked; name the file with its passphrase"
        raise RefusedError(f"The key in {path} {hint} (--passphrase-file).") from error
    except ValueError as error:
        raise RefusedError(
            f"{path} holds no key that can be read: the passphrase is wrong or the file damaged. "
            "Check the passphrase; if it is right, use another copy of the key or its recovery sheet."
        ) from error
    if not isinstance(key, X25519PrivateKey):
        raise RefusedError(f"The key in {path} is of another kind than a wave's key (X25519).")
    return key


def _loaded(pems: Sequence[bytes], passphrase: bytes | None) -> PrivateKeyTypes:
    """Return the key in the first PEM text that holds one; otherwise raise what the library said of the first."""
    errors: list[TypeError | ValueError] = []
    for pem, word in itertools.product(pems, _spellings(passphrase)):
        try:
            return serialization.load_pem_private_key(pem, word)
        except (TypeError, ValueError) as error:
            errors.append(error)
    raise errors[0] if errors else ValueError("no key")


def _spellings(passphrase: bytes | None) -> list[bytes | None]:
    """Return the passphrase, and with its marks apart from their letters: so an earlier version took it from some files."""
    apart = unicodedata.normalize("NFD", passphrase.decode()).encode() if passphrase else None
    return [passphrase] if apart == passphrase else [passphrase, apart]
