"""All SQL of letters: the addresses of a wave, which know nothing of codes, and who sends its letters now."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from surveyapp.core.clock import now
from surveyapp.core.database import by_text, reading, writing
from surveyapp.core.models import Municipality
from surveyapp.survey.models import Invitation, MailAddress, MailRun, Wave
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import lock

Kind = Literal["invitation", "reminder"]
_HOLDER_BYTES: Final = 16
_LONGEST_LEASE_S: Final = 3600
"""Longer than any right to send is given for; one that lasts longer was given by a clock that was ahead."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the letters of a wave are, in addresses.

    ``due`` were sent their code and still get the reminder that was begun; ``problem`` and ``said`` tell how the last sending
    ended early, empty if it did not; ``under_way`` is what is being sent now.
    """

    waiting: int
    sent: int
    refused: int
    due: int
    reminders: int
    under_way: Kind | None
    problem: str
    said: str

    @property
    def addresses(self) -> int:
        """How many addresses there are."""
        return self.waiting + self.sent + self.refused


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a list: addresses that are *new*, that are tried *again* after a refusal, that were *known* already."""

    new: int
    again: int
    known: int


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An address with the mail server's reason; ``had_letter`` says that its code was taken once and only a reminder failed."""

    address: str
    reason: str
    had_letter: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send letters of *kind* for a wave, until others may think that whoever holds it is dead."""

    wave_id: int
    kind: Kind
    holder: str
    reminder: int


def standing(wave_id: int) -> Standing:
    """Return how far the letters of a wave are."""
    with reading() as session:
        run = session.get(MailRun, wave_id) or MailRun(kind="", reminder=0, claimed_until=0, problem="", said="")
        chosen = select(MailAddress.state, func.count()).where(MailAddress.wave_id == wave_id).group_by(MailAddress.state)
        numbers = dict(session.execute(chosen).all())
        due = session.scalar(select(func.count()).where(_due(wave_id, run.reminder))) or 0
    under_way = _kind(run.kind) if _alive(run) else None
    died = not under_way and run.claimed_until > 0
    return Standing(
        waiting=numbers.get("waiting", 0),
        sent=numbers.get("sent", 0),
        refused=numbers.get("refused", 0),
        due=due,
        reminders=run.reminder,
        under_way=under_way,
        problem="interrupted" if died else run.problem,
        said=run.said,
    )


def place_name(municipality_id: int) -> str:
    """Return the name of the municipality whose survey it is."""
    with reading() as session:
        return session.get_one(Municipality, municipality_id).name


def codes_made(wave_id: int) -> int:
    """Return how many codes a wave has, whoever holds them."""
    with reading() as session:
        return session.scalar(select(func.count()).where(Invitation.wave_id == wave_id)) or 0


def sort(wave_id: int, addresses: Sequence[str]) -> Added:
    """Return what ``add`` would make of a list, without changing anything."""
    with reading() as session:
        known = _states(session, wave_id)
    return _sorted(known, addresses)


def add(wave_id: int, addresses: Sequence[str]) -> Added:
    """Put addresses in that wait for a letter; a refused one waits again, one that waits or was sent its code stays so."""
    with writing() as session:
        lock(session, wave_id)  # two lists at once would both find an address missing
        known = _states(session, wave_id)
        rows = [
            {"wave_id": wave_id, "address": one, "state": "waiting", "reason": "", "reminded": 0}
            for one in sorted(set(addresses) - set(known))
        ]
        if rows:
            session.execute(insert(MailAddress), rows)
        for address in sorted(set(addresses) & set(known)):
            refused = and_(_this(wave_id, address), MailAddress.state == "refused")
            session.execute(update(MailAddress).where(refused).values(state="waiting", reason=""))
    return _sorted(known, addresses)


def _states(session: Session, wave_id: int) -> dict[str, str]:
    rows = session.execute(select(MailAddress.address, MailAddress.state).where(MailAddress.wave_id == wave_id))
    return dict(rows.all())


def _sorted(known: dict[str, str], addresses: Sequence[str]) -> Added:
    again = sum(known.get(one) == "refused" for one in addresses)
    new = sum(one not in known for one in addresses)
    return Added(new, again, len(addresses) - new - again)


def undelivered(wave_id: int) -> list[Undelivered]:
    """Return the addresses that some letter did not reach, by address."""
    failed = MailAddress.reason != "", MailAddress.state != "waiting"
    chosen = select(MailAddress).where(MailAddress.wave_id == wave_id, *failed).order_by(by_text(MailAddress.address))
    with reading() as session:
        return [Undelivered(one.address, one.reason, one.state == "sent") for one in session.scalars(chosen)]


def claim(wave_id: int, kind: Kind, seconds: int) -> Claim | None:
    """Take the right to send for *seconds*, None if somebody else has it; begins a new reminder if none is unfinished."""
    with writing() as session:
        lock(session, wave_id)
        run = session.get(MailRun, wave_id)
        if run is None:
            run = MailRun(wave_id=wave_id, kind=kind, reminder=0)
            session.add(run)
            session.flush()
        if _alive(run):
            return None
        if kind == "reminder" and not session.scalar(select(func.count()).where(_due(wave_id, run.reminder))):
            run.reminder += 1
        run.kind, run.holder, run.claimed_until = kind, secrets.token_hex(_HOLDER_BYTES), _seconds() + seconds
        run.problem = run.said = ""
        return Claim(wave_id, kind, run.holder, run.reminder)


def hold(claim: Claim, seconds: int) -> bool:
    """Keep the right for *seconds* more; False once somebody else has it or the wave takes no answers any more."""
    with writing() as session:
        if session.scalar(select(Wave.state).where(Wave.id == claim.wave_id)) not in {State.TRIAL_OPENED, State.OPEN}:
            return False
        kept = update(MailRun).where(_held(claim)).values(claimed_until=_seconds() + seconds)
        return session.execute(kept.returning(MailRun.wave_id)).first() is not None


def release(claim: Claim, problem: str = "", said: str = "") -> None:
    """Give the right back and note how the sending ended."""
    with writing() as session:
        session.execute(update(MailRun).where(_held(claim)).values(holder="", claimed_until=0, problem=problem, said=said))


def pending(claim: Claim) -> list[str]:
    """Return the addresses that still get the letter that is being sent, by address."""
    if claim.kind == "reminder":
        chosen = select(MailAddress.address).where(_due(claim.wave_id, claim.reminder))
    else:
        chosen = select(MailAddress.address).where(MailAddress.wave_id == claim.wave_id, MailAddress.state == "waiting")
    with reading() as session:
        return list(session.scalars(chosen.order_by(by_text(MailAddress.address))))


def note(claim: Claim, address: str, *, refused: str = "", put_off: str = "") -> None:
    """Note in a transaction of its own what became of one letter: taken by the mail server, refused, or put off for later.

    Whoever was just sent their code needs no part of a reminder that was begun earlier.
    """
    values: dict[str, str | int] = {"reason": refused or put_off}
    if not put_off:
        values["reminded"] = claim.reminder
        if claim.kind == "invitation":
            values["state"] = "refused" if refused else "sent"
    with writing() as session:
        session.execute(update(MailAddress).where(_this(claim.wave_id, address)).values(values))


def forget(wave_id: int) -> bool:
    """Delete the addresses of a wave and what is known of their letters; False while letters are being sent."""
    with writing() as session:
        lock(session, wave_id)
        run = session.get(MailRun, wave_id)
        if run is not None and _alive(run):
            return False
        session.execute(delete(MailAddress).where(MailAddress.wave_id == wave_id))
        session.execute(delete(MailRun).where(MailRun.wave_id == wave_id))
    return True


def _due(wave_id: int, reminder: int) -> ColumnElement[bool]:
    return and_(MailAddress.wave_id == wave_id, MailAddress.state == "sent", MailAddress.reminded < reminder)


def _this(wave_id: int, address: str) -> ColumnElement[bool]:
    return and_(MailAddress.wave_id == wave_id, MailAddress.address == address)


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(MailRun.wave_id == claim.wave_id, MailRun.holder == claim.holder)


def _alive(run: MailRun) -> bool:
    return _seconds() < run.claimed_until <= _seconds() + _LONGEST_LEASE_S


def _kind(text: str) -> Kind:
    return "reminder" if text == "reminder" else "invitation"


def _seconds() -> int:
    return int(now().timestamp())
