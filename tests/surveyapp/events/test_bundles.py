"""Events added up in the database lead to the same verdicts, numbers and reasons as every event read by itself."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.decided import DecidedProgress
from analysis.head_counts import EventRecord
from analysis.progress import Progress
from analysis.sensitive import shown_progress
from questionnaires.library import find_plan
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.deadlines.rules import due_of
from surveyapp.events import judging, rules, store
from surveyapp.events.models import Event, EvidenceFile
from surveyapp.events.rules import Facts
from surveyapp.plans import store as plan_store
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import load_plan, somebody

_TOWNS: Final = count(1)
_LARGE: Final = "cesis-2025-2027"
_WHEN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def planned(make_app: MakeApp) -> Flask:
    """An app with the plan of Cēsis and the small one, which has what that has not."""
    app = make_app()
    load_plan(app)
    with app.app_context():
        somebody("organiser", "social_service")
        plan_store.load_file(find_plan(_LARGE), municipalities.find("cesis").id, "test")
    return app


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_every_verdict_number_and_reason_is_the_same_whether_events_are_added_up_or_read_one_by_one(
    planned: Flask, seed: int
) -> None:
    source = random.Random(seed)  # noqa: S311 - invented data must come out the same every time
    with planned.app_context():
        plan = plan_store.find(municipalities.find("cesis").id, source.choice(["small", _LARGE]))
        assert plan is not None
        town = municipalities.create(f"town{next(_TOWNS)}", "Izdomāta")
        _log(town, plan, source)
        for as_of in (plan.starts + timedelta(source.randrange(1000)), plan.ends, plan.ends + timedelta(90)):
            one = judging.judge_plan(town, plan, as_of).found
            many = judging.judge_plan(town, plan, as_of, bundled=True).found
            assert len(many.records) <= len(one.records)
            assert _told(many.progress, many.records) == _told(one.progress, one.records)
            shown = [shown_progress(plan, each.progress, each.records).to_json() for each in (many, one)]
            assert shown[0] == shown[1]
            assert _due(many) == _due(one)


def _log(town: int, plan: Plan, source: random.Random) -> None:
    """Log events; some have the people of an earlier one, were corrected or withdrawn, or have a file."""
    stamp, earlier = store.Stamp(None, "test", _WHEN), dict[str, int]()
    new = source.choice([0, 0.05])
    alike = [(row, _facts(plan, row, source)) for row in source.sample(plan.indicators, 4) for _ in range(3)]
    with writing() as session:
        for _ in range(source.randrange(20, 150)):
            row, facts = source.choice(alike)
            facts = _varied(facts, source, different=source.random() < new)
            event = Event(municipality_id=town, plan_key=plan.id, indicator=row.id, institution="kindergarten")
            session.add(event)
            session.flush()
            what = source.randrange(20)
            joins = what == 0 and row.id in earlier and not facts.different_people
            store.state(session, stamp, event.id, 1, replace(facts, same_group_as=earlier[row.id] if joins else None))
            session.flush()
            if what in {1, 2}:
                store.state(session, stamp, event.id, 2, replace(facts, requested=3), withdrawn=what == 1, reason="kļūda")
            if what == 3:
                session.add(_file(event.id))
            earlier[row.id] = event.id


def _varied(facts: Facts, source: random.Random, *, different: bool) -> Facts:
    """Return facts that are alike but for day and numbers."""
    numbers = {name: getattr(facts, name) and getattr(facts, name) + source.randrange(9) for name in rules.COUNTS}
    if numbers["unique_persons"] is not None and numbers["attendances"] is not None:
        numbers["attendances"] = max(numbers["unique_persons"], numbers["attendances"])
    return replace(facts, held_on=facts.held_on + timedelta(source.randrange(40)), different_people=different, **numbers)


def _facts(plan: Plan, row: Indicator, source: random.Random) -> Facts:
    own = rules.reference_set_of(row, plan)
    members = [each.id for each in own.members or ()] if own else []
    audiences = [None, rules.usual_audience(row), *(name for name, _ in plan.audiences)]
    persons, attendances = _count(source), _count(source)
    if persons is not None and attendances is not None:
        attendances = max(persons, attendances)
    return Facts(
        held_on=plan.starts + timedelta(source.randrange(-20, (plan.ends - plan.starts).days)),
        title="Izdomāts",
        hours=source.choice([None, 0.0, 0.3, 1.0, 1.5]),
        audience=source.choice(audiences),
        member=source.choice([None, "Cits", *members]) if own else None,
        step=source.choice([None, *(each.id for each in rules.parts_of(row))]),
        evidence=source.choice([None, "", "Protokols"]),
        unique_persons=persons,
        attendances=attendances,
        families=_count(source),
        requested=_count(source),
        amount=source.choice([None] * 9 + [0.1]),
    )


def _count(source: random.Random) -> int | None:
    return source.choice([None, None, 0, source.randrange(6), source.randrange(90)])


def _file(event_id: int) -> EvidenceFile:
    name = f"{event_id:064}"
    return EvidenceFile(
        event_id=event_id, place=name, name="a.pdf", kind="pdf", size=1, sha256=name, account_id=1, by="test", at=_WHEN
    )


def _told(progress: Progress, records: Sequence[EventRecord]) -> object:
    many = {each.reference: each.many for each in records}
    targets = [(replace(each, events=()), sum(many[reference] for reference in each.events)) for each in progress.targets]
    return targets, progress.indicators


def _due(found: DecidedProgress) -> object:
    return [
        replace(each, missing=replace(each.missing, result=replace(each.missing.result, events=()))) for each in due_of(found)
    ]
