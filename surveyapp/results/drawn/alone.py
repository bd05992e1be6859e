"""The figures of one survey by itself: each question and score, all answers in parts, right answers, and who answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from surveyapp.core.i18n import here
from surveyapp.results import findings, level_words, words
from surveyapp.results.drawn import knowledge, points, scale
from surveyapp.results.drawn.compared import answered
from surveyapp.results.drawn.figure import Cell, Column, Figure, Figures, sentences
from surveyapp.results.drawn.knowledge import Answered
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.scale import Line, Mark, Part, Scale, Whole
from surveyapp.results.level import Level
from surveyapp.results.wave_results import TOWN, ItemLevels, WaveResults

_POINTS: Final = frozenset({"score", "reliability", "points"})
_RIGHT: Final = frozenset({"correct"})


def figures(results: WaveResults) -> Figures:
    """Return every figure of one survey."""
    items = [results.of_item(item) for item in results.questionnaire.items]
    every: list[Figure | None] = [_score(results, score.id) for score in results.questionnaire.scores]
    every += [points.figure(results, score.id) for score in results.questionnaire.scores]
    every += [_item(results, each) for each in items if each.drawn]
    every += [answers(f"answers-{each.item.id}", here(each.item.label), [(results, each)]) for each in items if each.spread]
    return Figures.of("wave", {"wave": results.wave.id}, [_right_answers(results), _response(results), *every])


def source(results: WaveResults) -> str:
    """Return where the numbers are from."""
    return sentences([f"{results.wave.name}, {words.short_day(results.wave.opens)}"])


def weighting(lines: Iterable[Level]) -> str:
    """Return what a table of these lines has to say about weights; nothing where they change no number that it shows."""
    return findings.weighting((line.count, line.n, line.level) for line in lines if line.measure not in _POINTS)


def line_of(label: str, level: Level, look: str = "now") -> Line:
    """Return the row of one level, its numbers as they are written."""
    if level.level is None:
        return Line(label, (), _("hidden") if level.hidden or level.band else _("no number"))
    return Line(label, (mark_of(level, look),))


def mark_of(level: Level, look: str) -> Mark:
    """Return the mark of a level that is shown."""
    if level.low is None or level.high is None:
        return Mark(_shown(level, level.level or 0), look=look)
    return Mark(_shown(level, level.level or 0), _shown(level, level.low), _shown(level, level.high), look)


def answers(name: str, asked: str, of: Sequence[tuple[WaveResults, ItemLevels]]) -> Figure | None:
    """Return all answers to one question of everybody in parts, a bar for each survey; None if no survey may show them."""
    bars = [_Bar(results, each.spread, _everybody(each)) for results, each in of]
    if not any(bar.parts for bar in bars):
        return None
    latest = next(bar for bar in reversed(bars) if bar.parts)
    return Figure(
        name=name,
        finding=level_words.spread_title(latest.results, latest.parts),
        about=asked,
        picture=scale.whole([bar.drawn() for bar in bars], around=True),
        alternative=sentences([bar.told() for bar in bars]),
        columns=(Column(_("Survey")), Column(_("Answer")), Column(_("People"), "number"), Column(_("Level"))),
        rows=tuple(row for bar in bars for row in _parts(bar.results, bar.parts)),
        source=" ".join(source(bar.results) for bar in bars),
        legend=_tone_keys(bars),
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    """All answers to a question in one survey; ``everybody`` counts who is in the question's other figure (None: nobody is)."""

    results: WaveResults
    parts: Sequence[Level]
    everybody: int | None

    @property
    def looks(self) -> list[str]:
        """The filling of each part."""
        return _looks(self.results, self.parts)

    @property
    def label(self) -> str:
        """The survey, and whose answers its parts are shares of."""
        return _labelled(self.results, self.parts, self.everybody)

    def meanings(self) -> Iterator[tuple[str, str]]:
        """Yield each filling with the answers that it stands for."""
        yield from zip(self.looks, (level_words.name(self.results, part) for part in self.parts), strict=True)

    def drawn(self) -> Whole:
        """Return the bar as it is drawn."""
        pairs = zip(self.parts, self.looks, strict=True)
        drawn = (Part(words.whole_percent(part.level or 0), look, str(part.count)) for part, look in pairs)
        return Whole(self.label, tuple(drawn), _("hidden"))

    def told(self) -> str:
        """Return the bar as the text that stands for it."""
        shares = (f"{level_words.name(self.results, part)}: {part.count} ({level_words.level(part)})" for part in self.parts)
        return f"{self.label}: {'; '.join(shares) or _('hidden')}"


def _everybody(each: ItemLevels) -> int | None:
    return next((line.n for line in each.whole if line.stratum == TOWN), None)


def _tone_keys(bars: Sequence[_Bar]) -> tuple[Key, ...]:
    """Return one line of the legend for each filling; where surveys join answers differently, it says whose they are."""
    meant: dict[str, dict[str, list[str]]] = {}
    for bar in bars:
        for look, meaning in bar.meanings():
            meant.setdefault(look, {}).setdefault(meaning, []).append(bar.results.wave.name)
    return tuple(scale.tone_key(look, _meaning(of)) for look, of in sorted(meant.items()))


def _meaning(of: Mapping[str, Sequence[str]]) -> str:
    return next(iter(of)) if len(of) == 1 else "; ".join(f"{', '.join(names)}: {meaning}" for meaning, names in of.items())


