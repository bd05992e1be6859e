"""Where somebody is signed in, how that ends, and which passwords are refused."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.staff import hashing, store
from surveyapp.staff.passwords import too_common, words_of
from tests.conftest import Hands
from tests.surveyapp.signing_in import csrf_token, sign_in

WORDS = "zaļa ūdensroze kāpj kalnā"
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


def enter(app: Flask, email: str, agent: str) -> FlaskClient:
    """Another browser, signed in with a fresh link."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    with app.app_context():
        token = store.make_link(email)
    client.post(f"/staff/link/{token}", data={"csrf_token": csrf_token(client.get(f"/staff/link/{token}"))})
    return client


def inside(client: FlaskClient) -> bool:
    return client.get("/staff/account").status_code == 200


def test_people_see_where_they_are_signed_in_and_end_each_of_it(app: Flask, client: FlaskClient) -> None:
    email = sign_in(client, app, "group")
    phone, robot, third = enter(app, email, PHONE), enter(app, email, "curl/8"), enter(app, email, "Firefox/128 Windows NT")
    page = client.get("/staff/account?lang=en").get_data(as_text=True)
    assert "Chrome, Android" in page
    assert "SM-A546B" not in page
    assert "Unknown browser" in page
    assert "Firefox, Windows" in page
    assert page.count("this browser") == 1
    handles = dict(re.findall(r'name="session" value="(\w+)">\s*<button[^>]*aria-label="Sign out there: ([^"]+)"', page))
    token = csrf_token(client.get("/staff/account"))
    (phones,) = [handle for handle, device in handles.items() if device == "Chrome, Android"]
    client.post("/staff/account/sessions", data={"csrf_token": token, "session": phones})
    assert [inside(each) for each in (client, phone, robot, third)] == [True, False, True, True]
    client.post("/staff/account/sessions", data={"csrf_token": token})
    assert [inside(each) for each in (client, phone, robot, third)] == [True, False, False, False]


def test_nobody_ends_the_session_of_somebody_else(app: Flask, client: FlaskClient) -> None:
    sign_in(client, app, "group")
    other = app.test_client()
    sign_in(other, app, "auditor")
    with other.session_transaction() as cookie:
        handle = hashing.hashed(cookie["token"])[:16]
    token = csrf_token(client.get("/staff/account"))
    client.post("/staff/account/sessions", data={"csrf_token": token, "session": handle})
    assert inside(other)


def test_a_session_ends_after_two_idle_hours_and_after_ten_busy_ones(app: Flask, client: FlaskClient, hands: Hands) -> None:
    email = sign_in(client, app, "group")
    idle = enter(app, email, "curl/8")
    for _ in range(5):
        hands.moment += timedelta(minutes=110)
        assert inside(client)
    assert not inside(idle)
    hands.moment += timedelta(minutes=55)
    assert not inside(client)


def test_changing_a_password_asks_for_the_present_one(app: Flask, client: FlaskClient) -> None:
    email = sign_in(client, app, "group")

    def change(browser: FlaskClient, **fields: str) -> tuple[int, str]:
        token = csrf_token(browser.get("/staff/account?lang=en"))
        answer = browser.post("/staff/account", data={"csrf_token": token, **fields})
        return answer.status_code, answer.get_data(as_text=True)

    assert change(client, password=WORDS, again=WORDS)[0] == 302
    other = app.test_client()
    form = csrf_token(other.get("/staff/sign-in"))
    other.post("/staff/sign-in", data={"csrf_token": form, "email": email, "password": WORDS})
    newer = "cits tilts pār Gauju"
    assert "present password" in change(other, password=newer, again=newer)[1]
    code, page = change(other, current="wrong", password=newer, again=newer)
    assert code == 422
    assert "not your present password" in page
    assert change(other, current=WORDS, password=newer, again=newer)[0] == 302
    assert not inside(client)


@pytest.mark.parametrize(
    "password",
    [
        "Parole123456", "P@ssw0rd1234", "qwertyuiop12", "1qaz2wsx3edc", "latvijaLatvija", "Cēsis2026!!!!", "123456789012",
        "aaaaaaaaaaaa", "abcabcabcabc", "пароль123456", "ghbdtn123456", "milestiba2025", "group.any1234", "iloveyou1987!",
    ],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_refused(one_app: Flask, password: str) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    token = csrf_token(client.get("/staff/account?lang=en"))
    answer = client.post("/staff/account", data={"csrf_token": token, "password": password, "again": password})
    assert answer.status_code == 422
    assert "guessed soon" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "password",
    [WORDS, "correct horse battery staple", "kx8#Tq1!vWz9", "mans suns ēd zaļu sieru", "тихая река течёт на север"],
)  # fmt: skip
def test_long_passwords_of_ones_own_need_no_digits_and_no_signs(password: str) -> None:
    assert not too_common(password, words_of("ilze.kalnina@example.org"))
    assert too_common("ilzekalnina77", words_of("ilze.kalnina@example.org"))
