"""A coordinator sends letters from a phone: a list, what is wrong with it, what goes out, how far it is, a reminder."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Browser, Page, expect

from surveyapp.app import create_app
from surveyapp.core import clock, municipalities, schema
from surveyapp.settings import load
from surveyapp.staff import store as staff
from surveyapp.survey import wave_store
from surveyapp.survey.wave_store import NewWave
from tests.browser.conftest import environment, wait_until_up
from tests.browser.entering import enter
from tests.browser.looks import check
from tests.mail_server import MailServer, free_port, mail_server
from tests.surveyapp.survey.letters import people
from tests.surveyapp.survey.rounds import REFERENCE, WHO, publish

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that knows one address less."""
    with mail_server() as running:
        running.refuse = {people()[0]: "550 5.1.1 no such user"}
        yield running


@pytest.fixture
def letters(browser: Browser, server: MailServer, tmp_path: Path) -> Iterator[Page]:
    """The page of letters of a wave that has no codes yet, on a phone, in English, on a server that can send."""
    port = free_port()
    surroundings = environment(tmp_path, port) | server.environment(SMTP_TIMEOUT="30")
    wave_id = _prepared(surroundings)
    with subprocess.Popen([sys.executable, "-m", "surveyapp.cli", "serve"], env=surroundings) as process:
        address = f"http://127.0.0.1:{port}"
        wait_until_up(address, process)
        context = browser.new_context(base_url=address, viewport={"width": 320, "height": 700}, reduced_motion="reduce")
        page = context.new_page()
        enter(page, tmp_path, "coordinator@example.org", "/staff/sign-in?lang=en")
        page.goto(f"/waves/{wave_id}/mail")
        yield page
        context.close()
        process.terminate()


def _prepared(surroundings: dict[str, str]) -> int:
    """Make a wave that takes answers from today; returns its number; a coordinator has an account."""
    app = create_app(load({name: value for name, value in surroundings.items() if name.startswith("SURVEYAPP_")}))
    keys: list[X25519PrivateKey] = []
    with app.app_context():
        schema.upgrade()
        municipalities.create("cesis", "Cēsu novads")
        today = clock.today()
        days = (today - timedelta(days=1), today + timedelta(days=5))
        new = NewWave("autumn", REFERENCE, *days, {"teacher": 30, "care": 15, "response": 15})
        wave = wave_store.create(publish(), new, WHO, hand_over=keys.append)
        wave_store.trial(wave, keys[0], WHO)
        staff.add_account(wave.municipality_id, "coordinator@example.org", "coordinator", None, by="test")
    app.extensions["engine"].dispose()
    return wave.id


def test_letters_are_sent_from_a_phone(letters: Page, server: MailServer) -> None:
    check(letters, "the empty page")
    letters.get_by_role("textbox", name="Addresses").fill("\n".join([*people(), "oops"]))
    letters.get_by_role("button", name="Check the list").click()
    expect(letters.get_by_role("alert")).to_contain_text("Line 13: “oops” is not an e-mail address.")
    check(letters, "a list with a wrong line")

    letters.get_by_role("textbox", name="Addresses").fill("\n".join(people()))
    letters.get_by_role("button", name="Check the list").click()
    check(letters, "the question whether to send")
    server.hold.clear()
    letters.get_by_role("button", name="Send 12 letters").click()
    expect(letters.get_by_text("Letters are being sent.")).to_be_visible()
    assert server.waiting.wait(30)
    check(letters, "while letters are being sent")

    server.hold.set()
    # The page follows by itself.
    expect(letters.get_by_role("progressbar")).to_have_count(0, timeout=60_000)
    expect(letters.get_by_role("heading", name="Remind everybody")).to_be_visible()
    expect(letters.get_by_role("listitem").filter(has_text=people()[0])).to_contain_text("550 5.1.1 no such user")
    assert sorted(server.to()) == people()[1:]
    check(letters, "when letters are out")

    letters.get_by_role("checkbox", name="Yes, write to everybody once more.").check()
    letters.get_by_role("button", name="Send the reminder").click()
    expect(letters.get_by_text("Reminders so far").locator("..")).to_contain_text("1")
