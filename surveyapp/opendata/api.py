"""The interface for programs: what is public, as JSON, described by OpenAPI; errors are problem details (RFC 9457)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from flask import Blueprint, Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from surveyapp.core import problem_details, web
from surveyapp.core.access import Permission, requires
from surveyapp.ledger import publication_store
from surveyapp.ledger.documents import rows_in
from surveyapp.ledger.publication_store import Publication
from surveyapp.opendata import facts, sending, words
from surveyapp.releases import meanings
from surveyapp.settings import current_settings

blueprint = Blueprint("api", __name__, url_prefix="/api")
_DESCRIPTION: Final = Path(__file__).with_name("openapi.yaml")
_JSON: Final = "application/json"
_USUAL: Final = 100
_MOST: Final = 1000
_FARTHEST: Final = 2**31 - 1


class _Unreadable(HTTPException):
    """A parameter that cannot be read; the description says which, why, and what would do."""

    code = 400


@blueprint.get("/")
@requires(Permission.PUBLIC)
def index() -> Response:
    """Say where things are."""
    return _answer({"description": _address("/api/openapi.json"), "releases": _address("/api/v1/releases")})


@blueprint.get("/openapi.json")
@requires(Permission.PUBLIC)
def description() -> Response:
    """Describe the interface (OpenAPI 3.1)."""
    return sending.answered(_description(), _JSON)


@blueprint.get("/v1/releases")
@requires(Permission.PUBLIC)
def releases() -> Response:
    """List what is public, a part at a time."""
    offset, limit = _part()
    found = publication_store.every()
    shown = [_brief(each) for each in found[offset : offset + limit]]
    return _answer({"releases": shown, **_place("/api/v1/releases", len(found), offset, limit)})


@blueprint.get("/v1/releases/<place>/<int:number>")
@requires(Permission.PUBLIC)
def release(place: str, number: int) -> Response:
    """Tell everything about a release but its rows."""
    _nothing_asked()
    found = _found(place, number)
    every = publication_store.every(place)
    earlier, newest = facts.earlier_than(found, every), facts.newest_after(found, every)
    base = f"/api/v1/releases/{place}/{number}"
    held = [
        {"name": each["name"], "rows": len(each["rows"]), "url": _address(f"{base}/tables/{each['name']}")}
        for each in found.release.document["tables"]
    ]
    given = [
        {
            "name": each.name,
            "type": each.kind,
            "bytes": each.size,
            "sha256": each.hash,
            "url": _address(facts.file_of(place, number, each.name)),
        }
        for each in found.files
    ]
    return _answer(
        {
            **_brief(found),
            "rules": found.release.document["rules"],
            "notes": [{"on": each.on.isoformat(), "text": each.text} for each in found.notes],
            "earlier": earlier.release.number if earlier else None,
            "newer": newest.release.number if newest else None,
            "changes": _address(f"{base}/changes"),
            "tables": held,
            "files": given,
        }
    )


@blueprint.get("/v1/releases/<place>/<int:number>/tables/<name>")
@requires(Permission.PUBLIC)
def table(place: str, number: int, name: str) -> Response:
    """Give rows of a table, a part at a time: the same cells as in every file."""
    offset, limit = _part()
    found = _found(place, number)
    held = next((each for each in found.release.document["tables"] if each["name"] == name), None) or abort(404)
    rows = rows_in(held)
    columns = [{**field, "description": field["descriptions"]["en"]} for field in meanings.fields(name, held["columns"])]
    place_ = _place(f"/api/v1/releases/{place}/{number}/tables/{name}", len(rows), offset, limit)
    told = {"release": _identity(found), "table": name, "columns": columns, "rows": rows[offset : offset + limit]}
    return _answer({**told, **place_})


@blueprint.get("/v1/releases/<place>/<int:number>/changes")
@requires(Permission.PUBLIC)
def changes(place: str, number: int) -> Response:
    """Tell what changed since the published release before, a part at a time."""
    offset, limit = _part()
    found = _found(place, number)
    earlier = facts.earlier_than(found, publication_store.every(place))
    told = [
        {
            "table": each.table,
            "key": list(each.key),
            "kind": each.kind,
            "fields": [{"column": column, "before": before, "after": after} for column, before, after in each.fields],
        }
        for each in facts.changed(earlier, found)
    ]
    place_ = _place(f"/api/v1/releases/{place}/{number}/changes", len(told), offset, limit)
    since = earlier.release.number if earlier else None
    return _answer({"release": _identity(found), "earlier": since, "changes": told[offset : offset + limit], **place_})


def _brief(found: Publication) -> dict[str, Any]:
    release, asked = found.release, found.release.asked
    first, last = facts.period(release.document)
    name, link = words.LICENCES[found.licence]
    return {
        **_identity(found),
        **words.in_each_language(found.publisher, release),
        "publisher": found.publisher,
        "level": "public",
        "plan": asked.plan,
        "as_of": asked.as_of.isoformat(),
        "made_on": release.made_on.isoformat(),
        "published_on": found.published_on.isoformat(),
        "period": {"from": first, "to": last},
        "licence": {"id": found.licence, "name": name, "url": link},
        "page": _address(facts.page_of(found.place, release.number)),
        "self": _address(f"/api/v1/releases/{found.place}/{release.number}"),
    }


def _identity(found: Publication) -> dict[str, Any]:
    release = found.release
    return {"municipality": found.place, "number": release.number, "invented": found.invented, "sha256": release.hash}


def _found(place: str, number: int) -> Publication:
    return publication_store.find(place, number) or abort(404)


def _part() -> tuple[int, int]:
    """Return where the part that was asked for begins, and how many rows it may have."""
    _nothing_asked("offset", "limit")
    return _whole("offset", 0, 0, _FARTHEST), _whole("limit", _USUAL, 1, _MOST)


def _whole(name: str, usual: int, least: int, most: int) -> int:
    given = request.args.getlist(name)
    if not given:
        return usual
    text = given[0]
    if (
        len(given) > 1
        or not (text.isascii() and text.isdecimal())
        or len(text) > len(str(most))
        or not least <= int(text) <= most
    ):
        raise _Unreadable(f"Give {name} once, as a whole number from {least} to {most}.")
    return int(text)


def _nothing_asked(*known: str) -> None:
    strange = sorted(set(request.args) - set(known))
    if strange:
        raise _Unreadable(f"There is no such parameter here; known: {', '.join(known) or 'none'}.")


def _place(path: str, total: int, offset: int, limit: int) -> dict[str, Any]:
    following = offset + limit
    link = _address(f"{path}?offset={following}&limit={limit}") if following < total else None
    return {"total": total, "offset": offset, "limit": limit, "next": link}


def _address(path: str) -> str:
    return current_settings().base_url + path


def _answer(content: Mapping[str, Any]) -> Response:
    return sending.answered(json.dumps(content, ensure_ascii=False, allow_nan=False).encode(), _JSON)


@cache
def _description() -> bytes:
    return json.dumps(yaml.safe_load(_DESCRIPTION.read_text(encoding="utf-8")), ensure_ascii=False).encode()


def problem(error: HTTPException) -> Response:
    """Return an error as problem details."""
    return problem_details.answer(error, error.description if isinstance(error, _Unreadable) else None)


@blueprint.after_request
def _open(response: Response) -> Response:
    """Answer what a browser asks before a page of another site may read: reading is all there is."""
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match, Range"
        response.headers["Access-Control-Max-Age"] = "600"
    return problem_details.opened(response)


def init_app(app: Flask) -> None:
    """Register the interface; whatever is asked for under its address gets an answer that programs read."""
    app.register_blueprint(blueprint)
    web.explain_by(app, "/api/", problem)
