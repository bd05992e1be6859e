"""What is logged: every old count stays, the newest counts, and each person sees and changes what is theirs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.core import audit, municipalities
from surveyapp.core.database import reading
from surveyapp.core.models import AuditEntry
from surveyapp.events import store
from surveyapp.events.records import event_records
from tests.conftest import Hands, MakeApp, fixed_clock
from tests.surveyapp.events.plans import SUPPORT, TRAINING, held, load_plan, somebody

_NAMES = count()


@pytest.fixture
def hands() -> Hands:
    """A clock that stands at the day of the tests."""
    return Hands()


@pytest.fixture
def moving(make_app: MakeApp, hands: Hands) -> Flask:
    """An app with the small plan, whose clock is *hands*."""
    app = make_app(now=hands)
    load_plan(app)
    return app


_STEP = st.tuples(st.sampled_from(["log", "correct", "withdraw"]), st.integers(0, 3), st.integers(0, 40), st.integers(0, 3))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEP, min_size=1, max_size=12))
def test_whatever_is_logged_and_corrected_stays_visible_and_the_newest_counts(
    moving: Flask, hands: Hands, steps: list[tuple[str, int, int, int]]
) -> None:
    hands.moment = fixed_clock()
    model: dict[int, list[tuple[date, int | None]]] = {}
    with moving.app_context():
        town = municipalities.find("cesis").id
        person = somebody("organiser", "social_service", email=f"organiser{next(_NAMES)}@example.org")
        for action, which, people, days in steps:
            hands.moment += timedelta(days=days)
            known = list(model)[which % len(model)] if model else None
            if action == "log" or known is None:
                model[store.log(person, TRAINING, held("2026-10-01", people))] = [(hands.moment.date(), people)]
                continue
            seen = len(model[known])
            if action == "withdraw":
                store.withdraw(person, known, seen, "divreiz")
            else:
                store.correct(person, known, seen, held("2026-10-01", people), "pārskaitīts")
            model[known].append((hands.moment.date(), None if action == "withdraw" else people))
        for event_id, stated in model.items():
            history = store.find(person, event_id).history
            assert [None if each.withdrawn else each.facts.unique_persons for each in history] == [each for _, each in stated]
        for day in {day for stated in model.values() for day, _ in stated} | {fixed_clock().date() - timedelta(days=1)}:
            newest = {str(id_): [n for at, n in stated if at <= day] for id_, stated in model.items()}
            wanted = {id_: numbers[-1] for id_, numbers in newest.items() if numbers and numbers[-1] is not None}
            records = [each for each in event_records(town, as_known_on=day) if int(each.reference) in model]
            assert {each.reference: each.unique_persons for each in records} == wanted
        assert audit.examine().broken is None


def test_a_correction_may_change_the_facts_as_well_as_the_numbers(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        event_id = store.log(person, TRAINING, held("2026-10-01", 25, title="Apmaciba"))
        store.correct(person, event_id, 1, held("2026-10-02", 24, title="Apmācība"), "drukas kļūda")
        first, second = store.find(person, event_id).history
        assert (first.facts.title, first.facts.held_on) == ("Apmaciba", date(2026, 10, 1))
        assert (second.facts.title, second.facts.held_on, second.reason) == ("Apmācība", date(2026, 10, 2), "drukas kļūda")


def test_a_day_ends_at_midnight_in_latvia(make_app: MakeApp) -> None:
    app = make_app(now=lambda: fixed_clock().replace(hour=22, minute=30))  # 00:30 of the next day in Riga
    load_plan(app)
    with app.app_context():
        town = municipalities.find("cesis").id
        store.log(somebody("organiser", "social_service"), TRAINING, held())
        assert event_records(town, as_known_on=date(2026, 11, 21)) == ()
        assert len(event_records(town, as_known_on=date(2026, 11, 22))) == 1


def test_records_carry_everything_that_the_analysis_reads(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        first = store.log(person, TRAINING, held("2026-09-01", 25))
        facts = replace(held("2026-10-01", 25, 50), hours=1.5, audience="specialists", evidence="Saraksts", same_group_as=first)
        store.log(person, TRAINING, facts)
        earlier, later = event_records(person.municipality_id)
        assert (earlier.reference, earlier.indicator, earlier.institution) == (str(first), "1.1.a", "social_service")
        assert (later.hours, later.audience, later.evidence, later.same_group_as) == (
            1.5,
            "specialists",
            "Saraksts",
            str(first),
        )


def test_another_institutions_or_municipalitys_event_answers_like_one_that_does_not_exist(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        municipalities.create("madona", "Madonas novads")
        event_id = store.log(somebody("organiser", "social_service"), TRAINING, held())
        strangers = [
            somebody("organiser", "education_board"),
            somebody("organiser", "social_service", slug="madona"),
            somebody("coordinator", slug="madona"),
            somebody("steward"),
        ]
        for stranger in strangers:
            for asked in (event_id, 999_999):
                with pytest.raises(store.UnknownEventError):
                    store.find(stranger, asked)
                with pytest.raises(store.UnknownEventError):
                    store.correct(stranger, asked, 1, held(), "iemesls")
        for reader in (somebody("group"), somebody("auditor"), somebody("coordinator")):
            assert store.find(reader, event_id).id == event_id


def test_only_those_who_log_may_log_and_only_for_their_institution(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        for person in (somebody("organiser", "education_board"), somebody("group"), somebody("steward")):
            with pytest.raises(store.NotAllowedError):
                store.log(person, TRAINING, held())
        event_id = store.log(somebody("coordinator"), TRAINING, held())
        with pytest.raises(store.NotAllowedError):
            store.correct(somebody("auditor"), event_id, 1, held(), "iemesls")


def test_a_correction_of_what_somebody_else_corrected_is_refused_and_shows_theirs(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person, coordinator = somebody("organiser", "social_service"), somebody("coordinator")
        event_id = store.log(person, TRAINING, held(people=25))
        store.correct(coordinator, event_id, 1, held(people=24), "saraksts")
        with pytest.raises(store.CorrectedMeanwhileError) as refusal:
            store.correct(person, event_id, 1, held(people=23), "pārskaitīts")
        assert refusal.value.event.newest.facts.unique_persons == 24
        assert len(store.find(person, event_id).history) == 2


def test_one_form_makes_one_event_also_when_it_is_sent_at_the_same_moment(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")

    def send(_: int) -> int:
        with app.app_context():
            return store.log(person, TRAINING, held(), form_id="one form")

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(send, range(8)))
    assert len(made) == 1
    with app.app_context():
        assert len(event_records(person.municipality_id)) == 1


def test_one_correction_form_supersedes_once(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        event_id = store.log(person, TRAINING, held(people=25))
        for _ in range(2):
            store.correct(person, event_id, 1, held(people=24), "pārskaitīts", form_id="one form")
        assert len(store.find(person, event_id).history) == 2


def test_the_audit_trail_holds_what_changed_before_and_after(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        event_id = store.log(person, TRAINING, held(people=25))
        store.correct(person, event_id, 1, held(people=24), "pārskaitīts")
        store.withdraw(person, event_id, 2, "divreiz")
        with reading() as session:
            trail = audit.entries(session, person.municipality_id, 3)
        assert [entry.what for entry in trail] == ["event.withdrawn", "event.corrected", "event.logged"]
        assert trail[1].before == '{"unique_persons": 25}'
        assert trail[1].after == '{"reason": "pārskaitīts", "unique_persons": 24}'


def test_small_counts_of_people_at_risk_do_not_stand_in_the_audit_trail(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        event_id = store.log(person, SUPPORT, held(people=3, visits=12))
        store.correct(person, event_id, 1, held(people=0, visits=12), "pārskaitīts")
        with reading() as session:
            texts = [f"{entry.before} {entry.after}" for entry in session.scalars(select(AuditEntry))]
        assert any('"unique_persons": "<5"' in text for text in texts)
        assert not any('"unique_persons": 3' in text or '"unique_persons": 0' in text for text in texts)


def test_nobody_corrects_a_count_that_is_hidden_from_them(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        coordinator = somebody("coordinator")
        event_id = store.log(somebody("organiser", "social_service"), SUPPORT, held(people=3))
        with pytest.raises(store.NotAllowedError):
            store.correct(coordinator, event_id, 1, held(people=4), "pārskaitīts")
        own = store.log(coordinator, SUPPORT, held(people=2))
        store.correct(coordinator, own, 1, held(people=3), "pārskaitīts")
        assert store.find(coordinator, own).newest.facts.unique_persons == 3
