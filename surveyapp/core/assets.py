"""The one style sheet and the scripts, read once at the start and served under names that change with their content."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import rcssmin
from flask import Flask, Response, abort, request, url_for

from surveyapp.core.access import Permission, requires

_FOREVER: Final = "public, max-age=31536000, immutable"
_LEADING_ZERO: Final = re.compile(rb"(?<=[ :,(-])0(?=\.\d)")
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One served file, plain and compressed."""

    name: str
    kind: str
    plain: bytes
    packed: bytes


def init_app(app: Flask) -> None:
    """Read the assets of every feature (``static/*.css`` joined into one sheet and packed, the others alone)."""
    by_name: dict[str, Asset] = {}
    by_source: dict[str, str] = {}
    for source, content in _sources(Path(app.root_path)):
        stem, kind = source.rsplit(".", 1)
        name = f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        by_name[name] = Asset(name, kind, content, gzip.compress(content, 9, mtime=0))
        by_source[source] = name

    @requires(Permission.PUBLIC)
    def asset(name: str) -> Response:
        return _answer(by_name[name]) if name in by_name else abort(404)

    def asset_url(source: str) -> str:
        return url_for("asset", name=by_source[source])

    app.add_url_rule("/assets/<name>", "asset", asset)
    app.jinja_env.globals["asset_url"] = asset_url


def _sources(root: Path) -> list[tuple[str, bytes]]:
    files = sorted(path for folder in ("static", "*/static") for path in root.glob(f"{folder}/*") if path.is_file())
    # Pico first: our own sheets, in the order of their names, refine it.
    sheets = sorted(
        (path for path in files if path.suffix == ".css"), key=lambda path: (path.name != "pico.min.css", path.name)
    )
    whole = b"\n".join(_LEADING_ZERO.sub(b"", rcssmin.cssmin(path.read_bytes())) for path in sheets)
    others = [(path.name, path.read_bytes()) for path in files if path.suffix in {".js", ".svg"}]
    return [("app.css", whole), *others]


def _answer(asset: Asset) -> Response:
    packed = bool(request.accept_encodings["gzip"])
    response = Response(asset.packed if packed else asset.plain, content_type=_TYPES[asset.kind])
    response.headers["Cache-Control"] = _FOREVER
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
