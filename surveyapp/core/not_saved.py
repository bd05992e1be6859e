"""The page that tells that something was not saved: why, in words, and everything that was typed, ready to be sent again."""

from typing import Final

from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from surveyapp.core import troubles
from surveyapp.core.troubles import Trouble

_SECRET: Final = frozenset({"password", "passphrase", "current", "again", "key_text", "code"})
"""The names of fields whose content no page gives back."""
_WAIT_S: Final = 60
_LOADING_S: Final = 3
"""Twice as long as loading the pages of staff takes on a busy machine (docs/decisions/0024)."""


def page(error: Exception) -> Response:
    """Return the page about *error*: 503 if the cause lies outside the app and will pass, 500 if it is a fault of ours."""
    trouble = troubles.of(error)
    sent = _typed() if request.method == "POST" else None
    body = render_template(
        "not_saved.html",
        title=_("This is not saved yet") if sent is not None else _("This page cannot be shown just now"),
        reason=_reason(trouble),
        sent=sent,
        left_out=sent is not None and _left_out(sent),
        soon=trouble is Trouble.LOADING,
        address=request.full_path.removesuffix("?"),
    )
    response = Response(body, 503 if trouble else 500, mimetype="text/html")
    if trouble:
        response.headers["Retry-After"] = str(wait_s(trouble))
    return response


def wait_s(trouble: Trouble) -> int:
    """Return after how many seconds it is worth asking again (Retry-After)."""
    return _LOADING_S if trouble is Trouble.LOADING else _WAIT_S


def _typed() -> list[tuple[str, str]]:
    """Return what a form held, without what nobody else may read; nothing of one with a file that no page here takes."""
    try:
        return [(name, value) for name in request.form if name not in _SECRET for value in request.form.getlist(name)]
    except RequestEntityTooLarge:
        return []


def _left_out(sent: list[tuple[str, str]]) -> bool:
    try:
        return {*request.form, *request.files} > {name for name, _value in sent}
    except RequestEntityTooLarge:
        return True


def _reason(trouble: Trouble | None) -> str:
    reasons = {
        Trouble.FULL: _("There is no room left on the disk. Please tell whoever looks after this app."),
        Trouble.READ_ONLY: _("The app may not write to its disk. Please tell whoever looks after this app."),
        Trouble.DISK: _("The disk reports an error. Please tell whoever looks after this app."),
        Trouble.BUSY: _("Too much is being saved at the same time."),
        Trouble.SILENT: _("The database does not answer just now."),
        Trouble.LOADING: _("This part of the app is being loaded, which takes some seconds."),
        Trouble.NOT_READY: _("This part of the app is not ready just now."),
        None: _("Something went wrong on our side."),
    }
    return str(reasons[trouble])
