"""Pages that belong to no story of their own: open to everybody, and everybody's and each role's own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OPEN = ("/", "/s/change", "/privacy", "/accessibility", "/staff/sign-in", "/staff/link/nothing", "/nothing")
OF_ROLES = {
    "auditor": ("/staff/audit", "/staff/account"),
    "administrator": ("/staff/people", "/staff/account", "/staff/account/second-factor"),
    "organiser": ("/deadlines/", "/deadlines/feed"),
    "steward": ("/waves/", "/staff/account", "/results/"),
    "national": ("/national/", "/staff/account"),
    "coordinator": (
        "/waves/",
        "/events/",
        "/events/all",
        "/deadlines/",
        "/deadlines/reminders",
        "/staff/account",
        "/registration/",
        "/registration/new",
    ),
}
WIDTHS = (320, 768, 1280)


def walk(page: Page, addresses: tuple[str, ...]) -> None:
    """Look at each address at every width: by day, by night, and in the colours that a device forces on pages."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(
            color_scheme="dark" if width == 768 else "light", forced_colors="active" if width == 1280 else "none"
        )
        for address in addresses:
            answer = page.goto(address)
            assert answer, address
            assert answer.status < 500, address
            check(page, f"{address} at {width}")


@pytest.mark.parametrize("language", ["lv", *(pytest.param(each, marks=pytest.mark.patient) for each in ("en", "ru"))])
def test_pages_for_everybody_have_no_barrier(browser: Browser, live: str, language: str) -> None:
    page = browser.new_page(base_url=live)
    page.goto(f"/?lang={language}")
    walk(page, OPEN)
    page.context.close()


@pytest.mark.parametrize("role", OF_ROLES)
def test_pages_of_each_role_have_no_barrier(signed_in: Callable[[str], Page], role: str) -> None:
    walk(signed_in(role), OF_ROLES[role])


def test_a_form_that_was_refused_has_no_barrier(browser: Browser, live: str) -> None:
    page = browser.new_page(base_url=live)
    page.goto("/staff/sign-in")
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("alert").wait_for()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        check(page, f"refused at {width}")
    page.context.close()


def test_each_door_leads_somewhere(browser: Browser, live: str) -> None:
    page = browser.new_page(base_url=live)
    for place in range(3):
        page.goto("/")
        page.locator(".doors a[role=button]").nth(place).click()
        assert page.get_by_role("heading", level=1).inner_text()
    page.context.close()
