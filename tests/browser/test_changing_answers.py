"""Numbers, own words and changed answers in a real browser, with and without JavaScript, and a server that goes away."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.browser.conftest import environment, free_port, wait_until_up
from tests.browser.respondent_pages import (
    Door,
    answer_all,
    answer_small,
    chosen,
    open_by_link,
    prepare,
    receipt,
    send,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("respondent")]
PHONE = {"width": 320, "height": 640}


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def any_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone, with and without JavaScript."""
    made = browser.new_context(java_script_enabled=request.param, viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]  # both numbers are there
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone with JavaScript; the test fails when a script of ours does."""
    made = browser.new_page(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]  # both numbers are there
    made.set_default_timeout(60_000)
    made.on("pageerror", _raise)
    yield made
    made.context.close()


def _raise(error: object) -> None:
    raise AssertionError(error)


def answered(page: Page, door: Door) -> tuple[str, str]:
    """Answer the short questionnaire with a typed code; returns code and receipt."""
    code = door.small.pop().typed
    page.goto(f"{door.address}/s/?lang=en")
    page.fill("#code", code)
    page.keyboard.press("Enter")
    fill(page)
    send(page)
    return code, receipt(page)


def fill(page: Page, years: str = "7") -> None:
    """Fill in the short questionnaire by hand."""
    page.wait_for_selector("#answers")
    for item in ("role", "ready", "topics"):
        page.locator(f"#q-{item} label").first.click()
    page.fill("#q-years-field", years)


# --- numbers and own words ---


def test_a_question_appears_when_the_typed_number_falls_into_its_band(page: Page, door: Door) -> None:
    open_by_link(page, door, "en", door.ruled[0])
    more = page.locator("#q-stayed")
    for typed, there in (("", False), ("4", False), ("5", True), ("1 5", True), ("61", False), ("many", False), ("60", True)):
        page.fill("#q-years-field", typed)
        assert more.is_visible() == there, typed
    more.locator("label").first.click()
    page.fill("#q-years-field", "1")
    page.fill("#q-years-field", "20")
    assert more.locator("input").first.is_checked(), "kept while it was hidden"


def test_progress_counts_a_number_once_it_is_possible_and_own_words_never(page: Page, door: Door) -> None:
    open_by_link(page, door, "en", door.small.pop())
    label = page.locator("#progress label")
    for typed, told in (("61", "Answered 0 of 4"), ("6", "Answered 1 of 4")):
        page.fill("#q-years-field", typed)
        expect(label).to_have_text(told)
    page.fill("#q-short_word-field", "word")
    expect(label).to_have_text("Answered 1 of 4")
    expect(page.locator("#q-short_word .counter")).to_have_text("4 of 40 characters")


def test_the_enter_key_in_a_field_sends_nothing(page: Page, door: Door) -> None:
    open_by_link(page, door, "en", door.small.pop())
    page.fill("#q-years-field", "7")
    page.press("#q-years-field", "Enter")
    page.wait_for_timeout(200)
    assert page.input_value("#q-years-field") == "7"
    assert page.locator("#summary").count() == 0


def test_leaving_asks_first_when_only_words_were_typed(page: Page, door: Door) -> None:
    open_by_link(page, door, "en", door.small.pop())
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#q-short_word-field").press_sequentially("vēl")
    page.click("a.brand", no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.input_value("#q-short_word-field") == "vēl"


def test_a_change_of_language_keeps_what_was_typed_and_the_order_of_choices(any_context: BrowserContext, door: Door) -> None:
    page = any_context.new_page()
    page.goto(f"{door.address}/s/?lang=en")
    page.fill("#code", door.small.pop().typed)
    page.keyboard.press("Enter")
    fill(page)
    page.fill("#q-short_word-field", "“vārds” <b>")
    order = page.locator("#q-topics input").evaluate_all("all => all.map(one => one.value)")
    page.click("button[lang=ru]")
    page.wait_for_selector("html[lang=ru]")
    assert page.input_value("#q-short_word-field") == "“vārds” <b>"
    assert page.input_value("#q-years-field") == "7"
    assert page.locator("#q-topics input").evaluate_all("all => all.map(one => one.value)") == order


# --- sending again ---


def test_what_may_stay_empty_is_sent_from_where_it_is_asked_about(any_context: BrowserContext, door: Door) -> None:
    before, page = door.boxes(), any_context.new_page()
    page.goto(f"{door.address}/s/?lang=en")
    page.fill("#code", door.next_code().typed)
    page.keyboard.press("Enter")
    page.wait_for_selector("#answers")
    answer_all(page)
    page.evaluate("document.querySelectorAll('#q-answered_before input').forEach(input => { input.checked = false; })")
    send(page)
    page.locator("#summary.summary-soft button").press("Enter")
    assert receipt(page)
    assert door.boxes() == before + 1


def test_without_scripts_what_could_not_be_sent_is_sent_by_a_reload(browser: Browser, door: Door) -> None:
    before, context = door.boxes(), browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{door.address}/s/?lang=en")
    page.fill("#code", door.small.pop().typed)
    page.keyboard.press("Enter")
    fill(page)
    assert "Should the sending fail, reload the page that says so" in page.inner_text("noscript p")
    context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.locator("[name=send]").click(no_wait_after=True)
    page.wait_for_timeout(300)  # the browser's own page about it comes up
    context.set_offline(False)
    page.reload()
    assert receipt(page)
    assert door.boxes() == before + 1
    context.close()


# --- changing what was sent ---


def test_answers_are_replaced_from_the_page_after_sending(any_context: BrowserContext, door: Door) -> None:
    before, page = door.boxes(), any_context.new_page()
    _code, first = answered(page, door)
    page.get_by_role("button", name="Replace or take back your answers").click()
    page.get_by_role("button", name="Answer anew").click()
    page.wait_for_selector("#answers")
    assert page.is_visible("text=stay in place until you send these")
    assert page.locator("input:checked").count() == 0
    fill(page, "20")
    send(page)
    page.wait_for_selector("text=Your new answers have taken the place of the old ones")
    assert receipt(page) == first
    assert door.boxes() == before + 1


def test_answers_are_taken_back_with_code_and_receipt_and_the_code_is_good_again(
    any_context: BrowserContext, door: Door
) -> None:
    before, page = door.boxes(), any_context.new_page()
    code, first = answered(page, door)
    page.goto(f"{door.address}/s/")
    page.get_by_role("link", name="Replace or take back your answers").click()
    page.fill("#code", code.lower())
    page.fill("#receipt", first)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take back the answers").click()
    page.get_by_role("button", name="No, keep them").click()
    page.get_by_role("button", name="Take back the answers").click()
    page.get_by_role("button", name="Yes, take them back").dblclick()
    page.wait_for_selector("[data-page=change-withdrawn], [data-page=change] #summary")  # the second click says it is done
    assert door.boxes() == before
    page.goto(f"{door.address}/s/")
    page.fill("#code", code)
    page.keyboard.press("Enter")
    fill(page)
    send(page)
    assert receipt(page) != first
    assert door.boxes() == before + 1


def test_going_back_after_taking_back_never_says_that_answers_are_received(page: Page, door: Door) -> None:
    before = door.boxes()
    answered(page, door)
    page.get_by_role("button", name="Replace or take back your answers").click()
    page.get_by_role("button", name="Take back the answers").click()
    page.get_by_role("button", name="Yes, take them back").click()
    page.wait_for_selector("[data-page=change-withdrawn]")
    page.click("button[lang=lv]")
    page.wait_for_selector("html[lang=lv] [data-page=change-withdrawn]")
    for _ in range(2):
        page.go_back()
        page.wait_for_timeout(200)
        assert page.locator("#known:visible, [data-page=thanks]").count() == 0
        page.reload()
        assert page.locator("#known:visible, [data-page=thanks]").count() == 0
    assert door.boxes() == before


def test_going_back_after_replacing_shows_the_receipt_and_no_answers(page: Page, door: Door) -> None:
    _code, first = answered(page, door)
    page.get_by_role("button", name="Replace or take back your answers").click()
    page.get_by_role("button", name="Answer anew").click()
    fill(page, "20")
    page.dblclick("[name=send]")
    assert receipt(page) == first
    page.go_back()
    page.wait_for_selector("text=We already have your answers")
    assert page.locator("#answers").count() == 0


def test_a_step_without_connection_changes_nothing_and_can_be_tried_again(page: Page, door: Door) -> None:
    answered(page, door)
    page.context.set_offline(True)
    page.get_by_role("button", name="Replace or take back your answers").click()
    expect(page.locator("#not-sent")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Replace or take back your answers").click()
    page.wait_for_selector("[data-page=change-choose]")


# --- the server goes away ---


@contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    """A server that stops at the end of the block."""
    process = subprocess.Popen([sys.executable, "-m", "surveyapp.cli", "serve"], env=environment(folder, port))
    try:
        wait_until_up(f"http://127.0.0.1:{port}", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_a_restart_and_a_new_session_secret_in_the_middle_lose_nothing(page: Page, tmp_path: Path) -> None:
    port = free_port()
    door = prepare(tmp_path, codes=10)
    door.address = f"http://127.0.0.1:{port}"
    with serving(tmp_path, port):
        open_by_link(page, door, "en", door.small.pop())
        answer_small(page, "7", "vārds")
        kept = chosen(page)
    send(page)
    page.wait_for_selector("text=Not sent yet. Your answers are still here.")
    secret = next(path for path in tmp_path.rglob("session*") if path.is_file())
    secret.unlink()
    with serving(tmp_path, port):
        page.click("button[lang=lv]")
        page.wait_for_selector("html[lang=lv]")
        assert chosen(page) == kept
        assert page.input_value("#q-short_word-field") == "vārds"
        send(page)
        assert receipt(page)
        assert door.boxes() == 1


def test_an_answer_given_by_a_groups_code_leaves_the_code_open_for_the_others(page: Page, door: Door) -> None:
    before = door.boxes()
    code = door.group[0]
    for _ in range(2):
        page.goto("about:blank")
        open_by_link(page, door, "en", code)
        assert page.is_visible("text=Anyone with this group's code can answer (group: Cēsu 1. pamatskola).")
        answer_all(page)
        page.fill("#q-years-field", "3")
        send(page)
        first = receipt(page)
        page.go_back()
        page.wait_for_selector("text=We already have your answers")
        assert receipt(page) == first
    assert door.boxes() == before + 2
