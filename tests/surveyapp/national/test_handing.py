"""A release stands in the national view when its municipality says so, and until it takes it back; all of it is told."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading
from surveyapp.core.models import AuditEntry
from surveyapp.events import store as events
from surveyapp.ledger import handing_store, publication_store
from surveyapp.opendata import publishing
from surveyapp.plans import store as plan_store
from surveyapp.releases import making
from tests.surveyapp.events.plans import PLAN, TRAINING, held, somebody
from tests.surveyapp.national.towns import COORDINATOR, TOWNS, build
from tests.surveyapp.signing_in import csrf_token, sign_in

DESK = "/results/releases/1/national"
GROUP, EMPTY = 2, 1
"""Releases of which nothing can be handed over: one for the group, and the one of a town without a survey."""


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """A town with a survey, released for the public and for the group; another one that released its plan alone."""

    def fill(app: Flask) -> None:
        build(app, "liepas", TOWNS["liepas"])
        with app.app_context():
            making.make(municipalities.find("liepas").id, "group", COORDINATOR)
            bare = municipalities.find("cesis").id
            plan_store.load(PLAN, "small.yaml", bare, "test")
            making.make(bare, "public", COORDINATOR)

    return fill


def act(client: FlaskClient, address: str = DESK, **fields: str) -> str:
    token = csrf_token(client.get("/staff/account"))
    sent = client.post(f"{address}?lang=en", data={"csrf_token": token, **fields}, follow_redirects=True)
    return f"{sent.status_code} {sent.get_data(as_text=True)}"


def seen(reader: FlaskClient) -> str:
    return reader.get("/national/?lang=en").get_data(as_text=True)


@pytest.mark.postgres
def test_a_release_stands_in_the_national_view_when_the_coordinator_says_so_and_until_they_take_it_back(app: Flask) -> None:
    coordinator, reader = app.test_client(), app.test_client()
    email = sign_in(coordinator, app, "coordinator", municipality="liepas")
    sign_in(reader, app, "national")
    assert "The national view: hand over, take back" in coordinator.get("/results/releases/1?lang=en").get_data(as_text=True)
    assert "1 person reads the national view at present" in coordinator.get(f"{DESK}?lang=en").get_data(as_text=True)
    assert "Liepu novads" not in seen(reader)
    assert "Ask the municipality first" in act(coordinator, act="hand_over")  # not by the button alone
    assert "Liepu novads" not in seen(reader)
    assert "Release 1 stands in the national view" in act(coordinator, act="hand_over", agreed="y")
    assert "Liepu novads" in seen(reader)
    assert act(coordinator, act="hand_over", agreed="y").startswith("409")
    assert "Write in a few words why" in act(coordinator, act="take_back", reason=" ")
    assert "Liepu novads" in seen(reader)
    assert "does not stand in the national view any more" in act(coordinator, act="take_back", reason="decided anew")
    assert "Liepu novads" not in seen(reader)
    late = act(coordinator, act="take_back", reason="once more")  # from a page that somebody left open
    assert late.startswith("409")
    assert "<q>once more</q>" in late
    assert "decided anew" in coordinator.get(f"{DESK}?lang=en").get_data(as_text=True)
    with app.app_context(), reading() as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.who == email).order_by(AuditEntry.id)).all()
        told = [(each.what, each.about) for each in trail if each.what.startswith("release.")]
    assert told == [("release.handed_over", "release 1"), ("release.taken_back", "release 1")]


def test_what_was_not_made_for_everybody_or_holds_no_survey_cannot_be_handed_over(one_app: Flask) -> None:
    coordinator, bare = one_app.test_client(), one_app.test_client()
    sign_in(coordinator, one_app, "coordinator", municipality="liepas")
    sign_in(bare, one_app, "coordinator", email="bare@example.org")
    for number in (GROUP, 999):
        assert coordinator.get(f"/results/releases/{number}/national").status_code == 404
    assert "holds no survey" in bare.get(f"/results/releases/{EMPTY}/national?lang=en").get_data(as_text=True)
    assert act(bare, act="hand_over", agreed="y").startswith("409")
    assert act(bare, act="nothing").startswith("400")
    with one_app.app_context():
        for number in (GROUP, 999):
            with pytest.raises(RefusedError):
                handing_store.hand_over(municipalities.find("liepas").id, number, COORDINATOR)


def test_handing_over_and_publishing_are_two_acts_and_neither_is_the_other(one_app: Flask) -> None:
    with one_app.app_context():
        place = municipalities.find("liepas").id
        handing_store.hand_over(place, 1, COORDINATOR)
        assert publication_store.every() == ()
        publishing.publish(place, 1, COORDINATOR)
        published = publication_store.every()[0]
        assert published.files
        assert published.licence
        handing_store.take_back(place, 1, COORDINATOR, "so it was decided")
        assert [each.release.number for each in publication_store.every()] == [1]
        assert handing_store.every() == ()
        publication_store.withdraw(place, 1, COORDINATOR, "a mistake")
        handing_store.hand_over(place, 1, COORDINATOR)
        assert publication_store.every() == ()
        assert [each.kind for each in publication_store.statements(place, 1)] == ["published", "withdrawn"]


def test_of_several_releases_of_a_municipality_the_newest_that_it_handed_over_counts(one_app: Flask) -> None:
    with one_app.app_context():
        place = municipalities.find("liepas").id
        newer = making.make(place, "public", COORDINATOR).number
        for number in (newer, 1):
            handing_store.hand_over(place, number, COORDINATOR)
        assert [each.release.number for each in handing_store.every()] == [newer]
        handing_store.take_back(place, newer, COORDINATOR, "a mistake")
        assert [each.release.number for each in handing_store.every()] == [1]


def test_a_national_coordinator_reads_nothing_of_the_municipality_that_made_the_account(one_app: Flask) -> None:
    reader = one_app.test_client()
    sign_in(reader, one_app, "national", institution="social_service", municipality="liepas")
    with one_app.app_context():
        event = events.log(somebody("coordinator", slug="liepas"), TRAINING, held("2026-03-01", 25, title="Tikšanās"))
    assert reader.get(f"/events/{event}").data == reader.get("/events/999999").data
    for address in ("/results/", "/results/releases", "/results/releases/1", "/waves/", "/events/all", "/staff/people"):
        assert reader.get(address).status_code == 403, address
    menu = seen(reader)
    assert "National view" in menu
    assert not {"/results", "/waves", "/events"} & {address.rstrip("/") for address in menu.split('"') if address[:1] == "/"}
