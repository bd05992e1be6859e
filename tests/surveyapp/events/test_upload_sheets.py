"""Sheets as people and programs leave them: sloppy ones are read as they were meant, hostile ones are refused at once."""

import io
import zipfile
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from questionnaires.problems import FileRefusedError, Problem
from questionnaires.texts import LANGUAGES
from surveyapp.core import municipalities
from surveyapp.events.rules import Facts, LoggedEvent, Stated
from surveyapp.events.upload.changes import compare
from surveyapp.events.upload.reading import Place, Upload, Uploaded, Uploader
from surveyapp.events.upload.template import ROWS, template
from surveyapp.plans import store as plan_store
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.events.sheets import HEADER, opened, reading, saved, workbook


@pytest.fixture
def app(one_app: Flask) -> Flask:
    """An app with the small plan; reading a sheet touches no table."""
    load_plan(one_app)
    return one_app


def problems_of(app: Flask, content: bytes) -> list[Problem]:
    with pytest.raises(FileRefusedError) as refused:
        reading(app, content)
    return list(refused.value.problems)


def codes(problems: list[Problem]) -> list[tuple[int | None, str, str]]:
    return [(problem.line, problem.key, problem.code) for problem in problems]


def test_numbers_and_days_typed_as_text_are_read_as_they_were_meant(app: Flask) -> None:
    (event,) = reading(app, workbook(("1.1.a", "01.10.2026.", "  Mācības \u00a0 Cēsīs", "1\u00a0445", " 1 500 "))).events
    assert event.facts == Facts(date(2026, 10, 1), "Mācības Cēsīs", unique_persons=1445, attendances=1500)


@pytest.mark.parametrize("header", [
    ("Plāna rinda", "Datums", "Nosaukums", "Dažādi cilvēki", "Apmeklējumi"),
    ("Row of the plan *", "DATE", "Title*", "Different people", "attendances"),
    ("Строка плана", "Дата", "Название", "Разные люди", "Посещения"),
])  # fmt: skip
def test_columns_are_known_by_their_names_in_every_language(app: Flask, header: tuple[str, ...]) -> None:
    (event,) = reading(app, workbook(("1.1.a", "2026-10-01", "Mācības", 5, 6), header=header)).events
    assert (event.facts.unique_persons, event.facts.attendances) == (5, 6)


def test_choices_are_known_by_name_or_id_and_a_row_also_by_what_the_list_shows(app: Flask) -> None:
    header = (*HEADER, "audience", "institution")
    row = ("1.1.a Speciālistu apmācība", "2026-10-01", "Mācības", 5, 5, "speciālisti", "SOCIALAIS DIENESTS")
    (event,) = reading(app, workbook(row, header=header)).events
    assert (event.indicator, event.facts.audience, event.institution) == ("1.1.a", "specialists", "social_service")
    steps = workbook(("1.1.c", "2026-10-01", "Aptauja", "", "", "Izjautāti"), header=(*HEADER, "step"))
    assert reading(app, steps).events[0].facts.step == "asked"


def test_a_title_above_the_names_of_columns_and_empty_rows_are_no_trouble(app: Flask) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Sociālā dienesta pasākumi",), (), HEADER, (), ("1.1.a", "2026-10-01", "Mācības", 5, 5)):
        sheet.append(list(row))
    (event,) = reading(app, saved(book)).events
    assert event.place.row == 5


def test_merged_cells_leave_gaps_that_are_named_one_by_one(app: Flask) -> None:
    book = opened(workbook(("1.1.a", "2026-10-01", "Mācības", 5, 5), ("", "2026-10-02", "Mācības", 6, 6)))
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A2:A3")
    assert codes(problems_of(app, saved(book))) == [(3, "indicator", "cell_empty")]


def test_a_formula_counts_as_its_result_and_without_one_is_named(app: Flask) -> None:
    found = problems_of(app, workbook(("1.1.a", "2026-10-01", "Mācības", "=2+3", 5)))
    assert [(problem.key, problem.code) for problem in found] == [("Events!D2", "formula_uncached")]


def test_every_sheet_with_events_is_read_and_notes_are_left_alone(app: Flask) -> None:
    book = opened(workbook(("1.1.a", "2026-10-01", "Mācības", 5, 5), title="Oktobris"))
    more = book.create_sheet("Novembris")
    for row in (HEADER, ("1.1.a", "2026-11-02", "Mācības", 7, 7)):
        more.append(list(row))
    book.create_sheet("Piezīmes").append(["Mutiski saskaņots"])
    events = reading(app, saved(book)).events
    assert [(each.place, each.facts.unique_persons) for each in events] == [
        (Place("Oktobris", 2), 5),
        (Place("Novembris", 2), 7),
    ]


