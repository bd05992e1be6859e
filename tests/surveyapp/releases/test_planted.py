"""Whether the attacker is blind: a hidden count is planted in one place of all that is handed out, and must be found there."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import docx
import pytest
from openpyxl import load_workbook

from tests.analysis.invented import POPULATION
from tests.attacker.judging import caught_by, weak_points
from tests.attacker.loot import FigureFile, Loot
from tests.attacker.telling import tell_tales
from tests.conftest import app_on
from tests.databases import fresh
from tests.surveyapp.releases.stealing import Town
from tests.surveyapp.releases.test_traps import all_agree, one_hidden_group, people

HIDDEN = "k_one"
"""In the protection group one of twelve has it right; the town's number is hidden with it."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with two waves, for tests that only read."""
    folder = tmp_path_factory.mktemp("planted")
    app = app_on(fresh(folder), folder)
    made = Town.settled(app)
    made.takes_in("first", people(all_agree, 34, 12), date(2025, 11, 1), POPULATION)
    made.takes_in("second", people(one_hidden_group, 40, 12, seed=2), date(2026, 11, 1), POPULATION)
    yield made
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def loot(town: Town) -> Loot:
    """Everything that it hands out."""
    numbers = [town.releases(), town.publishes(town.releases("public"))]
    return town.loot(numbers=numbers, reports=("html", "docx", "pdf"), figures=True, published=numbers[1:])


def on_its_page(loot: Loot, change: Callable[[str], str], language: str = "ru") -> Loot:
    """Change what the second wave's page says of the hidden question in one language."""
    wave = loot.waves["second"]
    before, start, rest = wave.pages[language].partition(f'<section class="item" id="item-{HIDDEN}">')
    section, end, after = rest.partition("</section>")
    assert change(section) != section
    pages = {**wave.pages, language: f"{before}{start}{change(section)}{end}{after}"}
    return replace(loot, waves={**loot.waves, "second": replace(wave, pages=pages)})


def in_a_table(loot: Loot) -> Loot:
    """In a cell of a table."""
    cell = re.compile(r"(Защита</th>.*?<td[^>]*>.*?<td[^>]*>)[^<]*", re.DOTALL)
    return on_its_page(loot, lambda page: cell.sub(r"\g<1>1 из 12", page, count=1))


def in_a_sentence(loot: Loot) -> Loot:
    """In a sentence."""
    said = re.compile(r"(<strong>Защита</strong></p>\s*<p>)[^<]*")
    return on_its_page(loot, lambda page: said.sub(r"\g<1>1 из 12.", page, count=1))


def in_an_alternative_text(loot: Loot) -> Loot:
    """In the words for those who cannot see the drawing."""
    told = re.compile(r"(<desc[^>]*>.*?Защита: )[^<]*", re.DOTALL)
    return on_its_page(loot, lambda page: told.sub(r"\g<1>1 из 12.", page, count=1))


def in_a_drawing(loot: Loot) -> Loot:
    """As a mark where the drawing says that it hides something."""

    def marked(page: str) -> str:
        label = re.search(r'<text[^>]* y="([\d.]+)"[^>]*>Защита</text>', page)
        assert label
        return page.replace(label[0], f'{label[0]}<path class="bar" d="M36.7 {float(label[1]) + 4:g} l6 6 l-6 6 l-6 -6 z"/>', 1)

    return on_its_page(loot, marked)


def in_a_release(loot: Loot) -> Loot:
    """In the workbook of a release alone."""
    book = load_workbook(io.BytesIO(loot.releases[0].files["xlsx"]))
    sheet = book["survey_levels"]
    names = [name.value for table, name, *_rest in book["columns"].iter_rows() if table.value == "survey_levels"]
    row = next(row for row in sheet.iter_rows(min_row=2) if (row[1].value, row[3].value) == (HIDDEN, "protection"))
    row[names.index("count")].value = 1
    book.save(file := io.BytesIO())
    forged = replace(loot.releases[0], files={**loot.releases[0].files, "xlsx": file.getvalue()})
    return replace(loot, releases=(forged, *loot.releases[1:]))


def in_the_public_level(loot: Loot) -> Loot:
    """As a whole percentage of the public level, whose base everybody knows."""
    text = loot.releases[1].files["json"].decode()
    hidden = re.search(rf'\["second","{HIDDEN}",[^\]]*"protection"[^\]]*\]', text)
    assert hidden
    cells = hidden[0].split(",")
    cells[8:11] = ["0.08", "0.01", "0.35"]
    forged = replace(loot.releases[1], files={"json": text.replace(hidden[0], ",".join(cells)).encode()})
    return replace(loot, releases=(loot.releases[0], forged))


