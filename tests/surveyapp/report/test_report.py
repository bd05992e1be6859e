"""The yearly report: the same in every kind of file and language, and nothing in it that may not leave the app."""

import io
import re
import subprocess
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.cli import commands
from surveyapp.core import municipalities
from surveyapp.core.i18n import speaking
from surveyapp.events import store
from surveyapp.events.rules import Row
from surveyapp.releases import making
from surveyapp.report import as_docx, as_html, as_pdf
from surveyapp.report.document import Bullets, DataTable, Document, Figure, Heading, Paragraph
from surveyapp.report.sources import NothingToReportError, gather
from surveyapp.report.yearly import report
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.opened_waves import SECOND, answers, opened_wave, two_waves
from tests.surveyapp.results.reading import figures, files, text
from tests.surveyapp.results.reading import table as lines_of
from tests.surveyapp.results.test_plan_pages import CEILING
from tests.surveyapp.signing_in import sign_in

TALKS = Row("small", "1.2.b", "education_board")
LANGUAGES = ("lv", "en", "ru")
HIDDEN = 3
"""People in the support group: too few to be told."""


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """A small plan with events of every kind, and two opened surveys."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN + CEILING)
        with app.app_context():
            coordinator = somebody("coordinator")
            store.log(coordinator, TRAINING, held("2026-03-01", 25, title="Pirmā"))
            store.log(coordinator, SUPPORT, held("2026-04-01", HIDDEN, title="Atbalsts"))
            store.log(coordinator, TALKS, held("2026-05-01", 160, title="Saruna"))
        two_waves(app)

    return fill


def document(app: Flask, language: str = "lv", year: int = 2026) -> Document:
    """The report of a year."""
    with app.app_context():
        place = municipalities.find("cesis")
        with speaking(language):
            return report(gather(place.id, None, year, "test"), language)


def words_of(found: Document) -> list[str]:
    """Everything that a report says, in its order."""
    said: list[str] = []
    for block in found.blocks:
        match block:
            case Heading() | Paragraph():
                said.append(block.text)
            case Bullets():
                said += block.items
            case DataTable():
                said += [block.caption, *block.header, *(cell for row in block.rows for cell in row)]
            case Figure():
                said += [block.caption, block.alternative]
    return said


def only_letters(said: str) -> str:
    """A text without what files lay out in their own ways: spaces, hyphens at the ends of lines."""
    return re.sub(r"[\s\u00ad\u2010-]", "", said)


def pdf_says(content: bytes, program: str, *options: str) -> str:
    """What a program of poppler reads from a PDF."""
    command = [program, *options, "-"] + (["-"] if program == "pdftotext" else [])
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode(errors="replace")


class Reader(HTMLParser):
    """The words of an HTML file, and every address that it would load something from."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.said: list[str] = []
        self.loaded: list[str] = []
        self.feed(content.decode())

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [
            value or "" for name, value in attrs if name in {"src", "srcset", "data"} or (tag, name) == ("link", "href")
        ]


def test_the_chapter_on_who_did_not_answer_says_what_holds_whatever_they_think(one_app: Flask) -> None:
    found = document(one_app, "en")
    bounds = next(each for each in found.blocks if isinstance(each, DataTable) and "At most" in each.header)
    asked = "How soon must one report?"
    assert bounds.rows == (
        (asked, "pirmā", "12 of 40", "12 of 50 (24\N{NO-BREAK SPACE}%)", "22 of 50 (44\N{NO-BREAK SPACE}%)"),
        (asked, "otrā", "30 of 40", "30 of 50 (60\N{NO-BREAK SPACE}%)", "40 of 50 (80\N{NO-BREAK SPACE}%)"),
    )
    heads = [each.text for each in found.blocks if isinstance(each, Heading)]
    said = words_of(found)
    assert (
        said.index("Who did not answer") < said.index(bounds.caption) < said.index(heads[heads.index("Who did not answer") + 1])
    )


