"""Key pairs for backups: the public half lies on the server and seals, the private half lies elsewhere and opens."""

import base64
import binascii
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveyapp.core.backups import sealed_stream
from surveyapp.core.backups.sealed_stream import Lock, SealedError, Unlock
from surveyapp.core.command import RefusedError
from surveyapp.core.secret_files import write_secret

_WORD: Final = "surveyapp-backup-key-1"
_PUBLIC_BYTES: Final = 32


def make(file: Path, passphrase: bytes | None) -> Path:
    """Write a new private key to *file* and its public half beside it; returns the name of the latter.

    The private key is PKCS #8 in PEM; with a passphrase that PEM is in a sealed file.

    Raises:
        RefusedError: either exists already or cannot be written; nothing is left behind.
    """
    private = X25519PrivateKey.generate()
    form = serialization.PrivateFormat.PKCS8
    pem = private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    public = file.with_name(f"{file.name}.pub")
    write_secret(public, f"{_WORD} {base64.b64encode(private.public_key().public_bytes_raw()).decode()}\n".encode())
    try:
        write_secret(file, sealed_stream.seal(pem, Lock(passphrase)) if passphrase else pem)
    except BaseException:
        public.unlink()
        raise
    return public


def read_public(file: Path) -> bytes:
    """Return the 32 bytes of the public key in *file*.

    Raises:
        RefusedError: the file cannot be read or holds no such key.
    """
    try:
        word, _, text = file.read_text(encoding="ascii").strip().partition(" ")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} cannot be read as a public key for backups.") from error
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if word != _WORD or len(raw) != _PUBLIC_BYTES:
        raise RefusedError(f"{file} holds no public key for backups; name the .pub file of 'surveyapp backup key'.")
    return raw


def read_private(file: Path, passphrase: bytes | None) -> X25519PrivateKey:
    """Return the private key in *file*.

    Raises:
        RefusedError: the file cannot be read, holds no such key, or the passphrase is missing or wrong.
    """
    try:
        content = file.read_bytes()
        if content.startswith(sealed_stream.FIRST_LINE):
            content = sealed_stream.unseal(content, Unlock(passphrase))
        key = serialization.load_pem_private_key(content, None)
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error
    except SealedError as error:
        raise RefusedError(f"{file}: {error}") from error
    except (ValueError, TypeError):
        raise RefusedError(f"{file} holds no private key for backups; name the file of 'surveyapp backup key'.") from None
    if not isinstance(key, X25519PrivateKey):
        raise RefusedError(f"The key in {file} is of another kind than those for backups (X25519).")
    return key
