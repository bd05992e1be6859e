"""Waves from the steward's side: making one, proving its key, inviting, closing, and what may be told meanwhile."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from questionnaires.survey_types import Questionnaire
from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.survey import codes, packing, sealing
from surveyapp.survey.codes import Code
from surveyapp.survey.key_files import public_bytes
from surveyapp.survey.models import Invitation, QuestionnaireVersion, Wave, WavePopulation
from surveyapp.survey.questionnaire_store import published
from surveyapp.survey.rules import FEWEST, State, state_on
from surveyapp.survey.store import hasher, parsed

MOST_CODES: Final = 20_000
_KEY_DESTROYED: Final = "wave.key_destroyed"
Mode = Literal["code"]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class NewWave:
    """What a wave is made from; ``questionnaire`` is ID/VERSION, both dates take answers, population by stratum."""

    name: str
    questionnaire: str
    opens: date
    closes: date
    population: Mapping[str, int]
    mode: Mode = "code"


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """A wave as it stands today; ``boxes_set_aside`` counts boxes that could not be read at its opening."""

    id: int
    municipality_id: int
    name: str
    reference: str
    questionnaire: Questionnaire
    opens: date
    closes: date
    mode: str
    state: State
    public_key: bytes
    boxes_set_aside: int


@dataclass(frozen=True, slots=True)
class NewCode:
    """One invitation before it leaves the house: both forms of its code. Never stored, never logged."""

    typed: str
    link: str
    group: str | None


def create(municipality_id: int, new: NewWave, who: str, *, hand_over: Callable[[X25519PrivateKey], None]) -> WaveFacts:
    """Make a wave with a fresh key pair; its private half leaves through *hand_over* only, before the wave is kept.

    Raises:
        RefusedError: the wave cannot be as asked. Whatever *hand_over* raises also leaves nothing behind.
    """
    questionnaire_id, _ = published(municipality_id, new.questionnaire)
    _check_new(new)
    private = X25519PrivateKey.generate()
    with writing() as session:
        taken = select(Wave.id).where(Wave.municipality_id == municipality_id, Wave.name == new.name)
        if session.scalar(taken) is not None:
            raise RefusedError(f"There is a wave called {new.name!r} already; choose another name (--name).")
        wave = Wave(
            municipality_id=municipality_id,
            name=new.name,
            questionnaire_id=questionnaire_id,
            opens=new.opens,
            closes=new.closes,
            mode=new.mode,
            state=State.DRAFT,
            public_key=public_bytes(private),
            code_salt=secrets.token_bytes(codes.SALT_BYTES),
        )
        session.add(wave)
        session.flush()
        people = [WavePopulation(wave_id=wave.id, stratum=name, population=n) for name, n in sorted(new.population.items())]
        session.add_all(people)
        dates = {"opens": new.opens.isoformat(), "closes": new.closes.isoformat()}
        facts = {"questionnaire": new.questionnaire, "mode": new.mode, **dates}
        audit.record(who, "wave.created", new.name, municipality_id=municipality_id, before={}, after=facts)
        hand_over(private)
    return find(municipality_id, new.name)


def _check_new(new: NewWave) -> None:
    if not new.name.strip() or len(new.name) > 100:  # noqa: PLR2004 - the column's width
        raise RefusedError("Give the wave a name of 1 to 100 characters (--name).")
    if new.closes < new.opens:
        raise RefusedError(f"The wave would close ({new.closes}) before it opens ({new.opens}); exchange the dates.")
    if new.closes < today():
        raise RefusedError(f"The closing date {new.closes} is past; choose a later one (--closes).")


def find(municipality_id: int, name: str) -> WaveFacts:
    """Return the wave called *name* as it stands today.

    Raises:
        RefusedError: there is none; the message lists those that there are.
    """
    every = waves(municipality_id)
    for wave in every:
        if wave.name == name:
            return wave
    known = ", ".join(wave.name for wave in every) or "none yet"
    raise RefusedError(f"There is no wave called {name!r} (known: {known}).")


def waves(municipality_id: int) -> list[WaveFacts]:
    """Return the waves of a municipality, by opening date and name."""
    chosen = select(Wave, QuestionnaireVersion).join(QuestionnaireVersion).where(Wave.municipality_id == municipality_id)
    with reading() as session:
        rows = session.execute(chosen.order_by(Wave.opens, Wave.name)).all()
    return [_facts(wave, version) for wave, version in rows]


def _facts(wave: Wave, version: QuestionnaireVersion) -> WaveFacts:
    reference = f"{version.key}/{version.version}"
    return WaveFacts(
        id=wave.id,
        municipality_id=wave.municipality_id,
        name=wave.name,
        reference=reference,
        questionnaire=parsed(version.text, reference),
        opens=wave.opens,
        closes=wave.closes,
        mode=wave.mode,
        state=state_on(today(), State(wave.state), wave.closes),
        public_key=wave.public_key,
        boxes_set_aside=wave.boxes_set_aside,
    )


def trial(wave: WaveFacts, private: X25519PrivateKey, who: str) -> None:
    """Seal a trial box and open it with the steward's key; only then may codes be made.

    Raises:
        RefusedError: the key does not belong to the wave.
    """
    check_key(wave, private)
    place, content = secrets.token_bytes(32), secrets.token_bytes(packing.size(wave.questionnaire))
    box = sealing.seal(sealing.WaveKey(wave.id, wave.public_key), place, content)
    if sealing.unseal(private, wave.id, place, box) != content:
        raise RefusedError("The trial box did not open to what was sealed in it; make the wave anew.")
    with writing() as session:
        row = lock(session, wave.id)
        if row.state != State.DRAFT:
            return  # proved once more; nothing changes
        row.state = State.TRIAL_OPENED
        _record(who, "wave.trial_opened", wave, State.DRAFT, State.TRIAL_OPENED)


def check_key(wave: WaveFacts, private: X25519PrivateKey) -> None:
    """Refuse a key that is not the wave's; nothing is lost by trying."""
    if public_bytes(private) != wave.public_key:
        raise RefusedError(f"This is not the key of the wave {wave.name!r}; nothing was changed. Use the file made with it.")


