"""Files that the app hands out: to be saved under a name, never shown in the place of the page."""

import unicodedata
from typing import Final
from urllib.parse import quote

from flask import Response

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes | str, kind: str, name: str) -> Response:
    """Return *content* as a file of that *kind* (its content type) called *name*."""
    response = Response(content, content_type=kind)
    saved_as(response, name)
    return response


def saved_as(response: Response, name: str) -> None:
    """Have *response* saved as a file called *name*; in letters that every program reads, and as it is (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    whole = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", filename=plain, **whole)
