"""The results in a real browser: readable by everybody, on a phone and in the dark, and one sheet of paper."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import run
from tests.browser.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = (
    "/results/",
    "/results/plan",
    "/results/plan/5.1.b",
    "/results/plan/6.2.b",
    "/results/survey",
    "/results/survey/1",
    "/results/methods",
    "/results/survey/questions/a_duty",
    "/results/survey/scores/knowledge",
    "/results/survey/groups",
    "/results/overview",
    "/results/goals/5",
    "/results/years",
    "/results/money",
)
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"
LONGEST_PAGE = 16_000
"""In pixels, at any width."""
UNSEEN = """() => {
    const paper = getComputedStyle(document.documentElement).backgroundColor.replace('rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)');
    return [...document.querySelectorAll('.picture > :is(rect, circle, path, line, text)')]
        .filter(each => { const look = getComputedStyle(each);
            const seen = paint => paint !== 'none' && paint !== paper;
            const outlined = seen(look.stroke) && parseFloat(look.strokeWidth) > 0 && !each.matches('text');
            return !outlined && !seen(look.fill) && !each.matches('.inside-dark, .strip-light'); })
        .map(each => each.outerHTML.slice(0, 100)); }"""
"""Whatever is drawn in the colour of the ground alone; what stands light on a dark filling is not."""
SQUEEZED = """() => [...document.querySelectorAll('main .scroll:not(.drawing)')]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.getAttribute('aria-label'))"""
"""Tables that are wider than the screen."""
CUT = """() => [...document.querySelectorAll('main svg.picture')].flatMap(picture => [...picture.querySelectorAll('text')]
    .map(each => [each.textContent, each.getBBox(), picture.viewBox.baseVal.width])
    .filter(([, box, width]) => box.x < -2 || box.x + box.width > width + 2)
    .map(([told]) => told))"""
"""Labels that a picture cuts off at its sides."""
NATIONAL = ("", "&goal=2", "&indicators=")
"""The overview of a long plan, one of its directions, and its policy indicators."""


@pytest.fixture(scope="module")
def page(signed_in: Callable[[str], Page]) -> Page:
    """A page of somebody of the cooperation group, on the demonstration data."""
    return signed_in("group")


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_no_picture_cuts_off_what_is_written_in_it(page: Page, language: str) -> None:
    for address in PAGES:
        page.goto(f"{address}?lang={language}")
        page.evaluate(OPEN_ALL)
        assert page.evaluate(CUT) == [], address
    page.goto("/?lang=lv")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_yearly_report_is_readable_on_the_page_and_as_a_file(
    page: Page, demo_folder: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/results/report?lang=lv")
    page.evaluate(OPEN_ALL)
    check(page, f"the report at {width}")
    assert page.evaluate(SQUEEZED) == [], "a table wider than a phone stands as cards"
    out = str(tmp_path / "report.html")
    run(demo_folder, "report", "2026", "--format", "html", "--lang", "lv", "--out", out)
    page.goto(f"file://{out}")
    check(page, f"the file at {width}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026")
    assert page.evaluate(SQUEEZED) == []


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "dark"), *(pytest.param(*each, marks=pytest.mark.patient) for each in ((768, "light"), (1280, "dark")))],
)
def test_every_page_is_readable_by_everybody_at_every_width(page: Page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    for address in (*PAGES, *(f"/results/plan?plan=latvia-2022-2025{more}" for more in NATIONAL)):
        page.goto(address)
        assert page.evaluate("document.body.scrollHeight") < LONGEST_PAGE, address
        page.evaluate(OPEN_ALL)
        check(page, address)


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_the_summary_prints_on_one_sheet(page: Page, language: str) -> None:
    page.goto(f"/results/?lang={language}")
    page.emulate_media(media="print")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheet)) == 1
    page.set_viewport_size({"width": 703, "height": 400})  # A4 without its margins, in CSS pixels
    assert page.evaluate("document.body.scrollHeight") < 1000  # a little room for other names and numbers
    page.emulate_media(media="null")
    page.goto("/results/?lang=lv")


def test_from_the_summary_down_to_an_event_by_clicks_alone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/results/?lang=lv")
    page.get_by_role("link", name="Bērnu seksuālas izmantošanas prevencijas plāns").click()
    page.get_by_role("heading", name="5. mērķis").click()
    page.get_by_role("link", name="5.1.b").first.click()
    page.get_by_role("link", name=re.compile(r"izmantoti .* no 100 pieļautajiem")).first.click()
    page.locator("#events ~ .scroll a").first.click()
    expect(page).to_have_url(re.compile(r"/events/\d+$"))


def test_figures_are_named_and_do_not_rely_on_colour(page: Page) -> None:
    page.goto("/results/survey")
    page.evaluate(OPEN_ALL)
    figures = page.get_by_role("img")
    assert figures.count() > 20
    for number in range(figures.count()):
        assert figures.nth(number).locator("title").text_content()
        assert figures.nth(number).locator("desc").text_content()
    # Last time is a ring, now a diamond: two shapes, not two colours.
    item = page.locator("#figure-item-a_duty")
    expect(item.get_by_role("img").locator("circle")).to_have_count(3)
    expect(item.get_by_role("img").locator("path.bar")).to_have_count(3)


@pytest.mark.parametrize("forced", ["active", "none"])
def test_what_figures_draw_is_seen_in_forced_colours_and_on_paper(page: Page, forced: Literal["active", "none"]) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for address in ("/results/survey/questions/a_duty", "/results/overview", "/results/survey/groups", "/results/money"):
        page.goto(address)
        page.emulate_media(forced_colors=forced, media="screen" if forced == "active" else "print")
        assert page.evaluate(UNSEEN) == [], address
        expect(page.locator(".figure .files").first).to_be_visible(visible=forced == "active")
        expect(page.locator(".figure svg.picture").first).to_be_visible()
        expect(page.locator(".figure table").first).to_be_visible(visible=forced == "none" or address == "/results/money")
    page.emulate_media(forced_colors="none", media="screen")


def test_a_figure_is_taken_along_as_a_picture_and_as_a_table(page: Page) -> None:
    page.goto("/results/overview?lang=lv")
    for kind in ("SVG", "PNG", "CSV"):
        with page.expect_download() as taken:
            page.locator("#figure-quarters").get_by_role("link", name=re.compile(f"^{kind}:")).click()
        assert taken.value.suggested_filename == f"plan-quarters.{kind.lower()}"


def test_one_survey_is_reached_from_what_changed_and_read_without_its_figures(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/results/survey?lang=lv")
    page.get_by_role("navigation", name="Atvērtās aptaujas").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/results/survey/\d+$"))
    finding = page.locator(".finding", has_text=re.compile(r"\d+\s% izvēlējās pareizo atbildi: \d+\sno\s\d+")).first
    item = page.locator("section.item").filter(has=finding).first
    expect(item).to_be_hidden()  # a phone sees first which parts there are
    page.get_by_role("navigation", name="Šīs lapas daļas").get_by_role("link", name="Zināšanas").click()
    expect(item).to_be_visible()
    figure = item.get_by_role("img")
    assert figure.locator("title").text_content() == finding.text_content()
    # What the figure draws stands beside it in words, in its description and in a table.
    group = item.locator(".findings li").last
    assert group.locator("strong").inner_text() in (figure.locator("desc").text_content() or "")
    item.get_by_text("Skaitļi tabulā").click()
    # On a phone each row is a card that says its own headings.
    expect(item.get_by_role("table").get_by_role("row")).to_have_count(item.locator(".findings li").count())