def invite(
    wave: WaveFacts,
    count: int,
    who: str,
    *,
    group: str | None = None,
    hand_over: Callable[[Sequence[NewCode]], None],
    progress: Progress = lambda _: None,
) -> None:
    """Make *count* codes and give them, shuffled, to *hand_over* before their hashes are kept; *progress* gets codes done.

    Raises:
        RefusedError: codes cannot be made now, or too few to be anonymous. Whatever *hand_over* raises leaves no codes behind.
    """
    _check_invite(wave, count, group)
    made = [NewCode(codes.new_typed(), codes.new_link(), group) for _ in range(count)]
    with reading() as session:
        salt = session.scalars(select(Wave.code_salt).where(Wave.id == wave.id)).one()
    rows = _hashed(wave.id, made, salt, progress)
    with writing() as session:
        row = lock(session, wave.id)
        before = State(row.state)
        _check_invite(_facts(row, session.get_one(QuestionnaireVersion, row.questionnaire_id)), count, group)
        every = [*_existing(session, wave.id), *rows]
        _check_numbers(every, group)
        # All rows of the wave are written anew in the order of their hashes: no row tells which call made it.
        session.execute(delete(Invitation).where(Invitation.wave_id == wave.id))
        session.execute(insert(Invitation), sorted(every, key=itemgetter("typed_hash")))
        row.state = State.OPEN
        _record(who, "wave.invited", wave, before, State.OPEN, codes=_told(count), group=group)
        secrets.SystemRandom().shuffle(made)
        hand_over(made)


