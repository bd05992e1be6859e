"""What is done about a conference again and again: publishing, registering, reading a code, looking at a page on a phone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zxingcpp
from playwright.sync_api import Locator, Page

from surveyapp.core import clock
from tests.browser.conftest import run
from tests.browser.looks import check, small_targets

Phone = Callable[..., Page]
TODAY = clock.day_of(clock.system_clock())
PEOPLE = ("Žanete Bērziņa (izdomāta)", "Ģirts Ozoliņš (izdomāts)", "Līga Kalniņa (izdomāta)")


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


def registers(page: Page, where: str, name: str, email: str = "persona@example.org") -> str:
    """Somebody registers; returns their own link."""
    page.goto(where)
    page.get_by_label("Vārds un uzvārds").fill(name)
    page.get_by_label("E-pasta adrese").fill(email)
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
