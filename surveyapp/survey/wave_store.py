"""Waves from the steward's side: making one, proving its key, inviting, closing, and what may be told meanwhile."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from questionnaires.survey_types import Questionnaire
from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import by_text, reading, writing
from surveyapp.survey import codes, invitation_rows, promise_store, sealing
from surveyapp.survey.boxes import Layout
from surveyapp.survey.finding import parsed
from surveyapp.survey.key_files import public_bytes
from surveyapp.survey.models import Invitation, QuestionnaireVersion, Wave, WavePopulation
from surveyapp.survey.questionnaire_store import published
from surveyapp.survey.rules import FEWEST, Mode, State, as_mode, state_on
from surveyapp.survey.wave_names import belongs_to_another

MOST_CODES: Final = 20_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class NewWave:
    """What a wave is made from; ``questionnaire`` is ID/VERSION, both dates take answers, population by stratum.

    ``supplements`` is the id of the closed wave whose latecomers are asked.
    """

    name: str
    questionnaire: str
    opens: date
    closes: date
    population: Mapping[str, int]
    mode: Mode = "code"
    free_text: bool = False
    supplements: int | None = None


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """A wave as it stands today; ``boxes_set_aside`` counts boxes that could not be read at its opening.

    ``public_key`` is None until the key ceremony.
    """

    id: int
    municipality_id: int
    name: str
    reference: str
    questionnaire: Questionnaire
    opens: date
    closes: date
    mode: Mode
    state: State
    public_key: bytes | None
    boxes_set_aside: int
    free_text: bool
    supplements: int | None

    @property
    def layout(self) -> Layout:
        """What the wave's boxes hold."""
        return Layout(self.questionnaire, self.free_text)


@dataclass(frozen=True, slots=True)
class NewCode:
    """One invitation before it leaves the house: both forms of its code. Never stored, never logged."""

    typed: str
    link: str
    group: str | None


def draft(municipality_id: int, new: NewWave, who: str) -> WaveFacts:
    """Make a wave that has no key yet.

    Raises:
        RefusedError: the wave cannot be as asked.
    """
    questionnaire_id, asked = published(municipality_id, new.questionnaire)
    check_new(new)
    check_words(new, asked)
    with writing() as session:
        check_supplement(session, municipality_id, questionnaire_id, new.supplements)
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
            code_salt=secrets.token_bytes(codes.SALT_BYTES),
            free_text=new.free_text,
            supplements=new.supplements,
        )
        session.add(wave)
        session.flush()
        people = [WavePopulation(wave_id=wave.id, stratum=name, population=n) for name, n in sorted(new.population.items())]
        session.add_all(people)
        dates = {"opens": new.opens.isoformat(), "closes": new.closes.isoformat()}
        facts: audit.Facts = {"questionnaire": new.questionnaire, "mode": new.mode, "free_text": new.free_text, **dates}
        audit.record(who, "wave.created", new.name, municipality_id=municipality_id, before={}, after=facts)
    return find(municipality_id, new.name)


def give_key(waves_: Sequence[WaveFacts], who: str, *, hand_over: Callable[[X25519PrivateKey], None]) -> None:
    """Give drafts a fresh key pair, the same for all; its private half leaves through *hand_over* only, before it counts.

    A draft whose key was not proved yet gets the new one in place of it.

    Raises:
        RefusedError: the key of one of them is proved already. Whatever *hand_over* raises also leaves nothing behind.
    """
    private = X25519PrivateKey.generate()
    with writing() as session:
        for wave in waves_:
            row = lock(session, wave.id)
            if row.state != State.DRAFT:
                raise RefusedError(f"The key of the wave {wave.name!r} is proved already and stays.")
            again = row.public_key is not None
            row.public_key = public_bytes(private)
            _record(who, "wave.key_made", wave, State.DRAFT, State.DRAFT, again="yes" if again else None)
        hand_over(private)


