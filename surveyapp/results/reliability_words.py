"""How well the questions of a score go together, in words: a word that anybody understands, and alpha for who knows it."""

from collections.abc import Iterable, Iterator
from typing import Final

from flask_babel import gettext, ngettext

from surveyapp.core.i18n import here
from surveyapp.results.level import Level
from surveyapp.results.wave_results import TOWN, WaveResults
from surveyapp.results.words import number

_WELL: Final = 0.7
_MODERATELY: Final = 0.5
"""From these on; the first is Nunnally and Bernstein's (1994) for instruments in their beginnings."""


def sentence(results: WaveResults, score_id: str, *, rounded: bool = False) -> str:
    """Return how well the questions of a score go together in one survey; nothing where the survey says nothing of it.

    From *rounded* counts nobody can say what alpha leaves out.
    """
    line = next(_lines(results, score_id), None)
    if line is None:
        return ""
    if line.level is None:
        return str(gettext("How well the questions of this score go together cannot be said from what may be shown."))
    return " ".join(filter(None, (_word(line), _alpha(line), "" if rounded else _left_out(results, line))))


def meaning(surveys: Iterable[WaveResults], score_id: str | None = None) -> str:
    """Return what alpha means and what it does not; nothing where no survey has one, of one score if it is named."""
    if all(line.level is None for results in surveys for line in _lines(results, score_id)):
        return ""
    return str(
        gettext(
            "Alpha says whether those who knew one answer tend to know the others, too: near 1 they do, near 0 one answer says "
            "nothing of another. A low number is no fault of any question: few questions, or questions about different "
            "things, go together weakly. The total of right answers is then several things in one number."
        )
    )


def _lines(results: WaveResults, score_id: str | None) -> Iterator[Level]:
    return (each for each in results.levels if each.measure == "reliability" and score_id in {None, each.item})


def level(line: Level) -> str:
    """Return alpha to two digits; nothing for None."""
    return "" if line.level is None else _digits(line.level)


def interval(line: Level) -> str:
    """Return the range of alpha, such as "0.41–0.71", what lies below 0 as "below 0"; nothing where there is none."""
    if line.low is None or line.high is None:
        return ""
    if line.low < 0:
        return str(gettext("below 0 to %(high)s", high=_digits(line.high)))
    return f"{_digits(line.low)}–{_digits(line.high)}"


def _word(line: Level) -> str:
    low, alpha, high = (0.0 if value is None else value for value in (line.low, line.level, line.high))
    if low < _MODERATELY and high >= _WELL:
        return str(gettext("From these answers it cannot be said how well the questions of this score go together."))
    if alpha >= _WELL:
        return str(gettext("The questions of this score go together well."))
    if alpha >= _MODERATELY:
        return str(gettext("The questions of this score go together moderately."))
    return str(gettext("The questions of this score go together weakly."))


def _alpha(line: Level) -> str:
    return str(gettext("Cronbach's alpha %(alpha)s, likely %(range)s.", alpha=level(line), range=interval(line)))


def _left_out(results: WaveResults, line: Level) -> str:
    """Name the questions that all had right, or nobody, as far as that may be told: alpha leaves them out."""
    score = results.score(line)
    everybody = next((part.respondents for part in results.response if part.stratum == TOWN), None)
    right = {each.item: each.count for each in results.levels if each.measure == "correct" and each.stratum == TOWN}
    certain = {0} | ({line.n} if line.n is not None and line.n == everybody else set())
    items = [item for item in score.items if right.get(item) in certain] if score else []
    if not items:
        return ""
    named = ", ".join(f"“{here(results.questionnaire.item(item).label)}”" for item in items)
    return str(
        ngettext(
            "Left out of it, as all had it right or nobody: %(questions)s.",
            "Left out of it, as all had them right or nobody: %(questions)s.",
            len(items),
            questions=named,
        )
    )


def _digits(value: float) -> str:
    return number(round(value, 2))
