"""What is measured once is judged in every line of the plan that names it, and a line that contradicts itself waits."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.event_file import parse_events
from analysis.named_targets import short_name, to_be_named
from analysis.progress import TargetResult, judge
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Indicator, Measured, Period, Plan, Target, Written
from tests.analysis.plans import CLOSED, baseline, codes, day, event, plan, results, row, steps, target, text, verdict

FALLS = target("delta_down", "delta_down", value=44, baseline=baseline(300))
HEADER = "indicator,held_on,title,audience,unique_persons,attendances,hours,institution,evidence,value\n"


def line(name: str, *targets: Target) -> Indicator:
    own = tuple(replace(each, id=f"{name}/{each.id.partition('/')[2]}") for each in targets)
    return replace(row(*own, indicator=name), kind="policy_indicator", measured_as="harmed")


def measured_plan(*rows: Indicator) -> Plan:
    return replace(plan(*rows), measured=(Measured("harmed", text("children harmed")),))


def by_line(made: Plan, as_of: str, *events: Any) -> dict[str, TargetResult]:  # noqa: ANN401 - event records
    return {each.target: each for each in results(made, list(events), as_of)}


def test_one_measurement_is_judged_in_every_line_that_names_what_was_measured() -> None:
    made = measured_plan(line("0.p.1", FALLS), line("1.p.1", FALLS), row(FALLS))
    found = by_line(made, CLOSED, event("2027-06-30", indicator="harmed", value=250))
    assert {name: (each.degree, each.achieved, each.required) for name, each in found.items()} == {
        "0.p.1/promise": ("done", 250, 256),
        "1.p.1/promise": ("done", 250, 256),
        "5.1.a/promise": ("no_data", None, 256),
    }


def test_a_value_entered_at_one_line_counts_in_the_others_too() -> None:
    made = measured_plan(line("0.p.1", FALLS), line("1.p.1", FALLS))
    found = by_line(made, CLOSED, event("2027-06-30", indicator="1.p.1", value=278))
    assert [(each.degree, each.ratio) for each in found.values()] == [("partial", 0.5)] * 2


def test_boys_and_girls_are_measured_apart_under_the_same_name() -> None:
    boys = replace(FALLS, id="x/boys", value=2, audience="teachers", baseline=baseline(20))
    girls = replace(FALLS, id="x/girls", value=3, audience="parents", baseline=baseline(30))
    counts = (
        event("2026-06-30", indicator="harmed", value=18, audience="teachers"),
        event("2027-06-30", indicator="harmed", value=29, audience="parents"),
    )
    found = by_line(measured_plan(line("0.p.1", boys, girls)), CLOSED, *counts)
    assert [(each.achieved, each.degree) for each in found.values()] == [(18, "done"), (29, "partial")]


def test_a_change_whose_sign_contradicts_its_verb_is_not_assessed_whatever_is_measured() -> None:
    wrong = replace(FALLS, written=Written("+"))
    only = by_line(measured_plan(line("0.p.1", wrong)), CLOSED, event("2027-06-30", indicator="harmed", value=1))[
        "0.p.1/promise"
    ]
    assert (verdict(only), codes(only)[0]) == (("not_assessed", None, ("ambiguous_reading",)), "ambiguous_reading")
    assert (only.ratio, only.certainty, only.achieved) == (None, None, 1)


def test_lines_that_name_different_sizes_wait_until_a_decision_is_written_in_each() -> None:
    other = replace(FALLS, value=46)
    measured = event("2027-06-30", indicator="harmed", value=255)
    made = measured_plan(line("0.p.1", FALLS), line("1.p.1", other))
    assert [each.degree for each in by_line(made, CLOSED, measured).values()] == ["not_assessed"] * 2
    decided = replace(other, value=44, written=Written("-", decided="minutes 3"))
    made = measured_plan(line("0.p.1", FALLS), line("1.p.1", decided))
    assert [each.degree for each in by_line(made, CLOSED, measured).values()] == ["done"] * 2


def test_without_a_baseline_a_change_is_not_assessed_and_its_row_says_so() -> None:
    made = measured_plan(line("0.p.1", replace(FALLS, baseline=None)))
    [found] = judge(made, [event("2027-06-30", indicator="harmed", value=1)], day(CLOSED)).indicators
    assert (found.degree, found.to_date, found.flags) == ("not_assessed", "not_assessed", ("baseline_missing",))


def test_a_value_row_of_an_events_file_may_name_what_was_measured() -> None:
    made = measured_plan(line("0.p.1", FALLS))
    [record] = parse_events(HEADER + "harmed,2027-06-30,Gada pārskats,,,,,,https://example.lv,250\n", "e.csv", made)
    assert by_line(made, CLOSED, record)["0.p.1/promise"].degree == "done"


def test_a_yearly_number_that_starts_in_the_second_half_of_a_year_is_not_judged_for_that_year_unless_reached() -> None:
    yearly = target("count_bare", "bare", counted="unique_persons", value=300, period=Period("year", since=day("2025-07-01")))
    counts = [
        event("2025-06-30", unique_persons=500),
        event("2025-10-01", unique_persons=100),
        event("2026-05-01", unique_persons=300),
    ]
    found = results(plan(row(yearly)), counts, CLOSED)
    assert [(each.window_start.isoformat(), each.achieved, each.degree, each.flags) for each in found] == [
        ("2025-07-01", 100, "not_assessed", ("incomplete_first_year",)),
        ("2026-01-01", 300, "done", ()),
        ("2027-01-01", None, "no_data", ()),
    ]
    reached = results(plan(row(yearly)), [event("2025-10-01", unique_persons=300)], CLOSED)
    assert reached[0].degree == "done"


def test_a_record_that_names_a_target_counts_for_it_alone() -> None:
    tool = target("count_bare", "bare", counted="unique_persons", value=30, id="5.1.a/tool")
    programme = target("count_bare", "bare", counted="unique_persons", value=90, id="5.1.a/programme")
    counts = [
        event("2026-03-01", unique_persons=30, step="tool"),
        event("2026-04-01", unique_persons=80, step="programme"),
        event("2026-05-01", unique_persons=20),
    ]
    found = {
        each.target: (each.achieved_low, each.achieved_high) for each in results(plan(row(tool, programme)), counts, CLOSED)
    }
    assert found == {"5.1.a/tool": (30, 50), "5.1.a/programme": (80, 100)}, "what names none counts for both"


def test_items_are_counted_where_a_record_says_so_and_an_event_alone_is_none() -> None:
    studies = target("count_bare", "bare", "items", counted="events", value=3, id="5.1.a/studies")
    guide = target("deliverable", "exists", "steps", id="5.1.a/guide", steps=steps("printed"))
    counts = [
        event("2026-03-01", value=2, step="studies"),
        event("2026-04-01", step="printed", evidence="archive"),
        event("2026-05-01", unique_persons=12),
        event("2026-06-01", step="studies"),
    ]
    found = {each.target: each.achieved for each in results(plan(row(studies, guide)), counts, CLOSED)}
    assert found == {"5.1.a/studies": 3, "5.1.a/guide": 1}


def test_only_rows_whose_targets_count_the_same_ask_an_event_for_which_of_them_it_counts() -> None:
    plans = Path(__file__).parents[2] / "questionnaires" / "plans"
    asked = {
        row.id: [short_name(target) for target in to_be_named(row)]
        for path in sorted(plans.glob("*/1.yaml"))
        for row in read_plan(path).indicators
        if row.kind == "measure" and to_be_named(row)
    }
    assert set(asked) == {"1.5.1", "1.5.3", "1.5.7", "2.1.1", "2.1.2", "2.2.3", "2.3.1", "2.3.3", "2.4.5", "2.4.6", "2.5.3"} | {
        *("3.1.3", "4.1.3", "4.3.9", "5.2.3")
    }, "none of the plan of Cēsis: a meeting and the people at it are two sides of one event"
    assert asked["2.2.3"] == ["conferences", "seminars", "publications"]
    assert asked["2.1.1"] == ["classes"], "teachers and pupils are told apart by the audience"


def test_a_step_to_which_nobody_came_is_no_meeting_and_one_at_which_people_met_is_both() -> None:
    meetings = target("frequency", "ge", "meetings", counted="events", value=2, id="5.1.a/meetings")
    heads = target("count_bare", "bare", counted="unique_persons", value=30, id="5.1.a/heads")
    open_all_year = target("provision", "exists", "services", id="5.1.a/service")
    proposals = target("deliverable", "exists", "steps", id="5.1.a/proposals", steps=steps("prepared", "sent"))
    whole = plan(row(meetings, proposals, heads, open_all_year))
    met, wrote = event("2026-03-01", unique_persons=12), event("2026-11-01", step="prepared", evidence="file 3")
    found = {each.target: each for each in results(whole, [met, wrote], CLOSED)}
    assert (found[meetings.id].achieved, found[proposals.id].achieved) == (1, 1)
    assert (found[heads.id].achieved_low, found[heads.id].achieved_high) == (12, 12)
    assert found[open_all_year.id].degree != "done", "a document proves no service"
    together = event("2026-11-01", step="prepared", evidence="file 3", attendances=7)
    assert [each.achieved for each in results(whole, [met, together], CLOSED)][:2] == [2, 1]


def test_a_step_keeps_its_name_even_where_a_target_bears_it_too() -> None:
    programme = target("deliverable", "exists", "steps", id="5.1.a/programme", steps=steps("programme", "guide"))
    trained = target("count_bare", "bare", counted="unique_persons", value=5, id="5.1.a/trained")
    [made, _] = results(plan(row(programme, trained)), [event("2026-03-01", step="programme", evidence="archive")], CLOSED)
    assert (made.achieved, made.required) == (1, 2)
