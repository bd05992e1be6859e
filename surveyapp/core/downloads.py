"""Files that the app hands out: to be saved under a name, never shown in the place of the page."""

from typing import Final

from flask import Response

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes | str, kind: str, name: str) -> Response:
    """Return *content* as a file of that *kind* (its content type) called *name*."""
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
