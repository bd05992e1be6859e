"""Sending the letters of a wave: codes exist in this process's memory only, and nobody can tell who got which.

All codes of a sending are made at once and shuffled; the addresses are shuffled apart from them. A code leaves with its letter
and is forgotten. Whatever stops a sending, the addresses that still wait get fresh codes next time; of a code that never left
remains a hash that nobody holds the code to.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Final, Literal

from flask import Flask, current_app

from analysis import steps
from surveyapp.core import audit, logs
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import writing
from surveyapp.core.mail import AddressRefusedError, Letter, MailError, Post, PutOffError
from surveyapp.core.mail import Problem as MailProblem
from surveyapp.settings import current_settings
from surveyapp.survey import wave_store
from surveyapp.survey.letters import mail_store, mail_words
from surveyapp.survey.letters.mail_store import Claim, Kind
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.wave_store import NewCode, Progress, WaveFacts

Reason = Literal["not_set_up", "mode", "draft", "closed", "not_yet", "nobody", "too_few", "busy"]
Stop = Literal[MailProblem, "put_off", "interrupted", "not_now", "fault"]
HandOver = Callable[[Sequence[NewCode]], None]
_PUT_OFF_IN_A_ROW: Final = 5
_LEASE_IN_TIMEOUTS: Final = 8  # a letter takes less: three waits for commands, three for what the server thinks of it
_SHORTEST_LEASE_S: Final = 60
_HASHED_PER_SIGN_OF_LIFE: Final = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sending ended; ``stopped`` and the server's words ``said`` are empty if every address was tried.

    ``no_codes`` says that it ended before any code was made.
    """

    sent: int
    refused: int
    waiting: int
    stopped: Stop | Literal[""]
    said: str
    no_codes: bool


def refusal(wave: WaveFacts, kind: Kind, *, more: int = 0) -> Reason | None:
    """Return why no letters of *kind* can be sent for *wave* now, None if they can; *more* addresses are about to be added."""
    standing = mail_store.standing(wave.id)
    number = more + standing.waiting if kind == "invitation" else standing.sent
    few = mail_store.codes_made(wave.id) + number < FEWEST
    reasons: Sequence[tuple[Reason, bool]] = (
        ("not_set_up", not current_settings().smtp_host),
        ("mode", wave.mode != "code"),
        ("draft", wave.state is State.DRAFT),
        ("closed", wave.state not in {State.TRIAL_OPENED, State.OPEN} or wave.closes < today()),
        ("not_yet", kind == "reminder" and wave.opens > today()),
        ("busy", standing.under_way is not None),
        ("nobody", number == 0),
        ("too_few", kind == "invitation" and few),
    )
    return next((reason for reason, holds in reasons if holds), None)


def take_list(wave: WaveFacts, addresses: Sequence[str], who: str) -> None:
    """Add addresses to those that wait for a letter; the audit trail gets their number from ten on, never an address."""
    with writing():
        added = mail_store.add(wave.id, addresses)
        _record(who, "mail.list_taken", wave, added.new + added.again)


def forget_list(wave: WaveFacts, who: str) -> bool:
    """Delete every address of a wave; False while letters are being sent."""
    with writing():
        gone = mail_store.forget(wave.id)
        if gone:
            _record(who, "mail.list_deleted", wave)
    return gone


def claim(wave: WaveFacts, kind: Kind) -> Claim | None:
    """Take the right to send, so that of two workers only one does; None if another has it."""
    return mail_store.claim(wave.id, kind, _lease())


def start(wave: WaveFacts, kind: Kind, who: str) -> bool:
    """Send in a thread of this worker, which ends with it; False if somebody else is sending already."""
    mine = claim(wave, kind)
    if mine is None:
        return False
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads
    Thread(target=_in_background, args=(app, wave, mine, who), name=f"letters-{wave.id}", daemon=True).start()
    return True


def _in_background(app: Flask, wave: WaveFacts, mine: Claim, who: str) -> None:
    with app.app_context():
        try:
            run(wave, mine, who)
        except RefusedError:
            pass  # run() noted it where the page looks
        except Exception as error:  # noqa: BLE001 - nobody above this thread would tell
            logs.fault(error, "letters")


