"""Opening a closed wave, once: boxes become shuffled responses and a tally, codes and boxes vanish, all or nothing."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from analysis import steps
from analysis.counts import WaveCounts, count_answers, from_tally, merge_small
from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import writing
from surveyapp.survey import marks, packing, rules, sealing
from surveyapp.survey.boxes import Content
from surveyapp.survey.models import (
    FreeText,
    Invitation,
    MailAddress,
    MailRun,
    Response,
    SealedBox,
    Tally,
    Wave,
    WaveAgreement,
    WavePopulation,
)
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.scrubbing import scrub_opened
from surveyapp.survey.wave_store import WaveFacts, check_key, find, lock

_KEY_BYTES: Final = 16
REST: Final = "*rest"
"""The pool that holds those with fewer than ten."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What does not match: answers that were taken, boxes that there are, and how many of those cannot be read.

    ``unmarked`` of the unreadable ones hold answers, but do not bear the mark of this app: they were forged.
    """

    taken: int
    boxes: int
    unreadable: int
    unmarked: int = 0

    @property
    def readable(self) -> int:
        """The boxes that can be read."""
        return self.boxes - self.unreadable


class MismatchError(RefusedError):
    """The boxes of a wave are not what its used codes say; nothing was changed. ``numbers`` says how."""

    def __init__(self, message: str, numbers: Numbers) -> None:
        self.numbers = numbers
        super().__init__(message)


class ForeignBoxesError(RefusedError):
    """No box of a wave bears the mark of this app: the secret of the marks is another one; nothing was changed."""


class TooFewBoxesError(RefusedError):
    """A wave has fewer boxes than are ever opened together; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Steward and auditor agree to open a wave whose boxes and used codes do not match; unreadable boxes are set aside."""

    steward: str
    auditor: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a wave's boxes hold: contents in random order, and the numbers that must match; ``unmarked`` hold answers, too."""

    contents: Sequence[Content]
    boxes: int
    used: int
    unmarked: int

    @property
    def unreadable(self) -> int:
        return self.boxes - len(self.contents)

    @property
    def matching(self) -> bool:
        return self.boxes == len(self.contents) == self.used


def open_wave(
    wave: WaveFacts,
    private: X25519PrivateKey,
    who: str,
    agreement: Agreement | None = None,
) -> int:
    """Open *wave* with the steward's key, scrub, and return the number of responses.

    A supplement that is opened before its main wave joins it: its responses are counted with the main wave's, and the number
    is of both. A wave that is opened but not scrubbed (an interruption) is scrubbed now.

    Raises:
        RefusedError: not closed yet, another wave's key, too few boxes, opened before; nothing was changed.
        MismatchError: damaged or forged boxes, or not as many boxes as used codes; nothing was changed.
    """
    check_key(wave, private)
    with writing() as session:
        row = lock(session, wave.id)
        if row.state != State.OPENED:
            _check_closed(find(wave.municipality_id, wave.name))
            found = _unsealed(session, wave, private)
            _check_numbers(wave, found, agreement)
            steps.at("count")
            put_in(session, wave, found.contents)
            _forget(session, wave.id)
            row.state, row.boxes_set_aside = State.OPENED, found.unreadable
            _record(who, wave, found, agreement)
        counted = select(func.count()).select_from(Response).where(Response.wave_id == counted_with(session, wave))
        number = session.scalar(counted) or 0
    steps.at("clean")
    scrub_opened(who, wave.municipality_id)
    return number


def _check_closed(wave: WaveFacts) -> None:
    if wave.state is State.SCRUBBED:
        raise RefusedError(f"The wave {wave.name!r} is opened already; a wave is opened once.")
    if wave.state is not State.CLOSED:
        raise RefusedError(
            f"The wave {wave.name!r} still takes answers until {wave.closes}, or has no codes yet. "
            f"Open it afterwards, or close it first: surveyapp wave close {wave.name}"
        )


