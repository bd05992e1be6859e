"""Pages of a release out of what a worker keeps: never a stale one, another's, or one of a release that was altered."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.events import store
from surveyapp.ledger import store as ledger
from surveyapp.ledger.read_documents import ReadDocuments, hash_of
from surveyapp.plans import store as plan_store
from surveyapp.releases import making
from tests.surveyapp.events.plans import PLAN, TRAINING, held, load_plan, somebody
from tests.surveyapp.national.test_comparison import alter
from tests.surveyapp.releases.test_releases import correct
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.signing_in import sign_in

PAGE = "/results/releases/1/surveys"


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """Two municipalities: one with an event and two opened surveys, the other with a plan alone."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            plan_store.load(
                PLAN.replace("municipality: cesis", "municipality: liepaja"),
                "small.yaml",
                municipalities.create("liepaja", "Liepāja"),
                "test",
            )
            store.log(somebody("coordinator"), TRAINING, held("2026-03-01", 25, title="=Pirmā"))
        two_waves(app)

    return fill


@pytest.fixture
def group(one_app: Flask) -> FlaskClient:
    """Somebody of the group, in whose worker the page of surveys is kept already; both municipalities have a release."""
    with one_app.app_context():
        for slug in ("cesis", "liepaja"):
            making.make(municipalities.find(slug).id, "group", "test")
    client = signed_in(one_app, "group")
    for _twice in range(2):
        assert client.get(f"{PAGE}?lang=en").status_code == 200
    return client


def signed_in(app: Flask, role: str, municipality: str = "cesis", name: str = "") -> FlaskClient:
    """A browser of somebody new."""
    client = app.test_client()
    sign_in(client, app, role, email=f"{name or role}@{municipality}.example.org", municipality=municipality)
    return client


def anew(app: Flask, client: FlaskClient, address: str) -> str:
    """A page as it is drawn where nothing is kept."""
    for name in [name for name in app.extensions if name.startswith("moulds")]:
        del app.extensions[name]
    return client.get(address).text


def test_a_kept_page_is_to_the_letter_what_is_drawn_for_that_language_role_and_municipality(
    one_app: Flask, group: FlaskClient
) -> None:
    readers = (group, signed_in(one_app, "coordinator"), signed_in(one_app, "group", "liepaja"))
    addresses = [f"{PAGE}?lang={language}" for language in ("en", "lv", "ru")]
    kept = {(reader, address): reader.get(address).text for address in addresses for reader in readers}
    assert len(set(kept.values())) == len(kept)
    for (reader, address), page in kept.items():
        assert page == reader.get(address).text == anew(one_app, reader, address)
    assert "This release holds no survey." in kept[readers[2], addresses[0]]


def test_a_correction_is_told_on_the_page_of_the_release_at_once(one_app: Flask, group: FlaskClient) -> None:
    page = "/results/releases/1?lang=en"
    assert "Note: found out since" not in group.get(page).text
    correct(one_app, 31, "Saraksts pārskaitīts")
    noted = group.get(page).text
    assert "Note: found out since" in noted
    assert "Saraksts pārskaitīts" in noted


def test_a_message_that_waits_is_told_once_and_to_nobody_else(one_app: Flask, group: FlaskClient) -> None:
    before = group.get(f"{PAGE}?lang=en").text
    with group.session_transaction() as cookie:
        cookie["_flashes"] = [("info", "For one person alone")]
    assert "For one person alone" in group.get(f"{PAGE}?lang=en").text
    another = signed_in(one_app, "group", name="another")
    assert group.get(f"{PAGE}?lang=en").text == another.get(f"{PAGE}?lang=en").text == before


def test_whoever_was_signed_out_or_shut_out_meanwhile_gets_no_kept_page(one_app: Flask, group: FlaskClient) -> None:
    other = signed_in(one_app, "coordinator")
    assert other.get(PAGE).status_code == 200
    other.post("/staff/sign-out")
    assert other.get(PAGE).status_code == 302
    with one_app.app_context(), writing() as session:
        session.execute(sql("UPDATE account SET disabled = true WHERE role = 'group'"))
    assert group.get(PAGE).status_code == 302


def test_a_release_altered_after_its_pages_were_kept_is_not_given_out(one_app: Flask, group: FlaskClient) -> None:
    alter(one_app, "cesis")
    assert group.get(PAGE).status_code == 409


def test_what_was_read_of_a_release_stays_as_it_was_whatever_is_drawn_of_it(one_app: Flask, group: FlaskClient) -> None:
    for address in ("", "/surveys", "/rows/1.1.a", ".csv", ".xlsx", ".json", ".datapackage"):
        assert group.get(f"/results/releases/1{address}").status_code == 200
    with one_app.app_context():
        release = ledger.find(municipalities.find("cesis").id, 1)
    assert release is not None
    assert hash_of(ledger.canonical(release.document)) == release.hash


def test_documents_that_were_read_are_kept_within_a_bound_and_an_altered_text_is_none() -> None:
    texts = [ledger.canonical({"number": number, "filling": "ā" * 1000}) for number in range(5)]
    read = ReadDocuments(2500)
    first = [read.document(hash_of(text), text) for text in texts]
    again = [read.document(hash_of(text), text) for text in texts[:2:-1]]
    assert [kept is one for kept, one in zip(again, first[:2:-1], strict=True)] == [True, True]
    gone = read.document(hash_of(texts[0]), texts[0])
    assert gone == first[0]
    assert gone is not first[0]
    for text in (texts[0], texts[1]):  # one that is kept, one that is not
        assert read.document(hash_of(text), text.replace("ā", "b", 1)) is None


@pytest.mark.parametrize("asked", ["search=own+words", "lang=en&search=own+words"])
def test_what_one_reader_has_in_the_address_is_on_no_page_of_another(one_app: Flask, group: FlaskClient, asked: str) -> None:
    for name in [name for name in one_app.extensions if name.startswith("moulds")]:
        del one_app.extensions[name]
    language = "lang=en" if "lang" in asked else ""
    assert "search=own+words" in group.get(f"{PAGE}?{asked}").text, "the way to other languages keeps it"
    assert "search" not in signed_in(one_app, "group", name="other").get(f"{PAGE}?{language}").text
    assert "search=own+words" in group.get(f"{PAGE}?{asked}").text
