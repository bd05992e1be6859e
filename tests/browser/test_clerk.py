"""A clerk types in a stack of sheets in a real browser: by keyboard alone, without JavaScript, on a small screen if need be."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from surveyapp.survey.codes import shown
from tests.browser.conftest import StartServer
from tests.browser.looks import check
from tests.browser.respondent_pages import Door, prepare

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("respondent")]
LAST = "send"


@pytest.fixture(scope="module")
def door(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Door:
    """A running server with a wave that takes answers."""
    made = prepare(tmp_path_factory.mktemp("clerk"), codes=16)
    made.address = start_server(made.folder)
    return made


@pytest.fixture
def page(browser: Browser, door: Door) -> Iterator[Page]:
    """The clerk's screen; fails the test when a script of ours fails."""
    context = browser.new_context(base_url=door.address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    made = context.new_page()
    made.on("pageerror", _raise)
    made.goto("/s/clerk?lang=en")
    expect(made.locator("#code")).to_be_focused()
    yield made
    context.close()


def _raise(error: object) -> None:
    raise AssertionError(error)


def focused(page: Page) -> str:
    """The id of the element that has the focus."""
    name: str = page.evaluate("document.activeElement.id")
    return name


def press(page: Page, text: str, key: str = "Enter") -> None:
    """Type and press a key, whatever has the focus."""
    page.keyboard.type(text)
    page.keyboard.press(key)


def begin(page: Page, door: Door) -> None:
    """Type the code of a fresh sheet."""
    expect(page.locator("#code")).to_be_focused()
    press(page, shown(door.next_code().typed))
    page.wait_for_selector("#sheet")
    expect(page.locator("#q-role")).to_be_focused()


def type_all(page: Page, numbers: dict[str, str] | None = None) -> list[str]:
    """Walk through all lines with Enter, typing "1" unless *numbers* says otherwise; the lines that were met."""
    met = []
    while (name := focused(page)) != LAST:
        met.append(name.removeprefix("q-"))
        press(page, (numbers or {}).get(met[-1], "1"))
        assert len(met) < 100, "the walk ends"
    return met


def test_a_stack_of_sheets_is_typed_in_without_ever_leaving_the_keyboard(page: Page, door: Door) -> None:
    before, receipts = door.boxes(), set()
    for number in range(1, 4):
        begin(page, door)
        met = type_all(page, {"t_received": "1 3,5"})
        assert "t_useful" in met
        page.keyboard.press("Enter")
        page.wait_for_selector(".receipt-number")
        receipts.add(page.inner_text(".receipt-number"))
        assert page.get_by_text("since you began").inner_text().startswith(str(number))
    assert len(receipts) == 3
    assert door.boxes() == before + 3


def test_what_a_number_means_stands_beside_it_and_a_wrong_one_holds_the_clerk_in_its_line(page: Page, door: Door) -> None:
    begin(page, door)
    page.keyboard.type("3")
    assert page.inner_text("output[for=q-role]") == "Police (state or municipal)"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "q-experience"
    press(page, "9")
    assert focused(page) == "q-experience"
    assert page.inner_text("output[for=q-experience]") == "There is no such number here."
    assert page.get_attribute("#q-experience", "aria-invalid") == "true"
    press(page, "2")  # typing replaces the wrong number
    assert page.input_value("#q-experience") == "2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q-role")).to_be_focused()


def test_leaving_a_sheet_that_is_not_sent_asks_first(page: Page, door: Door) -> None:
    asked: list[str] = []
    begin(page, door)
    press(page, "1")

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Children's safety").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.input_value("#q-role") == "1"


def test_lines_that_do_not_concern_the_sheet_are_passed_over(page: Page, door: Door) -> None:
    begin(page, door)
    met = type_all(page, {"t_received": "6"})
    assert "t_useful" not in met
    assert page.inner_text("output[for=q-t_useful]") == "Does not concern this sheet."
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt-number")


def test_an_incomplete_sheet_is_sent_after_one_question_by_keyboard_too(page: Page, door: Door) -> None:
    before = door.boxes()
    begin(page, door)
    type_all(page, {"k_signs": "", "a_duty": "", "answered_before": ""})
    page.keyboard.press("Enter")
    page.wait_for_selector("#summary")
    assert "2 questions are empty. Are they empty on the sheet too?" in page.inner_text("#summary")
    assert focused(page) == "summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt-number")
    assert door.boxes() == before + 1


def test_without_a_role_the_clerk_is_led_back_to_its_line(page: Page, door: Door) -> None:
    begin(page, door)
    type_all(page, {"role": ""})
    page.keyboard.press("Enter")
    page.wait_for_selector("#summary")
    expect(page.locator("#q-role")).to_be_focused()
    page.keyboard.type("2")
    for _ in range(60):
        if focused(page) == LAST:
            break
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt-number")


def test_without_javascript_a_sheet_is_typed_in_with_tab_and_sent(browser: Browser, door: Door) -> None:
    context = browser.new_context(base_url=door.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/s/clerk?lang=en")
    expect(page.locator("#code")).to_be_focused()
    press(page, door.next_code().typed)
    page.wait_for_selector("#sheet")
    press(page, "2")
    page.wait_for_selector("output:has-text('Social service')")
    names = page.locator("#sheet input[id]")
    for place in range(names.count()):
        names.nth(place).fill("1")
    page.get_by_role("button", name="Send this sheet").click()
    page.wait_for_selector(".receipt-number")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
def test_every_page_of_the_clerk_is_accessible_and_fits(page: Page, door: Door, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    check(page, "code")
    press(page, "ABCD")
    page.wait_for_selector("#code-error")
    check(page, "mistyped code")
    page.fill("#code", "")
    begin(page, door)
    press(page, "9")
    check(page, "sheet with a wrong number")
    page.fill("#q-t_received", "6")
    page.click("#send")
    page.wait_for_selector("#summary")
    check(page, "sheet to mend")
    page.fill("#q-role", "1")
    page.click("#send")
    page.wait_for_selector("#really-empty")
    check(page, "sheet with empty lines")
    page.click("#really-empty")
    page.wait_for_selector(".receipt-number")
    check(page, "received")
