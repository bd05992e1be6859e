"""The page of one score: its mean in every survey at its real date, and what became of it over three and more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, abort, render_template, request

from analysis.matching import match_scores
from analysis.verdicts import TrendLine
from questionnaires.survey_types import Questionnaire, Score
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.i18n import here
from surveyapp.results import statistics, survey_results, wave_results
from surveyapp.results.drawn import points, scored
from surveyapp.results.drawn.figure import Figure, Figures
from surveyapp.results.drawn.series import Row
from surveyapp.results.level import Level
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey import questionnaire_store
from surveyapp.survey.wave_store import WaveFacts

_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class FollowedScore:
    """One score in the surveys that asked the same, oldest first: its rows, everybody's first, and the trend if any."""

    score: Score
    results: tuple[WaveResults, ...]
    rows: tuple[Row, ...]
    trend: TrendLine | None = None

    @property
    def waves(self) -> tuple[int, ...]:
        """The numbers of the surveys."""
        return tuple(each.wave.id for each in self.results)

    @property
    def figure(self) -> Figure | None:
        """Its means at the real dates; None if none of them may be shown."""
        return scored.over_dates(self.results, self.rows, self.trend)

    @property
    def by_ease(self) -> tuple[Level, ...]:
        """The questions of the score in the newest survey, the easiest first; hidden ones last, as they are asked."""
        newest = self.results[-1]
        town = {line.item: line for line in newest.levels if line.measure == "correct" and line.stratum == wave_results.TOWN}
        lines = [town[item] for item in self.score.items if item in town]
        return tuple(sorted(lines, key=lambda line: -1.0 if line.level is None else line.level, reverse=True))

    def level(self, results: WaveResults) -> Level | None:
        """Return everybody's line in one survey; None if that one did not ask the same."""
        levels = zip(self.results, self.rows[0].levels if self.rows else (), strict=False)
        return next((level for each, level in levels if each is results), None)


@requires(Permission.SEE_RESULTS)
def score(score_id: str) -> str:
    """Show one score over all surveys that asked the same; 404 if no opened survey has it."""
    followed = _asked(score_id)
    return render_template(
        "results/score.html",
        title=here(followed.score.label),
        followed=followed,
        newest=followed.results[-1],
        drawn=_drawn(followed),
    )


def figures() -> Figures:
    """Return the figures of the score that the address names."""
    return _drawn(_asked(request.args.get("score", "")))


def every_score(results: Sequence[WaveResults], municipality_id: int) -> tuple[FollowedScore, ...]:
    """Return each score of the newest of some surveys (oldest first, each on its own day), followed back over the others."""
    newest = results[-1]
    known = [each.questionnaire for each in questionnaire_store.versions(municipality_id, newest.questionnaire.id)]
    return tuple(_followed(results, score, known) for score in newest.questionnaire.scores)


def with_trends(scores: Sequence[FollowedScore]) -> tuple[FollowedScore, ...]:
    """Return *scores*, each that three and more surveys asked with its trend; those of the same surveys are judged together."""
    found = list(scores)
    for waves in {one.waves for one in scores if len(one.waves) >= _FEWEST}:
        places = [at for at, one in enumerate(scores) if one.waves == waves]
        kept = [(each.wave, each.frozen.document["tables"]) for each in scores[places[0]].results]
        trends = statistics.score_trends(kept, [scores[at].score.id for at in places])
        for at, trend in zip(places, trends, strict=True):
            found[at] = replace(scores[at], trend=trend)
    return tuple(found)


def _followed(results: Sequence[WaveResults], score: Score, known: Sequence[Questionnaire]) -> FollowedScore:
    newest = results[-1]
    same = (*(each for each in results[:-1] if _asks_the_same(each, newest, score, known)), newest)
    lines = [line for line in newest.scores if line.item == score.id]
    return FollowedScore(score, same, tuple(Row(line, tuple(_of(line, each) for each in same)) for line in lines))


def _asks_the_same(earlier: WaveResults, newest: WaveResults, score: Score, known: Sequence[Questionnaire]) -> bool:
    pairs = match_scores(earlier.questionnaire, newest.questionnaire, known)
    return any(pair.after == score and pair.before and pair.cut is None for pair in pairs)


def _of(line: Level, results: WaveResults) -> Level | None:
    return next((each for each in results.scores if (each.item, each.stratum) == (line.item, line.stratum)), None)


def _asked(score_id: str) -> FollowedScore:
    """Return a score in the newest survey that has it and all earlier ones of the same people; or 404."""
    person = require_actor()
    waves = survey_results.opened(person.municipality_id)
    mains = [wave for wave in waves if wave.supplements is None] or waves
    newest = next((wave for wave in reversed(mains) if _has(wave, score_id)), None) or abort(404)
    earlier = {wave.opens: wave for wave in mains if newest.mode != "open" and _before(wave, newest)}
    every = [wave_results.shown(wave, person.email) for wave in (*(earlier[day] for day in sorted(earlier)), newest)]
    scores = with_trends(every_score(every, person.municipality_id))
    return next(one for one in scores if one.score.id == score_id)


def _has(wave: WaveFacts, score_id: str) -> bool:
    return any(score.id == score_id for score in wave.questionnaire.scores)


def _before(wave: WaveFacts, newest: WaveFacts) -> bool:
    return wave.questionnaire.id == newest.questionnaire.id and wave.mode != "open" and wave.opens < newest.opens


def _drawn(followed: FollowedScore) -> Figures:
    """Return the means over all surveys, then the histogram of each, the newest first."""
    each = [points.of_survey(results, followed.score.id) for results in reversed(followed.results)]
    return Figures.of("score", {"score": followed.score.id}, [followed.figure, *each])


def add_routes(blueprint: Blueprint) -> None:
    """Add the page of a score."""
    blueprint.add_url_rule("/survey/scores/<score_id>", "score", score)
