"""What is stated about a plan: added, superseded for a reason, withdrawn, known as of a day; never changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from analysis.statements import BaselineStated, Judgement, Measurement, MoneyOfYear, Statement
from questionnaires.plan_types import Plan
from surveyapp.core import audit, municipalities
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.plans import rules, statement_store
from surveyapp.plans.statement_store import Author, ChangedMeanwhileError, DoesNotFitError, Manner, NotAllowedError
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import NEXT_VERSION, load_plan, somebody
from tests.surveyapp.plans.measured import MEASURED_PLAN

MONEY = MoneyOfYear(row="1.1.a", year=2026, planned=500.0, source="budžets")


def at(moment: str) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC)


def stated(plan: Plan, statement: Statement, seen: int = 0, reason: str | None = None, role: str = "coordinator") -> None:
    """State something as somebody new."""
    person = somebody(role, email=f"{role}{seen}@example.org")
    statement_store.state(Author.of(person), plan, statement, Manner(seen, reason))


def amounts(town: int, known_on: date | None = None) -> list[float | None]:
    """Planned money as it holds."""
    chains = statement_store.chains(town, "small", known_on)
    return [each.statement.planned for each in rules.in_force(chains) if isinstance(each.statement, MoneyOfYear)]


def test_what_replaces_a_statement_needs_a_reason_and_both_stay(app: Flask) -> None:
    plan = load_plan(app)
    with app.app_context():
        town = municipalities.find("cesis").id
        stated(plan, MONEY)
        with pytest.raises(ValueError, match="reason"):
            stated(plan, replace(MONEY, planned=700.0), seen=1, role="group")
        stated(plan, replace(MONEY, planned=700.0), seen=1, reason="Grozīts budžets")
        [chain] = statement_store.chains(town, "small")
        assert [(each.number, each.reason) for each in chain.history] == [(1, None), (2, "Grozīts budžets")]
        assert amounts(town) == [700]


def test_a_correction_that_meets_another_is_refused_and_shows_it(app: Flask) -> None:
    plan = load_plan(app)
    with app.app_context():
        stated(plan, MONEY)
        stated(plan, replace(MONEY, planned=700.0), seen=1, reason="Grozīts", role="group")
        with pytest.raises(ChangedMeanwhileError) as met:
            stated(plan, replace(MONEY, planned=600.0), seen=1, reason="Pārrēķināts")
        assert (met.value.chain.newest.number, met.value.chain.newest.by) == (2, "group1@example.org")
        with pytest.raises(ChangedMeanwhileError):
            statement_store.state(Author.of(somebody("coordinator", email="x@example.org")), plan, MONEY)


def test_one_form_is_saved_once(app: Flask) -> None:
    plan = load_plan(app)
    with app.app_context():
        author = Author.of(somebody("coordinator"))
        for _ in range(2):
            statement_store.state(author, plan, MONEY, Manner(form_id="the same form"))
        [chain] = statement_store.chains(author.municipality_id, "small")
        assert len(chain.history) == 1


def test_what_is_withdrawn_holds_no_more_and_can_be_stated_again(app: Flask) -> None:
    plan = load_plan(app)
    with app.app_context():
        author = Author.of(somebody("coordinator"))
        statement_store.state(author, plan, MONEY)
        statement_store.withdraw(author, plan, "money", MONEY.subject, Manner(1, "Cita rinda"))
        assert amounts(author.municipality_id) == []
        statement_store.state(author, plan, MONEY, Manner(2, "Tomēr šī rinda"))
        assert amounts(author.municipality_id) == [500]


def test_what_was_stated_later_was_not_known_before(make_app: MakeApp) -> None:
    app = make_app(now=at("2026-03-01T10:00"))
    plan = load_plan(app)
    with app.app_context():
        stated(plan, MONEY)
    later = make_app(now=at("2026-05-01T10:00"))
    with later.app_context():
        town = municipalities.find("cesis").id
        stated(plan, replace(MONEY, planned=700.0), seen=1, reason="Grozīts")
        assert amounts(town, date(2026, 2, 28)) == []
        assert amounts(town, date(2026, 3, 1)) == amounts(town, date(2026, 4, 30)) == [500]
        assert amounts(town, date(2026, 5, 1)) == amounts(town) == [700]


@pytest.mark.parametrize(("role", "institution"), [("auditor", None), ("organiser", "social_service"), ("steward", None)])
def test_only_the_coordinator_and_the_group_decide(app: Flask, role: str, institution: str | None) -> None:
    load_plan(app)
    with app.app_context(), pytest.raises(NotAllowedError):
        Author.of(somebody(role, institution))


def test_what_does_not_fit_the_plan_is_refused_part_by_part(app: Flask) -> None:
    plan = load_plan(app)
    wrong: list[tuple[Statement, dict[str, str]]] = [
        (replace(MONEY, row="9.9.z"), {"row": "unknown_row"}),
        (replace(MONEY, year=2031), {"year": "outside_plan"}),
        (replace(MONEY, planned=-1.0), {"planned": "negative"}),
        (replace(MONEY, granted=5.0, refused=True), {"refused": "refused_and_granted"}),
        (Measurement(what="1.1.a", value=1.0, on=date(2026, 1, 1), source="x"), {"what": "not_measured"}),
        (BaselineStated(target="1.1.a/people", value=1.0, on=date(2026, 1, 1), source="x"), {"target": "no_change"}),
    ]
    with app.app_context():
        author = Author.of(somebody("coordinator"))
        for statement, faults in wrong:
            with pytest.raises(DoesNotFitError) as refusal:
                statement_store.state(author, plan, statement)
            assert refusal.value.faults == faults
        assert statement_store.chains(author.municipality_id, "small") == ()


def test_nobody_judges_for_two_bodies(app: Flask) -> None:
    plan = load_plan(app, MEASURED_PLAN)
    seen = Judgement(target="1.1.d/better", window=date(2025, 1, 1), body="social_service", step=5, note="Redzēts")
    with app.app_context():
        author = Author.of(somebody("group"))
        statement_store.state(author, plan, seen)
        with pytest.raises(rules.SecondJudgementError):
            statement_store.state(author, plan, replace(seen, body="education_board"))
        other = Author.of(somebody("group", email="other@example.org"))
        statement_store.state(other, plan, replace(seen, body="education_board"))
        statement_store.state(author, plan, replace(seen, step=4), Manner(1, "Pārdomāts"))


def test_a_row_that_something_is_stated_about_stays_in_every_new_version(app: Flask) -> None:
    plan = load_plan(app)
    with app.app_context():
        stated(plan, MONEY)
    with pytest.raises(RefusedError, match=r"1\.1\.a \(1\)"):
        load_plan(app, NEXT_VERSION.replace("id: 1.1.a", "id: 1.1.z"))


def test_the_trail_tells_what_was_stated_but_no_small_number_of_people_at_risk(app: Flask) -> None:
    plan = load_plan(app, MEASURED_PLAN)
    with app.app_context():
        author = Author.of(somebody("coordinator"))
        statement_store.state(author, plan, MONEY)
        statement_store.state(author, plan, Measurement(what="1.2.b", value=3.0, on=date(2026, 1, 1), source="uzskaite"))
        with reading() as session:
            entries = audit.entries(session, author.municipality_id, 2)
        assert [entry.what for entry in entries] == ["plan.stated", "plan.stated"]
        assert "500" in entries[1].after
        assert "<5" in entries[0].after
        assert "3" not in entries[0].after.replace("1.2.b@2026-01-01", "")
        assert audit.examine().broken is None


@pytest.mark.parametrize(("number", "reason"), [(1, "Twice"), (2, None)])
def test_the_database_itself_refuses_a_number_twice_and_a_change_without_a_reason(
    app: Flask, number: int, reason: str | None
) -> None:
    plan = load_plan(app)
    with app.app_context():
        stated(plan, MONEY)
        copied = (
            "INSERT INTO plan_statement "
            "(municipality_id, plan_key, kind, subject, number, document, withdrawn, reason, by, at) "
            "SELECT municipality_id, plan_key, kind, subject, :number, document, withdrawn, :reason, by, at FROM plan_statement"
        )
        with pytest.raises(IntegrityError), writing() as session:
            session.execute(sql(copied), {"number": number, "reason": reason})
