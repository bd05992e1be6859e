"""The questionnaire workshop in a real browser: from a pasted text with mistakes to a published, locked version."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SECOND = (Path(__file__).parents[1] / "questionnaires" / "examples" / "questionnaire.yaml").read_text(encoding="utf-8")
THIRD = "\n".join(line for line in SECOND.splitlines() if "same_as" not in line).replace("version: 2", "version: 3")
REWORDED = THIRD.replace('en: "Reporting is not my job"', 'en: "Reporting is not my duty"')
BROKEN = REWORDED.replace("kind: multiple", "kind: many")


@pytest.fixture
def coordinator(signed_in: Callable[[str], Page]) -> Page:
    page = signed_in("coordinator")
    page.set_default_timeout(60_000)
    page.goto("/questionnaires/?lang=en")
    return page


def look(page: Page, what: str) -> None:
    """Look at a page on a phone at night and on a desk by day."""
    for width, scheme in ((320, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        check(page, f"{what} at {width}")


def test_a_coordinator_mends_reads_decides_and_publishes(coordinator: Page) -> None:
    page = coordinator
    upload(page, SECOND)
    publish(page, "helpers/2")
    page.goto("/questionnaires/")
    look(page, "list")
    upload(page, BROKEN)
    page.get_by_role("button", name=re.compile("line .*kind")).click()
    chosen = page.evaluate("(area => area.value.slice(area.selectionStart, area.selectionEnd))(document.activeElement)")
    assert chosen.strip() == "kind: many", "the problem leads to its line"
    look(page, "problems")
    page.get_by_label("Text of the draft (YAML)").fill(REWORDED)
    page.get_by_role("button", name="Save and check").click()
    read_previews(page)
    look(page, "differences")
    decide(page)
    page.get_by_role("checkbox", name=re.compile("Reporting is not my duty: wording")).check()
    look(page, "publishing")
    publish(page, "helpers/3")
    look(page, "published")
    page.get_by_role("link", name="Codebook", exact=True).click()
    assert "The same question in other words." in page.get_by_role("main").inner_text()
    look(page, "codebook")
    page.set_viewport_size({"width": 320, "height": 900})
    squeezed = "[...document.querySelectorAll('main .scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert page.evaluate(squeezed) == 0, "three languages beside each other leave no room for a word on a phone"


def upload(page: Page, text: str) -> None:
    """Paste a questionnaire as a draft."""
    page.get_by_label("Or its text (YAML)").fill(text)
    page.get_by_role("button", name="Check and save as a draft").click()


def publish(page: Page, name: str) -> None:
    """Confirm and publish the draft on the page."""
    page.get_by_label(re.compile("I have read the preview")).check()
    page.get_by_role("button", name=f"Publish {name} for good").click()
    page.get_by_text(f"{name} is published and locked.").wait_for()


def read_previews(page: Page) -> None:
    """Look at the preview as a respondent would, in the frame and in full size."""
    frame = page.frame_locator("iframe[title*='Русский']")
    frame.get_by_text("Сообщать – не моя работа").scroll_into_view_if_needed()
    assert frame.locator("html").get_attribute("lang") == "ru"
    assert frame.locator("button").count() == 0, "nothing can be sent"
    assert page.locator("html").get_attribute("lang") == "en", "the reader's own language stays"
    draft = page.url
    page.get_by_role("link", name="Full size: English").click()
    page.get_by_text("Reporting is not my duty").wait_for()
    look(page, "preview")
    page.goto(draft)


def decide(page: Page) -> None:
    """Say that the reworded question is the same one; the first try forgets the reasons."""
    page.get_by_label("The same question: the trend goes on").check()
    page.get_by_label(re.compile("Who decided")).fill("cooperation group")
    page.get_by_role("button", name="Record the decision").click()
    assert page.get_by_label(re.compile("Who decided")).input_value() == "cooperation group", "what was typed stays"
    look(page, "refused decision")
    for language, reason in (("Latvian", "Skaidrāk."), ("English", "Clearer."), ("Russian", "Понятнее.")):
        page.get_by_label(f"Why, in {language}").fill(reason)
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("The decision is recorded in the draft.").wait_for()
