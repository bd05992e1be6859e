"""The door of a conference on phones: by code, by name, walk-ins, two doors of which one is offline, no scripts."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from surveyapp.core import clock
from tests.browser.conftest import StartServer
from tests.browser.looks import check, small_targets, walked
from tests.browser.test_organiser import run
from tests.surveyapp.events.plans import PLAN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Phone = Callable[..., Page]
TODAY = clock.system_clock().date()
PEOPLE = ("Žanete Bērziņa (izdomāta)", "Ģirts Ozoliņš (izdomāts)", "Līga Kalniņa (izdomāta)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small plan and an organiser."""
    found = tmp_path_factory.mktemp("door")
    file = found / "small.yaml"
    file.write_text(PLAN.replace("ends: 2027-12-31", "ends: 2035-12-31"), encoding="utf-8")
    for command in (
        ["init", "--municipality", "cesis", "--name", "Cēsu novads"],
        ["plan", "load", str(file)],
        ["user", "add", "anna@example.org", "--role", "organiser", "--institution", "social_service"],
    ):
        run(found, *command)
    return found


@pytest.fixture(scope="module")
def address(start_server: StartServer, folder: Path) -> str:
    """The address of a server on that folder."""
    return start_server(folder)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Phone]:
    """Open a page on a phone of its own, with scripts or without."""
    contexts: list[BrowserContext] = []

    def open_page(*, script: bool = True) -> Page:
        contexts.append(
            browser.new_context(
                base_url=address,
                viewport={"width": 390, "height": 844},
                reduced_motion="reduce",
                locale="lv-LV",
                java_script_enabled=script,
                accept_downloads=True,
            )
        )
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def looked_at(page: Page, what: str) -> None:
    """Axe finds nothing by day and by night, nothing is off the screen at 390 and 320 pixels, and thumbs hit everything."""
    for width, scheme in ((390, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        check(page, f"{what}, {scheme}")
        assert small_targets(page) == [], what
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="light")


def signed_in(page: Page, folder: Path) -> Page:
    """The organiser's page."""
    page.goto(f"/staff/link/{run(folder, 'user', 'link', 'anna@example.org').strip().rpartition('/')[2]}")
    page.get_by_role("main").get_by_role("button").click()
    return page


def made(page: Page) -> str:
    """Publish a conference of today; returns its public address."""
    page.goto("/registration/new")
    for label, text in {
        "Nosaukums": "Kopā bērnu drošībai (izdomāta)",
        "Konferences diena": TODAY.isoformat(),
        "Sākums": "00:00",
        "Beigas": "23:30",
        "Vieta": "Koncertzāle",
        "Kam vaicāt": "Izdomāta Anna, 60 000 000",
    }.items():
        page.get_by_label(re.compile(rf"^{label}( \(|$)")).first.fill(text)
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true; })")
    page.locator("[name=indicator]").select_option("1.1.a")
    page.locator("[name=deadline]").fill(TODAY.isoformat())
    page.get_by_role("button", name="Saglabāt melnrakstu").click()
    page.get_by_role("button", name="Publicēt").click()
    found = page.locator("a.own-link").get_attribute("href")
    assert found
    return found


def registers(page: Page, where: str, name: str) -> str:
    """Somebody registers; returns their own link."""
    page.goto(where)
    page.get_by_label("Vārds un uzvārds").fill(name)
    page.get_by_label("E-pasta adrese").fill("persona@example.org")
    page.get_by_label("Kur Jūs strādājat").fill("Izdomāta skola")
    page.get_by_label("Veselība").check()
    page.get_by_label("Es to izlasīju un piekrītu.").check()
    page.locator("form#register button[type=submit]").click()
    found = page.locator(".own-link a").get_attribute("href")
    assert found
    return found


@dataclass(frozen=True)
class Scene:
    """An organiser's phone at a conference of today for which three people registered, and those people's own links."""

    desk: Page
    door: str
    own_links: list[str]


@pytest.fixture
def scene(phone: Phone, folder: Path) -> Scene:
    """A conference of today."""
    page = signed_in(phone(), folder)
    where, guest = made(page), phone()
    links = [registers(guest, where, name) for name in PEOPLE]
    page.get_by_role("link", name="Atzīmēt ierašanos pie ieejas").click()
    return Scene(page, page.url, links)


