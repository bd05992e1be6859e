"""A list with more events than a page holds: each stands on one page, newest first, whatever is corrected or left out."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.events.rules import Row
from surveyapp.events.store import Place, Wanted
from tests.conftest import MakeApp, ticking
from tests.surveyapp.events.plans import SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.signing_in import sign_in

FIRST = date(2026, 1, 5)
"""Events are held on six days from then on."""
DAYS = st.none() | st.integers(0, 5).map(lambda days: FIRST + timedelta(days))
WANTED = st.builds(
    Wanted,
    row=st.sampled_from([None, TRAINING.indicator, SUPPORT.indicator]),
    first=DAYS,
    last=DAYS,
    ids=st.just(()) | st.lists(st.integers(1, 20), min_size=1).map(tuple),
    known_on=st.sampled_from([None, date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 20)]),
)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """Fourteen events of two rows on six days; some corrected to another day a day later, one withdrawn."""
    app, later = make_app(now=ticking()), make_app(now=ticking(days=1))
    load_plan(app)
    with app.app_context():
        organiser = somebody("organiser", "social_service")
        rows: list[Row] = [TRAINING, SUPPORT]
        events = [
            store.log(organiser, rows[number % 2], held(str(FIRST + timedelta(number * 5 % 6)), 20 + number))
            for number in range(14)
        ]
    with later.app_context():
        for event, days in zip(events[:4], (5, 0, 3, 3), strict=True):
            store.correct(organiser, event, 1, held(str(FIRST + timedelta(days)), 30), "cita diena")
        store.withdraw(organiser, events[7], 1, "nenotika")
    return later


def test_the_pages_together_are_the_whole_list_for_any_choice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_LISTED", 3)
    with app.app_context():
        place = municipalities.find("cesis").id

        @given(WANTED)
        def checked(wanted: Wanted) -> None:
            whole = store.listed(place, wanted)
            past: Place | None = None
            found = []
            for _page in range(len(whole) // 3 + 1):
                page = store.page(place, wanted, past)
                assert page.total == len(whole)
                assert len(page.events) <= 3
                found += page.events
                past = page.older
                if past is None:
                    break
            assert past is None
            assert found == whole

        checked()


def test_older_events_are_one_link_away_and_the_newest_again_one_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_LISTED", 10)
    for role, address in (("coordinator", "/events/all?lang=en&row=1.1.a"), ("organiser", "/events/?lang=en")):
        client = app.test_client()
        sign_in(client, app, role, email=f"{role}.reader@example.org")
        shown: list[str] = []
        newest = client.get(address).text
        monkeypatch.setattr(store, "MOST_LISTED", 5)
        page = client.get(address).text
        assert "newest first, 5 on this page" in page
        while True:
            shown += re.findall(r'href="/events/(\d+)">', page)
            older = re.search(r'href="([^"]+)">Older events', page)
            if older is None:
                break
            page = client.get(older[1].replace("&amp;", "&")).text
            assert "Newest events" in page
        assert len(shown) == len(set(shown)) == (7 if role == "coordinator" else 14)
        assert set(re.findall(r'href="/events/(\d+)">', newest)) <= set(shown)
        monkeypatch.setattr(store, "MOST_LISTED", 10)


def test_an_address_that_names_no_place_in_the_list_shows_the_newest(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, app, "coordinator")
    client.get("/?lang=en")
    for past in ("x", "2026-01-05", "2026-13-45/3", "/", "2026-01-05/99999999999999999999"):
        page = client.get("/events/all", query_string={"past": past})
        assert page.status_code == 200
        assert len(re.findall(r'href="/events/(\d+)">', page.text)) == 14
