"""A sheet of events on its way from the page that shows what it would do to the one that does it: sealed in the form."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from surveyapp.core import parcels
from surveyapp.events.rules import Facts
from surveyapp.events.upload.reading import Place, Upload, Uploaded

_PURPOSE: Final = "events"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the file said, what it is called, and its SHA-256."""

    upload: Upload
    name: str
    file: str


def seal(parcel: Parcel, account_id: int) -> str:
    """Return *parcel* as text that this installation alone can read, and only for the same account."""
    return parcels.seal(json.dumps(asdict(parcel), ensure_ascii=False, default=_plain).encode(), _PURPOSE, account_id)


def unseal(text: str, account_id: int) -> Parcel | None:
    """Return the parcel in *text*; None if it was not sealed here for this account, or was altered."""
    plain = parcels.unseal(text, _PURPOSE, account_id)
    if plain is None:
        return None
    data = json.loads(plain)
    upload = data["upload"]
    events = tuple(_event(each) for each in upload["events"])
    return Parcel(Upload(upload["plan"], events, frozenset(upload["columns"])), data["name"], data["file"])


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value.isoformat() if isinstance(value, date) else str(value)


def _event(data: dict[str, Any]) -> Uploaded:
    facts = Facts(**{**data["facts"], "held_on": date.fromisoformat(data["facts"]["held_on"])})
    group = Place(**data["group"]) if data["group"] else None
    return Uploaded(Place(**data["place"]), data["indicator"], data["institution"], facts, group)
