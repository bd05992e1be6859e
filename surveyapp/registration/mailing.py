"""Sending letters to people who registered: what is owed is sent in a thread of the worker, and again if that fails."""

from datetime import timedelta
from threading import Thread
from typing import Final

from flask import Flask, current_app

from surveyapp.core import logs
from surveyapp.core.mail import AddressRefusedError, MailError, Post, PutOffError
from surveyapp.registration import letter_store, seats
from surveyapp.registration.letters import letter
from surveyapp.registration.people_store import Registered
from surveyapp.registration.rules import Conference
from surveyapp.settings import current_settings

_LEASE_IN_TIMEOUTS: Final = 8  # a letter takes less: three waits for commands, three for what the server thinks of it
_SHORTEST_LEASE_S: Final = 60


def start() -> None:
    """Send what is owed in a thread of this worker, so that the time of an answer tells nothing about an address."""
    if not seats.by_mail() or not letter_store.any_owed(_lease()):
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads
    Thread(target=_in_background, args=(app,), name="registration-letters", daemon=True).start()


def run() -> int:
    """Send every letter that is owed and that nobody else is sending, and return how many left.

    A letter may come twice if a process dies between handing it over and noting it; nobody is left without one.
    """
    if not seats.by_mail():
        return 0
    settings = current_settings()
    post, sent, lease = Post(settings), 0, _lease()
    try:
        while (owed := letter_store.take(lease)) is not None:
            try:
                post.send(letter(owed.kind, owed.conference, owed.to, owed.subject, owed.text))
            except AddressRefusedError:
                letter_store.refused(owed)
            except PutOffError:
                letter_store.put_off(owed)
            except MailError:
                letter_store.put_off(owed)
                return sent
            else:
                letter_store.sent(owed)
                sent += 1
    finally:
        post.close()
    return sent


def tell_taken_out(conference: Conference, gone: Registered) -> bool:
    """Tell somebody whose registration the organiser cancelled and deleted; False if no letter could be sent."""
    if not seats.by_mail() or gone.person.email is None:
        return False
    settings = current_settings()
    post = Post(settings)
    try:
        post.send(letter("taken_out", conference, gone))
    except (AddressRefusedError, PutOffError, MailError):
        return False
    finally:
        post.close()
    return True


def _lease() -> timedelta:
    return timedelta(seconds=max(_SHORTEST_LEASE_S, _LEASE_IN_TIMEOUTS * current_settings().smtp_timeout))


def _in_background(app: Flask) -> None:
    with app.app_context():
        try:
            run()
        except Exception as error:  # noqa: BLE001 - nobody above this thread would tell
            logs.fault(error, "letters")
