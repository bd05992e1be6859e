"""The audit trail as an auditor reads it: in words of the page's language, whoever and whatever made the entry."""

import re
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import audit, municipalities
from surveyapp.ledger.release_acts import Kind
from surveyapp.staff.audit_words import DEEDS
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.signing_in import sign_in

APP = Path(__file__).parents[3] / "surveyapp"


def test_the_trail_is_told_in_words_of_the_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = municipalities.find("cesis").id
        before: audit.Facts = {"unique_persons": 14, "state": "draft"}
        after: audit.Facts = {"unique_persons": 12, "state": "open", "hours": 1.5}
        audit.record("anna@example.org", "event.corrected", "event 7", municipality_id=place, before=before, after=after)
    sign_in(client, app, "auditor")
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/staff/audit?lang=lv").get_data(as_text=True)).split())
    assert "Pasākums labots : pasākums nr. 7" in page
    assert "dažādi cilvēki: 14 → 12" in page
    assert "stāvoklis: melnraksts → pieņem atbildes" in page
    assert "stundas: 1,5" in page
    assert "Konts izveidots" in page
    assert "loma: Revidents" in page
    assert "event.corrected" not in page


def test_an_institution_is_called_by_its_name_and_what_stayed_the_same_is_not_struck_through(
    app: Flask, client: FlaskClient
) -> None:
    load_plan(app)
    with app.app_context():
        place = municipalities.find("cesis").id
        before: audit.Facts = {"state": "draft"}
        after: audit.Facts = {"state": "draft", "institution": "social_service"}
        audit.record("anna@example.org", "wave.key_made", "a", municipality_id=place, before=before, after=after)
        nowhere: audit.Facts = {"institution": None, "rules": 2}
        audit.record("anna@example.org", "result.frozen", "wave 3", municipality_id=place, before={}, after=nowhere)
    sign_in(client, app, "auditor")
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/staff/audit?lang=lv").get_data(as_text=True)).split())
    assert "iestāde: Sociālais dienests" in page
    assert "stāvoklis: melnraksts" in page
    assert "→" not in page
    assert "Rezultāts nofiksēts : kārta nr. 3 iestāde: –" in page


def test_older_entries_are_reached_page_by_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = municipalities.find("cesis").id
        for number in range(1, 121):
            audit.record("anna@example.org", "event.logged", f"event {number}", municipality_id=place, before={}, after={})
    sign_in(client, app, "auditor")
    seen: list[int] = []
    address: str | None = "/staff/audit?lang=en"
    while address:
        page = client.get(address).get_data(as_text=True)
        seen += [int(number) for number in re.findall(r"event (\d+)<", page)]
        link = re.search(r'href="(/staff/audit\?before=\d+)"', page)
        address = link[1] if link else None
    assert seen == list(range(120, 0, -1))
    assert client.get(f"/staff/audit?before={10**30}").status_code == 200


@pytest.mark.parametrize("recorded", ["event.unheard_of", "wave.<b>bold</b>"])
def test_a_deed_without_words_is_shown_as_it_is_recorded(app: Flask, client: FlaskClient, recorded: str) -> None:
    with app.app_context():
        place = municipalities.find("cesis").id
        audit.record("anna@example.org", recorded, "x", municipality_id=place, before={}, after={"unknown_fact": True})
    sign_in(client, app, "auditor")
    page = client.get("/staff/audit?lang=en").get_data(as_text=True)
    assert recorded.replace("<", "&lt;").replace(">", "&gt;") in page
    assert "unknown_fact: yes" in page


def test_every_deed_that_the_app_records_has_words() -> None:
    call = re.compile(r'\b_?record\(\s*[\w.]+,\s*(?:"([a-z]+\.[a-z_]+)"(?: if [\w ]+ else "([a-z]+\.[a-z_]+)")?)')
    found = {deed for file in APP.rglob("*.py") for pair in call.findall(file.read_text("utf-8")) for deed in pair if deed}
    assert {"event.logged", "wave.opened", "account.added", "result.frozen"} <= found
    found |= {f"release.{kind}" for kind in get_args(Kind)}
    assert found <= set(DEEDS)
