"""The game and its posters in a real browser: on a phone, without scripts, by keyboard, for everybody."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE: Final[ViewportSize] = {"width": 320, "height": 640}
DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
QUESTIONS = 9


@pytest.fixture(scope="session")
def codes(demo_folder: Path) -> list[str]:
    """The demonstration's code of an event and of a class."""
    return (demo_folder / "demo-poster-codes.txt").read_text(encoding="ascii").split()


@pytest.fixture
def player(browser: Browser, live: str) -> Iterator[Page]:
    """A child's phone."""
    context = browser.new_context(base_url=live, locale="lv-LV", viewport=PHONE, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def begin(page: Page, code: str) -> None:
    page.goto("/s/?lang=lv")
    page.get_by_label("Kods").fill(code)
    page.get_by_role("main").get_by_role("button").click()


def press(page: Page) -> None:
    page.get_by_role("main").get_by_role("button").click()


def look(page: Page, what: str) -> None:
    """Look at a page on a desk by night and on a phone by day."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESK)
    check(page, f"{what} on a desk")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    check(page, f"{what} on a phone")


def test_a_child_plays_on_a_phone_without_scripts(browser: Browser, live: str, codes: list[str]) -> None:
    context = browser.new_context(base_url=live, locale="lv-LV", viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    begin(page, codes[1])
    press(page)
    for number in range(1, QUESTIONS + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{number}. jautājums no {QUESTIONS}")
        page.get_by_role("radio").nth(number % 3).check()
        press(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Tieši tā!|Vēl ne gluži"))
        press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Paldies par spēli!")
    expect(page.get_by_role("link", name="116111").first).to_be_visible()
    context.close()


def test_every_page_of_the_game_is_readable_by_everybody(player: Page, codes: list[str]) -> None:
    begin(player, codes[1])
    player.locator("details").evaluate("each => each.open = true")
    look(player, "first page")
    press(player)
    look(player, "question")
    press(player)
    expect(player.get_by_role("alert")).to_contain_text("Vispirms izvēlies atbildi")
    look(player, "question without an answer")
    for number in range(QUESTIONS):
        player.get_by_role("radio").nth(3 if number else 0).check()
        press(player)
        if number < 2:
            look(player, f"friendly word {number}")
        press(player)
    look(player, "last page")


def test_a_question_is_a_named_group_and_is_answered_by_keyboard_alone(player: Page, codes: list[str]) -> None:
    begin(player, codes[1])
    player.keyboard.press("Tab")
    player.get_by_role("button", name="Sākam!").focus()
    player.keyboard.press("Enter")
    group = player.get_by_role("radiogroup", name="Kurš teikums par pieskārieniem ir patiess?")
    expect(group).to_be_visible()
    assert group.get_by_role("radio").count() == 4
    group.get_by_role("radio").first.focus()
    player.keyboard.press("ArrowDown")
    player.keyboard.press("Enter")  # from inside the group: sends this answer, switches no language
    expect(player.get_by_role("button", name="Nākamais jautājums")).to_be_visible()
    player.get_by_role("button", name="Nākamais jautājums").focus()
    player.keyboard.press("Enter")
    expect(player.get_by_role("heading", level=1)).to_have_text(f"2. jautājums no {QUESTIONS}")


def test_a_language_switch_on_the_way_keeps_the_place(player: Page, codes: list[str]) -> None:
    begin(player, codes[1])
    press(player)
    player.get_by_role("radio").nth(1).check()
    player.get_by_role("button", name="English").click()
    expect(player.get_by_role("heading", level=1)).to_have_text(f"Question 1 of {QUESTIONS}")
    expect(player.get_by_role("radio").nth(1)).to_be_checked()
    player.get_by_role("button", name="Latviešu").click()


def test_feedback_on_an_event_takes_a_minute_on_a_phone(player: Page, codes: list[str]) -> None:
    begin(player, codes[0])
    look(player, "feedback")
    for group in player.get_by_role("radiogroup").all():
        group.get_by_role("radio").nth(1).check()
    player.locator("[name=send]").click()
    expect(player.get_by_role("heading", level=1)).to_have_text(re.compile("Paldies"))


def test_an_organiser_goes_from_an_event_to_a_poster_that_opens_the_questions(
    signed_in: Callable[[str], Page], player: Page
) -> None:
    page = signed_in("coordinator")
    page.set_viewport_size(PHONE)
    page.goto("/events/all?row=5.1.b&lang=lv")
    page.locator(".event a").first.click()
    page.get_by_role("button", name="Vākt atsauksmes").click()
    look(page, "collecting feedback")
    page.get_by_role("button", name="Izveidot plakātu").click()
    look(page, "poster of an event")
    square = page.get_by_role("img", name="QR kods")
    assert square.evaluate("each => each.complete && each.naturalWidth > 0 && each.clientWidth >= 200")
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Расскажите, как всё прошло")
    code = page.locator(".poster-code").inner_text()
    with page.expect_download() as download:
        page.locator("button[formaction*='poster.pdf']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    player.goto(f"/s/#{page.locator('[name=link]').input_value()}")
    expect(player.get_by_role("radiogroup")).to_have_count(6)
    begin(player, code)
    expect(player.get_by_role("radiogroup")).to_have_count(6)


def test_a_class_poster_prints_on_one_sheet(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("coordinator")
    page.goto("/feedback/game?lang=lv")
    look(page, "the game for classes")
    page.get_by_label("7–10").check()
    page.get_by_label("Klase").fill("5.b klase, kuras nosaukums ir visai garš")
    page.get_by_role("button", name="Izveidot plakātu").click()
    look(page, "poster of a class")
    page.emulate_media(media="print")
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))) == 1


def test_results_of_feedback_and_game_are_readable_and_linked(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("group")
    page.goto("/results/plan/5.1.b?lang=lv")
    expect(page.get_by_role("heading", name="Ko cilvēki teica pēc tam")).to_be_visible()
    look(page, "row with feedback")
    page.goto("/results/plan/5.1.a")
    expect(page.get_by_role("heading", name="Ko cilvēki teica pēc tam")).to_have_count(0)
    page.goto("/results/plan/6.1.d")
    page.get_by_role("link", name="Ko spēlētāji zināja").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Labas uzvedības spēle")
    look(page, "results of the game")


def test_the_steward_finds_the_key_of_the_year(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("steward")
    page.goto("/feedback/years?lang=lv")
    look(page, "keys of the years")
    page.get_by_role("button", name=re.compile("Izveidot .* gada atslēgu")).click()
    look(page, "making a key")
    page.locator("#passphrase").fill("zirnis mākonis trepes kaija")
    page.locator("#again").fill("zirnis mākonis trepes kaija")
    page.locator("#sure").check()
    page.get_by_role("button", name="Izveidot atslēgu").click()
    look(page, "saving a key")
    for name in ("Saglabāt atslēgas failu", "Saglabāt atjaunošanas lapu"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        if name.endswith("failu"):
            key = Path(download.value.path()).read_bytes()
    page.get_by_role("button", name="Abi ir saglabāti").click()
    look(page, "trying a key")
    page.locator("#key_file").set_input_files({"name": "key.pem", "mimeType": "application/x-pem-file", "buffer": key})
    page.locator("#passphrase").fill("zirnis mākonis trepes kaija")
    page.get_by_role("button", name="Izmēģināt atslēgu").click()
    expect(page.get_by_role("status").first).to_contain_text("Rīkotāji tagad var veidot kodus")