def _looks(results: WaveResults, parts: Sequence[Level]) -> list[str]:
    """Return the filling of each part: by its place in the scale, so that joined answers keep their side."""
    if not parts:
        return []
    choices = [choice.id for choice in results.questionnaire.item(parts[0].item).choices if not choice.outside_base]
    looks = scale.tones(len(choices))
    if len(choices) > len(set(looks)):
        return [f"tone-{1 + at % 5}" for at in range(len(parts))]
    places = [[choices.index(choice) for choice in part.choices if choice in choices] for part in parts]
    middle = [place[len(place) // 2] if place and place[0] * 2 >= len(choices) else (place or [0])[0] for place in places]
    return [looks[at] for at in middle]


def _labelled(results: WaveResults, parts: Sequence[Level], everybody: int | None) -> str:
    """Name a survey and whose answers its parts are shares of; fewer than *everybody* if some chose none of the parts."""
    n, name = parts[0].n if parts else None, results.wave.name
    if n is None:
        return name
    if everybody is not None and everybody > n:
        return str(_("%(name)s: answers of %(n)s of %(all)s; the others chose none of these", name=name, n=n, all=everybody))
    return str(_("%(name)s: answers of %(n)s", name=name, n=n))


def _parts(results: WaveResults, parts: Sequence[Level]) -> Iterable[tuple[Cell, ...]]:
    if not parts:
        return [(results.wave.name, _("hidden"), None, "")]
    return [(results.wave.name, level_words.name(results, part), part.count, level_words.level(part)) for part in parts]


def _item(results: WaveResults, each: ItemLevels) -> Figure:
    finding = level_words.title(results, each.whole[0]) if each.whole else level_words.choices_title(results, each.drawn)
    counted = findings.counted(results.questionnaire, each.whole[0]) if each.whole else ""
    asked = sentences([here(each.item.label), counted])
    return _levels(results, f"item-{each.item.id}", finding, asked, each.drawn, each.lines)


def _score(results: WaveResults, score_id: str) -> Figure | None:
    lines = [line for line in results.scores if line.item == score_id]
    score = results.score(lines[0]) if lines else None
    if score is None:
        return None
    asked = findings.counted(results.questionnaire, lines[0])
    finding = f"{here(score.label)}: {level_words.title(results, lines[0])}"
    return _levels(results, f"score-{score_id}", finding, asked, lines, lines, scale.points(len(score.items)))


def _levels(
    results: WaveResults,
    name: str,
    finding: str,
    asked: str,
    drawn: Sequence[Level],
    told: Sequence[Level],
    on: Scale = scale.PERCENT,
) -> Figure:
    labels = [level_words.name(results, line) for line in drawn]
    return Figure(
        name=name,
        finding=finding,
        about=asked,
        picture=scale.marks([line_of(label, line) for label, line in zip(labels, drawn, strict=True)], on),
        alternative=sentences(
            [f"{label}: {level_words.sentence(results, line)}" for label, line in zip(labels, drawn, strict=True)]
        ),
        columns=(Column(_("Group")), Column(_("Share of what")), *_columns()),
        rows=tuple((here(results.stratum(line.stratum)), _what(results, line), *_numbers(line)) for line in told),
        source=source(results),
        legend=legend(),
        note=weighting(told),
    )


def legend() -> tuple[Key, ...]:
    """Return what diamond and line mean in a figure of one survey."""
    return Key(scale.DIAMOND, _("level")), Key(scale.RANGE, _("likely range"))


def _columns() -> tuple[Column, ...]:
    return tuple(map(Column, (_("People"), _("Level"), _("Likely between"), _("In whole people"))))


def _numbers(line: Level) -> tuple[Cell, ...]:
    people = findings.people(line.count, line.n, line.hidden, line.band)
    return people, level_words.level(line), level_words.interval(line), level_words.whole_people(line)


def _what(results: WaveResults, line: Level) -> str:
    return level_words.name(results, line) if line.choices else str(level_words.MEASURES[line.measure])


def _shown(line: Level, value: float) -> float:
    """Return a level as it is written: nothing finer is drawn."""
    return round(value, 1) if line.measure == "score" else words.whole_percent(value)


def _right_answers(results: WaveResults) -> Figure | None:
    lines = [(here(results.subject(line)), line) for line in results.levels if line.stratum == TOWN and line.measure in _RIGHT]
    answered = [
        Answered(name, line.level, line_of(name, line), level_words.title(results, line), _numbers(line))
        for name, line in lines
    ]
    note = weighting(line for _name, line in lines)
    return knowledge.figure(answered, _columns(), source(results), legend(), note)


def _response(results: WaveResults) -> Figure | None:
    told = [
        (here(results.stratum(part.stratum)), part, answered(part.respondents, part.population, None))
        for part in results.response
    ]
    if not any(part.respondents is not None and part.population for _label, part, _told in told):
        return None
    lines = [
        Line(label, (Mark(words.whole_percent((part.respondents or 0) / part.population)),), "")
        if part.respondents is not None and part.population
        else Line(label, (), words_told)
        for label, part, words_told in told
    ]
    return Figure(
        name="response",
        finding=_("Answered: %(people)s", people=told[0][2]),
        about=_("People who answered, of all who work here"),
        picture=scale.bars(lines, scale.PERCENT),
        alternative=sentences([f"{label}: {people}" for label, _part, people in told]),
        columns=(Column(_("Group")), Column(_("Answered"))),
        rows=tuple((label, people) for label, _part, people in told),
        source=source(results),
    )
