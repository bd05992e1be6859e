"""What is asked of every page: no barrier that axe-core finds, nothing off the screen, names that are spoken, large targets."""

from collections.abc import Iterator
from dataclasses import dataclass

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page


def check(page: Page, what: str) -> None:
    """Fail if *page* has a barrier or is wider than its screen; *what* names it."""
    assert_no_barrier(page, what)
    assert too_wide(page) == [], what


def assert_no_barrier(page: Page, what: str) -> None:
    """Fail if axe-core finds a barrier on *page*; *what* names it."""
    try:
        settle(page)
        results = barriers(page)
    except Error:  # the page that was pressed on was still there and left under the check: the one that answers is meant
        page.wait_for_load_state()
        settle(page)
        results = barriers(page)
    assert results.violations_count == 0, f"{what}: {results.generate_report()}"


def barriers(page: Page) -> AxeResults:
    """Return what axe-core finds on *page*, and of all that it looked at nothing else: that would be told at length."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    script = "axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))"
    return AxeResults(page.evaluate(script))


def settle(page: Page) -> None:
    """Wait until no colour is on its way to another one: half-way it has a contrast that no page ever keeps."""
    ending = "document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity)"
    page.evaluate(f"Promise.all({ending}.map(each => each.finished.catch(() => null)))")


def too_wide(page: Page) -> list[str]:
    """Whatever reaches beyond the screen outside a region that scrolls."""
    script = """() => [...document.querySelectorAll('main *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))
        .map(e => e.outerHTML.slice(0, 120))"""
    found: list[str] = page.evaluate(script)
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return found or (["the page"] if wide else [])


@dataclass(frozen=True)
class Spoken:
    """One thing in the accessibility tree: what a screen reader makes of it."""

    role: str
    name: str
    description: str


def spoken(page: Page, *roles: str) -> list[Spoken]:
    """Return what the browser tells assistive technology about the things of these *roles*, in the order of the page."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    client.detach()
    told = [
        Spoken(*(str(node.get(key, {}).get("value", "")) for key in ("role", "name", "description")))
        for node in nodes
        if not node["ignored"]
    ]
    return [one for one in told if one.role in roles]


def small_targets(page: Page) -> list[str]:
    """Whatever can be pressed and is smaller than 24 by 24 pixels, links within a sentence left out as WCAG 2.5.8 does."""
    script = """() => [...document.querySelectorAll('a, button, input, textarea, summary')]
        .filter(e => e.type !== 'hidden' && !e.closest('.unseen, .skip') && !(e.matches('p a') && !e.closest('footer')))
        .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
        .map(([e]) => e.outerHTML.slice(0, 120))"""
    found: list[str] = page.evaluate(script)
    return found


def faint_edges(page: Page) -> list[str]:
    """Fields and boxes to tick whose edge does not stand out three to one from the page, as WCAG 1.4.11 asks."""
    script = """() => {
        const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const page = light(getComputedStyle(document.documentElement).backgroundColor);
        return [...document.querySelectorAll('main input:not([type=hidden]), main textarea, main select')]
            .filter(e => e.getClientRects().length && !e.checked && e !== document.activeElement)
            .map(e => [e, light(getComputedStyle(e).borderTopColor)])
            .filter(([, edge]) => (Math.max(edge, page) + 0.05) / (Math.min(edge, page) + 0.05) < 3)
            .map(([e]) => e.outerHTML.slice(0, 120)); }"""
    found: list[str] = page.evaluate(script)
    return found


def walked(page: Page, key: str, most: int = 200) -> Iterator[str]:
    """Press *key* until the focus leaves the page; yield what is wrong with the focus on the way, nothing if all is well.

    The focus must be seen: inside the window, not under anything, with an outline of its own or around its label.
    """
    script = """() => {
        const e = document.activeElement;
        if (!e || e === document.body) return null;
        const shown = e.closest('.choices label') || e;
        const box = e.getBoundingClientRect();
        const x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 20);
        const top = document.elementFromPoint(x, y);
        const style = getComputedStyle(shown);
        const wrong = [];
        if (box.top < 0 || box.top >= innerHeight) wrong.push('outside the window');
        else if (!top || !(shown.contains(top) || top.contains(e))) wrong.push('under ' + (top && top.outerHTML.slice(0, 80)));
        if (style.outlineStyle === 'none' && style.boxShadow === 'none') wrong.push('no outline');
        return [e.outerHTML.slice(0, 80), wrong.join(', ')]; }"""
    for _ in range(most):
        page.keyboard.press(key)
        found = page.evaluate(script)
        if found is None:
            return
        if found[1]:
            yield f"{found[0]}: {found[1]}"
