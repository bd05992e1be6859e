"""Pages that cost much: how many at once and by one person, and that everybody else is served meanwhile."""

import threading

import pytest
from flask import Flask

from surveyapp.core import costly
from surveyapp.core.access import Permission, requires
from surveyapp.core.limits import SourceLimit
from tests.promises.test_routes import rules
from tests.surveyapp.signing_in import sign_in

COSTLY = {
    *("report.file", "releases.file", "registration.certificates_pdf", "plans.as_workbook", "plans.upload"),
    *("plans.empty_workbook", "workshop.as_workbook", "workshop.upload", "events.upload", "events.empty_sheet"),
    *("events.add_evidence", "imports.import_wave", "registration.people_xlsx", "feedback.poster_pdf"),
}


def test_reports_workbooks_and_files_that_are_read_take_turns(one_app: Flask) -> None:
    found = {rule.endpoint for rule in rules(one_app) if _takes_turns(one_app, rule.endpoint)}
    assert found == COSTLY


def _takes_turns(app: Flask, endpoint: str) -> bool:
    return app.view_functions[endpoint].__code__.co_filename == costly.__file__


def test_one_person_cannot_ask_for_files_without_end_and_a_colleague_at_the_same_address_can(one_app: Flask) -> None:
    one_app.extensions["costly_limit"] = SourceLimit(2, 600, costly._who)
    greedy, other = one_app.test_client(), one_app.test_client()
    sign_in(greedy, one_app, "coordinator")
    sign_in(other, one_app, "coordinator", email="other@example.org")
    assert [greedy.get("/plans/template.xlsx").status_code for _ in range(3)] == [200, 200, 429]
    assert other.get("/plans/template.xlsx").status_code == 200
    assert [greedy.get("/plans/upload").status_code for _ in range(3)] == [200, 200, 200]  # only a form


def test_while_every_turn_is_taken_a_respondent_is_served_and_the_next_is_told_to_wait(
    one_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, done = threading.Barrier(costly.AT_ONCE + 1), threading.Event()

    @requires(Permission.PUBLIC)
    @costly.costly
    def slow() -> str:
        begun.wait(20)
        done.wait(20)
        return "done"

    one_app.add_url_rule("/slow", "slow", slow)
    monkeypatch.setattr(costly, "PATIENCE_S", 0.05)
    threads = [threading.Thread(target=lambda: one_app.test_client().get("/slow")) for _ in range(costly.AT_ONCE)]
    for each in threads:
        each.start()
    begun.wait(20)
    try:
        told = one_app.test_client().get("/slow?lang=en")
        assert told.status_code == 503
        assert "Wait a minute" in told.get_data(as_text=True)
        assert one_app.test_client().get("/s/").status_code == 200
    finally:
        done.set()
        for each in threads:
            each.join()
