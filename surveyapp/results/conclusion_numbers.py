"""The numbers that a conclusion is drawn from, beside the place where it is written: those of its section of the report."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.core.i18n import here
from surveyapp.results import findings, level_words, plan_choice, store, survey_results, wave_results, words
from surveyapp.results.drawn.compared import answered
from surveyapp.results.plan_questions import queue_of
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Wanted
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.survey_results import SurveyResults
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey.wave_store import WaveFacts


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a section says in numbers: lines of words, perhaps a table, and where all of it stands."""

    told: tuple[str, ...] = ()
    caption: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    address: str = ""


def of_section(municipality_id: int, plan: Plan, about: str) -> Numbers:
    """Return the numbers of a section of a year's report; *about* is what names it, such as ``survey@2026``."""
    key, _at, year = about.partition("@")
    until = min(date(int(year), 12, 31), clock.today())
    if key == "survey":
        return _survey(_found(municipality_id, int(year)))
    if key == "response":
        return _response(_found(municipality_id, int(year)))
    judged = plan_choice.judged(max(until, plan.starts), bundled=True)
    return _of_plan(judged, key) if judged else Numbers()


def _of_plan(judged: JudgedPlan, key: str) -> Numbers:
    goals = [(goal, words.goal(judged.written, goal.goal)) for goal in judged.goals(Wanted())]
    if key == "decisions":
        number = len(queue_of(judged).open_questions)
        told = ngettext("%(num)s question waits for a decision.", "%(num)s questions wait for a decision.", number)
        return Numbers((told,), address=url_for("results.decisions"))
    if key == "summary":
        return Numbers(
            tuple(f"{name}. {words.goal_told(goal)}" for goal, name in goals if goal.number_of_rows),
            address=url_for("results.plan"),
        )
    return Numbers(tuple(words.goal_told(goal) for goal, _name in goals if f"goal-{goal.goal.number}" == key))


def _found(municipality_id: int, year: int) -> SurveyResults | WaveResults | Numbers:
    """Return the results that the report of *year* tells, as they were frozen; why there are none in place of numbers.

    Raises:
        AlteredResultError: what was frozen was changed afterwards.
    """
    waves = [wave for wave in survey_results.opened(municipality_id) if wave.opens.year <= year]
    pair, newest = survey_results.chosen(waves, None, None), survey_results.latest(waves)
    if newest is None:
        return Numbers((_("No survey of specialists was opened by then."),))
    with suppress(RefusedResultError):
        if pair:
            frozen = store.find(municipality_id, survey_results.key_of(*pair), survey_results.RULES_VERSION)
            if frozen:
                return survey_results.read(municipality_id, *pair, frozen)
        else:
            frozen = store.find(municipality_id, str(newest.id), wave_results.RULES_VERSION)
            if frozen:
                return wave_results.read(newest, frozen)
    return Numbers(
        (_("These numbers are computed when somebody opens the results for the first time."),), address=_page(pair, newest)
    )


def _page(pair: tuple[WaveFacts, WaveFacts] | None, newest: WaveFacts) -> str:
    if pair:
        return url_for("results.survey", before=pair[0].id, after=pair[1].id)
    return url_for("results.wave", wave_id=newest.id)


def _survey(found: SurveyResults | WaveResults | Numbers) -> Numbers:
    if isinstance(found, SurveyResults):
        rows: Iterable[tuple[str, ...]] = (
            (
                here(found.subject(line)),
                findings.level(line, line.then) or "–",
                findings.level(line, line.now) or "–",
                findings.moved_points(line) or "–",
                str(findings.VERDICTS[line.verdict]),
            )
            for line in found.headline
        )
        header: tuple[str, ...] = (_("Question"), found.before.name, found.after.name, _("Changed by"), _("Verdict"))
        address = _page((found.before, found.after), found.after)
    elif isinstance(found, WaveResults):
        rows = (
            (
                here(found.subject(line)),
                level_words.level(line) or "–",
                level_words.interval(line) or "–",
                findings.people(line.count, line.n, line.hidden, line.band),
            )
            for line in found.headline
        )
        header = (_("Question"), _("Level"), _("Likely between"), _("People"))
        address = _page(None, found.wave)
    else:
        return found
    return Numbers((), _("Headline questions, everybody"), header, tuple(rows), address)


def _response(found: SurveyResults | WaveResults | Numbers) -> Numbers:
    if isinstance(found, SurveyResults):
        rows = tuple(
            (
                here(found.stratum(part.stratum)),
                answered(part.then, part.then_population, part.why_not_then),
                answered(part.now, part.now_population, part.why_not_now),
            )
            for part in found.response
        )
        header = (_("Group"), found.before.name, found.after.name)
        address = _page((found.before, found.after), found.after)
        return Numbers((), _("People who answered, of all who work here"), header, rows, address)
    if isinstance(found, WaveResults):
        alone = tuple(
            (here(found.stratum(part.stratum)), answered(part.respondents, part.population, "base")) for part in found.response
        )
        header_alone = (_("Group"), found.wave.name)
        return Numbers((), _("People who answered, of all who work here"), header_alone, alone, _page(None, found.wave))
    return found
