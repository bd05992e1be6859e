"""A plan on its way from the page that shows what it would change to the one that loads it: sealed in the form."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from surveyapp.core import parcels

_PURPOSE: Final = "plan"


@dataclass(frozen=True, slots=True)
class Parcel:
    """The text of the plan, and what the file is called."""

    text: str
    name: str


def seal(parcel: Parcel, account_id: int) -> str:
    """Return *parcel* as text that this installation alone can read, and only for the same account."""
    return parcels.seal(json.dumps(asdict(parcel), ensure_ascii=False).encode(), _PURPOSE, account_id)


def unseal(text: str, account_id: int) -> Parcel | None:
    """Return the parcel in *text*; None if it was not sealed here for this account, or was altered."""
    plain = parcels.unseal(text, _PURPOSE, account_id)
    return None if plain is None else Parcel(**json.loads(plain))
