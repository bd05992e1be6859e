"""What is due in a real browser: on a phone, on a desk, on paper, and as an address that a calendar reads without a session."""

import re
import urllib.request
from collections.abc import Callable

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.looks import check, small_targets, walked

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS = (320, 1280)


def test_an_organiser_finds_what_is_due_and_logs_an_event_for_it(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("organiser")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/deadlines/?lang=lv")
        check(page, f"what is due at {width}")
        assert small_targets(page) == []
        assert page.get_by_role("heading", level=2).all_inner_texts() == ["Sociālais dienests"]
        line = page.locator("ul.plan-rows > li", has_text="līdz 2026. gada 31. decembrim").first
        named = re.match(r"\S+", line.inner_text())
        assert named
        line.get_by_role("link", name="Reģistrēt pasākumu").click()
        assert f"row={named[0]}" in page.url
    page.goto("/deadlines/")
    assert list(walked(page, "Tab")) == []


def test_an_address_is_made_read_without_a_session_and_revoked(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("coordinator")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/deadlines/feed?lang=lv")
        page.get_by_label("Iestāde").select_option("social_service")
        page.get_by_role("button", name="Izveidot adresi").click()
        check(page, f"a new address at {width}")
        shown = page.get_by_label("Kalendāra slepenā adrese")
        assert shown.evaluate("box => box.scrollHeight <= box.clientHeight"), "the whole address is seen"
        address = shown.input_value()
        with urllib.request.urlopen(address) as answer:
            entries = Calendar.from_ical(answer.read()).walk("VEVENT")
        assert entries
        assert page.request.get(address).status == 200
        page.get_by_role("button", name="Atcelt adresi: Sociālais dienests").click()
        page.get_by_role("status").get_by_text("Adrese ir atcelta").wait_for()
        assert page.request.get(address).status == 404


def test_each_institution_begins_a_sheet_of_paper(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("coordinator")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/deadlines/?lang=lv")
    check(page, "what is due of all, folded")
    rows = page.locator(".share .plan-rows")
    expect(rows.first).to_be_hidden()  # a phone shows first who has how much
    page.locator(".share summary").first.press("Enter")
    expect(rows.first).to_be_visible()
    page.goto("/deadlines/?lang=lv#of-social_service")
    expect(page.locator("#of-social_service .plan-rows").first).to_be_visible()
    page.emulate_media(media="print")
    expect(rows.first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    breaks = page.locator("section.share").evaluate_all("all => all.map(e => getComputedStyle(e).breakBefore)")
    assert len(breaks) > 3
    assert breaks == ["auto", *["page"] * (len(breaks) - 1)]
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert sheets >= len(breaks)
    assert not page.get_by_role("link", name="Reģistrēt pasākumu").first.is_visible()


def test_the_account_page_takes_the_choice_of_letters(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("organiser")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/staff/account?lang=lv")
        check(page, f"the account at {width}")
        page.get_by_label("Katru ceturksni atgādināt").uncheck()
        page.get_by_label("Русский").check()
        page.locator("form", has=page.get_by_label("Русский")).get_by_role("button").click()
        page.get_by_role("status").get_by_text("Saglabāts.").wait_for()
        assert page.get_by_label("Русский").is_checked()
        assert not page.get_by_label("Katru ceturksni atgādināt").is_checked()
