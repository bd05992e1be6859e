"""WCAG 2.2 AA at the respondent's door: every page and state, every look, the keyboard, and what a screen reader says."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import find_questionnaire
from tests.browser.looks import Spoken, faint_edges, small_targets, spoken, walked
from tests.browser.respondent_pages import (
    REFERENCE,
    Door,
    answer_small,
    check_looks,
    open_by_link,
    receipt,
    send,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("respondent")]
PHONE = {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}  # a window of 1280 by 1024 pixels, enlarged to 400 %
DESK = {"width": 1280, "height": 800}
LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE},
    "phone by night": {"viewport": PHONE, "color_scheme": "dark"},
    "400 %": {"viewport": ZOOMED},
    "desk by night": {"viewport": DESK, "color_scheme": "dark"},
    "forced colours": {"viewport": DESK, "forced_colors": "active"},
}
LONG = "Neizsakāmivienāvārdāsaprotamsgarumasbezatstarpēm" * 6


@pytest.fixture(params=["phone", *(pytest.param(each, marks=pytest.mark.patient) for each in LOOKS if each != "phone")])
def looked(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """One way of looking at the pages."""
    made = browser.new_context(**LOOKS[request.param], reduced_motion="reduce")
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone."""
    made = browser.new_page(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]  # both numbers are there
    yield made
    made.context.close()


def test_every_page_of_the_way_has_no_barrier_and_fits(looked: BrowserContext, door: Door) -> None:
    page = looked.new_page()
    page.goto(f"{door.address}/s/?lang=lv")
    check_looks(page, "enter")
    page.fill("#code", "ABCD")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error")
    check_looks(page, "mistyped code")
    open_by_link(page, door, "lv")
    check_looks(page, "questionnaire")
    send(page)
    page.wait_for_selector("#summary")
    check_looks(page, "all that is missing")
    page.evaluate("document.getElementById('not-sent').hidden = false")
    check_looks(page, "no connection")


def test_numbers_own_words_and_changing_answers_have_no_barrier_and_fit(looked: BrowserContext, door: Door) -> None:
    page = looked.new_page()
    code = open_by_link(page, door, "ru", door.small.pop())
    answer_small(page, "61", LONG)
    check_looks(page, "long words")
    send(page)
    page.wait_for_selector("#summary")
    check_looks(page, "wrong number, too many words")
    answer_small(page, "7", "vārds")
    send(page)
    first = receipt(page)
    check_looks(page, "thanks")
    page.goto(f"{door.address}/s/?lang=en#{code.link}")
    page.wait_for_selector("[data-page=closed]")
    check_looks(page, "already received")
    page.goto(f"{door.address}/s/change?lang=lv")
    check_looks(page, "change")
    wrong = first[:-1] + ("Y" if first.endswith("X") else "X")
    for typed, seen in ((wrong, "#summary"), (first, "[data-page=change-choose]")):
        page.fill("#code", code.typed)
        page.fill("#receipt", typed)
        page.keyboard.press("Enter")
        page.wait_for_selector(seen)
        check_looks(page, seen)
    page.click("button.secondary")
    page.wait_for_selector("[data-page=change-withdraw]")
    check_looks(page, "take back?")
    page.click("[name=confirmed]")
    page.wait_for_selector("[data-page=change-withdrawn]")
    check_looks(page, "taken back")


@pytest.mark.parametrize("look", ["phone", "phone by night"])
def test_the_edge_of_every_field_and_box_is_seen_by_day_and_by_night(browser: Browser, door: Door, look: str) -> None:
    page = browser.new_page(**LOOKS[look], reduced_motion="reduce")
    for address in ("/s/", "/s/change", "/s/clerk", "/staff/sign-in"):
        page.goto(f"{door.address}{address}?lang=en")
        page.locator("h1").click()
        assert faint_edges(page) == [], address
    open_by_link(page, door, "en", door.small[0])
    assert faint_edges(page) == []
    send(page)
    page.wait_for_selector(".leave")
    page.locator("h1").click()
    assert faint_edges(page) == [], "boxes for leaving a question unanswered, too"
    page.context.close()


def test_with_forced_colours_ticks_are_drawn_by_the_browser_and_the_bar_has_an_edge_and_a_filling(
    browser: Browser, door: Door
) -> None:
    page = browser.new_page(viewport=PHONE, forced_colors="active")  # type: ignore[arg-type]  # both numbers are there
    open_by_link(page, door, "en", door.small[0])
    for one in ("#q-role input >> nth=0", "#q-topics input >> nth=0"):
        assert page.locator(one).evaluate("e => getComputedStyle(e).appearance") == "auto"
    looks = (
        "e => { const s = getComputedStyle(e); return [s.getPropertyValue('--pico-progress-color').trim(), s.borderTopStyle]; }"
    )
    assert page.locator("#progress-bar").evaluate(looks) == ["Highlight", "solid"]
    page.context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_link_to_a_wrong_field_shows_its_question_and_what_is_wrong(
    browser: Browser, door: Door, viewport: dict[str, int]
) -> None:
    page = browser.new_page(viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]  # both numbers are there
    open_by_link(page, door, "lv", door.small[0])
    answer_small(page, "61", LONG)
    send(page)
    for item in ("years", "short_word"):
        page.click(f"#summary a[href='#q-{item}-field']")
        expect(page.locator(f"#q-{item}-field")).to_be_focused()
        bar = page.locator("#progress").bounding_box()
        remark = page.locator(f"#q-{item}-remark").bounding_box()
        assert bar is not None
        assert remark is not None
        assert bar["y"] + bar["height"] <= remark["y"] < viewport["height"]
    page.context.close()