def in_a_report(loot: Loot) -> Loot:
    """In the DOCX of the report alone."""
    file = docx.Document(io.BytesIO(loot.reports["lv", "docx"]))
    rows = (row for table in file.tables for row in table.rows if len(row.cells) == 8)
    row = next(row for row in rows if row.cells[0].text.startswith("Pirmais?") and row.cells[1].text == "Aizsardzība")
    row.cells[4].text = "1 no 12"
    file.save(written := io.BytesIO())
    return replace(loot, reports={**loot.reports, ("lv", "docx"): written.getvalue()})


def in_the_order(loot: Loot) -> Loot:
    """By the order of rows."""
    head, first, second, *rest = loot.waves["second"].levels.splitlines(keepends=True)
    wave = replace(loot.waves["second"], levels=b"".join([head, second, first, *rest]))
    return replace(loot, waves={**loot.waves, "second": wave})


def of_the_hidden_question(loot: Loot) -> FigureFile:
    """The files of its figure."""
    return next(each for each in loot.figures if each.name == f"figure-item-{HIDDEN}" and "1–2" in each.page)


def in_its_figure(loot: Loot, changed: FigureFile) -> Loot:
    """Change a file of its figure."""
    one = of_the_hidden_question(loot)
    return replace(loot, figures=tuple(changed if each is one else each for each in loot.figures))


def in_the_csv_of_a_figure(loot: Loot) -> Loot:
    """In a cell of the CSV file of a figure."""
    one = of_the_hidden_question(loot)
    lines = one.csv.decode().splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("Aizsardzība"))
    lines[place] = lines[place].replace(",,", ",1,", 1)
    return in_its_figure(loot, replace(one, csv="\r\n".join(lines).encode()))


def in_the_svg_of_a_figure(loot: Loot) -> Loot:
    """As a mark in the SVG file of a figure."""
    one = of_the_hidden_question(loot)
    mark = b'<circle cx="36.7" cy="60" r="4"/></svg>'
    return in_its_figure(loot, replace(one, svg=one.svg.replace(b"</svg>", mark)))


def in_the_api(loot: Loot) -> Loot:
    """In a row of the interface for programs."""
    one = loot.open_data[0]
    rows = [dict(row) for row in one.tables["survey_levels"]]
    next(row for row in rows if (row["item"], row["stratum"], row["count"]) == (HIDDEN, "protection", None))["count"] = 0
    return replace(loot, open_data=(replace(one, tables={**one.tables, "survey_levels": rows}),))


def on_a_page_of_open_data(loot: Loot) -> Loot:
    """In a cell of a page that everybody may read."""
    one = loot.open_data[0]
    page = one.pages["survey_levels", "ru"]
    forged = re.sub(r"(<td[^>]*>)[^<]*", r"\g<1>7777", page, count=1)
    return replace(loot, open_data=(replace(one, pages={**one.pages, ("survey_levels", "ru"): forged}),))


def on_a_page_of_a_release(loot: Loot) -> Loot:
    """In a cell of a page of a release."""
    first, second = loot.releases
    *others, last = first.pages["en"]
    forged = re.sub(r"(Protection</td>\s*<td[^>]*>)[^<]*", r"\g<1>7 of 12", last, count=1)
    assert forged != last
    return replace(loot, releases=(replace(first, pages={**first.pages, "en": (*others, forged)}), second))


COUNTED_OUT = (in_a_table, in_a_sentence, in_an_alternative_text, in_a_drawing, in_the_public_level)
SEEN = (
    in_a_release, in_a_report, in_the_order, in_the_csv_of_a_figure, in_the_svg_of_a_figure, in_the_api,
    on_a_page_of_open_data, on_a_page_of_a_release,
)  # fmt: skip


def test_nothing_is_found_where_nothing_was_planted(town: Town, loot: Loot) -> None:
    assert tell_tales(loot) == []
    assert weak_points(loot, town.truths) == [], caught_by(loot, town.truths)


@pytest.mark.parametrize("place", COUNTED_OUT)
def test_a_hidden_count_is_counted_out_wherever_it_is_planted(town: Town, loot: Loot, place: Callable[[Loot], Loot]) -> None:
    assert [told for told in weak_points(place(loot), town.truths) if told.startswith(f"second: {HIDDEN}/")] != []


@pytest.mark.parametrize("place", SEEN)
def test_what_only_one_file_or_the_order_of_rows_tells_is_seen(loot: Loot, place: Callable[[Loot], Loot]) -> None:
    assert tell_tales(place(loot)) != []