def run(
    wave: WaveFacts,
    mine: Claim,
    who: str,
    *,
    spare: int = 0,
    keep_spare: HandOver = lambda _: None,
    progress: Progress = lambda _: None,
) -> Outcome:
    """Send what was claimed to every address that still gets it, in random order; *progress* gets letters done.

    *spare* more codes are made with an invitation and given to *keep_spare*.

    Raises:
        RefusedError: codes cannot be made now; the addresses keep waiting.
    """
    sending = _Sending(mine, progress)
    letters = _reminders(wave, mine, who) if mine.kind == "reminder" else _invitations(wave, mine, who, spare, keep_spare)
    try:
        sending.deliver(letters, Post(current_settings()))
        waiting = len(mail_store.pending(mine))
    finally:
        mail_store.release(mine, sending.stopped, sending.said)
    return Outcome(sending.sent, sending.refused, waiting, sending.stopped, sending.said, not sending.begun)


class _Sending:
    """One sending on its way: how many letters were taken and refused, and why it stopped early."""

    def __init__(self, mine: Claim, progress: Progress) -> None:
        self._mine, self._progress = mine, progress
        self.sent = self.refused = self._put_off_in_a_row = 0
        self.stopped: Stop | Literal[""] = "interrupted"
        self.said = ""
        self.begun = False

    def deliver(self, letters: Iterator[Letter], post: Post) -> None:
        """Send letter by letter until all are sent or none can be."""
        try:
            post.open()  # before codes are made that could not be sent
            self.stopped = self._deliver_each(letters, post)
        except MailError as error:
            self.stopped, self.said = error.problem, error.said
        except RefusedError:
            self.stopped = "not_now"
            raise
        except Exception:
            self.stopped = "fault"
            raise
        finally:
            post.close()

    def _deliver_each(self, letters: Iterator[Letter], post: Post) -> Stop | Literal[""]:
        for done, letter in enumerate(letters, 1):
            self.begun = True
            if not mail_store.hold(self._mine, _lease()):
                return "not_now"
            self._deliver_one(letter, post)
            if self._put_off_in_a_row == _PUT_OFF_IN_A_ROW:
                return "put_off"
            self._progress(done)
        return ""

    def _deliver_one(self, letter: Letter, post: Post) -> None:
        try:
            post.send(letter)
        except AddressRefusedError as error:
            mail_store.note(self._mine, letter.to, refused=error.said)
            self.refused += 1
        except PutOffError as error:
            mail_store.note(self._mine, letter.to, put_off=error.said)
            self._put_off_in_a_row += 1
            self.said = error.said
            return
        else:
            mail_store.note(self._mine, letter.to)
            self.sent += 1
        self._put_off_in_a_row, self.said = 0, ""


def _invitations(wave: WaveFacts, mine: Claim, who: str, spare: int, keep_spare: HandOver) -> Iterator[Letter]:
    addresses = _shuffled(mail_store.pending(mine))
    codes: list[NewCode] = []

    def take(made: Sequence[NewCode]) -> None:
        if spare:
            keep_spare(made[len(addresses) :])
        codes.extend(made[: len(addresses)])

    def stay_alive(hashed: int) -> None:
        steps.at("make_codes", hashed, len(addresses) + spare)
        if hashed % _HASHED_PER_SIGN_OF_LIFE == 0:
            mail_store.hold(mine, _lease())

    wave_store.invite(wave, len(addresses) + spare, who, hand_over=take, progress=stay_alive)
    occasion = _occasion(wave)
    while addresses:
        yield mail_words.invitation(addresses.pop(), codes.pop(), occasion)


def _reminders(wave: WaveFacts, mine: Claim, who: str) -> Iterator[Letter]:
    addresses = _shuffled(mail_store.pending(mine))
    _record(who, "mail.reminded", wave, len(addresses))
    occasion = _occasion(wave)
    for address in addresses:
        yield mail_words.reminder(address, occasion)


def _occasion(wave: WaveFacts) -> mail_words.Occasion:
    return mail_words.Occasion(
        mail_store.place_name(wave.municipality_id), current_settings().base_url, (wave.opens, wave.closes)
    )


def _shuffled(addresses: list[str]) -> list[str]:
    secrets.SystemRandom().shuffle(addresses)
    return addresses


def _lease() -> int:
    """Return for how many seconds a sending is believed to be alive after its last sign of life."""
    return max(_SHORTEST_LEASE_S, _LEASE_IN_TIMEOUTS * current_settings().smtp_timeout)


def _record(who: str, what: str, wave: WaveFacts, number: int | None = None) -> None:
    told = {} if number is None else {"addresses": str(number) if number >= FEWEST else f"fewer than {FEWEST}"}
    audit.record(who, what, wave.name, municipality_id=wave.municipality_id, before={}, after=told)
