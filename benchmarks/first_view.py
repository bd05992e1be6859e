"""How many bytes does a browser load that has never been here, from the link to the questionnaire?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import serving
from benchmarks.measuring import Case

_CHROMIUM: Final = "/usr/bin/chromium"
_FLAGS: Final = ("--no-sandbox", "--disable-gpu")
_KILOBYTE: Final = 1e3
_BLOCKING: Final = "performance.getEntriesByType('resource').filter(one => one.renderBlockingStatus === 'blocking').length"


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the compressed bytes of everything that is loaded, and what keeps the questionnaire from being drawn."""
    with serving.town_in(folder, 10, 0) as town, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        address, code = f"http://127.0.0.1:{town.port}/s/", town.links[0]
        yield (
            Case("from the page for the code to the questionnaire: pages, style, scripts, pictures", "an empty cache",
                 lambda: _bytes(browser, address, code), lambda: 0.0, at_most=60, runs=1, unit="kB"),
            Case("what keeps the questionnaire from being drawn", "one style sheet",
                 lambda: _blocking(browser, address, code), lambda: 1.0, at_most=0, runs=1, unit="files"),
        )  # fmt: skip
        browser.close()


def _bytes(browser: Browser, address: str, code: str) -> float:
    """Return the kilobytes that came over the line, heads included, as the browser counts them."""
    page = browser.new_context().new_page()
    told: list[float] = []

    def finished(event: dict[str, Any]) -> None:
        told.append(event["encodedDataLength"])

    line = page.context.new_cdp_session(page)
    line.on("Network.loadingFinished", finished)
    line.send("Network.enable")
    _open(page, address, code)
    page.context.close()
    return sum(told) / _KILOBYTE


def _blocking(browser: Browser, address: str, code: str) -> float:
    """Return the number of files that have to arrive before anything of the questionnaire is drawn."""
    page = browser.new_context().new_page()
    _open(page, address, code)
    found = page.evaluate(_BLOCKING)
    page.context.close()
    return float(found)


def _open(page: Page, address: str, code: str) -> None:
    page.goto(address)
    page.fill("input[name=code]", code)
    page.press("input[name=code]", "Enter")
    page.wait_for_selector("#answers")
    page.wait_for_load_state("networkidle")
