"""How public content is answered: with its hash as ETag, in parts if asked for, open to programs of other sites."""

import hashlib
from datetime import timedelta
from typing import Final

from flask import Response, abort, request

from surveyapp.core.downloads import saved_as
from surveyapp.core.problem_details import opened

FRESH: Final = timedelta(minutes=5)
"""How long a copy may be shown without asking again: what is withdrawn must not live on in caches."""


def answered(content: bytes, kind: str, name: str | None = None) -> Response:
    """Return *content* of the content type *kind*, to be saved under *name* if there is one.

    Answers 304 to who has it, 206 to who asks for a part, 406 to who does not take this type and 416 for a part that is not
    there (RFC 9110).
    """
    if not _taken(kind.partition(";")[0]):
        abort(406)
    response = Response(content, content_type=kind)
    response.set_etag(hashlib.sha256(content).hexdigest())
    if name is not None:
        saved_as(response, name)
    response.headers["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}, must-revalidate"
    response.vary.add("Accept")
    opened(response)
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response


def _taken(kind: str) -> bool:
    accepted = request.accept_mimetypes
    return not accepted or bool(accepted[kind])