def _check_invite(wave: WaveFacts, count: int, group: str | None) -> None:
    if wave.state is State.DRAFT:
        raise RefusedError(f"First prove that the key works: surveyapp wave trial {wave.name} --key FILE")
    if wave.state not in {State.TRIAL_OPENED, State.OPEN} or wave.closes < today():
        raise RefusedError(f"The wave {wave.name!r} is closed; codes are made for a wave that still takes answers.")
    if not 1 <= count <= MOST_CODES:
        raise RefusedError(f"Between 1 and {MOST_CODES} codes can be made at once (--count).")
    if group is not None and (not group.strip() or len(group) > 100):  # noqa: PLR2004 - the column's width
        raise RefusedError("The name of a group has 1 to 100 characters (--group).")


def _check_numbers(rows: Sequence[Mapping[str, object]], group: str | None) -> None:
    if len(rows) < FEWEST:
        raise RefusedError(
            f"Make at least {FEWEST} codes: a wave is opened with {FEWEST} or more answers only, so that nobody stands alone."
        )
    if group is not None and sum(row["group_name"] == group for row in rows) < FEWEST:
        reason = "the response of a smaller group could point at a person"
        raise RefusedError(f"A group needs at least {FEWEST} codes: {reason}. Leave out --group, or join groups.")


def _existing(session: Session, wave_id: int) -> list[dict[str, object]]:
    chosen = select(Invitation).where(Invitation.wave_id == wave_id)
    return [
        {
            "wave_id": wave_id,
            "typed_hash": row.typed_hash,
            "link_hash": row.link_hash,
            "group_name": row.group_name,
            "used": row.used,
        }
        for row in session.scalars(chosen)
    ]


def _hashed(wave_id: int, made: Sequence[NewCode], salt: bytes, progress: Progress) -> list[dict[str, object]]:
    keyed = hasher()

    def hashed(new: NewCode) -> dict[str, object]:
        typed, link = Code(new.typed, link=False), Code(new.link, link=True)
        return {
            "wave_id": wave_id,
            "typed_hash": keyed.hash(typed, keyed.stretched(typed), salt),
            "link_hash": keyed.hash(link, keyed.stretched(link), salt),
            "group_name": new.group,
            "used": False,
        }

    rows: list[dict[str, object]] = []
    with ThreadPoolExecutor(max_workers=2) as pool:  # stretching leaves Python's lock, so that two run at once
        for row in pool.map(hashed, made):
            rows.append(row)
            progress(len(rows))
    return rows


def close(wave: WaveFacts, who: str) -> None:
    """Take no more answers from now on, also before the closing date.

    Raises:
        RefusedError: the wave has not been opened for answers yet, or is past closing.
    """
    with writing() as session:
        row = lock(session, wave.id)
        if row.state != State.OPEN:
            raise RefusedError(f"The wave {wave.name!r} cannot be closed: it is {row.state.replace('_', ' ')}.")
        row.state = State.CLOSED
        _record(who, "wave.closed", wave, State.OPEN, State.CLOSED)


def attest_destroyed(wave: WaveFacts, steward: str) -> None:
    """Record that *steward* destroyed every copy of the key of an opened wave.

    Raises:
        RefusedError: the wave is not opened yet; without its key it never could be.
    """
    if wave.state is not State.SCRUBBED:
        raise RefusedError(f"The wave {wave.name!r} is not opened yet. Keep the key: without it the answers are lost.")
    _record(steward, _KEY_DESTROYED, wave, wave.state, wave.state)


def key_destroyed(wave: WaveFacts) -> bool:
    """Say whether a steward attested that no copy of the key is left."""
    return audit.recorded(_KEY_DESTROYED, wave.name, wave.municipality_id)


def lock(session: Session, wave_id: int) -> Wave:
    """Return the wave's row, locked against submissions until the transaction ends."""
    return session.get_one(Wave, wave_id, with_for_update=True, populate_existing=True)


def _record(who: str, what: str, wave: WaveFacts, before: State, after: State, **more: str | None) -> None:
    audit.record(
        who,
        what,
        wave.name,
        municipality_id=wave.municipality_id,
        before={"state": before},
        after={"state": after, **{key: value for key, value in more.items() if value is not None}},
    )


def _told(number: int) -> str:
    """Return a number as the audit trail may hold it."""
    return str(number) if number >= FEWEST else f"fewer than {FEWEST}"
