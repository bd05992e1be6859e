"""The judged plan as its pages show it: what a row still lacks, without telling a hidden number."""

from analysis.progress import judge
from surveyapp.results.plan_rules import rows_of
from tests.analysis.test_sensitive import TODAY, event, people, plan


def test_what_is_missing_is_not_counted_where_the_number_is_hidden() -> None:
    small = plan(people(10))
    events = (event("2026-03-01", 3),)
    row = rows_of(small, judge(small, events, TODAY), {each.reference: each for each in events})[0]
    assert {each.number for each in row.missing if each.result.window_end.year == 2026} == {None}
    assert row.result.flags == ()  # "behind schedule" would tell that there are few
