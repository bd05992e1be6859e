"""Where passkeys can be, and what is refused before a key is looked at; a real browser shows that they work."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import municipalities
from surveyapp.staff import passkeys, store
from tests.surveyapp.signing_in import csrf_token, sign_in


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://anketa.example.lv", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
        ("http://anketa.example.lv", False),
    ],
)
def test_a_passkey_belongs_to_a_name_over_https_or_to_localhost(address: str, possible: bool) -> None:  # noqa: FBT001 - a table's column
    assert passkeys.possible(address) is possible


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", '{"id": 7}', '{"id": "abc"}', "[" * 10_000, json.dumps({"id": "abc", "response": {"x": None}})],
)
def test_what_no_device_answers_signs_nobody_in(app: Flask, client: FlaskClient, answer: str) -> None:
    with app.app_context():
        store.add_account(municipalities.find(None).id, "maris@example.org", "steward", None, by="test")
    form = csrf_token(client.get("/staff/sign-in?lang=en"))
    with client.session_transaction() as cookie:
        cookie["challenge"] = [passkeys.new_challenge(), "2026-11-21T10:30:00+00:00"]
    done = client.post("/staff/sign-in", data={"csrf_token": form, "credential": answer}, follow_redirects=True)
    assert "did not fit" in done.get_data(as_text=True)
    assert client.get("/waves/").status_code == 302


@pytest.mark.parametrize(
    "answer", ["", "{}", '{"id": "abc", "rawId": "abc", "type": "public-key", "response": {}}', "[" * 10_000]
)
def test_what_no_device_made_is_not_kept(app: Flask, client: FlaskClient, answer: str) -> None:
    sign_in(client, app, "steward")
    form = csrf_token(client.get("/staff/account?lang=en"))
    with client.session_transaction() as cookie:
        cookie["challenge"] = [passkeys.new_challenge(), "2026-11-21T10:30:00+00:00"]
    done = client.post("/staff/account/passkeys", data={"csrf_token": form, "credential": answer}, follow_redirects=True)
    assert "was not made" in done.get_data(as_text=True)
