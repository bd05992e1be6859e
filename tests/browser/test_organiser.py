"""An organiser with a phone: a few taps to log an event, one to correct it; by touch, by keyboard, without JavaScript."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import StartServer, run
from tests.browser.entering import enter
from tests.browser.looks import assert_no_barrier
from tests.surveyapp.events.evidence_files import GPS, exif, segment
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
        ["user", "add", "marta@example.org", "--role", "organiser", "--institution", "education_board"],
        ["user", "add", "ilze@example.org", "--role", "coordinator"],
    ):
        run(found, *command)
    return found


@pytest.fixture(scope="module")
def address(start_server: StartServer, folder: Path) -> str:
    """The address of a server on that folder."""
    return start_server(folder)


@pytest.fixture
def open_as(browser: Browser, folder: Path, address: str) -> Iterator[OpenPage]:
    """Open a signed-in page of somebody, 320 pixels wide unless asked otherwise; without JavaScript if asked."""
    contexts: list[BrowserContext] = []

    def open_page(email: str, *, script: bool = True, width: int = 320) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 2 * width},
            reduced_motion="reduce",
            locale="lv-LV",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        enter(page, folder, email)
        return page

    yield open_page
    for context in contexts:
        context.close()


def assert_accessible(page: Page) -> None:
    """Axe finds nothing in either scheme, and nothing stands outside the window."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_no_barrier(page, f"{page.url} {scheme}")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


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
    anna.get_by_label("Nosaukums").fill("Divu labojums")
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
    page.get_by_label("Nosaukums").fill("Ar tastatūru")
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
    page.get_by_text("Izvēlne", exact=True).click()
    page.get_by_role("link", name="Visi pasākumi").click()
    page.get_by_text("Sašaurināt sarakstu").click()
    page.get_by_label("Plāna rinda").select_option("1.1.a")
    page.get_by_role("button", name="Rādīt").click()
    assert_accessible(page)
    page.get_by_role("link", name="Koordinatores pasākums").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Koordinatores pasākums")
    assert_accessible(page)


def test_the_usual_event_is_logged_in_five_taps(open_as: OpenPage) -> None:
    page = open_as("marta@example.org", width=390)
    page.goto("/events/log?row=1.2.a")
    page.get_by_label("Datums").fill("2026-10-05")
    page.get_by_label("Dažādi cilvēki").fill("8")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    page.goto("/events/")
    taps = 0
    for tap in (
        page.get_by_role("button", name="Reģistrēt pasākumu"),
        page.locator("section", has_text="Jūsu ierastās rindas").get_by_role("link", name="Atbalsta grupa"),
        page.get_by_label("Dažādi cilvēki"),
        page.get_by_role("button", name="Saglabāt pasākumu"),
    ):
        assert_accessible(page)
        tap.click()
        taps += 1
        if taps == 3:
            page.keyboard.type("9")
    expect(page.get_by_text("Pasākums ir saglabāts.")).to_be_visible()
    assert taps <= 5


