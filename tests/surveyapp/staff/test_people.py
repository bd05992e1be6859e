"""The administrator lets people in, changes roles, keeps out, helps those who lost their second factor; all is told."""

import re

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from questionnaires.library import find_plan
from surveyapp import cli
from surveyapp.core import municipalities
from surveyapp.plans import store as plan_store
from surveyapp.staff import factor_store, one_time, store
from surveyapp.staff.roles import ROLES
from tests.conftest import fixed_clock
from tests.mail_server import MailServer, free_port, mail_server
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.waiting import until


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    sign_in(client, app, "administrator")
    return client


def invite(admin: FlaskClient, **fields: str) -> tuple[int, str]:
    token = csrf_token(admin.get("/staff/people?lang=en"))
    answer = admin.post("/staff/people", data={"csrf_token": token, **fields})
    return answer.status_code, answer.get_data(as_text=True)


def press(admin: FlaskClient, address: str, deed: str = "", **fields: str) -> str:
    page = admin.get(address)
    seen = fields.get("seen") or mark_in(page.get_data(as_text=True))
    return admin.post(address + deed, data={"csrf_token": csrf_token(page), **fields, "seen": seen}).get_data(as_text=True)


def mark_in(page: str) -> str:
    """What a page says it shows of an account."""
    found = re.search(r'name="seen" type="hidden" value="([^"]*)"', page)
    return found[1] if found else ""


def page_of(admin: FlaskClient, email: str) -> str:
    found = re.search(rf'href="(/staff/people/\d+)">{email}<', admin.get("/staff/people?lang=en").get_data(as_text=True))
    assert found
    return found[1]


def link_in(page: str) -> str:
    found = re.search(r"(/staff/link/[\w-]+)", page)
    assert found, page
    return found[1]


def enter(app: Flask, link: str) -> FlaskClient:
    browser = app.test_client()
    browser.post(link, data={"csrf_token": csrf_token(browser.get(link))})
    return browser


