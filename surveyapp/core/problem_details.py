"""Errors as programs read them: problem details (RFC 9457), in English like the names of everything at their addresses."""

import json
from collections.abc import Mapping
from typing import Final

from flask import Response
from werkzeug.exceptions import HTTPException

_DETAILS: Final[Mapping[int, str]] = {
    400: "The request cannot be answered as it stands.",
    404: "There is no such thing here, or it is not public.",
    405: "This address is for reading: use GET, HEAD or OPTIONS.",
    406: "Only application/json is to be had here.",
    416: "The content has no such part.",
    500: "Something went wrong on our side.",
    503: "It cannot be answered just now. Ask again after the seconds that Retry-After says.",
}
_TELLING: Final = frozenset({"Allow", "Content-Range", "Retry-After"})


def read_by_programs(path: str) -> bool:
    """Say whether programs read what lies at *path*, in whichever room of the app (surveyapp.rooms) it is asked for."""
    return path.startswith("/api/") or (path.startswith("/open-data/") and path.endswith(".json"))


def answer(error: HTTPException, detail: str | None = None) -> Response:
    """Return *error* as problem details; *detail* says more than what is usually said of its status."""
    status = error.code or 500
    detail = detail or _DETAILS.get(status, "It could not be answered.")
    told = {"type": "about:blank", "title": error.name, "status": status, "detail": detail}
    response = Response(json.dumps(told), status, content_type="application/problem+json")
    response.headers.extend(telling_headers(error))
    response.headers["Content-Language"] = "en"
    return opened(response)


def telling_headers(error: HTTPException) -> dict[str, str]:
    """Return the headers of an error that say what would work: the methods of an address, the length of a file, and when."""
    return {name: value for name, value in error.get_headers() if name in _TELLING}


def opened(response: Response) -> Response:
    """Let pages of other sites read *response*: it is the same for everybody, and no cookie changes it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Range, Content-Disposition, Retry-After"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
