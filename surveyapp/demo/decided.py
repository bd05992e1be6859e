"""What the invented cooperation group has decided and measured: a reading, an answer, money, values of the national plan."""

from datetime import date
from typing import Final

from analysis.statements import Answer, BaselineStated, Measurement, MoneyOfYear, ReadingChosen, Statement
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.plans import statement_store
from surveyapp.plans.statement_store import Author, Manner

_GROUP: Final = "cooperation_group"
_SOURCE: Final = "Izdomāts pārskats"
_VALUES: Final = ((2022, 290.0), (2023, 310.0), (2024, 352.0))


def build(coordinator: Actor, plan: Plan, national: Plan) -> None:
    """State a little about the municipality's plan and what one line of the national plan measures."""
    author = Author.of(coordinator)
    for statement in _of_town():
        statement_store.state(author, plan, statement)
    corrected = MoneyOfYear(row="8.1.c", year=2026, planned=6820.0, granted=5000.0, source="Izdomāts budžets ar grozījumiem")
    statement_store.state(author, plan, corrected, Manner(1, "Izdomāti budžeta grozījumi"))
    for statement in _of_country():
        statement_store.state(author, national, statement)


def _of_town() -> list[Statement]:
    today = clock.today()
    return [
        ReadingChosen(target="7.4.a/persons", reading="per_plan", body=_GROUP, day=today, minutes="Izdomāts Nr. 2, 3. punkts"),
        Answer(
            row="5.2.c", question="what_is_a_request", option=1, body=_GROUP, day=today, minutes="Izdomāts Nr. 2, 4. punkts"
        ),
        MoneyOfYear(row="8.1.c", year=2025, planned=6820.0, granted=6820.0, spent=6400.0, source="Izdomāts budžets"),
        MoneyOfYear(row="8.1.c", year=2026, planned=6820.0, granted=6820.0, source="Izdomāts budžets"),
    ]


def _of_country() -> list[Statement]:
    values = [Measurement(what="early_experts", value=value, on=date(year, 12, 31), source=_SOURCE) for year, value in _VALUES]
    return [BaselineStated(target="0.p.4/change", value=280.0, on=date(2021, 12, 31), source=_SOURCE), *values]
