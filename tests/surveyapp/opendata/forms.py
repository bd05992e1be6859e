"""The rows of a table by the names of its columns, from a file or a sheet."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient


def from_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def rows_of_sheet(sheet: Any, columns: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - of openpyxl
    """The rows of a table by the names of its columns, which the sheet of columns gives beside the headings."""
    told = [row for row in columns.iter_rows(values_only=True) if row[0] == sheet.title]
    head, *rows = sheet.iter_rows(values_only=True)
    assert list(head) == [heading for _, _, heading, *_ in told]
    yield from (dict(zip([name for _, name, *_ in told], row, strict=True)) for row in rows)


def path(url: str) -> str:
    """The address of *url* on this site."""
    return url.removeprefix("http://127.0.0.1:8000")


def from_api(reader: FlaskClient, release: str, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, part after part, seven at a time."""
    address: str | None = f"{release}/tables/{name}?limit=7"
    while address:
        part = reader.get(path(address)).get_json()
        yield from part["rows"]
        address = part["next"]
