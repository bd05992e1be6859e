"""A specialist answers in a real browser: phone and desktop, by keyboard, with and without JavaScript, and clumsily."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, Route

from tests.browser.respondent_pages import (
    Door,
    answer_all,
    chosen,
    click_all,
    groups,
    open_by_link,
    open_by_typing,
    receipt,
    send,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("respondent")]
PHONE = (320, 640)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone, fresh for each test."""
    made = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce")
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test when a script of ours fails."""
    made = context.new_page()
    made.on("pageerror", _raise)
    return made


def _raise(error: object) -> None:
    raise AssertionError(error)


# --- the whole way ---


def test_all_of_it_works_by_keyboard_alone(page: Page, door: Door) -> None:
    before = door.boxes()
    open_by_typing(page, door)
    page.locator("nav.parts a").first.focus()
    page.keyboard.press("Enter")
    for group in groups(page):
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == group:
                break
        page.keyboard.press("Space")
        assert group in chosen(page)
    page.keyboard.press("Enter")  # in the middle of a question: sends nothing
    assert page.is_visible("#answers")
    page.locator("[name=send]").focus()
    page.keyboard.press("Enter")
    assert receipt(page)
    assert door.boxes() == before + 1


def test_without_javascript_the_code_is_typed_and_everything_works(browser: Browser, door: Door) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{door.address}/s/?lang=en")
    assert page.is_visible("noscript p")
    code = open_by_typing(page, door)
    assert page.is_visible("noscript p")
    assert page.is_visible("#q-t_useful")
    page.locator("#q-role label").first.click()
    page.click("button[lang=ru]")
    page.wait_for_selector("html[lang=ru]")
    assert page.is_checked("#q-role input >> nth=0")
    send(page)
    page.wait_for_selector("#summary")
    click_all(page)
    send(page)
    first = receipt(page)
    page.reload()  # sends the form once more
    assert receipt(page) == first
    page.goto(f"{door.address}/s/?lang=en")
    page.fill("#code", code.typed)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Answers with this code are already received")
    context.close()


# --- links ---


def test_the_code_of_a_link_is_sent_only_in_the_body_and_leaves_the_address(page: Page, door: Door) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - playwright marks the handler it is given
    code = open_by_link(page, door)
    assert code.link not in page.url
    assert not any(code.link in request.url for request in asked)
    assert not any(code.link in value for request in asked for value in request.headers.values())
    page.go_back()
    assert code.link not in page.url


def test_another_link_opened_in_the_same_tab_is_read_too(page: Page, door: Door) -> None:
    page.goto(f"{door.address}/s/?lang=en")
    page.goto(f"{door.address}/s/?lang=en#{door.next_code().link}")
    page.wait_for_selector("#answers")


# --- while answering ---


def test_switching_the_language_midway_keeps_answers_and_place(page: Page, door: Door) -> None:
    open_by_link(page, door, "lv")
    page.locator("#q-a_duty label").nth(3).click()
    page.locator("#q-t_wanted label").nth(1).click()
    before = chosen(page)
    page.locator("#q-a_duty").scroll_into_view_if_needed()
    page.locator("button[lang=en]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en]")
    assert chosen(page) == before
    assert page.is_visible("text=Reporting a suspicion is my duty")
    assert page.evaluate("document.activeElement.textContent") == "English"
    assert page.locator("#summary").count() == 0


def test_what_is_missing_is_told_at_the_top_with_the_focus_and_beside_the_question(page: Page, door: Door) -> None:
    open_by_link(page, door)
    answer_all(page)
    kept = chosen(page)
    page.evaluate("document.querySelectorAll('#q-a_duty input').forEach(input => { input.checked = false; })")
    del kept["q-a_duty"]
    send(page)
    page.wait_for_selector("#summary")
    assert page.evaluate("document.activeElement.id") == "summary"
    assert chosen(page) == kept
    page.click("#summary a")
    assert page.evaluate("document.activeElement.id") == "q-a_duty"
    assert page.is_visible("#q-a_duty .remark")
    page.locator("#q-a_duty label").first.click()
    assert page.locator("#q-a_duty .remark").count() == 0
    send(page)
    assert receipt(page)


def test_a_question_appears_when_it_concerns_the_answers_and_keeps_its_answer(page: Page, door: Door) -> None:
    open_by_link(page, door)
    useful = page.locator("#q-t_useful")
    assert not useful.is_visible()
    received = page.locator("#q-t_received")
    received.locator("label").first.click()
    assert useful.is_visible()
    useful.locator("label").nth(4).click()
    received.locator("label").last.click()  # "none of these" takes the other ticks away
    assert chosen(page)["q-t_received"] == ["none"]
    assert not useful.is_visible()
    received.locator("label").first.click()
    assert chosen(page)["q-t_received"] == ["signs"]
    assert useful.locator("input:checked").count() == 1


def test_progress_counts_questions_that_are_shown(page: Page, door: Door) -> None:
    open_by_link(page, door)
    everything = page.locator("fieldset.item:visible").count()
    assert page.inner_text("#progress label") == f"Answered 0 of {everything}"
    page.locator("#q-role label").first.click()
    assert page.inner_text("#progress label") == f"Answered 1 of {everything}"
    page.locator("#q-t_received label").first.click()
    assert page.inner_text("#progress label") == f"Answered 2 of {everything + 1}"


def test_leaving_with_unsent_answers_asks_first(page: Page, door: Door) -> None:
    open_by_link(page, door)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#q-role label").first.click()
    page.click("a.brand", no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert chosen(page)["q-role"]


# --- sending ---


def test_a_double_click_counts_once(page: Page, door: Door) -> None:
    before = door.boxes()
    open_by_link(page, door)
    click_all(page)
    page.dblclick("[name=send]")
    assert receipt(page)
    assert "Thank you" in page.inner_text("h1")
    assert door.boxes() == before + 1


def test_going_back_after_sending_says_received_and_shows_no_answers(page: Page, door: Door) -> None:
    before = door.boxes()
    open_by_link(page, door)
    answer_all(page)
    send(page)
    first = receipt(page)
    page.go_back()
    page.wait_for_selector("text=We already have your answers")
    assert receipt(page) == first
    assert chosen(page) == {}
    page.reload()
    page.wait_for_selector("#known")
    assert page.inner_text("#receipt") == first
    page.go_back()
    assert chosen(page) == {}
    assert door.boxes() == before + 1


def test_of_two_tabs_the_second_gets_a_clear_page(context: BrowserContext, door: Door) -> None:
    before = door.boxes()
    one, two = context.new_page(), context.new_page()
    code = open_by_link(one, door)
    two.goto(f"{door.address}/s/?lang=en#{code.link}")
    two.wait_for_selector("#answers")
    for tab in (one, two):
        answer_all(tab)
    one.bring_to_front()
    send(one)
    assert receipt(one)
    two.bring_to_front()
    send(two)
    two.wait_for_selector("[data-page=closed]")
    assert "already received" in two.inner_text("h1")
    assert door.boxes() == before + 1


def test_a_lost_connection_loses_no_answer(page: Page, context: BrowserContext, door: Door) -> None:
    open_by_link(page, door)
    answer_all(page)
    kept = chosen(page)
    context.set_offline(True)
    send(page)
    page.wait_for_selector("text=Not sent yet. Your answers are still here.")
    assert chosen(page) == kept
    context.set_offline(False)
    page.locator("#not-sent button").click()  # nobody has to scroll to the end again
    assert receipt(page)


def test_a_page_that_is_not_ours_does_not_replace_the_form(page: Page, door: Door) -> None:
    def guest_network(route: Route) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    open_by_link(page, door)
    page.locator("#q-role label").first.click()
    page.route("**/s/answer*", guest_network)
    send(page)
    page.wait_for_selector("text=Not sent yet. Your answers are still here.")
    assert chosen(page)["q-role"]


def test_the_thank_you_page_can_be_read_in_another_language_and_saved(page: Page, door: Door, tmp_path: Path) -> None:
    open_by_link(page, door, "lv")
    answer_all(page)
    send(page)
    first = receipt(page)
    page.click("button[lang=en]")
    page.wait_for_selector("html[lang=en]")
    assert receipt(page) == first
    with page.expect_download() as saved:
        page.click("a[download]")
    saved.value.save_as(tmp_path / "receipt.txt")
    assert first in (tmp_path / "receipt.txt").read_text(encoding="utf-8")


def test_the_browser_keeps_no_answers(page: Page, door: Door) -> None:
    open_by_link(page, door)
    answer_all(page)
    send(page)
    receipt(page)
    kept = page.evaluate("[localStorage.length, sessionStorage.length, Object.keys(history.state).join()]")
    assert kept == [0, 0, "receipt"]
    assert [cookie["name"] for cookie in page.context.cookies()] == ["lang"]
