"""What the pages of an import hand on to one another: cleaned rows and mapping, sealed in the form; nothing is kept."""

import base64
import binascii
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from surveyapp.survey.importing.import_file import Column, Row, Sheet
from surveyapp.survey.importing.import_mapping import ColumnUse, ImportMapping

_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Parcel:
    """An import on its way: what it becomes, the cleaned sheet in random order, and the mapping so far."""

    questionnaire: str
    collected: date
    name: str
    sheet: Sheet
    mapping: ImportMapping


def seal(parcel: Parcel, account_id: int) -> str:
    """Return *parcel* as text that this installation alone can read, and only for the same account."""
    plain = zlib.compress(json.dumps(asdict(parcel), ensure_ascii=False, default=date.isoformat).encode())
    nonce = os.urandom(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, plain, _owner(account_id))).decode()


def unseal(text: str, account_id: int) -> Parcel | None:
    """Return the parcel in *text*; None if it was not sealed here for this account, or was altered."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode())
        plain = _cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _owner(account_id))
    except (binascii.Error, ValueError, InvalidTag):
        return None
    # Only what was sealed here is unpacked, so that no sender can make it grow.
    return _read(json.loads(zlib.decompress(plain)))


def _cipher() -> AESGCM:
    secret: bytes = current_app.config["SECRET_KEY"]
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"surveyapp import parcel 1").derive(secret))


def _owner(account_id: int) -> bytes:
    return str(account_id).encode()


def _read(data: Mapping[str, Any]) -> Parcel:
    sheet, mapping = data["sheet"], data["mapping"]
    columns = tuple(Column(**column) for column in sheet["columns"])
    rows = tuple(Row(row["number"], tuple(row["cells"])) for row in sheet["rows"])
    return Parcel(
        data["questionnaire"],
        date.fromisoformat(data["collected"]),
        data["name"],
        Sheet(columns, rows, tuple(sheet["dropped"])),
        ImportMapping(
            mapping["questionnaire"],
            tuple(ColumnUse(**use) for use in mapping["columns"]),
            mapping["texts"],
            mapping["separators"],
            tuple(mapping["not_answered"]),
            tuple(mapping["ticked"]),
            tuple(mapping["unticked"]),
        ),
    )