def link_for_helpers(scene: Scene) -> str:
    """Make the door's link."""
    scene.desk.goto(f"{scene.door}/link")
    looked_at(scene.desk, "no link yet")
    scene.desk.get_by_role("button", name="Izveidot saiti").click()
    looked_at(scene.desk, "the link")
    found = scene.desk.locator(".own-link a").get_attribute("href")
    assert found
    return found


def scanned(page: Page) -> str:
    """What a camera reads in the square on a page."""
    draw = """image => { const canvas = document.createElement('canvas'); canvas.width = canvas.height = 400;
        const brush = canvas.getContext('2d'); brush.fillStyle = '#fff'; brush.fillRect(0, 0, 400, 400);
        brush.drawImage(image, 40, 40, 320, 320);
        return [...brush.getImageData(0, 0, 400, 400).data].filter((_, place) => place % 4 === 0); }"""
    pixels = np.array(page.locator("img.ticket").evaluate(draw), np.uint8).reshape(400, 400)
    (found,) = zxingcpp.read_barcodes(pixels)
    return str(found.text)


def row(page: Page, name: str) -> Locator:
    """Somebody's line on the door's list."""
    return page.locator("[data-guest]").filter(has_text=name)


def total(page: Page) -> Locator:
    """How many came, as the page says it."""
    return page.locator("[data-total]")


def test_a_scanned_code_checks_in_after_one_tap(scene: Scene, phone: Phone) -> None:
    guest, helper = phone(), phone()
    guest.goto(scene.own_links[0])
    looked_at(guest, "own page with the code")
    code = scanned(guest)
    helper.goto(code)
    looked_at(helper, "a code where there is no door")
    expect(helper.locator("main")).not_to_contain_text("Žanete")
    helper.goto(link_for_helpers(scene))
    looked_at(helper, "door of helpers")
    expect(helper.locator("main")).not_to_contain_text("@")
    helper.goto(code)
    looked_at(helper, "ticket")
    helper.get_by_role("button", name="Atzīmēt").click()
    expect(helper.get_by_role("status")).to_contain_text("Ierašanās atzīmēta.")
    looked_at(helper, "ticket, checked in")
    helper.get_by_role("link", name="Uz ieejas sarakstu").click()
    expect(total(helper)).to_have_text("1")
    guest.reload()
    expect(guest.get_by_text("Jūsu ierašanās ir atzīmēta.")).to_be_visible()
    looked_at(guest, "own page afterwards")


def test_a_name_is_found_while_typing_without_diacritics_and_taken_back_with_a_trace(scene: Scene) -> None:
    page = scene.desk
    page.goto(scene.door)
    looked_at(page, "door")
    page.get_by_role("searchbox").fill("ozolins girts")
    expect(row(page, "Žanete")).to_be_hidden()
    row(page, "Ģirts").get_by_role("button", name="Atzīmēt").click()
    expect(row(page, "Ģirts").get_by_text("ir klāt")).to_be_visible()
    expect(total(page)).to_have_text("1")
    row(page, "Ģirts").get_by_role("button", name="Atsaukt").click()
    expect(total(page)).to_have_text("0")
    page.get_by_role("searchbox").fill("nav tāda")
    expect(page.get_by_text("Neviens neatbilst")).to_be_visible()
    page.goto(scene.door)
    page.get_by_text("Atsauktās atzīmes").click()
    looked_at(page, "door with a trace")
    assert list(walked(page, "Tab")) == []


