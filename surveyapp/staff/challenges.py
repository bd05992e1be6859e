"""The challenge that a page with passkeys carries, and who answered it."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import request, session

from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.settings import current_settings
from surveyapp.staff import passkey_store, passkeys
from surveyapp.staff.forms import ConfirmForm
from surveyapp.staff.passkeys import RefusedPasskeyError

_CHALLENGE: Final = "challenge"
_GOOD_FOR: Final = timedelta(hours=1)


def to_show() -> dict[str, Any] | None:
    """Return what a page asks of the browser to sign in with a passkey, None where passkeys cannot be."""
    base_url = current_settings().base_url
    return passkeys.to_show(base_url, _challenge()) if passkeys.possible(base_url) else None


def to_make(person: Actor) -> dict[str, Any] | None:
    """Return what a page asks of the browser for a new passkey, None where passkeys cannot be."""
    base_url = current_settings().base_url
    if not passkeys.possible(base_url):
        return None
    known = [each.credential_id for each in passkey_store.of(person.account_id)]
    return passkeys.to_make(base_url, person.account_id, person.email, _challenge(), known)


def answered() -> Actor | None:
    """Return whose passkey answered the challenge of the page that was sent, None if it is not right."""
    challenge, ends_at = taken()
    if not challenge or not ConfirmForm().validate_on_submit():
        return None
    try:
        return passkey_store.use(challenge, ends_at, request.form.get("credential", ""))
    except RefusedPasskeyError:
        return None


def _challenge() -> str:
    # One for all pages that stand open in this browser, so that a second one does not spoil the first.
    kept = session.get(_CHALLENGE)
    if not kept or datetime.fromisoformat(kept[1]) - clock.now() < _GOOD_FOR / 2:
        kept = [passkeys.new_challenge(), (clock.now() + _GOOD_FOR).isoformat()]
        session[_CHALLENGE] = kept
    return str(kept[0])


def taken() -> tuple[str, datetime]:
    """Return the challenge of this browser's pages and until when it holds, empty if there is none; it is used up."""
    kept = session.pop(_CHALLENGE, None)
    if not kept or datetime.fromisoformat(kept[1]) <= clock.now():
        return "", clock.now()
    return str(kept[0]), datetime.fromisoformat(kept[1])
