"""A conference on phones: an organiser makes the page, people register until it is full, one cancels, the next moves up."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveyapp.core import clock
from tests.browser.conftest import StartServer
from tests.browser.looks import check, small_targets, walked
from tests.browser.test_organiser import run
from tests.surveyapp.events.plans import PLAN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Phone = Callable[..., Page]
DAY = (clock.system_clock() + timedelta(40)).date()
TITLE = "Kopā bērnu drošībai (izdomāta)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small plan and an organiser."""
    found = tmp_path_factory.mktemp("registration")
    file = found / "small.yaml"
    file.write_text(PLAN.replace("ends: 2027-12-31", "ends: 2035-12-31"), encoding="utf-8")
    for command in (
        ["init", "--municipality", "cesis", "--name", "Cēsu novads"],
        ["plan", "load", str(file)],
        ["user", "add", "anna@example.org", "--role", "organiser", "--institution", "social_service"],
    ):
        run(found, *command)
    return found


@pytest.fixture(scope="module")
def address(start_server: StartServer, folder: Path) -> str:
    """The address of a server on that folder."""
    return start_server(folder)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Phone]:
    """Open a page on a phone of its own, with scripts or without."""
    contexts: list[BrowserContext] = []

    def open_page(*, script: bool = True) -> Page:
        size = {"width": 320, "height": 640}
        contexts.append(
            browser.new_context(
                base_url=address,
                viewport={"width": size["width"], "height": size["height"]},
                reduced_motion="reduce",
                locale="lv-LV",
                java_script_enabled=script,
            )
        )
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def looked_at(page: Page, what: str) -> None:
    """Axe finds nothing by day and by night, nothing is off the screen, and thumbs hit everything."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        check(page, f"{what}, {scheme}")
    page.emulate_media(color_scheme="light")
    assert small_targets(page) == [], what


def signed_in(page: Page, folder: Path) -> Page:
    """The organiser's page."""
    page.goto(f"/staff/link/{run(folder, 'user', 'link', 'anna@example.org').strip().rpartition('/')[2]}")
    page.get_by_role("main").get_by_role("button").click()
    return page


def made(page: Page, seats: int) -> str:
    """Make a page in as few taps as it takes, publish it, and return its address."""
    page.get_by_role("link", name="Konferences").click()
    looked_at(page, "conferences")
    page.get_by_role("button", name="Jauna konference").click()
    looked_at(page, "new conference")
    for label, text in {
        "Nosaukums": TITLE,
        "Konferences diena": DAY.isoformat(),
        "Sākums": "09:30",
        "Beigas": "16:00",
        "Vieta": "Koncertzāle",
        "Vietu skaits": str(seats),
        "Kam vaicāt": "Izdomāta Anna, 60 000 000",
    }.items():
        page.get_by_label(re.compile(rf"^{label}( \(|$)")).first.fill(text)
    page.get_by_role("button", name="Saglabāt melnrakstu").click()
    looked_at(page, "draft")
    page.get_by_role("button", name="Publicēt").click()
    looked_at(page, "published")
    found = page.locator("a.own-link").get_attribute("href")
    assert found
    return found


def registers(page: Page, where: str, number: int) -> str:
    """Somebody registers; returns their own link."""
    page.goto(where)
    page.get_by_label("Vārds un uzvārds").fill(f"Izdomāta Persona {number}")
    page.get_by_label("E-pasta adrese").fill(f"persona{number}@example.org")
    page.get_by_label("Kur Jūs strādājat").fill("Izdomāta skola")
    page.get_by_label("Veselība").check()
    page.get_by_label("Es to izlasīju un piekrītu.").check()
    page.locator("form#register button[type=submit]").click()
    found = page.locator(".own-link a").get_attribute("href")
    assert found
    return found


def test_a_page_is_made_filled_and_somebody_moves_up_when_another_cancels(phone: Phone, folder: Path) -> None:
    desk = signed_in(phone(), folder)
    where = made(desk, seats=1)
    first, second = phone(), phone(script=False)
    first.goto(where)
    looked_at(first, "open")
    registers(first, where, 1)
    expect(first.get_by_role("heading", level=1)).to_have_text("Jūsu pieteikums ir pieņemts")
    looked_at(first, "registered")
    second.goto(where)
    expect(second.get_by_text("Visas vietas ir aizņemtas")).to_be_visible()
    own = registers(second, where, 2)
    expect(second.get_by_role("heading", level=1)).to_have_text("Jūs esat gaidītāju sarakstā")
    first.locator(".own-link a").click()
    expect(first.get_by_text("Jums ir vieta.")).to_be_visible()
    looked_at(first, "own")
    first.get_by_role("button", name="Atteikties no dalības").click()
    looked_at(first, "cancel")
    first.get_by_role("button", name="Atteikties no dalības").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Jūsu pieteikums ir atcelts")
    looked_at(first, "cancelled")
    second.goto(own)
    expect(second.get_by_text("Jums ir vieta.")).to_be_visible()
    desk.get_by_role("button", name="Kas pieteicās").click()
    expect(desk.get_by_role("heading", name="Izdomāta Persona 2")).to_be_visible()
    looked_at(desk, "people")
    desk.get_by_role("button", name="Saraksts drukāšanai").click()
    looked_at(desk, "print")


def test_the_form_is_filled_in_by_keyboard_and_a_mistake_is_told_at_the_top(phone: Phone, folder: Path) -> None:
    where = made(signed_in(phone(), folder), seats=5)
    page = phone()
    page.goto(where)
    assert list(walked(page, "Tab")) == []
    page.get_by_label("Vārds un uzvārds").fill("Izdomāta Persona")
    page.get_by_role("button", name="Pieteikties").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Ierakstiet savu e-pasta adresi.")
    expect(page.get_by_label("Vārds un uzvārds")).to_have_value("Izdomāta Persona")
    looked_at(page, "refused")
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_label("Имя и фамилия")).to_have_value("Izdomāta Persona")
    expect(page.get_by_text("некоторые тексты стоят по-латышски")).to_be_visible()
    looked_at(page, "in Russian")


def test_whoever_registers_gets_no_cookie_but_that_of_the_language(phone: Phone, folder: Path) -> None:
    where = made(signed_in(phone(), folder), seats=5)
    page = phone()
    registers(page, where, 1)
    assert {cookie.get("name") for cookie in page.context.cookies()} <= {"lang"}
