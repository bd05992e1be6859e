"""The browser of the tests is Chromium as Playwright starts it, but for what a person alone would use."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import FLAGS, OFF_BY_PLAYWRIGHT, UNUSED
from tests.browser.looks import assert_no_barrier

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
_OFF = "--disable-features="


def started() -> list[str]:
    """The command line of the Chromium that this run started."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_text(encoding="utf-8").split("\0")
        except OSError:  # it ended while we looked
            continue
        if FLAGS[-1] in words and not any(word.startswith("--type=") for word in words):
            return words
    raise AssertionError("no Chromium with our switches")


def test_what_playwright_switches_off_stays_off(browser: Browser) -> None:
    assert browser.is_connected()
    by_playwright, ours = (set(word.removeprefix(_OFF).split(",")) for word in started() if word.startswith(_OFF))
    assert by_playwright == set(OFF_BY_PLAYWRIGHT)
    assert ours == by_playwright | set(UNUSED)


def test_opening_a_page_opens_no_other(browser: Browser) -> None:
    page = browser.new_page()
    session = browser.new_browser_cdp_session()
    targets = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    assert [one["url"] for one in targets if one["type"] == "browser_ui"] == []
    page.close()


def test_a_barrier_is_found_however_often_a_page_is_looked_at(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang='lv'><title>Lapa</title><main><h1>Lapa</h1><p>Teksts</p></main></html>")
    assert_no_barrier(page, "a plain page")
    page.locator("p").evaluate("e => { e.style.color = '#bbb'; e.style.background = '#fff'; }")
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_no_barrier(page, "pale words")
    page.close()