def test_no_clear_change_stands_nowhere_without_the_smallest_one_that_could_have_been_seen(one_app: Flask) -> None:
    opened_wave(one_app, "trešā", SECOND, answers(31, abroad=2), date(2026, 11, 20))
    said = [each for each in words_of(document(one_app, "en")) if re.search("(?<!“)No clear change", each)]
    headline = next(each for each in said if each.startswith("How soon must one report? – No clear change: from"))
    assert re.search(r"; smallest visible change: \d+ percentage points\.$", headline), "in the summary"
    tables = [block for block in document(one_app, "en").blocks if isinstance(block, DataTable)]
    judged = [cell for table in tables for row in table.rows for cell in row if cell.startswith("No clear change")]
    assert len(judged) > 3
    for told in (*said, *judged):
        assert "smallest visible change: " in told or "only a change of about" in told, told
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    with one_app.app_context():
        making.make(municipalities.find("cesis").id, "group", "test")
    released = text(client, "/results/releases/1/surveys?lang=en")
    cells = re.findall(r"No clear change(?!”)(.{0,30})", released)
    assert cells
    assert all(each.startswith("; smallest visible change") for each in cells), cells
    figure = next(each for each in figures(client, "/results/survey") if each.get("id") == "figure-changes")
    lines = lines_of(client, files(figure)["CSV"])
    assert {line["Verdict"] for line in lines} == {"No clear change"}
    assert all(line["Smallest visible change"] for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_and_docx_say_the_same_words_in_every_language(one_app: Flask, language: str) -> None:
    found = document(one_app, language)
    with one_app.app_context(), speaking(language):
        page = Reader(as_html.written(found))
    file = docx.Document(io.BytesIO(as_docx.written(found)))
    in_file = [each.text for each in file.paragraphs] + [cell.text for table in file.tables for cell in table._cells]
    for said in words_of(found):
        if said and not any(isinstance(block, Figure) and block.alternative == said for block in found.blocks):
            assert only_letters(said) in only_letters("".join(page.said)), said
            assert said in in_file, said
    assert page.loaded == []
    assert [said for said in words_of(found) if re.search(r"(?<!\.)\.\.(?!\.)", said)] == [], "a sentence ends twice"
    assert len(file.tables) == sum(isinstance(block, DataTable) for block in found.blocks)


def test_the_pdf_has_tags_headings_its_fonts_inside_and_every_row_of_the_plan(one_app: Flask) -> None:
    found = document(one_app)
    content = as_pdf.written(found)
    facts = pdf_says(content, "pdfinfo")
    assert re.search(r"Tagged:\s+yes", facts)
    assert re.search(r"Title:\s+Izvērtējuma ziņojums par 2026. gadu", facts)
    fonts = pdf_says(content, "pdffonts").splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), "a font is not inside"
    structure = pdf_says(content, "pdfinfo", "-struct")
    assert 'H1 "Kopsavilkums"' in structure
    assert structure.count("\n    TH") + structure.count(" TH ") > 0
    assert structure.count("Figure") >= sum(isinstance(block, Figure) for block in found.blocks)
    read = only_letters(pdf_says(content, "pdftotext", "-raw"))
    for said in ("1.1.a Speciālistu apmācība", "25 no 40 (cilvēki)", "Sociālais dienests", "Nav iestājies termiņš"):
        assert only_letters(said) in read, said
    pages = re.search(r"Pages:\s+(\d+)", facts)
    assert pages
    assert only_letters(f"{pages[1]}. lpp. no {pages[1]}") in read


def test_the_docx_can_be_edited_and_read_aloud(one_app: Flask) -> None:
    found = document(one_app)
    file = docx.Document(io.BytesIO(as_docx.written(found)))
    styles = [(each.style.name if each.style else "", each.text) for each in file.paragraphs]
    headings = [each for each in styles if (each[0] or "").startswith("Heading")]
    assert headings == [(f"Heading {block.level}", block.text) for block in found.blocks if isinstance(block, Heading)]
    xml = file.element.xml
    tables = sum(isinstance(block, DataTable) for block in found.blocks)
    assert xml.count("<w:tblHeader") == tables
    for table, block in zip(file.tables, (each for each in found.blocks if isinstance(each, DataTable)), strict=True):
        assert [column.width for column in table.columns] == [cell.width for cell in table.rows[0].cells], block.caption
        widest = max(zip(table.columns, block.widths, strict=True), key=lambda pair: pair[0].width)
        assert widest[1] == max(block.widths), block.caption
    figures = [block for block in found.blocks if isinstance(block, Figure)]
    assert figures
    described = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert described == [figure.alternative for figure in figures]
    assert file.core_properties.title == found.title
    footer = file.sections[0].footer.paragraphs[0]
    assert footer.text.endswith(f"{found.title} · . lpp. no ")
    assert [field.text for field in footer._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert not any("Mainīt" in block.header for block in found.blocks if isinstance(block, DataTable)), "a change is no button"
    assert 'w:val="lv-LV"' in file.styles["Normal"].element.xml
    assert [section.orientation for section in file.sections][:: len(file.sections) - 1] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
    ]


def test_the_docx_lists_its_contents_in_a_field_that_reads_without_being_updated(one_app: Flask) -> None:
    found = document(one_app)
    file = docx.Document(io.BytesIO(as_docx.written(found)))
    headings = [block for block in found.blocks if isinstance(block, Heading) and block.level <= 2]
    lines = [line for line in file.paragraphs if line.style and line.style.name in {"toc 1", "toc 2"}]
    assert [line.text for line in lines] == [block.text for block in headings]
    body = file.element.body
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert [code.text.split()[0] for code in body.iter(qn("w:instrText"))] == ["TOC"]
    targets = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    for line in lines:
        (link,) = line._p.iter(qn("w:hyperlink"))
        led_to = targets[link.get(qn("w:anchor"))]
        assert "".join(text.text for text in led_to.iter(qn("w:t"))) == line.text


def test_the_html_file_is_dark_on_screens_only(one_app: Flask) -> None:
    with one_app.app_context(), speaking("lv"):
        page = as_html.written(document(one_app)).decode()
    assert re.findall(r"@media[^{]*prefers-color-scheme: dark", page) == ["@media screen and (prefers-color-scheme: dark"]


