"""The second factor: set up at the first sign-in, asked for at every other, each code good once, and what helps without it."""

import re
from datetime import timedelta
from pathlib import Path

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.core import municipalities
from surveyapp.staff import store
from tests.conftest import Hands, app_on, fixed_clock
from tests.surveyapp.signing_in import csrf_token

WORDS = "zaļa ūdensroze kāpj kalnā"
PERIOD = timedelta(seconds=30)


def add(app: Flask, role: str = "coordinator", email: str = "ilze@example.org") -> str:
    """Add an account; returns the address of a link for it."""
    with app.app_context():
        store.add_account(municipalities.find(None).id, email, role, None, by="test")
        return f"/staff/link/{store.make_link(email)}"


def press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Open a page and send its form."""
    return client.post(address, data={"csrf_token": csrf_token(client.get(address)), **fields})


def follow(client: FlaskClient, address: str) -> str:
    """Use a link; returns where it leads."""
    return press(client, address).headers["Location"]


def begin(client: FlaskClient) -> str:
    """Begin setting one-time codes up; returns the secret that the page shows in letters."""
    token = csrf_token(client.get("/staff/account/second-factor"))
    assert client.post("/staff/account/one-time-codes/begin", data={"csrf_token": token}).status_code == 302
    page = client.get("/staff/account/one-time-codes?lang=en").get_data(as_text=True)
    letters = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert letters, page
    assert f"secret={letters[1].replace(' ', '')}" in page
    assert 'src="data:image/svg' in page
    return letters[1].replace(" ", "")


def set_up(client: FlaskClient, app: Flask, role: str = "coordinator") -> tuple[str, list[str]]:
    """Sign in for the first time, set a password and one-time codes; returns the secret and the recovery codes."""
    assert follow(client, add(app, role)).startswith("/")
    if role == "coordinator":
        assert press(client, "/staff/account/password", password=WORDS, again=WORDS).status_code == 302
    else:
        assert press(client, "/staff/account", password=WORDS, again=WORDS).status_code == 302
    secret = begin(client)
    with app.app_context():
        moment = app.extensions["clock"]()
    page = press(client, "/staff/account/one-time-codes", code=pyotp.TOTP(secret).at(moment)).get_data(as_text=True)
    codes = re.findall(r"<code>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>", page)
    assert len(set(codes)) == 8, page
    return secret, codes


def by_password(app: Flask) -> FlaskClient:
    """Another browser that has shown the password."""
    client = app.test_client()
    done = press(client, "/staff/sign-in", email="ilze@example.org", password=WORDS)
    assert done.status_code == 302
    return client


def inside(client: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    return client.get("/waves/").status_code == 200


def test_a_coordinator_sets_up_password_and_codes_at_the_first_sign_in_and_reaches_nothing_before(
    app: Flask, client: FlaskClient
) -> None:
    assert follow(client, add(app)).startswith("/staff/account/second-factor")
    for path in ("/waves/", "/staff/account", "/results/", "/events/"):
        assert client.get(path).headers["Location"].startswith("/staff/sign-in"), path
    assert client.get("/staff/account/second-factor").headers["Location"].startswith("/staff/account/password")
    assert press(client, "/staff/account/password", password=WORDS, again=WORDS).status_code == 302
    assert not inside(client)
    secret = begin(client)
    refused = press(client, "/staff/account/one-time-codes", code="000000")
    assert refused.status_code == 422
    assert secret[:4] in refused.get_data(as_text=True)
    done = press(client, "/staff/account/one-time-codes", code=pyotp.TOTP(secret).at(fixed_clock()))
    assert "ABCD" not in done.get_data(as_text=True)
    assert inside(client)
    for page in ("/staff/account?lang=en", "/staff/account/second-factor?lang=en"):
        assert "8 codes are left" in client.get(page).get_data(as_text=True) or "One-time codes are set up" in client.get(
            page
        ).get_data(as_text=True)


def test_each_code_signs_in_once_and_an_earlier_one_never_again(app: Flask, client: FlaskClient, hands: Hands) -> None:
    secret, _codes = set_up(client, app)
    maker = pyotp.TOTP(secret)
    other = by_password(app)
    assert not inside(other)
    used_when_setting_up = press(other, "/staff/second-step?lang=en", code=maker.at(hands.moment))
    assert used_when_setting_up.status_code == 422
    assert "used already" in used_when_setting_up.get_data(as_text=True)
    hands.moment += 2 * PERIOD
    spaced = maker.at(hands.moment)
    assert press(other, "/staff/second-step?next=/waves/", code=f"{spaced[:3]} {spaced[3:]}").headers["Location"] == "/waves/"
    assert inside(other)
    third = by_password(app)
    for replayed in (spaced, maker.at(hands.moment - PERIOD), "", "123"):
        assert press(third, "/staff/second-step", code=replayed).status_code == 422
        assert not inside(third)
    assert press(third, "/staff/second-step", code=maker.at(hands.moment + PERIOD)).status_code == 302
    far = by_password(app)
    assert press(far, "/staff/second-step", code=maker.at(hands.moment + 5 * PERIOD)).status_code == 422


def test_a_link_alone_lets_nobody_past_the_second_factor(app: Flask, client: FlaskClient, hands: Hands) -> None:
    secret, _codes = set_up(client, app)
    with app.app_context():
        token = store.make_link("ilze@example.org")
    thief = app.test_client()
    assert follow(thief, f"/staff/link/{token}").startswith("/staff/second-step")
    for path in ("/waves/", "/staff/account", "/staff/account/second-factor", "/staff/account/password"):
        assert thief.get(path).headers["Location"].startswith("/staff/sign-in"), path
    hands.moment += PERIOD
    assert press(thief, "/staff/second-step", code=pyotp.TOTP(secret).at(hands.moment)).status_code == 302
    assert inside(thief)


def test_a_recovery_code_lets_in_once_and_is_told_in_the_trail(app: Flask, client: FlaskClient) -> None:
    _secret, codes = set_up(client, app)
    lost = by_password(app)
    typed = codes[3].lower().replace("-", " ")
    assert press(lost, "/staff/second-step", recovery=typed).status_code == 302
    assert inside(lost)
    again = by_password(app)
    assert press(again, "/staff/second-step", recovery=codes[3]).status_code == 422
    assert press(again, "/staff/second-step", recovery="x").status_code == 422
    assert not inside(again)
    refused = press(again, "/staff/second-step?lang=en", code=codes[3])
    assert "This is none of your recovery codes, or it was used already." in refused.get_data(as_text=True)
    assert press(again, "/staff/second-step", code=codes[4]).status_code == 302, "typed into the field for one-time codes"
    assert inside(again)
    page = client.get("/staff/account/second-factor?lang=en")
    assert "6 codes are left" in page.get_data(as_text=True)
    client.post("/staff/account/recovery-codes", data={"csrf_token": csrf_token(page)})
    assert press(by_password(app), "/staff/second-step", recovery=codes[0]).status_code == 422
    assert "8 codes are left" in client.get("/staff/account/second-factor?lang=en").get_data(as_text=True)


def test_guessing_codes_is_held_after_ten_for_an_hour_and_recovery_codes_with_them(
    app: Flask, client: FlaskClient, hands: Hands
) -> None:
    secret, codes = set_up(client, app)
    hands.moment += 4 * PERIOD
    guesser = by_password(app)
    for guess in range(10):
        answer = press(
            guesser, "/staff/second-step?lang=en", **({"code": f"{guess:06}"} if guess % 2 else {"recovery": "ABCD"})
        )
        assert answer.status_code == 422
    right = press(guesser, "/staff/second-step", code=pyotp.TOTP(secret).at(hands.moment))
    assert right.status_code == 422
    assert "Wait an hour" in right.get_data(as_text=True)
    assert press(guesser, "/staff/second-step", recovery=codes[0]).status_code == 422
    assert inside(client), "the owner, who is signed in, is not put out"
    hands.moment += timedelta(minutes=61)
    assert press(guesser, "/staff/second-step", code=pyotp.TOTP(secret).at(hands.moment)).status_code == 302


def test_a_role_that_needs_none_may_set_codes_up_and_switch_them_off(app: Flask, client: FlaskClient) -> None:
    set_up(client, app, "group")
    assert by_password(app).get("/results/").headers["Location"].startswith("/staff/sign-in")
    token = csrf_token(client.get("/staff/account/second-factor"))
    client.post("/staff/account/one-time-codes/remove", data={"csrf_token": token})
    assert by_password(app).get("/results/").status_code == 200


def test_what_guards_an_account_is_changed_only_soon_after_signing_in(app: Flask, client: FlaskClient, hands: Hands) -> None:
    set_up(client, app)
    hands.moment += timedelta(minutes=16)
    page = client.get("/staff/account/second-factor?lang=en")
    assert "Sign in anew" in page.get_data(as_text=True)
    token = csrf_token(page)
    for action in ("recovery-codes", "one-time-codes/begin"):
        assert client.post(f"/staff/account/{action}", data={"csrf_token": token}).status_code == 302
    assert client.get("/staff/account/one-time-codes").status_code == 302
    assert "8 codes are left" in client.get("/staff/account/second-factor?lang=en").get_data(as_text=True)
    assert client.post("/staff/account/again", data={"csrf_token": token}).headers["Location"].startswith("/staff/sign-in")
    assert not inside(client)


def test_the_database_holds_no_secret_and_no_recovery_code_and_without_the_key_file_codes_are_lost(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    client = sqlite_app.test_client()
    secret, codes = set_up(client, sqlite_app)
    sqlite_app.extensions["engine"].dispose()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("surveyapp.sqlite3*"))
    for hidden in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert hidden.encode() not in raw
    (tmp_path / "secrets" / "second-factor").unlink()
    elsewhere = app_on(f"sqlite:///{tmp_path / 'surveyapp.sqlite3'}", tmp_path, lambda: fixed_clock() + timedelta(minutes=5))
    restored = by_password(elsewhere)
    said = press(restored, "/staff/second-step?lang=en", code=pyotp.TOTP(secret).at(fixed_clock() + timedelta(minutes=5)))
    assert "lost the key" in said.get_data(as_text=True)
    assert press(restored, "/staff/second-step", recovery=codes[0]).status_code == 302
    assert inside(restored)
    elsewhere.extensions["engine"].dispose()