def test_a_copied_event_asks_for_the_day_and_the_numbers_only(open_as: OpenPage) -> None:
    page = open_as("marta@example.org", width=390)
    page.goto("/events/log?row=1.2.a")
    page.get_by_label("Nosaukums").fill("Otrdienas grupa")
    page.get_by_text("Vēl, ja zināms").click()
    page.get_by_label("Vieta").fill("Cēsu bibliotēka")
    page.get_by_label("Dažādi cilvēki").fill("7")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    page.goto("/events/log")
    page.get_by_role("button", name="Kopēt pēdējo pasākumu").click()
    expect(page.get_by_label("Nosaukums")).to_have_value("Otrdienas grupa")
    expect(page.get_by_label("Vieta")).to_have_value("Cēsu bibliotēka")
    expect(page.get_by_label("Dažādi cilvēki")).to_have_value("")
    assert_accessible(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_draft_is_kept_continued_and_discarded(open_as: OpenPage, script: bool) -> None:  # noqa: FBT001 - the parameter
    page = open_as("marta@example.org", width=390, script=script)
    page.goto("/events/log?row=1.1.a")
    page.get_by_label("Nosaukums").fill("Nepabeigts")
    page.get_by_label("Dažādi cilvēki").fill("ap 20")
    page.get_by_role("button", name="Saglabāt kā melnrakstu").click()
    expect(page.get_by_text("Melnraksts glabāsies 30 dienas.")).to_be_visible()
    if script:
        assert_accessible(page)
    page.get_by_role("button", name="Turpināt Nepabeigts").click()
    expect(page.get_by_label("Dažādi cilvēki")).to_have_value("ap 20")
    page.goto("/events/")
    page.get_by_role("link", name="Izmest Nepabeigts").click()
    if script:
        assert_accessible(page)
    page.get_by_role("button", name="Izmest melnrakstu").click()
    expect(page.get_by_text("Melnraksts ir izmests.")).to_be_visible()
    expect(page.get_by_text("Nepabeigts")).to_have_count(0)


def test_a_probable_duplicate_is_asked_about_and_the_enter_key_does_not_agree(open_as: OpenPage) -> None:
    page = open_as("marta@example.org", width=390)
    for _ in range(2):
        page.goto("/events/log?row=1.1.a")
        page.get_by_label("Nosaukums").fill("Divreiz tas pats")
        page.get_by_label("Dažādi cilvēki").fill("5")
        page.get_by_role("button", name="Saglabāt pasākumu").click()
    expect(page.get_by_role("alert")).to_contain_text("Vai tā ir pareizi?")
    assert_accessible(page)
    page.get_by_label("Dažādi cilvēki").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ļoti līdzīgs pasākums")
    expect(page.get_by_label("Dažādi cilvēki")).to_have_value("5")
    page.get_by_role("button", name="Tomēr saglabāt").click()
    expect(page.get_by_text("Pasākums ir saglabāts.")).to_be_visible()


def test_a_correction_says_what_it_changes_in_the_plan(open_as: OpenPage) -> None:
    page = open_as("marta@example.org", width=390)
    page.goto("/events/log?row=1.1.a")
    page.get_by_label("Nosaukums").fill("Lielās mācības")
    page.get_by_label("Dažādi cilvēki").fill("44")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    page.get_by_role("button", name="Labot").click()
    page.get_by_label("Dažādi cilvēki").fill("14")
    page.get_by_label("Iemesls").fill("Pārskatīšanās")
    page.get_by_role("button", name="Saglabāt labojumu").click()
    expect(page.get_by_role("alert")).to_contain_text("Izpildīts, laikā → Nav iestājies termiņš")
    assert_accessible(page)
    page.get_by_role("button", name="Tomēr saglabāt").click()
    expect(page.locator("s", has_text="44")).to_be_visible()


def test_a_photograph_is_kept_without_where_it_was_taken(open_as: OpenPage, tmp_path: Path) -> None:
    page = open_as("marta@example.org", width=390)
    canvas = """() => { const c = document.createElement("canvas"); c.width = 40; c.height = 20;
        c.getContext("2d").fillRect(5, 5, 9, 9); return c.toDataURL("image/jpeg"); }"""
    drawn = b64decode(page.evaluate(canvas).partition(",")[2])
    picture = tmp_path / "IMG 2026.jpg"
    picture.write_bytes(drawn[:2] + segment(0xE1, exif(6)) + drawn[2:])
    page.goto("/events/log?row=1.1.a")
    page.get_by_label("Nosaukums").fill("Ar fotogrāfiju")
    page.get_by_role("button", name="Saglabāt pasākumu").click()
    page.get_by_role("button", name="Pievienot pierādījuma failu").click()
    assert_accessible(page)
    page.get_by_label("Fails").set_input_files(picture)
    page.get_by_role("button", name="Saglabāt failu").click()
    expect(page.get_by_text("Fails ir saglabāts.")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="IMG 2026.jpg", exact=True).click()
    got = started.value.path().read_bytes()
    assert GPS not in got
    size = """source => new Promise((done, fail) => { const i = new Image(); i.onload = () => done([i.width, i.height]);
        i.onerror = fail; i.src = source; })"""
    source = "data:image/jpeg;base64," + b64encode(got).decode()
    assert page.evaluate(size, source) == [20, 40], "it is whole, and turned the way the telephone said"
    page.get_by_role("link", name="Noņemt IMG 2026.jpg").click()
    assert_accessible(page)
    page.get_by_label("Iemesls").fill("Redzamas sejas")
    page.get_by_role("button", name="Noņemt failu").click()
    expect(page.locator("s", has_text="IMG 2026.jpg")).to_be_visible()
    assert_accessible(page)