def create(municipality_id: int, new: NewWave, who: str, *, hand_over: Callable[[X25519PrivateKey], None]) -> WaveFacts:
    """Make a wave with a fresh key pair, as ``draft`` and ``give_key`` do, both or neither."""
    with writing():
        give_key([draft(municipality_id, new, who)], who, hand_over=hand_over)
    return find(municipality_id, new.name)


def check_words(new: NewWave, asked: Questionnaire) -> None:
    """Refuse what does not fit the questionnaire *asked*."""
    if new.mode == "import":
        raise RefusedError("A wave that was collected elsewhere is imported, not made: surveyapp wave import --help")
    if belongs_to_another(new.name, asked):
        raise RefusedError(f"The name {new.name!r} is kept for the yearly key of feedback and games; choose another (--name).")
    if new.free_text and not asked.written:
        raise RefusedError(f"{new.questionnaire} asks nothing in people's own words; leave out --free-text.")
    if asked.instrument != "survey" and new.mode != "group":
        raise RefusedError(f"{new.questionnaire} is answered with codes of groups; choose the mode group (--mode).")


def check_supplement(session: Session, municipality_id: int, questionnaire_id: int, main_id: int | None) -> None:
    """Refuse to supplement a wave that is not there, still takes answers or asks something else."""
    if main_id is None:
        return
    main = session.get(Wave, main_id)
    if main is None or main.municipality_id != municipality_id or main.supplements is not None:
        raise RefusedError("There is no such wave to supplement; name a wave that is not itself a supplement.")
    if state_on(today(), State(main.state), main.closes) in {State.DRAFT, State.TRIAL_OPENED, State.OPEN}:
        raise RefusedError(f"The wave {main.name!r} still takes answers; whoever is late can answer there.")
    if main.questionnaire_id != questionnaire_id:
        raise RefusedError(f"A supplement asks the same questionnaire as the wave {main.name!r}.")


def check_new(new: NewWave) -> None:
    """Refuse a name or dates that no wave can have."""
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


def by_id(municipality_id: int, wave_id: int) -> WaveFacts | None:
    """Return a wave of the municipality by its number, None if it has no such wave."""
    return next((wave for wave in waves(municipality_id) if wave.id == wave_id), None)


def waves(municipality_id: int) -> list[WaveFacts]:
    """Return the waves of a municipality, by opening date and name."""
    chosen = select(Wave, QuestionnaireVersion).join(QuestionnaireVersion).where(Wave.municipality_id == municipality_id)
    with reading() as session:
        rows = session.execute(chosen.order_by(Wave.opens, by_text(Wave.name))).all()
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
        mode=as_mode(wave.mode),
        state=state_on(today(), State(wave.state), wave.closes),
        public_key=wave.public_key,
        boxes_set_aside=wave.boxes_set_aside,
        free_text=wave.free_text,
        supplements=wave.supplements,
    )


def trial(wave: WaveFacts, private: X25519PrivateKey, who: str) -> None:
    """Seal a trial box and open it with the steward's key; only then may codes be made.

    Raises:
        RefusedError: the key does not belong to the wave.
    """
    check_key(wave, private)
    place, content = secrets.token_bytes(32), secrets.token_bytes(wave.layout.size)
    box = sealing.seal(sealing.WaveKey(wave.id, public_bytes(private)), place, content)
    if sealing.unseal(private, wave.id, place, box) != content:
        raise RefusedError("The trial box did not open to what was sealed in it; make the wave anew.")
    with writing() as session:
        row = lock(session, wave.id)
        if row.public_key != wave.public_key:
            raise RefusedError(f"The wave {wave.name!r} got another key meanwhile; prove that one.")
        if row.state != State.DRAFT:
            return  # proved once more; nothing changes
        row.state = State.TRIAL_OPENED
        _record(who, "wave.trial_opened", wave, State.DRAFT, State.TRIAL_OPENED)


def check_key(wave: WaveFacts, private: X25519PrivateKey) -> None:
    """Refuse a key that is not the wave's; nothing is lost by trying."""
    if wave.public_key is None:
        raise RefusedError(f"The wave {wave.name!r} has no key yet; the data steward makes it first.")
    if public_bytes(private) != wave.public_key:
        raise RefusedError(f"This is not the key of the wave {wave.name!r}; nothing was changed. Use the file made with it.")


