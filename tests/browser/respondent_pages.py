"""The respondent's door in a real browser: a running server with codes, and the few things a respondent does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Page
from sqlalchemy import func, select

from questionnaires.library import find_questionnaire
from surveyapp.app import create_app
from surveyapp.core import municipalities, schema
from surveyapp.core.clock import today
from surveyapp.core.database import reading
from surveyapp.settings import load
from surveyapp.survey import questionnaire_store, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.models import SealedBox
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.browser.looks import check, small_targets
from tests.databases import surroundings
from tests.surveyapp.survey.small import REFERENCE as SMALL
from tests.surveyapp.survey.small import RULED, YAML

REFERENCE = "specialists/2"
WHO = "steward@example.org"


@dataclass
class Door:
    """A running server whose waves take answers, and codes that nobody used yet.

    ``codes`` open the specialists' questionnaire; ``small`` the short one with numbers and own words, ``group`` the same by the
    code of a group, ``ruled`` its version with a show-if rule about a number.
    """

    folder: Path
    address: str = ""
    codes: list[NewCode] = field(default_factory=list)
    small: list[NewCode] = field(default_factory=list)
    group: list[NewCode] = field(default_factory=list)
    ruled: list[NewCode] = field(default_factory=list)

    def next_code(self) -> NewCode:
        """A code of the specialists' questionnaire that no test has used."""
        return self.codes.pop()

    def boxes(self) -> int:
        """How many answers are stored."""
        app = create_app(load(surroundings(self.folder)))
        with app.app_context(), reading() as session:
            stored = session.scalar(select(func.count()).select_from(SealedBox)) or 0
        app.extensions["engine"].dispose()
        return stored


def prepare(folder: Path, codes: int, small: int = 10) -> Door:
    """A data folder with open waves: the specialists', the short one, the short one for a group, and the one with a rule."""
    app = create_app(load(surroundings(folder)))
    door = Door(folder)
    with app.app_context():
        schema.upgrade()
        place = municipalities.create("cesis", "Cēsu novads")
        file = find_questionnaire(REFERENCE)
        questionnaire_store.publish(place, file.read_text(encoding="utf-8"), str(file), WHO)
        for text in (YAML, RULED):
            questionnaire_store.publish(place, text, "small.yaml", WHO)
        days = today() - timedelta(1), today() + timedelta(14)
        people = {"schools": 20, "clinics": 20}
        door.codes = _codes(place, NewWave("now", REFERENCE, *days, {"teacher": 30, "care": 15, "response": 15}), codes)
        door.small = _codes(place, NewWave("small", SMALL, *days, people, free_text=True), small)
        door.group = _codes(place, NewWave("group", SMALL, *days, people, "group", free_text=True), 1, "Cēsu 1. pamatskola")
        door.ruled = _codes(place, NewWave("ruled", "small/2", *days, people, "open"), 1)
    app.extensions["engine"].dispose()
    return door


def _codes(place: int, new: NewWave, number: int, group: str | None = None) -> list[NewCode]:
    keys: list[X25519PrivateKey] = []
    wave = wave_store.create(place, new, WHO, hand_over=keys.append)
    wave_store.trial(wave, keys[0], WHO)
    made: list[NewCode] = []
    wave_store.invite(wave_store.find(place, new.name), number, WHO, group=group, hand_over=made.extend)
    return made


def open_by_link(page: Page, door: Door, lang: str = "en", code: NewCode | None = None) -> NewCode:
    """Follow the link of *code*, a fresh one of the specialists' questionnaire by default."""
    code = code or door.next_code()
    page.goto(f"{door.address}/s/?lang={lang}#{code.link}")
    page.wait_for_selector("#answers")
    return code


def open_by_typing(page: Page, door: Door, lang: str = "en") -> NewCode:
    """Type a fresh code from its card."""
    code = door.next_code()
    page.goto(f"{door.address}/s/?lang={lang}")
    page.fill("#code", shown(code.typed))
    page.keyboard.press("Enter")
    page.wait_for_selector("#answers")
    return code


def groups(page: Page) -> Iterator[str]:
    """The ids of the questions that are shown, looked at one after the other because answers show more."""
    place = 0
    while True:
        shown_now = page.locator("fieldset.item:visible")
        if place >= shown_now.count():
            return
        yield shown_now.nth(place).get_attribute("id") or ""
        place += 1


def answer_all(page: Page) -> None:
    """Choose the first answer of every question that is shown, quickly."""
    page.evaluate(
        """() => { for (const item of document.querySelectorAll("fieldset.item")) {
           const first = item.querySelector("input"); if (!item.hidden && !first.checked) first.click(); } }"""
    )


def answer_small(page: Page, years: str = "7", word: str = "") -> None:
    """Fill in the short questionnaire."""
    answer_all(page)
    page.fill("#q-years-field", years)
    page.fill("#q-short_word-field", word)


def click_all(page: Page) -> None:
    """Choose the first answer of every question that is shown, with the mouse."""
    for group in groups(page):
        page.locator(f"#{group} label").first.click()


def send(page: Page) -> None:
    """Press the button that sends the answers."""
    button = page.locator("[name=send]")
    button.focus()  # leaving a field may change what stands above the button; the press comes after that
    button.press("Enter")


def receipt(page: Page) -> str:
    """The receipt on the thank-you page."""
    page.wait_for_selector("[data-page=thanks]")
    return page.inner_text(".receipt-number")


def chosen(page: Page) -> dict[str, list[str]]:
    """What is ticked, by question."""
    found: dict[str, list[str]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("fieldset.item")].map(item => [item.id,
           [...item.querySelectorAll("input:checked")].map(input => input.value)]).filter(pair => pair[1].length))"""
    )
    return found


def check_looks(page: Page, what: str) -> None:
    """No barrier, nothing beyond the edge, and every target large enough; those of answers larger still."""
    check(page, what)
    assert small_targets(page) == [], what
    heights: list[float] = page.evaluate(
        "[...document.querySelectorAll('.choices label')].map(l => l.getBoundingClientRect().height).filter(Boolean)"
    )
    assert all(height >= 44 for height in heights), what
