"""Invented events for the rows of a plan: most rows go well, some fall short, some report nothing, as plans do."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from questionnaires.plan_types import Indicator, Plan, Target
from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.demo.past import at
from surveyapp.events import store
from surveyapp.events.rules import Facts, Row, asked_of, steps_of

_YEARS: Final = (2025, 2026)
_COUNTING: Final = frozenset({"frequency", "count_min", "count_max", "count_bare", "set_n", "set_all"})
_FORTUNES: Final[Mapping[str, float]] = {"well": 0.6, "short": 0.19, "rich": 0.06, "zero": 0.06, "silent": 0.09}
_MOST_A_YEAR: Final = 3
_STATED_ZERO: Final = "6.2.c"  # so that a stated zero can be told from a row that reports nothing
_PLACES: Final = ("Cēsis", "Cēsu Centrālā bibliotēka", "Priekuļi", "Līgatne", "Tiešsaistē")
_GARDENS: Final = ("Bērnudārzs „Saulīte” (izdomāts)", "Bērnudārzs „Pienenīte” (izdomāts)", "Bērnudārzs „Zīlīte” (izdomāts)")
_REASONS: Final = (
    "Dalībnieku saraksts saņemts vēlāk; skaits precizēts.",
    "Ierakstīts apmeklējumu, nevis dažādu cilvēku skaits.",
    "Pārrakstīšanās kļūda.",
)


@dataclass(frozen=True, slots=True)
class _Draft:
    row: Row
    facts: Facts


def build(person: Actor, plan: Plan) -> int:
    """Log invented events up to today as *person*, correct a few, withdraw one; return how many there are."""
    drafts = sorted(_every(plan, clock.today()), key=lambda draft: (draft.facts.held_on, draft.row.indicator))
    logged: list[tuple[int, _Draft]] = []
    for draft in drafts:
        with at(min(clock.today(), draft.facts.held_on + timedelta(days=3))):
            logged.append((store.log(person, draft.row, draft.facts), draft))
    _correct(person, logged)
    return len(logged)


def _correct(person: Actor, logged: Sequence[tuple[int, _Draft]]) -> None:
    counted = [(number, draft) for number, draft in logged if (draft.facts.unique_persons or 0) > 10]  # noqa: PLR2004 - any will do
    for place, (number, draft) in enumerate(counted[5::11]):
        facts = replace(draft.facts, unique_persons=(draft.facts.unique_persons or 0) - 1 - place % 3)
        with at(min(clock.today(), draft.facts.held_on + timedelta(days=12))):
            store.correct(person, number, 1, facts, _REASONS[place % len(_REASONS)])
    number, draft = logged[len(logged) // 2]
    with at(min(clock.today(), draft.facts.held_on + timedelta(days=20))):
        newest = store.find(person, number).newest.number
        store.withdraw(person, number, newest, "Reģistrēts divreiz.")


def _every(plan: Plan, today: date) -> Iterator[_Draft]:
    for indicator in plan.indicators:
        source = random.Random(indicator.id)  # noqa: S311 - invented data must come out the same every time
        fortune = source.choices(list(_FORTUNES), list(_FORTUNES.values()))[0]
        fortune = "zero" if indicator.id == _STATED_ZERO else fortune
        if fortune == "silent":
            continue
        row = Row(plan.id, indicator.id, source.choice(indicator.responsible))
        for facts in _events(plan, indicator, fortune, source):
            if plan.starts <= facts.held_on <= today:
                yield _Draft(row, facts)


def _events(plan: Plan, indicator: Indicator, fortune: str, source: random.Random) -> Iterator[Facts]:
    asked = asked_of(indicator, plan).everything
    counting = any(target.kind in _COUNTING for target in indicator.targets)
    for year in _YEARS:
        days = _days(indicator, year, _number(indicator, fortune), source) if counting or not steps_of(indicator) else []
        for place, day in enumerate(days):
            yield _event(indicator, day, place, len(days), asked, fortune, source)
        yield from _steps(indicator, year, fortune, source)


def _number(indicator: Indicator, fortune: str) -> int:
    """How many events a year the row gets."""
    wanted = [
        int(target.value or 1) for target in indicator.targets if target.kind == "frequency" and target.period.kind == "year"
    ]
    number = min(_MOST_A_YEAR, max(wanted, default=1))
    return max(1, number - 1) if fortune == "short" else number


def _days(indicator: Indicator, year: int, number: int, source: random.Random) -> list[date]:
    marked = [mark.quarter for mark in indicator.quarters if mark.year == year] or [2, 4]
    return sorted(
        date(year, 3 * marked[place % len(marked)] - source.randint(0, 2), source.randint(3, 27)) for place in range(number)
    )


def _event(
    indicator: Indicator, day: date, place: int, number: int, asked: frozenset[str], fortune: str, source: random.Random
) -> Facts:
    target = _people_target(indicator)
    persons = _persons(target, number, fortune, source)
    hours = _hours(indicator, source)
    return Facts(
        held_on=day,
        title=f"{indicator.name.lv} ({day:%m.%Y}.)",
        place=source.choice(_PLACES),
        hours=hours,
        audience=target.audience if target else None,
        member=_GARDENS[(place + day.year) % len(_GARDENS)] if "member" in asked else None,
        evidence=f"Protokols Nr. {source.randint(1, 90)} (izdomāts)",
        unique_persons=persons if "unique_persons" in asked else None,
        attendances=persons * 2 if "attendances" in asked and persons and source.random() < 0.3 else None,  # noqa: PLR2004 - a third
        families=persons if "families" in asked else None,
        requested=source.randint(1, 3) if "requested" in asked else None,
        amount=6820.0 if "amount" in asked else None,
        different_people=bool(persons) and place > 0,
    )


def _people_target(indicator: Indicator) -> Target | None:
    return next((target for target in indicator.targets if target.unit in {"persons", "families"}), None)


def _persons(target: Target | None, number: int, fortune: str, source: random.Random) -> int:
    if fortune == "zero":
        return 0
    wanted = (target.value or 12) if target else source.randint(8, 24)
    years = len(_YEARS) if target and target.period.kind in {"plan", "two_years"} else 1
    share = {"well": 1.05, "short": 0.7, "rich": 1.3}[fortune]
    if target and target.comparator == "le":
        share = min(share, 0.9)
    return max(1, round(wanted * share / number / years + source.uniform(0, 1)))


def _hours(indicator: Indicator, source: random.Random) -> float:
    wanted = [target.per_event_hours for target in indicator.targets if target.per_event_hours]
    counted = [target.value for target in indicator.targets if target.counted == "hours" and target.value]
    return max([*wanted, *counted], default=float(source.choice((1.5, 2, 3, 4))))


def _steps(indicator: Indicator, year: int, fortune: str, source: random.Random) -> Iterator[Facts]:
    steps = steps_of(indicator)
    period = indicator.targets[0].period
    if (period.kind == "plan" and year == _YEARS[0]) or period.year not in {None, year}:
        return  # what is made once is made towards the end of the plan, or in the year it was promised for
    for place, step in enumerate(steps[:-1] if fortune == "short" else steps):
        day = date(year, min(12, 9 + place), source.randint(3, 20))
        evidence = f"Dokuments Nr. {source.randint(1, 90)} (izdomāts)"
        yield Facts(held_on=day, title=f"{indicator.name.lv}: {step.label.lv}", step=step.id, evidence=evidence)
