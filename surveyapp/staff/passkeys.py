"""Passkeys (WebAuthn, W3C): what the browser is asked for, and whether what it answers is right."""

import base64
import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

_WAIT_MS: Final = 300_000
_ALGORITHMS: Final = (-8, -7, -257)  # EdDSA, ECDSA with SHA-256, RSA with SHA-256 (IANA COSE)
_LONGEST: Final = 20_000


class RefusedPasskeyError(Exception):
    """What the browser answered is not right."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: its name among devices, its public half, and how often it was used."""

    credential_id: str
    public_key: bytes
    sign_count: int


def possible(base_url: str) -> bool:
    """Say whether passkeys can be made here: they belong to a host name, never to a number, and need https or localhost."""
    parts = urlsplit(base_url)
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "https" or parts.hostname == "localhost"
    return False


def new_challenge() -> str:
    """Return 256 random bits that the device signs."""
    return secrets.token_urlsafe(32)


def to_make(base_url: str, account_id: int, email: str, challenge: str, known: Sequence[str]) -> dict[str, Any]:
    """Return what the browser is asked for a new passkey; devices that have one of *known* make no second one.

    The device checks who uses it (finger, face or PIN), so that a passkey alone is two factors, and keeps the key together
    with the account, so that no address has to be typed.
    """
    return {
        "challenge": challenge,
        "rp": {"id": _host(base_url), "name": _host(base_url)},
        "user": {"id": _encoded(f"account {account_id}".encode()), "name": email, "displayName": email},
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in _ALGORITHMS],
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"},
        "excludeCredentials": [{"type": "public-key", "id": each} for each in known],
        "attestation": "none",
        "timeout": _WAIT_MS,
    }


def to_show(base_url: str, challenge: str) -> dict[str, Any]:
    """Return what the browser is asked to sign in: any passkey of this site, so that no address tells who has an account."""
    return {"challenge": challenge, "rpId": _host(base_url), "userVerification": "required", "timeout": _WAIT_MS}


def made(base_url: str, challenge: str, answer: str) -> Made:
    """Check the answer to ``to_make``.

    Raises:
        RefusedPasskeyError: it is not one, for another site or challenge, or the device did not check who uses it.
    """
    found = _verified("verify_registration_response", base_url, challenge, answer)
    return Made(_encoded(found.credential_id), found.credential_public_key, found.sign_count)


def shown(base_url: str, challenge: str, answer: str, public_key: bytes, sign_count: int) -> int:
    """Check the answer to ``to_show`` and return how often the passkey was used by now.

    Raises:
        RefusedPasskeyError: as ``made``, or not signed with that key, or the device's count betrays a copy.
    """
    kept = {"credential_public_key": public_key, "credential_current_sign_count": sign_count}
    found = _verified("verify_authentication_response", base_url, challenge, answer, **kept)
    return int(found.new_sign_count)


def credential_id(answer: str) -> str:
    """Return which passkey an answer says it is of.

    Raises:
        RefusedPasskeyError: it is no answer.
    """
    found = _read(answer).get("id")
    if not isinstance(found, str):
        raise RefusedPasskeyError
    return found.rstrip("=")


def _verified(check: str, base_url: str, challenge: str, answer: str, **kept: Any) -> Any:  # noqa: ANN401 - the library's types
    library = _library()
    try:
        return getattr(library, check)(
            credential=_read(answer),
            expected_challenge=library.base64url_to_bytes(challenge),
            expected_rp_id=_host(base_url),
            expected_origin=_origin(base_url),
            require_user_verification=True,
            **kept,
        )
    except (library.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise RefusedPasskeyError from error


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer[:_LONGEST])
    except (ValueError, RecursionError) as error:
        raise RefusedPasskeyError from error
    if not isinstance(found, dict):
        raise RefusedPasskeyError
    return found


def _library() -> Any:  # noqa: ANN401 - a third of a second to load: whoever signs in with a passkey first in a worker pays it
    import_module("webauthn.helpers.exceptions")
    return import_module("webauthn")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
