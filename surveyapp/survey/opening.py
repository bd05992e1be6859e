"""Opening a closed wave, once: boxes become shuffled responses and a tally, codes and boxes vanish, all or nothing."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from analysis.counts import count_answers, merge_small
from questionnaires.conditions import Answers
from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import writing
from surveyapp.survey import packing, rules, sealing
from surveyapp.survey.models import Invitation, Response, SealedBox, Tally, WavePopulation
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.scrubbing import scrub_opened
from surveyapp.survey.wave_store import WaveFacts, check_key, find, lock

Progress = Callable[[int, int], None]
"""Gets boxes unsealed so far, and all boxes."""
_KEY_BYTES: Final = 16


class MismatchError(RefusedError):
    """The boxes of a wave are not what its used codes say; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Steward and auditor agree to open a wave whose boxes and used codes do not match; unreadable boxes are set aside."""

    steward: str
    auditor: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Box:
    key: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class _Found:
    """What a wave's boxes hold: readable answers in random order, and the numbers that must match."""

    answers: Sequence[Answers]
    boxes: int
    used: int

    @property
    def unreadable(self) -> int:
        return self.boxes - len(self.answers)


def open_wave(
    wave: WaveFacts,
    private: X25519PrivateKey,
    who: str,
    progress: Progress = lambda *_: None,
    agreement: Agreement | None = None,
) -> int:
    """Open *wave* with the steward's key, scrub, and return the number of responses.

    A wave that is opened but not scrubbed (an interruption) is scrubbed now.

    Raises:
        RefusedError: not closed yet, another wave's key, too few boxes, opened before; nothing was changed.
        MismatchError: damaged or forged boxes, or not as many boxes as used codes; nothing was changed.
    """
    check_key(wave, private)
    with writing() as session:
        row = lock(session, wave.id)
        if row.state != State.OPENED:
            _check_closed(find(wave.municipality_id, wave.name))
            found = _unsealed(session, wave, private, progress)
            _check_numbers(wave, found, agreement)
            _write(session, wave, found.answers)
            row.state, row.boxes_set_aside = State.OPENED, found.unreadable
            _record(who, wave, found, agreement)
        number = session.scalar(select(func.count()).select_from(Response).where(Response.wave_id == wave.id)) or 0
    scrub_opened(who)
    return number


def _check_closed(wave: WaveFacts) -> None:
    if wave.state is State.SCRUBBED:
        raise RefusedError(f"The wave {wave.name!r} is opened already; a wave is opened once.")
    if wave.state is not State.CLOSED:
        raise RefusedError(
            f"The wave {wave.name!r} still takes answers until {wave.closes}, or has no codes yet. "
            f"Open it afterwards, or close it first: surveyapp wave close {wave.name}"
        )


def _unsealed(session: Session, wave: WaveFacts, private: X25519PrivateKey, progress: Progress) -> _Found:
    """Return what the boxes of a wave hold; nothing is changed."""
    rows = session.execute(select(SealedBox.box_key, SealedBox.ciphertext).where(SealedBox.wave_id == wave.id))
    boxes = [_Box(*row) for row in rows]
    used = select(func.count()).select_from(Invitation).where(Invitation.wave_id == wave.id, Invitation.used)
    whole: list[Answers] = []
    for number, box in enumerate(boxes, 1):
        answers = _answers(wave, private, box)
        if answers is not None:
            whole.append(answers)
        progress(number, len(boxes))
    secrets.SystemRandom().shuffle(whole)
    return _Found(whole, len(boxes), session.scalar(used) or 0)


def _answers(wave: WaveFacts, private: X25519PrivateKey, box: _Box) -> Answers | None:
    """Return the answers in a box; None if it is damaged, or forged with answers that the form would not have taken."""
    try:
        answers = packing.unpack(wave.questionnaire, sealing.unseal(private, wave.id, box.key, box.ciphertext))
    except (sealing.DamagedBoxError, packing.PackingError):
        return None
    return None if rules.check_answers(wave.questionnaire, answers) else answers


