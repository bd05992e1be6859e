"""Letters that tell people that what guards their account was changed, so that nobody does so behind their back."""

from threading import Thread
from typing import Final, Literal
from urllib.parse import urlsplit

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core import logs
from surveyapp.core.i18n import speaking
from surveyapp.core.mail import AddressRefusedError, Letter, MailError, Post, PutOffError
from surveyapp.settings import Settings, current_settings
from surveyapp.staff import store

Change = Literal[
    "reset", "password", "codes_set_up", "codes_removed", "passkey_added", "passkey_removed", "recovery_made", "recovery_used"
]
_SAID: Final = {
    "reset": _l("Your second factor was reset. At the next sign-in you set one up anew."),
    "password": _l("A new password was set. Other devices are signed out."),
    "codes_set_up": _l("One-time codes were set up as your second factor."),
    "codes_removed": _l("One-time codes were switched off."),
    "passkey_added": _l("A passkey was added."),
    "passkey_removed": _l("A passkey was removed."),
    "recovery_made": _l("New recovery codes were made; the earlier ones open nothing any more."),
    "recovery_used": _l("Somebody signed in with one of your recovery codes."),
}


def tell(account_id: int, change: Change) -> bool:
    """Send the owner of an account a letter about a *change*; False if none could be sent, which keeps nothing from working."""
    settings = current_settings()
    if not settings.smtp_host:
        return False
    return _send(_letter(account_id, change, settings.base_url), settings)


def tell_later(account_id: int, change: Change) -> None:
    """Do the same in a thread: whoever changed something of their own does not wait for a mail server."""
    settings = current_settings()
    if not settings.smtp_host:
        return
    letter = _letter(account_id, change, settings.base_url)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads
    Thread(target=_in_background, args=(app, letter, settings), name="account-letter").start()


def _letter(account_id: int, change: Change, base: str) -> Letter:
    with speaking(store.letters_of(account_id).language):
        parts = [
            _("Hello,"),
            _("something that guards your account at %(address)s was changed:", address=urlsplit(base).netloc)
            + f"\n{_SAID[change]}",
            _(
                "If you did this yourself or asked for it, there is nothing to do. If not, somebody else may be in your "
                "account: tell an administrator of the app at once, in person or by telephone."
            ),
            _("This letter holds no link on purpose. Nobody will ask you for a password or a code by letter."),
        ]
        return Letter(store.email_of(account_id), str(_("Your account was changed")), "\n\n".join(map(str, parts)) + "\n")


def _send(letter: Letter, settings: Settings) -> bool:
    post = Post(settings)
    try:
        post.send(letter)
    except (AddressRefusedError, PutOffError, MailError):
        return False
    finally:
        post.close()
    return True


def _in_background(app: Flask, letter: Letter, settings: Settings) -> None:
    with app.app_context():
        try:
            _send(letter, settings)
        except Exception as error:  # noqa: BLE001 - nobody above this thread would tell
            logs.fault(error, "letters")
