"""What a yearly report is made from: the plan judged at the end of the year, the surveys opened by then, and who asks."""

from dataclasses import dataclass
from datetime import date

from surveyapp.core import clock, municipalities
from surveyapp.results import plan_results, survey_results, wave_results
from surveyapp.results.plan_money import Money, money_of
from surveyapp.results.plan_questions import Queue, queue_of
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row, years_so_far
from surveyapp.results.survey_results import SurveyResults
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey.wave_store import WaveFacts


class NothingToReportError(ValueError):
    """There is no such plan, or the year lies outside it or has not begun."""


@dataclass(frozen=True, slots=True)
class Place:
    """The municipality that reports; ``demo`` marks one whose data are all invented."""

    name: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a report tells. ``made_on`` is the day on which it is made; the plan is judged for ``judged.as_of``.

    ``comparison`` needs two opened surveys; ``alone`` is the newest one as long as there is no other. ``judged_next`` is the
    same plan judged at the end of the next year by what is known now: what is still to come.
    """

    place: Place
    year: int
    made_on: date
    judged: JudgedPlan
    queue: Queue
    money: Money
    comparison: SurveyResults | None
    alone: WaveResults | None

    @property
    def is_over(self) -> bool:
        """Whether the year has ended, so that its windows are closed."""
        return self.made_on > date(self.year, 12, 31)

    @property
    def waves(self) -> tuple[WaveFacts, ...]:
        """The surveys that the report tells of."""
        if self.comparison:
            return self.comparison.before, self.comparison.after
        return (self.alone.wave,) if self.alone else ()

    def in_year(self, row: Row) -> Row:
        """Return *row* with those of its windows alone that lie in the year, in part or whole, and the events counted there."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        mine = tuple(each for each in row.targets if each.result.window_start <= last and each.result.window_end >= first)
        counted = {reference for each in mine for reference in each.result.events}
        events = tuple(each for each in row.events if each in counted)
        return Row(row.indicator, row.result, mine, row.due_now, row.missing, events)


def gather(municipality_id: int, plan_key: str | None, year: int, by: str) -> Sources:
    """Collect what the report of *year* tells; surveys that began after the year are left out.

    Raises:
        NothingToReportError: no such plan is loaded, or the year is outside of it or still to come.
        AlteredResultError: a frozen result of a survey was changed afterwards.
        RefusedResultError: nothing of a survey can be shown safely.
    """
    today = clock.today()
    if not date.min.year <= year <= today.year:
        raise NothingToReportError
    judged = plan_results.judged(municipality_id, min(date(year, 12, 31), today), None, plan_key)
    if judged is None or year not in years_so_far(judged.written, today):
        raise NothingToReportError
    waves = [wave for wave in survey_results.opened(municipality_id) if wave.opens.year <= year]
    pair = survey_results.chosen(waves, None, None)
    newest = survey_results.latest(waves)
    municipality = municipalities.by_id(municipality_id)
    return Sources(
        place=Place(municipality.name, municipality.demo),
        year=year,
        made_on=today,
        judged=judged,
        queue=queue_of(judged),
        money=money_of(judged),
        comparison=survey_results.compared(municipality_id, *pair, by=by) if pair else None,
        alone=wave_results.shown(newest, by) if newest and not pair else None,
    )
