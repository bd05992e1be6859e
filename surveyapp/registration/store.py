"""All SQL of conferences: making and changing one, its states, and finding it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from questionnaires.texts import LANGUAGES
from surveyapp.core import audit, clock
from surveyapp.core.access import Actor, Permission
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.text import folded
from surveyapp.registration import rules, seats
from surveyapp.registration.models import Conference as Row
from surveyapp.registration.models import ConferenceText, Registration
from surveyapp.registration.rules import Conference, Seat, State, Terms, Words

_LONGEST_SLUG: Final = 48
_COLUMNS: Final = tuple(each.name for each in fields(Terms) if each.name != "words")


class UnknownConferenceError(LookupError):
    """There is no such conference, or this person may not know of it."""


class ChangedMeanwhileError(Exception):
    """Somebody changed the conference since this person saw it; ``conference`` is how it stands now."""

    def __init__(self, conference: Conference) -> None:
        self.conference = conference
        super().__init__(f"conference {conference.id} was changed meanwhile")


class NotNowError(Exception):
    """The step does not fit how the conference stands."""


def make(person: Actor, plan_key: str, terms: Terms, form_id: str | None = None) -> int:
    """Make a draft and return its id; the same form (*form_id*) sent again returns the one it made.

    Raises:
        UnknownConferenceError: the person may not make one for that institution.
    """
    if not rules.may_manage(person, terms.institution):
        raise UnknownConferenceError
    with writing() as session:
        # One draft at a time in the whole app: addresses of pages differ across municipalities as well.
        session.execute(select(Municipality.id).order_by(Municipality.id).with_for_update(key_share=True))
        made = session.scalar(select(Row).where(Row.form_id == form_id, Row.created_by_id == person.account_id))
        if form_id and made is not None:
            return made.id
        row = Row(municipality_id=person.municipality_id, created_by_id=person.account_id, plan_key=plan_key, form_id=form_id)
        row.state, row.revision, row.cancelled = State.DRAFT, 1, 0
        row.slug = _free_slug(session, f"{terms.words[LANGUAGES[0]].title} {terms.held_on.year}")
        _write(row, terms)
        session.add(row)
        session.flush()
        _record(person, "conference.made", row, {}, {"held_on": terms.held_on.isoformat(), "institution": terms.institution})
        return row.id


def change(person: Actor, conference_id: int, seen: int, terms: Terms) -> None:
    """Store changed terms; whoever waits moves up if there is room now. *terms* passed ``rules.faults``.

    Raises:
        UnknownConferenceError, ChangedMeanwhileError: as they say.
    """
    with writing() as session:
        row = locked(session, person, conference_id)
        before = as_conference(session, row)
        if row.revision != seen:
            raise ChangedMeanwhileError(before)
        if row.state != State.DRAFT and terms.delete_on > before.terms.delete_on:
            raise NotNowError  # what was promised on the page is kept, whatever a form says
        differing = [name for name in _COLUMNS if getattr(terms, name) != getattr(before.terms, name)]
        _write(row, terms)
        row.revision += 1
        session.flush()
        if row.state != State.DRAFT and rules.worth_a_letter(before.terms, terms):
            seats.owe_everybody(session, row.id, "changed")
        _record(person, "conference.changed", row, _facts(before.terms, differing), _facts(terms, differing))
        seats.move_up(session, row)


def go_to(person: Actor, conference_id: int, state: State, *, since: frozenset[State]) -> Conference:
    """Bring a conference from one of the states *since* to *state*; nothing happens if it is there already.

    Raises:
        UnknownConferenceError: there is none for this person.
        NotNowError: it is in another state, or nobody could register any more.
    """
    with writing() as session:
        row = locked(session, person, conference_id)
        before = as_conference(session, row)
        if before.state is not state:
            fits = before.state in since and before.purged_on is None
            if not fits or (state is State.PUBLISHED and not rules.may_publish(before, clock.today())):
                raise NotNowError
            row.state = state
            row.revision += 1
            session.flush()
            if state is State.CANCELLED:
                seats.owe_everybody(session, row.id, "cancelled")
            _record(person, f"conference.{state}", row, {"state": before.state}, {"state": state})
        return as_conference(session, row)


def discard(person: Actor, conference_id: int) -> None:
    """Delete a draft; nobody has ever seen it.

    Raises:
        UnknownConferenceError: there is none for this person.
        NotNowError: it was published.
    """
    with writing() as session:
        row = locked(session, person, conference_id)
        if row.state != State.DRAFT:
            raise NotNowError
        _record(person, "conference.discarded", row, {}, {})
        session.delete(row)


def find(person: Actor, conference_id: int) -> Conference:
    """Return a conference.

    Raises:
        UnknownConferenceError: there is none, or it is another institution's or municipality's and not for this person.
    """
    with reading() as session:
        row = session.scalar(with_texts(select(Row).where(Row.id == conference_id)))
        return as_conference(session, _for(person, row))


def by_slug(slug: str) -> Conference | None:
    """Return the conference with that address, None if there is none."""
    with reading() as session:
        row = session.scalar(with_texts(select(Row).where(Row.slug == slug)))
        return as_conference(session, row) if row else None


def listed(person: Actor) -> list[Conference]:
    """Return the conferences that this person manages, the latest first."""
    chosen = with_texts(select(Row).where(Row.municipality_id == person.municipality_id))
    if not person.may(Permission.SEE_ALL_EVENTS):
        chosen = chosen.where(Row.institution == person.institution)
    with reading() as session:
        rows = session.scalars(chosen.order_by(Row.held_on.desc(), Row.id.desc())).all()
        return [as_conference(session, row) for row in rows]


def locked(session: Session, person: Actor, conference_id: int) -> Row:
    """Return a conference's row, held against other writers until the end of the transaction."""
    return _for(person, lock(session, conference_id))


