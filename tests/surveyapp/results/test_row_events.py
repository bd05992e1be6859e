"""The page of one row: judged by its own events alone, which stand on it a page at a time."""

import random
import re
from datetime import date

import pytest
from flask import Flask

from questionnaires.library import find_plan
from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.plans import store as plan_store
from surveyapp.results import plan_results, row_events
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import TRAINING, held, load_plan, somebody
from tests.surveyapp.events.test_bundles import _log
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import sign_in


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """An app with the plan of Cēsis and the small one."""
    app = make_app()
    load_plan(app)
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    return app


@pytest.mark.parametrize("known_on", [None, date(2026, 11, 20)])
@pytest.mark.parametrize("key", ["small", "cesis-2025-2027"])
def test_a_row_by_its_own_events_is_judged_as_with_all_of_them_and_its_pages_name_each_that_was_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch, key: str, known_on: date | None
) -> None:
    monkeypatch.setattr(store, "MOST_LISTED", 3)
    with app.app_context():
        somebody("organiser", "social_service")
        place = municipalities.find("cesis").id
        plan = plan_store.find(place, key)
        assert plan is not None
        _log(place, plan, random.Random(key))  # noqa: S311 - a test that repeats itself
        whole = plan_results.judged_as(place, plan, known_on or date(2026, 11, 21), known_on)
        for row in whole.rows:
            past: store.Place | None = None
            named: list[str] = []
            while True:
                judged, events = row_events.judged(place, plan, row.indicator.id, known_on, past)
                found = judged.row(row.indicator.id)
                assert found is not None
                assert (found.result, found.due_now) == (row.result, row.due_now)
                assert [each.result.to_json() for each in found.missing] == [each.result.to_json() for each in row.missing]
                assert [each.result.to_json() for each in found.targets] == [each.result.to_json() for each in row.targets]
                assert found.number_of_events == row.number_of_events
                named += [each.reference for each in events.records]
                if events.older is None:
                    break
                past = store.past_of(events.older)
            assert named == [each.reference for each in reversed(whole.events_of(row))]


def test_the_page_of_a_row_leads_to_older_events_and_back(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    load_plan(app)
    with app.app_context():
        coordinator = somebody("coordinator")
        for day in range(1, 6):
            store.log(coordinator, TRAINING, held(f"2026-03-{day:02}", 20 + day, title=f"Nr. {day}"))
    client = app.test_client()
    sign_in(client, app, "group")
    monkeypatch.setattr(store, "MOST_LISTED", 2)
    shown, address = [], "/results/plan/1.1.a?lang=en"
    for _page in range(3):
        page = client.get(address).text
        shown.append(re.findall(r">(Nr\. \d)</a>", page))
        assert "5 events" in text(client, address)
        older = re.search(r'href="([^"]*)">Older events', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert shown == [["Nr. 5", "Nr. 4"], ["Nr. 3", "Nr. 2"], ["Nr. 1"]]
    assert not address
    assert "← Newer events" in page
