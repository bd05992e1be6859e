"""The command that judges a plan by an events file, and what it says of a file that cannot be read."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.event_cells import MESSAGES
from analysis.event_file import MOST_BYTES, parse_events, read_events
from analysis.head_counts import EventRecord
from analysis.progress_files import main
from questionnaires.plan_grammar import read_plan
from questionnaires.problems import FileRefusedError, Problem
from tests.analysis.interface import assert_fixed_shape
from tests.analysis.plans import day

ROOT = Path(__file__).parents[2]
CESIS = ROOT / "questionnaires" / "plans" / "cesis-2025-2027" / "1.yaml"
PLAN_FILE = Path(__file__).parents[1] / "questionnaires" / "examples" / "plan.yaml"
PLAN = read_plan(PLAN_FILE)
GOLDEN = Path(__file__).parent / "golden" / "progress_command.json"
HEADER = "indicator,held_on,title,audience,unique_persons,attendances,hours,institution,evidence"
GOOD = f"""{HEADER},member,step,value
1.1.a,2025-02-03,Pirmā sanāksme,specialists,12,,2,social_service,protokols 1,,,
1.1.a,2025-09-08,Otrā sanāksme,Speciālisti,15,,1.5,social_service,protokols 2,,,
1.1.a,2026-05-04,Izjautāti,,,,,social_service,lapa,,asked,
1.1.b,2026-03-02,Saulītē,,,,,school_board,,Saulīte,,
1.1.b,2026-12-31,Rādītājs,,,,,,statistika,,,-0.6
"""


def cell(column: str, content: str) -> str:
    """Return a file with one event, in which *column* holds *content*."""
    columns = HEADER.split(",") + ([] if column in HEADER.split(",") else [column])
    facts = {"indicator": "1.1.a", "held_on": "2025-02-03", "title": "Sanāksme", column: content}
    quoted = [f'"{facts.get(name, "")}"' for name in columns]
    return ",".join(columns) + "\n" + ",".join(quoted) + "\n"


def problems_of(content: str, **facts: object) -> list[Problem]:
    with pytest.raises(FileRefusedError) as refused:
        parse_events(content, "e.csv", **facts)  # type: ignore[arg-type]  # a plan, a day
    return list(refused.value.problems)


def places(problems: list[Problem]) -> list[tuple[int | None, str, str]]:
    return [(problem.line, problem.key, problem.code) for problem in problems]


def run(tmp_path: Path, content: str, *more: str, as_of: str = "2027-03-01") -> int:
    file = tmp_path / "e.csv"
    file.write_text(content, encoding="utf-8")
    return main(["--plan", str(PLAN_FILE), "--events", str(file), "--as-of", as_of, "--format", "json", *more])


# The command


def test_the_command_prints_the_fixed_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, GOOD) == 0
    out, err = capsys.readouterr()
    assert out == GOLDEN.read_text(encoding="utf-8")
    assert err == ""


@pytest.mark.parametrize(
    "plan", sorted((ROOT / "questionnaires" / "plans").glob("*/*.yaml")), ids=lambda path: path.parent.name
)
@pytest.mark.parametrize("as_of", ["2024-05-01", "2028-03-01"])
def test_keys_and_words_of_the_answer_are_those_of_the_interface_for_every_shipped_plan(
    plan: Path, as_of: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "e.csv"
    file.write_text(f"{HEADER}\n", encoding="utf-8")
    assert main(["--plan", str(plan), "--events", str(file), "--as-of", as_of, "--format", "json"]) == 0
    assert_fixed_shape(json.loads(capsys.readouterr().out))


def test_every_window_of_every_reading_and_every_row_is_in_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, GOOD)
    found = json.loads(capsys.readouterr().out)
    assert [(each["target"], each["reading"]) for each in found["targets"]] == [
        *[("1.1.a/meetings", "yearly")] * 3,
        ("1.1.a/meetings", "in_all"),
        ("1.1.a/survey", None),
        ("1.1.b/all", None),
        ("1.1.b/growth", None),
    ]
    assert [each["indicator"] for each in found["indicators"]] == ["1.1.a", "1.1.b"]


def test_the_plan_of_the_first_municipality_is_judged_row_by_row(tmp_path: Path) -> None:
    file = tmp_path / "e.csv"
    file.write_text(f"{HEADER}\n5.1.a,2025-05-10,Apmācības,,40,,6,,protokols\n", encoding="utf-8")
    asked = ["--plan", str(CESIS), "--events", str(file), "--as-of", "2028-03-01"]
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "progress", *asked], capture_output=True, text=True, check=True, cwd=ROOT
    )
    degrees = {each["indicator"]: each["degree"] for each in json.loads(done.stdout)["indicators"]}
    assert len(degrees) == 52
    assert [row for row, degree in degrees.items() if degree not in {"no_data", "not_assessed"}] == ["5.1.a"]
    assert degrees["5.1.a"] == "done"


def test_an_earlier_day_is_judged_by_what_had_been_held_and_the_rest_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, GOOD, as_of="2025-06-30") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["targets"][0]["achieved"] == 1
    assert err.splitlines()[0].endswith("e.csv:3: held_on: 2025-09-08 lies after 2025-06-30, so it is not counted")
    assert len(err.splitlines()) == 4


def test_bad_rows_are_all_named_on_standard_error_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = f"{HEADER}\n1.1.a,2025-02-30,A,,-3,,,,\n9.9.z,2025-03-01,,,many,,,,\n"
    assert run(tmp_path, bad) == 2
    out, err = capsys.readouterr()
    assert out == ""
    named = [line.partition("e.csv:")[2].split(": ")[:2] for line in err.splitlines()]
    assert named == [["2", "held_on"], ["2", "unique_persons"], ["3", "title"], ["3", "unique_persons"], ["3", "indicator"]]


def test_a_bad_plan_and_bad_events_are_named_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad_plan, bad_events = tmp_path / "p.yaml", tmp_path / "e.csv"
    bad_plan.write_text("id: x\n", encoding="utf-8")
    bad_events.write_text("indicator\n", encoding="utf-8")
    assert main(["--plan", str(bad_plan), "--events", str(bad_events), "--as-of", "2026-01-01"]) == 2
    err = capsys.readouterr().err
    assert "p.yaml" in err
    assert "e.csv" in err


@pytest.mark.parametrize("as_of", ["2026-02-30", "soon"])
def test_a_day_that_is_none_is_refused(as_of: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--plan", "p.yaml", "--events", "e.csv", "--as-of", as_of]) == 2
    assert f"{as_of} is not a day of the calendar" in capsys.readouterr().err


def test_the_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "--as-of" in capsys.readouterr().out


def test_judging_loads_neither_pandas_nor_scipy() -> None:
    program = "import sys, analysis.progress_files; sys.exit(bool({'pandas', 'scipy', 'numpy', 'flask'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0


# The events file


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("1.5", '"1,5"'),
        lambda text: text.replace(",", ";").replace("1.5", "1,5"),
        lambda text: text.replace("2025-02-03", "03.02.2025"),
        lambda text: text.replace("indicator,held_on", "Indicator, held_on"),
        lambda text: text + "\n,,,,,,,,,,,\n",
    ],
    ids=["plain", "byte order mark", "CRLF", "decimal comma", "semicolons", "day with points", "capitals", "empty rows"],
)
def test_a_sheet_may_be_saved_in_several_ways(tmp_path: Path, written: Callable[[str], str]) -> None:
    file = tmp_path / "e.csv"
    file.write_bytes(written(GOOD).encode())
    found = read_events(file, PLAN)
    assert len(found) == 5
    assert found[1] == EventRecord(
        reference="3",
        indicator="1.1.a",
        held_on=day("2025-09-08"),
        title="Otrā sanāksme",
        audience="specialists",
        unique_persons=15,
        hours=1.5,
        institution="social_service",
        evidence="protokols 2",
    )
    assert found[4].value == -0.6


@pytest.mark.parametrize("number", ["1445", "1 445", "1\u00a0445", "1\u202f445", " 1445 "])
def test_a_count_may_hold_spaces_of_any_kind(number: str) -> None:
    assert parse_events(cell("attendances", number), "e.csv")[0].attendances == 1445


def test_an_empty_number_is_not_known_and_0_is_zero() -> None:
    assert parse_events(cell("unique_persons", ""), "e.csv")[0].unique_persons is None
    assert parse_events(cell("unique_persons", "0"), "e.csv")[0].unique_persons == 0


@pytest.mark.parametrize(
    ("word", "meaning"), [("yes", True), ("jā", True), ("ДА", True), ("1", True), ("nē", False), ("", False)]
)
def test_yes_and_no_may_stand_in_any_of_the_languages(word: str, meaning: bool) -> None:  # noqa: FBT001 - the meaning of the word
    assert parse_events(cell("different_people", word), "e.csv")[0].different_people is meaning


@pytest.mark.parametrize(
    ("column", "content", "code"),
    [
        ("unique_persons", "-1", "negative"),
        ("unique_persons", "−1", "negative"),
        ("unique_persons", "1000001", "absurd"),
        ("unique_persons", "12.5", "not_whole"),
        ("unique_persons", "divi", "not_a_number"),
        ("unique_persons", "<5", "hidden_number"),
        ("requested", "< 5", "hidden_number"),
        ("families", "<5x", "not_a_number"),
        ("unique_persons", "1e3", "not_a_number"),
        ("unique_persons", "nan", "not_a_number"),
        ("unique_persons", "١٢", "not_a_number"),
        ("unique_persons", "14 45", "not_a_number"),
        ("hours", "-0.5", "negative"),
        ("hours", "inf", "not_a_number"),
        ("amount", "9999999999999", "absurd"),
        ("value", "x", "not_a_number"),
        ("held_on", "2025-02-29", "not_a_day"),
        ("held_on", "31.04.2025", "not_a_day"),
        ("held_on", "2025", "not_a_day"),
        ("held_on", "", "cell_empty"),
        ("title", " ", "cell_empty"),
        ("title", "a\u0007b", "forbidden_character"),
        ("unit", "litres", "unknown_unit"),
        ("different_people", "maybe", "not_yes_or_no"),
        ("same_group_as", "7", "unknown_group"),
        ("same_group_as", "2", "own_group"),
        ("indicator", "9.9.z", "unknown_indicator"),
        ("audience", "everybody", "unknown_audience"),
        ("step", "sung", "unknown_step"),
        ("held_on", "2024-12-31", "outside_plan"),
        ("held_on", "2026-01-02", "in_the_future"),
    ],
)
def test_a_bad_cell_is_refused_with_its_row_and_column(column: str, content: str, code: str) -> None:
    [problem] = problems_of(cell(column, content), plan=PLAN, as_of=day("2026-01-01"))
    assert (problem.line, problem.key, problem.code) == (2, column, code)
    assert problem.message == MESSAGES[code].format(**dict(problem.facts))


def test_more_different_people_than_attendances_are_refused() -> None:
    content = f"{HEADER}\n1.1.a,2025-02-03,A,,12,11,,,\n"
    assert places(problems_of(content)) == [(2, "unique_persons", "more_than_attendances")]


def test_a_group_is_named_in_the_later_event_and_is_not_new() -> None:
    header = f"{HEADER},same_group_as,different_people"
    rows = ["1.1.a,2025-03-03,A,,,,,,,3,", "1.1.a,2025-04-03,B,,,,,,,,", "1.1.a,2025-05-03,C,,,,,,,2,yes"]
    assert places(problems_of("\n".join([header, *rows]))) == [
        (2, "same_group_as", "later_group"),
        (4, "different_people", "new_and_same"),
    ]


def test_columns_that_are_unknown_missing_or_doubled_are_all_named() -> None:
    content = HEADER.replace("title", "name").replace("hours", "audience") + "\n"
    assert places(problems_of(content)) == [
        (1, "name", "unknown_column"),
        (1, "audience", "duplicate_column"),
        (1, "title", "missing_column"),
        (1, "hours", "missing_column"),
    ]


def test_a_row_with_too_few_cells_and_an_open_quotation_are_refused() -> None:
    assert places(problems_of(f"{HEADER}\n1.1.a,2025-02-03\n")) == [(2, "", "cells")]
    assert places(problems_of(f'{HEADER}\n1.1.a,"2025-02-03,A\n')) == [(2, "", "not_csv")]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b",,,\n", "empty_file"), (b"indicator\n\xe2\n", "not_utf8"), (b" " * (MOST_BYTES + 1), "too_large")],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "e.csv"
    file.write_bytes(content)
    with pytest.raises(FileRefusedError) as refused:
        read_events(file)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "file_missing"), (tmp_path, "file_unreadable")):
        with pytest.raises(FileRefusedError) as refused:
            read_events(path)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_a_file_of_another_kind_is_not_listed_without_end() -> None:
    found = problems_of(HEADER + "\n" + "x\n" * 1000)
    assert len(found) == 201
    assert found[-1].code == "more_problems"


@given(st.text(max_size=300))
def test_no_text_crashes_the_reader(content: str) -> None:
    # Whatever stands there, an event is read or the file is refused; nothing else is raised.
    with suppress(FileRefusedError):
        assert all(each.title for each in parse_events(f"{HEADER}\n{content}", "e.csv", PLAN, day("2026-01-01")))