def lock(session: Session, conference_id: int) -> Row | None:
    """Return a conference's row, held against other writers until the end of the transaction, None if there is none."""
    chosen = with_texts(select(Row).where(Row.id == conference_id)).with_for_update()
    return session.scalar(chosen.execution_options(populate_existing=True))


def as_conference(session: Session, row: Row) -> Conference:
    """Return the conference of *row* with its numbers."""
    by_state = select(Registration.state, func.count()).where(Registration.conference_id == row.id)
    numbers: dict[str, int] = dict(session.execute(by_state.group_by(Registration.state)).all())
    words = {text.language: _words(text) for text in row.texts}
    return Conference(
        id=row.id,
        municipality_id=row.municipality_id,
        slug=row.slug,
        plan_key=row.plan_key,
        state=State(row.state),
        revision=row.revision,
        terms=Terms(**{name: getattr(row, name) for name in _COLUMNS}, words=words),
        purged_on=row.purged_on,
        sure=numbers.get(Seat.SURE, 0),
        waiting=numbers.get(Seat.WAITING, 0),
        cancelled=row.cancelled,
    )


def _for(person: Actor, row: Row | None) -> Row:
    if row is None or row.municipality_id != person.municipality_id or not rules.may_manage(person, row.institution):
        raise UnknownConferenceError
    return row


def with_texts(chosen: Select[Row]) -> Select[Row]:
    """Have the conferences of *chosen* read anew with their texts: a session keeps what it has read."""
    return chosen.options(selectinload(Row.texts)).execution_options(populate_existing=True)


def _write(row: Row, terms: Terms) -> None:
    for name in _COLUMNS:
        setattr(row, name, getattr(terms, name))
    kept = {text.language: text for text in row.texts}
    row.texts = [_text(kept.get(language, ConferenceText(language=language)), terms.words, language) for language in LANGUAGES]


def _text(text: ConferenceText, words: Mapping[str, Words], language: str) -> ConferenceText:
    said = words.get(language, Words())
    text.title, text.place, text.about, text.programme = said.title, said.place, said.about, said.programme
    text.fields = "\n".join(said.fields)
    return text


def _words(text: ConferenceText) -> Words:
    return Words(text.title, text.place, text.about, text.programme, tuple(text.fields.split("\n")) if text.fields else ())


def _free_slug(session: Session, title: str) -> str:
    """Return an address made of the title's words that no other conference has."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in folded(title))
    words = letters.split()
    while len("-".join(words)) > _LONGEST_SLUG:
        words.pop(-2 if len(words) > 1 else 0)  # the year stays
    wanted = "-".join(words) or "conference"
    taken = set(session.scalars(select(Row.slug).where(Row.slug.startswith(wanted))))
    return next(
        slug for number in range(1, len(taken) + 2) if (slug := wanted if number == 1 else f"{wanted}-{number}") not in taken
    )


def _facts(terms: Terms, names: list[str]) -> dict[str, str | int | float | bool | None]:
    values = {name: getattr(terms, name) for name in names if name != "contact"}
    return {name: value if isinstance(value, bool | int | str | None) else str(value) for name, value in values.items()}


def _record(person: Actor, what: str, row: Row, before: audit.Facts, after: audit.Facts) -> None:
    audit.record(person.email, what, row.slug, municipality_id=person.municipality_id, before=before, after=after)
