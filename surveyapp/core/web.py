"""What every page has in common: security headers, hosts, forgery protection and error pages."""

import io
from collections.abc import Callable, Mapping
from typing import IO, Final

from flask import Flask, Request, Response, abort, current_app, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from surveyapp.core import front, logs, municipalities, not_saved, problem_details, troubles
from surveyapp.core.database import MOST_ID
from surveyapp.core.i18n import language
from surveyapp.core.secret_files import secret
from surveyapp.settings import Settings

_POLICY: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "connect-src": "'self'",
    "worker-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_UNUSED: Final = (
    *("accelerometer", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)


def _joined(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _joined(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer says that does not say something else by itself."""
_HEADERS_OF_HTTPS: Final[Mapping[str, str]] = {
    **_HEADERS,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_LIMIT: Final = 256 * 1024


Explain = Callable[[HTTPException], Response]


class MemoryRequest(Request):
    """A request whose uploads stay in memory: the framework would write larger ones into a temporary file."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the framework's signature
        content_type: str | None,  # noqa: ARG002 - the same
        filename: str | None = None,  # noqa: ARG002 - the same
        content_length: int | None = None,  # noqa: ARG002 - the same
    ) -> IO[bytes]:
        return io.BytesIO()  # the limit on a request bounds it


class StoredNumber(IntegerConverter):
    """A whole number in an address that an id can be: looking for a larger one is a fault in either database."""

    regex = r"[0-9]{1,10}"

    def __init__(self, url_map: Map, max: int = MOST_ID) -> None:  # noqa: A002 - the framework's name
        super().__init__(url_map, max=max)


def init_app(app: Flask, settings: Settings) -> None:
    """Set up cookies, headers, hosts, forgery protection, numbers in addresses and error pages."""
    app.request_class = MemoryRequest
    app.url_map.converters["int"] = StoredNumber
    app.config.update(
        SECRET_KEY=secret(settings.data_dir, "session"),
        SESSION_COOKIE_NAME="__Host-session" if settings.https else "session",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open for hours
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies, settings.proxies, settings.proxies)  # type: ignore[method-assign]  # Flask documents replacing it
    app.before_request(_refuse_unread)
    app.before_request(_refuse_unstorable)
    app.before_request(_refuse_foreign)
    app.before_request(_tell_failed)
    app.after_request(_protect)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _fault)
    app.context_processor(_common)


def explain_by(app: Flask, prefix: str, explain: Explain) -> None:
    """Have errors at addresses that begin with *prefix* told by *explain* instead of on a page: programs read there."""
    app.extensions.setdefault("explainers", {})[prefix] = explain


def set_policy(response: Response, **changed: str) -> Response:
    """Give *response* a content security policy that differs from every page's in the directives named, ``_`` for ``-``."""
    policy = {**_POLICY, **{name.replace("_", "-"): sources for name, sources in changed.items()}}
    response.headers["Content-Security-Policy"] = _joined(policy)
    return response


def from_this_site() -> bool:
    """Say whether a request that changes something was sent by one of our own pages.

    Judged by Sec-Fetch-Site and Origin (Fetch Metadata, W3C). A client that sends neither carries no cookie that could be
    abused; an origin that is not told (null) is ours only if Sec-Fetch-Site says so.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and site is not None):
        return True
    return origin.partition("://")[2] == request.host


def _refuse_unread() -> None:
    refused = request.environ.get(front.REFUSED)
    if refused:
        abort(refused)


def _refuse_foreign() -> None:
    # Forms carry a token besides; this one also guards the doors that have no session to keep a token in.
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not from_this_site():
        abort(403)


def _refuse_unstorable() -> None:
    # No page of ours asks for a NUL in an address, and PostgreSQL refuses to look for one.
    if b"%00" in request.query_string or "\0" in request.path:
        abort(400)


def _tell_failed() -> Response | None:
    failed: Exception | None = request.environ.get(front.FAILED)
    if failed is None or isinstance(request.routing_exception, SecurityError):  # of a foreign host no page can be made
        return None
    return _told(failed)


def _protect(response: Response) -> Response:
    https = current_app.config["SESSION_COOKIE_SECURE"]  # a proxy may speak it for us without saying so
    said = {name.lower() for name, _value in response.headers}
    wanted = _HEADERS_OF_HTTPS if https else _HEADERS
    response.headers.extend((name, value) for name, value in wanted.items() if name.lower() not in said)
    return response


def _explain(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - a redirect is no error
        return error
    if isinstance(error, SecurityError):
        return Response("This server does not answer to that name.\n", 400, mimetype="text/plain")
    own = _own_explainer()
    if own is not None:
        return own(error)
    texts = {
        400: (_("This request could not be read"), _("Go back, reload the page and try again.")),
        403: (_("This page is not for your role"), _("Sign in with another account, or ask the coordinator.")),
        404: (_("There is no such page"), _("Check the address, or start from the first page.")),
        405: (_("This address does not work that way"), _("Start from the first page.")),
        406: (_("It is not to be had in the form that was asked for"), _("Go back and choose another file.")),
        416: (_("The file has no such part"), _("Fetch it whole.")),
        408: (
            _("It took too long to arrive"),
            _("Nothing was saved. Go back and send it again where the connection is better."),
        ),
        413: (_("What was sent is too large"), _("Shorten it and send it again.")),
        429: (_("Too many tries"), _("Wait a minute and try again.")),
        503: (_("Too much is being sent at once"), _("Nothing was saved. Wait a minute, go back and send it again.")),
    }
    title, advice = texts.get(error.code, (_("Something went wrong"), _("Go back and try again.")))
    response = Response(render_template("error.html", title=title, advice=advice), error.code, mimetype="text/html")
    response.headers.extend(problem_details.telling_headers(error))
    return response


def _own_explainer() -> Explain | None:
    found: Mapping[str, Explain] = current_app.extensions.get("explainers", {})
    usual = problem_details.answer if problem_details.read_by_programs(request.path) else None
    return next((explain for prefix, explain in found.items() if request.path.startswith(prefix)), usual)


def _fault(error: Exception) -> Response:
    logs.fault(error)
    return _told(error)


def _told(error: Exception) -> Response:
    own = _own_explainer()
    if own is None:
        return not_saved.page(error)
    trouble = troubles.of(error)
    return own(ServiceUnavailable(retry_after=not_saved.wait_s(trouble)) if trouble else InternalServerError())


def _common() -> dict[str, object]:
    return {"demo": _demo(), "page_language": language()}


def _demo() -> bool:
    try:
        return municipalities.any_demo()
    except SQLAlchemyError:
        return False  # the page that tells of a silent database must not need it
