"""Codes scanned at the door without a connection: they wait with everything else, and count once when they are sent."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conference.pages import PEOPLE, Phone, Scene, link_for_helpers, looked_at, row, scanned, signed_in, total

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def code_of(phone: Phone, own_link: str) -> str:
    """The address in the code of somebody's own page."""
    guest = phone()
    guest.goto(own_link)
    return scanned(guest)


def at_the_door(page: Page, link: str) -> Page:
    """A phone that opened the door and keeps what it needs without a connection."""
    page.goto(link)
    expect(page.get_by_text("Šis tālrunis ir gatavs")).to_be_visible()
    return page


def scan_offline(page: Page, code: str) -> Page:
    """The camera opens a code in a tab of its own, without a connection, and the helper taps."""
    page.context.set_offline(offline=True)
    tab = page.context.new_page()
    tab.goto(code)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Nav savienojuma")
    tab.get_by_role("button", name="Atzīmēt").click()
    expect(tab.get_by_text("Gaida nosūtīšanu.")).to_be_visible()
    return tab


def kept_on(page: Page) -> str:
    """What the browser of a page keeps to send it later."""
    return str(page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))


def test_codes_scanned_offline_at_two_doors_wait_in_the_queue_and_count_once(scene: Scene, phone: Phone) -> None:
    link, code = link_for_helpers(scene), code_of(phone, scene.own_links[0])
    first, second = at_the_door(phone(), link), at_the_door(phone(), link)
    tabs = [scan_offline(first, code), scan_offline(second, code)]
    looked_at(tabs[0], "a code that waits")
    row(first, PEOPLE[1]).get_by_role("button", name="Atzīmēt").click()
    expect(first.locator("[data-waiting]")).to_have_text("Gaida nosūtīšanu: 2")
    kept = kept_on(first)
    assert code.rpartition("/")[2] in kept
    assert "Izdom" not in kept
    assert "Žanete" not in kept
    tabs[0].reload()  # the tap is not forgotten, and not asked for again
    expect(tabs[0].get_by_text("Gaida nosūtīšanu.")).to_be_visible()
    expect(tabs[0].get_by_role("button", name="Atzīmēt")).to_be_hidden()
    for page, tab in zip((first, second), tabs, strict=True):
        page.context.set_offline(offline=False)
        expect(tab.get_by_role("status").filter(has_text="Žanete Bērziņa")).to_be_visible(timeout=20_000)
        expect(page.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
        expect(page.locator("[data-problems]")).to_be_hidden()
        assert kept_on(page) == "{}"
    looked_at(tabs[1], "a code that was sent")
    expect(tabs[1].get_by_role("heading", level=1)).to_have_text("Kods ieejai")
    expect(total(first)).to_have_text("2", timeout=20_000)
    expect(total(second)).to_have_text("2", timeout=20_000)


def test_a_code_scanned_offline_whose_registration_was_cancelled_is_told_when_it_is_sent(scene: Scene, phone: Phone) -> None:
    code, guest = code_of(phone, scene.own_links[0]), phone()
    page = at_the_door(phone(), link_for_helpers(scene))
    scan_offline(page, code).close()  # the list of the door sends it
    guest.goto(scene.own_links[0])
    guest.get_by_role("button", name="Atteikties no dalības").click()
    guest.locator("form#cancel button").click()
    page.context.set_offline(offline=False)
    told = page.get_by_role("alert")
    expect(told).to_contain_text("noskenētais kods: Šis pieteikums pa to laiku ir atcelts", timeout=20_000)
    looked_at(page, "a code of a cancelled registration")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(total(page)).to_have_text("0")


def test_a_phone_that_was_signed_out_keeps_its_code_until_it_stands_at_the_door_again(
    scene: Scene, phone: Phone, folder: Path
) -> None:
    page, code = scene.desk, code_of(phone, scene.own_links[0])
    expect(page.locator("[data-ready]")).to_be_attached()
    tab = scan_offline(page, code)
    page.context.clear_cookies()  # the session ran out
    page.context.set_offline(offline=False)
    expect(tab.get_by_text("šis tālrunis vairs nav")).to_be_visible(timeout=20_000)
    looked_at(tab, "a code of a phone at no door")
    assert "door-scan" in kept_on(tab)
    helper = page.context.new_page()
    helper.goto(link_for_helpers(Scene(signed_in(phone(), folder), scene.door, [])))
    expect(helper.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    expect(total(helper)).to_have_text("1", timeout=20_000)


def test_signing_out_forgets_what_waits(scene: Scene, phone: Phone) -> None:
    page, code = scene.desk, code_of(phone, scene.own_links[0])
    expect(page.locator("[data-ready]")).to_be_attached()
    scan_offline(page, code).close()
    page.route("**/r/in/*", lambda route: route.abort())  # the connection is back for some pages alone
    page.context.set_offline(offline=False)
    assert "door-scan" in kept_on(page)
    page.once("dialog", lambda dialog: dialog.accept())  # the browser asks whether to leave what waits
    page.get_by_role("button", name="Izrakstīties").click()
    expect(page.get_by_text("Jūs izrakstījāties.")).to_be_visible()
    assert kept_on(page) == "{}"
    assert page.evaluate("caches.keys()") == []
