"""An attacker who reads the live pages about people at risk day after day and takes one day from the other."""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.attacker.heads import Day, told_by_days
from tests.conftest import app_on, fixed_clock
from tests.surveyapp.events.plans import somebody
from tests.surveyapp.releases.test_subtraction import ROWS, Town, loaded
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import sign_in

TRUTHS = int(os.environ.get("TRUTHS", "8"))


@dataclass
class Calendar:
    """A clock that goes on by a second whenever somebody looks, and by a day when it is told to."""

    at: datetime

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def next_day(self) -> None:
        self.at += timedelta(days=1)


@dataclass
class Watched:
    """A town, and somebody of the cooperation group who reads its live pages every evening."""

    town: Town
    calendar: Calendar

    def read(self, events: list[int]) -> Day:
        """Everything that the pages of the plan and of events show of the rows now; then it is tomorrow."""

        def get(address: str) -> bytes:
            found = self.town.group.get(address)
            assert found.status_code == 200, address
            return found.get_data()

        pages = {str(event): get(f"/events/{event}?lang=en").decode() for event in events}
        read = Day(self.calendar.at.date(), get("/results/targets.csv?lang=en"), pages)
        self.calendar.next_day()
        sign_in(self.town.group, self.town.app, "group", email=f"{self.calendar.at:%d}@example.org")
        return read


@pytest.fixture
def watched(one_url: str, tmp_path: Path) -> Iterator[Watched]:
    """A town with the plan loaded, watched."""
    calendar = Calendar(fixed_clock())
    app = app_on(one_url, tmp_path, calendar)
    with app.app_context():
        organiser = somebody("organiser", "social_service")
    group = app.test_client()
    sign_in(group, app, "group")
    town = Town(app, group, organiser)
    loaded(town, "small")
    yield Watched(town, calendar)
    app.extensions["engine"].dispose()


def played(watched: Watched, chance: random.Random) -> list[Day]:
    """Let a random truth of events come and be corrected, one step a day."""
    events: list[int] = []
    standing: list[int] = []
    days = []
    for step in range(7):
        people = chance.choice([3, 8, 9, 12, 14, 17, 20, 22])
        visits = people + chance.choice([0, 1, 3, 10])
        what = "log" if step < 2 or not standing else chance.choice(["log", "correct", "correct", "withdraw"])
        if what == "log":
            day, row = chance.choice(["2025-05-01", "2026-05-01", "2026-09-01"]), chance.choice(["1.2.a", "1.2.a", "1.2.b"])
            events.append(watched.town.log("small", day, people, visits, row))
            standing.append(events[-1])
        elif what == "correct":
            watched.town.correct(chance.choice(standing), people, visits)
        else:
            watched.town.withdraw(standing.pop(chance.randrange(len(standing))))
        days.append(watched.read(events))
    return days


@pytest.mark.parametrize("truth", range(TRUTHS))
def test_nobody_works_out_few_people_at_risk_from_the_live_pages_of_any_number_of_days(watched: Watched, truth: int) -> None:
    days = played(watched, random.Random(truth))  # noqa: S311 - a test that repeats itself
    assert told_by_days(days, ROWS) == []


def test_a_correction_by_two_people_leaves_no_two_numbers_to_subtract_on_two_days_nor_on_one_page(watched: Watched) -> None:
    event = watched.town.log("small", "2026-05-01", 12, 30)
    before = watched.read([event])
    shown = text(watched.town.group, "/results/plan/1.2.a?lang=en")
    assert "12 of 20" in shown
    watched.town.correct(event, 14, 30)
    after = watched.read([event])
    assert told_by_days([before, after], ROWS) == []
    row, page = (text(watched.town.group, address) for address in ("/results/plan/1.2.a?lang=en", f"/events/{event}?lang=en"))
    assert "14" not in row.partition("Targets")[2].partition("From the plan")[0]
    assert "Different people: number hidden" in page
    assert "corrected by fewer than 5" in page
    assert "30" not in row, "the visits would tell of an event that is hidden"
    yesterday = before.day.isoformat()
    assert "12 of 20" in text(watched.town.group, f"/results/plan/1.2.a?known={yesterday}&lang=en"), "as it was read then"
    auditor = watched.town.app.test_client()
    sign_in(auditor, watched.town.app, "auditor")
    trail = text(auditor, "/staff/audit?lang=en")
    assert "±<5" in trail
    assert "people: 14" not in trail
    assert not [row for each in watched.town.release("small")["tables"] for row in each["rows"] if 14 in row]


def test_the_audit_trail_of_three_statements_gives_no_two_numbers_of_which_one_is_near_the_other(watched: Watched) -> None:
    there_and_back = watched.town.log("small", "2026-05-01", 12, 31)
    watched.town.correct(there_and_back, 20, 41)
    watched.town.correct(there_and_back, 14, 33)
    and_on = watched.town.log("small", "2026-09-01", 52, 71)
    watched.town.correct(and_on, 54, 73)
    watched.town.correct(and_on, 64, 83)
    auditor = watched.town.app.test_client()
    sign_in(auditor, watched.town.app, "auditor")
    trail = text(auditor, "/staff/audit?lang=en")
    lines = re.findall(r"(?:different people|attendances): [^a-z]*", trail)
    told = {int(number) for line in lines for number in re.findall(r"\d+", line)}
    assert told >= {12, 20, 31, 41, 52, 71}, "what lies near nothing that was said before is told"
    assert not told & {14, 33, 54, 64, 73, 83}
