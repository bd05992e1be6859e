"""A wave's life in a browser: coordinator, steward and auditor, on a phone and on a desk, with and without JavaScript."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.core import clock, municipalities, schema
from surveyapp.core.database import writing
from surveyapp.feedback import yearly
from surveyapp.settings import load
from surveyapp.staff import store as accounts
from surveyapp.survey import key_files, store, wave_store
from surveyapp.survey.models import SealedBox
from surveyapp.survey.wave_store import NewCode
from tests.browser import looks
from tests.browser.conftest import StartServer, environment
from tests.browser.entering import enter
from tests.surveyapp.feedback.years import feedback
from tests.surveyapp.survey import small

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]
PASSPHRASE = "zirgs baterija skava ābols"  # noqa: S105 - it guards invented answers
TABLE = "Tabula (CSV)"
DAYS = (date(2026, 1, 1), date(2036, 1, 1))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app with the short questionnaire and an account for each role that looks after waves."""
    made = create_app(load(environment(tmp_path_factory.mktemp("waves"), 8000)))
    with made.app_context():
        schema.upgrade()
        place = municipalities.create("cesis", "Cēsu novads")
        small.publish()
        for role in ("coordinator", "steward", "auditor"):
            accounts.add_account(place, f"{role}@example.org", role, None, by="test")
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def address(start_server: StartServer, app: Flask) -> str:
    """The address of a server on the same folder."""
    return start_server(app.extensions["settings"].data_dir)


