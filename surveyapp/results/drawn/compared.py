"""The figures of two surveys: each question and score then and now, the changes, right answers, and who answered."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from flask_babel import gettext as _

from surveyapp.core.i18n import here
from surveyapp.results import findings, words
from surveyapp.results.change import Change
from surveyapp.results.drawn import knowledge, scale
from surveyapp.results.drawn.figure import Cell, Column, Figure, Figures, sentences
from surveyapp.results.drawn.knowledge import Answered
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.scale import Line, Mark, Scale
from surveyapp.results.findings import percent
from surveyapp.results.survey_results import ItemResults, Response, SurveyResults
from surveyapp.results.wave_results import TOWN

_SHARES: Final = frozenset({"correct", "favourable", "share"})
_CLEAR: Final = frozenset({"clear_rise", "clear_fall"})


def figures(results: SurveyResults) -> Figures:
    """Return every figure of a comparison."""
    where = {"before": results.before.id, "after": results.after.id}
    items = [results.of_item(item) for item in results.questionnaire.items]
    every = [_scores(results, score.id) for score in results.questionnaire.scores]
    every += [_item(results, each) for each in items if each.drawn]
    return Figures.of(
        "survey", where, [_headline(results), _changes(results), _right_answers(results), _response(results), *every]
    )


def legend(then: str, now: str) -> tuple[Key, ...]:
    """Return what ring, diamond and line mean in a figure of two surveys."""
    return Key(scale.RING, then), Key(scale.DIAMOND, now), Key(scale.RANGE, _("likely range"))


def about(results: SurveyResults, line: Change) -> str:
    """Return what a line is called in its figure: an answer, else a group."""
    choice = results.choice(line)
    return here(choice.label) if choice else here(results.stratum(line.stratum))


def _source(results: SurveyResults) -> str:
    names = (f"{wave.name}, {words.short_day(wave.opens)}" for wave in (results.before, results.after))
    return sentences([" → ".join(names)])


def _item(results: SurveyResults, each: ItemResults) -> Figure:
    finding = findings.title(each.whole[0]) if each.whole else findings.count_title(each.drawn)
    asked = here(each.item.label)
    counted = findings.counted(results.questionnaire, each.whole[0]) if each.whole else ""
    return _then_and_now(results, f"item-{each.item.id}", finding, sentences([asked, counted]), each.drawn, each.lines)


def _scores(results: SurveyResults, score_id: str) -> Figure | None:
    lines = [line for line in results.scores if line.item == score_id]
    score = results.score(score_id)
    if not lines or score is None:
        return None
    finding = f"{here(score.label)}: {findings.title(lines[0])}"
    asked = findings.counted(results.questionnaire, lines[0])
    return _then_and_now(results, f"score-{score_id}", finding, asked, lines, lines, scale.points(len(score.items)))


def _then_and_now(
    results: SurveyResults,
    name: str,
    finding: str,
    asked: str,
    drawn: Sequence[Change],
    told: Sequence[Change],
    on: Scale = scale.PERCENT,
) -> Figure:
    labels = [about(results, line) for line in drawn]
    return Figure(
        name=name,
        finding=finding,
        about=asked,
        picture=scale.marks([line_of(label, line) for label, line in zip(labels, drawn, strict=True)], on),
        alternative=sentences([f"{label}: {findings.title(line)}" for label, line in zip(labels, drawn, strict=True)]),
        columns=_columns(),
        rows=tuple(_row(results, line) for line in told),
        source=_source(results),
        legend=legend(results.before.name, results.after.name),
        note=_weighting(told),
    )


def _weighting(lines: Sequence[Change]) -> str:
    shares = [line for line in lines if line.measure in _SHARES]
    then = ((line.count_then, line.n_then, line.then) for line in shares)
    now = ((line.count_now, line.n_now, line.now) for line in shares)
    return findings.weighting(chain(then, now))


def line_of(label: str, line: Change) -> Line:
    """Return the row of one line of a comparison, its numbers as they are written."""
    sides = ((line.then, line.then_low, line.then_high, "then"), (line.now, line.now_low, line.now_high, "now"))
    marks = tuple(mark for value, low, high, look in sides if (mark := _mark(line, value, low, high, look)))
    return Line(label, marks, _("hidden") if line.hidden else _("no number"))


def _mark(line: Change, value: float | None, low: float | None, high: float | None, look: str) -> Mark | None:
    if value is None:
        return None
    low, high = (None, None) if low is None or high is None else (shown(line, low), shown(line, high))
    return Mark(shown(line, value), low, high, look)


def shown(line: Change, value: float) -> float:
    """Return a level as it is written, whole percent or a tenth of a point: nothing finer is drawn."""
    return round(value, 1) if line.measure == "score" else words.whole_percent(value)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Group")),
        Column(_("Share of what")),
        Column(_("Last time")),
        Column(_("Level then")),
        Column(_("Now")),
        Column(_("Level now")),
        Column(_("Change, points"), "signed"),
        Column(_("Likely from"), "signed"),
        Column(_("Likely to"), "signed"),
        Column(_("Verdict")),
        Column(_("Smallest visible change"), "number"),
    )


def _row(results: SurveyResults, line: Change) -> tuple[Cell, ...]:
    choice = results.choice(line)
    return (
        here(results.stratum(line.stratum)),
        here(choice.label) if choice else str(findings.MEASURES[line.measure]),
        findings.people(line.count_then, line.n_then, line.hidden_then, line.band_then),
        _level(line, line.then, line.then_low, line.then_high),
        findings.people(line.count_now, line.n_now, line.hidden_now, line.band_now),
        _level(line, line.now, line.now_low, line.now_high),
        *(None if each is None else findings.scaled(line, each) for each in (line.change, line.change_low, line.change_high)),
        str(findings.VERDICTS[line.verdict]),
        _smallest(line),
    )


def _smallest(line: Change) -> float | None:
    """Return the smallest change that could have been seen, of a line without a clear one."""
    if line.verdict != "no_clear_change" or line.smallest is None:
        return None
    return findings.scaled(line, line.smallest)


def _level(line: Change, level: float | None, low: float | None, high: float | None) -> str:
    likely = findings.interval(line, low, high)
    return f"{findings.level(line, level)} ({likely})" if likely else findings.level(line, level)


def _changes(results: SurveyResults) -> Figure | None:
    """Return the changes of all questions of the town in the order in which they were asked: no order tells of a number."""
    lines = [line for line in results.changes if line.stratum == TOWN and line.measure in {"correct", "favourable"}]
    if not lines:
        return None
    moved = [_moved(line) for line in lines]
    ends = [end for mark in moved if mark for end in (mark.value, mark.low, mark.high) if end is not None]
    labels = [here(results.subject(line)) for line in lines]
    clear = sum(line.verdict in _CLEAR for line in lines)
    compared = sum(mark is not None for mark in moved)
    return Figure(
        name="changes",
        finding=_clear(clear, compared),
        about=_("Change of right and of favourable answers, in percentage points, everybody."),
        picture=scale.marks(
            [
                Line(_marked(label, line), (mark,) if mark else (), _why_not(line))
                for label, line, mark in zip(labels, lines, moved, strict=True)
            ],
            scale.around_zero(ends),
        ),
        alternative=sentences([f"{label}: {findings.title(line)}" for label, line in zip(labels, lines, strict=True)]),
        columns=(
            Column(_("Question")),
            Column(_("Counted")),
            Column(_("Change, points"), "signed"),
            Column(_("Likely from"), "signed"),
            Column(_("Likely to"), "signed"),
            Column(_("Verdict")),
            Column(_("Smallest visible change"), "number"),
        ),
        rows=tuple(
            (
                label,
                str(findings.MEASURES[line.measure]),
                *((mark.value, mark.low, mark.high) if mark else (None, None, None)),
                str(findings.VERDICTS[line.verdict]),
                _smallest(line),
            )
            for label, line, mark in zip(labels, lines, moved, strict=True)
        ),
        source=_source(results),
        legend=(Key(scale.DIAMOND, _("change")), Key(scale.RANGE, _("likely range"))),
    )


def _marked(label: str, line: Change) -> str:
    return f"{label} – {findings.VERDICTS[line.verdict]}" if line.verdict in _CLEAR else label


def _why_not(line: Change) -> str:
    return _("hidden") if line.hidden else str(findings.VERDICTS[line.verdict])


def _moved(line: Change) -> Mark | None:
    if line.change is None:
        return None
    low, high = (None if end is None else findings.scaled(line, end) for end in (line.change_low, line.change_high))
    return Mark(findings.scaled(line, line.change), low, high)


def _headline(results: SurveyResults) -> Figure | None:
    lines = [line for line in results.headline if line.measure != "score"]
    if not lines:
        return None
    clear = sum(line.verdict in _CLEAR for line in lines)
    compared = sum(line.change is not None for line in lines)
    labels = [_marked(here(results.subject(line)), line) for line in lines]
    return Figure(
        name="headline",
        finding=_clear(clear, compared),
        about=_("Headline questions"),
        picture=scale.marks([line_of(label, line) for label, line in zip(labels, lines, strict=True)], scale.PERCENT),
        alternative=sentences([f"{here(results.subject(line))}: {findings.title(line)}" for line in lines]),
        columns=(Column(_("Question")), *_columns()[1:]),
        rows=tuple((here(results.subject(line)), *_row(results, line)[1:]) for line in lines),
        source=_source(results),
        legend=legend(results.before.name, results.after.name),
        note=_weighting(lines),
    )


def _clear(clear: int, compared: int) -> str:
    if not compared:
        return str(_("Nothing that could be compared"))
    return str(_("Clear change: %(clear)s of the %(compared)s questions compared", clear=clear, compared=compared))


def _right_answers(results: SurveyResults) -> Figure | None:
    lines = [
        (here(results.subject(line)), line) for line in results.changes if line.stratum == TOWN and line.measure == "correct"
    ]
    known = [
        Answered(name, line.now, line_of(name, line), findings.title(line), _row(results, line)[2:]) for name, line in lines
    ]
    key, note = legend(results.before.name, results.after.name), _weighting([line for _name, line in lines])
    return knowledge.figure(known, _columns()[2:], _source(results), key, note)


def _response(results: SurveyResults) -> Figure | None:
    lines = [
        (here(results.stratum(part.stratum)), tuple(_shares(part)), answered(part.now, part.now_population, part.why_not_now))
        for part in results.response
    ]
    town = next((part for part in results.response if part.stratum == TOWN), None)
    if town is None or not any(marks for _label, marks, _told in lines):
        return None
    facts = {
        "now": answered(town.now, town.now_population, town.why_not_now),
        "then": answered(town.then, town.then_population, town.why_not_then),
    }
    return Figure(
        name="response",
        finding=_("Answered now: %(now)s; last time: %(then)s", **facts),
        about=_("People who answered, of all who work here"),
        picture=scale.bars([Line(label, marks, told) for label, marks, told in lines], scale.PERCENT),
        alternative=sentences([": ".join((row[0], "; ".join(row[1:]))) for row in _response_rows(results)]),
        columns=(Column(_("Group")), Column(results.before.name), Column(results.after.name)),
        rows=tuple(_response_rows(results)),
        source=_source(results),
        legend=(
            Key(scale.EMPTY, results.before.name),
            Key(scale.FULL, results.after.name),
        ),
    )


def _response_rows(results: SurveyResults) -> Iterator[tuple[str, str, str]]:
    for part in results.response:
        then = answered(part.then, part.then_population, part.why_not_then)
        yield here(results.stratum(part.stratum)), then, answered(part.now, part.now_population, part.why_not_now)


def _shares(part: Response) -> Iterator[Mark]:
    sides = ((part.then, part.then_population, "then"), (part.now, part.now_population, "now"))
    for n, population, look in sides:
        if n is not None and population:
            yield Mark(words.whole_percent(n / population), look=look)


def answered(n: int | None, population: int | None, why: str | None) -> str:
    """Return how many answered, of how many; why, where it is not told."""
    if n is None:
        return str(findings.NOT_TOLD if why == "not_told" else findings.HIDDEN["base"])
    if not population:
        return words.number(n)
    return str(_("%(n)s of %(population)s (%(share)s %%)", n=n, population=population, share=percent(n / population)))
