"""Sending the quarterly reminders: each account once a quarter, whatever interrupts it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from analysis.windows import quarter_of
from questionnaires.plan_types import Quarter
from surveyapp.core import clock
from surveyapp.core.mail import AddressRefusedError, Letter, MailError, Post, Problem, PutOffError
from surveyapp.deadlines import letters, reminder_store
from surveyapp.deadlines.agenda import agenda
from surveyapp.deadlines.reminder_store import State
from surveyapp.settings import current_settings
from surveyapp.staff import store as staff_store

_LEASE_IN_TIMEOUTS: Final = 8  # a letter takes less: three waits for commands, three for what the server thinks of it
_SHORTEST_LEASE_S: Final = 60
_MAY_HAVE_IT: Final = frozenset({"dropped", "slow", "unreachable"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: letters sent now, and how the quarter's others stand; why it stopped early (empty: it did not)."""

    quarter: Quarter
    sent: int
    standing: dict[str, int]
    stopped: Problem | Literal[""] = ""
    said: str = ""


def run(municipality_id: int) -> Outcome:
    """Send this quarter's reminder to everybody who wants it, has something due and did not get it yet.

    A reminder counts as being sent before it is handed over: if the process dies or the connection ends at that moment, it is
    in doubt and not sent again.
    """
    quarter = quarter_of(clock.today())
    ready = _written(municipality_id)
    reminder_store.doubt(municipality_id, _lease())
    reminder_store.owe(municipality_id, quarter, ready)
    post, sent, said = Post(current_settings()), 0, ""
    stopped: Problem | Literal[""] = ""
    try:
        post.open()
        sent = _send_all(municipality_id, quarter, ready, post)
    except _StoppedError as stop:
        sent, stopped, said = stop.sent, stop.error.problem, stop.error.said
    except MailError as error:
        stopped, said = error.problem, error.said
    finally:
        post.close()
    if sent:
        reminder_store.note_sending(municipality_id, quarter, sent)
    return Outcome(quarter, sent, _standing(municipality_id, quarter), stopped, said)


class _StoppedError(Exception):
    """No letter can be sent any more; ``sent`` were."""

    def __init__(self, sent: int, error: MailError) -> None:
        self.sent = sent
        self.error = error
        super().__init__(error.problem)


def _written(municipality_id: int) -> dict[int, Letter]:
    """Return the letters of this quarter by account."""
    due = agenda(municipality_id)
    if due is None:
        return {}
    base = current_settings().base_url
    found = {
        reader.person.account_id: letters.reminder(due, reader.person, reader.language, base)
        for reader in staff_store.reminded(municipality_id)
    }
    return {account_id: letter for account_id, letter in found.items() if letter is not None}


def _send_all(municipality_id: int, quarter: Quarter, ready: dict[int, Letter], post: Post) -> int:
    sent, tried = 0, set[int]()
    while (owed := reminder_store.take(municipality_id, quarter, tried)) is not None:
        tried.add(owed.id)
        if owed.account_id not in ready:
            reminder_store.drop(owed)
            continue
        try:
            state = _send(post, ready[owed.account_id])
        except MailError as error:
            reminder_store.settle(owed, "in_doubt" if error.problem in _MAY_HAVE_IT else "owed")
            raise _StoppedError(sent, error) from None
        reminder_store.settle(owed, state)
        sent += state == "sent"
    return sent


def _send(post: Post, letter: Letter) -> State:
    try:
        post.send(letter, again=False)
    except AddressRefusedError:
        return "refused"
    except PutOffError:
        return "owed"
    return "sent"


def _standing(municipality_id: int, quarter: Quarter) -> dict[str, int]:
    found = (each for each in reminder_store.rounds(municipality_id) if each.quarter == quarter)
    return next((dict(each.by_state) for each in found), {})


def _lease() -> timedelta:
    return timedelta(seconds=max(_SHORTEST_LEASE_S, _LEASE_IN_TIMEOUTS * current_settings().smtp_timeout))
