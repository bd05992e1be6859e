"""The figure of how many people have how many points of a score: a histogram whose areas are people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from flask_babel import gettext as _

from surveyapp.core.i18n import here
from surveyapp.results import level_words, words
from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.figure import Column, Figure, sentences
from surveyapp.results.drawn.pictures import LETTER, WIDTH, Key, Picture, Shape
from surveyapp.results.drawn.scale import FULL
from surveyapp.results.findings import percent
from surveyapp.results.level import Level
from surveyapp.results.wave_results import WaveResults

_MARGIN: Final = 8
_TALL: Final = 120
_ABOVE: Final = LETTER + 6
_GAP: Final = 1
_LINE: Final = LETTER + 2


def figure(results: WaveResults, score_id: str, *, rounded: bool = False) -> Figure | None:
    """Return how many people of the town have how many points of one score; None if that may not be shown.

    *rounded*: the counts are those of a release for everybody.
    """
    bins = [line for line in results.points(score_id) if line.count is not None]
    score = results.score(bins[0]) if bins else None
    if score is None:
        return None
    labels = [level_words.points_range(line.choices) for line in bins]
    return Figure(
        name=f"points-{score.id}",
        finding=f"{here(score.label)}: {finding(bins, rounded=rounded)}",
        about=str(_("How many people have how many right answers out of %(most)s questions; everybody", most=len(score.items))),
        picture=histogram(bins),
        alternative=told(bins),
        columns=(Column(_("Right answers")), Column(_("People"), "number"), Column(_("Share"))),
        rows=tuple((label, line.count, level_words.level(line)) for label, line in zip(labels, bins, strict=True)),
        source=sentences([f"{results.wave.name}, {words.short_day(results.wave.opens)}"]),
        legend=legend(),
    )


def of_survey(results: WaveResults, score_id: str) -> Figure | None:
    """Return the same named after its survey, for a page of several."""
    found = figure(results, score_id)
    named = f"{results.wave.name}. {found.finding}" if found else ""
    return replace(found, name=f"{found.name}-{results.wave.id}", finding=named) if found else None


def legend() -> tuple[Key, ...]:
    """Return what the bars of a histogram mean."""
    return (Key(FULL, str(_("people; a bar that joins several numbers of right answers is as high as their average"))),)


def finding(bins: Sequence[Level], *, rounded: bool) -> str:
    """Return the most right answers that at least half of the people have; where only the lowest bin holds so many, how few.

    Rounded numbers are not added up: they could come to more than everybody, and to another share than that of the people.
    """
    n = bins[0].n or 0
    if rounded or sum(line.count or 0 for line in bins) != n:
        return str(_("how many people have how many right answers"))
    least, people = next((line, above) for line, above in _from_the_top(bins) if 2 * above >= n)
    if least is not bins[0]:
        return str(_("%(least)s or more right answers: %(people)s", least=least.choices[0], people=_of_all(people, n)))
    fewest = bins[0].count or 0
    return str(_("%(most)s or fewer right answers: %(people)s", most=least.choices[-1], people=_of_all(fewest, n)))


def _from_the_top(bins: Sequence[Level]) -> Iterator[tuple[Level, int]]:
    above = 0
    for line in reversed(bins):
        above += line.count or 0
        yield line, above


def _of_all(people: int, n: int) -> str:
    return _people(people, n, people / n if n else 0)


def _people(people: int | None, n: int | None, share: float | None) -> str:
    return str(_("%(x)s of %(n)s (%(share)s %%)", x=people, n=n, share=percent(share or 0)))


def told(bins: Sequence[Level]) -> str:
    """Return the text that stands for a histogram."""
    return sentences([f"{level_words.points(line)}: {_people(line.count, line.n, line.level)}" for line in bins])


def histogram(bins: Sequence[Level]) -> Picture:
    """Return the picture of *bins*: as wide as the numbers of points that each joins, so that areas are people."""
    unit = (WIDTH - 2 * _MARGIN) / sum(len(line.choices) for line in bins)
    high = max((line.count or 0) / len(line.choices) for line in bins) or 1
    base = _ABOVE + _TALL
    shapes: list[Shape] = []
    for line in bins:
        left, width = _MARGIN + int(line.choices[0]) * unit, len(line.choices) * unit
        tall = (line.count or 0) / len(line.choices) / high * _TALL
        middle = left + width / 2
        shapes.append(pictures.box("bar", left + _GAP / 2, base - tall, width - _GAP, tall))
        shapes.append(pictures.text(str(line.count), middle, base - tall - 4, anchor="middle", size=LETTER - 1))
        shapes.append(
            pictures.text(level_words.points_range(line.choices), middle, base + _LINE, anchor="middle", size=LETTER - 1)
        )
    ground = pictures.line("axis", _MARGIN, base, WIDTH - _MARGIN, base)
    return Picture(WIDTH, base + _LINE + 8, (*shapes, ground))