def test_somebody_is_invited_by_a_link_for_one_use(app: Flask, admin: FlaskClient) -> None:
    code, page = invite(admin, email="Anna@example.org", role="organiser", institution="social_service")
    assert code == 200
    anna = enter(app, link_in(page))
    told = anna.get("/staff/account?lang=lv").get_data(as_text=True)
    assert "anna@example.org" in told
    assert "<dd>Sociālais dienests</dd>" in told
    assert app.test_client().get(link_in(page)).status_code == 410
    assert link_in(page) not in admin.get(page_of(admin, "anna@example.org")).get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"email": "anna@example.org", "role": "organiser"}, "Choose the institution"),
        ({"email": "anna@example.org", "role": "organiser", "institution": "nowhere"}, "does not exist"),
        ({"email": "anna", "role": "group"}, "not an e-mail address"),
        ({"email": "ADMINISTRATOR.any@example.org", "role": "group"}, "has an account already"),
        ({"email": "anna@example.org"}, "Choose a role"),
        ({"email": "anna@example.org", "role": "boss"}, "Role"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_and_keeps_what_was_typed(
    admin: FlaskClient, fields: dict[str, str], advice: str
) -> None:
    code, page = invite(admin, **fields)
    assert code == 422
    assert advice in page
    assert page.count('<span class="hint">– ') == len(ROLES), "each role says what it is for"
    assert fields["email"] in page


def test_another_role_ends_what_went_on_with_the_earlier_one_and_is_told_before_and_after(
    app: Flask, admin: FlaskClient
) -> None:
    anna = enter(app, link_in(invite(admin, email="anna@example.org", role="group")[1]))
    assert anna.get("/results/").status_code == 200
    press(admin, page_of(admin, "anna@example.org"), role="auditor")
    assert anna.get("/results/").status_code == 302
    auditor = app.test_client()
    sign_in(auditor, app, "auditor")
    trail = " ".join(re.sub(r"<[^>]+>", " ", auditor.get("/staff/audit?lang=en").get_data(as_text=True)).split())
    assert "Role changed : anna@example.org institution: – role: Cooperation group → Auditor" in trail
    assert "administrator.any@example.org" in trail


def test_of_two_administrators_who_change_a_role_the_second_sees_the_first_one_s_and_decides(
    app: Flask, admin: FlaskClient
) -> None:
    invite(admin, email="anna@example.org", role="group")
    address = page_of(admin, "anna@example.org")
    seen, other = mark_in(admin.get(address).get_data(as_text=True)), app.test_client()
    sign_in(other, app, "administrator", email="other@example.org")
    press(other, address, role="auditor")
    told = press(admin, address, role="steward", seen=seen)
    assert "Somebody else changed this role while your page was open." in told
    assert "<p>Auditor</p>" in told
    assert re.search(r'<input[^>]*checked[^>]*value="steward"', told), "what was chosen stays chosen"
    assert "<p>Auditor</p>" in admin.get(address).get_data(as_text=True)
    press(admin, address, role="steward", seen=mark_in(told))
    assert "<p>Data steward</p>" in admin.get(address).get_data(as_text=True)


def test_who_is_disabled_is_out_at_once_and_comes_back_with_a_new_link(app: Flask, admin: FlaskClient) -> None:
    anna = enter(app, link_in(invite(admin, email="anna@example.org", role="group")[1]))
    place = page_of(admin, "anna@example.org")
    press(admin, place, "/disable")
    assert anna.get("/results/").status_code == 302
    assert "/staff/link/" not in press(admin, place, "/link")
    press(admin, place, "/enable")
    assert enter(app, link_in(press(admin, place, "/link"))).get("/results/").status_code == 200


def test_a_lost_second_factor_is_reset_and_set_up_anew(app: Flask, admin: FlaskClient) -> None:
    ilze = enter(app, link_in(invite(admin, email="ilze@example.org", role="coordinator")[1]))
    with app.app_context():
        person = store.person(municipalities.find("cesis").id, "ilze@example.org")
        factor_store.prepare(person)
        assert factor_store.confirm(person, one_time.code(factor_store.pending(person) or "", fixed_clock()))
    assert ilze.get("/staff/second-step").status_code == 200
    place = page_of(admin, "ilze@example.org")
    assert "has a second factor" in admin.get("/staff/people?lang=en").get_data(as_text=True)
    linked = enter(app, link_in(press(admin, place, "/link")))
    assert linked.get("/staff/second-step").status_code == 200
    press(admin, place, "/reset")
    assert linked.get("/staff/second-step").status_code == 302
    anew = enter(app, link_in(press(admin, place, "/link")))
    assert anew.get("/staff/account/password").status_code == 200
    done = CliRunner().invoke(cli.commands, ["user", "reset", "ilze@example.org"], obj=lambda: app)
    assert done.exit_code == 0
    assert anew.get("/staff/account/password").status_code == 302
    assert enter(app, link_in(done.output)).get("/staff/account/password").status_code == 200


def test_a_letter_tells_people_what_was_changed_of_what_guards_their_account(app: Flask, admin: FlaskClient) -> None:
    browser = enter(app, link_in(invite(admin, email="ilze@example.org", role="group")[1]))
    place = page_of(admin, "ilze@example.org")
    with mail_server() as server:
        server.serve(app)
        account = browser.get("/staff/account?lang=en")
        typed = {"csrf_token": csrf_token(account), "password": "trīs zaļi vilki", "again": "trīs zaļi vilki"}
        assert browser.post("/staff/account", data=typed).status_code == 302
        until(lambda: len(server.received) == 1, "no letter tells of the new password")
        with app.app_context():
            person = store.person(municipalities.find("cesis").id, "ilze@example.org")
            factor_store.prepare(person)
            code = one_time.code(factor_store.pending(person) or "", fixed_clock())
        page = browser.get("/staff/account/one-time-codes")
        assert (
            browser.post("/staff/account/one-time-codes", data={"csrf_token": csrf_token(page), "code": code}).status_code
            == 200
        )
        until(lambda: len(server.received) == 2, "no letter tells of the codes")
        press(admin, place, "/reset")
        letters = server.received
    assert [(letter.to, str(letter.message["Subject"])) for letter in letters] == [
        ("ilze@example.org", "Jūsu konts ir mainīts")
    ] * 3
    told = ("Ir iestatīta jauna parole.", "Vienreizējie kodi ir iestatīti kā", "Jūsu otrs apliecinājums ir atiestatīts.")
    assert all(words in letter.text for words, letter in zip(told, letters, strict=True))
    assert all("/staff/" not in letter.text for letter in letters), "a letter that one may trust holds no link"
    assert "A letter tells ilze@example.org." in admin.get(place).get_data(as_text=True)


def test_without_a_mail_server_the_reset_stands_and_the_administrator_is_told_to_tell_it(
    app: Flask, admin: FlaskClient
) -> None:
    invite(admin, email="ilze@example.org", role="coordinator")
    place = page_of(admin, "ilze@example.org")
    press(admin, place, "/reset")
    assert "No letter could be sent: tell ilze@example.org yourself." in admin.get(place).get_data(as_text=True)
    MailServer(free_port()).serve(app)  # nobody listens there
    done = CliRunner().invoke(cli.commands, ["user", "reset", "ilze@example.org"], obj=lambda: app)
    assert done.exit_code == 0
    assert "No letter could be sent: tell ilze@example.org yourself." in done.output


def test_administrators_leave_their_own_account_alone(admin: FlaskClient) -> None:
    place = page_of(admin, "administrator.any@example.org")
    token = csrf_token(admin.get("/staff/people"))
    for deed in ("", "/link", "/reset", "/disable"):
        admin.post(place + deed, data={"csrf_token": token, "role": "group"})
    assert admin.get("/staff/people").status_code == 200


def test_what_belongs_to_another_town_answers_like_what_does_not_exist(app: Flask, admin: FlaskClient) -> None:
    with app.app_context():
        madona = municipalities.create("madona", "Madonas novads")
        number = store.add_account(madona, "juris@madona.example", "group", None, by="test")
    token = csrf_token(admin.get("/staff/people"))
    assert "juris" not in admin.get("/staff/people").get_data(as_text=True)
    for deed in ("", "/link", "/reset", "/disable", "/enable"):
        pages = [admin.post(f"/staff/people/{each}{deed}", data={"csrf_token": token}) for each in (number, 999_999)]
        assert [page.status_code for page in pages] == [404, 404]
        assert pages[0].data == pages[1].data