def test_two_doors_of_which_one_is_offline_count_everybody_once(scene: Scene, phone: Phone) -> None:
    link = link_for_helpers(scene)
    first, second = phone(), phone()
    first.goto(link)
    second.goto(link)
    second.context.set_offline(offline=True)
    for name in PEOPLE[:2]:
        row(second, name).get_by_role("button", name="Atzīmēt").click()
    second.get_by_label(re.compile("^Vārds")).fill("Garāmgājēja Izdomāta")
    second.get_by_label("Izglītība").check()
    second.get_by_role("button", name="Pieskaitīt dalībnieku").click()
    expect(second.locator("[data-waiting]")).to_have_text("Gaida nosūtīšanu: 3")
    looked_at(second, "offline")
    kept = str(second.evaluate("JSON.stringify(sessionStorage)"))
    assert "check_in" in kept
    assert "Izdom" not in kept
    row(first, PEOPLE[0]).get_by_role("button", name="Atzīmēt").click()
    expect(total(first)).to_have_text("1")
    second.context.set_offline(offline=False)
    expect(second.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    expect(total(second)).to_have_text("3")
    expect(total(first)).to_have_text("3", timeout=20_000)  # the other door learns of it by itself
    first.reload()
    expect(first.get_by_text("Garāmgājēja Izdomāta")).to_be_visible()
    expect(first.locator("[data-newer]")).to_be_hidden()
    registers(phone(), scene.own_links[0].partition("/own/")[0], "Jauna Pieteikusies (izdomāta)")
    expect(first.locator("[data-newer]")).to_be_visible(timeout=20_000)  # or they would be taken for a walk-in
    first.locator("[data-newer] a").click()
    expect(row(first, "Jauna Pieteikusies (izdomāta)")).to_be_visible()


def test_an_answer_that_is_lost_on_the_way_does_not_count_twice(scene: Scene, phone: Phone) -> None:
    page = phone()
    page.goto(link_for_helpers(scene))
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # it reaches the server, its answer does not come back
            route.abort()
        else:
            route.continue_()

    page.route("**/r/door/*", lose_the_first)
    page.get_by_label("Izglītība").check()
    page.get_by_role("button", name="Pieskaitīt dalībnieku").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    assert lost == [200]
    expect(total(page)).to_have_text("1")


def test_a_certificate_is_downloaded_read_and_checked_and_the_head_count_logged(scene: Scene, phone: Phone) -> None:
    desk, guest = scene.desk, phone()
    row(desk, "Žanete").get_by_role("button", name="Atzīmēt").click()
    expect(total(desk)).to_have_text("1")
    guest.goto(scene.own_links[0])
    with guest.expect_download() as download:
        guest.get_by_role("button", name="Apliecinājums par dalību").click()
    command = ["pdftotext", "-layout", str(download.value.path()), "-"]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Žanete Bērziņa (izdomāta)" in words
    code = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", words)
    assert code
    guest.goto("/r/verify")
    looked_at(guest, "check of a code")
    guest.get_by_label("Apliecinājuma kods").fill(code[0])
    guest.get_by_role("button", name="Pārbaudīt").click()
    expect(guest.get_by_role("status")).to_contain_text("Derīgs.")
    expect(guest.locator("main")).not_to_contain_text("Žanete")
    looked_at(guest, "a valid code")
    guest.goto("/r/verify?code=AAAA")
    looked_at(guest, "a code that attests nothing")
    desk.goto(scene.door.replace("/door", "/certificates"))
    looked_at(desk, "certificates")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Lejupielādēt visus").click()
    assert download.value.suggested_filename.endswith(".pdf")
    desk.goto(scene.door.replace("/door", "/head-count"))
    looked_at(desk, "head count")
    desk.get_by_role("button", name="Reģistrēt dalībnieku skaitu").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Kopā bērnu drošībai")
    desk.goto(scene.door.replace("/door", "/head-count"))
    expect(desk.get_by_text("Pasākums ir reģistrēts ar šiem skaitļiem.")).to_be_visible()
    looked_at(desk, "head count, logged")


def test_the_door_works_without_scripts_and_paper_is_typed_in(scene: Scene, phone: Phone) -> None:
    page = phone(script=False)
    page.goto(link_for_helpers(scene))
    page.get_by_role("searchbox").fill("berzina")
    page.get_by_role("button", name="Meklēt").click()
    expect(page.locator("[data-guest]")).to_have_count(1)
    row(page, "Žanete").get_by_role("button", name="Atzīmēt").click()
    expect(page.get_by_text("Ierašanās atzīmēta.")).to_be_visible()
    page.get_by_label("Izglītība").check()
    page.get_by_role("button", name="Pieskaitīt dalībnieku").click()
    expect(total(page)).to_have_text("2")
    desk = scene.desk
    desk.goto(f"{scene.door}/print")
    looked_at(desk, "list for ticking")
    desk.goto(f"{scene.door}/ticked")
    desk.get_by_label("Līga").check()
    desk.get_by_label("Veselība").last.fill("2")
    looked_at(desk, "typing in")
    desk.get_by_role("button", name="Atzīmēt").click()
    expect(total(desk)).to_have_text("5")
