"""A conference on phones: an organiser makes the page, people register until it is full, one cancels, the next moves up."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from surveyapp.core import clock
from tests.browser.conference.pages import Phone, registers, signed_in
from tests.browser.looks import check, small_targets, walked

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
DAY = (clock.system_clock() + timedelta(40)).date()
TITLE = "Kopā bērnu drošībai (izdomāta)"


@pytest.fixture(scope="module")
def screen() -> ViewportSize:
    """The smallest phone."""
    return {"width": 320, "height": 640}


def person(number: int) -> tuple[str, str]:
    """Name and address of an invented person."""
    return f"Izdomāta Persona {number}", f"persona{number}@example.org"


def looked_at(page: Page, what: str) -> None:
    """Axe finds nothing by day and by night, nothing is off the screen, and thumbs hit everything."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        check(page, f"{what}, {scheme}")
    page.emulate_media(color_scheme="light")
    assert small_targets(page) == [], what


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


def test_a_page_is_made_filled_and_somebody_moves_up_when_another_cancels(phone: Phone, folder: Path) -> None:
    desk = signed_in(phone(), folder)
    where = made(desk, seats=1)
    first, second = phone(), phone(script=False)
    first.goto(where)
    looked_at(first, "open")
    registers(first, where, *person(1))
    expect(first.get_by_role("heading", level=1)).to_have_text("Jūsu pieteikums ir pieņemts")
    looked_at(first, "registered")
    second.goto(where)
    expect(second.get_by_text("Visas vietas ir aizņemtas")).to_be_visible()
    own = registers(second, where, *person(2))
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
    registers(page, where, *person(1))
    assert {cookie.get("name") for cookie in page.context.cookies()} <= {"lang"}
