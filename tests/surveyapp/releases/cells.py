"""Cells of released tables as their files hold them."""

from surveyapp.core.csv_files import plain


def as_text(cell: object) -> str:
    """A cell as CSV writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return plain(cell) if isinstance(cell, float) else str(cell)