def test_the_plan_is_told_with_degree_money_reasons_and_the_layout_of_earlier_reports(one_app: Flask) -> None:
    said = " ".join(words_of(document(one_app, "en"))).replace("\u00a0", " ")
    for words in (
        "40 specialists: 25 of 40 (persons). 1 Jan 2025 – 31 Dec 2027: not due.",
        "Money in 2026, EUR – planned: 500, granted: not stated, spent: not stated.",
        "160 of up to 100 used (persons)",
        "The ceiling is exceeded: give the reason.",
        "Responsible: Education board",
        "Course of execution",
        "Clear rise: from 30 % to 75 %",
        "40 of 50 (80 %)",
        "Who did not answer is not known and cannot be found out.",
        "What is not compared",
    ):
        assert words in said, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_called_by_its_own_finding(one_app: Flask, language: str) -> None:
    captions = [block.caption for block in document(one_app, language).blocks if isinstance(block, Figure)]
    assert len(set(captions)) == len(captions) >= 3
    if language == "en":
        assert any("Clear rise: from 30" in caption and "Share of right" in caption for caption in captions)


def test_events_are_counted_in_the_year_whose_windows_they_count_for(one_app: Flask) -> None:
    """Of a row with a number for each year, the report of 2026 told the events of 2025 as well; one for all years keeps all."""
    with one_app.app_context():
        organiser = somebody("organiser", "social_service")
        for day in ("2025-02-01", "2025-03-01"):
            store.log(organiser, SUPPORT, held(day, 12))
            store.log(organiser, TRAINING, held(day, 12))

    def events_of(year: int) -> dict[str, str]:
        blocks = document(one_app, "en", year).blocks
        mine = [each for each in blocks if isinstance(each, DataTable) and each.caption.endswith(f" – rows in {year}")]
        return {row[0][:5]: row[-1] for table in mine for row in table.rows}

    assert {events_of(2025)[row] for row in ("1.1.a", "1.2.a")} == {"2 (0)"}
    assert (events_of(2026)["1.1.a"], events_of(2026)["1.2.a"]) == ("3 (0)", "1 (0)")


def test_the_report_is_the_same_whatever_a_hidden_number_is(one_app: Flask) -> None:
    first = document(one_app)
    with one_app.app_context():
        organiser = somebody("organiser", "social_service")
        event = next(
            each for each in store.listed(organiser.municipality_id, store.Wanted()) if each.indicator == SUPPORT.indicator
        )
        store.correct(organiser, event.id, event.newest.number, held("2026-04-01", HIDDEN - 1, title="Atbalsts"), "pārskaitīts")
    assert document(one_app).blocks == first.blocks
    assert "slēpts: mazāk nekā 5 cilvēki" in " ".join(words_of(first))


def test_only_years_of_a_plan_that_have_begun_are_reported(one_app: Flask) -> None:
    assert "not over" not in (document(one_app, "en", 2025).notice or "")
    assert "No survey of specialists was opened by then." in words_of(document(one_app, "en", 2025))
    assert "not over" in (document(one_app, "en", 2026).notice or "")
    for year in (2024, 2027, 2028):
        with pytest.raises(NothingToReportError):
            document(one_app, year=year)


def test_the_command_writes_the_file_or_says_what_can_be_reported(one_app: Flask, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(commands, ["report", *arguments], obj=lambda: one_app)
        return f"{done.exit_code} {done.output}{done.exception or ''}"

    for kind, begins in (("pdf", b"%PDF-1.7"), ("docx", b"PK"), ("html", b"\n<!doctype html>")):
        file = tmp_path / f"report.{kind}"
        assert run("2026", "--plan", "small", "--format", kind, "--lang", "ru", "--out", str(file)).startswith("0 ")
        assert file.read_bytes().startswith(begins)
    refused = run("2031", "--format", "pdf", "--out", str(tmp_path / "none.pdf"))
    assert "name a loaded plan with --plan (loaded: small) and a year of it that has begun" in refused
    assert not (tmp_path / "none.pdf").exists()


@pytest.fixture
def group(one_app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    return client


def test_the_group_reads_the_report_and_takes_it_as_a_file(group: FlaskClient) -> None:
    page = text(group, "/results/report?lang=lv")
    assert "Izvērtējuma ziņojums par 2026. gadu" in page
    for kind, mimetype in (("pdf", "application/pdf"), ("html", "text/html")):
        file = group.get(f"/results/report/2026.{kind}?in=en")
        assert file.status_code == 200
        assert file.mimetype == mimetype
        assert file.headers["Content-Disposition"] == f"attachment; filename=report-2026-en.{kind}"
    for year in ("2031", "-1", "99999", "9" * 40):
        assert group.get(f"/results/report?year={year}").status_code == 404
    assert group.get("/results/report/99999.html").status_code == 404
    assert group.get("/results/report/2026.exe").status_code == 404


def test_an_organiser_may_not_read_the_report(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "organiser")
    assert client.get("/results/report").status_code == 403
