"""What a yearly report is made from: the plan judged at the end of the year, the surveys opened by then, and who asks."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from surveyapp.core import clock, municipalities
from surveyapp.core.command import RefusedError
from surveyapp.ledger import store as ledger
from surveyapp.ledger.store import AlteredReleaseError, Release
from surveyapp.releases import told as released
from surveyapp.releases.surveys import Surveys
from surveyapp.releases.told import ChangedSinceError
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


class UnfitReleaseError(ValueError):
    """A report cannot be made from that release: there is none such, or it is for the public, or of another year or plan.

    ``altered`` is one that does not fit its check sum, ``changed`` one that does not come out the same when it is made anew.
    """

    def __init__(self, why: "Unfit", release: Release | None = None, told: str = "") -> None:
        super().__init__(told or why)
        self.why: Unfit = why
        self.release = release


Unfit = Literal["unknown", "public", "year", "plan", "altered", "changed"]


@dataclass(frozen=True, slots=True)
class Place:
    """The municipality that reports; ``demo`` marks one whose data are all invented."""

    name: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a report tells. ``made_on`` is the day on which it is made; the plan is judged for ``judged.as_of``.

    ``release`` is what its numbers, conclusions and proposals are read from; without one it is a working copy.
    ``comparison`` needs two opened surveys; ``alone`` is the newest one as long as there is no other. ``by_themselves`` is what
    each of these surveys says alone, the older first.
    """

    place: Place
    year: int
    made_on: date
    judged: JudgedPlan
    queue: Queue
    money: Money
    comparison: SurveyResults | None
    alone: WaveResults | None
    by_themselves: tuple[WaveResults, ...] = ()
    release: Release | None = None

    @property
    def is_over(self) -> bool:
        """Whether the year had ended when the numbers were taken, so that its windows are closed."""
        last = date(self.year, 12, 31)
        if self.release:
            return self.release.asked.as_of == last and self.release.made_on > last
        return self.made_on > last

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
        return replace(row, targets=mine, events=events, number_of_events=len(events))


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
    alone = wave_results.shown(newest, by) if newest and not pair else None
    municipality = municipalities.by_id(municipality_id)
    return Sources(
        place=Place(municipality.name, municipality.demo),
        year=year,
        made_on=today,
        judged=judged,
        queue=queue_of(judged),
        money=money_of(judged),
        comparison=survey_results.compared(municipality_id, *pair, by=by) if pair else None,
        alone=alone,
        by_themselves=tuple(wave_results.shown(wave, by) for wave in pair) if pair else tuple(filter(None, [alone])),
    )


def of_release(municipality_id: int, plan_key: str | None, year: int, number: int) -> Sources:
    """Return what the report of *year* tells as release *number* holds it: the same whenever it is made, but for ``made_on``.

    Raises:
        UnfitReleaseError: there is no such release, or none that this report can be made from.
        AlteredResultError: a frozen result of a survey was changed afterwards.
    """
    release = _fitting(municipality_id, plan_key, year, number)
    try:
        found = released.told(municipality_id, release)
    except (ChangedSinceError, RefusedError) as error:
        raise UnfitReleaseError("changed", release, str(error)) from error
    municipality = municipalities.by_id(municipality_id)
    comparison = _comparison(municipality_id, found.surveys)
    told = (comparison.before, comparison.after) if comparison else tuple(filter(None, [_newest(found.surveys)]))
    by_themselves = tuple(wave_results.read(wave, frozen) for wave, frozen in found.surveys.waves if wave in told)
    return Sources(
        place=Place(municipality.name, municipality.demo),
        year=year,
        made_on=clock.today(),
        judged=found.judged,
        queue=queue_of(found.judged),
        money=money_of(found.judged),
        comparison=comparison,
        alone=None if comparison else next(iter(by_themselves), None),
        by_themselves=by_themselves,
        release=release,
    )


def to_choose_from(municipality_id: int, plan_key: str, year: int) -> tuple[Release, ...]:
    """Return the releases that the report of *year* can be made from, newest first."""
    return tuple(each for each in ledger.every(municipality_id, plan_key, "group") if each.asked.as_of.year == year)


def _fitting(municipality_id: int, plan_key: str | None, year: int, number: int) -> Release:
    try:
        release = ledger.find(municipality_id, number)
    except AlteredReleaseError as error:
        raise UnfitReleaseError("altered") from error
    if release is None:
        raise UnfitReleaseError("unknown")
    if release.asked.level != "group":
        raise UnfitReleaseError("public", release)
    if plan_key not in {None, release.asked.plan_key}:
        raise UnfitReleaseError("plan", release)
    if release.asked.as_of.year != year:
        raise UnfitReleaseError("year", release)
    return release


def _comparison(municipality_id: int, found: Surveys) -> SurveyResults | None:
    pair = survey_results.chosen([wave for wave, _ in found.waves], None, None)
    frozen = next((frozen for before, after, frozen in found.pairs if pair == (before, after)), None)
    return survey_results.read(municipality_id, *pair, frozen) if pair and frozen else None


def _newest(found: Surveys) -> WaveFacts | None:
    return survey_results.latest([wave for wave, _ in found.waves])
