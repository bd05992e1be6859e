"""The page of three and more surveys: each headline question's level in every survey, and the change over the whole time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, render_template
from flask_babel import gettext as _

from analysis.matching import match_items
from analysis.verdicts import TrendLine
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.results import score_page, statistics, survey_results, wave_results
from surveyapp.results.drawn import series
from surveyapp.results.drawn.figure import Figures
from surveyapp.results.level import Level
from surveyapp.results.score_page import FollowedScore
from surveyapp.results.wave_results import TOWN, WaveResults
from surveyapp.survey import questionnaire_store
from surveyapp.survey.wave_store import WaveFacts

FEWEST: Final = 3
_SHARES: Final = frozenset({"correct", "favourable", "share"})


@dataclass(frozen=True, slots=True)
class Followed:
    """One headline line of the newest survey, its level in each survey; ``trend`` is None where they may not be compared."""

    line: Level
    levels: tuple[Level | None, ...]
    trend: TrendLine | None


def followed_waves(waves: Sequence[WaveFacts]) -> tuple[WaveFacts, ...]:
    """Return the surveys with the newest one's questionnaire, oldest first; none unless there are three on different days.

    Supplements stand by themselves, and with an open address nobody knows who answered.
    """
    newest = survey_results.latest(waves)
    if newest is None:
        return ()
    same = [
        wave
        for wave in waves
        if wave.supplements is None and wave.mode != "open" and wave.questionnaire.id == newest.questionnaire.id
    ]
    found = {wave.opens: wave for wave in same}
    return tuple(found[day] for day in sorted(found)) if len(found) >= FEWEST else ()


@requires(Permission.SEE_RESULTS)
def trend() -> str:
    """Show how the headline questions moved over three and more surveys; 404 until there are three."""
    results, followed = _every()
    scores = _scores(results)
    return render_template(
        "results/trend.html",
        title=_("Headline questions over all surveys"),
        results=results,
        newest=results[-1],
        followed=followed,
        scores=scores,
        drawn=_drawn(results, followed, scores),
    )


def figures() -> Figures:
    """Return the figures of the page of three and more surveys; 404 until there are three."""
    results, followed = _every()
    return _drawn(results, followed, _scores(results))


def _every() -> tuple[list[WaveResults], tuple[Followed, ...]]:
    person = require_actor()
    waves = followed_waves(survey_results.opened(person.municipality_id)) or abort(404)
    results = [wave_results.shown(wave, person.email) for wave in waves]
    return results, _followed(results, person.municipality_id)


def _scores(results: Sequence[WaveResults]) -> tuple[FollowedScore, ...]:
    return score_page.with_trends(score_page.every_score(results, require_actor().municipality_id))


def _drawn(results: Sequence[WaveResults], followed: Sequence[Followed], scores: Sequence[FollowedScore]) -> Figures:
    clear = sum(one.trend is not None and one.trend.verdict in {"clear_rise", "clear_fall"} for one in followed)
    rows = [series.Row(one.line, one.levels) for one in followed]
    return Figures.of("trend", {}, [*(one.figure for one in scores), series.of_trend(results, rows, clear)])


def same_items(results: Sequence[WaveResults], municipality_id: int) -> list[Mapping[str, str]]:
    """Return for each survey but the last what it calls the last one's items, those alone that may be compared."""
    newest = results[-1]
    versions = questionnaire_store.versions(municipality_id, newest.questionnaire.id)
    known = [version.questionnaire for version in versions]
    return [
        {
            pair.after.id: pair.before.id
            for pair in match_items(each.questionnaire, newest.questionnaire, known)
            if pair.after and pair.before and not pair.cut
        }
        for each in results[:-1]
    ]


def _followed(results: Sequence[WaveResults], municipality_id: int) -> tuple[Followed, ...]:
    newest = results[-1]
    names = same_items(results, municipality_id)
    lines = [line for line in newest.levels if line.headline and line.stratum == TOWN and line.measure in _SHARES]
    series = [(*(_earlier(line, *pair) for pair in zip(results[:-1], names, strict=True)), line) for line in lines]
    whole = [levels for levels in (_comparable(each) for each in series) if levels]
    judged = iter(statistics.trends(whole, [each.wave.opens for each in results]))
    return tuple(
        Followed(line, levels, next(judged) if _comparable(levels) else None)
        for line, levels in zip(lines, series, strict=True)
    )


def _earlier(line: Level, results: WaveResults, names: Mapping[str, str]) -> Level | None:
    """Return the line of an earlier survey that asks the same; None if the question was another one or not asked."""
    asked = (names.get(line.item), line.choices, TOWN, line.measure)
    return next((one for one in results.levels if (one.item, one.choices, one.stratum, one.measure) == asked), None)


def _comparable(levels: Sequence[Level | None]) -> tuple[Level, ...]:
    """Return the levels if every survey has one and all are of the same people: those who answered, or all who saw it."""
    found = tuple(level for level in levels if level is not None)
    return found if len(found) == len(levels) and len({level.base for level in found}) == 1 else ()


def add_routes(blueprint: Blueprint) -> None:
    """Add the page of three and more surveys."""
    blueprint.add_url_rule("/survey/trend", "trend", trend)
