"""A finished plan in a real browser: its tasks as cards on a phone, its charts without JavaScript and without colour."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import check, small_targets, spoken

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FIGURES = "/results/history/child-crime-prevention-2013-2019/figures"
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"
PAGES = ("/results/history", FIGURES)


@pytest.fixture(scope="module")
def page(signed_in: Callable[[str], Page]) -> Page:
    """A page of somebody of the cooperation group, on the demonstration data."""
    return signed_in("group")


@pytest.fixture
def without_scripts(page: Page, browser: Browser) -> Iterator[Page]:
    """The same person in a browser that runs no script."""
    context = browser.new_context(storage_state=page.context.storage_state(), java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("width", "look"),
    [
        (320, "light"),
        *(pytest.param(*each, marks=pytest.mark.patient) for each in ((320, "forced"), (768, "dark"), (1280, "light"))),
    ],
)
def test_tasks_and_charts_are_readable_by_everybody_at_every_width(page: Page, width: int, look: str) -> None:
    page.emulate_media(
        color_scheme="dark" if look == "dark" else "light", forced_colors="active" if look == "forced" else "none"
    )
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.body.scrollHeight") < 6_000, address  # folded, until somebody asks for a part
        page.evaluate(OPEN_ALL)
        check(page, f"{address} at {width}, {look}")
        assert small_targets(page) == []
    page.emulate_media(color_scheme="light", forced_colors="none")


def test_on_a_phone_from_the_late_tasks_to_the_figures_of_one_and_back(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/results/?lang=lv")
    page.get_by_text("Izvēlne", exact=True).click()
    page.get_by_role("link", name="Agrāks plāns").click()
    page.get_by_label("Piezīme par izpildi").select_option(label="Ar nokavēšanos (7)")
    page.get_by_role("button", name="Rādīt").click()
    expect(page.get_by_role("status")).to_have_text("Redzami uzdevumi: 7 no 49.")
    page.get_by_role("link", name="37. uzdevuma skaitļi").click()
    expect(page.get_by_role("heading", name="37. Bērniem draudzīgas nopratināšanas telpas policijā")).to_be_in_viewport()
    page.get_by_role("link", name="Šī plāna uzdevumi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pabeigts plāns: uzdevumi")


def test_every_chart_is_told_in_words_to_those_who_do_not_see_it(page: Page) -> None:
    page.goto(f"{FIGURES}?lang=lv")
    page.evaluate(OPEN_ALL)
    charts = spoken(page, "image", "img")
    assert len(charts) == 60
    told = next(chart for chart in charts if chart.name.startswith("Izlīguma nedēļas pasākumi: kritums"))
    assert told.name == "Izlīguma nedēļas pasākumi: kritums no 134 (2013) līdz 54 (2019); vismazāk – 53 (2018)"
    assert told.description.startswith("2013: 134; 2018: 53; 2019: 54. Ziņojumā nav skaitļa par šādiem gadiem: 2014–2017.")


def test_charts_and_their_tables_work_without_scripts(page: Page, without_scripts: Page) -> None:
    page.goto(FIGURES)
    host = page.url.split("/results")[0]
    without_scripts.goto(f"{host}{FIGURES}?lang=lv#consultations")  # the address opens what is folded around it
    chart = without_scripts.locator("#consultations")
    expect(chart.locator("svg")).to_be_visible()
    chart.get_by_text("Skaitļi tabulā").click()
    expect(chart.get_by_role("row", name="2017 841 1162")).to_be_visible()


def test_about_so_many_is_another_shape_and_not_another_colour(page: Page) -> None:
    page.goto(FIGURES)
    assert page.locator("#mediation_people rect.ring").count() == 2
    assert page.locator("#mediation_people rect.bar").count() == 0
    assert page.locator("#consultations circle.bar").count() == 4


@pytest.mark.parametrize("address", PAGES)
def test_a_printed_page_keeps_to_the_sheet(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=lv")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 900})  # A4 without its margins, in CSS pixels
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    right = "[...document.querySelectorAll('main table, main svg')].map(e => Math.round(e.getBoundingClientRect().right))"
    wide = [edge for edge in page.evaluate(right) if edge > 704]
    expect(page.locator("main svg.picture, main table").first).to_be_visible()  # paper shows what a screen folds
    page.emulate_media(media="null")
    assert wide == []