def _unsealed(session: Session, wave: WaveFacts, private: X25519PrivateKey) -> _Found:
    """Return what the boxes of a wave hold; nothing is changed."""
    boxes = session.scalars(select(SealedBox).where(SealedBox.wave_id == wave.id)).all()
    used = select(func.sum(Invitation.boxes)).where(Invitation.wave_id == wave.id)
    whole: list[Content] = []
    unmarked = 0
    for box in steps.each("unseal", boxes):
        content = _content(wave, private, box)
        if content is not None and marks.fits(box):
            whole.append(content)
        elif content is not None:
            unmarked += 1
    secrets.SystemRandom().shuffle(whole)
    return _Found(whole, len(boxes), session.scalar(used) or 0, unmarked)


def _content(wave: WaveFacts, private: X25519PrivateKey, box: SealedBox) -> Content | None:
    """Return what is in a box; None if it is damaged, or forged with answers that no form would have taken."""
    try:
        content = wave.layout.unpack(sealing.unseal(private, wave.id, box.box_key, box.ciphertext))
    except (sealing.DamagedBoxError, packing.PackingError):
        return None
    problems = rules.check_box(wave.questionnaire, content.answers)
    problems += rules.check_texts(wave.layout.written, content.texts)
    return None if problems else content


def _check_numbers(wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    """Refuse boxes that do not match the used codes, unless steward and auditor agreed; refuse too few in any case."""
    if found.unmarked and not found.contents:
        raise ForeignBoxesError(
            f"The wave {wave.name!r} was not opened and nothing was changed: none of its boxes bears the mark of this "
            "installation. Most likely secrets/pepper in the data folder is not the file with which they were sealed, as after "
            "a restore. Put the file back that belongs to this database. If it is lost for good, run: surveyapp init "
            "--new-secrets. The boxes are then marked as they are, which the audit trail records."
        )
    if not found.matching:
        _check_agreement(wave, found, agreement)
    if len(found.contents) < FEWEST:
        raise TooFewBoxesError(
            f"The wave {wave.name!r} has fewer than {FEWEST} boxes. It stays sealed: among so few answers a person "
            "could be recognised. Ask more people, in a supplementary wave if this one is over."
        )


def _check_agreement(wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    numbers = Numbers(found.used, found.boxes, found.unreadable, found.unmarked)
    told = _told(wave, numbers)
    if len(found.contents) > found.used:
        surplus = (
            "There are more readable boxes than were taken: a number beside a code was lowered, or a box that had been taken "
            "back was put in again. Nobody can tell which; mend it from a backup."
        )
        raise MismatchError(told + surplus, numbers)
    if agreement is None:
        raise MismatchError(
            told + "Steward and auditor together can go on without the unreadable boxes: "
            "--agreed-by STEWARD --agreed-by AUDITOR --reason TEXT",
            numbers,
        )


def _told(wave: WaveFacts, numbers: Numbers) -> str:
    unmarked = (
        f"{numbers.unmarked} of these do not bear the mark of this installation: they are forged, or were sealed with another "
        "secrets/pepper. "
    )
    return (
        f"The wave {wave.name!r} was not opened and nothing was changed: {numbers.taken} answers were taken, there are "
        f"{numbers.boxes} boxes, and {numbers.unreadable} of them cannot be read. {unmarked if numbers.unmarked else ''}"
        "Boxes were damaged, removed or forged. Compare with a backup and the audit trail before anything else. "
    )


def _record(who: str, wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    after: dict[str, str | int] = {
        "state": State.OPENED,
        "boxes": len(found.contents),
        "boxes_match_codes": found.matching,
    }
    if agreement and not found.matching:
        after |= {"steward": agreement.steward, "auditor": agreement.auditor, "reason": agreement.reason}
    before = {"state": State.CLOSED}
    audit.record(who, "wave.opened", wave.name, municipality_id=wave.municipality_id, before=before, after=after)


def put_in(session: Session, wave: WaveFacts, contents: Sequence[Content]) -> None:
    """Put shuffled *contents* in as responses, own words and tally, in the open transaction.

    Those of a supplement whose main wave is still sealed go to the main wave, whose tally they wait in, and leave nothing of
    their own: nobody can subtract one from the other.
    """
    home = counted_with(session, wave)
    placed = list(zip(_strata(wave, contents), contents, strict=True))
    # In the order of the random key, so that neither the file nor PostgreSQL's ctid keeps another one.
    rows = sorted((_response(wave, home, stratum, one) for stratum, one in placed), key=itemgetter("key"))
    session.execute(insert(Response), rows)
    texts = sorted((text for one in contents for text in _texts(home, one)), key=itemgetter("key"))
    if texts:
        session.execute(insert(FreeText), texts)
    counts = count_answers(wave.questionnaire, ((stratum, one.answers) for stratum, one in placed))
    _count(session, wave, home, counts)


def counted_with(session: Session, wave: WaveFacts) -> int:
    """Return the id under which the answers of *wave* are counted: the main wave's if a supplement is opened before it."""
    if wave.supplements is None:
        return wave.id
    main = session.get_one(Wave, wave.supplements)
    boxes = session.scalar(select(func.count()).select_from(SealedBox).where(SealedBox.wave_id == main.id)) or 0
    # A main wave with too few boxes stays sealed for ever; latecomers must not wait there.
    return main.id if main.state in {State.OPEN, State.CLOSED} and boxes >= FEWEST else wave.id


def _forget(session: Session, wave_id: int) -> None:
    """Delete what an opened wave no longer needs: boxes, codes, addresses, and the question whether to go on."""
    for table in (SealedBox, Invitation, MailAddress, MailRun, WaveAgreement):
        session.execute(delete(table).where(table.wave_id == wave_id))


def _strata(wave: WaveFacts, contents: Sequence[Content]) -> list[str]:
    """Return the stratum of each content: the reporting group of its role, or the pool of feedback and games."""
    questionnaire = wave.questionnaire
    role = questionnaire.stratum_item
    if role is not None:
        return [questionnaire.reporting_group(one.answers[role][0]) for one in contents]
    pools = [one.pool or REST for one in contents]
    told = rules.pools_told(Counter(pools))
    return [pool if pool in told else REST for pool in pools]


def _response(wave: WaveFacts, home: int, stratum: str, content: Content) -> dict[str, object]:
    """Return a row that holds the stratum and the band, and the other answers without the role."""
    questionnaire = wave.questionnaire
    apart = {questionnaire.stratum_item, questionnaire.band_item}
    kept = {item: chosen for item, chosen in content.answers.items() if item not in apart}
    band = content.answers.get(questionnaire.band_item or "", ())
    return {
        "wave_id": home,
        "key": secrets.token_bytes(_KEY_BYTES),
        "stratum": stratum,
        "band": band[0] if band else None,
        "packed": packing.pack(questionnaire, kept),
    }


def _texts(home: int, content: Content) -> Iterator[dict[str, object]]:
    """Yield what somebody wrote, each text under a key of its own: not even two texts of one person are joined."""
    for item, text in content.texts.items():
        yield {"wave_id": home, "key": secrets.token_bytes(_KEY_BYTES), "item": item, "text": text, "released": False}


def _count(session: Session, wave: WaveFacts, home: int, counts: WaveCounts) -> None:
    """Add *counts* to those of supplements that wait; when the wave itself is counted, merge groups of fewer than five.

    Never by role: the rows of a group and the counts of a role in it together give back which rows are of that role (an integer
    program found 67 of 67).
    """
    chosen = select(Tally.stratum, Tally.item, Tally.option, Tally.n).where(Tally.wave_id == home)
    waiting = from_tally((row.stratum, row.item, row.option, row.n) for row in session.execute(chosen))
    session.execute(delete(Tally).where(Tally.wave_id == home))
    whole = waiting + counts
    if home == wave.id and wave.questionnaire.stratum_item is not None:
        people = select(WavePopulation.stratum, WavePopulation.population).where(WavePopulation.wave_id == wave.id)
        population = {row.stratum: row.population for row in session.execute(people)}
        whole = merge_small(WaveCounts(whole.strata, population or None), wave.questionnaire)
    rows = [
        {"wave_id": home, "stratum": stratum, "item": item, "option": option, "n": number}
        for stratum, item, option, number in whole.to_tally()
    ]
    session.execute(insert(Tally), rows)
