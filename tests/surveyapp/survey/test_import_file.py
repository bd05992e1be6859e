"""Files that were collected elsewhere: how tables are read, and what is gone before anybody sees it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.problems import FileRefusedError
from surveyapp.survey.importing.import_columns import is_private, tells_who_or_when
from surveyapp.survey.importing.import_file import MOST_ROWS, read_sheet
from surveyapp.survey.importing.import_problems import ImportRefusedError

QUESTIONS = ["Kur Jūs strādājat?", "Vai šķērsojāt?", "Piezīmes"]


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def table(people: int = 3) -> list[list[str]]:
    return [QUESTIONS, *([f"Skolā, {number}", "Jā; nē", "ņ"] for number in range(people))]


def codes(content: bytes) -> list[str]:
    with pytest.raises(ImportRefusedError) as caught:
        read_sheet(content, "answers.csv")
    return [fault.code for fault in caught.value.faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_csv_is_read_with_each_separator_in_each_encoding(delimiter: str, encoding: str) -> None:
    sheet = read_sheet(as_csv(table(), delimiter).encode(encoding), "answers.csv")
    assert [column.header for column in sheet.columns] == QUESTIONS
    assert sorted(row.cells for row in sheet.rows) == [(f"Skolā, {number}", "Jā; nē", "ņ") for number in range(3)]
    assert {row.number for row in sheet.rows} == {2, 3, 4}


def test_rows_come_in_another_order_each_time() -> None:
    content = as_csv(table(40)).encode()
    orders = {tuple(row.number for row in read_sheet(content, "answers.csv").rows) for _ in range(3)}
    assert len(orders) == 3
    assert tuple(range(2, 42)) not in orders


@pytest.mark.parametrize(
    "header",
    [
        "Timestamp",
        "Email Address",
        "Username",
        "Laikspiedols",
        "E-pasta adrese",
        "Отметка времени",
        "Адрес электронной почты",
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "Last modified time",
        "Sākuma laiks",
        "Pabeigšanas laiks",
        "Response ID",
        "submitdate",
        "Date last action",
        "ipaddr",
        "IP address",
        "seed",
        "startlanguage",
        "lastpage",
        "Referrer URL",
        "Token",
        "attribute_1",
        "groupTime12",
        "Contribution Id",
        "Invitation Number",
        "User Name",
        "Creation Date",
        "Last Update",
        "Languages",
        "User agent",
        "Vārds, uzvārds",
        "Tālruņa numurs",
        "Jūsu e-pasts",
        "Please leave your e-mail",
    ],
)
def test_a_column_that_tells_who_or_when_is_known_by_its_header(header: str) -> None:
    assert is_private(header, ["1", "2"])


@pytest.mark.parametrize(
    "cell",
    [
        "anna@example.org",
        "192.0.2.17",
        "2001:db8::1:2",
        "2026-03-12 10:11:12",
        "2026/03/12 9:41:00 AM EET",
        "12.03.2026",
        "3/12/26 14:05:07",
        "10:11",
        "010203-12345",
        "+371 2000 0000",
        "Mozilla/5.0 (X11)",
        "https://example.org/?a=1",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_a_column_that_tells_who_or_when_is_known_by_its_cells(cell: str) -> None:
    assert is_private("Anything", [cell, cell, "", "other"])


@pytest.mark.parametrize("cell", ["Skolā", "7", "0–4 gadi", "9:00–17:00", "3.5", "2020-2024", "4 - Piekrītu", "Jā; nē", ""])
def test_answers_are_not_mistaken_for_addresses_or_moments(cell: str) -> None:
    assert not tells_who_or_when(cell)
    assert not is_private("Kur Jūs strādājat?", [cell])


@pytest.mark.parametrize("part", ["a", "1", "a.", "a@b.", "0:", "12/", "+1 "])
def test_a_cell_without_end_is_searched_once_and_not_from_every_letter(part: str) -> None:
    """A search that begins again at each letter would take hours here."""
    assert not tells_who_or_when(part * 500_000)
    assert tells_who_or_when(part * 500_000 + " anna@example.org")


def test_private_columns_are_gone_and_named() -> None:
    rows = [["Timestamp", "Darbs", "Cits"], *[["2026-03-01 10:00:00", "Skolā", f"secret{n}@example.org"] for n in range(3)]]
    sheet = read_sheet(as_csv(rows).encode(), "answers.csv")
    assert [column.header for column in sheet.columns] == ["Darbs"]
    assert sheet.dropped == ("Timestamp", "Cits")
    assert "secret" not in repr(sheet)
    assert "10:00" not in repr(sheet)


def test_an_address_in_the_place_of_a_header_is_not_repeated() -> None:
    rows = [["someone@example.org", "Skolā", "Jā"], ["other@example.org", "Klīnikā", "Nē"]]
    assert "example.org" not in repr(read_sheet(as_csv(rows).encode(), "answers.csv"))


def test_titles_above_the_questions_are_passed_over_and_equal_headers_are_told_apart() -> None:
    rows = [["Alias", "survey"], [], ["Tēma", "Tēma", "", "Vieta"], ["a", "b", "c", "d"]]
    sheet = read_sheet(as_csv(rows).encode(), "answers.csv")
    assert [column.name for column in sheet.columns] == ["A (Tēma)", "B (Tēma (2))", "C ([C])", "D (Vieta)"]
    assert sheet.rows[0].cells == ("a", "b", "c", "d")


def test_what_is_no_table_is_refused_with_the_reason() -> None:
    assert codes(b"") == ["no_rows"]
    assert codes(as_csv(table(0)).encode()) == ["no_rows"]
    assert codes(b"\x00\x01\x02") == ["not_a_table"]
    assert codes(b"a,b,c\n" + b"x" * 5_000_000) == ["too_large"]
    assert codes(b"a,b,c\n" + b"1,2,3\n" * (MOST_ROWS + 1)) == ["too_many_rows"]
    assert codes((",".join(map(str, range(501))) + "\n1,2,3\n").encode()) == ["too_many_columns"]
    assert codes(b"a,b,c\n1,2,3\n1,2,3,4\n1,2,3,,\n1,2,3,4,5\n") == ["cells_beyond", "cells_beyond"]


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.binary(max_size=100).map(lambda rest: b"PK\x03\x04" + rest)
)
def test_whatever_is_in_a_file_it_is_read_or_refused(content: bytes) -> None:
    try:
        sheet = read_sheet(content, "answers.csv")
    except (ImportRefusedError, FileRefusedError):
        return
    assert len({column.header for column in sheet.columns}) == len(sheet.columns)
    assert all(len(row.cells) == len(sheet.columns) for row in sheet.rows)