def _check_numbers(wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    """Refuse boxes that do not match the used codes, unless steward and auditor agreed; refuse too few in any case."""
    if not found.boxes == len(found.answers) == found.used:
        _check_agreement(wave, found, agreement)
    if len(found.answers) < FEWEST:
        raise RefusedError(
            f"The wave {wave.name!r} has fewer than {FEWEST} boxes. It stays sealed: among so few answers a person "
            "could be recognised. Ask more people, in a supplementary wave if this one is over."
        )


def _check_agreement(wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    told = (
        f"The wave {wave.name!r} was not opened and nothing was changed: {found.used} codes were used, there are {found.boxes} "
        f"boxes, and {found.unreadable} of them cannot be read. Boxes were damaged, removed or forged. Compare with a backup "
        "and the audit trail before anything else. "
    )
    if len(found.answers) > found.used:
        raise MismatchError(told + "There are more readable boxes than used codes, and nobody can tell which ones are forged.")
    if agreement is None:
        raise MismatchError(
            told + "Steward and auditor together can go on without the unreadable boxes: "
            "--agreed-by STEWARD --agreed-by AUDITOR --reason TEXT"
        )


def _record(who: str, wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    matching = found.boxes == len(found.answers) == found.used
    after: dict[str, str | int] = {"state": State.OPENED, "boxes": len(found.answers), "boxes_match_codes": matching}
    if agreement and not matching:
        after |= {"steward": agreement.steward, "auditor": agreement.auditor, "reason": agreement.reason}
    before = {"state": State.CLOSED}
    audit.record(who, "wave.opened", wave.name, municipality_id=wave.municipality_id, before=before, after=after)


def _write(session: Session, wave: WaveFacts, answers: Sequence[Answers]) -> None:
    """Put responses and tally in and take boxes and codes out, in the open transaction."""
    rows = [_response(wave, one) for one in answers]
    # In the order of the random key, so that neither the file nor PostgreSQL's ctid keeps another one.
    session.execute(insert(Response), sorted(rows, key=itemgetter("key")))
    session.execute(insert(Tally), _tally(session, wave, answers))
    session.execute(delete(SealedBox).where(SealedBox.wave_id == wave.id))
    session.execute(delete(Invitation).where(Invitation.wave_id == wave.id))


def _response(wave: WaveFacts, answers: Answers) -> dict[str, object]:
    """Return a row that holds the reporting group and the band, and the other answers without the role."""
    questionnaire = wave.questionnaire
    apart = {questionnaire.stratum_item, questionnaire.band_item}
    kept = {item: chosen for item, chosen in answers.items() if item not in apart}
    band = answers.get(questionnaire.band_item or "", ())
    return {
        "wave_id": wave.id,
        "key": secrets.token_bytes(_KEY_BYTES),
        "stratum": questionnaire.reporting_group(answers[questionnaire.stratum_item][0]),
        "band": band[0] if band else None,
        "packed": packing.pack(questionnaire, kept),
    }


def _tally(session: Session, wave: WaveFacts, answers: Sequence[Answers]) -> list[dict[str, object]]:
    """Return the counts by reporting group, merged where it has fewer than five people or respondents.

    Never by role: the rows of a group and the counts of a role in it together give back which rows are of that role (an integer
    program found 67 of 67).
    """
    questionnaire = wave.questionnaire
    people = select(WavePopulation.stratum, WavePopulation.population).where(WavePopulation.wave_id == wave.id)
    population = {row.stratum: row.population for row in session.execute(people)}
    by_group = ((questionnaire.reporting_group(one[questionnaire.stratum_item][0]), one) for one in answers)
    counts = merge_small(count_answers(questionnaire, by_group, population or None), questionnaire)
    return [
        {"wave_id": wave.id, "stratum": stratum, "item": item, "option": option, "n": number}
        for stratum, item, option, number in counts.to_tally()
    ]
