"""What is due today in a municipality, judged by everything that is known, and whose share of it somebody is shown."""

from dataclasses import dataclass
from datetime import date

from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.deadlines import rules
from surveyapp.deadlines.rules import Due, Rows, Share
from surveyapp.events.judging import judge_plan
from surveyapp.plans import store as plan_store


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is due on a day: the plan as decided, every line of it, and the institution shown (None: all)."""

    plan: Plan
    as_of: date
    every: tuple[Due, ...]
    institution: str | None = None

    @property
    def lines(self) -> tuple[Due, ...]:
        """The lines shown, each once."""
        return tuple(line for line in self.every if self.institution is None or line.is_of(self.institution))

    @property
    def rows(self) -> Rows:
        """The rows of the lines shown that ask for attention."""
        return rules.rows_of(self.lines, self.as_of)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The lines shown, by institution and quarter."""
        return rules.shares_of(self.plan, self.every, self.as_of, self.institution)


def agenda(municipality_id: int) -> Agenda | None:
    """Return what is due of all institutions today; None if no plan is loaded."""
    plan = plan_store.current(municipality_id)
    if plan is None:
        return None
    found = judge_plan(municipality_id, plan, clock.today(), bundled=True).found
    return Agenda(found.decided.plan, found.progress.as_of, rules.due_of(found))
