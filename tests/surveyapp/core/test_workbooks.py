"""Workbooks are read as plain rows of text whatever program wrote them, and no file can stall, flood or mislead the reading."""

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from questionnaires.problems import FileRefusedError, Problem
from surveyapp.core import workbooks
from surveyapp.core.text import TooLongError

# Every letter that a sheet can hold: XML knows neither control characters nor lone surrogates, and ends lines with a line feed.
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\r\x7f\ufffe\uffff").filter(
    lambda letter: letter in "\n\t\x85" or not "\x00" <= letter <= "\x9f" or " " <= letter <= "~"
)
cells = st.text(letters, max_size=8) | st.sampled_from(["=1+1", "-1", "@x", "#N/A", "1.0", "TRUE", "_x0041_", "x005F_", " a "])

ENTITIES = "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'>]>"


def by_others(fill: Callable[[Workbook], object]) -> bytes:
    """Return a workbook as another program writes it."""
    book = Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """Return the workbook *content* with *old* in one of its parts replaced by *new*."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            text = source.read(info).replace(b"<v></v>", b"<v />")  # the library ends an empty value so where lxml is installed
            if info.filename == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            copy.writestr(info.filename, text)
    return target.getvalue()


def problems_of(content: bytes) -> list[Problem]:
    with pytest.raises(FileRefusedError) as refused:
        workbooks.read(content, "answers.xlsx")
    return list(refused.value.problems)


def in_first_sheet(**values: object) -> bytes:
    """Return a workbook of another program with *values* (such as B7=1) in its only sheet."""

    def fill(book: Workbook) -> None:
        for place, value in values.items():
            book.worksheets[0][place] = value

    return by_others(fill)


PLAIN = in_first_sheet(A1="x")


@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=4))
@settings(deadline=None, max_examples=80)
def test_any_text_comes_back_from_the_file_as_it_was(rows: list[list[str]]) -> None:
    (sheet,) = workbooks.read(workbooks.write({"Lapa": rows}), "x.xlsx").values()
    read = dict(sheet)
    for number, row in enumerate(rows, start=1):
        found = read.get(number, [])
        assert [*found, *[""] * (len(row) - len(found))] == row


def test_another_program_reads_the_text_and_no_formula() -> None:
    rows = [["Jautājums", "Ответ"], ["=1+1", "-2"], ["@SUM(A1)", "#N/A"], ["", "a < b & 'c'"]]
    book = load_workbook(io.BytesIO(workbooks.write({"Palīgi & citi": rows, "b": [["x"]]})))
    assert book.sheetnames == ["Palīgi & citi", "b"]
    found = [[(cell.value or "", cell.data_type) for cell in row] for row in book.worksheets[0].iter_rows()]
    assert [[value for value, _ in row] for row in found] == rows
    assert {kind for row in found for value, kind in row if value} == {"s"}


def test_letters_that_no_sheet_can_hold_are_left_out() -> None:
    (rows,) = workbooks.read(workbooks.write({"a": [["x\x00\x1by\ud800z\r\nw"]]}), "x.xlsx").values()
    assert rows == [(1, ["xyz\nw"])]


def test_a_text_that_a_sheet_would_cut_is_refused() -> None:
    with pytest.raises(TooLongError):
        workbooks.write({"a": [["x" * 32_768]]})


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert workbooks.write({"a": [["x"]]}) == workbooks.write({"a": [["x"]]})


@pytest.mark.parametrize("title", ["", "a/b", "x" * 32])
def test_a_title_that_sheet_programs_refuse_is_refused(title: str) -> None:
    with pytest.raises(ValueError, match="cannot be the title of a sheet"):
        workbooks.write({title: [["x"]]})


def test_what_other_programs_write_is_read_as_people_see_it() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.title = "Atbildes"
        for row in (
            [1, 1.0, 2.5, 0.1 + 0.2, True, False],
            [date(2026, 11, 21), datetime.fromisoformat("2026-11-21 09:30"), time(8, 5)],
            [],
            ["ā"],
        ):
            sheet.append(row)
        sheet["C7"] = "bold"
        sheet["C7"].font = Font(bold=True)
        sheet["H9"].font = Font(bold=True)
        book.create_sheet("Tukša")
        book.create_chartsheet("Diagramma")

    assert workbooks.read(by_others(fill), "x.xlsx") == {
        "Atbildes": [
            (1, ["1", "1", "2.5", "0.3", "TRUE", "FALSE"]),
            (2, ["2026-11-21", "2026-11-21 09:30:00", "08:05:00"]),
            (4, ["ā"]),
            (7, ["", "", "bold"]),
        ],
        "Tukša": [],
    }


def test_a_number_in_a_format_with_letters_in_quotes_is_no_day() -> None:
    def fill(book: Workbook) -> None:
        book.worksheets[0]["A1"] = 7
        book.worksheets[0]["A1"].number_format = '0 "days"'

    assert list(workbooks.read(by_others(fill), "x.xlsx").values()) == [[(1, ["7"])]]


def test_texts_kept_apart_from_the_sheet_are_read_with_all_their_runs() -> None:
    """As the best-known sheet program writes them: a list of texts, with runs, reading aids and escapes."""
    content = in_first_sheet(A1=0, B1=1)
    for place in ("0", "1"):
        content = changed(content, "xl/worksheets/sheet1.xml", f't="n"><v>{place}', f't="s"><v>{place}')
    relation = '<Relationship Id="t" Type="http://x/sharedStrings" Target="texts.xml"/></Relationships>'
    content = changed(content, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)
    texts = "<si><t>x_x000D_\ny_x005F_x0041_</t></si><si><r><t>bē</t></r><r><t>rns</t></r><rPh><t>z</t></rPh></si>"
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(
            "xl/texts.xml", f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
        )
    content = target.getvalue()
    assert list(workbooks.read(content, "x.xlsx").values()) == [[(1, ["x\ny_x0041_", "bērns"])]]


def test_days_counted_from_1904_are_the_same_days() -> None:
    def fill(book: Workbook) -> None:
        book.epoch = datetime.fromisoformat("1904-01-01")
        book.worksheets[0]["A1"] = date(2026, 11, 21)

    assert list(workbooks.read(by_others(fill), "x.xlsx").values()) == [[(1, ["2026-11-21"])]]


@pytest.mark.parametrize("place", ["XFD1048576", "SH1", "A20001"])
def test_a_cell_far_away_is_refused_by_name_and_at_once(place: str) -> None:
    (problem,) = problems_of(in_first_sheet(A1="x", **{place: "y"}))
    assert (problem.code, problem.key) == ("cell_far", f"Sheet!{place}")
    assert "delete it" in str(problem)


def test_an_empty_cell_far_away_is_no_problem() -> None:
    def fill(book: Workbook) -> None:
        book.worksheets[0]["A1"] = "x"
        book.worksheets[0]["XFD1048576"].font = Font(bold=True)

    assert list(workbooks.read(by_others(fill), "x.xlsx").values()) == [[(1, ["x"])]]


def test_formulas_without_a_result_are_named_cell_by_cell() -> None:
    assert [(each.line, each.key, each.code) for each in problems_of(in_first_sheet(B2="=1+1", C7="=A1&A2"))] == [
        (2, "Sheet!B2", "formula_uncached"),
        (7, "Sheet!C7", "formula_uncached"),
    ]


def test_a_formula_with_its_result_is_read_as_the_result() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    computed = changed(in_first_sheet(A1="=1+1"), sheet, "<v />", "<v>2</v>")
    assert list(workbooks.read(computed, "x.xlsx").values()) == [[(1, ["2"])]]
    nothing = changed(in_first_sheet(A1="=A2", B1="x"), sheet, '<c r="A1">', '<c r="A1" t="str">')
    assert list(workbooks.read(nothing, "x.xlsx").values()) == [[(1, ["", "x"])]]


def test_a_formula_that_failed_is_named() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    failed = changed(
        changed(in_first_sheet(A1="=1/0"), sheet, "<v />", "<v>#DIV/0!</v>"), sheet, '<c r="A1"', '<c r="A1" t="e"'
    )
    assert [(each.code, dict(each.facts)["found"]) for each in problems_of(failed)] == [("cell_error", "#DIV/0!")]


def test_a_file_that_unpacks_to_much_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + " " * 41_000_000)
    assert len(bomb) < 100_000
    assert [problem.code for problem in problems_of(bomb)] == ["workbook_too_large"]


def test_a_file_that_lies_about_what_it_unpacks_to_is_not_unpacked_further_than_it_says() -> None:
    bomb = changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + " " * 41_000_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    lying = bomb.replace(size, (1000).to_bytes(4, "little"))
    tracemalloc.start()
    try:
        assert [problem.code for problem in problems_of(lying)] == ["not_workbook"]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_archive_that_lists_more_files_than_a_workbook_has_is_refused_before_the_list_is_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(60_000):
            archive.writestr(str(number), b"")
    flood = target.getvalue()
    tracemalloc.start()
    try:
        assert [problem.code for problem in problems_of(flood)] == ["workbook_parts"]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_more_cells_than_anybody_needs_are_refused() -> None:
    row = "<row>" + "<c><v>1</v></c>" * 500 + "</row>"
    flood = changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + row * 601)
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


def test_tags_without_end_are_refused_before_they_fill_the_memory() -> None:
    flood = changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + "<row/>" * 3_000_000)
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


def test_empty_cells_are_counted_too() -> None:
    row = "<row>" + "<c/>" * 500 + "</row>"
    flood = changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + row * 601)
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


def test_one_cell_at_the_end_of_each_row_does_not_fill_the_memory_with_empty_ones() -> None:
    rows = "".join(f'<row r="{number}"><c r="SF{number}"><v>1</v></c></row>' for number in range(1, 6_002))
    flood = changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + rows)
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


def test_a_long_text_that_stands_in_many_cells_is_counted_in_each() -> None:
    rows = '<row><c t="s"><v>0</v></c></row>' * 401
    flood = changed(PLAIN, "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + rows)
    relation = '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    flood = changed(flood, "xl/_rels/workbook.xml.rels", "</Relationships>", relation + "</Relationships>")
    target = io.BytesIO(flood)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>" + "x" * 100_000 + "</t></si></sst>")
    flood = target.getvalue()
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


def named(*names: str) -> bytes:
    """Return a workbook whose only sheet is listed under each of *names*."""
    (listed,) = re.findall(r"<sheet [^>]*>", zipfile.ZipFile(io.BytesIO(PLAIN)).read("xl/workbook.xml").decode())
    others = "".join(listed.replace('name="Sheet"', f'name="{name}"') for name in names)
    return changed(PLAIN, "xl/workbook.xml", listed, others)


def test_more_sheets_than_anybody_needs_are_refused() -> None:
    assert [problem.code for problem in problems_of(named(*(f"s{number}" for number in range(51))))] == ["too_many_sheets"]


def test_one_sheet_under_two_names_is_refused() -> None:
    assert list(workbooks.read(named("one"), "x.xlsx")) == ["one"]
    assert [problem.code for problem in problems_of(named("one", "two"))] == ["not_workbook"]


def test_tags_of_all_parts_are_counted_together() -> None:
    def fill(book: Workbook) -> None:
        book.create_sheet("Other")

    flood = by_others(fill)
    for sheet in ("sheet1", "sheet2"):
        flood = changed(flood, f"xl/worksheets/{sheet}.xml", "<sheetData", "<x/>" * 1_500_000 + "<sheetData")
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


@pytest.mark.parametrize("tag", ["<x {}/>".format('a=">" ' * 5_001), '<x a="" b=""/>' * 750_000], ids=["one", "many"])
def test_attributes_without_end_are_refused_before_they_are_compared(tag: str) -> None:
    flood = changed(PLAIN, "xl/worksheets/sheet1.xml", "<sheetData", tag + "<sheetData")
    assert [problem.code for problem in problems_of(flood)] == ["too_many_cells"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_workbook"),
        (b"code,link\n", "not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook", "workbook_locked"),
        (b"x" * 8_000_001, "too_large"),
        (in_first_sheet(A1="x")[:-40], "not_workbook"),
        (changed(in_first_sheet(A1="x"), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData><row>"), "not_workbook"),
        (changed(in_first_sheet(A1=1), "xl/worksheets/sheet1.xml", 't="n"', 't="n" s="x"'), "not_workbook"),
        (changed(in_first_sheet(A1=7), "xl/worksheets/sheet1.xml", 't="n"><v>7', 't="s"><v>77'), "not_workbook"),
        (changed(in_first_sheet(A1="x"), "xl/workbook.xml", "<workbook ", f"{ENTITIES}<workbook "), "not_workbook"),
    ],
    ids=["nothing", "csv", "old", "large", "cut", "xml", "style", "string", "entities"],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    assert [problem.code for problem in problems_of(content)] == [code]


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_damage_anywhere_is_read_or_refused_and_never_crashes(data: st.DataObject) -> None:
    content = bytearray(workbooks.write({"a": [["x", "y"], ["1", "2"]]}))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileRefusedError):
        workbooks.read(bytes(content), "x.xlsx")
