"""What one survey says by itself, in words: people, percentages and ranges, in the language of the request."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from surveyapp.core.i18n import here
from surveyapp.results.findings import BANDS, HIDDEN, percent
from surveyapp.results.level import Level
from surveyapp.results.wave_results import TOWN, WaveResults
from surveyapp.results.words import number

MEASURES: Final = {
    "share": _l("share"),
    "favourable": _l("favourable answers"),
    "correct": _l("right answers"),
    "score": _l("score"),
    "reliability": _l("how well its questions go together (alpha)"),
    "points": _l("people by right answers"),
    "distribution": _l("all answers"),
}
BASES: Final = {
    "seen": _l("all who saw the question"),
    "answered": _l("all who gave an opinion"),
    "complete": _l("all who answered every question of the score"),
}
"""Among whom a number is counted."""
MODES: Final = {
    "group": _l(
        "Anyone with a group's code could answer this survey. Nobody can prove that each person answered once, or that all who "
        "answered belong to the group."
    ),
    "open": _l(
        "Anyone with the address could answer this survey, also more than once. So these numbers tell what those who came "
        "think, not what everybody who works here thinks."
    ),
}
_NO_POINTS: Final = {
    "one_question": _l(
        "How many people have how many right answers is not shown: this score has one question only, which tells the same."
    ),
    "no_spread": _l(
        "How many people have how many right answers is not shown: the numbers lie so close together that the average tells as "
        "much."
    ),
    "small_count": _l(
        "How many people have how many right answers is not shown: with the other numbers it could tell how one or two people "
        "answered."
    ),
}
_FINEST: Final = 0.1
"""Scores are shown to a tenth of a point; only a coarser rounding needs to be told."""


def title(results: WaveResults, line: Level) -> str:
    """Return the finding of one line in a few words, fit to stand above its figure."""
    if line.measure == "score":
        return _score_title(results, line)
    if line.count is None or not line.n:
        return why(line)
    facts = {"share": percent(line.count / line.n), "x": line.count, "n": line.n}
    if line.measure == "correct":
        return str(
            ngettext(
                "%(share)s %% chose the right answer: %(x)s of %(n)s",
                "%(share)s %% chose the right answer: %(x)s of %(n)s",
                line.count,
                **facts,
            )
        )
    if line.measure == "favourable":
        return str(
            ngettext(
                "%(share)s %% gave a favourable answer: %(x)s of %(n)s",
                "%(share)s %% gave a favourable answer: %(x)s of %(n)s",
                line.count,
                **facts,
            )
        )
    return str(gettext("%(share)s %%: %(x)s of %(n)s", **facts))


def choices_title(results: WaveResults, lines: Sequence[Level]) -> str:
    """Return the finding of a question with several answers: the one that was chosen most often."""
    shown = [line for line in lines if line.count]
    nearly = [line for line in lines if line.band == "all_but_0-2"]
    if nearly:
        return f"{_quoted(results, nearly)}: {BANDS['all_but_0-2']}"
    if not shown:
        return why(lines[0]) if lines else ""
    most = max(line.count or 0 for line in shown)
    best = [line for line in shown if line.count == most]
    facts = {
        "choice": _quoted(results, best),
        "x": most,
        "n": best[0].n,
        "share": percent(most / best[0].n) if best[0].n else "0",
    }
    # A number that is hidden beside another one can be a large one.
    if any(line.count is None and line.band != "0-2" for line in lines):
        return str(gettext("Most often, of what can be shown: %(choice)s, %(x)s of %(n)s (%(share)s %%)", **facts))
    return str(gettext("Most often: %(choice)s, %(x)s of %(n)s (%(share)s %%)", **facts))


def spread_title(results: WaveResults, parts: Sequence[Level]) -> str:
    """Return the finding of a distribution: whose answers they are, and which part is the largest."""
    n = parts[0].n or 0
    told = ngettext("All answers of %(num)s person", "All answers of %(num)s people", n)
    return f"{told}. {choices_title(results, parts)}"


def sentence(results: WaveResults, line: Level) -> str:
    """Return one line as sentences: people, percentages and range; why, where it is hidden."""
    if line.level is None:
        return f"{why(line)}."
    if line.measure == "score":
        return " ".join(filter(None, (_mean(line), _likely(line), _rounded(line))))
    return " ".join(filter(None, (f"{title(results, line)}.", _range(line), _worth(results, line), _bounds(results, line))))


def why(line: Level) -> str:
    """Return why the number of a line is not shown, to begin a sentence with."""
    if line.band:
        told = str(BANDS[line.band])
    elif line.hidden:
        told = str(HIDDEN[line.hidden])
    else:
        told = str(gettext("No number can be given"))
    return told[:1].upper() + told[1:]


def name(results: WaveResults, line: Level) -> str:
    """Return what a line of a figure or table is called beside its item: its answers, else its group."""
    if line.measure == "points" and line.choices:
        return points(line)
    choices = results.choices(line)
    if not choices:
        return here(results.stratum(line.stratum))
    silent = [str(gettext("no answer"))] if results.silent(line) else []
    return " / ".join([*(here(choice.label) for choice in choices), *silent])


def points(line: Level) -> str:
    """Return what a bin of points is called."""
    return str(gettext("right answers %(points)s", points=points_range(line.choices)))


def no_points(results: WaveResults, score_id: str) -> str:
    """Return why people by points of a score are not shown; nothing where they are, or where nobody asked for them."""
    why = next((line.hidden for line in results.points(score_id)), None)
    return str(_NO_POINTS[why]) if why else ""


def points_range(numbers: Sequence[str]) -> str:
    """Return which numbers of points a bin joins (*numbers* from the least on), such as "4–6"."""
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def level(line: Level) -> str:
    """Return the level of a line: percent, or points of a score; nothing for None."""
    if line.level is None:
        return ""
    if line.measure == "score":
        return number(round(line.level, 1))
    return str(gettext("%(share)s %%", share=percent(line.level)))


def interval(line: Level) -> str:
    """Return the range of a level, such as "52–71 %"; nothing where there is none."""
    if line.low is None or line.high is None:
        return ""
    if line.measure == "score":
        return f"{number(round(line.low, 1))}–{number(round(line.high, 1))}"
    return str(gettext("%(low)s–%(high)s %%", low=percent(line.low), high=percent(line.high)))


def whole_people(line: Level) -> str:
    """Return the range in whole people, such as "50–61 of 85"; nothing where there is none."""
    if line.people_low is None or line.people_high is None:
        return ""
    facts = {"low": line.people_low, "high": line.people_high, "population": line.population}
    return str(gettext("%(low)s–%(high)s of %(population)s", **facts))


def _quoted(results: WaveResults, lines: Sequence[Level]) -> str:
    return ", ".join(str(gettext("“%(label)s”", label=name(results, line))) for line in lines)


def _score_title(results: WaveResults, line: Level) -> str:
    score = results.score(line)
    if line.level is None or score is None:
        return why(line)
    most = len(score.items)
    return str(gettext("%(points)s of %(most)s on average", points=number(round(line.level, 1)), most=most))


def _mean(line: Level) -> str:
    return str(
        ngettext(
            "%(n)s person: %(now)s points on average.",
            "%(n)s people: %(now)s points on average.",
            line.n or 0,
            n=line.n,
            now=number(round(line.level or 0, 1)),
        )
    )


def _likely(line: Level) -> str:
    if line.low is None or line.high is None:
        return ""
    if line.everybody:
        return _nobody_missing()
    return str(gettext("Likely %(range)s.", range=interval(line)))


def _rounded(line: Level) -> str:
    if line.rounding is None or line.rounding <= _FINEST:
        return ""
    step = number(line.rounding)
    return str(gettext("The averages are rounded to %(step)s, so that no single answer can be told.", step=step))


def _range(line: Level) -> str:
    if line.low is None or line.high is None:
        return ""
    if line.everybody:
        return _nobody_missing()
    weighted = line.method.startswith("post-stratified") and percent(line.level or 0) != percent(
        (line.count or 0) / (line.n or 1)
    )
    if weighted:
        facts = {"share": percent(line.level or 0), "range": interval(line)}
        return str(gettext("With each group weighted to its size: %(share)s %%, likely %(range)s.", **facts))
    if line.people_low is None:
        return str(gettext("Likely %(range)s.", range=interval(line)))
    facts = {"population": str(line.population), "low": str(line.people_low), "high": str(line.people_high)}
    return str(gettext("Of all %(population)s likely %(low)s–%(high)s (%(range)s).", range=interval(line), **facts))


def _nobody_missing() -> str:
    return str(gettext("Everybody answered, so nothing is estimated."))


def effective_answers(results: WaveResults, line: Level) -> int | None:
    """Return how many equal answers those of a share weighted to its groups are worth, in whole ones.

    Made of nothing but what is shown: None unless the answers of every group are. Source: Kish (1965), Survey Sampling, 11.7.
    """
    if line.stratum != TOWN or not line.method.startswith("post-stratified") or line.level is None:
        return None
    same = (line.item, line.choices, line.measure)
    groups = [each for each in results.levels if each.stratum != TOWN and (each.item, each.choices, each.measure) == same]
    sizes = [(each.n, each.population) for each in groups if each.n or each.population != 0]
    known = [(n, people) for n, people in sizes if n and people]
    if len(known) < len(sizes) or not known or sum(n for n, _people in known) != line.n:
        return None
    return round(sum(people for _n, people in known) ** 2 / sum(people**2 / n for n, people in known))


def _worth(results: WaveResults, line: Level) -> str:
    """Return how much the weights cost, where they cost anything."""
    worth = effective_answers(results, line)
    if worth is None or line.everybody or line.n is None or worth >= line.n:
        return ""
    told = gettext("With these weights %(n)s answers tell as much as about %(worth)s equal ones (Kish).", n=line.n, worth=worth)
    return str(told)


def whatever_others_think(results: WaveResults, line: Level) -> tuple[int, int, int] | None:
    """Return how many have the trait at least and at most, and of how many, whatever those think who did not answer.

    None where that is not known or nothing is open; only personal codes prove that there are no more who answered.
    """
    if line.least is None or line.most is None or not line.population or results.wave.mode != "code":
        return None
    return (line.least, line.most, line.population) if line.least < line.most else None


def _bounds(results: WaveResults, line: Level) -> str:
    """Return what holds whatever the others think, as a sentence."""
    found = whatever_others_think(results, line)
    if found is None:
        return ""
    facts = dict(zip(("least", "most", "population"), found, strict=True))
    told = gettext(
        "Whatever the others would have answered: at least %(least)s and at most %(most)s of all %(population)s.", **facts
    )
    return str(told)
