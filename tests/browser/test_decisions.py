"""What the group decides, in a real browser: on a phone, by keyboard, in the dark, without a barrier."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
STATE = "/results/plan/state/"
PAGES = (
    "/results/decisions",
    "/results/contradictions",
    "/results/money",
    "/results/lists",
    "/results/plan?known=2026-06-30",
    "/results/plan/1.1.b",
    f"{STATE}reading?about=6.2.b/persons",
    f"{STATE}money?about=8.1.c@2026",
    f"{STATE}members?about=kindergartens",
    f"{STATE}judgement?about=1.1.b/cooperation@2025-01-01",
)


@pytest.fixture(scope="module")
def page(signed_in: Callable[[str], Page]) -> Page:
    """A page of somebody of the cooperation group, on the demonstration data."""
    return signed_in("group")


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "dark"), *(pytest.param(*each, marks=pytest.mark.patient) for each in ((768, "light"), (1280, "light")))],
)
def test_every_page_of_decisions_is_readable_by_everybody(page: Page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        check(page, f"{address} at {width}")


def test_a_reading_is_decided_on_a_phone_and_stands_with_the_row(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/results/decisions?lang=lv")
    page.get_by_role("link", name="Ierakstīt lēmumu 5.2.d").press("Enter")
    page.get_by_role("button", name="Saglabāt").click()
    expect(page.get_by_role("alert")).to_contain_text("Izvēlieties vienu no lasījumiem.")
    check(page, "a refused decision")
    page.get_by_label("Reizi gadā").check()
    page.get_by_label("Protokols: numurs un punkts").fill("Nr. 4, 1. punkts")
    page.get_by_role("button", name="Saglabāt", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Netiek vērtēts → Izpildīts")
    check(page, "a decision that moves what was released")
    page.get_by_role("button", name="Tomēr saglabāt").press("Enter")
    expect(page.locator("#decided section").first).to_contain_text("Lēma: Sadarbības grupa")
    page.goto("/results/plan/5.2.d")
    expect(page.get_by_role("main")).to_contain_text("Lasīts kā „Reizi gadā” (Sadarbības grupa")
    check(page, "a decided row")


def test_two_correct_at_once_and_both_are_shown(page: Page, signed_in: Callable[[str], Page]) -> None:
    other = signed_in("coordinator")
    address = f"{STATE}money?about=8.1.c@2027&lang=lv"
    for each in (page, other):
        each.goto(address)
    for each, amount in ((page, "5000"), (other, "6000")):
        each.get_by_label("Piešķirts, EUR").fill(amount)
        each.get_by_label("Avots").fill("Domes lēmums")
        each.get_by_role("button", name="Saglabāt").click()
    expect(other.get_by_role("alert").first).to_contain_text("group@example.org")
    expect(other.get_by_label("Piešķirts, EUR")).to_have_value("6000")
    check(other, "two at once")
    other.get_by_label("Iemesls").fill("Grozīts lēmums")
    other.get_by_role("button", name="Saglabāt").click()
    other.goto("/results/money")
    expect(other.get_by_role("main")).to_contain_text("6 000")
