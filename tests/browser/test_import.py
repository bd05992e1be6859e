"""A coordinator imports a wave that was collected elsewhere: on a phone, by labels alone, on a real server."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looks
from tests.browser.conftest import StartServer, run
from tests.browser.entering import enter
from tests.surveyapp.survey import small
from tests.surveyapp.survey.export_styles import MARKER, SMALL, google
from tests.surveyapp.survey.tables import as_csv

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MANY = 4000


@pytest.fixture
def coordinator(tmp_path: Path, start_server: StartServer, browser: Browser) -> Page:
    """A coordinator's phone, signed in; the short questionnaire is published."""
    (tmp_path / "small.yaml").write_text(small.YAML, encoding="utf-8")
    run(tmp_path, "init", "--municipality", "cesis", "--name", "Cēsu novads")
    run(tmp_path, "questionnaire", "publish", str(tmp_path / "small.yaml"))
    run(tmp_path, "user", "add", "ilze@example.org", "--role", "coordinator")
    context = browser.new_context(
        base_url=start_server(tmp_path), locale="lv-LV", reduced_motion="reduce", viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    enter(page, tmp_path, "ilze@example.org")
    return page


def test_a_wave_is_imported_on_a_phone(coordinator: Page, tmp_path: Path) -> None:
    page = coordinator
    rows = google(SMALL, [small.sheet(number) for number in range(MANY)])
    rows[0][2], rows[1][2] = "Darba vieta", "Ambulancē"
    file = tmp_path / "answers.csv"
    file.write_text(as_csv(rows), encoding="utf-8")

    page.goto("/waves/?lang=en")
    page.get_by_role("link", name="Import a wave that was collected elsewhere").click()
    looks.check(page, "the first page")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the file with the answers.")
    looks.check(page, "the first page with what is missing")
    page.get_by_label("File with the answers").set_input_files(file)
    page.get_by_label("Day on which the collecting ended").fill("2026-04-01")
    page.get_by_role("button", name="Read the file").click()

    expect(page.get_by_text("Laikspiedols")).to_be_visible()
    looks.check(page, "the columns")
    assert MARKER not in page.content()
    page.get_by_label("Darba vieta").select_option(label="Where do you work?")
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_label("Darba vieta")).to_have_value("role")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Continue").click()

    looks.check(page, "the texts")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("“Ambulancē” is none of the choices")
    looks.check(page, "the problems")
    page.get_by_role("button", name="Back to the texts").click()
    page.get_by_label("“Ambulancē”").select_option(label="At a clinic")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("main")).to_contain_text(f"{MANY // 2}")
    page.get_by_label("Schools").fill("3000")
    page.get_by_role("button", name="Import the answers").click()
    expect(page.get_by_label("Clinics")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Schools")).to_have_value("3000")
    looks.check(page, "the last look with what is missing")
    page.get_by_label("Clinics").fill("3000")
    page.get_by_role("button", name="Import the answers").click()
    expect(page.get_by_role("status")).to_contain_text(f"{MANY} answers are in")
