"""Open data send a page again only if it changed, and read of the database only what is asked for."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from surveyapp.core import municipalities
from surveyapp.ledger import publication_store
from tests.surveyapp.opendata.test_open_data import API, BASE, PUBLIC, furnish, one_app, reader
from tests.surveyapp.signing_in import sign_in

__all__ = ["furnish", "one_app", "reader"]


def test_a_page_that_is_as_it_was_is_not_sent_again_and_a_changed_one_is(one_app: Flask) -> None:
    visitor, coordinator = one_app.test_client(), one_app.test_client()
    sign_in(coordinator, one_app, "coordinator")
    pages = ("/open-data/", "/open-data/cesis/", "/open-data/methods", BASE, f"{BASE}plan_rows/")
    tags = {}
    for person in (visitor, coordinator):
        for page in pages:
            answer = person.get(page)
            tags[page] = answer.headers["ETag"]
            again = person.get(page, headers={"If-None-Match": tags[page]})
            assert (again.status_code, again.data) == (304, b""), page
            assert "Set-Cookie" not in answer.headers, page
            assert "Set-Cookie" not in again.headers, page
    with one_app.app_context():
        publication_store.note(municipalities.find("cesis").id, PUBLIC, "test", "vēlāk labots")
    assert visitor.get(BASE, headers={"If-None-Match": tags[BASE]}).status_code == 200


def test_of_a_town_that_published_nothing_no_release_is_read_and_of_another_only_its_own(one_app: Flask) -> None:
    with one_app.app_context():
        municipalities.create("madona", "Madonas novads")
    asked: list[str] = []

    @event.listens_for(one_app.extensions["engine"], "before_cursor_execute")
    def noted(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    visitor = one_app.test_client()
    for place, status, most in (("madona", 404, 1), ("nowhere", 404, 1), ("cesis", 200, 100)):
        asked.clear()
        assert visitor.get(f"/open-data/{place}/").status_code == status
        assert 1 <= sum("release" in statement for statement in asked) <= most, place


def test_programs_are_answered_by_the_rules_of_http(reader: FlaskClient) -> None:
    for address in (f"{API}/tables/plan_rows", f"{BASE}files/plan_rows.csv"):
        whole = reader.get(address)
        tag = whole.headers["ETag"]
        assert whole.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
        assert whole.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in whole.headers
        assert reader.head(address).headers["Content-Length"] == str(len(whole.data))
        assert not reader.head(address).data
        assert reader.get(address, headers={"If-None-Match": tag}).status_code == 304
        part = reader.get(address, headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.data) == (206, whole.data[2:6])
        beyond = reader.get(address, headers={"Range": f"bytes={len(whole.data)}-"})
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.data)}")
        assert reader.get(address, headers={"Accept": "image/png"}).status_code == 406
        refused = reader.post(address)
        assert (refused.status_code, set(refused.headers["Allow"].split(", "))) == (405, {"GET", "HEAD", "OPTIONS"})
    asked = reader.options(API, headers={"Origin": "https://news.example", "Access-Control-Request-Method": "GET"})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (200, "*")