def test_a_list_to_jump_to_parts_is_there_only_where_there_are_several(page: Page, door: Door) -> None:
    parts = page.get_by_role("navigation", name="Parts of the questionnaire")
    open_by_link(page, door, "en", door.small[0])
    assert parts.count() == 0
    page.goto("about:blank")
    open_by_link(page, door)
    assert parts.get_by_role("link").count() == 6


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED, DESK], ids=["phone", "400 %", "desk"])
def test_the_focus_is_seen_wherever_the_keyboard_leads(browser: Browser, door: Door, viewport: dict[str, int]) -> None:
    page = browser.new_page(viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]  # both numbers are there
    open_by_link(page, door, "lv", door.small.pop())
    page.fill("#q-years-field", "7")
    page.locator("a.brand").focus()
    assert list(walked(page, "Tab")) == []
    page.locator(".site-footer a").last.focus()
    assert list(walked(page, "Shift+Tab")) == []
    page.context.close()


def test_after_each_step_the_focus_is_where_reading_goes_on(page: Page, door: Door) -> None:
    def focus() -> str:
        found: str = page.evaluate("document.activeElement.id || document.activeElement.textContent")
        return found

    open_by_link(page, door, "en", door.small.pop())
    send(page)
    page.wait_for_selector("#summary")
    assert focus() == "summary"
    page.click("#summary a[href='#q-years-field']")
    assert focus() == "q-years-field"
    answer_small(page)
    page.click("button[lang=lv]")
    page.wait_for_selector("html[lang=lv]")
    assert focus() == "Latviešu"
    send(page)
    receipt(page)
    assert focus() == "content"
    page.click("[data-page=thanks] form button")
    page.wait_for_selector("[data-page=change-choose]")
    assert focus() == "content"


def test_a_screen_reader_hears_every_group_with_its_question_and_every_answer_with_its_label(page: Page, door: Door) -> None:
    open_by_link(page, door, "lv")
    file = find_questionnaire(REFERENCE)
    asked = parse_questionnaire(file.read_text(encoding="utf-8"), str(file)).asked
    shown = [item for item in asked if not item.show_if]
    groups = [one for one in spoken(page, "radiogroup", "group") if one.name]
    for item, group in zip(shown, groups, strict=True):
        assert group.name.removesuffix(" (nav obligāti)").replace("\xa0", " ") == item.label.lv
        assert item.hint is None or item.hint.lv in group.description
    answers = [choice.label.lv for item in shown for choice in item.choices]
    assert [one.name for one in spoken(page, "radio", "checkbox")] == answers


def test_a_screen_reader_hears_limits_warnings_and_what_to_mend_with_each_field(page: Page, door: Door) -> None:
    open_by_link(page, door, "en", door.small.pop())
    page.fill("#q-years-field", "61")
    page.fill("#q-short_word-field", LONG)
    send(page)
    page.wait_for_selector("#summary")
    number, words, _ = spoken(page, "textbox")
    assert number.name == "For how many years?"
    assert number.description == "A whole number from 0 to 60. years Please type a whole number from 0 to 60."
    assert words.name == "In one word? (may stay unanswered)"
    for part in ("No names and no cases, please.", "116111", "At most 40 characters.", "Please shorten it."):
        assert part in words.description
    first = next(one for one in spoken(page, "radiogroup") if one.name)
    assert first == Spoken("radiogroup", "Where do you work?", "Please choose the answer that fits best.")
    assert page.locator("[aria-invalid=true]").count() == 4
    assert page.get_by_role("progressbar", name="Answered 0 of 4").count() == 1


def test_the_room_that_is_left_is_said_near_the_end_when_typing_rests(page: Page, door: Door) -> None:
    open_by_link(page, door, "en", door.small.pop())
    said = page.locator("#q-short_word [role=status]")
    page.fill("#q-short_word-field", "a" * 20)
    page.wait_for_timeout(1200)
    expect(said).to_have_text("")
    page.fill("#q-short_word-field", "a" * 35)
    expect(said).to_have_text("Characters left: 5")
    page.fill("#q-short_word-field", "a" * 43)
    expect(said).to_have_text("Characters too many: 3")


@pytest.mark.parametrize("address", ["/", "/privacy", "/accessibility", "/staff/sign-in", "/s/received"])
def test_other_open_pages_have_targets_that_are_large_enough(page: Page, door: Door, address: str) -> None:
    page.goto(f"{door.address}{address}?lang=lv")
    assert small_targets(page) == []
