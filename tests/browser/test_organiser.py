"""An organiser with a phone: a few taps to log an event, one to correct it; by touch, by keyboard, without JavaScript."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import StartServer, environment
from tests.surveyapp.events.plans import PLAN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small plan, an organiser, a coordinator and a group member."""
    found = tmp_path_factory.mktemp("organiser")
    file = found / "small.yaml"
    file.write_text(PLAN, encoding="utf-8")
    for command in (
        ["init", "--municipality", "cesis", "--name", "Cēsu novads"],
        ["plan", "load", str(file)],
        ["user", "add", "anna@example.org", "--role", "organiser", "--institution", "social_service"],
        ["user", "add", "ilze@example.org", "--role", "coordinator"],
    ):
        run(found, *command)
    return found


def run(folder: Path, *command: str) -> str:
    """Run a command of the app on *folder*."""
    arguments = [sys.executable, "-m", "surveyapp.cli", *command]
    return subprocess.run(arguments, env=environment(folder, 8000), check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def address(start_server: StartServer, folder: Path) -> str:
    """The address of a server on that folder."""
    return start_server(folder)


@pytest.fixture
def open_as(browser: Browser, folder: Path, address: str) -> Iterator[OpenPage]:
    """Open a signed-in page of somebody, 320 pixels wide; without JavaScript if asked."""
    contexts: list[BrowserContext] = []

    def open_page(email: str, *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": 320, "height": 640},
            reduced_motion="reduce",
            locale="lv-LV",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/staff/link/{run(folder, 'user', 'link', email).strip().rpartition('/')[2]}")
        page.get_by_role("main").get_by_role("button").click()
        return page

    yield open_page
    for context in contexts:
        context.close()


def assert_accessible(page: Page) -> None:
    """Axe finds nothing in either scheme, and nothing stands outside 320 pixels."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} {scheme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_event_is_logged_in_a_few_taps_and_corrected_with_the_old_count_visible(open_as: OpenPage) -> None:
    page = open_as("anna@example.org")
    assert_accessible(page)
    page.get_by_role("button", name="Reģistrēt pasākumu").click()
    assert_accessible(page)
    page.get_by_label("Meklēt rindu").fill("specialistu")
    expect(page.get_by_role("link", name="Atbalsta grupa")).to_be_hidden()
    page.get_by_role("link", name="Speciālistu apmācība").click()
    assert_accessible(page)
    page.get_by_label("Dažādi cilvēki").fill("25")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    expect(page.get_by_text("Pasākums ir saglabāts.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Labot").click()
    assert_accessible(page)
    page.get_by_label("Dažādi cilvēki").fill("24")
    page.get_by_label("Iemesls").fill("Viens bija ierakstīts divreiz")
    page.get_by_role("button", name="Saglabāt labojumu").click()
    expect(page.locator("s", has_text="25")).to_be_visible()
    expect(page.get_by_text("Viens bija ierakstīts divreiz")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Mūsu pasākumi").click()
    expect(page.get_by_text("24 cilvēki").first).to_be_visible()
    expect(page.get_by_text("labots", exact=True).first).to_be_visible()
    assert_accessible(page)


def test_what_is_wrong_is_named_beside_its_field_and_behind_the_fold(open_as: OpenPage) -> None:
    page = open_as("anna@example.org")
    page.goto("/events/log?row=1.1.a")
    page.get_by_label("Dažādi cilvēki").fill("30")
    page.get_by_label("Apmeklējumi").fill("20")
    page.get_by_text("Vēl, ja zināms").click()
    page.get_by_label("Stundas").fill("divas")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    expect(page.get_by_role("alert")).to_contain_text("nevar būt vairāk nekā apmeklējumu")
    expect(page.get_by_label("Stundas")).to_have_value("divas")
    expect(page.get_by_label("Stundas")).to_be_visible()
    assert_accessible(page)


def test_two_people_correcting_at_once_see_both(open_as: OpenPage) -> None:
    anna, ilze = open_as("anna@example.org"), open_as("ilze@example.org")
    anna.goto("/events/log?row=1.1.a")
    anna.get_by_label("Dažādi cilvēki").fill("12")
    anna.get_by_role("button", name="Saglabāt pasākumu").click()
    event = anna.url
    for page, people, reason in ((anna, "13", "Annas iemesls"), (ilze, "14", "Ilzes iemesls")):
        page.goto(f"{event}/correct")
        page.get_by_label("Dažādi cilvēki").fill(people)
        page.get_by_label("Iemesls").fill(reason)
    ilze.get_by_role("button", name="Saglabāt labojumu").click()
    expect(ilze.get_by_text("Labojums ir saglabāts")).to_be_visible()
    anna.get_by_role("button", name="Saglabāt labojumu").click()
    expect(anna.get_by_role("alert")).to_contain_text("Ilzes iemesls")
    expect(anna.get_by_label("Dažādi cilvēki")).to_have_value("13")
    assert_accessible(anna)
    anna.get_by_role("button", name="Saglabāt labojumu").click()
    expect(anna.locator("s", has_text="14")).to_be_visible()
    anna.goto(f"{event}/withdraw")
    assert_accessible(anna)
    anna.get_by_label("Iemesls").fill("Izmēģinājums")
    anna.get_by_role("button", name="Atsaukt pasākumu").click()
    expect(anna.get_by_text("Pasākums ir atsaukts, un to vairs neskaita.")).to_be_visible()
    assert_accessible(anna)


def test_everything_works_without_javascript(open_as: OpenPage) -> None:
    page = open_as("anna@example.org", script=False)
    page.get_by_role("button", name="Reģistrēt pasākumu").click()
    page.get_by_label("Meklēt rindu").fill("atbalsta")
    page.get_by_role("button", name="Meklēt").click()
    expect(page.get_by_role("link", name="Speciālistu apmācība")).to_have_count(0)
    page.get_by_role("link", name="Atbalsta grupa").click()
    page.get_by_label("Dažādi cilvēki").fill("11")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    expect(page.get_by_text("11 cilvēki")).to_be_visible()


def test_an_event_is_logged_with_the_keyboard_alone(open_as: OpenPage) -> None:
    page = open_as("anna@example.org")
    page.goto("/events/log?row=1.1.a")
    page.get_by_label("Dažādi cilvēki").focus()
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    page.keyboard.type("18")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/events/\d+$"))
    expect(page.get_by_text("9 cilvēki · 18 apmeklējumi")).to_be_visible()


def test_the_list_of_all_events_is_accessible_and_leads_to_one(open_as: OpenPage) -> None:
    page = open_as("ilze@example.org")
    page.goto("/events/log?row=1.1.a")
    assert_accessible(page)
    page.get_by_label("Nosaukums").fill("Koordinatores pasākums")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    page.get_by_role("link", name="Visi pasākumi").click()
    page.get_by_text("Sašaurināt sarakstu").click()
    page.get_by_label("Plāna rinda").select_option("1.1.a")
    page.get_by_role("button", name="Rādīt").click()
    assert_accessible(page)
    page.get_by_role("link", name="Koordinatores pasākums").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Koordinatores pasākums")
    assert_accessible(page)
