"""Open data send a page again only if it changed, and read of the database only what is asked for."""

import gzip

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.core.models import Municipality
from surveyapp.ledger import publication_store
from surveyapp.opendata import publishing
from surveyapp.releases import making
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


def test_what_is_said_of_a_release_stands_on_its_page_at_once_though_the_page_is_drawn_once(one_app: Flask) -> None:
    visitor = one_app.test_client()
    with one_app.app_context():
        place = municipalities.find("cesis").id

    def page(language: str = "lv", **asked: str) -> str:
        asked["lang"] = language
        answer = visitor.get(BASE, query_string=asked, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        return gzip.decompress(answer.data).decode() if "Content-Encoding" in answer.headers else answer.text

    asked: list[str] = []
    event.listen(one_app.extensions["engine"], "before_cursor_execute", lambda *told: asked.append(told[2]))
    first = page()
    drawn, asked[:] = len(asked), []
    assert page() == first
    assert len(asked) < drawn
    assert page("ru") != first
    assert "page=7" in page(page="7")
    assert page() == first
    with one_app.app_context():
        publication_store.note(place, PUBLIC, "test", "vēlāk labots")
    noted = page()
    assert "vēlāk labots" in noted
    with one_app.app_context():
        making.make(place, "public", "maker@example.org")
        publishing.publish(place, PUBLIC + 1, "test")
    assert f'href="/open-data/cesis/{PUBLIC + 1}/"' in page()
    with one_app.app_context():
        publication_store.withdraw(place, PUBLIC + 1, "test", "kļūda")
    assert page() == noted
    with one_app.app_context(), writing() as session:
        session.execute(update(Municipality).values(name="Cēsis"))
    assert "Cēsis" in page()
    with one_app.app_context():
        publication_store.withdraw(place, PUBLIC, "test", "kļūda")
    assert visitor.get(BASE).status_code == 404


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
