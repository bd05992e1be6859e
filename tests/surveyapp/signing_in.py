"""Signing in as somebody, through the pages that people use."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.core import municipalities
from surveyapp.staff import session_store, store
from surveyapp.staff.roles import SECOND_FACTOR


def csrf_token(response: TestResponse) -> str:
    """The form token in a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.get_data(as_text=True))
    assert found, "the page holds no form with a token"
    return found[1]


def sign_in(
    client: FlaskClient,
    app: Flask,
    role: str,
    institution: str | None = None,
    email: str | None = None,
    municipality: str = "cesis",
) -> str:
    """Add an account with *role* and sign *client* in with a fresh link; returns the account's address."""
    address = email or f"{role}.{institution or 'any'}@example.org".replace("_", "-")
    if role == "organiser" and institution is None:
        institution = "social_service"
    with app.app_context():
        store.add_account(municipalities.find(municipality).id, address, role, institution, by="test")
        token = store.make_link(address)
    page = client.get(f"/staff/link/{token}")
    done = client.post(f"/staff/link/{token}", data={"csrf_token": csrf_token(page)})
    assert done.status_code == 302
    if role in SECOND_FACTOR:
        prove(client, app)
    return address


def prove(client: FlaskClient, app: Flask) -> None:
    """Have *client*'s session count as one whose second factor was shown; how that is shown the tests of signing in tell."""
    with client.session_transaction() as cookie, app.app_context():
        cookie["token"] = session_store.prove(cookie["token"])
