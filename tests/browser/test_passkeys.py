"""A first sign-in on a phone with a passkey, and one with a password and one-time codes, without scripts."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import environment, free_port, run, wait_until_up
from tests.browser.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WORDS = "zaļa ūdensroze kāpj kalnā"


class Place:
    """A server under a name, for a passkey belongs to none that has only a number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.surroundings = environment(folder, self.port) | {"SURVEYAPP_BASE_URL": self.address}
        self.run("init", "--municipality", "cesis", "--name", "Cēsu novads")

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def run(self, *command: str) -> str:
        return run(self.folder, *command, SURVEYAPP_BASE_URL=self.address).strip()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("passkeys"))
    command = [sys.executable, "-m", "surveyapp.cli", "serve"]
    with subprocess.Popen(command, env=made.surroundings) as process:
        wait_until_up(f"http://127.0.0.1:{made.port}", process)
        yield made
        process.terminate()


def device(page: Page) -> CDPSession:
    """Give *page* a device that keeps passkeys and knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.authenticator = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]  # type: ignore[attr-defined]
    return session


def go_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("main").get_by_role("button").click()


def test_a_passkey_is_made_at_the_first_sign_in_and_then_signs_in_alone(browser: Browser, place: Place) -> None:
    link = place.run("user", "add", "maris@example.org", "--role", "steward")
    context = browser.new_context(locale="lv-LV", viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    page = context.new_page()
    keys = device(page)
    go_in(page, f"{link}?lang=en")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    check(page, "a first sign-in")
    page.get_by_label("Name of the device").fill("Test phone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert len(re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b", page.get_by_role("main").inner_text())) == 8
    page.get_by_role("button", name="I have them; go on").click()
    expect(page.get_by_role("heading", name="Waves")).to_be_visible()
    page.goto(f"{place.address}/staff/account/second-factor")
    expect(page.get_by_text("Test phone")).to_be_visible()
    check(page, "what guards an account with a passkey")
    page.get_by_role("button", name="Remove: Test phone").click()
    expect(page.get_by_text("your only second factor")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{place.address}/staff/sign-in?next=/waves/")
    check(page, "signing in with a passkey or a password")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Waves")).to_be_visible()

    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.goto(f"{place.address}/staff/sign-in")
    token = page.locator("input[name=csrf_token]").first.input_value()
    again = re.sub(r"csrf_token=[^&]+", f"csrf_token={token}", sent[0])
    replay = page.request.post(
        f"{place.address}/staff/sign-in", data=again, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert "did not fit" in replay.text()

    keys.send("WebAuthn.setUserVerified", {"authenticatorId": keys.authenticator, "isUserVerified": False})  # type: ignore[attr-defined]
    page.goto(f"{place.address}/staff/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Nothing came from the device")).to_be_visible()
    context.close()


def test_without_scripts_a_password_and_one_time_codes_do(browser: Browser, place: Place) -> None:
    link = place.run("user", "add", "ilze@example.org", "--role", "coordinator")
    context = browser.new_context(
        locale="lv-LV", viewport={"width": 320, "height": 640}, reduced_motion="reduce", java_script_enabled=False
    )
    page = context.new_page()
    go_in(page, f"{link}?lang=en")
    expect(page.get_by_text("This browser cannot use passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    page.get_by_role("button", name="Set a password and one-time codes").click()
    page.get_by_label("New password").fill(WORDS)
    page.get_by_label("The same password again").fill(WORDS)
    page.get_by_role("button", name="Save the password").click()
    page.get_by_role("button", name="Set up one-time codes").click()
    secret = page.get_by_role("main").locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    code = page.get_by_role("main").locator("code").first.inner_text()
    context.clear_cookies()

    page.goto(f"{place.address}/staff/sign-in?next=/staff/account&lang=en")
    page.get_by_label("E-mail").fill("ilze@example.org")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_text("I do not have my telephone").click()
    page.get_by_label("Recovery code").fill(code.lower())
    page.get_by_role("button", name="Use a recovery code").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    expect(page.get_by_text("7 are left")).to_be_visible()
    context.close()
