"""Open data send a page again only if it changed, and read of the database only what is asked for."""

from flask import Flask
from sqlalchemy import event

from surveyapp.core import municipalities
from surveyapp.ledger import publication_store
from tests.surveyapp.opendata.test_open_data import BASE, PUBLIC, furnish, one_app
from tests.surveyapp.signing_in import sign_in

__all__ = ["furnish", "one_app"]


def test_a_page_that_is_as_it_was_is_not_sent_again_and_a_changed_one_is(one_app: Flask) -> None:
    reader, coordinator = one_app.test_client(), one_app.test_client()
    sign_in(coordinator, one_app, "coordinator")
    pages = ("/open-data/", "/open-data/cesis/", "/open-data/methods", BASE, f"{BASE}plan_rows/")
    tags = {}
    for person in (reader, coordinator):
        for page in pages:
            answer = person.get(page)
            tags[page] = answer.headers["ETag"]
            again = person.get(page, headers={"If-None-Match": tags[page]})
            assert (again.status_code, again.data) == (304, b""), page
            assert "Set-Cookie" not in answer.headers, page
            assert "Set-Cookie" not in again.headers, page
    with one_app.app_context():
        publication_store.note(municipalities.find("cesis").id, PUBLIC, "test", "vēlāk labots")
    assert reader.get(BASE, headers={"If-None-Match": tags[BASE]}).status_code == 200


def test_of_a_town_that_published_nothing_no_release_is_read_and_of_another_only_its_own(one_app: Flask) -> None:
    with one_app.app_context():
        municipalities.create("madona", "Madonas novads")
    asked: list[str] = []

    @event.listens_for(one_app.extensions["engine"], "before_cursor_execute")
    def noted(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    reader = one_app.test_client()
    for place, status, most in (("madona", 404, 1), ("nowhere", 404, 1), ("cesis", 200, 100)):
        asked.clear()
        assert reader.get(f"/open-data/{place}/").status_code == status
        assert 1 <= sum("release" in statement for statement in asked) <= most, place
