"""What the pages of signing in share: the token in the cookie, where somebody is led next, and the limit on tries."""

from typing import Final
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from surveyapp.core.access import Actor, Stage, Standing
from surveyapp.core.limits import SourceLimit
from surveyapp.staff import session_store, sessions

_TOKEN: Final = "token"  # noqa: S105 - the name of a key in the cookie, no secret
_HOMES: Final = (
    ("organiser", "events.own"),
    ("steward", "waves.waves"),
    ("auditor", "staff.audit"),
    ("administrator", "staff.people"),
    ("national", "national.overview"),
)
_STEPS: Final = {Stage.SECOND_STEP: "staff.second_step", Stage.SET_UP: "staff.second_factor"}


def token() -> str:
    """Return the token of this browser's session, empty if it has none."""
    return str(session.get(_TOKEN, ""))


def forget() -> str:
    """Forget the session's token and return it."""
    return str(session.pop(_TOKEN, ""))


def keep(token: str) -> None:
    """Put a new token into the cookie in place of the one there."""
    session[_TOKEN] = token
    g.pop("standing", None)  # who was half signed in is asked of the accounts anew


def begin(token: str) -> ResponseReturnValue:
    """Put a new session's token into the cookie, nothing of an earlier one beside it, and lead on."""
    session.clear()
    keep(token)
    found = session_store.standing(token)
    return redirect(onward(found) if found else url_for("start"))


def load() -> Standing | None:
    """Return who is behind this request."""
    found = token()
    return session_store.standing(found) if found else None


def device() -> str:
    """Return what this browser is called."""
    return sessions.device(request.headers.get("User-Agent", ""))


def onward(found: Standing) -> str:
    """Return where somebody is led: to the step of signing in that is missing, else to where they wanted to go."""
    wanted = _wanted()
    if found.stage in _STEPS:
        return url_for(_STEPS[found.stage], next=wanted)
    return wanted or home(found.person)


def _wanted() -> str | None:
    wanted: str = request.args.get("next", "")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return None
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    # A line end would break the header, and browsers drop it from an address, so that "/\n/host" leads away.
    return wanted if ours and "\\" not in wanted and wanted.isprintable() else None


def home(person: Actor) -> str:
    """Return the page on which somebody begins."""
    return url_for(dict(_HOMES).get(person.role, "results.summary"))


def failures() -> SourceLimit:
    """Return the count of tries that failed, by source."""
    limit: SourceLimit = current_app.extensions["sign_in_limit"]
    return limit
