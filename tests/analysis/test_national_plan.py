"""The national plan judged: golden verdicts of chosen rows on chosen days, from an events file with measured values."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from analysis.__main__ import main
from questionnaires.library import find_plan

PLAN: Final = find_plan("latvia-2022-2025").read_text(encoding="utf-8")
HEADER: Final = (
    "indicator,held_on,title,audience,unique_persons,attendances,hours,institution,evidence,families,step,unit,value\n"
)
EVENTS: Final = HEADER + (
    # series: a number for 2023 that reaches it, one for 2024 that does not
    "5.1.1,2023-11-30,Mācības,guardians,1445,,,,,,,,\n"
    "5.1.1,2024-11-30,Mācības,guardians,1199,,,,,,,,\n"
    # a deadline by half-year: two of three steps in time, the third a month late
    "1.1.3,2023-09-01,Vadlīnijas,,,,,,https://example.lv/1,,guidelines,,\n"
    "1.1.3,2023-10-01,Kārtība,,,,,,https://example.lv/2,,pathway,,\n"
    "1.1.3,2024-01-20,Metodika,,,,,,https://example.lv/3,,methods,,\n"
    # a range and an approximate number
    "2.5.3,2023-05-01,Aptauja,,,,,,,,surveys,,\n"
    "2.5.3,2024-05-01,Aptauja,,,,,,,,surveys,,\n"
    "2.5.3,2025-05-01,Aptauja,,,,,,,,surveys,,\n"
    "5.1.2,2025-12-01,Vidēji mēnesī,,,,,,,,insured,persons,720\n"
    "5.1.2,2025-12-01,Vidēji mēnesī,,,,,,,,paid,persons,2429\n"
    # a number a year from July 2023, of children or families
    "1.1.5,2023-10-01,Grupas,,320,,,,,150,,,\n"
    "1.1.5,2024-10-01,Grupas,,310,,,,,140,,,\n"
    # a ceiling
    "2.3.3,2024-06-01,Projekti,,,,,,,,projects,,9\n"
    # measured once, judged in three lines
    "endangered,2025-06-30,Reģistrs,,,,,,https://example.lv/4,,,persons,1900\n"
    "difficulties_15,2025-05-01,Pētījums,boys,,,,,https://example.lv/5,,,,20\n"
)
AFTER: Final = "2026-03-01"


@pytest.fixture
def judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - a function
    def run(as_of: str, plan: str = PLAN) -> dict[str, list[dict[str, Any]]]:
        (tmp_path / "p.yaml").write_text(plan, encoding="utf-8")
        (tmp_path / "e.csv").write_text(EVENTS, encoding="utf-8")
        files = ["--plan", str(tmp_path / "p.yaml"), "--events", str(tmp_path / "e.csv"), "--as-of", as_of]
        assert main(["progress", *files]) == 0, capsys.readouterr().err
        found: dict[str, list[dict[str, Any]]] = json.loads(capsys.readouterr().out)
        return found

    return run


def of(found: dict[str, list[dict[str, Any]]], target: str, *facts: str) -> list[tuple[Any, ...]]:
    return [tuple(each[fact] for fact in facts) for each in found["targets"] if each["target"] == target]


def with_baseline(plan: str, measured: str, size: str, value: float) -> str:
    """Enter a baseline in every line that names what is measured."""
    parts = plan.split(f"measured_as: {measured}\n")
    entered = [part.replace(f"value: {size}\n", f"value: {size}\n{BASELINE % value}", 1) for part in parts[1:]]
    return f"measured_as: {measured}\n".join([parts[0], *entered])


BASELINE: Final = '        baseline: {value: %g, on: 2021-12-31, source: "Reģistrs par 2021. gadu"}\n'


def test_every_row_and_target_of_the_plan_is_judged(judged: Any) -> None:  # noqa: ANN401 - a function
    found = judged(AFTER)
    assert len(found["indicators"]) == 166
    assert len({each["target"] for each in found["targets"]}) == 225


def test_each_year_of_a_series_is_judged_by_its_own_number(judged: Any) -> None:  # noqa: ANN401
    found = judged("2025-02-01")
    facts = [of(found, f"5.1.1/guardians_{year}", "required", "achieved", "degree", "timing") for year in (2023, 2024, 2025)]
    assert facts == [[(1445, 1445, "done", "on_time")], [(1200, 1199, "partial", "overdue")], [(1000, None, "not_due", "open")]]


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [
        ("2023-12-31", (2, "not_due", "open")),
        ("2024-01-15", (2, "not_due", "awaiting_data")),
        ("2024-02-01", (3, "done", "late")),
    ],
)
def test_a_deadline_by_half_year_ends_with_its_last_day(judged: Any, as_of: str, verdict: tuple[Any, ...]) -> None:  # noqa: ANN401
    assert of(judged(as_of), "1.1.3/methods", "achieved", "degree", "timing") == [verdict]


def test_a_range_is_done_from_its_lower_end_and_flagged_above_its_upper_end(judged: Any) -> None:  # noqa: ANN401
    assert of(judged("2023-06-01"), "2.5.3/surveys", "achieved", "degree", "flags") == [(1, "done", [])]
    assert of(judged("2024-06-01"), "2.5.3/surveys", "achieved", "degree", "flags") == [(2, "done", [])]
    assert of(judged(AFTER), "2.5.3/surveys", "achieved", "degree", "flags") == [(3, "done", ["above_range"])]


def test_an_approximate_number_is_done_from_nine_tenths_of_it(judged: Any) -> None:  # noqa: ANN401
    found = judged(AFTER)
    assert of(found, "5.1.2/insured", "required", "achieved", "degree") == [(800, 720, "done")]
    assert of(found, "5.1.2/paid", "required", "achieved", "degree") == [(2700, 2429, "partial")]


def test_children_or_families_are_judged_under_both_readings_and_a_half_year_is_no_year(judged: Any) -> None:  # noqa: ANN401
    found = judged("2025-06-01")
    assert of(found, "1.1.5/supported", "reading", "unit", "window_start", "achieved", "degree") == [
        ("children", "persons", "2023-07-01", 320, "done"),
        ("children", "persons", "2024-01-01", 310, "done"),
        ("children", "persons", "2025-01-01", None, "not_due"),
        ("families", "families", "2023-07-01", 150, "not_assessed"),
        ("families", "families", "2024-01-01", 140, "partial"),
        ("families", "families", "2025-01-01", None, "not_due"),
    ]
    [row] = [each for each in found["indicators"] if each["indicator"] == "1.1.5"]
    assert row["to_date"] == "not_assessed"
    assert {"incomplete_first_year", "ambiguous_reading"} <= set(row["flags"])


def test_a_ceiling_of_nine_projects_is_kept_with_nine(judged: Any) -> None:  # noqa: ANN401
    assert of(judged("2025-12-31"), "2.3.3/projects", "degree", "timing") == [("not_due", "open")]
    assert of(judged(AFTER), "2.3.3/projects", "required", "achieved", "degree", "flags") == [(9, 9, "done", [])]


def test_without_a_baseline_an_indicator_shows_its_number_but_no_degree(judged: Any) -> None:  # noqa: ANN401
    found = judged(AFTER)
    for line in ("0.p.14", "2.p.5", "3.p.4"):
        assert of(found, f"{line}/change", "achieved", "degree", "flags") == [(1900, "not_assessed", ["baseline_missing"])]
    missing = {each["indicator"] for each in found["indicators"] if each["flags"] == ["baseline_missing"]}
    assert len(missing) == 73


def test_with_a_baseline_one_measurement_is_judged_in_each_of_its_lines(judged: Any) -> None:  # noqa: ANN401
    found = judged(AFTER, with_baseline(PLAN, "endangered", "93", 1993))
    for line in ("0.p.14", "2.p.5", "3.p.4"):
        assert of(found, f"{line}/change", "required", "achieved", "degree", "timing") == [(1900, 1900, "done", "on_time")]
    short = judged(AFTER, with_baseline(PLAN, "endangered", "93", 1960))
    assert of(short, "2.p.5/change", "required", "achieved", "degree") == [(1867, 1900, "partial")]
    worse = judged(AFTER, with_baseline(PLAN, "endangered", "93", 1899))
    assert of(worse, "2.p.5/change", "degree", "flags") == [("not_done", ["moved_away"])]


def test_a_measurement_of_boys_says_nothing_about_girls(judged: Any) -> None:  # noqa: ANN401
    found = judged(AFTER)
    assert of(found, "1.p.2/boys", "achieved") == [(20,)]
    assert of(found, "1.p.2/girls", "achieved") == [(None,)]


@pytest.mark.parametrize(
    ("old", "new", "blocked"),
    [
        ('written: {sign: "-", mark: ">"}', 'written: {sign: "+", mark: ">"}', ["2.p.5/change"]),
        ("value: 93\n", "value: 39\n", ["0.p.14/change", "2.p.5/change", "3.p.4/change"]),
    ],
)
def test_a_line_that_contradicts_itself_or_another_is_blocked(judged: Any, old: str, new: str, blocked: list[str]) -> None:  # noqa: ANN401
    known = with_baseline(PLAN, "endangered", "93", 1993)
    before, line = known.split("  - id: 2.p.5\n")
    found = judged(AFTER, f"{before}  - id: 2.p.5\n{line.replace(old, new, 1)}")
    stopped = [
        each["target"] for each in found["targets"] if each["kind"] == "delta_down" and each["flags"] == ["ambiguous_reading"]
    ]
    assert stopped == blocked
