"""Invented tables as files: CSV text, and the same cells as an Excel workbook."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from surveyapp.core import workbooks


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def as_xlsx(table: Path, file: Path) -> Path:
    """Write the CSV file *table* as a workbook to *file*."""
    with table.open(encoding="utf-8", newline="") as stream:
        file.write_bytes(workbooks.write({"Answers": list(csv.reader(stream))}))
    return file
