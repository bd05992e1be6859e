"""Rows about people at risk in releases: what the public, a later release, a note and a foretelling may not tell."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import municipalities
from surveyapp.core.access import Actor
from surveyapp.events import store
from surveyapp.events.rules import LoggedEvent
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_of
from surveyapp.releases import making
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import PLAN, SUPPORT, held, load_plan, somebody
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_statements import send
from tests.surveyapp.signing_in import csrf_token, sign_in

ROW = SUPPORT.indicator


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """The small plan with a support group of twelve, of whom ten were asked for: 1.2 of the target."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            store.log(somebody("organiser", "social_service"), SUPPORT, held("2026-04-01", 12, title="Atbalsts"))

    return fill


def released(app: Flask, level: ledger.Level = "group") -> list[dict[str, Any]]:
    """Make a release; the targets of the row that it shows."""
    with app.app_context():
        document = making.make(municipalities.find("cesis").id, level, "test").document
    return [each for each in rows_of(document, "plan_targets") if each["indicator"] == ROW]


def correct(app: Flask, people: int, reason: str = "pārskaitīts") -> None:
    """Correct the head count of the support group."""
    with app.app_context():
        person = somebody("organiser", "social_service", email=f"o{people}@example.org")
        event = support(person)
        store.correct(person, event.id, event.newest.number, held("2026-04-01", people, title="Atbalsts"), reason)


def support(person: Actor) -> LoggedEvent:
    """The support group as it is logged."""
    return next(each for each in store.own_page(person).events if each.indicator == ROW)


def numbers(targets: list[dict[str, Any]]) -> set[object]:
    """Every number of people that the targets show."""
    return {each[name] for each in targets for name in ("achieved", "achieved_low", "achieved_high")} - {None}


def test_the_public_gets_the_degree_and_no_number_or_remark_that_the_group_gets(one_app: Flask) -> None:
    shown, public = released(one_app), released(one_app, "public")
    assert numbers(shown) == {12}
    assert any("over_target" in each["flags"] or "above_bare_number" in each["flags"] for each in shown)
    assert numbers(public) == set()
    assert {each["flags"] for each in public} == {""}
    assert [each["degree"] for each in public] == [each["degree"] for each in shown]
    with one_app.app_context():
        document = ledger.every(municipalities.find("cesis").id, level="public")[0].document
    rows = [each for each in rows_of(document, "plan_rows") if each["indicator"] == ROW]
    assert [each["flags"] for each in rows] == [""]


def test_a_number_that_a_release_hid_stays_hidden_in_the_next_one(one_app: Flask) -> None:
    correct(one_app, 4)
    assert numbers(released(one_app)) == set()
    correct(one_app, 30)
    assert numbers(released(one_app)) == set(), "30 beside a hidden number tells of at least 26 who came since"


def test_a_larger_step_is_shown(one_app: Flask) -> None:
    assert numbers(released(one_app)) == {12}
    correct(one_app, 17)
    assert numbers(released(one_app)) == {17}


def test_a_correction_foretells_no_released_figure_and_its_reason_stays_with_the_event(one_app: Flask) -> None:
    released(one_app)
    organiser = one_app.test_client()
    sign_in(organiser, one_app, "organiser", "social_service")
    address = "/events/1/correct?lang=en"
    typed = {"csrf_token": csrf_token(organiser.get(address)), "seen": "1", "held_on": "2026-04-01", "title": "Atbalsts"}
    sent = organiser.post(address, data={**typed, "unique_persons": "40", "reason": "Nākusi arī Annas ģimene"})
    assert "This would change released figures" not in sent.get_data(as_text=True)
    correct(one_app, 41, "Nākusi arī Annas ģimene")
    group = one_app.test_client()
    sign_in(group, one_app, "group")
    note = text(group, "/results/releases/1?lang=en")
    assert "Note: found out since" in note
    assert "Annas" not in note
    released(one_app)
    assert "Annas" not in text(group, "/results/releases/2?lang=en")


def test_the_reason_of_a_statement_about_the_row_stays_with_it(one_app: Flask) -> None:
    group = signed_in(one_app)
    decided: dict[str, Any] = {"body": "cooperation_group", "day": "2026-11-02", "minutes": "Nr. 3"}
    send(group, "override", ROW, degree="done", because="Pietiek", **decided)
    released(one_app)
    send(group, "override", ROW, degree="partial", because="Nepietiek", reason="Annas dēļ", **decided)
    released(one_app)
    page = text(group, "/results/releases/2?lang=en")
    assert "what was stated about the row was replaced" in page
    assert "Annas" not in page


def test_what_the_group_writes_is_in_its_own_release_only(one_app: Flask) -> None:
    group = signed_in(one_app)
    send(group, "conclusion", "summary@2026", text="Tikai grupai.")
    released(one_app)
    released(one_app, "public")
    assert "Tikai grupai." in group.get("/results/releases/1.json").get_data(as_text=True)
    assert "Tikai grupai." not in group.get("/results/releases/2.json").get_data(as_text=True)


def signed_in(app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = app.test_client()
    sign_in(client, app, "group")
    return client


def test_releases_made_in_the_same_moment_get_numbers_of_their_own(make_app: MakeApp) -> None:
    app = make_app()
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: released(app), range(4)))
    with app.app_context():
        assert [each.number for each in ledger.every(municipalities.find("cesis").id)] == [4, 3, 2, 1]