def test_events_in_a_hidden_sheet_are_refused_by_name_not_read_in_silence(app: Flask) -> None:
    book = opened(workbook(("1.1.a", "2026-10-01", "Mācības", 5, 5)))
    more = book.create_sheet("Vecie")
    for row in (HEADER, ("1.1.a", "2026-09-01", "Mācības", 7, 7)):
        more.append(list(row))
    more.sheet_state = "hidden"
    found = problems_of(app, saved(book))
    assert [(problem.file, problem.code) for problem in found] == [("Vecie", "hidden_sheet")]


@pytest.mark.parametrize(("header", "expected"), [
    (("indicator", "held_on", "title", "piezīmes"), (1, "D", "unknown_column")),
    (("indicator", "held_on", "title", "title"), (1, "title", "duplicate_column")),
    (("indicator", "title", "attendances"), (1, "held_on", "missing_column")),
    (("indicator", "held_on", "title", "value"), (1, "value", "measured_elsewhere")),
])  # fmt: skip
def test_columns_that_cannot_be_understood_are_named(
    app: Flask, header: tuple[str, ...], expected: tuple[int, str, str]
) -> None:
    assert codes(problems_of(app, workbook(("1.1.a", "2026-10-01", "Mācības", "1"), header=header))) == [expected]


@pytest.mark.parametrize(("row", "expected"), [
    (("1.1.a", "2026-12-01", "Nākotnē", 5, 5), ("held_on", "in_the_future")),
    (("1.1.a", "2024-12-01", "Pirms plāna", 5, 5), ("held_on", "outside_plan")),
    (("1.1.a", "2026-10-01", "Vairāk", 6, 5), ("unique_persons", "more_than_attendances")),
    (("1.1.a", "2026-10-01", "Puse", "2,5", 5), ("unique_persons", "not_whole")),
    (("1.1.a", "2026-10-01", "Minuss", "−3", 5), ("unique_persons", "negative")),
    (("1.1.a", "2026-10-01", "Daudz", 1, 100_001), ("attendances", "absurd")),
    (("1.1.a", "2026-10-01", "x" * 201, 5, 5), ("title", "too_long")),
    (("1.1.c", "2026-10-01", "Bez soļa", 5, 5), ("step", "step_missing")),
    (("1.1.a", "2026-10-01", "Viens", 5, 5, "", "lieks"), ("G", "cell_without_header")),
])  # fmt: skip
def test_cells_that_cannot_be_right_are_named(app: Flask, row: tuple[object, ...], expected: tuple[str, str]) -> None:
    assert codes(problems_of(app, workbook(row))) == [(2, *expected)]


def test_a_member_must_be_in_the_list_on_that_day(app: Flask) -> None:
    header = (*HEADER, "member", "institution")
    gone = ("1.1.b", "2026-10-01", "Programma", "", "", "Saulīte", "social_service")
    there = ("1.1.b", "2026-05-01", "Programma", "", "", "Saulīte", "social_service")
    assert codes(problems_of(app, workbook(gone, header=header))) == [(2, "member", "not_a_member")]
    assert reading(app, workbook(there, header=header)).events[0].facts.member == "sun"