def invite(
    wave: WaveFacts,
    count: int,
    who: str,
    *,
    group: str | None = None,
    pool: str | None = None,
    hand_over: Callable[[Sequence[NewCode]], None],
    progress: Progress = lambda _: None,
) -> None:
    """Make *count* codes and give them, shuffled, to *hand_over* before their hashes are kept; *progress* gets codes done.

    *group* is whom they are for, *pool* what feedback or a game is about.

    Raises:
        RefusedError: codes cannot be made now, or too few to be anonymous. Whatever *hand_over* raises leaves no codes behind.
    """
    _check_invite(wave, count, group)
    made = [NewCode(codes.new_typed(), codes.new_link(), group) for _ in range(count)]
    with reading() as session:
        salt = session.scalars(select(Wave.code_salt).where(Wave.id == wave.id)).one()
    hashes = invitation_rows.hashed([(new.typed, new.link) for new in made], salt, progress)
    same = {"wave_id": wave.id, "group_name": group, "boxes": 0, "pool": pool, "stopped": False}
    rows: list[dict[str, object]] = [{**same, **pair} for pair in hashes]
    secrets.SystemRandom().shuffle(made)
    hand_over(made)  # before the transaction: two thousand cards take longer to lay out than anybody should wait for it
    with writing() as session:
        row = lock(session, wave.id)
        before = State(row.state)
        _check_invite(_facts(row, session.get_one(QuestionnaireVersion, row.questionnaire_id)), count, group)
        if not row.lookups:  # older codes have none: theirs would tell which codes are new
            rows = [{**new, "typed_lookup": None, "link_lookup": None} for new in rows]
        every = [*invitation_rows.existing(session, wave.id), *rows]
        if wave.mode == "code":
            _check_numbers(every, group)
        # All rows of the wave are written anew: no row tells which call made it.
        session.execute(delete(Invitation).where(Invitation.wave_id == wave.id))
        invitation_rows.write(session, every)
        if before is State.TRIAL_OPENED:
            promise_store.keep(session, row, wave.questionnaire)
        row.state = State.OPEN
        _record(who, "wave.invited", wave, before, State.OPEN, codes=_told(count), group=group)


def _check_invite(wave: WaveFacts, count: int, group: str | None) -> None:
    if wave.state is State.DRAFT:
        raise RefusedError(f"First prove that the key works: surveyapp wave trial {wave.name} --key FILE")
    if wave.state not in {State.TRIAL_OPENED, State.OPEN} or wave.closes < today():
        raise RefusedError(f"The wave {wave.name!r} is closed; codes are made for a wave that still takes answers.")
    if not 1 <= count <= MOST_CODES:
        raise RefusedError(f"Between 1 and {MOST_CODES} codes can be made at once (--count).")
    if group is not None and (not group.strip() or len(group) > 100):  # noqa: PLR2004 - the column's width
        raise RefusedError("The name of a group has 1 to 100 characters (--group).")
    if wave.mode == "group" and group is None:
        raise RefusedError("Say which group the code is for (--group).")
    if wave.mode == "group" and count != 1:
        raise RefusedError("One code serves a whole group; make one for each group (--count 1).")
    if wave.mode == "open" and (group is not None or count != 1):
        raise RefusedError("One address serves everybody; make one, for no group (--count 1).")


def _check_numbers(rows: Sequence[Mapping[str, object]], group: str | None) -> None:
    if len(rows) < FEWEST:
        raise RefusedError(
            f"Make at least {FEWEST} codes: a wave is opened with {FEWEST} or more answers only, so that nobody stands alone."
        )
    if group is not None and sum(row["group_name"] == group for row in rows) < FEWEST:
        reason = "the response of a smaller group could point at a person"
        raise RefusedError(f"A group needs at least {FEWEST} codes: {reason}. Leave out --group, or join groups.")


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