@pytest.fixture
def open_as(browser: Browser, app: Flask, address: str) -> Iterator[OpenPage]:
    """Open a signed-in page of somebody with a role, 320 pixels wide; without JavaScript if asked."""
    contexts: list[BrowserContext] = []

    def open_page(role: str, *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": 320, "height": 640},
            reduced_motion="reduce",
            locale="lv-LV",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        enter(page, app, f"{role}@example.org")
        return page

    yield open_page
    for context in contexts:
        context.close()


def check(page: Page, what: str) -> None:
    """No barrier, nothing beyond the edge, on a phone and on a desk."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        looks.check(page, f"{what} at {width}")
    page.set_viewport_size({"width": 320, "height": 640})


def draft(page: Page, name: str) -> str:
    """Draft a wave as the coordinator; returns the address of its page."""
    page.goto("/waves/new?questionnaire=small/1")
    page.get_by_label("Kārtas nosaukums").fill(name)
    page.get_by_label("Pirmā diena").fill("2026-01-01")
    page.get_by_label("Pēdējā diena").fill("2036-01-01")
    page.get_by_label("Skolas").fill("20")
    page.get_by_label("Klīnikas").fill("20")
    page.get_by_role("button", name="Saglabāt melnrakstu").click()
    expect(page.get_by_text("Melnraksts ir saglabāts.")).to_be_visible()
    return page.url


def make_key(page: Page, wave: str, files: Path) -> Path:
    """Make the key as the steward and save its file and sheet; returns the key's file."""
    page.goto(f"{wave}/key")
    page.get_by_label("Parole", exact=True).fill(PASSPHRASE)
    page.get_by_label("Tā pati parole vēlreiz").fill(PASSPHRASE)
    page.get_by_label("Es saprotu").check()
    page.get_by_role("button", name="Izveidot atslēgu").click()
    saved = [save(page, link, files) for link in ("Saglabāt atslēgas failu", "Saglabāt atjaunošanas lapu")]
    assert saved[0].read_text(encoding="ascii").startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert saved[1].read_bytes().startswith(b"%PDF-")
    return saved[0]


def save(page: Page, name: str, files: Path) -> Path:
    """Press a button or link that gives a file, and save it."""
    place = page.get_by_role("main")
    with page.expect_download() as download:
        place.get_by_role("button", name=name).click()
    file = files / download.value.suggested_filename
    download.value.save_as(file)
    return file


def hand_in(page: Page, path: str, key: Path, button: str) -> None:
    """Hand in the key's file and its passphrase, and tick what there is to tick."""
    page.goto(path)
    page.get_by_label("Atslēgas fails").set_input_files(key)
    page.get_by_label("Parole", exact=True).fill(PASSPHRASE)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("main").get_by_role("button", name=button).click()


def codes(page: Page, wave: str, files: Path) -> list[str]:
    """Make twelve codes as the coordinator; returns their links."""
    page.goto(f"{wave}/codes")
    page.get_by_label("Cik kodu").fill("12")
    page.get_by_label(TABLE).check()
    page.get_by_label("Es zinu, ka bez datu glabātāja atslēgas").check()
    file = save(page, "Izveidot kodus un saglabāt failu", files)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [row["link"] for row in csv.DictReader(opened)]


def answer(app: Flask, links: list[str]) -> None:
    """Invented people answer."""
    with app.app_context():
        for number, link in enumerate(links):
            assert isinstance(store.submit(link, store.new_receipt(), small.sheet(number)), store.Submitted)


def confirm(page: Page, path: str, button: str) -> None:
    """Tick the one box of a page and press its button."""
    page.goto(path)
    page.get_by_role("checkbox").check()
    page.get_by_role("main").get_by_role("button", name=button).click()


def test_a_wave_is_drafted_and_its_key_made_on_a_phone(open_as: OpenPage, tmp_path: Path) -> None:
    coordinator, steward = open_as("coordinator"), open_as("steward")
    for path in ("/waves/", "/waves/new", "/waves/new?questionnaire=small/1"):
        coordinator.goto(path)
        check(coordinator, path)
    coordinator.get_by_role("button", name="Saglabāt melnrakstu").click()
    expect(coordinator.get_by_role("alert")).to_contain_text("Dodiet kārtai nosaukumu.")
    check(coordinator, "an empty draft")
    wave = draft(coordinator, "Vasara")
    check(coordinator, "the draft")
    look(coordinator, wave, "delete", "draft")
    steward.goto(f"{wave}/key")
    steward.get_by_label("Parole", exact=True).fill("ābols")
    expect(steward.get_by_text("Rakstzīmju skaits: 5")).to_be_visible()
    steward.get_by_role("button", name="Izveidot atslēgu").click()
    check(steward, "the ceremony with a short passphrase")
    key = make_key(steward, wave, tmp_path)
    check(steward, "the page that holds the key")
    steward.goto(f"{wave}/trial")
    steward.get_by_role("button", name="Izmēģināt atslēgu").click()
    check(steward, "the trial without a key")
    hand_in(steward, f"{wave}/trial", key, "Izmēģināt atslēgu")
    expect(steward.get_by_text("atslēga un tās parole darbojas")).to_be_visible()


def look(page: Page, wave: str, *deeds: str) -> None:
    """Look at pages about a wave."""
    for deed in deeds:
        page.goto(f"{wave}/{deed}")
        check(page, deed)


def closed(coordinator: Page, steward: Page, app: Flask, files: Path) -> tuple[str, Path]:
    """Lead a wave to its close, with twelve answers; returns the address of its page and the key's file."""
    wave = draft(coordinator, "Rudens")
    key = make_key(steward, wave, files)
    hand_in(steward, f"{wave}/trial", key, "Izmēģināt atslēgu")
    look(coordinator, wave, "codes")
    answer(app, codes(coordinator, wave, files))
    coordinator.goto(wave)
    expect(coordinator.get_by_text("12; izsniegto kodu skaits: 12")).to_be_visible()
    check(coordinator, "a wave that takes answers")
    look(coordinator, wave, "close")
    confirm(coordinator, f"{wave}/close", "Slēgt kārtu tagad")
    return wave, key


def test_a_wave_is_opened_in_spite_of_a_damaged_box_on_a_phone(open_as: OpenPage, app: Flask, tmp_path: Path) -> None:
    coordinator, steward, auditor = open_as("coordinator"), open_as("steward"), open_as("auditor")
    wave, key = closed(coordinator, steward, app, tmp_path)
    with app.app_context(), writing() as session:
        session.scalars(select(SealedBox).limit(1)).one().ciphertext = b"damaged"
    look(steward, wave, "open")
    hand_in(steward, f"{wave}/open", key, "Atvērt kārtu")
    expect(steward.get_by_role("heading", name="Kastīšu un atbilžu skaits nesakrīt")).to_be_visible()
    check(steward, "a mismatch")
    look(steward, wave, "ask")
    steward.get_by_label("Kas noticis un kāpēc turpināt").fill("Serveru telpā bija ūdens.")
    steward.get_by_role("button", name="Lūgt revidenta piekrišanu").click()
    look(auditor, wave, "decide")
    auditor.get_by_label("Piekrītu: atvērt kārtu").check()
    auditor.get_by_role("button", name="Izlemt").click()
    check(auditor, "an agreement")
    hand_in(steward, f"{wave}/open", key, "Atvērt kārtu")
    expect(steward.get_by_text("Atvērtās atbildes: 11.")).to_be_visible()
    look(steward, wave, "destroyed")
    confirm(steward, f"{wave}/destroyed", "Apliecināt, ka atslēga ir iznīcināta")
    check(steward, "a released wave")
    look(coordinator, wave, "codes", "supplement")


def test_everything_works_without_javascript(open_as: OpenPage, app: Flask, tmp_path: Path) -> None:
    coordinator, steward = open_as("coordinator", script=False), open_as("steward", script=False)
    wave = draft(coordinator, "Pavasaris")
    key = make_key(steward, wave, tmp_path)
    hand_in(steward, f"{wave}/trial", key, "Izmēģināt atslēgu")
    answer(app, codes(coordinator, wave, tmp_path))
    confirm(coordinator, f"{wave}/close", "Slēgt kārtu tagad")
    hand_in(steward, f"{wave}/open", key, "Atvērt kārtu")
    expect(steward.get_by_text("Atvērtās atbildes: 12.")).to_be_visible()
    confirm(steward, f"{wave}/destroyed", "Apliecināt, ka atslēga ir iznīcināta")
    expect(steward.get_by_text("vecās rezerves kopijas paliek aizzīmogotas").first).to_be_visible()


def test_a_code_is_stopped_on_a_phone_and_whoever_has_it_reads_whom_to_ask(open_as: OpenPage, app: Flask) -> None:
    with app.app_context():
        made = small.running(app, "group", codes=2, name="Grupas", days=DAYS)
        wave = f"/waves/{made.facts().id}"
    coordinator = open_as("coordinator")
    coordinator.goto(f"{wave}/stop")
    check(coordinator, "the page that stops a code")
    coordinator.get_by_role("main").get_by_role("button", name="Apturēt kodu").click()
    check(coordinator, "the page that stops a code, nothing chosen")
    coordinator.get_by_label("group 0").check()
    coordinator.get_by_label("Apturēt to pavisam").check()
    coordinator.get_by_role("main").get_by_role("button", name="Apturēt kodu").click()
    expect(coordinator.get_by_text("Kods ir apturēts.")).to_be_visible()
    check(coordinator, "a wave with a stopped code")
    coordinator.goto("/s/?lang=lv")
    coordinator.get_by_label("Kods", exact=False).first.fill(made.codes[0].typed)
    coordinator.get_by_role("main").get_by_role("button").first.click()
    expect(coordinator.get_by_role("heading", name="Šis kods ir apturēts")).to_be_visible()
    check(coordinator, "a stopped code at the door")


def test_a_wave_with_too_few_boxes_leads_to_its_supplement(open_as: OpenPage, app: Flask) -> None:
    with app.app_context():
        made = small.running(app, name="Mazā", days=DAYS)
        answer(app, [code.link for code in made.codes[:7]])
        wave_store.close(made.facts(), "coordinator@example.org")
        wave = f"/waves/{made.facts().id}"
    coordinator = open_as("coordinator")
    coordinator.goto(wave)
    expect(coordinator.get_by_text("Tā paliek aizzīmogota uz visiem laikiem")).to_be_visible()
    expect(coordinator.get_by_text("Aptaujāt tos, kas nokavēja")).to_have_count(0)
    check(coordinator, "a wave with too few boxes")
    coordinator.get_by_role("button", name="Aptaujāt visus papildu kārtā").click()
    check(coordinator, "the supplement of a wave that stays sealed")


def yearly_key(app: Flask, folder: Path) -> Path:
    """A year of feedback whose only wave with answers is closed; returns the file of its key."""
    keys: list[X25519PrivateKey] = []
    codes: list[NewCode] = []
    with app.app_context():
        place, year = municipalities.find("cesis").id, clock.today().year
        yearly.prove(yearly.give_key(place, year, "test", hand_over=keys.append), keys[0], "test")
        wave = yearly.waves_of(place, year)[0]
        wave_store.invite(wave, 1, "test", group="Mācības", pool="2.1.b", hand_over=codes.extend)
        for _ in range(12):
            store.submit(codes[0].link, store.new_receipt(), feedback())
        wave_store.close(wave_store.find(place, wave.name), "test")
    file = folder / "year.pem"
    file.write_bytes(key_files.as_pem(keys[0], PASSPHRASE.encode()))
    return file


def test_the_waves_of_a_year_are_opened_on_one_page(open_as: OpenPage, app: Flask, tmp_path: Path) -> None:
    key = yearly_key(app, tmp_path)
    steward = open_as("steward")
    steward.goto("/feedback/years")
    check(steward, "a year with a wave to open")
    steward.get_by_role("button", name="gada kārtas").click()
    check(steward, "the page that opens a year")
    steward.get_by_role("button", name="Atvērt 1 kārtu").click()
    check(steward, "the page that opens a year, nothing filled in")
    hand_in(steward, steward.url, key, "Atvērt 1 kārtu")
    expect(steward.get_by_role("status").first).to_contain_text("ir atvērta, un tās pēdas ir iztīrītas")
    check(steward, "an opened year")


def stay(asked: list[str], dialog: Dialog) -> None:
    """Note what the browser asks, and stay on the page."""
    asked.append(dialog.type)
    dialog.dismiss()


def test_leaving_the_page_that_holds_the_key_unsaved_asks_first(open_as: OpenPage) -> None:
    wave = draft(open_as("coordinator"), "Ziema")
    steward = open_as("steward")
    asked: list[str] = []
    steward.on("dialog", partial(stay, asked))
    steward.goto(f"{wave}/key")
    steward.get_by_label("Parole", exact=True).fill(PASSPHRASE)
    steward.get_by_label("Tā pati parole vēlreiz").fill(PASSPHRASE)
    steward.get_by_label("Es saprotu").check()
    steward.get_by_role("button", name="Izveidot atslēgu").click()
    steward.get_by_role("heading", level=1).click()
    steward.get_by_role("link", name="Kārtas").click(no_wait_after=True)
    steward.wait_for_timeout(300)
    assert asked == ["beforeunload"]