def test_a_file_of_another_kind_is_refused_with_what_to_do(app: Flask) -> None:
    assert codes(problems_of(app, b"\x00\x01\x02")) == [(None, "", "not_a_table")]
    assert codes(problems_of(app, "vārds;uzvārds\nA;B\n".encode())) == [(None, "", "no_header")]
    assert codes(problems_of(app, workbook())) == [(None, "", "no_events")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1257", "utf-16"])
def test_csv_of_any_program_is_read(app: Flask, encoding: str) -> None:
    content = "Plāna rinda;Datums;Nosaukums;Dažādi cilvēki\r\n1.1.a;01.10.2026;Mācības Cēsīs;5\r\n".encode(encoding)
    assert reading(app, content).events[0].facts.title == "Mācības Cēsīs"


def test_a_cell_in_the_last_corner_is_refused_by_name(app: Flask) -> None:
    book = opened(workbook(("1.1.a", "2026-10-01", "Mācības", 5, 5)))
    sheet = book.active
    assert sheet is not None
    sheet["XFD1048576"] = "x"
    assert [problem.code for problem in problems_of(app, saved(book))] == ["cell_far"]


def test_fifty_thousand_rows_are_refused_before_they_are_read(app: Flask) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Events")
    sheet.append(list(HEADER))
    for _ in range(50_000):
        sheet.append(["1.1.a", "2026-10-01", "Mācības", 5, 5])
    assert {problem.code for problem in problems_of(app, saved(book))} <= {"cell_far", "more_problems", "too_many_cells"}


def test_a_file_that_unpacks_to_much_is_refused_before_it_is_unpacked(app: Flask) -> None:
    target = io.BytesIO(workbook(("1.1.a", "2026-10-01", "Mācības", 5, 5)))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bmp", b"\0" * 60_000_000)
    assert [problem.code for problem in problems_of(app, target.getvalue())] == ["workbook_too_large"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_sheet_holds_lists_and_notes_in_the_organisers_language_and_is_read_back(app: Flask, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        plan = plan_store.current(municipalities.find("cesis").id)
        assert plan is not None
        book = opened(template(plan, Uploader("social_service", anybody=False)))
    events = book.worksheets[0]
    names = [str(cell.value) for cell in events[1]]
    assert names[0] == {"lv": "Plāna rinda *", "en": "Row of the plan *", "ru": "Строка плана *"}[language]
    assert all(cell.comment for cell in events[1])
    dropdowns = [
        each for each in events.data_validations.dataValidation if isinstance(each, DataValidation) and each.type == "list"
    ]
    assert {str(each.sqref).split(":")[0] for each in dropdowns} >= {"A2"}
    assert all(str(each.sqref).endswith(str(ROWS + 1)) for each in dropdowns)
    choices = [cell.value for cell in book.worksheets[2]["A"][1:]]
    assert choices[0] == "1.1.a " + plan.indicators[0].name.get(language)
    events["A2"], events["B2"], events["C2"] = choices[0], date(2026, 10, 1), "Mācības"
    assert reading(app, saved(book)).events[0].indicator == "1.1.a"


FACTS = st.builds(
    Facts,
    held_on=st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    title=st.sampled_from(["Mācības", "Lekcija"]),
    unique_persons=st.one_of(st.none(), st.integers(0, 3)),
    audience=st.one_of(st.none(), st.just("parents")),
)
COLUMNS = frozenset({"held_on", "title", "unique_persons", "audience"})


def logged_after(changes: object, before: list[LoggedEvent]) -> list[LoggedEvent]:
    """What stands in the records after the changes."""
    after = {event.id: event for event in before}
    for change in changes:  # type: ignore[attr-defined]  # a tuple of changes
        at = change.event.id if change.event else len(after) + 1
        history = after[at].history if at in after else ()
        if change.kind in {"new", "corrected"}:
            stated = Stated(len(history) + 1, change.facts, False, None, 1, "x", None)  # type: ignore[arg-type]  # noqa: FBT003 - when does not matter here
            after[at] = LoggedEvent(at, "small", change.indicator, change.institution, (*history, stated))
    return list(after.values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FACTS, max_size=6), st.lists(FACTS, min_size=1, max_size=6))
def test_whatever_was_logged_a_file_a_second_time_changes_nothing(first: list[Facts], second: list[Facts]) -> None:
    before: list[LoggedEvent] = []
    for facts_of_file in (first, second):
        events = tuple(
            Uploaded(Place("", row), "1.1.a", "social_service", facts, None) for row, facts in enumerate(facts_of_file, 2)
        )
        upload = Upload("small", events, COLUMNS)
        before = logged_after(compare(upload, before, lambda _event: True), before)
        again = compare(upload, before, lambda _event: True)
        assert {change.kind for change in again} <= {"repeated"}


def test_a_name_that_looks_like_a_formula_is_a_name_in_the_empty_sheet(one_app: Flask) -> None:
    with one_app.test_request_context("/?lang=lv"):
        plan = load_plan(one_app, PLAN.replace("Saulīte", "=1+1"))
        lists = opened(template(plan, Uploader("education_board", anybody=False))).worksheets[2]
    cells = {cell.value: cell.data_type for row in lists.iter_rows() for cell in row if cell.value}
    assert cells["=1+1"] == "s"
