"""What the pages of an import hand on to one another: cleaned rows and mapping, sealed in the form; nothing is kept."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from surveyapp.core import parcels
from surveyapp.survey.importing.import_file import Column, Row, Sheet
from surveyapp.survey.importing.import_mapping import ColumnUse, ImportMapping

_PURPOSE: Final = "import"


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
    return parcels.seal(json.dumps(asdict(parcel), ensure_ascii=False, default=date.isoformat).encode(), _PURPOSE, account_id)


def unseal(text: str, account_id: int) -> Parcel | None:
    """Return the parcel in *text*; None if it was not sealed here for this account, or was altered."""
    plain = parcels.unseal(text, _PURPOSE, account_id)
    return None if plain is None else _read(json.loads(plain))


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
