"""A coordinator with a phone loads a new version of the plan: a broken workbook, mended, compared, loaded."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from questionnaires.plan_grammar import parse_plan
from questionnaires.plan_sheets_writer import to_sheets
from surveyapp.core import workbooks
from tests.browser.conftest import StartServer, run
from tests.browser.entering import enter
from tests.browser.looks import check, small_targets
from tests.surveyapp.events.plans import PLAN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small plan and a coordinator."""
    found = tmp_path_factory.mktemp("plans")
    (found / "small.yaml").write_text(PLAN, encoding="utf-8")
    for command in (
        ["init", "--municipality", "cesis", "--name", "Cēsu novads"],
        ["plan", "load", str(found / "small.yaml")],
        ["user", "add", "ilze@example.org", "--role", "coordinator"],
    ):
        run(found, *command)
    return found


@pytest.fixture(scope="module")
def address(start_server: StartServer, folder: Path) -> str:
    """The address of a server on that folder."""
    return start_server(folder)


@pytest.fixture
def open_page(browser: Browser, folder: Path, address: str) -> Iterator[OpenPage]:
    """Open the coordinator's first page on a phone; without JavaScript if asked."""
    contexts: list[BrowserContext] = []

    def open_it(*, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": 390, "height": 844},
            locale="lv-LV",
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        enter(page, folder, "ilze@example.org")
        return page

    yield open_it
    for context in contexts:
        context.close()


def version(number: int, people: str, folder: Path, kind: str = "count_min") -> Path:
    """Write a version of the plan as a workbook and return where."""
    sheets = to_sheets(parse_plan(PLAN, "p.yaml"))
    sheets["plan"][1][1] = str(number)
    target = sheets["targets"][1]
    target[5], target[7] = kind, people
    file = folder / f"plan-{number}-{kind}.xlsx"
    file.write_bytes(workbooks.write(sheets))
    return file


def choose(page: Page, file: Path) -> None:
    """Choose a file and have it checked."""
    page.get_by_label("Fails ar plānu").set_input_files(file)
    page.get_by_role("button", name="Pārbaudīt failu").click()


def test_a_broken_workbook_is_mended_compared_and_loaded_on_a_phone(open_page: OpenPage, folder: Path) -> None:
    page = open_page()
    page.goto("/plans/")
    check(page, "the plans")
    page.get_by_role("button", name="Ielādēt plānu vai jaunu versiju").click()
    check(page, "the file")
    choose(page, version(2, "30", folder, kind="daudz"))
    expect(page.get_by_role("alert")).to_contain_text("targets!F2 (kind)")
    expect(page.get_by_role("alert")).to_contain_text("daudz")
    check(page, "what to mend")
    choose(page, version(2, "30", folder))
    expect(page.get_by_role("heading", name="Ko šī versija mainītu")).to_be_visible()
    expect(page.locator("dl.differences").last).to_contain_text(re.compile(r"40.*→.*30"))
    check(page, "what would change")
    assert small_targets(page) == []
    page.emulate_media(color_scheme="dark")
    check(page, "what would change, in the dark")
    page.get_by_role("button", name="Ielādēt 2. versiju").click()
    expect(page.get_by_text("2. versija, ir ielādēta")).to_be_visible()
    page.get_by_role("link", name="1. versija", exact=True).click()
    check(page, "an old version")


def test_without_javascript_a_version_is_loaded_as_well(open_page: OpenPage, folder: Path) -> None:
    page = open_page(script=False)
    page.goto("/plans/upload")
    choose(page, version(7, "20", folder))
    page.get_by_role("button", name="Ielādēt 7. versiju").click()
    expect(page.get_by_text("7. versija, ir ielādēta")).to_be_visible()
