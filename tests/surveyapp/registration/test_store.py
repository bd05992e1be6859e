"""What is stored of conferences and people: promises are kept, seats go in turn, each sees what is theirs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from surveyapp.core import audit, municipalities
from surveyapp.core.access import Actor
from surveyapp.core.database import Base, engine, reading
from surveyapp.core.models import AuditEntry
from surveyapp.registration import people_store, rules, store, tokens
from surveyapp.registration.models import Registration
from surveyapp.registration.people_store import NotOpenError
from surveyapp.registration.rules import Conference, Seat, State
from tests.surveyapp.events.plans import somebody as account
from tests.surveyapp.registration.conferences import DELETE_ON, TERMS, drafted, organiser, published, register, somebody


@pytest.fixture
def anna(app: Flask) -> Actor:
    """An organiser of the social service."""
    return organiser(app)


def seats(who: Actor, conference: Conference) -> list[tuple[str, str]]:
    """Who has which seat, in their turn."""
    return [(one.person.name, one.seat.value) for one in people_store.listed(who, conference.id)]


def test_a_draft_becomes_a_page_under_an_address_of_its_title(app: Flask, anna: Actor) -> None:
    with app.app_context():
        first, second = drafted(anna), drafted(anna)
        assert (first.slug, second.slug) == ("kopa-bernu-drosibai-izdomata-2026", "kopa-bernu-drosibai-izdomata-2026-2")
        assert first.terms == TERMS
        assert store.by_slug(first.slug) == first
        assert store.by_slug("nothing") is None


def test_the_same_form_makes_one_draft(app: Flask, anna: Actor) -> None:
    with app.app_context():
        assert store.make(anna, "small", TERMS, "mark") == store.make(anna, "small", TERMS, "mark")
        assert len(store.listed(anna)) == 1


def test_only_the_own_institution_and_who_sees_all_events_manage_a_conference(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = drafted(anna)
        stranger, coordinator, group = account("organiser", "education_board"), account("coordinator"), account("group")
        assert [each.id for each in store.listed(coordinator)] == [made.id]
        assert store.listed(stranger) == []
        for nobody in (stranger, group):
            with pytest.raises(store.UnknownConferenceError):
                store.find(nobody, made.id)
            with pytest.raises(store.UnknownConferenceError):
                store.make(nobody, "small", TERMS)
        with pytest.raises(store.UnknownConferenceError):
            people_store.listed(stranger, made.id)


def test_what_was_promised_can_be_kept_earlier_but_not_later(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna)
        later = replace(TERMS, delete_on=date(2027, 1, 15))
        assert rules.faults(later, date(2026, 11, 21), made) == {"delete_on": "promised"}
        with pytest.raises(store.NotNowError):
            store.change(anna, made.id, made.revision, later)
        store.change(anna, made.id, made.revision, replace(TERMS, delete_on=date(2027, 1, 2)))
        assert store.find(anna, made.id).terms.delete_on == date(2027, 1, 2) < DELETE_ON


def test_two_who_change_a_page_at_once_are_told_of_each_other(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = drafted(anna)
        store.change(anna, made.id, made.revision, replace(TERMS, capacity=5))
        with pytest.raises(store.ChangedMeanwhileError) as caught:
            store.change(anna, made.id, made.revision, replace(TERMS, capacity=6))
        assert caught.value.conference.terms.capacity == 5


def test_people_get_seats_in_turn_and_move_up(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna, capacity=2)
        first = register(made, 1).registered
        for number in (2, 3, 4):
            register(made, number)
        names = [f"Izdomāta Persona {number}" for number in (1, 2, 3, 4)]
        assert seats(anna, made) == list(zip(names, ["sure", "sure", "waiting", "waiting"], strict=True))
        assert people_store.cancel(first.token)
        assert not people_store.cancel(first.token)
        assert seats(anna, made) == list(zip(names[1:], ["sure", "sure", "waiting"], strict=True))
        now = store.find(anna, made.id)
        assert (now.sure, now.waiting, now.cancelled) == (2, 1, 1)
        store.change(anna, made.id, now.revision, replace(now.terms, capacity=None))
        assert {seat for _name, seat in seats(anna, made)} == {"sure"}


def test_nobody_overtakes_those_who_wait_when_seats_are_taken_away(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna, capacity=2)
        sent = [register(made, number).registered for number in (1, 2, 3)]
        now = store.find(anna, made.id)
        store.change(anna, made.id, now.revision, replace(now.terms, capacity=1))
        people_store.cancel(sent[0].token)
        assert [seat for _name, seat in seats(anna, made)] == ["sure", "waiting"]
        assert register(made, 4).registered.seat is Seat.WAITING


_STEPS = st.lists(st.one_of(st.just("in"), st.integers(0, 30), st.tuples(st.just("room"), st.integers(1, 6))), max_size=25)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_whatever_happens_no_seat_stays_empty_while_somebody_waits(app: Flask, anna: Actor, steps: list[object]) -> None:
    with app.app_context():
        made, number, model = published(anna, capacity=2), 0, list[tuple[int, str]]()
        for step in steps:
            if step == "in":
                number += 1
                model.append((number, register(made, number).registered.token))
            elif isinstance(step, int) and model:
                people_store.cancel(model.pop(step % len(model))[1])
            elif isinstance(step, tuple):
                now = store.find(anna, made.id)
                store.change(anna, made.id, now.revision, replace(now.terms, capacity=step[1]))
            now, listed = store.find(anna, made.id), people_store.listed(anna, made.id)
            assert [one.turn for one in sorted(listed, key=lambda one: one.turn)] == [
                one.turn for one in listed if one.seat is Seat.SURE
            ] + [one.turn for one in listed if one.seat is Seat.WAITING]
            assert len(listed) == len(model)
            assert now.waiting == 0 or now.sure >= (now.terms.capacity or 0)


def test_the_last_seat_goes_to_one_of_many_who_ask_at_once(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna, capacity=3)
        register(made, 1)
        register(made, 2)

    def ask(number: int) -> Seat:
        with app.app_context():
            return register(made, number).registered.seat

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, range(10, 18)))
    assert sorted(got) == [Seat.SURE] + [Seat.WAITING] * 7


def test_the_same_form_sent_by_many_at_once_registers_once(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna)

    def send(_: int) -> int:
        with app.app_context():
            return register(made, 1, mark="the same").registered.id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    with app.app_context():
        assert store.find(anna, made.id).sure == 1


def test_a_free_seat_goes_to_one_of_those_who_wait_when_many_cancel_at_once(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna, capacity=3)
        sent = [register(made, number).registered.token for number in range(1, 9)]

    def cancel(token: str) -> bool:
        with app.app_context():
            return people_store.cancel(token)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(cancel, sent[:2] * 3))
    assert sum(done) == 2
    with app.app_context():
        now = store.find(anna, made.id)
        assert (now.sure, now.waiting, now.cancelled) == (3, 3, 2)


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({}, "open"),
        ({"opens_on": date(2026, 12, 1)}, "not_yet"),
        ({"deadline": date(2026, 11, 21)}, "open"),
        ({"held_on": date(2026, 11, 20), "deadline": date(2026, 11, 20)}, "over"),
        ({"deadline": date(2026, 11, 20)}, "late"),
    ],
)
def test_where_a_conference_stands_follows_from_its_days(
    app: Flask, anna: Actor, changed: dict[str, date], wanted: str
) -> None:
    with app.app_context():
        made = replace(drafted(anna, **changed), state=State.PUBLISHED)
        assert rules.standing(made, date(2026, 11, 21)) == wanted


def test_nobody_registers_where_registration_is_not_open(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = drafted(anna)
        with pytest.raises(NotOpenError):
            register(made)
        store.go_to(anna, made.id, State.PUBLISHED, since=frozenset({State.DRAFT}))
        register(made)
        store.go_to(anna, made.id, State.CLOSED, since=frozenset({State.PUBLISHED}))
        with pytest.raises(NotOpenError) as caught:
            register(made, 2)
        assert caught.value.conference is not None
        with pytest.raises(NotOpenError):
            people_store.register(999, somebody(), "mark", "")


def test_fields_that_people_chose_from_stay_and_new_ones_come_at_the_end(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna)
        register(made)
        now, words = store.find(anna, made.id), dict(TERMS.words)
        fields = words["lv"].fields
        for changed, wanted in (((*fields, "Cita"), {"fields_en": "lines_differ"}), (fields[1:], {"fields_lv": "fields_kept"})):
            terms = replace(TERMS, words=words | {"lv": replace(words["lv"], fields=changed)})
            assert wanted.items() <= rules.faults(terms, date(2026, 11, 21), now).items()


def test_the_database_keeps_hashes_of_tokens_and_the_trail_keeps_no_person(app: Flask, anna: Actor) -> None:
    with app.app_context():
        made = published(anna)
        one = register(made).registered
        people_store.cancel_for(anna, made.id, register(made, 2).registered.id)
        with reading() as session:
            row = session.scalars(select(Registration)).one()
            trail = "\n".join(f"{each.about} {each.before} {each.after}" for each in session.scalars(select(AuditEntry)))
        assert row.own_hash == tokens.hashed(one.token)
        assert row.check_in_hash == tokens.hashed(one.check_in_token)
        stored = repr([getattr(row, column.key) for column in inspect(Registration).columns])
        assert one.token not in stored
        assert one.check_in_token not in stored
        assert "person1@" not in trail
        assert "Persona" not in trail
        assert audit.examine().broken is None
        assert audit.recorded("registration.cancelled", made.slug, municipalities.find("cesis").id)


def test_a_draft_can_be_thrown_away_and_a_page_cannot(app: Flask, anna: Actor) -> None:
    with app.app_context():
        draft, page = drafted(anna), published(anna)
        store.discard(anna, draft.id)
        with pytest.raises(store.NotNowError):
            store.discard(anna, page.id)
        assert [each.id for each in store.listed(anna)] == [page.id]


def test_no_table_of_registration_touches_a_table_of_the_survey(app: Flask) -> None:
    ours = {"conference", "conference_text", "conference_message", "registration", "owed_letter", "deletion_receipt"}
    ours |= {"attendance", "conference_door", "attendance_count", "certificate_code"}
    allowed = ours | {"municipality", "account"}
    with app.app_context(), engine().connect() as connection:
        inspector = inspect(connection)
        survey = {name for name, table in Base.metadata.tables.items() if _module(name).startswith("surveyapp.survey")}
        assert {"wave", "invitation", "sealed_box", "response", "mail_address"} <= survey
        for table in ours:
            assert {key["referred_table"] for key in inspector.get_foreign_keys(table)} <= allowed, table
        for table in survey:
            assert not {key["referred_table"] for key in inspector.get_foreign_keys(table)} & ours, table
        personal = {"name", "email", "own_hash", "check_in_hash", "form_hash", "needs", "registration_id", "conference_id"}
        for table in survey - {"wave"}:  # a wave has a name, as a person has; nothing else is called alike
            assert not {column["name"] for column in inspector.get_columns(table)} & personal, table


def _module(table: str) -> str:
    return next(mapper.class_.__module__ for mapper in Base.registry.mappers if mapper.local_table.name == table)  # type: ignore[attr-defined]  # a table has a name
