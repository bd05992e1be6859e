"""The menu as it is used: folded on a phone, open on a wide screen, by keyboard and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.entering import enter
from tests.browser.looks import check, faint_edges, small_targets, spoken, walked

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
HEADINGS = ["Rezultāti", "Plāns un termiņi", "Pasākumi", "Aptauju rīkošana", "Konts"]


def coordinator(browser: Browser, live: str, folder: Path, width: int, *, scripts: bool = True) -> Page:
    """A page of the coordinator's, in a window of *width* pixels."""
    context = browser.new_context(
        base_url=live, viewport={"width": width, "height": 700}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    page = context.new_page()
    enter(page, folder, "coordinator@example.org", "/waves/?lang=lv")
    return page


def test_on_a_phone_it_opens_by_keyboard_and_lists_each_heading_with_its_places(
    browser: Browser, live: str, demo_folder: Path
) -> None:
    page = coordinator(browser, live, demo_folder, 320)
    places = page.get_by_role("navigation", name="Izvēlne").get_by_role("list")
    expect(places).to_have_count(0)
    page.get_by_text("Izvēlne", exact=True).focus()
    page.keyboard.press("Enter")
    expect(places).to_have_count(len(HEADINGS))
    assert [one.name for one in spoken(page, "list") if one.name in HEADINGS] == HEADINGS
    check(page, "the open menu")
    assert small_targets(page) == []
    assert faint_edges(page) == []
    assert list(walked(page, "Tab")) == []
    page.context.close()


def test_without_javascript_it_leads_on(browser: Browser, live: str, demo_folder: Path) -> None:
    page = coordinator(browser, live, demo_folder, 390, scripts=False)
    page.get_by_text("Izvēlne", exact=True).click()
    page.get_by_role("list", name="Plāns un termiņi").get_by_role("link", name="Nauda").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plāna nauda")
    page.context.close()


@pytest.mark.parametrize("width", [768, 1280])
def test_on_a_wide_screen_every_place_is_seen_at_once(browser: Browser, live: str, demo_folder: Path, width: int) -> None:
    page = coordinator(browser, live, demo_folder, width)
    for heading in HEADINGS:
        for link in page.get_by_role("list", name=heading).get_by_role("link").all():
            expect(link).to_be_in_viewport()
    expect(page.get_by_role("link", name="Kārtas", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator("summary", has_text="Izvēlne")).to_be_hidden()
    page.context.close()
