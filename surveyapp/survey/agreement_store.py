"""Going on although boxes and taken answers do not match: the steward asks with the numbers, the auditor agrees or not."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.core.models import AuditEntry
from surveyapp.survey.models import WaveAgreement
from surveyapp.survey.opening import Agreement, Numbers
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.wave_store import WaveFacts, lock

_MISMATCH = "wave.mismatch"
_REFUSED = "wave.agreement_refused"
_LEAST = "fewer than 10"


@dataclass(frozen=True, slots=True)
class Request:
    """A steward's request to open a wave all the same; ``auditor`` is None until one agreed."""

    steward: str
    reason: str
    auditor: str | None

    @property
    def agreement(self) -> Agreement | None:
        """Both names and the reason, once both stand."""
        return Agreement(self.steward, self.auditor, self.reason) if self.auditor else None


def note(wave: WaveFacts, numbers: Numbers, who: str) -> None:
    """Write into the audit trail what an opening found, so that steward and auditor see the same numbers.

    Fewer than ten answers are told as such: nobody can go on with them anyway. What was asked about other numbers is void.
    """
    if found(wave) == numbers:
        return
    with writing() as session:
        _void(session, wave)
        facts: dict[str, str | int] = {
            "taken": _told(numbers.taken),
            "boxes": _told(numbers.boxes),
            "unreadable": numbers.unreadable if numbers.readable >= FEWEST else _LEAST,
        }
        if numbers.unmarked and numbers.readable >= FEWEST:
            facts["unmarked"] = numbers.unmarked
        audit.record(who, _MISMATCH, wave.name, municipality_id=wave.municipality_id, before={}, after=facts)


def found(wave: WaveFacts) -> Numbers | None:
    """Return the numbers of the wave's latest mismatch, None if there was none or too few answers to tell them."""
    facts = _latest(wave, _MISMATCH)
    match [facts.get(name) for name in ("taken", "boxes", "unreadable", "unmarked")]:
        case [int(taken), int(boxes), int(unreadable), unmarked]:
            return Numbers(taken, boxes, unreadable, unmarked if isinstance(unmarked, int) else 0)
    return None


def noted(wave: WaveFacts) -> bool:
    """Say whether an opening of the wave ever found boxes that do not match."""
    return audit.recorded(_MISMATCH, wave.name, wave.municipality_id)


def request(wave: WaveFacts) -> Request | None:
    """Return the standing request of a wave, None if nobody asks."""
    with reading() as session:
        row = session.get(WaveAgreement, wave.id)
    return Request(row.steward, row.reason, row.auditor) if row else None


def refusal(wave: WaveFacts) -> str | None:
    """Return why an auditor refused the latest request, None if nobody did."""
    reason = _latest(wave, _REFUSED).get("reason")
    return reason if isinstance(reason, str) else None


def ask(wave: WaveFacts, steward: str, reason: str) -> None:
    """Ask the auditor to agree to go on without the unreadable boxes.

    Raises:
        RefusedError: the wave is not closed, nothing mismatched, or somebody asked before.
    """
    with writing() as session:
        _check_closed(session, wave)
        if found(wave) is None:
            raise RefusedError(f"Nothing was found wrong with the boxes of the wave {wave.name!r}; open it.")
        if session.get(WaveAgreement, wave.id) is not None:
            raise RefusedError(f"The auditor is asked about the wave {wave.name!r} already.")
        session.add(WaveAgreement(wave_id=wave.id, steward=steward, reason=reason, auditor=None))
        _record(steward, "wave.agreement_asked", wave, reason)


def agree(wave: WaveFacts, auditor: str) -> None:
    """Agree; the steward can open the wave from now on.

    Raises:
        RefusedError: nobody asks, or the auditor is the one who asked.
    """
    with writing() as session:
        row = _asked(session, wave)
        if auditor == row.steward:
            raise RefusedError("Two people decide: whoever asked cannot agree.")
        row.auditor = auditor
        _record(auditor, "wave.agreed", wave, row.reason)


def refuse(wave: WaveFacts, auditor: str, reason: str) -> None:
    """Do not agree, and say why; the wave stays sealed, and the steward can ask again.

    Raises:
        RefusedError: nobody asks.
    """
    with writing() as session:
        session.delete(_asked(session, wave))
        _record(auditor, _REFUSED, wave, reason)


def _void(session: Session, wave: WaveFacts) -> None:
    row = session.get(WaveAgreement, wave.id)
    if row is not None:
        session.delete(row)


def _check_closed(session: Session, wave: WaveFacts) -> None:
    lock(session, wave.id)
    if wave.state is not State.CLOSED:
        raise RefusedError(f"The wave {wave.name!r} is not waiting for its opening.")


def _asked(session: Session, wave: WaveFacts) -> WaveAgreement:
    _check_closed(session, wave)
    row = session.get(WaveAgreement, wave.id)
    if row is None or row.auditor is not None:
        raise RefusedError(f"Nobody asks for an agreement about the wave {wave.name!r} now.")
    return row


def _latest(wave: WaveFacts, deed: str) -> audit.Facts:
    """Return the facts of the newest entry about a wave, nothing if there is none."""
    newest = select(AuditEntry.after).where(
        AuditEntry.what == deed, AuditEntry.about == wave.name, AuditEntry.municipality_id == wave.municipality_id
    )
    with reading() as session:
        text = session.scalar(newest.order_by(AuditEntry.id.desc()).limit(1))
    facts: audit.Facts = json.loads(text) if text else {}
    return facts


def _told(number: int) -> int | str:
    return number if number >= FEWEST else _LEAST


def _record(who: str, deed: str, wave: WaveFacts, reason: str) -> None:
    audit.record(who, deed, wave.name, municipality_id=wave.municipality_id, before={}, after={"reason": reason})
