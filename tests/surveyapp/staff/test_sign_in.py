"""Signing in, out, and what a link or a password is good for."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.staff import store
from surveyapp.staff.models import Account
from tests.conftest import MakeApp, fixed_clock
from tests.surveyapp.signing_in import csrf_token, sign_in


def test_a_link_signs_in_once(app: Flask) -> None:
    with app.app_context():
        store.add_account(municipalities.find(None).id, "anna@example.org", "group", None, by="test")
        token = store.make_link("anna@example.org")
    first, second = app.test_client(), app.test_client()
    form = csrf_token(first.get(f"/staff/link/{token}"))
    assert first.post(f"/staff/link/{token}", data={"csrf_token": form}).status_code == 302
    assert first.get("/staff/account").status_code == 200
    assert second.get(f"/staff/link/{token}").status_code == 410


def test_opening_a_link_does_not_use_it_up(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        store.add_account(municipalities.find(None).id, "anna@example.org", "group", None, by="test")
        token = store.make_link("anna@example.org")
    for _ in range(3):
        assert client.get(f"/staff/link/{token}").status_code == 200


def test_a_link_ends_after_three_days(make_app: MakeApp) -> None:
    app = make_app()
    with app.app_context():
        store.add_account(municipalities.find(None).id, "anna@example.org", "group", None, by="test")
        token = store.make_link("anna@example.org")
    later = make_app(now=lambda: fixed_clock() + timedelta(hours=73))
    assert later.test_client().get(f"/staff/link/{token}").status_code == 410


def test_a_password_can_be_set_and_then_signs_in(app: Flask, client: FlaskClient) -> None:
    email = sign_in(client, app, "group")
    page = client.get("/staff/account")
    words = "zaļa ūdensroze kāpj kalnā"
    done = client.post("/staff/account", data={"csrf_token": csrf_token(page), "password": words, "again": words})
    assert done.status_code == 302
    other = app.test_client()
    form = csrf_token(other.get("/staff/sign-in"))
    answer = other.post("/staff/sign-in", data={"csrf_token": form, "email": email.upper(), "password": words})
    assert answer.status_code == 302
    assert other.get("/staff/account").status_code == 200


def test_a_wrong_password_keeps_what_was_typed_and_says_what_to_do(client: FlaskClient) -> None:
    form = csrf_token(client.get("/staff/sign-in?lang=en"))
    answer = client.post("/staff/sign-in", data={"csrf_token": form, "email": "nobody@example.org", "password": "x"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "nobody@example.org" in page
    assert "do not fit" in page


def test_a_form_without_its_token_is_shown_again_filled(client: FlaskClient) -> None:
    answer = client.post("/staff/sign-in?lang=lv", data={"email": "anna@example.org", "password": "x"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "anna@example.org" in page
    assert "Lūdzu, nosūtiet to vēlreiz." in page
    assert "CSRF" not in page
    again = {"csrf_token": csrf_token(answer), "email": "anna@example.org", "password": "x"}
    assert "do not fit" in client.post("/staff/sign-in?lang=en", data=again).get_data(as_text=True)


@pytest.mark.parametrize("email", ["anna\0@example.org", "\0"])
def test_an_address_that_no_database_holds_is_one_that_does_not_fit(client: FlaskClient, email: str) -> None:
    form = csrf_token(client.get("/staff/sign-in?lang=en"))
    answer = client.post("/staff/sign-in", data={"csrf_token": form, "email": email, "password": "x\0"})
    assert answer.status_code == 422
    assert "do not fit" in answer.get_data(as_text=True)


def test_signing_out_ends_the_session_on_the_server(app: Flask, client: FlaskClient) -> None:
    sign_in(client, app, "group")
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.post("/staff/sign-out")
    client.set_cookie("session", cookie.value)
    assert client.get("/staff/account").status_code == 302


def test_a_session_ends_by_itself(make_app: MakeApp) -> None:
    moment = fixed_clock()
    app = make_app(now=lambda: moment)
    client = app.test_client()
    sign_in(client, app, "group")
    moment = datetime(2026, 11, 21, 20, 1, tzinfo=UTC)
    assert client.get("/staff/account").status_code == 302


def test_a_password_change_signs_other_devices_out(app: Flask, client: FlaskClient) -> None:
    email = sign_in(client, app, "group")
    other = app.test_client()
    with app.app_context():
        token = store.make_link(email)
    other.post(f"/staff/link/{token}", data={"csrf_token": csrf_token(other.get(f"/staff/link/{token}"))})
    assert other.get("/staff/account").status_code == 200
    words = "zaļa ūdensroze kāpj kalnā"
    page = client.get("/staff/account")
    client.post("/staff/account", data={"csrf_token": csrf_token(page), "password": words, "again": words})
    assert client.get("/staff/account").status_code == 200
    assert other.get("/staff/account").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\n/evil.example"]
)
def test_signing_in_never_leads_to_another_site(app: Flask, target: str) -> None:
    with app.app_context():
        store.add_account(municipalities.find(None).id, "anna@example.org", "group", None, by="test")
        token = store.make_link("anna@example.org")
    client = app.test_client()
    form = csrf_token(client.get(f"/staff/link/{token}"))
    answer = client.post(f"/staff/link/{token}", query_string={"next": target}, data={"csrf_token": form})
    assert answer.headers["Location"].startswith("/results")


def test_the_database_holds_no_token_and_no_password(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    sign_in(client, sqlite_app, "group")
    words = "zaļa ūdensroze kāpj kalnā"
    page = client.get("/staff/account")
    client.post("/staff/account", data={"csrf_token": csrf_token(page), "password": words, "again": words})
    with client.session_transaction() as session:
        token = session["token"]
    folder = sqlite_app.extensions["settings"].data_dir
    everything = b"".join(path.read_bytes() for path in folder.glob("surveyapp.sqlite3*"))
    assert token.encode() not in everything
    assert words.encode() not in everything
    assert b"$argon2id$" in everything


def test_many_wrong_passwords_from_one_place_have_to_wait(client: FlaskClient) -> None:
    form = csrf_token(client.get("/staff/sign-in?lang=en"))
    place = {"REMOTE_ADDR": "192.0.2.7"}
    data = {"csrf_token": form, "email": "nobody@example.org", "password": "x"}
    pages = [client.post("/staff/sign-in", data=data, environ_base=place).get_data(as_text=True) for _ in range(12)]
    assert "do not fit" in pages[0]
    assert "Wait five minutes" in pages[-1]


def test_tries_are_counted_by_household_because_one_has_countless_ipv6_addresses(one_app: Flask) -> None:
    client = one_app.test_client()
    form = csrf_token(client.get("/staff/sign-in?lang=en"))

    def try_from(address: str) -> str:
        wrong = {"csrf_token": form, "email": "anna@example.org", "password": "x"}
        return client.post("/staff/sign-in", data=wrong, environ_base={"REMOTE_ADDR": address}).get_data(as_text=True)

    for number in range(10):
        try_from(f"2001:db8:1:2::{number:x}")
    assert "Too many tries" in try_from("2001:db8:1:2:ffff::1")
    assert "do not fit" in try_from("2001:db8:1:3::1"), "the neighbours are not locked out"


def test_a_form_opened_before_somebody_signed_in_is_not_theirs(app: Flask, client: FlaskClient) -> None:
    sign_in(client, app, "group")
    planted = csrf_token(client.get("/staff/account"))
    sign_in(client, app, "auditor")
    words = {"password": "zaļa ūdensroze kāpj kalnā", "again": "zaļa ūdensroze kāpj kalnā"}
    assert client.post("/staff/account", data={"csrf_token": planted, **words}).status_code == 422


def test_a_disabled_account_is_signed_out_and_stays_out(app: Flask, client: FlaskClient) -> None:
    email = sign_in(client, app, "group")
    with app.app_context():
        with writing() as session:
            session.execute(update(Account).where(Account.email == email).values(disabled=True))
        with pytest.raises(store.AccountError, match="has no account"):
            store.make_link(email)
    assert client.get("/staff/account").status_code == 302
