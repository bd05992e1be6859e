"""A list with more events than a page holds: each stands on one page, newest first, and each page says where it is."""

import html
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from surveyapp.core import municipalities
from surveyapp.events import rules, store
from surveyapp.events.rules import LoggedEvent, Row
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
        for number, days in zip(events[:4], (5, 0, 3, 3), strict=True):
            store.correct(organiser, number, 1, held(str(FIRST + timedelta(days)), 30), "cita diena")
        store.withdraw(organiser, events[7], 1, "nenotika")
    return later


@pytest.mark.parametrize("many", [0, store.MANY], ids=["gone-through-by-day", "looked-up"])
def test_the_pages_together_are_the_whole_list_for_any_choice(app: Flask, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(store, "MANY", many)
    monkeypatch.setattr(store, "MOST_LISTED", 3)
    with app.app_context():
        place = municipalities.find("cesis").id

        @given(WANTED)
        def checked(wanted: Wanted) -> None:
            whole = store.listed(place, wanted)
            past: Place | None = None
            found: list[LoggedEvent] = []
            begins: list[Place | None] = []
            for _page in range(len(whole) // 3 + 1):
                page = store.page(place, wanted, past)
                assert (page.total, page.first) == (len(whole), len(found) + 1)
                assert page.newer == (begins[-1] if begins else None)
                assert len(page.events) <= 3
                found += page.events
                begins.append(past)
                past = page.older
                if past is None:
                    break
            assert past is None
            assert found == whole

        checked()


@pytest.mark.parametrize(
    ("role", "address", "count"), [("coordinator", "/events/all?lang=en&row=1.1.a", 7), ("organiser", "/events/?lang=en", 14)]
)
def test_each_page_says_which_events_stand_on_it_and_leads_to_newer_and_older_ones(
    app: Flask, monkeypatch: pytest.MonkeyPatch, role: str, address: str, count: int
) -> None:
    client = app.test_client()
    sign_in(client, app, role, email=f"{role}.reader@example.org")
    assert "on this page" not in client.get(address).text
    monkeypatch.setattr(store, "MOST_LISTED", 3)
    pages = [client.get(address).text]
    while (older := link(pages[-1], "Older events →")) is not None:
        pages.append(client.get(older).text)
    shown = [events_on(page) for page in pages]
    assert len({*chain(*shown)}) == len([*chain(*shown)]) == count
    for number, page in enumerate(pages):
        first, last = 3 * number + 1, min(3 * number + 3, count)
        told = f"{first}–{last}" if last > first else str(first)
        assert f"Events {told} of {count}, newest first" in page
        newer = link(page, "← Newer events")
        assert (newer is None) == (number == 0)
        if newer is not None:
            assert events_on(client.get(newer).text) == shown[number - 1]
        newest = link(page, "Newest events")
        assert (newest is None) == (number < 2), "the page of newer events is that of the newest"
        if newest is not None:
            assert events_on(client.get(newest).text) == shown[0]


def test_past_the_oldest_event_a_page_says_so_and_leads_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_LISTED", 5)
    client = app.test_client()
    sign_in(client, app, "coordinator")
    page = client.get("/events/all?lang=en&past=2020-01-01/1").text
    assert "There are no older events." in page
    assert len(events_on(client.get(link(page, "← Newer events") or "").text)) == 5


def test_another_language_shows_the_same_events_of_the_same_page_and_choice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_LISTED", 2)
    client = app.test_client()
    sign_in(client, app, "coordinator")
    page = client.get("/events/all?lang=en&row=1.1.a&from=2026-01-05&to=2026-01-10&event=1&event=3&event=5&event=9").text
    page = client.get(link(page, "Older events →") or "").text
    latvian = link(page, "Latviešu")
    assert latvian is not None
    assert latvian.startswith("?lang=lv&")
    other = client.get(f"/events/all{latvian}").text
    assert '<html lang="lv">' in other
    assert events_on(other) == events_on(page)
    assert len(events_on(page)) == 2
    assert 'value="2026-01-10"' in other


def test_usual_rows_and_the_last_event_are_told_from_the_last_events_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    sign_in(client, app, "organiser", email="organiser.reader@example.org")
    read: list[int] = []

    @event.listens_for(app.extensions["engine"], "before_cursor_execute")
    def noted(_connection: object, _cursor: object, statement: str, parameters: Sequence[object], *_rest: object) -> None:
        if "head_count.title" in statement:
            read.append(len(parameters))

    monkeypatch.setattr(rules, "LATEST", 3)
    page = client.get("/events/log?lang=en").text
    assert "Your usual rows" in page
    assert "Copy the last event" in page
    assert read == [3], "of fourteen events"


def link(page: str, name: str) -> str | None:
    """The address that a link of that name leads to, None if there is none."""
    found = re.search(rf'href="([^"]+)"[^>]*>{re.escape(name)}<', page)
    return html.unescape(found[1]) if found else None


def events_on(page: str) -> list[str]:
    """The numbers of the events that a page lists."""
    return re.findall(r'href="/events/(\d+)">', page)


def test_an_address_that_names_no_place_in_the_list_shows_the_newest(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, app, "coordinator")
    client.get("/?lang=en")
    for past in ("x", "2026-01-05", "2026-13-45/3", "/", "2026-01-05/99999999999999999999"):
        page = client.get("/events/all", query_string={"past": past})
        assert page.status_code == 200
        assert len(events_on(page.text)) == 14
