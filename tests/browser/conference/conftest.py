"""A server with an organiser of conferences, and phones that open its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.conference.pages import PEOPLE, Phone, Scene, made, registers, signed_in
from tests.browser.conftest import StartServer, run
from tests.surveyapp.events.plans import PLAN


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small plan and an organiser."""
    found = tmp_path_factory.mktemp("conference")
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


@pytest.fixture(scope="module")
def screen() -> ViewportSize:
    """The screen of each phone; a module that wants another one overrides this."""
    return {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser, address: str, screen: ViewportSize) -> Iterator[Phone]:
    """Open a page on a phone of its own, with scripts or without."""
    contexts: list[BrowserContext] = []

    def open_page(*, script: bool = True) -> Page:
        contexts.append(
            browser.new_context(
                base_url=address,
                viewport=screen,
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


@pytest.fixture
def scene(phone: Phone, folder: Path) -> Scene:
    """A conference of today."""
    page = signed_in(phone(), folder)
    where, guest = made(page), phone()
    links = [registers(guest, where, name) for name in PEOPLE]
    page.get_by_role("link", name="Atzīmēt ierašanos pie ieejas").click()
    return Scene(page, page.url, links)
