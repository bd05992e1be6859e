"""What is asked of the looks of every page: no barrier that axe-core finds, nothing beyond the edge of the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def check(page: Page, what: str) -> None:
    """Fail if *page* has a barrier or is wider than its screen; *what* names it."""
    results = Axe().run(page)
    assert results.violations_count == 0, f"{what}: {results.generate_report()}"
    assert too_wide(page) == [], what


def too_wide(page: Page) -> list[str]:
    """Whatever reaches beyond the screen outside a region that scrolls."""
    script = """() => [...document.querySelectorAll('main *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))
        .map(e => e.outerHTML.slice(0, 120))"""
    found: list[str] = page.evaluate(script)
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return found or (["the page"] if wide else [])
